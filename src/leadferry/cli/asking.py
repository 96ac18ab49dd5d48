"""What a person is asked for. Secrets come by standard input or a hidden prompt, not as an argument that others see."""

from __future__ import annotations

import sys

import click

from leadferry.errors import InputError


def read_secret(what: str, *, from_stdin: bool, option: str) -> str:
    """`what`: `client secret`. `option`: the one that reads standard input. Asks only a person at a terminal."""
    if from_stdin:
        given = sys.stdin.readline().strip()
        if not given:
            raise InputError(f"Standard input held no {what}.", fix="Pipe it in, in one line.", code="secret-missing")
        return given
    if sys.stdin.isatty():
        return str(click.prompt(what.capitalize(), hide_input=True, err=True))
    raise InputError(
        f"The {what} is missing, and nobody can be asked: standard input is no terminal.",
        fix=f"Pipe it in with {option}.",
        code="secret-missing",
    )


def confirm(question: str, *, yes: bool) -> None:
    """Asks a person at a terminal; anybody else must say --yes."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError(
            "This cannot be undone, and nobody can be asked: standard input is no terminal.",
            fix="Say --yes.",
            code="not-confirmed",
        )
    click.confirm(question, abort=True, err=True)
