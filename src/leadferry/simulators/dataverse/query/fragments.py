"""Pieces of SQL with their parameters, so that no value of a request ever becomes SQL text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_GROUP = 200


@dataclass(frozen=True, slots=True)
class Sql:
    text: str
    params: tuple[Any, ...] = ()


TRUE, FALSE = Sql("1"), Sql("0")


def all_of(parts: Iterable[Sql]) -> Sql:
    return _joined(list(parts), " AND ", TRUE)


def any_of(parts: Iterable[Sql]) -> Sql:
    return _joined(list(parts), " OR ", FALSE)


def negated(part: Sql) -> Sql:
    """A comparison with null is false to OData, so its negation is true."""
    return Sql(f"NOT ifnull(({part.text}), 0)", part.params)


def _joined(parts: Sequence[Sql], word: str, empty: Sql) -> Sql:
    if not parts:
        return empty
    if len(parts) == 1:
        return parts[0]
    if len(parts) > _GROUP:
        # SQLite parses `a OR b OR c` as a chain, and a chain of more than 1,000 is refused.
        parts = [_joined(parts[start : start + _GROUP], word, empty) for start in range(0, len(parts), _GROUP)]
        return _joined(parts, word, empty)
    text = word.join(part.text for part in parts)
    return Sql(f"({text})", tuple(value for part in parts for value in part.params))


def quoted(name: str) -> str:
    """An identifier. Names come from the catalog or from aliases that were checked."""
    return '"' + name.replace('"', '""') + '"'


def marks(count: int) -> str:
    return ", ".join("?" * count)
