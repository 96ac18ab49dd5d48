"""What new definitions may be called, and the refusals for names that are taken or wrong.

Source: dataverse-api reference, sections 6.2, 6.3 and 6.8.
"""

from __future__ import annotations

import re
from typing import Any

from leadferry.simulators.dataverse.model import Catalog, Table
from leadferry.simulators.dataverse.refusals import Refusal, invalid_argument, payload_error

# Two to eight letters and digits of the publisher, then the name.
_SCHEMA_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{1,7}_[A-Za-z0-9_]+")


def schema_name(body: dict[str, Any], what: str, name: str = "SchemaName", *, prefixed: bool = True) -> str:
    """The name in `body`. Raises when it is missing or has no publisher's prefix."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise invalid_argument(f"Required field '{name}' is missing for {what}.")
    if prefixed and not _SCHEMA_NAME.fullmatch(value):
        raise invalid_argument(
            f"The schema name {value} for type {what} is not valid. "
            "It must start with a customization prefix followed by _."
        )
    return value


def taken_column(table: Table, name: str) -> Refusal:
    return Refusal(
        400, "0x80047013", f"An attribute with the specified name {name} already exists on entity {table.logical_name}."
    )


def taken(what: str, name: str) -> Refusal:
    return Refusal(
        400,
        "0x80060304",
        f"The specified name for the {what} is already in use. A {what} named '{name}' already exists.",
    )


def refuse_taken_relationship(catalog: Catalog, name: str) -> None:
    relations = [one.schema_name for one in catalog.one_to_many] + [one.schema_name for one in catalog.many_to_many]
    if name.lower() in {one.lower() for one in relations}:
        raise taken("relationship", name)


def plural(name: str) -> str:
    """The entity set of a logical name."""
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("s", "x", "z", "ch", "sh")) else "s")


def object_of(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise payload_error("Expected a JSON object.")
    return value
