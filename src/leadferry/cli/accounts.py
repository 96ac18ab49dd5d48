"""`leadferry accounts`: the ad accounts and company pages behind the forms (OC-45 to OC-52)."""

from __future__ import annotations

import click

from leadferry.accounts.row_id import row_id
from leadferry.cli.lazy import ListingGroup
from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, moment, print_json, print_table, yes_no
from leadferry.cli.record import Action, record
from leadferry.errors import InputError


@click.group(cls=ListingGroup)
def accounts() -> None:
    """Ad accounts and company pages: whether they are synchronized, and who owns their leads."""


@accounts.command("list")
@environment_option
@json_option
def list_(name: str | None, as_json: bool) -> None:
    """Show what the user profiles reach, and how its syncs went.

    \b
    Example:
      leadferry accounts list
    """
    with opened_environment(name) as (app, environment):
        known = app.owners.list(environment.id)
    if as_json:
        shown = [
            {
                "urn": one.urn,
                "name": one.name,
                "sync_enabled": one.sync_enabled,
                "default_lead_owner": one.default_lead_owner_id,
                "form_sync": one.form_sync_status.label,
                "campaign_sync": one.campaign_sync_status.label if one.campaign_sync_status else "",
                "status": one.status_text,
                "last_form_sync_at": one.last_form_sync_at,
            }
            for one in known
        ]
        print_json(shown)
        return
    rows = [
        (
            one.linkedin_id,
            one.name,
            "page" if one.kind == "organization" else "ad account",
            yes_no(one.sync_enabled),
            one.form_sync_status.label,
            one.campaign_sync_status.label if one.campaign_sync_status else "",
            moment(one.last_form_sync_at),
            one.default_lead_owner_id,
            one.status_text,
        )
        for one in known
    ]
    head = ("id", "name", "kind", "sync", "forms", "campaigns", "last look", "lead owner", "status")
    print_table(head, rows, empty="None was found yet: connect a user profile, `leadferry profile add`.")


@accounts.command("set")
@click.argument("account")
@click.option("--sync/--no-sync", "sync", default=None, help="Whether its form responses are pulled.")
@click.option("--lead-owner", help="systemuserid that owns its new leads; empty for the profile's.")
@environment_option
def set_(account: str, sync: bool | None, lead_owner: str | None, name: str | None) -> None:
    """Change ACCOUNT, named by its LinkedIn id, its URN or its name.

    \b
    Examples:
      leadferry accounts set 5002 --no-sync
      leadferry accounts set 5001 --lead-owner 6b0d3c11-0000-4000-8000-000000000001
    """
    if sync is None and lead_owner is None:
        raise InputError("Nothing is to be changed.", fix="Name --sync, --no-sync or --lead-owner.", code="no-change")
    with opened_environment(name) as (app, environment):
        found = app.owners.get(environment.id, account)
        if sync is not None:
            app.owners.set_sync_enabled(environment.id, found.id, sync)
        if lead_owner is not None:
            app.owners.set_default_lead_owner(environment.id, found.id, row_id(lead_owner))
        after = app.owners.by_id(environment.id, found.id)
        old, new = (
            {"sync_enabled": one.sync_enabled, "default_lead_owner_id": one.default_lead_owner_id}
            for one in (found, after)
        )
        record(app, environment, Action.CHANGE_ACCOUNT, "account", found.id, found.name, before=old, after=new)
        click.echo(f"{found.name} is changed.")
