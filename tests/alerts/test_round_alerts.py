from __future__ import annotations

import pytest
import sqlalchemy as sa

from alerts.conftest import NewChannel
from environments import StandingClock, environment_store
from leadferry.accounts.model import Environment
from leadferry.alerts.alert_store import AlertStore
from leadferry.alerts.leads_store import LeadsStore
from leadferry.alerts.model import Event
from leadferry.alerts.round_worker import DAY_MS, TROUBLE_LASTS_MS, RoundAlerts
from leadferry.delivery.model import EventKind, MatchingStatus, ProcessingState, Settlement, State
from leadferry.store.database import Database
from leadferry.store.tables import campaigns, form_versions, lead_forms, submissions


@pytest.fixture
def rounds(database: Database, crane: Environment, alert_store: AlertStore, clock: StandingClock) -> RoundAlerts:
    return RoundAlerts(crane.id, alert_store, LeadsStore(database), environment_store(database, clock), clock)


def put(database: Database, environment: Environment, key: int, state: State) -> None:
    """A form submission of form "Guide" and campaign "Spring"."""
    with database.write() as connection:
        if not connection.execute(sa.select(lead_forms.c.id)).first():
            form = {"id": 7, "environment_id": environment.id, "linkedin_id": 70, "name": "Guide", "sync_status": 1}
            connection.execute(sa.insert(lead_forms).values(**form))
            version = {"id": 8, "form_id": 7, "version": 1, "body": b"{}", "seen_at": 1}
            connection.execute(sa.insert(form_versions).values(**version))
            spring = {"id": 9, "environment_id": environment.id, "urn": "urn", "name": "Spring", "seen_at": 1}
            connection.execute(sa.insert(campaigns).values(**spring))
        row = {
            "id": key,
            "environment_id": environment.id,
            "response_id": f"r{key}",
            "form_version_id": 8,
            "campaign_id": 9,
            "lead_type": "SPONSORED",
            "test": False,
            "door": 0,
            "submitted_at": 1,
            "received_at": 2,
            "state": int(state),
            "matching_status": 192350001,
            "processing_state": 192350001,
            "attempts": 1,
            "due_at": 0,
        }
        connection.execute(sa.insert(submissions).values(**row))


def settled(key: int, kind: EventKind, *, test: bool = False) -> Settlement:
    return Settlement(key, State.DELIVERED, MatchingStatus.CREATED, ProcessingState.SUCCEEDED, kind, test=test)


def test_a_wave_of_leads_is_one_alert_that_names_no_person(
    database: Database, crane: Environment, rounds: RoundAlerts, alert_store: AlertStore, new_channel: NewChannel
) -> None:
    new_channel()
    for key in range(1, 501):
        put(database, crane, key, State.DELIVERED)
        rounds.settled([settled(key, EventKind.CREATED)])
    rounds.ended()
    (alert,) = alert_store.list(crane.id)
    assert (alert.event, alert.count, alert.title) == (Event.NEW_LEAD, 500, 'new leads from form "Guide"')
    assert alert.body == 'Campaigns: "Spring" (500).'
    rounds.ended()
    assert len(alert_store.list(crane.id)) == 1


def test_new_leads_that_no_channel_wants_are_not_even_written_down(
    database: Database, crane: Environment, rounds: RoundAlerts, alert_store: AlertStore, new_channel: NewChannel
) -> None:
    """A thousand alerts a day that nobody reads would hide the others."""
    new_channel(events=frozenset({Event.GAP}))
    put(database, crane, 1, State.DELIVERED)
    rounds.settled([settled(1, EventKind.CREATED)])
    rounds.ended()
    assert alert_store.list(crane.id) == []


def test_test_leads_and_updates_are_no_news(
    database: Database, crane: Environment, rounds: RoundAlerts, alert_store: AlertStore, new_channel: NewChannel
) -> None:
    new_channel()
    put(database, crane, 1, State.DELIVERED)
    rounds.settled([settled(1, EventKind.CREATED, test=True), settled(1, EventKind.UPDATED)])
    rounds.ended()
    assert alert_store.list(crane.id) == []


def test_reviews_are_one_open_alert_until_none_waits(
    database: Database, crane: Environment, rounds: RoundAlerts, alert_store: AlertStore
) -> None:
    for key in (1, 2):
        put(database, crane, key, State.REVIEW)
        rounds.settled([settled(key, EventKind.HELD)])
        rounds.ended()
    assert [alert.title for alert in alert_store.list(crane.id)] == ["2 submissions wait for a decision"]
    with database.write() as connection:
        connection.execute(sa.update(submissions).values(state=int(State.REJECTED)))
    rounds.ended()
    assert alert_store.open_count(crane.id) == 0


def test_more_failures_are_told_once_a_day(
    database: Database, crane: Environment, rounds: RoundAlerts, alert_store: AlertStore, clock: StandingClock
) -> None:
    for day in range(3):
        for key in (1, 2):
            put(database, crane, 10 * day + key, State.FAILED)
            rounds.settled([settled(10 * day + key, EventKind.FAILED)])
            rounds.ended()
        clock.now += DAY_MS
    rounds.ended()
    assert len(alert_store.list(crane.id)) == 3
    (still,) = alert_store.list(crane.id, open_only=True)
    assert still.title == "6 leads could not be written"


def test_trouble_is_told_when_it_lasts_and_resolved_when_it_ends(
    database: Database, crane: Environment, rounds: RoundAlerts, alert_store: AlertStore, clock: StandingClock
) -> None:
    store = environment_store(database, clock)
    store.set_trouble(crane.id, "The client secret has expired.")
    rounds.ended()
    assert alert_store.open_count(crane.id) == 0
    clock.now += TROUBLE_LASTS_MS
    rounds.ended()
    (alert,) = alert_store.list(crane.id, open_only=True)
    assert alert.urgent
    store.clear_trouble(crane.id)
    rounds.ended()
    assert alert_store.open_count(crane.id) == 0
