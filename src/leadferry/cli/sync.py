"""`leadferry sync`: the main job."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from leadferry.cli.memory import collect_rarely, share_heaps
from leadferry.cli.monitoring import monitoring
from leadferry.cli.opening import chosen, environment_option, opened
from leadferry.cli.output import json_option, plain, print_json, warn
from leadferry.cli.reset import begin_again, try_reset
from leadferry.cli.signals import INTERRUPTED, stopping
from leadferry.errors import InputError

if TYPE_CHECKING:
    from leadferry.app import App
    from leadferry.engine.progress import Progress, SyncResult


@click.command()
@click.option("--once", is_flag=True, help="End when everything that LinkedIn shows now has its outcome.")
@click.option("--reset", is_flag=True, help="First read everything again that LinkedIn keeps; nothing comes twice.")
@click.option("--dry-run", is_flag=True, help="With --reset: say what it would do, and end.")
@click.option("--account", "accounts", multiple=True, help="With --reset: this account or page only; may be repeated.")
@environment_option
@json_option
@click.pass_context
def sync(
    context: click.Context,
    once: bool,
    reset: bool,
    dry_run: bool,
    accounts: tuple[str, ...],
    name: str | None,
    as_json: bool,
) -> None:
    """Carry form responses across, once or for ever.

    Without --once it runs until Ctrl-C or SIGTERM, for all environments unless one is named, and prints a line (with
    --json a JSON object) per round that did something. Ctrl-C ends it after the round under way; nothing is ever lost
    or written twice, however it ends.

    --reset is safe on a working setup: what is stored is left alone. It fetches form responses that are missing here.

    Exit code with --once: 0 all is well, 1 a submission needs a person, 3 LinkedIn or Dynamics in trouble.

    \b
    Examples:
      leadferry sync
      leadferry sync --once --environment production --json
      leadferry sync --reset --dry-run
    """
    if (dry_run or accounts) and not reset:
        raise InputError("--dry-run and --account belong to --reset.", fix="Add --reset.", code="no-reset")
    share_heaps()
    collect_rarely()
    with opened(long=not once) as app, stopping() as stop:
        if reset and dry_run:
            context.exit(try_reset(app, chosen(app, name), accounts, as_json, stop))
        if reset:
            begin_again(app, chosen(app, name), accounts)
        if once:
            context.exit(_once(app, name, as_json, stop))
        with monitoring(app):
            _for_ever(app, name, as_json, stop)


def _once(app: App, name: str | None, as_json: bool, stop: threading.Event) -> int:
    environment = chosen(app, name)
    with progress_bar() as tell:
        result = app.sync_once(environment, tell, stop=stop)
    report(result, as_json, environment.name)
    return INTERRUPTED if stop.is_set() else exit_code(result)


def _for_ever(app: App, name: str | None, as_json: bool, stop: threading.Event) -> None:
    environments = app.environments.list() if name is None else []
    environments = environments or [chosen(app, name)]
    all_of_them = name is None
    told: dict[str, list[str]] = {}

    def on_round(environment: str, result: SyncResult) -> None:
        if did_something(result):
            _print_round(environment, result, as_json)
        if told.get(environment, []) != result.troubles:
            told[environment] = list(result.troubles)
            for trouble in result.troubles:
                warn(f"{environment}: {trouble}")
            if not result.troubles:
                warn(f"{environment}: the trouble is over.", "Note")

    names = ", ".join(environment.name for environment in environments)
    click.echo(f"Running for {names}. Ctrl-C ends it.", err=True)
    app.run_forever(None if all_of_them else environments, stop, on_round=on_round)
    click.echo("Ended.", err=True)


def _print_round(name: str, result: SyncResult, as_json: bool) -> None:
    if as_json:
        import json

        click.echo(json.dumps({"environment": name, **result.as_json()}))
    else:
        click.echo(f"{plain(name)}: {words(result)}")


def did_something(result: SyncResult) -> bool:
    settled = result.created + result.updated + result.matched_not_updated + result.match_failed
    return bool(result.stored + settled + result.failed + result.retrying)


def exit_code(result: SyncResult) -> int:
    if result.troubles:
        return 3
    return 1 if result.failed else 0


def report(result: SyncResult, as_json: bool, name: str) -> None:
    if as_json:
        print_json({"environment": name, **result.as_json()})
    else:
        click.echo(words(result))
    for trouble in result.troubles:
        warn(trouble)
    for note in result.notes:
        warn(note, "Note")


COUNTED = (
    ("created", "new leads"),
    ("updated", "leads updated"),
    ("matched_not_updated", "matched, not updated"),
    ("match_failed", "held for review"),
    ("failed", "need a person"),
    ("retrying", "to be tried again"),
    ("test_leads", "of them test leads"),
)


def words(result: SyncResult) -> str:
    """`12 form responses stored: 10 new leads, 2 leads updated. 1.2 s, 3 requests to LinkedIn, 5 to Dynamics.`"""
    parts = [f"{getattr(result, name):,} {text}" for name, text in COUNTED if getattr(result, name)]
    became = f": {', '.join(parts)}" if parts else ""
    return (
        f"{result.stored:,} form responses stored{became}. {result.seconds:.1f} s, "
        f"{result.linkedin_requests:,} requests to LinkedIn, {result.dynamics_requests:,} to Dynamics."
    )


@contextmanager
def progress_bar() -> Iterator[Callable[[Progress], None]]:
    """On standard error, and only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda told: bar.update(
            task, completed=told.settled, total=max(told.stored, told.settled) or None, description=told.stage
        )
