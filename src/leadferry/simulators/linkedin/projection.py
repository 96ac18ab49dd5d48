"""`fields=id,name,form:(id,name)`: which fields of an entity come back. The 1.0 style, always.

Source: linkedin-api reference, section 2.3.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from leadferry.simulators.linkedin import refusals

Projection = dict[str, Any]
"""Field name to the projection of what is below it, None for all of it."""

_TOKEN = re.compile(r"\s*([A-Za-z_$*][\w$*]*|:\(|[(),:])")


@lru_cache(maxsize=256)
def parse_fields(raw: str) -> Projection:
    """Raises Refusal (400) for encoded structure, `List(…)` and unbalanced brackets."""
    if "%" in raw:
        raise refusals.bad_parameter("fields", "structure must not be encoded")
    tokens = _tokens(raw)
    found, place = _parse(tokens, 0)
    if place != len(tokens):
        raise refusals.bad_parameter("fields", f"unexpected '{tokens[place]}'")
    return found


def _tokens(raw: str) -> list[str]:
    tokens, place = [], 0
    while place < len(raw):
        found = _TOKEN.match(raw, place)
        if not found:
            raise refusals.bad_parameter("fields", f"unexpected '{raw[place]}'")
        tokens.append(found.group(1))
        place = found.end()
    return tokens


def _parse(tokens: list[str], place: int) -> tuple[Projection, int]:
    found: Projection = {}
    while True:
        if place >= len(tokens) or not re.match(r"[\w$*]", tokens[place]):
            raise refusals.bad_parameter("fields", "a field name is missing")
        name, place = tokens[place], place + 1
        found[name] = None
        if place < len(tokens) and tokens[place] == ":(":
            found[name], place = _parse(tokens, place + 1)
            if place >= len(tokens) or tokens[place] != ")":
                raise refusals.bad_parameter("fields", "a bracket is not closed")
            place += 1
        if place >= len(tokens) or tokens[place] != ",":
            return found, place
        place += 1


def project(value: Any, projection: Projection | None) -> Any:
    """The named fields only; lists are projected item by item; an unknown name selects nothing."""
    if projection is None:
        return value
    if isinstance(value, list):
        return [project(item, projection) for item in value]
    if not isinstance(value, dict):
        return value
    if "*" in projection:
        return {name: project(item, projection["*"]) for name, item in value.items()}
    return {name: project(value[name], below) for name, below in projection.items() if name in value}
