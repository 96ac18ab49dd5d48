"""`leadferry retention`: what is kept for how long, what goes next, and that it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from leadferry.cli.lazy import ListingGroup
from leadferry.cli.opening import environment_option, opened, opened_environment
from leadferry.cli.output import json_option, moment, print_facts, print_json
from leadferry.cli.record import Action, record

if TYPE_CHECKING:
    from leadferry.privacy.keeping import Amounts

KINDS = ("answers", "details", "alerts", "audit")


@click.group(cls=ListingGroup)
def retention() -> None:
    """What is taken away after its time. `leadferry config set keep_answers_days 90` and its like say when.

    While `leadferry web` or `leadferry sync` runs, it is done once a day.
    """


@retention.command()
@click.option("--answers", metavar="DAYS", help="Try keep_answers_days.")
@click.option("--details", metavar="DAYS", help="Try keep_details_days.")
@click.option("--alerts", metavar="DAYS", help="Try keep_alerts_days.")
@click.option("--audit", metavar="DAYS", help="Try keep_audit_days.")
@environment_option
@json_option
def show(
    answers: str | None, details: str | None, alerts: str | None, audit: str | None, name: str | None, as_json: bool
) -> None:
    """Show what the last run took away, and what the next one would; also with other days, before they are set.

    \b
    Examples:
      leadferry retention show
      leadferry retention show --answers 90 --details 90
    """
    from leadferry.privacy.keeping import in_words, kept_words

    tried = {"answers": answers, "details": details, "alerts": alerts, "audit": audit}
    options = {f"keep_{kind}_days": days for kind, days in tried.items() if days is not None}
    with opened_environment(name) as (app, environment):
        asked = app.environments.configuration(environment).set_all(options)
        due = app.due_for_removal(environment, asked)
        last = app.retention.store.last_run(environment.id)
    days = {kind: getattr(asked, f"keep_{kind}_days") for kind in KINDS}
    if as_json:
        print_json({"days": days, "due": _numbers(due), "last_run": last._asdict() if last else None})
        return
    print_facts((f"keep {kind}", f"{count:,} days" if count else "always") for kind, count in days.items())
    click.echo(f"Last run: {moment(last.began_at) if last else 'never'}" + (f", {last.trouble}" if _bad(last) else ""))
    for words in [*in_words(due), kept_words(due)]:
        if words:
            click.echo(words)
    if not due.total:
        click.echo("Nothing is due.")


def _bad(last: Any) -> bool:
    return bool(last and last.trouble)


def _numbers(amounts: Amounts) -> dict[str, int]:
    return {name: getattr(amounts, name) for name in (*KINDS, "undecided")}


@retention.command()
@environment_option
@json_option
def run(name: str | None, as_json: bool) -> None:
    """Take away now what is due, in small steps; leads cross meanwhile.

    \b
    Example:
      leadferry retention run
    """
    with opened_environment(name) as (app, environment):
        taken = app.retention.clear(environment)
        told = {"retention": "now"}
        record(app, environment, Action.DELETE_SUBMISSIONS, "environment", environment.id, environment.name, after=told)
    if as_json:
        print_json(_numbers(taken))
    else:
        click.echo(", ".join(f"{kind} {getattr(taken, kind):,}" for kind in KINDS))


@retention.command()
def clean() -> None:
    """Write the database's file anew, so that nothing that was deleted can be read out of its free space.

    After an erasure this is done by itself where the file is below 500 MB. Writers wait meanwhile: some seconds for a
    gigabyte. On PostgreSQL it is a VACUUM, which nobody waits for.

    \b
    Example:
      leadferry retention clean
    """
    from leadferry.errors import BusyError
    from leadferry.store.cleaning import clean as clean_database

    with opened() as app:
        if not clean_database(app.database, whatever_size=True):
            raise BusyError(
                "Others are at work in the database, so its file was not written anew.", fix="Try again in a moment."
            )
    click.echo("Clean.")
