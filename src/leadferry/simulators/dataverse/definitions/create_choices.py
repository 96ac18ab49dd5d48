"""Global choices, and the actions that change options. Source: dataverse-api reference, section 6.6."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.definitions import finding
from leadferry.simulators.dataverse.definitions.labels import text_of
from leadferry.simulators.dataverse.definitions.names import object_of, schema_name, taken
from leadferry.simulators.dataverse.model import Catalog, Option, OptionSet

Json = dict[str, Any]
FIRST_VALUE = 100_000_000


def create_global_choice(catalog: Catalog, body: Json) -> OptionSet:
    name = schema_name(body, "OptionSet", "Name")
    if name.lower() in {one.lower() for one in catalog.option_sets}:
        raise taken("optionset", name)
    found = OptionSet(name, read_options(body.get("Options") or []), True, label=text_of(body.get("DisplayName"), name))
    if body.get("Description"):
        found.extra["Description"] = body["Description"]
    catalog.option_sets[name] = found
    return found


def read_options(options: Any) -> list[Option]:
    """Options without a value get the next free one."""
    if not isinstance(options, list):
        raise refusals.payload_error("'Options' must be an array.")
    found: list[Option] = []
    for declared in options:
        one = object_of(declared)
        value = one.get("Value")
        value = next_value(found) if value is None else value
        if not isinstance(value, int) or any(other.value == value for other in found):
            raise refusals.invalid_argument(f"The option value {value} is not unique.")
        found.append(Option(value, text_of(one.get("Label"), str(value)), one.get("State"), one.get("DefaultStatus")))
    return found


def next_value(options: list[Option]) -> int:
    return max((one.value for one in options if one.value >= FIRST_VALUE), default=FIRST_VALUE - 1) + 1


def global_choice_of(catalog: Catalog, reference: str) -> OptionSet:
    """`/GlobalOptionSetDefinitions(<id>)` or `…(Name='x')`."""
    name, bracket, key = reference.rpartition("/")[2].partition("(")
    if name != "GlobalOptionSetDefinitions" or not bracket:
        raise refusals.payload_error(f"Resource not found for the segment '{reference}'.")
    return finding.global_choice(catalog, key.rstrip(")"))


def insert_option(catalog: Catalog, body: Json) -> Json:
    option_set = _target(catalog, body)
    value = body.get("Value")
    value = next_value(option_set.options) if value is None else value
    if not isinstance(value, int) or any(one.value == value for one in option_set.options):
        raise refusals.invalid_argument(f"The option value {value} is not unique in '{option_set.name}'.")
    option_set.options.append(Option(value, text_of(body.get("Label"), str(value))))
    return {"NewOptionValue": value}


def insert_status(catalog: Catalog, body: Json) -> Json:
    """A status belongs to a state (`StateCode`)."""
    option_set = _target(catalog, {"AttributeLogicalName": "statuscode", **body})
    found = insert_option(catalog, {"AttributeLogicalName": "statuscode", **body})
    option_set.options[-1].state = int(body.get("StateCode") or 0)
    return found


def update_option(catalog: Catalog, body: Json) -> None:
    option = _option(_target(catalog, body), body.get("Value"))
    option.label = text_of(body.get("Label"), option.label)


def delete_option(catalog: Catalog, body: Json) -> None:
    option_set = _target(catalog, body)
    option_set.options.remove(_option(option_set, body.get("Value")))


def order_options(catalog: Catalog, body: Json) -> None:
    """`Values` are all values of the choice in their new order."""
    option_set = _target(catalog, body)
    values = body.get("Values")
    if not isinstance(values, list) or sorted(values) != sorted(one.value for one in option_set.options):
        raise refusals.invalid_argument("The Values must be those of all options.")
    option_set.options.sort(key=lambda one: values.index(one.value))


ACTIONS: dict[str, Callable[[Catalog, Json], Json | None]] = {
    "InsertOptionValue": insert_option,
    "InsertStatusValue": insert_status,
    "UpdateOptionValue": update_option,
    "DeleteOptionValue": delete_option,
    "OrderOption": order_options,
}


def _target(catalog: Catalog, body: Json) -> OptionSet:
    """A global choice by `OptionSetName`, a local one by `EntityLogicalName` and `AttributeLogicalName`."""
    name = body.get("OptionSetName")
    if name:
        return finding.global_choice(catalog, f"Name='{name}'")
    table = finding.table(catalog, f"LogicalName='{body.get('EntityLogicalName')}'")
    column = finding.column(table, f"LogicalName='{body.get('AttributeLogicalName')}'")
    found = catalog.option_set_of(column)
    if found is None:
        raise refusals.invalid_argument(f"The attribute '{column.logical_name}' has no options.")
    return found


def _option(option_set: OptionSet, value: Any) -> Option:
    found = next((one for one in option_set.options if one.value == value), None)
    if found is None:
        raise refusals.invalid_argument(f"The option value {value} does not exist in '{option_set.name}'.")
    return found
