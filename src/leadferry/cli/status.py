"""`leadferry status`: how things stand in each environment (OC-103)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from leadferry.cli.opening import chosen, opened
from leadferry.cli.output import json_option, moment, print_facts, print_json, print_table

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App
    from leadferry.engine.reconcile_worker import FormCount


@click.command()
@click.option("-e", "--environment", "name", metavar="NAME", help="Only this environment.")
@click.option("--reconcile", is_flag=True, help="Count form by form at LinkedIn and in Dynamics too; takes requests.")
@json_option
def status(name: str | None, reconcile: bool, as_json: bool) -> None:
    """Show how things stand: profiles, accounts, newest sync, counts by matching status, what needs a person.

    \b
    Examples:
      leadferry status
      leadferry status --reconcile        proves that nothing is missing
    """
    with opened() as app:
        wanted = [chosen(app, name)] if name else app.environments.list() or [chosen(app, None)]
        found = [_gather(app, environment, reconcile) for environment in wanted]
    if as_json:
        print_json(found)
        return
    for number, one in enumerate(found):
        if number:
            click.echo()
        _show(one)


def _gather(app: App, environment: Environment, reconcile: bool) -> dict[str, Any]:
    owners = app.owners.list(environment.id)
    names = {owner.id: owner.name for owner in owners}
    cursors = app.owners.cursors(environment.id)
    found: dict[str, Any] = {
        "environment": environment.name,
        "address": environment.url,
        "trouble": environment.trouble,
        "trouble_at": environment.trouble_at,
        "newest_sync_at": max((cursor.polled_at for cursor in cursors), default=None),
        "strategy": app.strategies.active(environment.id).name,
        "profiles": [
            {
                "name": one.name,
                "authorization": one.authorization.label,
                "sync_status": one.sync_status.label,
                "status": one.status_text,
                "last_sync_at": one.last_sync_at,
            }
            for one in app.profiles.list(environment.id)
        ],
        "accounts": [
            {
                "name": owner.name,
                "sync_enabled": owner.sync_enabled,
                "form_sync": owner.form_sync_status.label,
                "campaign_sync": owner.campaign_sync_status.label if owner.campaign_sync_status else "",
                "status": owner.status_text,
            }
            for owner in owners
        ],
        "counts": app.counts(environment),
        "mirror": app.mirror_state(environment),
        "troubles": [
            f"{names.get(cursor.owner_id, '?')}, {cursor.lead_type}: {cursor.trouble}"
            for cursor in cursors
            if cursor.trouble
        ],
    }
    if reconcile:
        counts = app.reconcile(environment)
        found["forms"] = [_form(one) for one in counts]
        found["gap"] = sum(one.gap for one in counts)
    return found


def _form(one: FormCount) -> dict[str, Any]:
    names = ("form_id", "form", "linkedin", "stored", "settled", "review", "failed", "leads", "leads_missing", "gap")
    return {name: getattr(one, name) for name in names}


def _show(one: dict[str, Any]) -> None:
    counts = one["counts"]
    click.echo(click.style(f"{one['environment']}  {one['address']}", bold=True))
    print_facts(
        [
            ("newest sync", moment(one["newest_sync_at"])),
            ("matching strategy", one["strategy"]),
            ("form submissions", f"{counts['all']:,} ({counts['test']:,} test leads)"),
        ],
        "  ",
    )
    if one["trouble"]:
        click.echo(click.style(f"  Trouble since {moment(one['trouble_at'])}: {one['trouble']}", fg="red"))
    _show_counts(counts)
    _show_mirror(one["mirror"])
    click.echo("\n  User profiles")
    print_table(
        ("  name", "authorization", "sync", "last look", "status"),
        [
            (f"  {p['name']}", p["authorization"], p["sync_status"], moment(p["last_sync_at"]), p["status"])
            for p in one["profiles"]
        ],
        empty="  None yet: `leadferry profile add` adds one.",
    )
    click.echo("\n  Accounts and pages")
    print_table(
        ("  name", "forms", "campaigns", "status"),
        [(f"  {a['name']}", a["form_sync"], a["campaign_sync"], a["status"]) for a in one["accounts"]],
        empty="  None was found yet.",
    )
    for trouble in one["troubles"]:
        click.echo(click.style(f"  Trouble: {trouble}", fg="red"))
    if "forms" in one:
        _show_forms(one)


def _show_counts(counts: dict[str, int]) -> None:
    from leadferry.delivery.model import MatchingStatus, State

    for status_ in MatchingStatus:
        if counts[status_.label]:
            click.echo(f"  {counts[status_.label]:>9,}  {status_.label}")
    open_ = [(State.PENDING, "waiting for delivery"), (State.RETRY, "to be tried again")]
    people = [(State.REVIEW, "waiting for a decision"), (State.FAILED, "need a person")]
    for state, words in [*open_, *people]:
        if counts[state.label]:
            click.echo(f"  {counts[state.label]:>9,}  {words}: leadferry submissions list --state {state.label}")


def _show_mirror(mirror: dict[str, Any]) -> None:
    if mirror["on"] and mirror["waiting"]:
        click.echo(f"  {mirror['waiting']:>9,}  waiting for the mirror in Dynamics")
    if mirror["on"] and mirror["trouble"]:
        click.echo(click.style(f"  The mirror waits: {mirror['trouble']}", fg="yellow"))


def _show_forms(one: dict[str, Any]) -> None:
    click.echo("\n  Reconciliation")
    head = ("  form", "at LinkedIn", "stored", "settled", "review", "failed", "leads", "missing", "gap")
    keys = ("linkedin", "stored", "settled", "review", "failed", "leads", "leads_missing", "gap")
    print_table(head, [(f"  {form['form'] or form['form_id']}", *(form[key] for key in keys)) for form in one["forms"]])
    color = "red" if one["gap"] else "green"
    click.echo(click.style(f"  Gap: {one['gap']:,}", fg=color))
