"""How the commands print: tables, JSON, moments. Results go to standard output, everything else to standard error."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="For scripts: JSON on standard output.")


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "Nothing.") -> None:
    """Columns as wide as what is in them; `empty` is said where there is no row."""
    lines = [[plain(cell) for cell in row] for row in rows]
    if not lines:
        click.echo(empty)
        return
    widths = [max(width(line[place]) for line in [list(head), *lines]) for place in range(len(head))]
    click.echo(click.style(_line(head, widths), bold=True))
    for line in lines:
        click.echo(_line(line, widths))


def print_facts(facts: Iterable[tuple[str, object]], indent: str = "") -> None:
    """One fact a line, names in a column; what is empty is left out."""
    known = [(plain(name), plain(value)) for name, value in facts if value is not None and value != ""]
    widest = max((width(name) for name, _ in known), default=0)
    for name, value in known:
        click.echo(f"{indent}{_padded(name, widest)}  {value}")


def moment(at_ms: int | None) -> str:
    """`2026-11-24 09:10:11 UTC`, or `never`."""
    if not at_ms:
        return "never"
    return _written(at_ms, "%Y-%m-%d %H:%M:%S UTC")


def _written(at_ms: int, form: str) -> str:
    """A response may claim to be of the year 60000."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).strftime(form)
    except (ValueError, OverflowError, OSError):
        return f"{at_ms} ms"


def plain(value: object) -> str:
    """What came from outside, without what a terminal would obey."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes_no(value)
    text = str(value)
    return text if text.isprintable() else "".join(letter if letter.isprintable() else " " for letter in text)


def warn(text: str, kind: str = "Trouble") -> None:
    """On standard error."""
    click.echo(f"{kind}: {plain(text)}", err=True)


def yes_no(value: object) -> str:
    return "yes" if value else "no"


def width(text: str) -> int:
    """Cells on a terminal: letters of East Asia take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1
        for letter in text
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(_padded(cell, size) for cell, size in zip(cells, widths, strict=True)).rstrip()


def _padded(text: str, size: int) -> str:
    return text + " " * (size - width(text))
