"""One question of a list of submissions: which index leads the way, what is tried on the rows it yields.

Every walk is bounded: a filter whose rows are few is looked at as a whole, else an index is walked in order, `WINDOW`
rows at a time and `WINDOWS` times at most.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.delivery.filters import NONE, STATES, STATUSES, Filters
from leadferry.delivery.model import State
from leadferry.delivery.people import words
from leadferry.store.statements import walking
from leadferry.store.tables import RARE, form_versions, lead_forms, submission_people, submissions

FEW = 1000
"""So many rows are looked at as they are; more are walked in order."""
SOME = 20_000
"""So many numbers are taken from each of two indexes, to see which are in both."""
WINDOW, WINDOWS = 2000, 2
FACETS = ("creative", "country", "industry")
ASKED = ("form", "campaign", "owner", *FACETS, "type", "status", "state", "test")
"""Filters that a row's own columns answer; beside them are its time and the words of its person."""
SEARCHED = ("first_name", "last_name", "email", "domain", "company")
_LAST = "\U0010ffff"
Key = tuple[int, int]
"""(submitted_at or received_at, id) of a row: where a page begins or ends."""
s, p = submissions.c, submission_people.c


@dataclass(frozen=True, slots=True)
class Span:
    """Milliseconds; None is open."""

    since: int | None = None
    before: int | None = None


def by_number(environment_id: int) -> Any:
    """For rows found by their numbers: the sum keeps SQLite, which knows nothing of how many rows a value has, from
    walking another index instead."""
    return s.environment_id + 0 == environment_id


class Lead(NamedTuple):
    """A filter whose index leads the way. `arms`: its conditions, one row of them for each form version. Whatever the
    filter, its index holds the time and the number of a row, so that a walk along it never looks at the rows."""

    name: str
    walked: str
    arms: list[tuple[Any, ...]]


class Question:
    """One list asked of the database, within one reading transaction."""

    def __init__(
        self, connection: Connection, environment_id: int, filters: Filters, span: Span, *, backwards: bool = False
    ) -> None:
        self.connection, self.environment_id, self.filters, self.span = connection, environment_id, filters, span
        self.descending = filters.descending != backwards
        self.mine = s.environment_id == environment_id
        self.words = words(filters.text)

    def keys(self, start: Key | None, limit: int, *, windows: int | None = None) -> tuple[list[Key], Key | None]:
        """(the keys, and where the walk stopped before its end, if it did)"""
        few = self._few
        if few == []:
            return [], None
        if few is not None:
            return self._answer(self.matching(self._select().where(s.id.in_(few))), start, limit), None
        if not self._rest():
            return self._answer(self._walk(start, limit), None, limit), None
        return self._in_windows(start, limit, windows or WINDOWS, first=limit * 6)

    def how_many(self, most: int) -> int | None:
        """At most `most`; None where the answer would take too long. Counted where the rows are: a thousand keys are
        much to carry for one number."""
        few = self._few
        if few == []:
            return 0
        if few is None and self._rest():
            keys, end = self._in_windows(None, most, 1, first=most)
            return None if end and len(keys) < most else len(keys)
        found = (
            self._walk(None, most) if few is None else self.matching(self._select().where(s.id.in_(few))).limit(most)
        )
        return int(self.connection.execute(sa.select(sa.func.count()).select_from(found.subquery())).scalar_one())

    def _in_windows(self, start: Key | None, limit: int, windows: int, *, first: int) -> tuple[list[Key], Key | None]:
        """`first`: so many rows are looked at before the others, for often they are enough: a campaign's account, say,
        is nearly always the same."""
        found: list[Key] = []
        sizes = [first, WINDOW - first] if first < WINDOW else [WINDOW]
        for size in [*sizes, *[WINDOW] * (windows - 1)]:
            walk = self._walk(start, size).subquery()
            matching = self._among(walk)
            found += self._answer(matching, None, limit - len(found))
            if len(found) >= limit:
                return found, None
            ordered = sa.select(walk.c.at, walk.c.id).order_by(*self._order(walk.c.at, walk.c.id))
            end = self.connection.execute(ordered.offset(size - 1).limit(1)).first()
            if end is None:
                return found, None
            start = (end.at, end.id)
        return found, start

    def _among(self, walk: Any) -> Any:
        """Where words alone are asked for, the rows themselves are not looked at."""
        f = self.filters
        others = any(getattr(f, name) for name in ASKED) or (f.by_received and self.span != Span())
        if others or not self.words:
            return self.matching(self._select().where(s.id.in_(sa.select(walk.c.id))))
        found = sa.select(walk.c.at, walk.c.id).join(submission_people, p.submission_id == walk.c.id)
        return found.where(*map(_somewhere, self.words))

    def matching(self, wanted: Any) -> Any:
        """Every filter, tried on rows that are named by their numbers."""
        wanted = wanted.where(by_number(self.environment_id), *self._conditions())
        if self.words:
            wanted = wanted.join(submission_people, p.submission_id == s.id).where(*map(_somewhere, self.words))
        return wanted

    def _conditions(self) -> Iterator[Any]:
        f = self.filters
        if f.form == NONE:
            yield s.form_version_id.is_(None)
        elif f.form:
            versions = sa.select(form_versions.c.id).where(form_versions.c.form_id == f.form)
            yield s.form_version_id.in_(versions)
        for name in ("campaign", "owner", *FACETS):
            if value := getattr(f, name):
                yield _is(name, value)
        if f.type:
            yield s.lead_type == f.type
        if f.status:
            yield s.matching_status == int(STATUSES[f.status])
        if f.state:
            yield s.state == int(STATES[f.state])
        if f.test:
            yield s.test if f.test == "only" else sa.not_(s.test)
        yield from self._within()

    def _within(self) -> Iterator[Any]:
        if self.span.since is not None:
            yield s.submitted_at >= self.span.since
        if self.span.before is not None:
            yield s.submitted_at < self.span.before

    # Which index leads

    def _lead(self) -> Lead:
        return next(self._leads())

    def _leads(self) -> Iterator[Lead]:
        """The filters that an index answers, those that let fewer rows pass first; at last none of them."""
        f = self.filters
        if f.state and STATES[f.state] in {State.RETRY, State.REVIEW, State.FAILED, State.REJECTED}:
            yield Lead("state", "rare_state", [(s.state == int(STATES[f.state]), RARE["state"])])
        if f.state and STATES[f.state] is State.PENDING:
            yield Lead("", "open", [(sa.text("submissions.state < 2"),)])
        if f.status in {"match-failed", "creation-failed", "update-failed", "not-updated"}:
            status = s.matching_status == int(STATUSES[f.status])
            yield Lead("status", "rare_matching_status", [(status, RARE["matching_status"])])
        if f.test == "only":
            yield Lead("test", "test", [(s.test,)])
        if f.type and f.type != "SPONSORED":
            yield Lead("type", "rare_lead_type", [(s.lead_type == f.type, RARE["lead_type"])])
        for name in ("creative", "industry", "country"):
            if (value := getattr(f, name)) > 0:
                yield Lead(name, name, [(_is(name, value), sa.text(f"{name}_id <> 0"))])
        if f.campaign:
            yield Lead("campaign", "campaign_id_submitted_at", [(_is("campaign", f.campaign),)])
        if f.form:
            versions = [s.form_version_id == key for key in self._versions(f.form)] if f.form > 0 else []
            arms = versions or [s.form_version_id.is_(None)]
            yield Lead("form", "form_version_id_submitted_at", [(arm,) for arm in arms])
        if f.owner:
            yield Lead("owner", "owner_id_submitted_at", [(_is("owner", f.owner),)])
        yield Lead("", "environment_id_submitted_at", [()])

    def _versions(self, form: int) -> list[int]:
        wanted = (
            sa.select(form_versions.c.id)
            .join(lead_forms, lead_forms.c.id == form_versions.c.form_id)
            .where(lead_forms.c.id == form, lead_forms.c.environment_id == self.environment_id)
        )
        return list(self.connection.execute(wanted).scalars()) or [0]

    def _rest(self) -> bool:
        """Whether anything is asked beside what the leading index answers."""
        lead = self._lead().name
        others = any(getattr(self.filters, name) for name in ASKED if name != lead)
        walked_by_id = self.filters.by_received and (lead or self.span != Span())
        return bool(others or self.words or walked_by_id)

    def _walk(self, start: Key | None, limit: int) -> Any:
        """The leading index in order, at most `limit` rows of it."""
        _, index, arms = self._lead()
        if self.filters.by_received:
            numbered = self._select().where(by_number(self.environment_id), *self._reach(start))
            return numbered.order_by(*self._order(self._at(), s.id)).limit(limit)
        parts = [self._led(index, arm).where(*self._reach(start)).limit(limit) for arm in arms]
        parts = [part.order_by(*self._order(self._at(), s.id)) for part in parts]
        if len(parts) == 1:
            return parts[0]
        together = sa.union_all(*[sa.select(part.subquery()) for part in parts]).subquery()
        return sa.select(together.c.at, together.c.id).order_by(*self._order(together.c.at, together.c.id)).limit(limit)

    def _reach(self, start: Key | None) -> Iterator[Any]:
        if not self.filters.by_received:
            yield from self._within()
        if start is not None:
            yield self._past(start)

    # A few rows: looked at as they are

    @cached_property
    def _few(self) -> Any:
        """Ids of all that the most selective filter yields, where it yields few; None where it is many."""
        if self.words:
            return self._few_people()
        lead, index, arms = self._lead()
        if not lead or not self._rest():
            return None
        parts = [self._led(index, arm).where(*self._within()).limit(FEW + 1) for arm in arms]
        few = self._if_few([sa.select(part.subquery().c.id) for part in parts])
        return self._in_both() if few is None else few

    def _in_both(self) -> list[int] | None:
        """What two filters of some thousand rows each let pass: by their indexes alone, so that it costs little."""
        several = [lead for lead in self._leads() if lead.name]
        for other in several[1:]:
            one, two = self._numbers(several[0]), self._numbers(other)
            if self._many(one):
                return None
            if not self._many(two):
                # PostgreSQL takes each for a row or two, and would compare each with each if one were `in` the other.
                both = sa.intersect(sa.select(one.c.id), sa.select(two.c.id)).subquery()
                return self._if_few([sa.select(both.c.id).limit(FEW + 1)])
        return None

    def _numbers(self, lead: Lead) -> Any:
        """One more than `SOME` at most."""
        parts = [self._led(lead.walked, arm).where(*self._within()).limit(SOME + 1).subquery() for arm in lead.arms]
        return sa.union_all(*(sa.select(part.c.id) for part in parts)).subquery()

    def _many(self, numbers: Any) -> bool:
        return int(self.connection.execute(sa.select(sa.func.count()).select_from(numbers)).scalar_one()) > SOME

    def _few_people(self) -> Any:
        """Of the words typed, the one that the fewest names, addresses and companies begin with."""
        best: Any = None
        for word in self.words:
            given = {"environment": self.environment_id, "first": word, "last": word + _LAST}
            found = self._if_few(_PEOPLE, given)
            if found is not None and (best is None or len(found) < len(best)):
                best = found
        return best

    def _if_few(self, parts: list[Any], given: dict[str, Any] | None = None) -> list[int] | None:
        found: set[int] = set()
        for part in parts:
            found.update(self.connection.execute(part, given).scalars())
            if len(found) > FEW:
                return None
        return sorted(found)

    # Below

    def _at(self) -> Any:
        return s.received_at if self.filters.by_received else s.submitted_at

    def _led(self, index: str, arm: tuple[Any, ...]) -> Any:
        return walking(self._select(), submissions, f"ix_submissions_{index}").where(self.mine, *arm)

    def _select(self) -> Any:
        return sa.select(self._at().label("at"), s.id)

    def _order(self, at: Any, key: Any) -> tuple[Any, ...]:
        """Numbers are given in the order of receiving."""
        columns = (key,) if self.filters.by_received else (at, key)
        return tuple(column.desc() for column in columns) if self.descending else columns

    def _past(self, start: Key) -> Any:
        here: Any = s.id if self.filters.by_received else sa.tuple_(s.submitted_at, s.id)
        key: Any = start[1] if self.filters.by_received else sa.tuple_(sa.literal(start[0]), sa.literal(start[1]))
        return here < key if self.descending else here > key

    def _answer(self, wanted: Any, start: Key | None, limit: int) -> list[Key]:
        if start is not None:
            wanted = wanted.where(self._past(start))
        at, key = list(wanted.selected_columns)
        ordered = wanted.order_by(None).order_by(*self._order(at, key)).limit(limit)
        return [(row.at, row.id) for row in self.connection.execute(ordered)]


def _is(name: str, value: int) -> Any:
    """What no answer was given to may be 0, or not looked at yet."""
    column: Any = s[f"{name}_id"]
    if value != NONE:
        return column == value
    return sa.func.coalesce(column, 0) == 0 if name in FACETS else column.is_(None)


def _somewhere(word: str) -> Any:
    """Whether a word of the names, the address or the company begins so."""
    safe = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return _TEXT.like(f"% {safe}%", escape="\\")


_PEOPLE = [
    walking(sa.select(p.submission_id), submission_people, f"ix_submission_people_{name}")
    .where(
        p.environment_id == sa.bindparam("environment"),
        p[name] >= sa.bindparam("first"),
        p[name] < sa.bindparam("last"),
    )
    .limit(FEW + 1)
    for name in SEARCHED
]
"""Whose names begin so: made once, for that takes longer than the answer."""
_NOTHING: Any = sa.literal("")
_TEXT = reduce(operator.add, [part for name in SEARCHED for part in (" ", p[name])], _NOTHING)
