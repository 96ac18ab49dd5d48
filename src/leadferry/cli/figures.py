"""`leadferry figures`: what is kept for Home and Performance."""

from __future__ import annotations

import click

from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, plain, print_json


@click.group()
def figures() -> None:
    """The figures kept for Home and Performance.

    They follow every submission by themselves, in the same transaction.
    """


@figures.command()
@environment_option
@json_option
def rebuild(name: str | None, as_json: bool) -> None:
    """Count every form submission anew.

    Never needed in daily work: after a database was repaired by hand, say. Leads pass meanwhile; what changes while it
    counts is among what differed.

    \b
    Example:
      leadferry figures rebuild --environment production
    """
    with opened_environment(name) as (app, environment):
        differing = app.rebuild_figures(environment)
    if as_json:
        print_json({"environment": environment.name, "differing": differing})
    else:
        found = f"{differing:,} figures differed" if differing else "none differed"
        click.echo(f"{plain(environment.name)}: counted anew, {found}.")
