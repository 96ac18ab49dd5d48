"""What ads cost, by day, account, campaign and ad, and how the last reading of each account went.

Costs change once a day. What a span of days cost by account, campaign and ad is asked of the database once, and
whatever is told or narrowed by is put together from that, until an account is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from leadferry.clock import Clock
from leadferry.linkedin.wire import Creative
from leadferry.performance.cost_rows import AdDay, Reading, Spent
from leadferry.performance.figures import AT_LAST, first_day, month_of, pieces
from leadferry.performance.figures_store import EVER
from leadferry.performance.memo import Memo
from leadferry.performance.narrowing import NONE, Narrowing, passing
from leadferry.store.database import Database
from leadferry.store.statements import some_of, upsert, walking
from leadferry.store.tables import ads, cost_readings, daily_costs, monthly_costs, owners
from leadferry.words import _

c = daily_costs.c
_FORM = sa.func.coalesce(ads.c.form_id, 0)
COLUMNS: Mapping[str, sa.ColumnElement[Any]] = {
    "day": c.day,
    "owner": c.owner_id,
    "campaign": c.campaign_id,
    "ad": c.ad_id,
    "form": _FORM,
}
_COUNTS = tuple(Spent.__slots__)
_CELL = ("owner_id", "campaign_id", "ad_id")
SPONSORED = "SPONSORED"
T = TypeVar("T")
Readings = Mapping[int, Reading]
KEPT = 150
"""Answers that are remembered; one of a thousand ads takes some hundred kilobytes."""
CELL = ("owner", "campaign", "ad", "form")
Cells = Mapping[tuple[int, int, int, int], Spent]
"""By the CELL."""


@dataclass(slots=True)
class Told:
    """`money`: currency -> millionths. `spent`: what else LinkedIn counts; its money means something within one
    currency only."""

    money: dict[str, int]
    spent: Spent


class CostStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock, self._memo = database, clock, Memo(KEPT)

    def readings(self, environment_id: int) -> dict[int, Reading]:
        """By account; one that was never tried is absent."""
        wanted = sa.select(cost_readings).join(owners).where(owners.c.environment_id == environment_id)
        with self.database.read() as connection:
            return {
                row.owner_id: Reading(
                    row.currency, row.through_day, row.read_at, row.tried_at, row.trouble, row.revision
                )
                for row in connection.execute(wanted)
            }

    def save(
        self,
        environment_id: int,
        owner_id: int,
        currency: str,
        days: tuple[int, int],
        found: Iterable[tuple[int, AdDay]],
    ) -> None:
        """In place of what was known of these days, both included. `found`: (campaign's row id, row)."""
        rows: dict[tuple[int, int, int], dict[str, Any]] = {}
        for campaign_id, one in found:
            rows[one.day, campaign_id, one.ad] = {
                "environment_id": environment_id,
                "owner_id": owner_id,
                "day": one.day,
                "campaign_id": campaign_id,
                "ad_id": one.ad,
                **{name: getattr(one, name) for name in Spent.__slots__},
            }
        now = self.clock()
        reading: dict[str, Any] = {
            "owner_id": owner_id,
            "currency": currency,
            "through_day": days[1],
            "read_at": now,
            "tried_at": now,
        }
        with self.database.write() as connection:
            connection.execute(
                sa.delete(daily_costs).where(
                    c.environment_id == environment_id, c.owner_id == owner_id, c.day.between(*days)
                )
            )
            if rows:
                connection.execute(sa.insert(daily_costs), list(rows.values()))
            _sum_up(connection, environment_id, owner_id, days)
            before = sa.select(cost_readings.c.revision).where(cost_readings.c.owner_id == owner_id)
            reading["revision"] = (connection.execute(before).scalar() or 0) + 1
            upsert(connection, cost_readings, ("owner_id",), {**reading, "trouble": ""})

    def fail(self, owner_id: int, trouble: str) -> None:
        """What was read before stays."""
        values = {"owner_id": owner_id, "tried_at": self.clock(), "trouble": trouble}
        with self.database.write() as connection:
            upsert(connection, cost_readings, ("owner_id",), values)

    def unknown_ads(self, environment_id: int, ids: Iterable[int]) -> set[int]:
        wanted = sorted(set(ids) - {0})
        known: set[int] = set()
        with self.database.read() as connection:
            for some in some_of(wanted):
                found = sa.select(ads.c.ad_id).where(ads.c.environment_id == environment_id, ads.c.ad_id.in_(some))
                known |= set(connection.execute(found).scalars())
        return set(wanted) - known

    def save_ads(self, environment_id: int, found: Iterable[tuple[Creative, int, int]]) -> None:
        """`found`: (creative, its number, row id of its form or 0)."""
        with self.database.write() as connection:
            for creative, number, form_id in found:
                values = {"environment_id": environment_id, "ad_id": number, "form_id": form_id}
                upsert(connection, ads, ("environment_id", "ad_id"), {**values, "name": creative.name or ""})

    def ad_names(self, environment_id: int) -> dict[int, str]:
        """One without a name is called by its number."""
        wanted = sa.select(ads.c.ad_id, ads.c.name).where(ads.c.environment_id == environment_id)
        with self.database.read() as connection:
            return {row.ad_id: row.name or _("Ad {number}", number=row.ad_id) for row in connection.execute(wanted)}

    def names_told(self, environment_id: int, readings: Readings) -> Mapping[int, str]:
        """`ad_names`, as they were when costs were read."""
        return self._kept(("names", environment_id), readings, lambda _: self.ad_names(environment_id))

    def forms_of_ads(self, environment_id: int) -> dict[int, int]:
        """Row id of the lead form behind each ad's button."""
        wanted = sa.select(ads.c.ad_id, ads.c.form_id).where(ads.c.environment_id == environment_id)
        with self.database.read() as connection:
            return {row.ad_id: row.form_id for row in connection.execute(wanted)}

    def sums(
        self,
        environment_id: int,
        by: Sequence[str],
        *,
        days: tuple[int, int] = EVER,
        narrowing: Narrowing = Narrowing(),  # noqa: B008 - frozen
        readings: Readings | None = None,
    ) -> dict[tuple[Any, ...], Spent]:
        """By the account, because each has its currency, and then by these columns: (owner, ...) -> what was spent.
        Both days included. `readings`: where they are known already."""
        if not tells(narrowing):
            return {}
        make = self._by_day if "day" in by else self._put_together
        return self._kept(
            (environment_id, *by, days, narrowing),
            self.readings(environment_id) if readings is None else readings,
            lambda known: make(environment_id, by, days, narrowing, known),
        )

    def told(
        self, environment_id: int, kind: str, days: tuple[int, int], narrowing: Narrowing, readings: Readings
    ) -> Mapping[Any, Told]:
        """By one of account, campaign, form, ad, kind of lead or day, each currency for itself."""
        return self._kept(
            ("told", environment_id, kind, days, narrowing),
            readings,
            lambda known: self._told(environment_id, kind, days, narrowing, known),
        )

    def _told(
        self, environment_id: int, kind: str, days: tuple[int, int], narrowing: Narrowing, readings: Readings
    ) -> dict[Any, Told]:
        by = [] if kind in {"owner", "type"} else [kind]
        found: dict[Any, Told] = {}
        sums = self.sums(environment_id, by, days=days, narrowing=narrowing, readings=readings)
        for key, spent in sums.items():
            told = found.setdefault(SPONSORED if kind == "type" else key[-1], Told({}, Spent()))
            currency = readings[key[0]].currency
            told.money[currency] = told.money.get(currency, 0) + spent.micros
            told.spent += spent
        return found

    def _put_together(
        self, environment_id: int, by: Sequence[str], days: tuple[int, int], narrowing: Narrowing, readings: Readings
    ) -> dict[tuple[Any, ...], Spent]:
        places = [CELL.index(name) for name in ("owner", *by)]
        found: dict[tuple[Any, ...], Spent] = {}
        for cell, spent in self._narrowed(environment_id, days, narrowing, readings).items():
            key = tuple([cell[place] for place in places])
            found[key] = found[key] + spent if key in found else spent
        return found

    def _narrowed(self, environment_id: int, days: tuple[int, int], narrowing: Narrowing, readings: Readings) -> Cells:
        """Those that a filter lets pass: a page tells them by many things."""
        every = self._kept((environment_id, days), readings, lambda _: self._cells(environment_id, days, readings))
        if not narrowing.values():
            return every
        key = ("narrowed", environment_id, days, narrowing)
        return self._kept(key, readings, lambda _: passing(every, CELL, narrowing))

    def _cells(self, environment_id: int, days: tuple[int, int], readings: Readings) -> Cells:
        forms = self._kept(("forms", environment_id), readings, lambda _: self.forms_of_ads(environment_id))
        found: dict[tuple[int, int, int, int], Spent] = {}
        with self.database.read() as connection:
            for unit, first, last in pieces(days, AT_LAST):
                t = (monthly_costs if unit == "month" else daily_costs).c
                key = [t[name] for name in _CELL]
                wanted = sa.select(*key, *(sa.func.sum(t[name]) for name in _COUNTS)).group_by(*key)
                wanted = wanted.where(t.environment_id == environment_id, t[unit].between(first, last))
                for owner, campaign, ad, *counts in connection.execute(wanted):
                    cell, spent = (owner, campaign, ad, forms.get(ad, 0)), Spent(*map(int, counts))
                    found[cell] = found[cell] + spent if cell in found else spent
        return found

    def _by_day(
        self, environment_id: int, by: Sequence[str], days: tuple[int, int], narrowing: Narrowing, readings: Readings
    ) -> dict[tuple[Any, ...], Spent]:
        """Of one account from that of all: what a day cost is the longest of these questions."""
        if narrowing.values().keys() == {"owner"}:
            every = self.sums(environment_id, by, days=days, readings=readings)
            return {key: spent for key, spent in every.items() if key[0] == narrowing.owner}
        chosen = [COLUMNS[name] for name in ("owner", *by)]
        wanted = sa.select(*chosen, *(sa.func.sum(c[name]) for name in _COUNTS)).where(
            c.environment_id == environment_id, c.day.between(*days)
        )
        if "form" in by or narrowing.form == NONE:
            of_ad = sa.and_(ads.c.environment_id == c.environment_id, ads.c.ad_id == c.ad_id)
            wanted = wanted.select_from(daily_costs.outerjoin(ads, of_ad))
        for name, value in narrowing.values().items():
            if name == "form" and value != NONE:
                its = sa.select(ads.c.ad_id).where(ads.c.environment_id == environment_id, ads.c.form_id == value)
                wanted = walking(wanted.where(c.ad_id.in_(its)), daily_costs, "ix_daily_costs_ad")
            elif name in COLUMNS:
                wanted = wanted.where(COLUMNS[name] == (0 if value == NONE else value))
                if name == "campaign" and "form" not in narrowing.values():
                    wanted = walking(wanted, daily_costs, "ix_daily_costs_campaign")
        with self.database.read() as connection:
            found = connection.execute(wanted.group_by(*chosen))
            return {tuple(row[: len(chosen)]): Spent(*map(int, row[len(chosen) :])) for row in found}

    def _kept(self, key: Any, readings: Readings, make: Callable[[Readings], T]) -> T:
        """Until an account is read again; the names and forms of ads are learnt before its costs are saved."""
        revision = tuple((owner, one.revision, one.read_at) for owner, one in sorted(readings.items()))
        return self._memo.get(key, revision, lambda: make(readings))


def _sum_up(connection: sa.Connection, environment_id: int, owner_id: int, days: tuple[int, int]) -> None:
    """The months that these days are of, anew."""
    m = monthly_costs.c
    for month in range(month_of(days[0]), month_of(days[1]) + 1):
        mine = (m.environment_id == environment_id, m.owner_id == owner_id, m.month == month)
        connection.execute(sa.delete(monthly_costs).where(*mine))
        key = [c[name] for name in ("environment_id", *_CELL)]
        wanted = sa.select(sa.literal(month, sa.Integer), *key, *(sa.func.sum(c[name]) for name in _COUNTS))
        span = c.day.between(first_day(month), first_day(month + 1) - 1)
        wanted = wanted.where(c.environment_id == environment_id, c.owner_id == owner_id, span).group_by(*key)
        names = ["month", "environment_id", *_CELL, *_COUNTS]
        connection.execute(sa.insert(monthly_costs).from_select(names, wanted))


def tells(narrowing: Narrowing) -> bool:
    """Only sponsored content costs, and LinkedIn does not tell costs by what people answered."""
    return all(name in COLUMNS or (name, value) == ("type", "SPONSORED") for name, value in narrowing.values().items())
