"""Whatever happens to submissions, in whatever order: the figures kept are what a full count finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
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
from leadferry.performance.counting_worker import FigureKeeper
from leadferry.performance.figures import Days, Outcome
from leadferry.performance.keeping_store import following
from leadferry.store.database import Database
from leadferry.store.statements import new_key
from leadferry.store.tables import (
    daily_figures,
    environments,
    facet_values,
    form_versions,
    lead_forms,
    questions,
    submissions,
)
from performance import counting
from performance.counting import Figures

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


def body(country: str = "", industry: str = "", creative: int = 0) -> bytes:
    """A response whose form asks for the country (question 1) and the industry (question 2)."""
    answers = [
        {"questionId": number, "answerDetails": {"textQuestionAnswer": {"answer": text}}}
        for number, text in ((1, country), (2, industry))
        if text
    ]
    entity = {"associatedCreative": f"urn:li:sponsoredCreative:{creative}"} if creative else None
    return msgspec.json.encode(
        {
            "id": "r",
            "submittedAt": 1,
            "leadType": "SPONSORED",
            "associatedEntity": entity,
            "formResponse": {"answers": answers},
        }
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
        self.keeper.counting.size = 3
        self.environment_id = self._environment()
        self.version = self._form()
        self.keeper.keep(self.environment_id, self.zone)

    def _environment(self) -> int:
        with self.database.write() as connection:
            known = connection.execute(sa.select(sa.func.count()).select_from(environments)).scalar()
            texts = dict.fromkeys(("authority", "tenant_id", "client_id"), "")
            values: dict[str, object] = {"name": f"e{known}", "url": "https://x", **texts}
            values |= {"credential_kind": "secret", "credential": b"", "created_at": 1}
            connection.execute(environments.insert().values(values))
            return int(connection.execute(sa.select(sa.func.max(environments.c.id))).scalar_one())

    def _form(self) -> int:
        form = {"environment_id": self.environment_id, "linkedin_id": 1, "name": "Paper", "sync_status": 1}
        version = {"version": 1, "body": b"{}", "seen_at": 1}
        asked = {"label": "", "response_type": "text", "required": False, "editable": True, "custom": False}
        with self.database.write() as connection:
            key = new_key(connection.execute(lead_forms.insert().values(form)))
            made = new_key(connection.execute(form_versions.insert().values(form_id=key, **version)))
            for number, name in ((1, "COUNTRY"), (2, "INDUSTRY")):
                about = {"form_version_id": made, "position": number, "linkedin_id": number, "name": name}
                values = {**about, **asked, "predefined": name, "consent_checkbox": False}
                connection.execute(questions.insert().values(values))
        return made

    def store_some(
        self, count: int = 1, test: bool = False, trouble: str = "", age_h: int = 1, answered: bytes = b"{}"
    ) -> None:
        at = self.now - age_h * HOUR_MS
        about = {"test": test, "trouble": trouble, "form_version_id": self.version}
        received = [
            Received(f"r{self.numbers + n}", answered, at, "SPONSORED", **about)  # type: ignore[arg-type]
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

    def erase(self, key: int) -> None:
        """As when a person asks to be forgotten: what was answered goes."""
        with self.database.write() as connection, following(connection, [key]):
            changed = sa.update(submissions).where(submissions.c.id == key)
            connection.execute(changed.values(country_id=0, industry_id=0, campaign_id=None))

    def undo(self, key: int) -> None:
        status = MatchingStatus.CREATED
        self.store.undone(
            self.environment_id, key, state=State.REJECTED, matching_status=status, keep_lead=False, detail={}
        )

    def finish(self) -> None:
        """A count that is under way comes to its end."""
        while self.keeper.counting.step(self.environment_id):
            pass

    def kept(self) -> tuple[Figures, Figures]:
        """(`daily_figures`, `daily_latencies`)"""
        return self.everything()["daily_figures"], self.everything()["daily_latencies"]

    def everything(self) -> dict[str, Figures]:
        """All tables of figures, key -> count."""
        return counting.kept(self.database, self.environment_id)

    def full_count(self) -> dict[str, Figures]:
        """What `everything` must be."""
        return counting.full_count(self.database, self.environment_id, self.zone)

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
        st.sampled_from(
            (
                *("store", "store", "settle", "settle", "reopen", "reject", "undo", "delete", "erase", "recognise"),
                *("wait", "condense", "zone", "begin", "step"),
            )
        ),
        st.integers(0, 999),
    ),
    min_size=3,
    max_size=25,
)


def _store(books: Books, n: int) -> None:
    answered = body(("Norge", "US", "", "Atlantis")[n % 4], ("Wine", "", "Mining")[n % 3], n % 2 * 77)
    trouble = "cut off" if n % 7 == 0 else ""
    books.store_some(1 + n % 3, test=n % 5 == 0, trouble=trouble, age_h=n * (n % 3), answered=answered)


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


def _condense(books: Books, _: int) -> None:
    books.keeper.counting.condense(books.environment_id, Days(ZoneInfo(books.zone)).of(books.now))


def _step(books: Books, _: int) -> None:
    books.keeper.counting.step(books.environment_id)


def _wait(books: Books, n: int) -> None:
    books.now += n * HOUR_MS // 7


ACT: dict[str, Callable[[Books, int], None]] = {
    "store": _store,
    "settle": _settle,
    "reopen": _one(lambda books, key: books.store.reopen(books.environment_id, key)),
    "reject": _one(lambda books, key: books.store.reject(books.environment_id, key)),
    "undo": _one(lambda books, key: books.undo(key)),
    "erase": _one(lambda books, key: books.erase(key)),
    "condense": _condense,
    "begin": lambda books, _: books.keeper.counting.begin(books.environment_id, books.zone),
    "step": _step,
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
        if books.keys or step in {"store", "wait", "zone", "condense", "begin", "step"}:
            ACT[step](books, n)
    books.finish()
    assert books.everything() == books.full_count()


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


def test_hundreds_of_outcomes_at_once_are_each_the_submission_s_own(books: Books) -> None:
    books.store_some(250)
    done, keys = ProcessingState.SUCCEEDED, books.keys
    first = {key: f"lead-{key}" for key in keys}
    second = {key: None if key % 2 else f"other-{key}" for key in keys}
    for leads in (first, second):
        settled = [
            Settlement(key, *OUTCOMES[key % len(OUTCOMES)], done, EventKind.CREATED, key % 5, key, leads[key])
            for key in keys
        ]
        books.store.settle(settled)
        assert books.everything() == books.full_count()
    c = submissions.c
    with books.database.read() as connection:
        rows = connection.execute(sa.select(c.id, c.state, c.matching_status, c.attempts, c.due_at, c.lead_id))
        found = {row.id: tuple(row[1:]) for row in rows}
    # A later outcome without a lead does not take the earlier one's away.
    assert found == {key: (*OUTCOMES[key % len(OUTCOMES)], key % 5, key, second[key] or first[key]) for key in keys}


def test_figures_are_counted_once_for_what_was_stored_before_they_were_kept(database: Database) -> None:
    books = Books(database)
    books.store_some(2)
    with database.write() as connection:
        for name in ("daily_figures", "daily_latencies", "figure_sets"):
            connection.execute(sa.text(f"delete from {name}"))
    books.store_some(1)
    assert books.kept() == ({}, {})
    assert not books.keeper.keep(books.environment_id, books.zone)
    assert books.by_outcome() == {Outcome.PENDING: 3}


def test_a_rebuild_mends_figures_that_somebody_broke_and_says_how_many(books: Books) -> None:
    books.store_some(3)
    with books.database.write() as connection:
        connection.execute(sa.update(daily_figures).values(count=99))
    assert books.keeper.rebuild(books.environment_id, books.zone) == 2
    assert books.everything() == books.full_count()
    assert books.keeper.rebuild(books.environment_id, books.zone) == 0


def test_a_country_is_its_code_whatever_it_was_called_and_what_is_none_is_other(books: Books) -> None:
    for country in ("Norge", "norway", "NO", "Atlantis", ""):
        books.store_some(answered=body(country))
    with books.database.read() as connection:
        texts = connection.execute(sa.select(facet_values.c.text)).scalars().all()
    assert sorted(texts) == ["?", "NO"]
    by_country = sorted(count for (dimension, *_), count in books.everything()["daily_sums"].items() if dimension == 6)
    assert by_country == [1, 1, 3]


def test_what_was_stored_before_there_were_dimensions_is_told_by_them_after_the_count(books: Books) -> None:
    books.store_some(2, answered=body("Norway", "Wine", 77))
    told = books.everything()["daily_sums"]
    with books.database.write() as connection:
        connection.execute(sa.update(submissions).values(creative_id=None, country_id=None, industry_id=None))
    books.keeper.rebuild(books.environment_id, books.zone)
    assert books.everything()["daily_sums"] == told


def test_while_a_count_is_under_way_submissions_come_and_change_and_all_are_counted_once(books: Books) -> None:
    books.store_some(8)
    books.keeper.counting.begin(books.environment_id, books.zone)
    assert books.keeper.counting.step(books.environment_id)
    books.store_some(2)
    books.settle([books.keys[0], books.keys[-1]], State.DELIVERED, MatchingStatus.CREATED)
    books.finish()
    assert books.by_outcome() == {Outcome.PENDING: 8, Outcome.CREATED: 2}
    assert books.everything() == books.full_count()


def test_much_is_counted_beside_and_the_caller_does_not_wait_for_it(books: Books) -> None:
    books.store_some(9)
    books.keeper.at_once = 2
    books.keeper.counting.begin(books.environment_id, books.zone)
    assert books.keeper.keep(books.environment_id, books.zone)
    books.keeper.wait()
    assert not books.keeper.keep(books.environment_id, books.zone)
    assert books.by_outcome() == {Outcome.PENDING: 9}


def test_weeks_and_months_that_are_over_are_summed_up_beside_and_follow_late_changes(books: Books) -> None:
    books.store_some(3, age_h=24 * 70)
    today = Days(ZoneInfo(books.zone)).of(books.now)
    books.keeper.keep(books.environment_id, books.zone, today)
    books.keeper.wait()
    assert not books.keeper.counting.standing(books.environment_id, today).due
    books.settle(books.keys[:1], State.DELIVERED, MatchingStatus.UPDATED)
    months = books.everything()["monthly_sums"]
    assert sum(count for (dimension, *_), count in months.items() if dimension == 0) == 3
    weeks = books.everything()["weekly_sums"]
    assert sum(count for (dimension, *_), count in weeks.items() if dimension == 0) == 3
    assert books.everything() == books.full_count()
