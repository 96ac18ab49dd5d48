from __future__ import annotations

import pytest

from environments import StandingClock, connect
from leadferry.accounts.model import Environment
from leadferry.guardian.facts_store import FactsStore
from leadferry.guardian.finding_store import FindingStore
from leadferry.guardian.model import Check, Finding, Level
from leadferry.guardian.quotas import Used
from leadferry.guardian.request_store import RequestStore
from leadferry.guardian.traffic_client import Traffic
from leadferry.http_client import Answer
from leadferry.store.database import Database

DAY_MS = 86_400_000


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def crane(database: Database) -> Environment:
    return connect(database, "crane")


@pytest.fixture
def heron(database: Database) -> Environment:
    return connect(database, "heron")


def found(level: Level, subject: str = "", check: Check = Check.CONSENT) -> Finding:
    return Finding(check, subject, level, f"It is {level.value}.")


def test_since_stays_while_the_level_stays(database: Database, clock: StandingClock, crane: Environment) -> None:
    findings = FindingStore(database, clock)
    findings.save(crane.id, [found(Level.WARN)], {Check.CONSENT})
    began = clock.now
    clock.now += 1000
    findings.save(crane.id, [found(Level.WARN)], {Check.CONSENT})
    (kept,) = findings.list(crane.id)
    assert (kept.since, kept.checked_at) == (began, clock.now)
    findings.save(crane.id, [found(Level.BAD)], {Check.CONSENT})
    (kept,) = findings.list(crane.id)
    assert kept.since == clock.now


def test_what_is_gone_is_forgotten_and_returned_and_other_checks_stay(
    database: Database, clock: StandingClock, crane: Environment, heron: Environment
) -> None:
    findings = FindingStore(database, clock)
    findings.save(heron.id, [found(Level.BAD, "profile:9")], {Check.CONSENT})
    findings.save(crane.id, [found(Level.BAD, "profile:1"), found(Level.GOOD, "profile:2")], {Check.CONSENT})
    findings.save(crane.id, [found(Level.GOOD, check=Check.DISK)], {Check.DISK})
    (gone,) = findings.save(crane.id, [found(Level.GOOD, "profile:2")], {Check.CONSENT})
    assert gone.subject == "profile:1"
    assert [(one.check, one.subject) for one in findings.list(crane.id)] == [
        (Check.CONSENT, "profile:2"), (Check.DISK, ""),
    ]  # fmt: skip
    assert len(findings.list(heron.id)) == 1


def test_the_worst_comes_first(database: Database, clock: StandingClock, crane: Environment) -> None:
    findings = FindingStore(database, clock)
    levels = [Level.GOOD, Level.BAD, Level.INFO, Level.WARN]
    findings.save(crane.id, [found(level, level.value) for level in levels], {Check.CONSENT})
    assert [one.level for one in findings.list(crane.id)] == [Level.BAD, Level.WARN, Level.INFO, Level.GOOD]


def test_requests_of_several_processes_add_up_by_day(
    database: Database, clock: StandingClock, crane: Environment
) -> None:
    requests = RequestStore(database, clock)
    for _ in range(2):
        requests.add({(crane.id, "linkedin", "leadForms"): (3, 1)})
    assert requests.today(crane.id) == [Used("linkedin", "leadForms", 6, 2)]
    clock.now += DAY_MS
    assert requests.today(crane.id) == []
    clock.now += 100 * DAY_MS
    requests.add({(crane.id, "linkedin", "leadForms"): (1, 0)})
    requests.forget_old()
    clock.now -= 101 * DAY_MS
    assert requests.today(crane.id) == []


def test_counts_of_an_environment_that_is_gone_harm_nothing(
    database: Database, clock: StandingClock, crane: Environment
) -> None:
    requests = RequestStore(database, clock)
    requests.add({(99, "linkedin", "leadForms"): (3, 1), (crane.id, "linkedin", "leadForms"): (1, 0)})
    assert [used.requests for used in requests.today(crane.id)] == [1]


def test_traffic_writes_once_a_minute_at_most(database: Database, clock: StandingClock, crane: Environment) -> None:
    requests = RequestStore(database, clock)
    traffic = Traffic(requests, clock)

    class Service:
        def send(self, *_: object, **__: object) -> Answer:
            return Answer(200, {"date": "Wed, 23 Sep 2026 14:13:25 GMT"}, b"")

    http = traffic.watched(Service(), crane.id, "linkedin")
    for _ in range(3):
        http.send("GET", "https://api.linkedin.com/rest/leadForms?q=owner", {})
        traffic.flush_when_due()
    assert requests.today(crane.id) == []
    clock.now += 60_000
    traffic.flush_when_due()
    assert requests.today(crane.id) == [Used("linkedin", "leadForms", 3, 0)]


def test_a_sync_asked_for_is_seen_by_another_process(
    database: Database, clock: StandingClock, crane: Environment
) -> None:
    ours, theirs = RequestStore(database, clock), RequestStore(database, clock)
    assert theirs.syncs_asked_for() == {}
    ours.ask_for_sync(crane.id)
    assert theirs.syncs_asked_for() == {crane.id: 1}


def test_facts(database: Database, clock: StandingClock, crane: Environment) -> None:
    facts = FactsStore(database, clock)
    assert facts.database_size() > 10_000
    assert facts.write_error() == ""
    assert facts.waiting(crane.id).overdue == 0
