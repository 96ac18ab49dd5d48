"""What is old goes in small steps; what waits for a person, and the row itself, stays."""

from __future__ import annotations

import itertools
import threading

import pytest
import sqlalchemy as sa

from delivery.conftest import Ferry
from leadferry.alerts.model import Event
from leadferry.delivery.model import State
from leadferry.errors import BusyError, InputError
from leadferry.guardian.model import Level
from leadferry.intake.model import Door, Received
from leadferry.mirror import queue_store
from leadferry.privacy import retention_store
from leadferry.privacy.keeping import DAY_MS, Amounts, in_words, kept_words, limits_of, without_values
from leadferry.store.cleaning import clean
from leadferry.store.tables import alert_deliveries, alerts, audit_entries, submission_people, submissions
from privacy.conftest import ADA, BOB, everything, number_of, traces_of

YEAR_MS = 365 * DAY_MS


def clear(ferry: Ferry) -> Amounts:
    return ferry.app.retention.clear(ferry.environment)


def old_one(ferry: Ferry, **more: str) -> str:
    """Delivered and searchable; then a year goes by."""
    key = ferry.respond(**ADA | more)
    ferry.deliver()
    ferry.app.search.catch_up(ferry.environment.id)
    ferry.clock.now += YEAR_MS
    return key


def test_by_default_everything_is_kept(sqlite_ferry: Ferry) -> None:
    old_one(sqlite_ferry)
    before = everything(sqlite_ferry.app.database)
    sqlite_ferry.app.retention.tick([sqlite_ferry.environment])
    assert everything(sqlite_ferry.app.database) == before


def test_old_answers_go_and_the_row_stays(ferry: Ferry) -> None:
    key = old_one(ferry)
    young = ferry.respond(**BOB)
    ferry.deliver()
    ferry.configure("keep_answers_days", "90")
    ferry.configure("keep_details_days", "90")
    assert ferry.app.due_for_removal(ferry.environment) == Amounts(answers=1, details=1)
    taken = clear(ferry)
    assert (taken.answers, taken.details) == (1, 1)
    found = ferry.show(key)
    assert (found["body"], found["state"], found["removal"]) == (None, State.DELIVERED, 1)
    assert found["lead_id"] is not None
    assert "quensel" not in everything(ferry.app.database)
    assert ferry.show(young)["body"] is not None
    assert clear(ferry).total == 0


def test_it_is_no_longer_found_by_search(ferry: Ferry) -> None:
    old_one(ferry)
    ferry.configure("keep_answers_days", "90")
    clear(ferry)
    with ferry.app.database.read() as connection:
        assert connection.execute(sa.select(submission_people)).all() == []


def test_the_same_response_pulled_again_changes_nothing(ferry: Ferry) -> None:
    key = old_one(ferry)
    ferry.configure("keep_answers_days", "30")
    clear(ferry)
    ferry.respond(key, **ADA)
    assert ferry.deliver().created == 0
    assert ferry.show(key)["body"] is None


def test_what_waits_for_a_person_keeps_its_answers(ferry: Ferry) -> None:
    ferry.match_by("emailaddress1", "lastname")
    ferry.respond(**ADA)
    ferry.deliver()
    held = old_one(ferry, email="other@quensel.test")
    ferry.configure("keep_answers_days", "30")
    due = ferry.app.due_for_removal(ferry.environment)
    assert (due.answers, due.undecided) == (1, 1)
    clear(ferry)
    assert ferry.show(held)["state"] is State.REVIEW
    assert ferry.show(held)["body"] is not None


def test_one_on_its_way_keeps_its_answers_however_old_it_is(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    ferry.clock.now += YEAR_MS
    ferry.configure("keep_answers_days", "30")
    clear(ferry)
    assert ferry.deliver().created == 1
    assert ferry.show(key)["body"] is not None


def test_a_late_settlement_counts_and_not_when_it_was_sent(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    ferry.clock.now += YEAR_MS
    ferry.deliver()
    ferry.configure("keep_answers_days", "30")
    assert clear(ferry).answers == 0
    assert ferry.show(key)["body"] is not None


def test_values_of_a_timeline_go_and_what_happened_stays(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = old_one(ferry)
    ferry.configure("keep_details_days", "30")
    clear(ferry)
    found = ferry.show(key)
    assert found["events"][0]["detail"].keys() == {"why", "strategy", "took_ms", "together", "removed"}
    assert found["body"] is not None
    with pytest.raises(InputError, match="did nothing that can be undone"):
        ferry.app.undo(ferry.environment, key, "Grace")
    assert len(ferry.dynamics.leads()) == 1


def test_after_a_replay_values_are_kept_again_until_they_are_old(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = old_one(ferry)
    ferry.configure("keep_details_days", "30")
    clear(ferry)
    ferry.app.replay(ferry.environment, [key])
    ferry.deliver()
    assert clear(ferry).details == 0
    ferry.clock.now += YEAR_MS
    assert clear(ferry).details == 1


def test_answers_wait_for_the_mirror_but_not_for_ever(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    ferry.deliver()
    with ferry.app.database.write() as connection:
        queue_store.changed(connection, ferry.environment.id, [number_of(ferry, key)])
    ferry.configure("keep_answers_days", "30")
    ferry.clock.now += 40 * DAY_MS
    assert clear(ferry).answers == 0
    ferry.clock.now += 40 * DAY_MS
    assert clear(ferry).answers == 1


def test_what_came_from_microsofts_connector_keeps_its_answers_as_long_as_linkedin_may_show_it(
    sqlite_ferry: Ferry,
) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    ferry.deliver()
    with ferry.app.database.write() as connection:
        connection.execute(sa.update(submissions).values(door=int(Door.ADOPTED)))
    ferry.configure("keep_answers_days", "30")
    ferry.clock.now += 300 * DAY_MS
    assert clear(ferry).answers == 0
    ferry.clock.now += 100 * DAY_MS
    assert clear(ferry).answers == 1
    assert ferry.show(key)["body"] is None


def test_a_lead_is_stored_between_any_two_steps(ferry: Ferry, monkeypatch: pytest.MonkeyPatch) -> None:
    """No step holds the database longer than for its own few rows."""
    monkeypatch.setattr(retention_store, "BATCH", 2)
    keys = [ferry.respond(**ADA) for _ in range(7)]
    ferry.deliver()
    ferry.clock.now += YEAR_MS
    ferry.configure("keep_answers_days", "30")
    numbers = itertools.count()

    def bring_a_lead(_seconds: float) -> None:
        body = b'{"id": "between"}'
        item = Received(f"between-{next(numbers)}", body, ferry.clock.now, "SPONSORED")
        assert len(ferry.app.inbox.store(ferry.environment.id, Door.POLL, [item])) == 1

    ferry.app.retention.pause = bring_a_lead
    assert clear(ferry).answers == len(keys)
    assert next(numbers) == 4


def test_a_run_that_is_stopped_says_so_and_is_gone_on_with(
    sqlite_ferry: Ferry, monkeypatch: pytest.MonkeyPatch
) -> None:
    ferry = sqlite_ferry
    monkeypatch.setattr(retention_store, "BATCH", 1)
    for _ in range(3):
        ferry.respond(**ADA)
    ferry.deliver()
    ferry.clock.now += YEAR_MS
    ferry.configure("keep_answers_days", "30")
    stop = threading.Event()
    stop.set()
    assert ferry.app.retention.clear(ferry.environment, stop).answers == 1
    assert ferry.app.retention.store.last_run(ferry.environment.id).trouble
    assert not ferry.app.retention.is_due(ferry.environment)
    ferry.clock.now += 3_600_000
    ferry.app.retention.tick([ferry.environment])
    last = ferry.app.retention.store.last_run(ferry.environment.id)
    assert (last.answers, last.trouble) == (2, "")


def test_the_duty_is_done_once_a_day_by_one_process(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    old_one(ferry)
    ferry.configure("keep_answers_days", "30")
    with ferry.app.database.alone(f"retention-{ferry.environment.id}"):
        with pytest.raises(BusyError):
            clear(ferry)
        ferry.app.retention.tick([ferry.environment])
        assert ferry.app.retention.store.last_run(ferry.environment.id) is None
    ferry.app.retention.tick([ferry.environment])
    assert ferry.app.retention.store.last_run(ferry.environment.id).answers == 1
    assert not ferry.app.retention.is_due(ferry.environment)
    ferry.clock.now += DAY_MS
    assert ferry.app.retention.is_due(ferry.environment)


def test_alerts_that_are_over_go_with_what_was_sent(ferry: Ferry) -> None:
    bell, here = ferry.app.alerts, ferry.environment.id
    for key in ("over", "open"):
        bell.open(here, Event.ROLE, key, Level.BAD, key, key)
    bell.resolve(here, "over")
    ferry.clock.now += 30 * DAY_MS
    ferry.configure("keep_alerts_days", "7")
    assert clear(ferry).alerts == 1
    with ferry.app.database.read() as connection:
        assert connection.execute(sa.select(alerts.c.key)).scalars().all() == ["open"]
        assert connection.execute(sa.select(alert_deliveries)).all() == []


def test_the_audit_loses_its_own_old_entries_and_tells_of_it(ferry: Ferry) -> None:
    created = ferry.app.environments.by_id(ferry.environment.id).created_at
    with ferry.app.database.write() as connection:
        connection.execute(sa.text(f"update environments set created_at = {created - 4 * YEAR_MS}"))
    for environment_id, age in ((1, 3), (1, 0), (None, 3)):
        ferry.clock.now -= age * YEAR_MS
        ferry.app.audit.add("a", person_id="p", person="P", via="console", environment_id=environment_id)
        ferry.clock.now += age * YEAR_MS
    ferry.configure("keep_audit_days", "90")
    taken = ferry.app.retention.clear(ferry.app.environments.get("test"))
    assert taken.audit == 1
    with ferry.app.database.read() as connection:
        left = connection.execute(sa.select(audit_entries.c.environment_id, audit_entries.c.record_kind)).all()
    assert sorted(map(tuple, left), key=str) == [(1, ""), (1, "retention"), (None, "")]


@pytest.mark.parametrize(
    ("option", "least"),
    [("keep_answers_days", 30), ("keep_details_days", 30), ("keep_alerts_days", 7), ("keep_audit_days", 90)],
)
def test_each_has_a_least_that_is_safe(sqlite_ferry: Ferry, option: str, least: int) -> None:
    sqlite_ferry.configure(option, str(least))
    sqlite_ferry.configure(option, "0")
    with pytest.raises(InputError, match=f"younger than {least} days"):
        sqlite_ferry.configure(option, str(least - 1))


def test_nothing_readable_is_left_of_what_went(sqlite_ferry: Ferry) -> None:
    """At once in most places; everywhere when the file has been cleaned."""
    ferry = sqlite_ferry
    old_one(ferry)
    ferry.configure("keep_answers_days", "30")
    ferry.configure("keep_details_days", "30")
    clear(ferry)
    assert clean(ferry.app.database)
    assert traces_of(ferry) == []


def test_limits_come_from_the_configuration(sqlite_ferry: Ferry) -> None:
    sqlite_ferry.configure("keep_answers_days", "40")
    sqlite_ferry.configure("mirror", "no")
    found = limits_of(sqlite_ferry.app.environments.configuration(sqlite_ferry.environment), 100 * DAY_MS)
    assert (found.answers, found.details, found.mirrored) == (60 * DAY_MS, None, None)


def test_a_line_keeps_what_names_nobody() -> None:
    detail = {"why": "All of email.", "changes": {"emailaddress1": ["a", "b"]}, "order": "lead:1", "took_ms": 3}
    assert without_values(detail) == {"why": "All of email.", "took_ms": 3, "removed": True}
    assert without_values({"why": "Nothing."}) == {"why": "Nothing."}


def test_amounts_are_told_in_words() -> None:
    assert in_words(Amounts()) == []
    assert in_words(Amounts(1, 2, 1, 3)) == [
        "1 form submission loses its answers and the raw payload.",
        "2 form submissions lose the values in their timelines.",
        "1 alert goes.",
        "3 audit entries go.",
    ]
    assert kept_words(Amounts(undecided=2)).startswith("2 form submissions are old enough, but wait")
