"""`leadferry export`: every form submission and what became of it, for spreadsheets and scripts. No answers."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.submissions import as_dict
from leadferry.clock import as_text
from leadferry.errors import InputError

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""


@click.command()
@click.option(
    "--format",
    "kind",
    type=click.Choice(("csv", "json", "jsonl")),
    default="csv",
    show_default=True,
    help="How it is written.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else standard output.")
@environment_option
def export(kind: str, output: Path | None, name: str | None) -> None:
    """Write every form submission with its outcome, oldest first. Answers stay in the database and in Dynamics.

    csv is for spreadsheets, json one document (a list), jsonl one object a line. Rows are written as they are read, so
    any number of them fits into memory.

    \b
    Examples:
      leadferry export --output submissions.csv
      leadferry export --format json | jq 'map(select(.state == "failed"))'
    """
    write = {"csv": _write_csv, "json": _write_array, "jsonl": _write_lines}[kind]
    with opened_environment(name) as (app, environment), _opened(output) as file:
        total = app.counts(environment)["all"]
        count = write(_told(app.submissions.export(environment.id), total), file)
    if output:
        click.echo(f"{count:,} form submissions are in {output}.", err=True)


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise InputError(
            f"The file {output} cannot be written: {error.strerror}.", fix="Name another.", code="output-unwritable"
        ) from None


def _told(rows: Iterable[dict[str, Any]], total: int) -> Iterator[dict[str, Any]]:
    """With a progress bar, where a person looks and standard output is not the screen."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield from map(_flat, rows)
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(map(_flat, rows), "exporting", total=total, console=Console(stderr=True), transient=True)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Times as text: `2026-11-24T09:10:11Z`."""
    flat = as_dict(row)
    return {name: as_text(value) if name.endswith("_at") and value else value for name, value in flat.items()}


def _write_csv(rows: Iterable[dict[str, Any]], file: IO[str]) -> int:
    writer: csv.DictWriter[str] | None = None
    count = 0
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})
        count += 1
    return count


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def _write_lines(rows: Iterable[dict[str, Any]], file: IO[str]) -> int:
    say: Callable[[str], object] = file.write
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - counted on the way
        say(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def _write_array(rows: Iterable[dict[str, Any]], file: IO[str]) -> int:
    count = 0
    file.write("[")
    for row in rows:
        file.write(",\n" if count else "\n")
        file.write(json.dumps(row, ensure_ascii=False))
        count += 1
    file.write("\n]\n")
    return count
