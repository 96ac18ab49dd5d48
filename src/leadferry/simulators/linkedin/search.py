"""`search=(status:(values:List(ACTIVE,PAUSED)),test:false)`, as the Ads finders understand it.

Source: linkedin-api reference, sections 2.3 and 6.
"""

from __future__ import annotations

from typing import Any

from leadferry.simulators.linkedin import refusals
from leadferry.simulators.linkedin.state import Thing

SEARCHED = {
    "id", "name", "status", "test", "type", "reference", "campaignGroup", "currency", "objectiveType", "account"
}  # fmt: skip


def matches(thing: Thing, criteria: dict[str, Any]) -> bool:
    return all(_meets(thing, name, wanted) for name, wanted in criteria.items())


def _meets(thing: Thing, name: str, wanted: Any) -> bool:
    if name not in SEARCHED:
        raise refusals.bad_parameter("search", f"'{name}' cannot be searched")
    actual = _as_text(thing.get(name, False if name == "test" else ""))
    if isinstance(wanted, str):
        return actual == wanted
    values = wanted.get("values") if isinstance(wanted, dict) else None
    if not isinstance(values, list):
        raise refusals.bad_parameter("search", f"{name}:(values:List(…)) is expected")
    if name in {"id", "reference", "campaignGroup", "account"}:
        return actual.rpartition(":")[2] in {str(value).rpartition(":")[2] for value in values}
    return actual in values


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
