"""One question to the figures: from sums by one dimension where they answer it, from those by all that hang together
with a campaign, or, where creative, country or industry meet another dimension, from few enough submissions themselves.
"""

from __future__ import annotations

import functools
import operator
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.errors import InputError
from leadferry.performance.dimensions import BY_NAME, FACETS, TYPE_CODES, TYPES_BY_CODE, Dimension
from leadferry.performance.figures import NEVER, OUTCOMES, Outcome, pieces, starts_at
from leadferry.performance.keeping_store import Kept
from leadferry.performance.narrowing import NONE, Narrowing
from leadferry.store.tables import (
    OUTCOMES as COLUMNS,
)
from leadferry.store.tables import (
    daily_figures,
    daily_sums,
    form_versions,
    monthly_figures,
    monthly_sums,
    submissions,
    weekly_sums,
)
from leadferry.words import _

EVER = (NEVER, 2**31 - 1)
MOST_WALKED = 20_000
"""So many submissions are looked at for one answer; the sums say beforehand whether there are more."""
s = submissions.c
Sums = dict[tuple[Any, ...], int]
_TOLD_TOGETHER = {"owner", "form", "campaign", "type"}


@dataclass(frozen=True, slots=True)
class Asked:
    """`by`: what the keys of the answer are made of: day, outcome, names of dimensions. `days`: both included. `among`:
    of the first of `by`, these values only, where any are named."""

    environment_id: int
    by: Sequence[str]
    days: tuple[int, int] = EVER
    narrowing: Narrowing = field(default_factory=Narrowing)
    outcomes: Collection[int] = ()
    among: Collection[Any] = ()

    @property
    def dimensions(self) -> set[str]:
        """All that have a say in it."""
        return ({*self.by} | self.narrowing.values().keys()) - {"day", "outcome"}

    @property
    def wanted(self) -> list[int]:
        return sorted(int(one) for one in self.outcomes) or [int(one) for one in Outcome]

    @property
    def from_submissions(self) -> bool:
        return len(self.dimensions) > 1 and not self.dimensions <= _TOLD_TOGETHER


def answer(connection: Connection, kept: Kept, asked: Asked) -> Sums:
    """Raises InputError where it would take too long."""
    found: Counter[tuple[Any, ...]] = Counter()
    if asked.from_submissions:
        if too_many(connection, kept, asked):
            raise InputError(
                _(
                    "More than {count} submissions would have to be looked at for these figures.",
                    count=f"{MOST_WALKED:,}",
                ),
                fix=_("Choose a shorter period, or fewer filters."),
                code="too-many",
            )
        return _from_submissions(connection, kept, asked)
    alone = len(asked.dimensions) <= 1
    for piece in _pieces(asked, kept, weeks=alone):
        found.update(dict(_from_sums(connection, asked, *piece)) if alone else _from_figures(connection, asked, *piece))
    return {key: count for key, count in found.items() if count}


def _pieces(asked: Asked, kept: Kept, *, weeks: bool) -> Iterator[tuple[str, int, int]]:
    if "day" in asked.by:
        yield "day", *asked.days
    else:
        yield from pieces(asked.days, kept.condensed_to, kept.weeks_to if weeks else 0)


# Sums by one dimension


_SUMS: Mapping[str, tuple[sa.Table, Any]] = {
    "day": (daily_sums, daily_sums.c.day),
    "week": (weekly_sums, weekly_sums.c.week),
    "month": (monthly_sums, monthly_sums.c.month),
}


def _from_sums(
    connection: Connection, asked: Asked, unit: str, first: int, last: int
) -> Iterator[tuple[tuple[Any, ...], int]]:
    (table, time), name = _SUMS[unit], next(iter(asked.dimensions), "")
    t = table.c
    plain = [one for one in asked.by if one != "outcome"]
    counts = [t[COLUMNS[one]] for one in asked.wanted]
    if "outcome" not in asked.by:  # one sum is half the work of eight
        counts = [functools.reduce(operator.add, counts)]
    keys = [time.label("day") if one == "day" else t.value.label(one) for one in plain]
    wanted = sa.select(*keys, *(sa.func.sum(one).label(f"n{n}") for n, one in enumerate(counts))).where(
        t.environment_id == asked.environment_id,
        t.dimension == int(BY_NAME.get(name, Dimension.ALL)),
        time.between(first, last),
        *_values(asked, name, t.value),
    )
    wanted = wanted.group_by(*(time if one == "day" else t.value for one in plain))
    for row in connection.execute(_by_form(wanted) if "form" in plain else wanted):
        yield from _unfolded(asked, row)


def _values(asked: Asked, name: str, column: Any) -> Iterator[Any]:
    code = TYPE_CODES if name == "type" else {}
    value: Any = asked.narrowing.values().get(name)
    if value:
        yield _is(name, column, code.get(value, NONE) if name == "type" else value)
    if asked.among:
        yield _among(name, column, [code.get(one, 0) if name == "type" else one for one in asked.among])


def _by_form(wanted: Any) -> Any:
    """What is summed up by form version, by form: once for each sum instead of for each row."""
    sums = wanted.subquery()
    keys = [column for column in sums.c if not column.name.startswith("n")]
    keys = [sa.func.coalesce(form_versions.c.form_id, 0) if one.name == "form" else one for one in keys]
    counts = [sa.func.sum(column) for column in sums.c if column.name.startswith("n")]
    joined = sums.outerjoin(form_versions, form_versions.c.id == sums.c.form)
    return sa.select(*keys, *counts).select_from(joined).group_by(*keys)


def _unfolded(asked: Asked, row: Any) -> Iterator[tuple[tuple[Any, ...], int]]:
    """One line of several outcomes as the answer has it."""
    plain = [one for one in asked.by if one != "outcome"]
    key = dict(zip(plain, row, strict=False))
    if "type" in key:
        key["type"] = TYPES_BY_CODE.get(key["type"], "")
    counts = [int(count or 0) for count in row[len(plain) :]]
    if "outcome" not in asked.by:
        yield tuple(key.values()), sum(counts)
        return
    for outcome, count in zip(asked.wanted, counts, strict=True):
        if count:
            yield tuple(outcome if one == "outcome" else key[one] for one in asked.by), count


# Sums by account, form, campaign and kind together


def _from_figures(connection: Connection, asked: Asked, unit: str, first: int, last: int) -> Sums:
    table = monthly_figures if unit == "month" else daily_figures
    t = table.c
    time = t[unit]
    columns = {
        "day": time,
        "outcome": t.outcome,
        "owner": t.owner_id,
        "form": sa.func.coalesce(form_versions.c.form_id, 0),
        "campaign": t.campaign_id,
        "type": t.lead_type,
    }
    chosen = [columns[name] for name in asked.by]
    wanted = sa.select(*chosen, sa.func.sum(t.count)).select_from(table)
    if "form" in asked.by:
        wanted = wanted.outerjoin_from(table, form_versions, form_versions.c.id == t.form_version_id)
    wanted = wanted.where(t.environment_id == asked.environment_id, time.between(first, last))
    if asked.outcomes:
        wanted = wanted.where(t.outcome.in_(asked.wanted))
    for name, value in asked.narrowing.values().items():
        wanted = wanted.where(_is(name, t.form_version_id if name == "form" else columns[name], value))
    if asked.among:
        name = asked.by[0]
        wanted = wanted.where(_among(name, t.form_version_id if name == "form" else columns[name], asked.among))
    found = connection.execute(wanted.group_by(*chosen))
    return {tuple(row[:-1]): int(row[-1] or 0) for row in found}


def _is(name: str, column: Any, value: Any) -> Any:
    if name == "form" and value != NONE:
        return column.in_(sa.select(form_versions.c.id).where(form_versions.c.form_id == value))
    return column == (0 if value == NONE and name != "type" else value)


def _among(name: str, column: Any, values: Collection[Any]) -> Any:
    if name != "form":
        return column.in_(values)
    known = column.in_(sa.select(form_versions.c.id).where(form_versions.c.form_id.in_(values)))
    return sa.or_(known, column == 0) if 0 in values else known


# Submissions themselves

_COLUMN = {
    "owner": s.owner_id,
    "form": s.form_version_id,
    "campaign": s.campaign_id,
    "type": s.lead_type,
    "creative": s.creative_id,
    "country": s.country_id,
    "industry": s.industry_id,
}


def too_many(connection: Connection, kept: Kept, asked: Asked) -> bool:
    """Of what the filter that lets the fewest pass lets pass. Without any filter a period has too many at once."""
    fewest = [sum(count for _, count in _narrowed(connection, kept, asked, name)) for name in asked.narrowing.values()]
    return min(fewest, default=MOST_WALKED + 1) > MOST_WALKED


def _narrowed(connection: Connection, kept: Kept, asked: Asked, name: str) -> Iterator[tuple[tuple[Any, ...], int]]:
    """How many a single filter lets pass."""
    alone = Asked(asked.environment_id, (), asked.days, Narrowing(**{name: getattr(asked.narrowing, name)}))
    yield from answer(connection, kept, alone).items()


def _from_submissions(connection: Connection, kept: Kept, asked: Asked) -> Sums:
    forms = {row[0]: row[1] for row in connection.execute(sa.select(form_versions.c.id, form_versions.c.form_id))}
    plain = [name for name in asked.by if name not in {"day", "outcome"}]
    time = [s.submitted_at] if "day" in asked.by else []
    chosen = [*(_COLUMN[name] for name in plain), s.state, s.matching_status, *time]
    wanted = sa.select(*chosen, sa.func.count()).where(*_conditions(kept, asked)).group_by(*chosen)
    found: Counter[tuple[Any, ...]] = Counter()
    outcomes = set(asked.wanted)
    for row in connection.execute(wanted):
        outcome = OUTCOMES[row.state, row.matching_status]
        if outcome in outcomes:
            key: dict[str, Any] = {name: value or 0 for name, value in zip(plain, row, strict=False)}
            key |= {"outcome": outcome, "form": forms.get(key.get("form", 0), 0)}
            key |= {"day": kept.days.of(row.submitted_at)} if time else {}
            if not asked.among or key[asked.by[0]] in asked.among:
                found[tuple(key[name] for name in asked.by)] += row[-1]
    return dict(found)


def _conditions(kept: Kept, asked: Asked) -> Iterator[Any]:
    """An index leads by each of these columns; of facets it holds those that are told only."""
    zone, (first, last) = kept.days.zone, asked.days
    yield s.environment_id == asked.environment_id
    yield ~s.test
    if first > EVER[0]:
        yield s.submitted_at >= starts_at(first, zone)
    if last < EVER[1]:
        yield s.submitted_at < starts_at(last + 1, zone)
    for name, value in asked.narrowing.values().items():
        column: Any = _COLUMN[name]
        facet = name in {one.name.lower() for one in FACETS}
        if value == NONE:
            yield sa.func.coalesce(column, 0) == 0
        else:
            yield _is(name, column, value)
            if facet:
                yield sa.text(f"{name}_id <> 0")
