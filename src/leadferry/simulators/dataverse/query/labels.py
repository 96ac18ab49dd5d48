"""Formatted values: what a person of the language en-US sees for a stored value.

Source: dataverse-api reference, section 2.6.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from leadferry.simulators.dataverse.model import Catalog, Column

Labeller = Callable[[Any], str | None]


def labeller(catalog: Catalog, column: Column) -> Labeller | None:
    """None for columns that have no formatted value (text, ids). Lookups get theirs from the target row."""
    match column.kind:
        case "Picklist" | "State" | "Status" | "Boolean" | "MultiSelectPicklist":
            return _choice(catalog, column)
        case "Integer" | "BigInt":
            return lambda value: f"{value:,}"
        case "Decimal" | "Double":
            return lambda value: f"{value:,.{2 if column.precision is None else min(column.precision, 5)}f}"
        case "Money":
            return lambda value: f"${value:,.{2 if column.precision is None else column.precision}f}"
        case "DateTime":
            return date_label if column.format == "DateOnly" else moment_label
    return None


def date_label(value: str) -> str:
    """`11/23/2026`."""
    moment = datetime.fromisoformat(value)
    return f"{moment.month}/{moment.day}/{moment.year}"


def moment_label(value: str) -> str:
    """`11/23/2026 10:00 AM`."""
    moment = datetime.fromisoformat(value)
    return f"{date_label(value)} {moment.hour % 12 or 12}:{moment.minute:02} {'AM' if moment.hour < 12 else 'PM'}"


def _choice(catalog: Catalog, column: Column) -> Labeller:
    found = catalog.option_set_of(column)
    labels = {option.value: option.label for option in found.options} if found else {}
    if column.kind == "Boolean" and not labels:
        labels = {0: "No", 1: "Yes"}
    if column.kind == "MultiSelectPicklist":
        return lambda value: "; ".join(labels.get(int(part), part) for part in str(value).split(","))
    return lambda value: labels.get(int(value))
