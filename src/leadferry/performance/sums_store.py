"""One question to the figures: from sums by one dimension where they answer it, from those by all that hang together
with a campaign, or, where creative, country or industry meet another dimension, from few enough submissions themselves.
"""

from __future__ import annotations

import functools
import operator
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.errors import InputError
from leadferry.performance.dimensions import BY_NAME, FACETS, TYPE_CODES, TYPES_BY_CODE, Dimension
from leadferry.performance.figures import NEVER, OUTCOMES, Outcome, Piece, pieces, starts_at
from leadferry.performance.keeping_store import Kept
from leadferry.performance.narrowing import NONE, Narrowing
from leadferry.store.statements import walking
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
    return answers(connection, kept, asked, [asked.days])[0]


def answers(connection: Connection, kept: Kept, asked: Asked, spans: Sequence[tuple[int, int]]) -> list[Sums]:
    """Of several spans of days, each for itself: one statement wherever sums answer."""
    if asked.from_submissions:
        return [_from_submissions(connection, kept, replace(asked, days=span)) for span in spans]
    alone = len(asked.dimensions) <= 1
    some = [
        (number, *piece)
        for number, span in enumerate(spans)
        if span[0] <= span[1]
        for piece in _pieces(replace(asked, days=span), kept, weeks=alone)
    ]
    found: list[Sums] = [{} for _ in spans]
    for span, key, count in (_from_sums if alone else _from_figures)(connection, asked, some) if some else ():
        found[span][key] = found[span].get(key, 0) + count
    return [{key: count for key, count in one.items() if count} for one in found]


def _pieces(asked: Asked, kept: Kept, *, weeks: bool) -> Iterator[Piece]:
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


Part = tuple[int, str, int, int]
"""The place of a span, and a piece of it."""
Told = tuple[int, tuple[Any, ...], int]
"""The place of a span, a key, how many."""


def _from_sums(connection: Connection, asked: Asked, some: Sequence[Part]) -> Iterator[Told]:
    """Added up by the database, all pieces in one statement: a row that comes here costs more than ten there."""
    plain = tuple(one for one in asked.by if one != "outcome")
    shape, given = _shaped(asked, plain, some)
    rows = connection.execute(_statement(shape), given).all()
    if "outcome" in asked.by or "type" in plain:
        return _unfolded(asked, plain, rows)
    return ((span, tuple(key), int(count or 0)) for span, *key, count in rows)


def _shaped(asked: Asked, plain: tuple[str, ...], some: Sequence[Part]) -> tuple[Shape, dict[str, Any]]:
    """The statement, and what is given to it."""
    name = next(iter(asked.dimensions), "")
    value: Any = asked.narrowing.values().get(name, "")
    among = [TYPE_CODES.get(one, 0) if name == "type" else one for one in asked.among]
    shape = Shape(
        plain,
        tuple(asked.wanted),
        "outcome" in asked.by,
        tuple((span, unit) for span, unit, _, _ in some),
        name,
        "" if not value else "form" if name == "form" and value != NONE else "value",
        "" if not among else "with none" if 0 in among else "some",
    )
    given = _given(asked.environment_id, among, some)
    if value:
        given["value"] = TYPE_CODES.get(value, NONE) if name == "type" else 0 if value == NONE else value
    return shape, given


def _given(environment_id: int, among: Collection[Any], some: Sequence[Part]) -> dict[str, Any]:
    given: dict[str, Any] = {"environment": environment_id}
    for number, (_span, _unit, first, last) in enumerate(some):
        given |= {f"first{number}": first, f"last{number}": last}
    return given | ({"among": list(among)} if among else {})


class Shape(NamedTuple):
    """What makes one statement another: making it anew takes longer than the answer. `units`: of the pieces, each with
    the place of its span; `value`: how it is narrowed, "" not at all; `among`: "", some values, or some and those
    without."""

    plain: tuple[str, ...]
    wanted: tuple[int, ...]
    by_outcome: bool
    units: tuple[tuple[int, str], ...]
    dimension: str
    value: str
    among: str


@functools.lru_cache(500)
def _statement(shape: Shape) -> sa.Select[Any]:
    counts = [f"n{number}" for number in range(len(shape.wanted) if shape.by_outcome else 1)]
    parts = [_part(shape, number) for number in range(len(shape.units))]
    t = (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery().c
    keys = ("span", *shape.plain)
    wanted = sa.select(*(t[one] for one in keys), *(sa.func.sum(t[one]).label(one) for one in counts))
    wanted = wanted.group_by(*(t[one] for one in keys))
    return _by_form(wanted, keys, counts) if "form" in shape.plain else wanted


def _part(shape: Shape, number: int) -> sa.Select[Any]:
    span, unit = shape.units[number]
    table, time = _SUMS[unit]
    t = table.c
    counts = [t[COLUMNS[one]] for one in shape.wanted]
    if not shape.by_outcome:  # one sum is half the work of eight
        counts = [functools.reduce(operator.add, counts)]
    keys = [time.label("day") if one == "day" else t.value.label(one) for one in shape.plain]
    first = sa.literal_column(str(span), sa.Integer).label("span")
    wanted = sa.select(first, *keys, *(one.label(f"n{place}") for place, one in enumerate(counts))).where(
        t.environment_id == sa.bindparam("environment"),
        t.dimension == int(BY_NAME.get(shape.dimension, Dimension.ALL)),
        time.between(sa.bindparam(f"first{number}"), sa.bindparam(f"last{number}")),
        *_narrow(shape, t.value),
    )
    return walking(wanted, table, f"ix_{table.name}_value") if shape.value else wanted


def _narrow(shape: Shape, column: Any) -> Iterator[Any]:
    if shape.value:
        yield _is(shape.value, column, sa.bindparam("value"))
    if shape.among:
        yield _among(shape.dimension, column, with_none=shape.among == "with none")


def _by_form(wanted: sa.Select[Any], names: Sequence[str], counts: Sequence[str]) -> sa.Select[Any]:
    """What is summed up by form version, by form: once for each sum instead of for each row."""
    sums = wanted.subquery()
    keys = [sa.func.coalesce(form_versions.c.form_id, 0) if one == "form" else sums.c[one] for one in names]
    joined = sums.outerjoin(form_versions, form_versions.c.id == sums.c.form)
    return sa.select(*keys, *(sa.func.sum(sums.c[one]) for one in counts)).select_from(joined).group_by(*keys)


def _unfolded(asked: Asked, plain: Sequence[str], rows: Sequence[Any]) -> Iterator[Told]:
    """Lines of several outcomes as the answer has them."""
    wanted, size = asked.wanted, 1 + len(plain)
    of_type = plain.index("type") if "type" in plain else -1
    place = asked.by.index("outcome") if "outcome" in asked.by else -1
    for row in rows:
        span, key = row[0], list(row[1:size])
        if of_type >= 0:
            key[of_type] = TYPES_BY_CODE.get(key[of_type], "")
        if place < 0:
            yield span, tuple(key), int(row[size] or 0)
            continue
        head, tail = key[:place], key[place:]
        for outcome, count in zip(wanted, row[size:], strict=True):
            if count:
                yield span, (*head, outcome, *tail), int(count)


# Sums by account, form, campaign and kind together


def _from_figures(connection: Connection, asked: Asked, some: Sequence[Part]) -> Iterator[Told]:
    narrowed = asked.narrowing.values()
    shape = Together(
        tuple(asked.by),
        tuple(asked.wanted) if asked.outcomes else (),
        tuple((span, unit) for span, unit, _, _ in some),
        tuple((name, value == NONE) for name, value in narrowed.items()),
        "" if not asked.among else "with none" if 0 in asked.among else "some",
    )
    given = {f"is_{name}": value for name, value in narrowed.items() if value != NONE}
    given |= _given(asked.environment_id, asked.among, some)
    rows = connection.execute(_together(shape), given).all()
    return ((span, tuple(key), int(count or 0)) for span, *key, count in rows)


class Together(NamedTuple):
    """As Shape. `narrowed`: by what, and whether to those that have none of it."""

    by: tuple[str, ...]
    outcomes: tuple[int, ...]
    units: tuple[tuple[int, str], ...]
    narrowed: tuple[tuple[str, bool], ...]
    among: str


@functools.lru_cache(500)
def _together(shape: Together) -> Any:
    parts = [_figures(shape, number) for number in range(len(shape.units))]
    return sa.union_all(*parts) if len(parts) > 1 else parts[0]


def _figures(shape: Together, number: int) -> sa.Select[Any]:
    span, unit = shape.units[number]
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
    stored = columns | {"form": t.form_version_id}
    chosen = [columns[name] for name in shape.by]
    place = sa.literal_column(str(span), sa.Integer).label("span")
    wanted = sa.select(place, *chosen, sa.func.sum(t.count)).select_from(table)
    if "form" in shape.by:
        wanted = wanted.outerjoin_from(table, form_versions, form_versions.c.id == t.form_version_id)
    wanted = wanted.where(
        t.environment_id == sa.bindparam("environment"),
        time.between(sa.bindparam(f"first{number}"), sa.bindparam(f"last{number}")),
    )
    if shape.outcomes:
        wanted = wanted.where(t.outcome.in_(shape.outcomes))
    for name, none in shape.narrowed:
        wanted = wanted.where(stored[name] == 0 if none else _is(name, stored[name], sa.bindparam(f"is_{name}")))
    if index := unit == "day" and _index(shape):
        wanted = walking(wanted, table, index)
    if shape.among:
        wanted = wanted.where(_among(shape.by[0], stored[shape.by[0]], with_none=shape.among == "with none"))
    return wanted.group_by(*chosen)


def _index(shape: Together) -> str:
    """Few have one form or campaign; those without may be nearly all."""
    names = [name for name in ("form", "campaign") if (name, False) in shape.narrowed]
    return f"ix_daily_figures_{names[0]}" if names else ""


def _is(name: str, column: Any, value: Any) -> Any:
    if name == "form":
        return column.in_(sa.select(form_versions.c.id).where(form_versions.c.form_id == value))
    return column == value


def _among(name: str, column: Any, *, with_none: bool) -> Any:
    values: Any = sa.bindparam("among", expanding=True)
    if name != "form":
        return column.in_(values)
    known = column.in_(sa.select(form_versions.c.id).where(form_versions.c.form_id.in_(values)))
    return sa.or_(known, column == 0) if with_none else known


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


def _refuse_too_many(connection: Connection, kept: Kept, asked: Asked) -> None:
    if too_many(connection, kept, asked):
        raise InputError(
            _("More than {count} submissions would have to be looked at for these figures.", count=f"{MOST_WALKED:,}"),
            fix=_("Choose a shorter period, or fewer filters."),
            code="too-many",
        )


def _narrowed(connection: Connection, kept: Kept, asked: Asked, name: str) -> Iterator[tuple[tuple[Any, ...], int]]:
    """How many a single filter lets pass."""
    alone = Asked(asked.environment_id, (), asked.days, Narrowing(**{name: getattr(asked.narrowing, name)}))
    yield from answer(connection, kept, alone).items()


def _from_submissions(connection: Connection, kept: Kept, asked: Asked) -> Sums:
    _refuse_too_many(connection, kept, asked)
    if asked.by and not asked.outcomes:
        return told_by(_walked(connection, kept, asked, asked.by), asked.by, asked.among)
    walked = _walked(connection, kept, asked, {*asked.by, "outcome"})
    found, outcomes = Counter[tuple[Any, ...]](), set(asked.wanted)
    for (*key, outcome), count in told_by(walked, (*asked.by, "outcome"), asked.among).items():
        if outcome in outcomes:
            found[tuple(key)] += count
    return dict(found)


CELL = ("owner", "form", "campaign", "type", "creative", "country", "industry", "outcome")


@dataclass(frozen=True, slots=True)
class Cells:
    """Of what is narrowed to little, so that many questions are one look: columns by their names of CELL. `counts`: how
    many each line stands for; one where there are none. By columns, for so the counting is done in C."""

    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    counts: Sequence[int] | None = None


def cells(
    connection: Connection, kept: Kept, asked: Asked, spans: Sequence[tuple[int, int]], *, whole: bool = True
) -> list[Cells]:
    """Of each span. `asked.by`: what will be told by; `whole`: by whatever. Without creative, country and industry
    where none of them has a say. Raises InputError where it would take too long."""
    if asked.from_submissions:
        return [_few(connection, kept, replace(asked, days=span), CELL if whole else asked.by) for span in spans]
    names = ("owner", "form", "campaign", "type", "outcome")
    found = answers(connection, kept, replace(asked, by=names), spans)
    return [Cells(_by_column(names, list(one)), list(one.values())) for one in found]


def _few(connection: Connection, kept: Kept, asked: Asked, names: Collection[str]) -> Cells:
    if asked.days[0] > asked.days[1]:
        return Cells()
    _refuse_too_many(connection, kept, asked)
    return _walked(connection, kept, asked, names)


def told_by(some: Cells, by: Sequence[str], among: Collection[Any] = ()) -> Sums:
    if not some.columns:
        return {}
    lines = zip(*(some.columns[name] for name in by), strict=True)
    found = Counter[tuple[Any, ...]]()
    if some.counts is None:
        found.update(lines)
    else:
        for key, count in zip(lines, some.counts, strict=True):
            found[key] += count
    return {key: count for key, count in found.items() if not among or key[0] in among}


def _walked(connection: Connection, kept: Kept, asked: Asked, names: Collection[str]) -> Cells:
    """`names`: of CELL, and `day`. What is not asked for is not read: a row's ten columns take twice its look-up."""
    plain = [name for name in names if name in _COLUMN]
    more = [
        *((s.state, s.matching_status) if "outcome" in names else ()),
        *((s.submitted_at,) if "day" in names else ()),
    ]
    wanted = [*(_COLUMN[name] for name in plain), *more]
    rows = connection.execute(sa.select(*wanted).where(*conditions(asked, kept.days.zone))).all()
    found = _by_column([*plain, *(one.name for one in more)], rows)
    columns = {name: [one or 0 for one in found[name]] for name in plain}
    if "form" in columns:
        forms = _forms(connection)
        columns["form"] = [forms.get(one, 0) for one in columns["form"]]
    if "outcome" in names:
        columns["outcome"] = [OUTCOMES[now] for now in zip(found["state"], found["matching_status"], strict=True)]
    if "day" in names:
        columns["day"] = [kept.days.of(at) for at in found["submitted_at"]]
    return Cells(columns)


def _by_column(names: Sequence[str], rows: Sequence[Any]) -> dict[str, Sequence[Any]]:
    return dict(zip(names, zip(*rows, strict=True) if rows else ((),) * len(names), strict=True))


def _forms(connection: Connection) -> dict[int, int]:
    """Version -> form."""
    return {row[0]: row[1] for row in connection.execute(sa.select(form_versions.c.id, form_versions.c.form_id))}


def conditions(asked: Asked, zone: ZoneInfo) -> Iterator[Any]:
    """Of the submissions behind it. An index leads by each of these columns; of facets it holds those that are told."""
    first, last = asked.days
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
