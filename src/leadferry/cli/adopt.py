"""`leadferry adopt`: what Microsoft's discontinued connector left in Dynamics 365 is taken over."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, plain, print_json, print_table, warn
from leadferry.cli.record import Action, record

if TYPE_CHECKING:
    from leadferry.adoption.model import Count, Report


@click.command()
@click.option("--yes", is_flag=True, help="Carry it out; without it nothing is changed.")
@click.option("--replace", is_flag=True, help="Take theirs too where somebody decided otherwise here.")
@environment_option
@json_option
def adopt(yes: bool, replace: bool, name: str | None, as_json: bool) -> None:
    """Show what Microsoft's LinkedIn connector left in Dynamics, and with --yes take it over.

    Matching strategies, field mappings, the match-fail setting, accounts with their default lead owners, forms,
    campaigns, and every submission with its answers and its lead. What that connector delivered is never delivered
    again. Microsoft's tables are only read. It may be interrupted and repeated: what is here already is left alone.

    Exit code: 0, also where something cannot be taken (it is listed); 2 nothing was left there; 3 Dynamics refused.

    \b
    Examples:
      leadferry adopt --environment production
      leadferry adopt --environment production --yes
    """
    from leadferry.adoption.model import Do

    with opened_environment(name) as (app, environment):
        with _counter() as on_progress:
            report = app.adopt(environment, carry_out=yes, replace=replace, on_progress=on_progress)
        if yes:
            told = {"settings": [item.name for item in report.of(Do.TAKE)], "submissions": report.submissions.new}
            record(app, environment, Action.ADOPT, "adoption", environment.id, "Microsoft's connector", after=told)
    if as_json:
        print_json({"environment": environment.name, **report.as_json()})
    else:
        _print(report, environment.name)
    for note in report.notes:
        warn(note, "Note")


def _print(report: Report, environment: str) -> None:
    rows = [(item.do.value, item.kind, item.name, item.detail) for item in report.items]
    print_table(("do", "what", "name", "detail"), rows, empty="No settings were left.")
    click.echo()
    counts = (("forms", report.forms), ("campaigns", report.campaigns), ("submissions", report.submissions))
    print_table(("", "there", "new here", "known"), [_counted(kind, count) for kind, count in counts])
    click.echo()
    if report.linked:
        click.echo(f"{report.linked:,} that waited here were delivered there, and are not delivered again.")
    if report.carried_out:
        click.echo(f"Adopted in {plain(environment)}, {report.seconds:.1f} s.")
    else:
        click.echo("Nothing was changed. To carry it out: leadferry adopt --yes")


def _counted(kind: str, count: Count) -> tuple[str, ...]:
    return (kind, f"{count.found:,}", f"{count.new:,}", f"{count.known:,}")


@contextmanager
def _counter() -> Iterator[Callable[[int], None]]:
    """On standard error, and only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading Microsoft's tables") as status:
        yield lambda done: status.update(f"{done:,} submissions")
