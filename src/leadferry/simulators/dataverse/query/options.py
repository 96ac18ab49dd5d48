"""The query options of an address: known, decoded, refused when the platform has no such thing.

Source: dataverse-api reference, section 3.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, unquote_plus

from leadferry.simulators.dataverse import refusals

KNOWN = frozenset({"$select", "$filter", "$orderby", "$top", "$count", "$expand", "$apply", "$skiptoken"})
_PLAIN = frozenset({"fetchXml", "sql", "annotations", "api-version", "tag"})
MOST_EXPANDS = 15
PAGE_SIZE = 5_000


@dataclass(frozen=True, slots=True)
class Options:
    """`values` by name (`$select`), `aliases` by name (`@p1`)."""

    values: Mapping[str, str]
    aliases: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    @property
    def select(self) -> list[str] | None:
        return names_of(self.values.get("$select"))

    @property
    def count(self) -> bool:
        text = self.values.get("$count", "false")
        if text not in {"true", "false"}:
            raise refusals.query_error(f"'{text}' is not a valid count option.")
        return text == "true"

    @property
    def top(self) -> int | None:
        text = self.values.get("$top")
        if text is None:
            return None
        if not text.isdecimal():
            raise refusals.query_error(f"Invalid value '{text}' for $top query option found. It must be a number.")
        return int(text)


def parse_options(request_query: str) -> Options:
    """Raises for `$skip`, `$search` and whatever else the platform does not take. Names are case-sensitive."""
    values: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for name, value in parse_qsl(request_query, keep_blank_values=True):
        if name.startswith("@"):
            aliases[name] = value
        elif name in KNOWN or name in _PLAIN:
            values[name] = value
        else:
            raise refusals.query_error(f"The query parameter {name} is not supported.")
    return Options(values, aliases)


def nested_options(text: str, outer: Options) -> Options:
    """`$select=name;$filter=...` inside the brackets of `$expand`."""
    values = {}
    for part in split_outside(text, ";"):
        name, sign, value = part.partition("=")
        if not sign or name.strip() not in KNOWN - {"$apply", "$skiptoken"}:
            raise refusals.query_error(f"The query option '{name.strip()}' is not supported inside $expand.")
        values[name.strip()] = value.strip()
    return Options(values, outer.aliases)


def names_of(text: str | None) -> list[str] | None:
    """`subject, leadid`; None for none or for `*`."""
    names = [part.strip() for part in (text or "").split(",") if part.strip()]
    return None if not names or "*" in names else names


def split_outside(text: str, sign: str) -> list[str]:
    """Splits where `sign` is outside brackets and quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for place, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter in "([":
            depth += 1
        elif not quoted and letter in ")]":
            depth -= 1
        elif letter == sign and depth == 0 and not quoted:
            parts.append(text[start:place])
            start = place + 1
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]


def without(request_query: str, name: str) -> str:
    """The query as it was sent, without one option: for the address of the next page."""
    kept = [part for part in request_query.split("&") if part and unquote_plus(part.partition("=")[0]) != name]
    return "&".join(kept)


def twice_unquoted(text: str) -> str:
    return unquote(unquote(text))
