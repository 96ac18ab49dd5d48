"""`leadferry import-csv`: the door for whoever has no API access yet."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, print_json
from leadferry.cli.record import Action, record


@click.command("import-csv")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--form", "form_id", type=int, metavar="ID", help="LinkedIn id of the form, where the file names none.")
@click.option("--encoding", default="", help="How its text is written.  [default: UTF-8 or UTF-16, found out]")
@click.option(
    "--deliver/--no-deliver", default=True, help="Deliver at once, or with the next sync.  [default: at once]"
)
@environment_option
@json_option
def import_csv(file: Path, form_id: int | None, encoding: str, deliver: bool, name: str | None, as_json: bool) -> None:
    """Take in FILE, as Campaign Manager lets you download it. Importing it again changes nothing.

    A row that does not fit the header is named and left out, the others go in; exit code 1 then.

    \b
    Example:
      leadferry import-csv leads.csv --form 3162
    """
    with opened_environment(name) as (app, environment):
        with _bar(file.name) as on_progress:
            result = app.import_csv(environment, file, form_id=form_id, encoding=encoding, on_progress=on_progress)
        shown = {"rows": result.rows, "new": result.new, "forms": result.forms}
        record(app, environment, Action.IMPORT, "file", file.name, file.name, after=shown)
        delivered = app.deliver(environment) if deliver else None
    if as_json:
        shown = dataclasses.asdict(result)
        print_json(shown | ({"delivery": delivered.as_json()} if delivered else {}))
    else:
        click.echo(f"{result.rows:,} rows: {result.new:,} new, {result.known:,} known already.")
        click.echo(f"Forms: {', '.join(result.forms) or 'none'}")
        if result.unbound:
            click.echo(f"Columns that no question of the form has: {', '.join(result.unbound)}", err=True)
        if delivered:
            click.echo(
                f"Delivered: {delivered.created:,} created, {delivered.updated:,} updated, "
                f"{delivered.match_failed:,} held for review, {delivered.failed:,} need a person."
            )
    for trouble in [*result.troubles, *(delivered.troubles if delivered else [])]:
        click.echo(f"Warning: {trouble}", err=True)
    if delivered and delivered.troubles:
        sys.exit(3)
    if result.troubles or (delivered and delivered.failed):
        sys.exit(1)


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, every: bar.update(task, completed=done, total=every)
