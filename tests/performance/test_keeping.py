"""Whatever happens to submissions, in whatever order: the figures kept are what a full count finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from databases import KINDS, new_database
from leadferry.delivery.model import EventKind, MatchingStatus, ProcessingState, Settlement, State
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.errors import InputError
from leadferry.intake.inbox_store import InboxStore
from leadferry.intake.model import Door, Received
from leadferry.performance.figures import Days, Outcome
from leadferry.performance.keeping_store import FigureKeeper, counted, following
from leadferry.store.database import Database
from leadferry.store.tables import daily_figures, daily_latencies, environments, submissions

HOUR_MS = 3_600_000
START = 1_790_000_000_000
BERLIN = "Europe/Berlin"
OUTCOMES = (
    (State.RETRY, MatchingStatus.PENDING),
    (State.REVIEW, MatchingStatus.MATCH_FAILED),
    (State.DELIVERED, MatchingStatus.CREATED),
    (State.DELIVERED, MatchingStatus.UPDATED),
    (State.DELIVERED, MatchingStatus.NOT_UPDATED),
    (State.FAILED, MatchingStatus.CREATION_FAILED),
    (State.REJECTED, MatchingStatus.PENDING),
)


@dataclass
class Books:
    """One environment, and what can happen to its submissions."""

    database: Database
    now: int = START
    numbers: int = 0
    zone: str = BERLIN
    keys: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.inbox = InboxStore(self.database, lambda: self.now)
        self.store = SubmissionStore(self.database, lambda: self.now)
        self.keeper = FigureKeeper(self.database, lambda: self.now)
        self.environment_id = self._environment()
        self.keeper.keep(self.environment_id, self.zone)

    def _environment(self) -> int:
        with self.database.write() as connection:
            known = connection.execute(sa.select(sa.func.count()).select_from(environments)).scalar()
            texts = dict.fromkeys(("authority", "tenant_id", "client_id"), "")
            values: dict[str, object] = {"name": f"e{known}", "url": "https://x", **texts}
            values |= {"credential_kind": "secret", "credential": b"", "created_at": 1}
            connection.execute(environments.insert().values(values))
            return int(connection.execute(sa.select(sa.func.max(environments.c.id))).scalar_one())

    def store_some(self, count: int = 1, test: bool = False, trouble: str = "", age_h: int = 1) -> None:
        received = [
            Received(f"r{self.numbers + n}", b"{}", self.now - age_h * HOUR_MS, "SPONSORED", test=test, trouble=trouble)
            for n in range(count)
        ]
        self.numbers += count
        self.inbox.store(self.environment_id, Door.POLL, received)
        with self.database.read() as connection:
            mine = sa.select(submissions.c.id).where(submissions.c.environment_id == self.environment_id)
            self.keys = list(connection.execute(mine.order_by(submissions.c.id)).scalars())

    def settle(self, keys: list[int], state: State, status: MatchingStatus) -> None:
        done = ProcessingState.SUCCEEDED
        self.store.settle([Settlement(key, state, status, done, EventKind.CREATED) for key in keys])

    def delete(self, key: int) -> None:
        with self.database.write() as connection, following(connection, [key]):
            connection.execute(sa.delete(submissions).where(submissions.c.id == key))
        self.keys.remove(key)

    def recognise(self, key: int, test: bool) -> None:
        """As when LinkedIn shows a response of a CSV file: it has a campaign, and may be a test lead."""
        with self.database.write() as connection, following(connection, [key]):
            changed = sa.update(submissions).where(submissions.c.id == key)
            connection.execute(changed.values(lead_type="EVENT", test=test))

    def kept(self) -> tuple[dict[tuple[object, ...], int], dict[tuple[object, ...], int]]:
        found = []
        with self.database.read() as connection:
            for table in (daily_figures, daily_latencies):
                rows = connection.execute(sa.select(table).where(table.c.environment_id == self.environment_id))
                found.append({tuple(row[1:-1]): row[-1] for row in rows if row[-1]})
        return found[0], found[1]

    def full_count(self) -> tuple[dict[tuple[object, ...], int], dict[tuple[object, ...], int]]:
        with self.database.read() as connection:
            figures, latencies = counted(connection, self.environment_id, Days(ZoneInfo(self.zone)))
            return dict(figures.items()), dict(latencies.items())

    def by_outcome(self) -> dict[Outcome, int]:
        found: dict[Outcome, int] = {}
        for key, count in self.kept()[0].items():
            outcome = Outcome(int(str(key[-1])))
            found[outcome] = found.get(outcome, 0) + count
        return found


@pytest.fixture
def books(database: Database) -> Books:
    return Books(database)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("store", "settle", "reopen", "reject", "delete", "recognise", "wait", "zone")),
        st.integers(0, 999),
    ),
    min_size=3,
    max_size=25,
)


def _store(books: Books, n: int) -> None:
    books.store_some(1 + n % 3, test=n % 5 == 0, trouble="cut off" if n % 7 == 0 else "", age_h=n % 60)


def _settle(books: Books, n: int) -> None:
    books.settle(books.keys[n % len(books.keys) :], *OUTCOMES[n % len(OUTCOMES)])


def _one(do: Callable[[Books, int], None]) -> Callable[[Books, int], None]:
    def step(books: Books, n: int) -> None:
        try:
            do(books, books.keys[n % len(books.keys)])
        except InputError:  # on its way, or delivered: refused, and nothing changes
            return

    return step


def _zone(books: Books, n: int) -> None:
    books.zone = ("UTC", BERLIN, "Asia/Kathmandu")[n % 3]
    books.keeper.keep(books.environment_id, books.zone)


def _wait(books: Books, n: int) -> None:
    books.now += n * HOUR_MS // 7


ACT: dict[str, Callable[[Books, int], None]] = {
    "store": _store,
    "settle": _settle,
    "reopen": _one(lambda books, key: books.store.reopen(books.environment_id, key)),
    "reject": _one(lambda books, key: books.store.reject(books.environment_id, key)),
    "delete": _one(lambda books, key: books.delete(key)),
    "recognise": lambda books, n: books.recognise(books.keys[n % len(books.keys)], n % 2 == 0),
    "wait": _wait,
    "zone": _zone,
}


@pytest.fixture(scope="module", params=KINDS)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> object:
    folder: Path = tmp_path_factory.mktemp("figures")
    with new_database(request.param, folder) as database:
        yield database


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(steps=STEPS)
def test_after_any_sequence_the_figures_kept_are_those_of_a_full_count(
    shared: Database, steps: list[tuple[str, int]]
) -> None:
    books = Books(shared)
    for step, n in steps:
        if books.keys or step in {"store", "wait", "zone"}:
            ACT[step](books, n)
    assert books.kept() == books.full_count()


def test_a_replay_takes_the_submission_out_of_its_outcome_and_its_time_to_lead(books: Books) -> None:
    books.store_some(2)
    books.settle(books.keys, State.DELIVERED, MatchingStatus.CREATED)
    books.store.reopen(books.environment_id, books.keys[0])
    assert books.by_outcome() == {Outcome.CREATED: 1, Outcome.RETRY: 1}
    assert sum(books.kept()[1].values()) == 1


def test_test_leads_are_kept_out_of_figures(books: Books) -> None:
    books.store_some(3, test=True)
    books.settle(books.keys, State.DELIVERED, MatchingStatus.CREATED)
    assert books.kept() == ({}, {})


def test_a_deleted_submission_leaves_the_figures(books: Books) -> None:
    books.store_some(2)
    books.delete(books.keys[0])
    assert books.by_outcome() == {Outcome.PENDING: 1}


def test_environments_do_not_see_each_others_figures(books: Books) -> None:
    other = Books(books.database)
    books.store_some(2)
    assert other.kept() == ({}, {})


def test_figures_are_counted_once_for_what_was_stored_before_they_were_kept(database: Database) -> None:
    books = Books(database)
    books.store_some(2)
    with database.write() as connection:
        for name in ("daily_figures", "daily_latencies", "figure_sets"):
            connection.execute(sa.text(f"delete from {name}"))
    books.store_some(1)
    assert books.kept() == ({}, {})
    assert books.keeper.keep(books.environment_id, books.zone)
    assert not books.keeper.keep(books.environment_id, books.zone)
    assert books.by_outcome() == {Outcome.PENDING: 3}


def test_a_rebuild_mends_figures_that_somebody_broke_and_says_how_many(books: Books) -> None:
    books.store_some(3)
    with books.database.write() as connection:
        connection.execute(sa.update(daily_figures).values(count=99))
    assert books.keeper.rebuild(books.environment_id, books.zone) == 2
    assert books.kept() == books.full_count()
    assert books.keeper.rebuild(books.environment_id, books.zone) == 0
