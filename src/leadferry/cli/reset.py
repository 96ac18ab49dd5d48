"""`leadferry sync --reset`: everything that LinkedIn keeps is read again; what is stored already is left alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from leadferry.cli.output import print_json, print_table, warn
from leadferry.cli.record import Action, record
from leadferry.cli.signals import INTERRUPTED

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App
    from leadferry.engine.dry_run_worker import DryRun


def try_reset(app: App, environment: Environment, accounts: Sequence[str], as_json: bool, stop: threading.Event) -> int:
    """Writes nothing. Returns the exit code."""
    from leadferry.engine.dry_run_worker import DryRun

    tried = app.dry_run(environment, DryRun(_ids(app, environment, accounts), app.clock()), stop.is_set)
    if as_json:
        print_json({"environment": environment.name, "accounts": [asdict(one) for one in tried.walks]})
    else:
        _show(tried)
    for trouble in tried.troubles:
        warn(trouble)
    return INTERRUPTED if tried.stopped else 3 if tried.troubles else 0


def begin_again(app: App, environment: Environment, accounts: Sequence[str]) -> None:
    """The sync that follows does the work."""
    ids = _ids(app, environment, accounts)
    app.owners.reset_cursors(environment.id, ids)
    names = [one.name for one in app.owners.list(environment.id) if ids is None or one.id in ids]
    record(
        app, environment, Action.RESET_SYNC, "environment", environment.id, environment.name, after={"accounts": names}
    )
    click.echo(f"Read again from the beginning: {', '.join(names) or 'nothing'}.", err=True)


def _ids(app: App, environment: Environment, accounts: Sequence[str]) -> frozenset[int] | None:
    if not accounts:
        return None
    return frozenset(app.owners.get(environment.id, reference).id for reference in accounts)


def _show(tried: DryRun) -> None:
    rows = [(one.owner, one.lead_type.lower(), one.read, one.stored, one.missing) for one in tried.walks]
    head = ("account or page", "lead type", "read again", "stored already", "missing here")
    print_table(head, rows, empty="No account or page is read.")
    click.echo(
        f"{tried.read:,} would be read again, {tried.stored:,} are stored already, {tried.missing:,} would be fetched "
        "and delivered, none twice. Nothing was changed."
    )
