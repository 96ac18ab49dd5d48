"""`leadferry solution`: what Leadferry installs in Dynamics 365."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from leadferry.cli.asking import confirm
from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, plain, print_facts, print_json, print_table, warn

if TYPE_CHECKING:
    from leadferry.solution.install_worker import Progress, Result, SolutionInstaller
    from leadferry.solution.plan import Step

Tell = Callable[["Progress"], None]

console_option = click.option(
    "--console-url",
    default="",
    metavar="URL",
    help="The console's address, to which the settings' entries lead.  [default: LEADFERRY_PUBLIC_URL, else as it is]",
)


class Group(click.Group):
    """In the order of declaration: as a person meets them."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=Group)
def solution() -> None:
    """Install Leadferry's tables, roles, views, charts, dashboard and app in Dynamics 365.

    It is an unmanaged solution with the publisher prefix ferry. Every command may be repeated: a second installation
    changes nothing, an interrupted one is finished by the next, and what Leadferry did not make is never touched.
    """


@solution.command()
@environment_option
@console_option
@json_option
def plan(name: str | None, console_url: str, as_json: bool) -> None:
    """Show what install or upgrade would do, and change nothing.

    \b
    Example:
      leadferry solution plan --environment production
    """
    with opened_environment(name) as (app, found):
        steps = app.solution(found, console_url=console_url).plan()
    if as_json:
        print_json({"environment": found.name, "steps": [step.as_json() for step in steps]})
        return
    print_steps(steps)


def print_steps(steps: list[Step]) -> None:
    if not steps:
        click.echo("Nothing to do: everything is as it should be.")
        return
    print_table(("do", "what", "name"), [(step.do.value, step.kind, step.name) for step in steps])
    click.echo(f"{len(steps)} steps.")


@solution.command()
@environment_option
@console_option
@json_option
def install(name: str | None, console_url: str, as_json: bool) -> None:
    """Install the solution, or finish an installation that was interrupted.

    Before anything is changed, the privileges that it needs are checked. At the end everything is read again.

    Exit code: 0 all is there; 1 a privilege is missing or something is left; 2 an older version is installed (see
    upgrade); 3 Dynamics refused.

    \b
    Example:
      leadferry solution install --console-url https://leadferry.contoso.example
    """
    _change(name, console_url, as_json, lambda installer, tell: installer.install(tell), "is installed")


@solution.command()
@environment_option
@console_option
@json_option
def upgrade(name: str | None, console_url: str, as_json: bool) -> None:
    """Bring an installed solution to this Leadferry's version. Rows stay; nothing is made smaller or removed.

    \b
    Example:
      leadferry solution upgrade --environment production
    """
    _change(name, console_url, as_json, lambda installer, tell: installer.upgrade(tell), "is up to date")


def _change(
    name: str | None,
    console_url: str,
    as_json: bool,
    work: Callable[[SolutionInstaller, Tell], Result],
    done: str,
) -> None:
    with opened_environment(name) as (app, found), progress_bar() as (tell, waiting):
        result = work(app.solution(found, console_url=console_url, on_wait=waiting), tell)
    report(result, found.name, as_json, f"The solution {done} in {plain(found.name)}, version {result.version}")


def report(result: Result, environment: str, as_json: bool, words: str) -> None:
    if as_json:
        print_json({"environment": environment, **result.as_json()})
    else:
        changed = f"{result.steps} steps" if result.steps else "nothing had to be changed"
        click.echo(f"{words}: {changed}, {result.seconds:.1f} s.")
    for note in result.notes:
        warn(note, "Note")


@solution.command()
@environment_option
@json_option
@click.pass_context
def status(context: click.Context, name: str | None, as_json: bool) -> None:
    """Show which version is installed, and whether it is complete.

    Exit code: 0 installed and complete, 1 otherwise.

    \b
    Example:
      leadferry solution status --json
    """
    with opened_environment(name) as (app, found):
        told = app.solution(found).status()
    if as_json:
        print_json({"environment": found.name, **told.as_json()})
    else:
        print_facts(
            (
                ("environment", found.name),
                ("state", STATES[told.state]),
                ("installed", told.version or "none"),
                ("this Leadferry's", told.wanted_version),
                ("steps to go", told.missing_steps),
                ("settings open", told.console_url or "lists in Dynamics"),
            )
        )
    context.exit(0 if told.state == "installed" else 1)


STATES = {
    "installed": "installed and complete",
    "missing": "not installed: leadferry solution install",
    "unfinished": "not complete: leadferry solution install",
    "older": "an older version: leadferry solution upgrade",
    "newer": "newer than this Leadferry: update Leadferry",
}


@solution.command()
@environment_option
@click.option("--delete-data", is_flag=True, help="Remove the tables too, with every row in them.")
@click.option("--keep-data", is_flag=True, help="Leave the tables and their rows.")
@click.option("--yes", is_flag=True, help="Do not ask; needs --delete-data or --keep-data.")
@json_option
def uninstall(name: str | None, delete_data: bool, keep_data: bool, yes: bool, as_json: bool) -> None:
    """Take the solution away: app, dashboard, charts, views, forms, roles, and, if you say so, the tables.

    Leads and contacts stay. A table to which others added columns, or at which their tables point, stays with its rows.

    \b
    Examples:
      leadferry solution uninstall
      leadferry solution uninstall --keep-data --yes
    """
    with opened_environment(name) as (app, found):
        installer = app.solution(found)
        delete = delete_data if delete_data != keep_data else _wants_data_deleted(installer, yes or delete_data)
        planned, rows = installer.removal(delete_data=delete)
        if not planned.steps:
            report(installer.uninstall(delete_data=delete), found.name, as_json, "Nothing of the solution is left")
            return
        lost = f" and {rows:,} rows, for good" if delete else "; tables and rows stay"
        confirm(f'Remove {len(planned.steps)} parts of the solution from "{found.name}"{lost}?', yes=yes)
        with progress_bar() as (tell, _waiting):
            result = installer.uninstall(delete_data=delete, on_progress=tell)
    report(result, found.name, as_json, f"The solution is removed from {plain(found.name)}")


def _wants_data_deleted(installer: SolutionInstaller, unclear: bool) -> bool:
    """Asks about data, and only a person at a terminal."""
    from leadferry.errors import InputError

    if unclear or not sys.stdin.isatty():
        raise InputError(
            "Whether the tables and their rows go too was not said clearly.",
            fix="Say --keep-data or --delete-data.",
            code="solution-data",
        )
    _, rows = installer.removal(delete_data=True)
    return click.confirm(f"Delete the tables too, with {rows:,} rows?", default=False, err=True)


@contextmanager
def progress_bar() -> Iterator[tuple[Tell, Callable[[float], None]]]:
    """On standard error, and only on a terminal; the second tells of waiting for another customization."""
    if not sys.stderr.isatty():
        yield (lambda _: None), lambda seconds: warn(_waiting(seconds), "Note")
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar
    from rich.table import Column

    words = TextColumn("{task.description}", table_column=Column(ratio=2, no_wrap=True, overflow="ellipsis"))
    columns: tuple[Any, ...] = (words, BarColumn(bar_width=None, table_column=Column(ratio=1)), MofNCompleteColumn())
    with Bar(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True, expand=True) as bar:
        task = bar.add_task("looking what is there", total=None)
        yield (
            lambda told: bar.update(task, completed=told.done, total=told.total, description=plain(told.doing)),
            lambda seconds: bar.update(task, description=_waiting(seconds)),
        )


def _waiting(seconds: float) -> str:
    return f"another customization is running; trying again in {seconds:.0f} s"
