"""`leadferry mappings`: which field of a form fills which lead column, and how (OC-72 to OC-78)."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from leadferry.cli.lazy import ListingGroup
from leadferry.cli.lead_table import lead_table
from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, print_json, print_table, warn
from leadferry.cli.record import Action, as_recorded, record
from leadferry.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App
    from leadferry.mapping.model import FieldMapping

SOURCES = ("predefined", "question", "hidden", "consent", "fact")
ON_UPDATE = ("overwrite", "fill", "keep")
ON_PROBLEM = ("cut", "leave_out", "default")


@click.group(cls=ListingGroup)
def mappings() -> None:
    """Field mappings. Fields met in forms add themselves to the list, unmapped."""


@mappings.command("list")
@click.option("--mapped/--unmapped", "mapped", default=None, help="Only those with, or without, a lead column.")
@environment_option
@json_option
def list_(mapped: bool | None, name: str | None, as_json: bool) -> None:
    """Show the field mappings in their order: the first that fills a column wins.

    \b
    Example:
      leadferry mappings list --unmapped
    """
    with opened_environment(name) as (app, environment):
        found = [one for one in app.mappings.list(environment.id) if mapped is None or bool(one.column) is mapped]
    if as_json:
        print_json([as_dict(one) for one in found])
        return
    rows = [
        (
            one.id,
            one.source.value,
            one.key,
            one.name if len(one.name) <= 40 else f"{one.name[:37]}...",
            one.column or "",
            one.transform,
            one.on_update.value,
            one.on_problem.value,
        )
        for one in found
    ]
    head = ("number", "source", "key", "name", "column", "transform", "on update", "on problem")
    print_table(head, rows)


KIND = "field mapping"


def as_dict(one: FieldMapping) -> dict[str, Any]:
    return dataclasses.asdict(one)


def _options(command: Any) -> Any:
    for option in (
        click.option("--synonym", "synonyms", multiple=True, metavar="ANSWER=OPTION", help="For choices; repeatable."),
        click.option("--default", help="Used with --on-problem default."),
        click.option("--on-problem", type=click.Choice(ON_PROBLEM), help="What happens to a value that does not fit."),
        click.option("--on-update", type=click.Choice(ON_UPDATE), help="What an answer does to a lead that is there."),
        click.option("--transform", help="How the value is read; empty: by source and column."),
        click.option("--column", help="Lead column, by logical name; empty: unmapped."),
    ):
        command = option(command)
    return command


@mappings.command()
@click.argument("source", type=click.Choice(SOURCES))
@click.argument("key")
@click.option("--name", "title", help="Name for people.  [default: the key]")
@_options
@environment_option
def add(source: str, key: str, title: str | None, name: str | None, **given: Any) -> None:
    """Add a mapping for a field. KEY: EMAIL, a question or consent id, a hidden field's name, or a fact's.

    \b
    Example:
      leadferry mappings add hidden utm_source --column sic
    """
    from leadferry.mapping.model import FieldMapping, Source

    new = _changed(FieldMapping(0, Source(source), key, title or key), given)
    with opened_environment(name) as (app, environment):
        added = app.mappings.add(environment.id, new)
        record(app, environment, Action.CHANGE_RULES, KIND, added.id, added.name, after=as_recorded(added))
        click.echo(f"Field mapping {added.id} is added: {added.name} -> {added.column or '(unmapped)'}")
        _warn(app, environment, added)


@mappings.command("set")
@click.argument("field")
@click.option("--name", "title", help="A new name for people.")
@_options
@environment_option
def set_(field: str, title: str | None, name: str | None, **given: Any) -> None:
    """Change a mapping. FIELD is its number, key or name.

    \b
    Examples:
      leadferry mappings set INDUSTRY --on-update fill
      leadferry mappings set 31020000021 --column purchasetimeframe --synonym "Right away=Immediate"
    """
    with opened_environment(name) as (app, environment):
        before = find_mapping(app.mappings.list(environment.id), field)
        changed = _changed(before if title is None else dataclasses.replace(before, name=title), given)
        if changed == before:
            raise InputError("Nothing is to be changed.", fix="Name --column or another option.", code="no-change")
        app.mappings.change(environment.id, changed)
        old, after = as_recorded(before), as_recorded(changed)
        record(app, environment, Action.CHANGE_RULES, KIND, changed.id, changed.name, before=old, after=after)
        click.echo(f"Field mapping {changed.id} is changed: {changed.name} -> {changed.column or '(unmapped)'}")
        _warn(app, environment, changed)


@mappings.command()
@click.argument("field")
@environment_option
def remove(field: str, name: str | None) -> None:
    """Remove a mapping. A field that a form asks comes back, unmapped, when the form is met again.

    \b
    Example:
      leadferry mappings remove 47
    """
    with opened_environment(name) as (app, environment):
        found = find_mapping(app.mappings.list(environment.id), field)
        app.mappings.remove(environment.id, found.id)
        record(app, environment, Action.CHANGE_RULES, KIND, found.id, found.name, before=as_recorded(found))
        click.echo(f"Field mapping {found.id} ({found.name}) is removed.")


@mappings.command()
@environment_option
def check(name: str | None) -> None:
    """Compare every mapping with the lead table as it is now. Exit code 1 where one cannot work.

    \b
    Example:
      leadferry mappings check
    """
    from leadferry.mapping.checks import check_mapping

    with opened_environment(name) as (app, environment):
        table = app.dataverse(environment).table("lead")
        found = [(one, text) for one in app.mappings.list(environment.id) for text in check_mapping(one, table)]
    for one, text in found:
        click.echo(f"{one.id:>6}  {one.name}: {text}")
    if found:
        sys.exit(1)
    click.echo("Every mapping can work.")


@mappings.command()
@json_option
def transforms(as_json: bool) -> None:
    """Show the ways a value can be read.

    \b
    Example:
      leadferry mappings transforms
    """
    from leadferry.mapping.transforms.registry import TRANSFORMS

    if as_json:
        print_json({transform.name: transform.about for transform in TRANSFORMS.values()})
        return
    print_table(("transform", "gives"), [(transform.name, transform.about) for transform in TRANSFORMS.values()])


def find_mapping(known: Sequence[FieldMapping], field: str) -> FieldMapping:
    """By number, key or name, compared without case; predefined fields go before others of the same name."""
    from leadferry.options import did_you_mean

    wanted = field.strip().casefold()
    for texts in (lambda one: str(one.id), lambda one: one.key, lambda one: one.name):
        for one in known:
            if texts(one).casefold() == wanted:
                return one
    near = did_you_mean(field, [text for one in known for text in (one.key, one.name)])
    raise NotFoundError(
        f'There is no field mapping "{field}" in this environment.',
        fix=near or "`leadferry mappings list` shows them with number, key and name.",
        code="mapping-not-found",
    )


def _changed(mapping: FieldMapping, given: dict[str, Any]) -> FieldMapping:
    from leadferry.mapping.model import OnProblem, OnUpdate

    values: dict[str, Any] = {}
    if given["column"] is not None:
        values["column"] = given["column"].strip() or None
    if given["transform"] is not None:
        values["transform"] = _transform(given["transform"].strip())
    if given["on_update"]:
        values["on_update"] = OnUpdate(given["on_update"])
    if given["on_problem"]:
        values["on_problem"] = OnProblem(given["on_problem"])
    if given["default"] is not None:
        values["default"] = given["default"]
    if given["synonyms"]:
        values["synonyms"] = {**mapping.synonyms, **dict(_synonyms(given["synonyms"]))}
    return dataclasses.replace(mapping, **values)


def _transform(name: str) -> str:
    from leadferry.mapping.transforms.registry import LOOKUP, TRANSFORMS
    from leadferry.options import did_you_mean

    if name and name not in TRANSFORMS and not name.startswith(LOOKUP):
        raise InputError(
            f'There is no transform "{name}".',
            fix=did_you_mean(name, TRANSFORMS) or f"There are: {', '.join(TRANSFORMS)}, {LOOKUP}TABLE.COLUMN.",
            code="unknown-transform",
        )
    return name


def _synonyms(given: Iterable[str]) -> Iterable[tuple[str, str]]:
    for text in given:
        answer, equals, option = text.partition("=")
        if not equals or not answer.strip() or not option.strip():
            raise InputError(f'The synonym "{text}" is not usable.', fix="Write ANSWER=OPTION.", code="bad-synonym")
        yield answer.strip(), option.strip()


def _warn(app: App, environment: Environment, mapping: FieldMapping) -> None:
    """What is wrong with it, if Dynamics can be asked; it is stored in any case."""
    from leadferry.mapping.checks import check_mapping

    if not mapping.column:
        return
    table = lead_table(app, environment)
    for text in check_mapping(mapping, table) if table else ():
        warn(text, "Warning")
