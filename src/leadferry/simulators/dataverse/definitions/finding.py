"""Definitions by the keys of an address: `(LogicalName='lead')`, `(<MetadataId>)`. All raise the platform's 404."""

from __future__ import annotations

import re
from typing import Any

from leadferry.simulators.dataverse.model import Catalog, Column, Key, ManyToMany, OneToMany, OptionSet, Table
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.values import guid

_PAIR = re.compile(r"\s*(\w+)\s*=\s*'?(.*?)'?\s*")


def _named(key: str) -> tuple[str, str]:
    """("LogicalName", "lead") or ("MetadataId", "<guid>")."""
    plain = guid(key.strip("'"))
    if plain:
        return "MetadataId", plain
    found = _PAIR.fullmatch(key)
    if found is None:
        raise Refusal(400, "0x80060888", f"The key '{key}' is not valid.")
    name, value = found.groups()
    return name, guid(value) or value if name == "MetadataId" else value


def table(catalog: Catalog, key: str) -> Table:
    name, value = _named(key)
    for one in catalog.tables.values():
        if value == {"MetadataId": one.metadata_id, "LogicalName": one.logical_name}.get(name):
            return catalog.tables[one.logical_name]
    raise missing("entity", name, value)


def column(of: Table, key: str) -> Column:
    name, value = _named(key)
    for one in of.columns.values():
        if value == {"MetadataId": one.metadata_id, "LogicalName": one.logical_name}.get(name):
            return one
    raise Refusal(404, "0x80060888" if name not in {"MetadataId", "LogicalName"} else "0x80048d0b",
                  f"Could not find an attribute with specified {name.lower()} = '{value}' for entity "
                  f"'{of.logical_name}'.")  # fmt: skip


def key(of: Table, text: str) -> Key:
    name, value = _named(text)
    for one in of.keys:
        if value in {"MetadataId": (one.metadata_id,), "LogicalName": (one.logical_name, one.schema_name)}.get(
            name, ()
        ):
            return one
    raise missing("entity key", name, value)


def global_choice(catalog: Catalog, text: str) -> OptionSet:
    name, value = _named(text)
    for one in catalog.option_sets.values():
        if one.is_global and value == {"MetadataId": one.metadata_id, "Name": one.name}.get(name):
            return catalog.option_sets[one.name]
    raise missing("optionset", name, value)


def relationship(catalog: Catalog, text: str) -> OneToMany | ManyToMany:
    name, value = _named(text)
    relations: list[Any] = [*catalog.one_to_many, *catalog.many_to_many]
    for one in relations:
        if value == {"MetadataId": one.metadata_id, "SchemaName": one.schema_name}.get(name):
            found: OneToMany | ManyToMany = one
            return found
    raise missing("entityrelationship", name, value)


def missing(what: str, name: str, value: str) -> Refusal:
    return Refusal(404, "0x80040217", f"Could not find {what} with {name} = '{value}'.")
