"""Secrets come by standard input, by a variable, or by a hidden prompt; never as an argument that others could read."""

from __future__ import annotations

import os
import sys

import click

from leadferry.errors import InputError


def read_secret(what: str, *, from_stdin: bool, variable: str, option: str) -> str:
    """`what`: `client secret`. `option`: the one that reads standard input. Asks only a person at a terminal."""
    if from_stdin:
        given = sys.stdin.readline().strip()
        if not given:
            raise InputError(f"Standard input held no {what}.", fix="Pipe it in, in one line.", code="secret-missing")
        return given
    if given := os.environ.get(variable, "").strip():
        return given
    if sys.stdin.isatty():
        return str(click.prompt(what.capitalize(), hide_input=True, err=True))
    raise InputError(
        f"The {what} is missing, and nobody can be asked: standard input is no terminal.",
        fix=f"Pipe it in with {option}, or set the variable {variable}.",
        code="secret-missing",
    )
