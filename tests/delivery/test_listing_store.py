from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from databases import new_database
from environments import StandingClock, connect
from leadferry.delivery import listing_question_store
from leadferry.delivery.filters import STATES, STATUSES, Filters
from leadferry.delivery.listing_question_store import Span
from leadferry.delivery.listing_store import ListingStore, Page
from leadferry.delivery.search_worker import SearchWorker
from leadferry.forms.form_store import FormStore
from leadferry.intake.inbox_store import InboxStore
from leadferry.intake.model import Door, Received
from leadferry.linkedin.reading import to_form_version
from leadferry.matching.collation import fold_accents
from leadferry.store.database import Database
from leadferry.store.tables import campaigns, owners, submissions
from samples import form, response

NAMES = [("Anna", "Brandt"), ("Äneas", "Müller"), ("Bo", "Brandt"), ("Zoë", "van Dijk"), ("", "Only_Last"), ("", "")]
HOUR = 3_600_000


class Pile:
    """A few hundred submissions of every kind in each of two environments, and what is true about them."""

    def __init__(self, database: Database, count: int = 240) -> None:
        self.database, self.dice = database, random.Random(7)
        self.forms, self.store = FormStore(database, StandingClock()), ListingStore(database)
        self.search = SearchWorker(database, self.forms)
        self.clock = StandingClock()
        self.facts: list[dict[str, Any]] = []
        self.here, self.there = (connect(database, name).id for name in ("here", "there"))
        for environment in (self.here, self.there):
            self._surround(environment)
        for start in range(0, count, 40):
            for environment in (self.here, self.there):
                self._store(environment, range(start, start + 40))
        self._settle()
        for environment in (self.here, self.there):
            self.search.catch_up(environment)

    def _surround(self, environment: int) -> None:
        self.versions = getattr(self, "versions", {})
        for form_id, version in ((1, 1), (1, 2), (2, 1)):
            raw = {**form(form_id), "versionId": version}
            body = msgspec.json.encode(raw)
            key, _ = self.forms.save_version(environment, None, to_form_version(body), body)
            self.versions[environment, form_id, version] = key
        with self.database.write() as connection:
            for number in (1, 2):
                values = {"environment_id": environment, "urn": f"urn:{number}", "name": f"name {number}"}
                connection.execute(sa.insert(campaigns).values(**values, seen_at=1))
                connection.execute(sa.insert(owners).values(**values, sync_enabled=True, form_sync_status=1))

    def _ids(self, table: sa.Table, environment: int) -> list[int]:
        wanted = sa.select(table.c.id).where(table.c.environment_id == environment).order_by(table.c.id)
        with self.database.read() as connection:
            return list(connection.execute(wanted).scalars())

    def _store(self, environment: int, numbers: range) -> None:
        dice, received = self.dice, []
        self.clock.now += HOUR
        for number in numbers:
            form_id, version = dice.choice([(1, 1), (1, 2), (2, 1)])
            first, last = dice.choice(NAMES)
            at = 1_789_000_000_000 + dice.randrange(200) * HOUR
            answers: dict[str, Any] = {
                "first_name": first,
                "last_name": last,
                "email": f"p{number % 50}@Nord{number % 3}.test",
            }
            body = msgspec.json.encode(response(f"r{number}", at, form_id=form_id, version=version, **answers))
            fact: dict[str, Any] = {
                "environment_id": environment,
                "form": form_id,
                "campaign": dice.choice(self._ids(campaigns, environment)),
                "owner": dice.choice(self._ids(owners, environment)),
                "type": dice.choice(["SPONSORED"] * 9 + ["EVENT"]),
                "test": dice.random() < 0.1,
                "words": [fold_accents(word) for word in f"{first} {last} {answers['email']}".split()],
            }
            received.append(
                Received(
                    f"r{number}",
                    body,
                    at,
                    fact["type"],
                    fact["test"],
                    fact["owner"],
                    self.versions[environment, form_id, version],
                    fact["campaign"],
                )
            )
            self.facts.append({**fact, "response_id": f"r{number}", "at": at})
        InboxStore(self.database, self.clock).store(environment, Door.POLL, received)

    def _settle(self) -> None:
        with self.database.write() as connection:
            for row in connection.execute(sa.select(submissions)).mappings().all():
                state = self.dice.choice([0, 1, 2, 3, 3, 3, 4, 5])
                status = self.dice.choice([192350000, 192350001, 192350001, 192350002, 192350003, 192350006])
                change = sa.update(submissions).where(submissions.c.id == row["id"])
                connection.execute(change.values(state=state, matching_status=status))
                fact = next(
                    fact
                    for fact in self.facts
                    if (fact["environment_id"], fact["response_id"]) == (row["environment_id"], row["response_id"])
                )
                fact |= {"id": row["id"], "state": state, "status": status}

    def expected(self, filters: Filters, span: Span) -> list[int]:
        """Counted by hand: every row looked at, then sorted."""
        rows = [fact for fact in self.facts if fact["environment_id"] == self.here and _fits(fact, filters, span)]
        rows.sort(key=lambda fact: fact["id"] if filters.by_received else (fact["at"], fact["id"]))
        return [fact["id"] for fact in (reversed(rows) if filters.descending else rows)]

    def walked(self, filters: Filters, span: Span, limit: int = 13) -> list[int]:
        """By paging to the end, and back again."""
        page = self.store.page(self.here, filters, span, limit=limit)
        found, pages = [row["id"] for row in page.rows], [page]
        while page.after:
            page = self.store.page(self.here, filters, span, after=page.after, limit=limit)
            pages.append(page)
            found += [row["id"] for row in page.rows]
        self._back(filters, span, [page for page in pages if page.rows], limit)
        return found

    def _back(self, filters: Filters, span: Span, pages: list[Page], limit: int) -> None:
        expected = [row["id"] for page in pages[:-1] for row in page.rows]
        got: list[int] = []
        before = pages[-1].before if pages else None
        while before:
            page = self.store.page(self.here, filters, span, before=before, limit=limit)
            got = [row["id"] for row in page.rows] + got
            before = page.before
        assert got == expected


def _fits(fact: dict[str, Any], f: Filters, span: Span) -> bool:
    return (
        (not f.form or fact["form"] == f.form)
        and all(not getattr(f, name) or fact[name] == getattr(f, name) for name in ("campaign", "owner", "type"))
        and (not f.status or fact["status"] == STATUSES[f.status])
        and (not f.state or fact["state"] == STATES[f.state])
        and (not f.test or fact["test"] == (f.test == "only"))
        and (span.since is None or fact["at"] >= span.since)
        and (span.before is None or fact["at"] < span.before)
        and all(any(one.startswith(word) for one in fact["words"]) for word in f.text.split())
    )


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def pile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    with new_database(request.param, Path(tmp_path_factory.mktemp("pile"))) as database:
        yield Pile(database)


CASES: list[dict[str, Any]] = [
    {},
    {"form": 1},
    {"form": 2, "status": "created"},
    {"state": "review"},
    {"state": "pending"},
    {"state": "failed", "test": "no"},
    {"status": "match-failed"},
    {"status": "not-updated", "form": 1},
    {"test": "only"},
    {"type": "EVENT"},
    {"type": "SPONSORED", "state": "delivered"},
    {"campaign": 1},
    {"campaign": 1, "owner": 2, "form": 1},
    {"owner": 1, "status": "updated"},
    {"text": "brandt"},
    {"text": "bra an"},
    {"text": "mul", "form": 1},
    {"text": "p1"},
    {"text": "only_"},
    {"text": "nobody"},
]
A_SPAN = Span(1_789_000_000_000 + 40 * HOUR, 1_789_000_000_000 + 150 * HOUR)
ORDERS = [(sort, Span()) for sort in ("submitted", "submitted-oldest", "received", "received-oldest")]
ORDERS += [("submitted", A_SPAN), ("received-oldest", A_SPAN)]


@pytest.mark.parametrize("few", [2000, 3], ids=["looked at as they are", "walked in order"])
@pytest.mark.parametrize(("sort", "span"), ORDERS)
def test_paging_shows_every_row_of_the_list_once_and_in_order(
    pile: Pile, monkeypatch: pytest.MonkeyPatch, few: int, sort: str, span: Span
) -> None:
    monkeypatch.setattr(listing_question_store, "FEW", few)
    monkeypatch.setattr(listing_question_store, "WINDOW", 2000 if few > 3 else 11)
    for case in CASES:
        filters = Filters(**{**case, **_own_ids(pile, case)}, sort=sort)
        wanted = pile.expected(replace(filters, form=case.get("form", 0)), span)
        assert pile.walked(filters, span) == wanted, case


def _own_ids(pile: Pile, case: dict[str, Any]) -> dict[str, int]:
    """The cases say 1 and 2; the lists of the environment have ids of their own."""
    offered = pile.store.choices(pile.here)
    return {name: offered[name][case[name] - 1][0] for name in ("form", "campaign", "owner") if name in case}


def test_a_count_is_exact_up_to_its_bound_and_says_when_it_is_more(pile: Pile) -> None:
    wanted = len(pile.expected(Filters(state="review"), Span()))
    assert pile.store.count(pile.here, Filters(state="review")) == wanted
    assert pile.store.count(pile.here, Filters(), most=100) == 101


def test_a_page_that_costs_too_much_says_how_far_it_looked(pile: Pile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing_question_store, "FEW", 3)
    monkeypatch.setattr(listing_question_store, "WINDOW", 5)
    monkeypatch.setattr(listing_question_store, "WINDOWS", 1)
    page = pile.store.page(pile.here, Filters(type="SPONSORED"), limit=50)
    in_order = {fact["id"]: fact["at"] for fact in pile.facts if fact["environment_id"] == pile.here}
    assert page.looked_to == in_order[pile.expected(Filters(), Span())[4]]
    assert len(page.rows) <= 5
    assert page.after


def test_no_list_shows_another_environments_submission(pile: Pile) -> None:
    other = pile.store.page(pile.there, Filters(), limit=500).rows
    assert {row["environment_id"] for row in other} == {pile.there}
    assert pile.store.rows(pile.here, [row["id"] for row in other]) == []


def test_neighbours_are_those_of_the_list(pile: Pile) -> None:
    order = pile.expected(Filters(), Span())
    at = {fact["id"]: fact["at"] for fact in pile.facts if "id" in fact}
    for newer, key, older in zip([None, *order], order, [*order[1:], None], strict=False):
        assert pile.store.neighbours(pile.here, key, at[key]) == (newer, older)


def test_rows_stored_since_are_counted_for_this_list_only(pile: Pile) -> None:
    ids = sorted(pile.expected(Filters(), Span()))
    wanted = [key for key in pile.expected(Filters(test="only"), Span()) if key > ids[100]]
    assert pile.store.newer(pile.here, Filters(test="only"), Span(), ids[100]) == len(wanted)


def test_what_two_filters_of_many_rows_share_is_found_by_their_indexes_however_rare_it_is(
    pile: Pile, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = _own_ids(pile, {"campaign": 1, "owner": 2})
    both = Filters(campaign=mine["campaign"], owner=mine["owner"])
    wanted = pile.expected(Filters(campaign=both.campaign, owner=both.owner), Span())
    monkeypatch.setattr(listing_question_store, "FEW", len(wanted))
    monkeypatch.setattr(listing_question_store, "WINDOW", 5)
    monkeypatch.setattr(listing_question_store, "WINDOWS", 1)
    page = pile.store.page(pile.here, both, limit=500)
    assert ([row["id"] for row in page.rows], page.looked_to) == (wanted, None)
    assert pile.store.count(pile.here, both) == len(wanted)
    monkeypatch.setattr(listing_question_store, "SOME", 5)
    assert pile.store.page(pile.here, both, limit=500).looked_to
