"""Lists of which a page shows some: `?page=2&q=water`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

PAGE = 50
LONGEST_TEXT = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """`rows`: of this page. `every`: how many there are, `found`: how many of them have `text` in their name."""

    rows: Sequence[T]
    number: int
    found: int
    every: int
    text: str = ""

    @property
    def pages(self) -> int:
        return max(1, -(-self.found // PAGE))

    @property
    def first(self) -> int:
        """The place of the first row, from 1; 0 of none."""
        return (self.number - 1) * PAGE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return (self.number - 1) * PAGE + len(self.rows)

    def query(self, number: int) -> str:
        """After the path: of another page of the same list."""
        given = {"q": self.text, "page": str(number) if number > 1 else ""}
        return f"?{urlencode({name: value for name, value in given.items() if value})}".rstrip("?")


def paged(rows: Sequence[T], asked: Mapping[str, str], name_of: Callable[[T], str]) -> Paged[T]:
    """What the address asks for; a page that there is not is the nearest one. `rows`: all of them, in order."""
    text = " ".join(asked.get("q", "").split())[:LONGEST_TEXT]
    found = [row for row in rows if text.casefold() in name_of(row).casefold()] if text else rows
    wanted = asked.get("page", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) <= 9 else 1
    number = max(1, min(number, -(-len(found) // PAGE)))
    return Paged(found[(number - 1) * PAGE : number * PAGE], number, len(found), len(rows), text)
