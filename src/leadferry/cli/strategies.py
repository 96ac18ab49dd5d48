"""`leadferry strategies`: by which fields an existing lead is recognised (OC-79 to OC-85)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from leadferry.cli.lazy import ListingGroup
from leadferry.cli.lead_table import lead_table
from leadferry.cli.mappings import find_mapping
from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, print_json, print_table, warn, yes_no
from leadferry.cli.record import Action, as_recorded, record
from leadferry.errors import InputError

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App
    from leadferry.matching.model import Strategy


@click.group(cls=ListingGroup)
def strategies() -> None:
    """Matching strategies: one is in force, any number lie ready."""


@strategies.command("list")
@environment_option
@json_option
def list_(name: str | None, as_json: bool) -> None:
    """Show the strategies, their fields and the lead columns that are compared.

    \b
    Example:
      leadferry strategies list
    """
    with opened_environment(name) as (app, environment):
        known = app.strategies.list(environment.id)
        mappings = {mapping.id: mapping for mapping in app.mappings.list(environment.id)}
        troubles = app.strategies.troubles(environment.id)
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "active": one.active,
                    "always_create": one.always_create,
                    "create_contacts": one.create_contacts,
                    "fields": [{"name": mappings[key].name, "column": mappings[key].column} for key in one.fields],
                }
                for one in known
            ]
        )
        return
    rows = [
        (
            one.name,
            "in force" if one.active else "",
            ", ".join(f"{mappings[key].name} ({mappings[key].column})" for key in one.fields) or "none",
            yes_no(one.always_create),
            yes_no(one.create_contacts),
        )
        for one in known
    ]
    print_table(("name", "", "fields", "always create", "contacts"), rows)
    for trouble in troubles:
        click.echo(f"Warning: {trouble}", err=True)


KIND = "matching strategy"

_FLAGS = (
    click.option("--always-create/--match", default=None, help="Skip matching: a new lead for every submission, once."),
    click.option(
        "--create-contacts/--no-create-contacts", "contacts", default=None, help="Whether a new lead gets a contact."
    ),
)


@strategies.command()
@click.argument("strategy")
@click.option("--field", "fields", multiple=True, help="Field to compare; may be repeated. See `leadferry mappings`.")
@_FLAGS[0]
@_FLAGS[1]
@click.option("--activate", is_flag=True, help="Put it in force at once.")
@environment_option
def add(
    strategy: str,
    fields: tuple[str, ...],
    always_create: bool | None,
    contacts: bool | None,
    activate: bool,
    name: str | None,
) -> None:
    """Add a strategy. A lead matches when ALL its fields are equal.

    \b
    Example:
      leadferry strategies add "Mail and phone" --field EMAIL --field PHONE_NUMBER --activate
    """
    with opened_environment(name) as (app, environment):
        added = app.strategies.add(
            environment.id,
            strategy,
            _ids(app, environment, fields),
            always_create=bool(always_create),
            create_contacts=contacts is not False,
        )
        if activate:
            app.strategies.activate(environment.id, added.id)
            added = app.strategies.by_name(environment.id, added.name)
        new = as_recorded(added)
        record(app, environment, Action.CHANGE_RULES, KIND, added.id, added.name, after=new)
        click.echo(f'Strategy "{added.name}" is added{" and in force" if activate else ""}.')
        _warn(app, environment, added)


@strategies.command()
@click.argument("strategy")
@environment_option
def activate(strategy: str, name: str | None) -> None:
    """Put STRATEGY in force from the next delivery on; the one before it lies ready.

    \b
    Example:
      leadferry strategies activate "Mail and phone"
    """
    with opened_environment(name) as (app, environment):
        found = app.strategies.by_name(environment.id, strategy)
        before = app.strategies.active(environment.id)
        app.strategies.activate(environment.id, found.id)
        old, new = {"in_force": before.name}, {"in_force": found.name}
        record(app, environment, Action.CHANGE_RULES, KIND, found.id, found.name, before=old, after=new)
        click.echo(f'Strategy "{found.name}" is in force.')
        _warn(app, environment, found)


@strategies.command("set")
@click.argument("strategy", required=False)
@click.option("--name", "new_name", help="A new name.")
@_FLAGS[0]
@_FLAGS[1]
@environment_option
def set_(
    strategy: str | None, new_name: str | None, always_create: bool | None, contacts: bool | None, name: str | None
) -> None:
    """Change name or switches of STRATEGY; of the one in force, unless it is named.

    \b
    Examples:
      leadferry strategies set --no-create-contacts
      leadferry strategies set "Mail and phone" --always-create
    """
    if new_name is None and always_create is None and contacts is None:
        raise InputError(
            "Nothing is to be changed.", fix="Name --name, --always-create or --no-create-contacts.", code="no-change"
        )
    with opened_environment(name) as (app, environment):
        found = _named(app, environment, strategy)
        changed = app.strategies.change(
            environment.id, found.id, name=new_name, always_create=always_create, create_contacts=contacts
        )
        old, new = as_recorded(found), as_recorded(changed)
        record(app, environment, Action.CHANGE_RULES, KIND, found.id, changed.name, before=old, after=new)
        click.echo(f'Strategy "{changed.name}" is changed.')


@strategies.command()
@click.argument("strategy")
@click.argument("fields", nargs=-1, required=True)
@environment_option
def fields(strategy: str, fields: tuple[str, ...], name: str | None) -> None:
    """Give STRATEGY these FIELDS instead of those it has.

    \b
    Example:
      leadferry strategies fields "E-mail address" EMAIL LAST_NAME
    """
    with opened_environment(name) as (app, environment):
        found = app.strategies.by_name(environment.id, strategy)
        changed = app.strategies.set_fields(environment.id, found.id, _ids(app, environment, fields))
        old, new = as_recorded(found), as_recorded(changed)
        record(app, environment, Action.CHANGE_RULES, KIND, found.id, changed.name, before=old, after=new)
        click.echo(f'Strategy "{found.name}" is changed.')
        _warn(app, environment, changed)


@strategies.command()
@click.argument("strategy")
@environment_option
def remove(strategy: str, name: str | None) -> None:
    """Remove STRATEGY; not the one in force.

    \b
    Example:
      leadferry strategies remove "Mail and phone"
    """
    with opened_environment(name) as (app, environment):
        found = app.strategies.by_name(environment.id, strategy)
        app.strategies.remove(environment.id, found.id)
        record(app, environment, Action.CHANGE_RULES, KIND, found.id, found.name, before=as_recorded(found))
        click.echo(f'Strategy "{found.name}" is removed.')


def _named(app: App, environment: Environment, strategy: str | None) -> Strategy:
    if strategy is None:
        return app.strategies.active(environment.id)
    return app.strategies.by_name(environment.id, strategy)


def _ids(app: App, environment: Environment, fields: tuple[str, ...]) -> list[int]:
    mappings = app.mappings.list(environment.id)
    return [find_mapping(mappings, field).id for field in fields]


def _warn(app: App, environment: Environment, strategy: Strategy) -> None:
    """What is wrong with it in the light of the live table, if Dynamics can be asked."""
    from leadferry.matching.checks import check_strategy

    table = lead_table(app, environment)
    for text in check_strategy(strategy, app.mappings.list(environment.id), table) if table else ():
        warn(text, "Warning")
