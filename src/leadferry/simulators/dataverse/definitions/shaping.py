"""`$select`, `$filter` and `$expand` over definitions, which are not rows: only simple comparisons are taken.

Source: dataverse-api reference, section 6.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.query.filter_parser import parse_filter
from leadferry.simulators.dataverse.query.filter_tree import Compare, Group, Lambda, Node, Not, Path, TextCall
from leadferry.simulators.dataverse.query.literals import Literal
from leadferry.simulators.dataverse.query.options import Options, nested_options, split_outside

Json = dict[str, Any]
Expansions = Mapping[str, Callable[[Json], Any]]
"""Navigation properties by name, and what gives their content for one definition."""

_ENUM = re.compile(r"Microsoft\.Dynamics\.CRM\.\w+(?=')")
_FUNCTION = re.compile(r"\b(startswith|endswith|contains|tolower|substringof)\s*\(|Microsoft\.Dynamics\.CRM\.\w+\(")


def shape_all(items: Sequence[Json], options: Options, expansions: Expansions | None = None) -> list[Json]:
    text = options.get("$filter")
    if text:
        if _FUNCTION.search(text):
            raise refusals.metadata_query_not_supported("The filter function is not supported for metadata entities.")
        node = parse_filter(_ENUM.sub("", text), options.aliases)
        items = [item for item in items if _holds(node, item)]
    return [shape(item, options, expansions) for item in items]


def shape(item: Json, options: Options, expansions: Expansions | None = None) -> Json:
    """The selected properties, `MetadataId` always, and what is expanded."""
    select = options.select
    out = dict(item)
    if select is not None:
        for name in select:
            if name not in item and not _is_property_elsewhere(name):
                raise refusals.query_error(f"Could not find a property named '{name}' on type '{_type_of(item)}'.")
        kept = {"MetadataId", "@odata.type", *select}
        out = {name: value for name, value in item.items() if name in kept}
    for part in split_outside(options.get("$expand") or "", ","):
        name, _, rest = part.partition("(")
        if expansions is None or name not in expansions:
            raise refusals.query_error(f"Could not find a property named '{name}' on type '{_type_of(item)}'.")
        out[name] = _expanded(expansions[name](item), nested_options(rest.removesuffix(")"), options))
    return out


def _expanded(content: Any, options: Options) -> Any:
    if isinstance(content, list):
        return shape_all(content, options)
    return shape(content, options) if isinstance(content, dict) else content


def _is_property_elsewhere(name: str) -> bool:
    """Properties of derived types (`MaxLength`) are only known under a cast."""
    return name.startswith("@")


def _type_of(item: Json) -> str:
    return str(item.get("@odata.type", "#Microsoft.Dynamics.CRM.EntityMetadata")).removeprefix("#")


def _holds(node: Node, item: Json) -> bool:
    match node:
        case Group("and", parts):
            return all(_holds(part, item) for part in parts)
        case Group(_, parts):
            return any(_holds(part, item) for part in parts)
        case Not(body):
            return not _holds(body, item)
        case Compare(operator, left, right):
            return _compare(operator, _value(left, item), _value(right, item))
        case Path():
            return _value(node, item) is True
        case Lambda() | TextCall():
            raise refusals.metadata_query_not_supported("The filter is not supported for metadata entities.")
    raise refusals.query_error("The $filter expression must evaluate to a single boolean value.")


def _value(operand: Path | Literal, item: Json) -> Any:
    if isinstance(operand, Literal):
        return operand.value.lower() if operand.kind == "guid" else operand.value
    value: Any = item
    for part in operand.parts:
        if not isinstance(value, dict) or part not in value:
            raise refusals.query_error(f"Could not find a property named '{part}' on type '{_type_of(item)}'.")
        value = value[part]
    return value


def _compare(operator: str, left: Any, right: Any) -> bool:
    if operator in {"eq", "ne"}:
        return bool(left == right) == (operator == "eq")
    if left is None or right is None:
        return False
    try:
        return bool({"gt": left > right, "ge": left >= right, "lt": left < right, "le": left <= right}[operator])
    except TypeError:
        raise refusals.query_error("A binary operator with incompatible types was detected.") from None
