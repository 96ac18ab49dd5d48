"""A strategy as a form says it, before it is saved. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from leadferry.console.edited import Drawn, Part
from leadferry.dataverse.metadata import Table
from leadferry.mapping.model import FieldMapping
from leadferry.matching.checks import COMPARABLE
from leadferry.matching.model import Strategy
from leadferry.words import _, together

KIND = _("matching strategy")
FIELD = "field-"
"""`field-12`: the field mapping 12 is a field of the strategy."""


def edited(strategy: Strategy, form: Mapping[str, str], known: Collection[int]) -> Strategy:
    """With `add` or `drop` done. A form without `edited` says nothing: the strategy as it is stored."""
    if "edited" not in form:
        return strategy
    named = [name.removeprefix(FIELD) for name in form if name.startswith(FIELD)]
    wanted = dict.fromkeys([*named, form.get("add", "")])
    wanted.pop(form.get("drop", ""), None)
    ids = {str(key): key for key in known}
    return replace(
        strategy,
        name=form.get("name", "").strip(),
        always_create=form.get("always_create") == "on",
        create_contacts=form.get("create_contacts") == "on",
        fields=tuple(ids[text] for text in wanted if text in ids),
    )


def same(one: Strategy, other: Strategy) -> bool:
    """Whether there is nothing to save."""
    return replace(one, fields=()) == replace(other, fields=()) and set(one.fields) == set(other.fields)


def drawn(strategy: Strategy, names: Mapping[int, str]) -> Drawn:
    """As its form shows it. `names`: of field mappings. Whether it is in force is shown beside."""
    words = together([names.get(key, str(key)) for key in strategy.fields], ", ") if strategy.fields else ""
    parts = (
        Part("name", _("Name"), strategy.name),
        Part("fields", _("Fields that must all agree"), sorted(strategy.fields), words),
        Part("always_create", _("Always create lead"), strategy.always_create),
        Part("create_contacts", _("Enable contact creation"), strategy.create_contacts),
        Part("active", _("In force"), strategy.active),
    )
    return Drawn(KIND, strategy.id, parts, also=("in_force",))


def comparable_fields(mappings: Iterable[FieldMapping], table: Table | None) -> list[FieldMapping]:
    """What can be a field: mapped to a column that can be compared (OC-77). Without a table all that are mapped."""
    return [one for one in mappings if one.column and (table is None or _can_compare(one.column, table))]


def _can_compare(name: str, table: Table) -> bool:
    column = table.columns.get(name)
    return column is not None and column.type in COMPARABLE and column.can_read and column.can_create


def recorded(strategy: Strategy) -> dict[str, Any]:
    """For the audit."""
    return {
        "name": strategy.name,
        "active": strategy.active,
        "always_create": strategy.always_create,
        "create_contacts": strategy.create_contacts,
        "fields": list(strategy.fields),
    }
