"""`leadferry config export | validate | plan | apply`: the whole configuration of an environment as one file."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, plain, print_json, warn
from leadferry.cli.record import Action, record
from leadferry.errors import InputError

if TYPE_CHECKING:
    from leadferry.configuration.changes import Change, Plan
    from leadferry.configuration.document import Document

_file = click.argument("file", type=click.Path(path_type=Path, allow_dash=True))


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write it there.  [default: standard output]")
@environment_option
def export(output: Path | None, name: str | None) -> None:
    """Write options, field mappings, matching strategies, accounts and alert channels as YAML, without secrets.

    \b
    Example:
      leadferry config export -o leadferry.yaml
    """
    from leadferry.configuration.standing import written

    with opened_environment(name) as (app, environment):
        text = written(app.documents.standing(environment.id), environment.name)
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, "utf-8")
    click.echo(f"Written to {output}.", err=True)


@click.command()
@_file
def validate(file: Path) -> None:
    """Say what is wrong in FILE, line by line, without looking at any environment. Exit code 2 where something is.

    \b
    Example:
      leadferry config validate leadferry.yaml
    """
    _read(file)
    click.echo("The file can be read.")


@click.command()
@_file
@environment_option
@json_option
def plan(file: Path, name: str | None, as_json: bool) -> None:
    """Show what FILE would change, and change nothing.

    \b
    Example:
      leadferry config plan leadferry.yaml
    """
    document = _read(file)
    with opened_environment(name) as (app, environment):
        made = app.documents.plan(environment.id, document)
    _print(made, as_json)


@click.command()
@_file
@environment_option
@json_option
def apply(file: Path, name: str | None, as_json: bool) -> None:
    """Bring the environment to what FILE says: all of it, or nothing. A second time it changes nothing.

    \b
    Example:
      leadferry config apply leadferry.yaml
    """
    document = _read(file)
    with opened_environment(name) as (app, environment):
        made = app.documents.apply(environment.id, document)
        for one in made.changes:
            record(
                app,
                environment,
                Action.CHANGE_CONFIGURATION,
                one.kind,
                one.key,
                one.name,
                before=one.before,
                after=one.after,
            )
    _print(made, as_json)


def _read(file: Path) -> Document:
    from leadferry.configuration.document import read_document

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputError(
            f"The file {file} cannot be read: {why}.", fix="Check the path.", code="bad-configuration-file"
        ) from None
    return read_document(text)


def _print(made: Plan, as_json: bool) -> None:
    if as_json:
        changes = [{"verb": one.verb, **dataclasses.asdict(one)} for one in made.changes]
        print_json({"changes": changes, "notes": made.notes})
    else:
        for one in made.changes:
            _print_change(one)
        click.echo(f"{len(made.changes)} changes." if made.changes else "No change.")
    for note in made.notes:
        warn(note, "Note")


_MARKS = {"add": ("+", "green"), "change": ("~", "yellow"), "remove": ("-", "red")}


def _print_change(one: Change) -> None:
    from leadferry.configuration.changes import in_words

    mark, color = _MARKS[one.verb]
    click.echo(click.style(f"{mark} {one.kind} {plain(one.name)}", fg=color))
    for name in dict.fromkeys([*one.before, *one.after]):
        old, new = (plain(in_words(side.get(name, ""))) for side in (one.before, one.after))
        click.echo(
            f"    {name}: {old} -> {new}" if one.verb == "change" else f"    {name}: {new if one.after else old}"
        )
