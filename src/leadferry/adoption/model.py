"""What adopting would do, or did: a line for each setting, a count for each kind of which there are many. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Do(StrEnum):
    TAKE = "take"
    THERE = "there"
    """Already so here, or taken before."""
    KEEP = "keep ours"
    """A person decided otherwise here; only `--replace` takes it."""
    PROBLEM = "problem"
    """Cannot be taken; `detail` says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """One setting. `detail` is for people."""

    kind: str
    name: str
    do: Do
    detail: str = ""

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "name": self.name, "do": self.do.value, "detail": self.detail}


@dataclass(slots=True)
class Count:
    """`found` in Microsoft's tables; `new`: not here yet, so taken; `known`: here already, by whatever door."""

    found: int = 0
    new: int = 0
    known: int = 0

    def as_json(self) -> dict[str, int]:
        return {"found": self.found, "new": self.new, "known": self.known}


@dataclass(slots=True)
class Report:
    """`carried_out` False: nothing was changed."""

    carried_out: bool
    items: list[Item] = field(default_factory=list)
    forms: Count = field(default_factory=Count)
    campaigns: Count = field(default_factory=Count)
    submissions: Count = field(default_factory=Count)
    linked: int = 0
    """Submissions that waited here and turned out to be delivered by Microsoft's connector."""
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def of(self, do: Do) -> list[Item]:
        return [item for item in self.items if item.do is do]

    def as_json(self) -> dict[str, Any]:
        return {
            "carried_out": self.carried_out,
            "settings": [item.as_json() for item in self.items],
            "forms": self.forms.as_json(),
            "campaigns": self.campaigns.as_json(),
            "submissions": self.submissions.as_json(),
            "linked": self.linked,
            "notes": self.notes,
            "seconds": self.seconds,
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """When an adoption was last begun and last came to its end; None: never. `taken`: submissions until now, in however
    many runs; `replace`: as the last was begun."""

    began_at: int | None = None
    ended_at: int | None = None
    taken: int = 0
    replace: bool = False

    @property
    def unfinished(self) -> bool:
        return self.began_at is not None and (self.ended_at is None or self.ended_at < self.began_at)
