"""Addresses below the root of the Web API: `leads(<id>)/parentaccountid/$ref`.

A key may be an id, `name=value` pairs, or missing; brackets and quotes are respected, because clients write quoted key
values without encoding them. Source: dataverse-api reference, sections 2.3 to 2.6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.values import GUID, guid

KeyParts = dict[str, Any]
"""Column name to value: text, number or None."""

_ROOT = re.compile(r"^/api/data/v9\.\d/?", re.IGNORECASE)
_PAIR = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*('(?:[^']|'')*'|[^,']*)\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Segment:
    """`text` is as written: `leads(li_responseid='a')`; `key` is what stands in the brackets, None without them."""

    text: str
    name: str
    key: str | None


def below_root(path: str) -> str | None:
    """`leads(1)` of `/api/data/v9.2/leads(1)`, still encoded; None when the path is elsewhere."""
    found = _ROOT.match(path)
    return path[found.end() :] if found else None


def segments(address: str) -> list[Segment]:
    """Splits at slashes outside quotes and brackets, and decodes each part."""
    parts: list[str] = []
    depth, quoted, start = 0, False, 0
    text = unquote(address)
    for place, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter == "(":
            depth += 1
        elif not quoted and letter == ")":
            depth -= 1
        elif letter == "/" and depth == 0 and not quoted:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return [_segment(part) for part in parts if part]


def _segment(text: str) -> Segment:
    name, bracket, rest = text.partition("(")
    if not bracket:
        return Segment(text, text, None)
    if not rest.endswith(")"):
        raise refusals.query_error(f"Bad Request - Error in query syntax: '{text}'.")
    return Segment(text, name, rest[:-1])


def parse_key(key: str, primary_id: str, table: str) -> str | KeyParts:
    """The id in lower case, or the parts of an alternate key. `leads(leadid=<guid>)` is an id too."""
    if GUID.fullmatch(key):
        return guid(key) or ""
    parts: KeyParts = {}
    place = 0
    while place < len(key):
        found = _PAIR.match(key, place)
        if not found:
            raise refusals.invalid_key(table)
        parts[found.group(1)] = _literal(found.group(2).strip())
        place = found.end()
    if not parts:
        raise refusals.invalid_key(table)
    if list(parts) == [primary_id]:
        named = guid(str(parts[primary_id]))
        if named is None:
            raise refusals.invalid_key(table)
        return named
    return parts


def _literal(text: str) -> Any:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text in {"null", "true", "false"}:
        return {"null": None, "true": True, "false": False}[text]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
