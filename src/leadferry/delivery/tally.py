"""How many form submissions there are, by account, form and campaign, and what became of them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from leadferry.delivery.model import MatchingStatus, State
from leadferry.performance.figures import Outcome, outcome_of


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

    def add(self, outcome: Outcome, count: int) -> None:
        self.stored += count
        if outcome in {Outcome.PENDING, Outcome.RETRY}:
            self.waiting += count
        elif outcome is Outcome.REVIEW:
            self.review += count
        elif outcome is Outcome.FAILED:
            self.failed += count
        elif outcome is Outcome.CREATED:
            self.created += count
        elif outcome is Outcome.UPDATED:
            self.updated += count

    def add_line(self, line: Line) -> None:
        self.last_at = max(self.last_at or 0, line.last_at)
        if line.test:
            self.test += line.count
        else:
            self.add(outcome_of(line.state, line.matching_status), line.count)


Grouped = dict[int | None, Figures]
KINDS = ("owner", "form_version", "campaign")


@dataclass(frozen=True, slots=True)
class Tally:
    """`by`: the figures by one of KINDS; None is the key of those without. Asked for when they are needed."""

    counted_at: int
    by: Callable[[str], Grouped]
    took_ms: int = 0

    def total(self) -> Figures:
        return merged(self.by_owner().values())

    def by_owner(self) -> Grouped:
        return self.by("owner")

    def by_form_version(self) -> Grouped:
        return self.by("form_version")

    def by_campaign(self) -> Grouped:
        return self.by("campaign")


def grouped(lines: Iterable[Line], kind: str) -> Grouped:
    found: Grouped = {}
    for line in lines:
        found.setdefault(getattr(line, f"{kind}_id"), Figures()).add_line(line)
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
