"""`leadferry submissions`: look at the journey of form submissions, decide reviews, replay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from leadferry.cli.lazy import ListingGroup
from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, moment, print_json, print_table
from leadferry.cli.record import Action, record
from leadferry.errors import InputError

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App

STATES = ("pending", "retry", "review", "delivered", "failed", "rejected")
MATCHING = ("pending", "created", "updated", "match-failed", "creation-failed", "update-failed", "not-updated")
PAGE = 500


@click.group(cls=ListingGroup)
def submissions() -> None:
    """Form submissions: one for each form response, with its whole journey."""


@submissions.command("list")
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only these; may be repeated.")
@click.option("--matching", multiple=True, type=click.Choice(MATCHING), help="Only with this matching status.")
@click.option("--test/--no-test", "test", default=None, help="Only test leads, or none of them.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many at most.")
@click.option("--before", type=int, metavar="NUMBER", help="Continue a listing before this number.")
@environment_option
@json_option
def list_(
    states: tuple[str, ...],
    matching: tuple[str, ...],
    test: bool | None,
    limit: int,
    before: int | None,
    name: str | None,
    as_json: bool,
) -> None:
    """Show form submissions, newest first.

    \b
    Examples:
      leadferry submissions list --state review --state failed
      leadferry submissions list --matching match-failed --json
    """
    from leadferry.delivery.model import MatchingStatus, State

    with opened_environment(name) as (app, environment):
        found = app.submissions.list(
            environment.id,
            states=[State[state.upper()] for state in states],
            matching=[MatchingStatus[status.upper().replace("-", "_")] for status in matching],
            test=test,
            limit=limit,
            before_id=before,
        )
    if as_json:
        print_json([as_dict(row) for row in found])
        return
    rows = [
        (
            row["id"],
            moment(row["submitted_at"]),
            row["state"].label,
            row["matching_status"].label + (" (test lead)" if row["test"] else ""),
            row["form"] or "",
            row["account"] or "",
            row["lead_id"] or "",
        )
        for row in found
    ]
    print_table(("number", "submitted", "state", "matching status", "form", "account", "lead"), rows, empty="None.")
    if len(found) == limit:
        click.echo(f"More: --before {found[-1]['id']}", err=True)


SHOWN = (
    "id", "response_id", "lead_type", "test", "form", "form_id", "form_version", "account", "campaign", "submitted_at",
    "received_at", "settled_at", "attempts", "lead_id", "contact_id",
)  # fmt: skip


def as_dict(row: dict[str, Any]) -> dict[str, Any]:
    """What a script may rely on. Statuses as their labels, times in ms UTC."""
    return {name: row[name] for name in SHOWN} | {
        "state": row["state"].label,
        "matching_status": row["matching_status"].label,
        "processing_state": row["processing_state"].label,
        "due_at": row["due_at"] or None,
    }


@submissions.command()
@click.argument("reference", metavar="NUMBER")
@environment_option
@json_option
def show(reference: str, name: str | None, as_json: bool) -> None:
    """Show the whole journey of a submission: answers, why it matched, what was changed from what, what did not fit.

    NUMBER is the one that `list` shows, or LinkedIn's id of the form response.

    \b
    Example:
      leadferry submissions show 12
    """
    from leadferry.cli.journey import journey_json, print_journey

    with opened_environment(name) as (app, environment):
        found = app.submissions.show(environment.id, reference)
        form = app.forms.version_by_key(found["form_version_id"]) if found["form_version_id"] else None
    if as_json:
        print_json(as_dict(found) | journey_json(found, form))
    else:
        print_journey(found, form)


@submissions.command()
@click.argument("references", metavar="[NUMBER]...", nargs=-1)
@click.option("--all-failed", is_flag=True, help="Every submission that needs a person.")
@click.option("--create", "create", is_flag=True, help="Decide: it is somebody new, create a lead.")
@click.option("--lead", metavar="LEAD_ID", help="Decide: it is this lead, update it.")
@click.option("--reject", is_flag=True, help="Decide: there shall be no lead.")
@click.option("--no-deliver", is_flag=True, help="Leave it to the next sync instead of delivering now.")
@environment_option
@json_option
def replay(
    references: tuple[str, ...],
    all_failed: bool,
    create: bool,
    lead: str | None,
    reject: bool,
    no_deliver: bool,
    name: str | None,
    as_json: bool,
) -> None:
    """Send settled submissions again, or decide about them. Never makes a second lead for one submission.

    \b
    Examples:
      leadferry submissions replay 12 --lead 2b0c11d2-...    it is this lead: update it
      leadferry submissions replay 12 --create               it is somebody new
      leadferry submissions replay 12 --reject               no lead
      leadferry submissions replay --all-failed              the cause is mended: again
    """
    from leadferry.accounts.row_id import row_id

    decision = _decision(create, lead, reject)
    with opened_environment(name) as (app, environment):
        wanted = [*references, *(_failed(app, environment) if all_failed else [])]
        if not wanted and not all_failed:
            raise InputError(
                "No submission is named.",
                fix="Give numbers that `leadferry submissions list` shows, or --all-failed.",
                code="nothing-named",
            )
        count = app.replay(environment, wanted, decision, row_id(lead or ""))
        _record(app, environment, wanted, decision, lead or "")
        result = app.deliver(environment) if count and decision != "reject" and not no_deliver else None
        after = [app.submissions.show(environment.id, reference) for reference in wanted[:PAGE]]
    if as_json:
        print_json([as_dict(row) for row in after])
    else:
        for row in after:
            click.echo(f"{row['id']:>6}  {row['state'].label:<10}  {row['matching_status'].label}")
        click.echo(f"{count:,} {'rejected' if decision == 'reject' else 'put back'}.", err=True)
    for trouble in result.troubles if result else ():
        click.echo(f"Trouble: {trouble}", err=True)
    if result and (result.troubles or result.failed):
        raise SystemExit(3 if result.troubles else 1)


def _record(app: App, environment: Environment, wanted: Sequence[str], decision: str, lead: str) -> None:
    """One entry each, by number: the answers stay where they are."""
    after = {"decision": decision, **({"lead": lead} if lead else {})}
    for reference in wanted:
        record(
            app, environment, Action.DECIDE_SUBMISSIONS, "form submission", reference, f"Submission {reference}",
            after=after,
        )  # fmt: skip


def _decision(create: bool, lead: str | None, reject: bool) -> str:
    if create + bool(lead) + reject > 1:
        raise InputError(
            "More than one decision is given.", fix="Give one of --create, --lead, --reject.", code="one-way"
        )
    return "create" if create else "lead" if lead else "reject" if reject else "again"


def _failed(app: App, environment: Environment) -> list[str]:
    from leadferry.delivery.model import State

    found: list[str] = []
    before: int | None = None
    while True:
        page = app.submissions.list(environment.id, states=[State.FAILED], limit=PAGE, before_id=before)
        found += [str(row["id"]) for row in page]
        if len(page) < PAGE:
            return found
        before = page[-1]["id"]


@submissions.command("delete-test-leads")
@click.option("--yes", is_flag=True, help="Do not ask.")
@environment_option
@json_option
def delete_test_leads(yes: bool, name: str | None, as_json: bool) -> None:
    """Delete every test lead of Campaign Manager again: its answers, its lead, its rows in Leadferry's tables.

    A lead that was there before gets its old values back; one that a real response shares stays. The rows of the
    submissions stay without answers, so that LinkedIn does not bring them again.

    \b
    Example:
      leadferry submissions delete-test-leads
    """
    from leadferry.cli.asking import confirm

    with opened_environment(name) as (app, environment):
        count = app.count_test_leads(environment)
        if count.submissions:
            confirm(f"Delete {count.submissions:,} test leads, {count.leads:,} leads in Dynamics?", yes=yes)
        swept = app.delete_test_leads(environment, "")
        told = {"submissions": swept.submissions, "leads": swept.leads, "undone": swept.undone, "kept": len(swept.kept)}
        if swept.submissions:
            record(
                app, environment, Action.DELETE_SUBMISSIONS, "test leads", environment.id, environment.name, after=told
            )
            app.deliver(environment)
    if as_json:
        print_json(told | {"kept": swept.kept})
        return
    click.echo(f"{swept.submissions:,} test leads deleted, {swept.leads:,} leads in Dynamics.")
    for kept in swept.kept:
        click.echo(f"Stays: {kept}", err=True)


@submissions.command("deleted-at-linkedin")
@click.argument("references", metavar="RESPONSE_ID...", nargs=-1, required=True)
@environment_option
@json_option
def deleted_at_linkedin(references: tuple[str, ...], name: str | None, as_json: bool) -> None:
    """Follow the policy (configuration option on_linkedin_deletion) for form responses that LinkedIn has deleted.

    Each is asked of LinkedIn by its id first: what it still shows was not deleted.

    \b
    Example:
      leadferry submissions deleted-at-linkedin 1f0c7a52-0b7e-4c0e-9c55-2a1d6a0f9e11-4
    """
    with opened_environment(name) as (app, environment):
        for reference in references:
            app.submissions.show(environment.id, reference)  # one that is not of this environment changes nothing
        told = app.deletions(environment).told(references)
        for one in told:
            if one.done:
                record(
                    app, environment, Action.DELETE_SUBMISSIONS, "submission", one.number or "",
                    f"Form submission {one.number}", after={"deleted": "at LinkedIn"},
                )  # fmt: skip
    if as_json:
        print_json([{"response_id": one.response_id, "number": one.number, "words": one.words} for one in told])
        return
    for one in told:
        click.echo(f"{one.response_id}: {one.words}")
