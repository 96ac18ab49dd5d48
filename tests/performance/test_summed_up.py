"""Costs and conversion as pages ask for them, from months and days, against each day and each submission one by one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from environments import connect
from leadferry.linkedin.wire import Creative
from leadferry.performance.cost_rows import AdDay, Spent
from leadferry.performance.cost_store import CostStore
from leadferry.performance.figures import AT_LAST, EPOCH, NEVER, first_day, month_of, pieces
from leadferry.performance.figures_store import EVER
from leadferry.performance.narrowing import NONE, Narrowing
from leadferry.performance.outcome_store import OutcomeStore
from leadferry.store.database import Database
from leadferry.store.tables import daily_costs, monthly_conversions, monthly_costs, owners, submission_outcomes
from leadferry.store.tables import submissions as table

FIRST = (date(2026, 1, 20) - EPOCH).days
DAYS = 130
DAY_MS = 86_400_000
NARROWINGS = [Narrowing(), Narrowing(owner=1), Narrowing(campaign=2), Narrowing(campaign=NONE), Narrowing(form=31)]
SPANS = [EVER, (FIRST, FIRST + DAYS), (FIRST + 3, FIRST + 80), (FIRST + 12, FIRST + 39), (FIRST + 50, FIRST + 50)]
BY: list[list[str]] = [[], ["campaign"], ["form"], ["day"], ["day", "campaign"]]
FORMS = {7: 31, 8: 32}
"""Of ads; 9 is of none."""


@pytest.mark.parametrize("weeks_to", [0, FIRST + 20, FIRST + DAYS])
@pytest.mark.parametrize("months_to", [0, first_day(month_of(FIRST) + 2), AT_LAST])
def test_the_pieces_of_a_span_are_its_days_each_once(months_to: int, weeks_to: int) -> None:
    weeks_to -= weeks_to % 7
    for first in range(FIRST, FIRST + 60, 3):
        for last in range(first, FIRST + DAYS, 7):
            days = [day for piece in pieces((first, last), months_to, weeks_to) for day in _days_of(*piece)]
            assert sorted(days) == list(range(first, last + 1))


def _days_of(unit: str, first: int, last: int) -> range:
    if unit == "month":
        return range(first_day(first), first_day(last + 1))
    return range(first * 7, last * 7 + 7) if unit == "week" else range(first, last + 1)


def test_all_time_is_of_whole_months_and_what_is_left() -> None:
    assert list(pieces((NEVER, FIRST), first_day(month_of(FIRST)))) == [
        ("month", 0, month_of(FIRST) - 1),
        ("day", first_day(month_of(FIRST)), FIRST),
    ]


# Costs


def test_costs_of_any_span_are_those_of_its_days_whatever_is_read_again(database: Database) -> None:
    here, dice = connect(database, "here").id, random.Random(4)
    costs, accounts = CostStore(database, lambda: 5), _accounts(database, here)
    costs.save_ads(here, [(Creative(f"urn:li:sponsoredCreative:{ad}", ""), ad, form) for ad, form in FORMS.items()])
    for _ in range(6):
        first = FIRST + dice.randrange(DAYS - 20)
        rows = [(dice.choice([0, 1, 2]), _ad_day(dice, day)) for day in range(first, first + dice.randrange(1, 90))]
        costs.save(here, dice.choice(accounts), "EUR", (first, first + 90), rows)
        for span, by, narrowing in _questions(accounts):
            assert costs.sums(here, by, days=span, narrowing=narrowing) == _costs(database, by, span, narrowing)
    months = _months(database, monthly_costs)
    assert {key: sum(found) for key, found in months.items()} == _days_by_month(database)


def _ad_day(dice: random.Random, day: int) -> AdDay:
    return AdDay(day, "", dice.choice([7, 8, 9]), dice.randrange(10**9), *(dice.randrange(1000) for _ in range(4)))


def _costs(database: Database, by: list[str], span: tuple[int, int], narrowing: Narrowing) -> dict[Any, Spent]:
    found: dict[Any, Spent] = {}
    with database.read() as connection:
        for row in connection.execute(sa.select(daily_costs)):
            about = {
                "day": row.day,
                "owner": row.owner_id,
                "campaign": row.campaign_id,
                "form": FORMS.get(row.ad_id, 0),
            }
            if span[0] <= row.day <= span[1] and _fits(about, narrowing):
                key = tuple(about[name] for name in ("owner", *by))
                found[key] = found.get(key, Spent()) + Spent(*row[5:])
    return found


def _months(database: Database, sums: sa.Table) -> dict[Any, tuple[int, ...]]:
    keys = len(sums.primary_key.columns)
    with database.read() as connection:
        return {tuple(row[:keys]): tuple(row[keys:]) for row in connection.execute(sa.select(sums))}


def _days_by_month(database: Database) -> dict[Any, int]:
    found: Counter[Any] = Counter()
    with database.read() as connection:
        for row in connection.execute(sa.select(daily_costs)):
            found[row.environment_id, month_of(row.day), *row[2:5]] += sum(row[5:])
    return dict(found)


# Conversion


def test_conversions_of_any_span_are_those_of_its_submissions_after_each_reading(database: Database) -> None:
    here, dice = connect(database, "here").id, random.Random(8)
    outcomes, accounts = OutcomeStore(database, lambda: 5), _accounts(database, here)
    for reading in range(3):
        _close_some(database, here, accounts, dice, reading)
        outcomes.recount(here, "UTC")
        for span, by, narrowing in _questions(accounts):
            if "form" in {*by, *narrowing.values()}:
                continue
            told = outcomes.sums(here, [*by, "stage"], days=span, narrowing=narrowing)
            assert told == _conversions(database, [*by, "stage"], span, narrowing)
        _forget_some(database, dice)
    assert sum(count for (count,) in _months(database, monthly_conversions).values()) > 50


def _close_some(database: Database, here: int, accounts: list[int], dice: random.Random, reading: int) -> None:
    plain = {"environment_id": here, "lead_type": "SPONSORED", "test": False, "door": 1, "received_at": 1, "state": 3}
    plain |= {"matching_status": 192350001, "processing_state": 1, "attempts": 0, "due_at": 0, "settled_at": 2}
    with database.write() as connection:
        for number in range(60):
            name = f"{reading}-{number}"
            about = {"response_id": name, "lead_id": name, "owner_id": dice.choice(accounts)}
            at = (FIRST + dice.randrange(DAYS)) * DAY_MS
            key = connection.execute(
                sa.insert(table).values(**plain, **about, submitted_at=at).returning(table.c.id)
            ).scalar_one()
            stage = {"submission_id": key, "environment_id": here, "stage": dice.randrange(1, 5)}
            connection.execute(sa.insert(submission_outcomes).values(**stage))


def _forget_some(database: Database, dice: random.Random) -> None:
    """Erased, taken back, and turned out to be a test."""
    with database.write() as connection:
        keys = list(connection.execute(sa.select(table.c.id)).scalars())
        dice.shuffle(keys)
        connection.execute(sa.delete(table).where(table.c.id.in_(keys[:5])))
        connection.execute(sa.update(table).where(table.c.id.in_(keys[5:10])).values(state=5))
        connection.execute(sa.update(table).where(table.c.id.in_(keys[10:15])).values(test=True))


def _conversions(database: Database, by: list[str], span: tuple[int, int], narrowing: Narrowing) -> dict[Any, int]:
    found: Counter[Any] = Counter()
    closed = table.join(submission_outcomes, submission_outcomes.c.submission_id == table.c.id)
    wanted = sa.select(table, submission_outcomes.c.stage).select_from(closed).where(table.c.state == 3, ~table.c.test)
    with database.read() as connection:
        for row in connection.execute(wanted):
            about = {"day": row.submitted_at // DAY_MS, "owner": row.owner_id, "campaign": 0, "stage": row.stage}
            if span[0] <= about["day"] <= span[1] and _fits(about, narrowing):
                found[tuple(about[name] for name in by)] += 1
    return dict(found)


# Both


def _accounts(database: Database, here: int) -> list[int]:
    plain = {"environment_id": here, "sync_enabled": True, "form_sync_status": 1}
    with database.write() as connection:
        for number in (1, 2):
            connection.execute(sa.insert(owners).values(**plain, urn=f"urn:{number}", name=f"Account {number}"))
        return list(connection.execute(sa.select(owners.c.id).order_by(owners.c.id)).scalars())


def _questions(accounts: list[int]) -> Iterator[tuple[tuple[int, int], list[str], Narrowing]]:
    for narrowing in (*NARROWINGS[:1], Narrowing(owner=accounts[0]), *NARROWINGS[2:]):
        yield from ((span, by, narrowing) for span in SPANS for by in BY)


def _fits(about: Mapping[str, int], narrowing: Narrowing) -> bool:
    is_so: Callable[[str, int], bool] = lambda name, value: about[name] == (0 if value == NONE else value)  # noqa: E731
    return all(is_so(name, value) for name, value in narrowing.values().items())
