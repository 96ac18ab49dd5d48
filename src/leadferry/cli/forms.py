"""`leadferry forms`: lead forms as LinkedIn shows them, with every version seen (OC-58, OC-61, OC-63)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from leadferry.cli.lazy import ListingGroup
from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, moment, plain, print_facts, print_json, print_table
from leadferry.errors import NotFoundError

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App
    from leadferry.forms.form_store import LeadForm
    from leadferry.forms.model import FormVersion


@click.group(cls=ListingGroup)
def forms() -> None:
    """Lead forms, their versions and questions."""


@forms.command("list")
@environment_option
@json_option
def list_(name: str | None, as_json: bool) -> None:
    """Show the lead forms that are known.

    \b
    Example:
      leadferry forms list
    """
    with opened_environment(name) as (app, environment):
        known = app.forms.list(environment.id)
        owners = _owners(app, environment)
    if as_json:
        print_json([as_shown(one, owners) for one in known])
        return
    rows = [
        (
            one.linkedin_id,
            one.name,
            owners.get(one.owner_id or 0, ""),
            one.state.lower(),
            one.sync_status.label,
            ", ".join(map(str, one.versions)),
            moment(one.last_sync_at),
        )
        for one in known
    ]
    head = ("id", "name", "account or page", "state", "sync", "versions", "last sync")
    print_table(head, rows, empty="None was found yet: `leadferry profile add` looks for them.")


@forms.command()
@click.argument("form")
@environment_option
@click.option("--version", "number", type=int, help="A version.  [default: the newest seen]")
@json_option
def show(form: str, name: str | None, number: int | None, as_json: bool) -> None:
    """Show questions, consents and hidden fields of FORM (its LinkedIn id or name), and where each answer goes.

    \b
    Examples:
      leadferry forms show 3162
      leadferry forms show "Demo request" --version 2
    """
    with opened_environment(name) as (app, environment):
        known = _found(app, environment, form)
        number = number or known.versions[-1]
        stored = app.forms.version(environment.id, known.linkedin_id, number)
        if stored is None:
            raise NotFoundError(
                f'Version {number} of the form "{known.name}" was never seen.',
                fix=f"Seen: {', '.join(map(str, known.versions))}.",
                code="form-unknown",
            )
        columns = {(one.source.value, one.key): one.column or "" for one in app.mappings.list(environment.id)}
        changes = _changes(app, environment, known, number)
        owners = _owners(app, environment)
    rows = _rows(stored[1], columns)
    if as_json:
        fields = [dict(zip(("kind", "id", "text", "options", "required", "column"), row, strict=True)) for row in rows]
        print_json(as_shown(known, owners) | {"version": number, "changes": changes, "fields": fields})
        return
    _print(known, stored[1], rows, changes)


def as_shown(one: LeadForm, owners: dict[int, str]) -> dict[str, Any]:
    return {
        "id": one.linkedin_id,
        "name": one.name,
        "account": owners.get(one.owner_id or 0, ""),
        "state": one.state,
        "sync": one.sync_status.label,
        "versions": list(one.versions),
        "last_sync_at": one.last_sync_at,
    }


def _owners(app: App, environment: Environment) -> dict[int, str]:
    return {owner.id: owner.name for owner in app.owners.list(environment.id)}


def _found(app: App, environment: Environment, reference: str) -> LeadForm:
    known = app.forms.list(environment.id)
    wanted = reference.strip().casefold()
    for one in known:
        if wanted in {str(one.linkedin_id), one.name.casefold()}:
            return one
    raise NotFoundError(
        f'There is no form "{reference}" in this environment.',
        fix="`leadferry forms list` shows those that are known.",
        code="form-unknown",
    )


def _changes(app: App, environment: Environment, form: LeadForm, number: int) -> list[str]:
    """What differs from the version seen before this one."""
    from leadferry.forms.drift import drift

    before = [version for version in form.versions if version < number]
    if not before:
        return []
    old = app.forms.version(environment.id, form.linkedin_id, before[-1])
    new = app.forms.version(environment.id, form.linkedin_id, number)
    return drift(old[1], new[1]) if old and new else []


def _rows(form: FormVersion, columns: dict[tuple[str, str], str]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for question in form.questions:
        key = ("predefined", question.predefined) if question.predefined else ("question", str(question.id))
        options = [option.text for option in question.options]
        kind = question.predefined or "question"
        rows.append((kind, question.id, question.label, options, question.required, columns.get(key, "")))
    for consent in form.consents:
        column = columns.get(("consent", str(consent.id)), "")
        rows.append(("consent", consent.id, consent.text, [], consent.required, column))
    for hidden, value in form.hidden_fields:
        rows.append(("hidden field", hidden, value, [], False, columns.get(("hidden", hidden), "")))
    return rows


def _print(known: LeadForm, form: FormVersion, rows: list[tuple[Any, ...]], changes: list[str]) -> None:
    print_facts(
        [
            ("form", f"{known.name} ({known.linkedin_id})"),
            ("version", f"{form.version} of {', '.join(map(str, known.versions))}"),
            ("state", known.state.lower()),
            ("language", form.locale),
            ("headline", form.headline),
            ("privacy policy", form.privacy_policy_url),
            ("leads to", form.landing_page_url),
        ]
    )
    click.echo()
    head = ("field", "id", "text", "options", "required", "lead column")
    print_table(head, [(*row[:3], " | ".join(row[3]), *row[4:]) for row in rows])
    for change in changes:
        click.echo(f"New in this version: {plain(change)}")
