"""Query strings of Rest.li protocol 2.0.0, read strictly.

Structure (`List(`, brackets, colons, commas) must stand literally, everything else inside a value percent-encoded once.
A query that a generic HTTP library encoded again is refused: the service is a test aid for exactly that trap.
Source: linkedin-api reference, section 2.3.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from leadferry.simulators.linkedin import refusals

Value = str | list[Any] | dict[str, Any]
"""Text, list or record, nested. Numbers and booleans stay text: only the parameter knows its type."""

_TEXT = re.compile(r"[^(),:' &]*")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_PLAIN = frozenset({"fields"})
"""Parameters in the style of protocol 1.0, read by `projection`."""


def parse_query(query: str, protocol: str = "2.0.0") -> dict[str, Value]:
    """`q=owner&ids=List(1,2)` to `{"q": "owner", "ids": ["1", "2"]}`. Raises Refusal (400)."""
    values: dict[str, Value] = {}
    for pair in query.split("&"):
        if not pair:
            continue
        raw_name, _, raw = pair.partition("=")
        name = unquote(raw_name)
        if name in values:
            raise refusals.illegal_argument(f"Query parameter '{name}' is given twice")
        values[name] = _parse_parameter(name, raw, protocol)
    return values


def _parse_parameter(name: str, raw: str, protocol: str) -> Value:
    if name in _PLAIN:
        return raw
    if protocol != "2.0.0":
        return unquote(raw.replace("+", " "))
    reader = _Reader(name, raw)
    value = reader.value()
    reader.end()
    return value


def parse_key(raw: str) -> Value:
    """One segment of a path: a plain key, or a compound key `(campaign:urn%3A…,conversion:urn%3A…)`."""
    return _parse_parameter("key", raw, "2.0.0")


class _Reader:
    """Recursive descent over one raw value."""

    def __init__(self, name: str, raw: str) -> None:
        self.name, self.raw, self.place = name, raw, 0

    def refuse(self, cause: str) -> refusals.Refusal:
        return refusals.bad_parameter(self.name, f"{cause} (at character {self.place})")

    def value(self) -> Value:
        if self.raw.startswith("List(", self.place):
            self.place += 5
            return self.items()
        if self.raw.startswith("(", self.place):
            self.place += 1
            return self.record()
        return self.text()

    def items(self) -> list[Any]:
        found: list[Any] = []
        if self.take(")"):
            return found
        while True:
            found.append(self.value())
            if self.take(")"):
                return found
            self.expect(",")

    def record(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.take(")"):
            return found
        while True:
            key = self.text()
            self.expect(":")
            found[key] = self.value()
            if self.take(")"):
                return found
            self.expect(",")

    def text(self) -> str:
        if self.raw.startswith("''", self.place):
            self.place += 2
            return ""
        found = _TEXT.match(self.raw, self.place)
        raw = found.group() if found else ""
        self.place += len(raw)
        return self.decoded(raw)

    def decoded(self, raw: str) -> str:
        if raw.count("%") != len(_ESCAPE.findall(raw)):
            raise self.refuse("malformed percent-encoding")
        text = unquote(raw)
        if _ESCAPE.search(text):
            raise self.refuse("encoded twice")
        if text.endswith(")") and text.startswith(("(", "List(")):
            raise self.refuse("the brackets of a record or list must not be encoded")
        return text

    def take(self, letter: str) -> bool:
        if not self.raw.startswith(letter, self.place):
            return False
        self.place += 1
        return True

    def expect(self, letter: str) -> None:
        if not self.take(letter):
            raise self.refuse(f"'{letter}' expected")

    def end(self) -> None:
        if self.place != len(self.raw):
            raise self.refuse(f"'{self.raw[self.place]}' must be percent-encoded")
