"""How many form submissions there are, by account, form and campaign, and what became of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leadferry.delivery.model import MatchingStatus, State


@dataclass(frozen=True, slots=True)
class Line:
    """As many submissions as agree in everything. `last_at`: when the newest of them was submitted."""

    owner_id: int | None
    form_version_id: int | None
    campaign_id: int | None
    state: State
    matching_status: MatchingStatus
    test: bool
    count: int
    last_at: int


@dataclass(slots=True)
class Figures:
    """Without test leads; those are counted in `test` alone. `other`: settled without a new or changed lead."""

    stored: int = 0
    created: int = 0
    updated: int = 0
    waiting: int = 0
    review: int = 0
    failed: int = 0
    test: int = 0
    last_at: int | None = None

    @property
    def other(self) -> int:
        return self.stored - self.created - self.updated - self.waiting - self.review - self.failed

    def add(self, line: Line) -> None:
        self.last_at = max(self.last_at or 0, line.last_at)
        if line.test:
            self.test += line.count
            return
        self.stored += line.count
        if line.state < State.REVIEW:
            self.waiting += line.count
        elif line.state is State.REVIEW:
            self.review += line.count
        elif line.state is State.FAILED:
            self.failed += line.count
        elif line.matching_status is MatchingStatus.CREATED:
            self.created += line.count
        elif line.matching_status is MatchingStatus.UPDATED:
            self.updated += line.count


@dataclass(frozen=True, slots=True)
class Tally:
    counted_at: int
    lines: tuple[Line, ...]
    took_ms: int = 0

    def total(self) -> Figures:
        return figures(self.lines)

    def by_owner(self) -> dict[int | None, Figures]:
        return _grouped((line.owner_id, line) for line in self.lines)

    def by_form_version(self) -> dict[int | None, Figures]:
        return _grouped((line.form_version_id, line) for line in self.lines)

    def by_campaign(self) -> dict[int | None, Figures]:
        return _grouped((line.campaign_id, line) for line in self.lines)


def figures(lines: Iterable[Line]) -> Figures:
    found = Figures()
    for line in lines:
        found.add(line)
    return found


def merged(some: Iterable[Figures]) -> Figures:
    """Of several groups together."""
    whole = Figures()
    for one in some:
        for name in ("stored", "created", "updated", "waiting", "review", "failed", "test"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        if one.last_at is not None:
            whole.last_at = max(whole.last_at or 0, one.last_at)
    return whole


def _grouped(lines: Iterable[tuple[int | None, Line]]) -> dict[int | None, Figures]:
    found: dict[int | None, Figures] = {}
    for key, line in lines:
        found.setdefault(key, Figures()).add(line)
    return found
