"""Whatever is asked of the figures, and by whichever way they answer: it is what a look at every submission finds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from environments import connect
from leadferry.delivery.model import MatchingStatus, State
from leadferry.errors import InputError
from leadferry.performance import sums_store
from leadferry.performance.counting_worker import FigureKeeper
from leadferry.performance.dimensions import Dimension
from leadferry.performance.figures import Days, outcome_of
from leadferry.performance.figures_store import FigureStore
from leadferry.performance.narrowing import NONE, Narrowing
from leadferry.store.database import Database
from leadferry.store.statements import new_key
from leadferry.store.tables import campaigns, form_versions, lead_forms, owners, submissions

ZONE, DAY_MS, NOW = "Asia/Kathmandu", 86_400_000, 1_790_000_000_000
ENDINGS = [
    (State.DELIVERED, MatchingStatus.CREATED),
    (State.DELIVERED, MatchingStatus.UPDATED),
    (State.REVIEW, MatchingStatus.MATCH_FAILED),
    (State.FAILED, MatchingStatus.CREATION_FAILED),
    (State.PENDING, MatchingStatus.PENDING),
]


class Pile:
    """Some hundred submissions of 200 days, and what each is told by."""

    def __init__(self, database: Database) -> None:
        self.database, self.days = database, Days(ZoneInfo(ZONE))
        self.environment_id = connect(database, "here").id
        self.today = self.days.of(NOW)
        self.facts: list[dict[str, Any]] = []
        with database.write() as connection:
            self.fill(connection, random.Random(5))
        keeper = FigureKeeper(database, lambda: NOW)
        keeper.keep(self.environment_id, ZONE, self.today)
        keeper.wait()
        self.store = FigureStore(database, lambda: NOW)

    def fill(self, connection: sa.Connection, dice: random.Random) -> None:
        mine = {"environment_id": self.environment_id}
        forms, versions = {}, []
        for number in (1, 2):
            form = new_key(connection.execute(lead_forms.insert().values(**mine, linkedin_id=number, **FORM)))
            for version in (1, 2):
                named: dict[str, Any] = {"form_id": form, "version": version, "body": b"", "seen_at": 1}
                versions.append(new_key(connection.execute(form_versions.insert().values(named))))
                forms[versions[-1]] = form
        places = {
            table: [
                new_key(connection.execute(table.insert().values(**mine, urn=f"urn:{n}", name=f"n{n}", **more)))
                for n in (1, 2)
            ]
            for table, more in ((campaigns, {"seen_at": 1}), (owners, {"sync_enabled": True, "form_sync_status": 1}))
        }
        for number in range(400):
            at = NOW - dice.randrange(200) * DAY_MS - dice.randrange(DAY_MS)
            chosen, state = dice.choice([*versions, None]), dice.choice(ENDINGS)
            values: dict[str, Any] = {
                "owner_id": dice.choice(places[owners]),
                "campaign_id": dice.choice([*places[campaigns], None]),
                "lead_type": dice.choice(["SPONSORED", "EVENT"]),
                **{f"{name}_id": dice.randrange(4) for name in ("creative", "country", "industry")},
                "submitted_at": at,
                "test": number % 9 == 0,
            }
            standing: dict[str, Any] = {
                "state": int(state[0]),
                "matching_status": int(state[1]),
                "form_version_id": chosen,
            }
            row = {**mine, "response_id": f"r{number}", **values, **standing, **OTHERWISE}
            connection.execute(submissions.insert().values(row))
            fact = {name.removesuffix("_id"): value or 0 for name, value in values.items()}
            told = {"form": forms.get(chosen or 0, 0), "type": values["lead_type"], "day": self.days.of(at)}
            if not fact["test"]:
                self.facts.append({**fact, **told, "outcome": int(outcome_of(*state))})

    def expected(self, by: Sequence[str], days: tuple[int, int], narrowing: Narrowing) -> dict[tuple[Any, ...], int]:
        found: Counter[tuple[Any, ...]] = Counter()
        for fact in self.facts:
            wanted = {name: 0 if value == NONE else value for name, value in narrowing.values().items()}
            if days[0] <= fact["day"] <= days[1] and all(fact[name] == value for name, value in wanted.items()):
                found[tuple(fact[name] for name in by)] += 1
        return dict(found)


FORM = {"name": "Paper", "sync_status": 1}
OTHERWISE = {"door": 1, "received_at": 1, "processing_state": 192350001, "attempts": 0, "due_at": 0}
NAMES = [one.name.lower() for one in Dimension if one is not Dimension.ALL]
NARROWINGS = [
    Narrowing(),
    Narrowing(campaign=1),
    Narrowing(campaign=NONE),
    Narrowing(form=1, owner=2),
    Narrowing(type="EVENT", campaign=2),
    Narrowing(country=2),
    Narrowing(country=NONE),
    Narrowing(industry=3, form=2),
    Narrowing(creative=1, country=1, type="SPONSORED"),
]


@pytest.fixture
def pile(database: Database) -> Pile:
    return Pile(database)


def test_every_question_has_the_answer_of_a_full_count(pile: Pile) -> None:
    with pile.database.read() as connection:
        assert connection.execute(sa.text("select count(*) from monthly_sums")).scalar()
        assert connection.execute(sa.text("select count(*) from weekly_sums")).scalar()
    ways = [[], ["day"], ["outcome"], *([name] for name in NAMES), *([name, "outcome"] for name in NAMES)]
    ways += [["day", "outcome"], ["campaign", "form"], ["country", "day", "outcome"]]
    spans = [sums_store.EVER, (pile.today - 29, pile.today), (pile.today - 150, pile.today - 20)]
    for narrowing in NARROWINGS:
        for by in ways:
            for days in spans:
                if not narrowing.values() and len({*by} - {"day", "outcome"}) > 1:
                    continue
                found = pile.store.sums(pile.environment_id, by, days=days, narrowing=narrowing)
                assert found == pile.expected(by, days, narrowing), (by, days, narrowing)


def test_what_is_asked_of_some_values_only_is_told_of_those(pile: Pile) -> None:
    for name in NAMES:
        for narrowing in (Narrowing(), Narrowing(campaign=1), Narrowing(country=2)):
            for by in ([name], [name, "outcome"]):
                whole = pile.expected(by, sums_store.EVER, narrowing)
                some = sorted({key[0] for key in whole}, key=str)[:2]  # the first is of none
                found = pile.store.sums(pile.environment_id, by, narrowing=narrowing, among=some)
                assert found == {key: count for key, count in whole.items() if key[0] in some}


def test_one_look_at_what_is_narrowed_answers_many_questions(pile: Pile) -> None:
    days = (pile.today - 150, pile.today - 20)
    for narrowing in NARROWINGS[1:]:
        cells = pile.store.cells(pile.environment_id, ["creative", "country", "industry"], [days], narrowing, None)[0]
        for name in NAMES:
            assert sums_store.told_by(cells, [name, "outcome"]) == pile.expected([name, "outcome"], days, narrowing)
        assert sums_store.told_by(cells, ["form"], [1]) == {
            key: count for key, count in pile.expected(["form"], days, narrowing).items() if key == (1,)
        }
    together = Narrowing(form=1, owner=2)
    cells = pile.store.cells(pile.environment_id, ["campaign"], [days], together, None)[0]
    assert sums_store.told_by(cells, ["campaign", "type"]) == pile.expected(["campaign", "type"], days, together)


def test_outcomes_that_are_not_asked_for_are_left_out(pile: Pile) -> None:
    for by in (["outcome"], ["campaign", "outcome"], ["country", "outcome"]):
        for narrowing in (Narrowing(), Narrowing(owner=1), Narrowing(country=1, form=1)):
            all_of_them = pile.expected(by, sums_store.EVER, narrowing)
            wanted = {key: count for key, count in all_of_them.items() if key[-1] in {2, 6}}
            assert pile.store.sums(pile.environment_id, by, narrowing=narrowing, outcomes=[2, 6]) == wanted


def test_where_too_many_had_to_be_looked_at_it_says_so_and_what_to_do(
    pile: Pile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sums_store, "MOST_WALKED", 5)
    everything, narrowed = (pile.today - 500, pile.today), Narrowing(country=1)
    assert pile.store.told(pile.environment_id, ["country"], everything, narrowed)
    assert not pile.store.told(pile.environment_id, ["campaign"], everything, narrowed)
    with pytest.raises(InputError, match="More than 5 submissions") as refused:
        pile.store.sums(pile.environment_id, ["campaign"], days=everything, narrowing=narrowed)
    with pytest.raises(InputError, match="More than 5 submissions"):
        pile.store.cells(pile.environment_id, ["campaign"], [everything], narrowed, None)
    assert refused.value.fix == "Choose a shorter period, or fewer filters."
    assert pile.store.told(pile.environment_id, ["campaign"], (pile.today, pile.today), narrowed)
