from __future__ import annotations

import sqlalchemy as sa

from alerts.conftest import NewChannel
from environments import StandingClock
from leadferry.accounts.model import Environment
from leadferry.alerts.alert_store import AlertStore
from leadferry.alerts.channel_store import ChannelStore
from leadferry.alerts.model import Event, Level
from leadferry.store.database import Database
from leadferry.store.tables import alert_deliveries


def raise_consent(store: AlertStore, environment: Environment, level: Level = Level.WARN, title: str = "Ends") -> bool:
    return store.open(environment.id, Event.TOKEN, "consent:3", level, title, "Body", "Ask Ada.", "/e/1/profiles")


def waiting(database: Database) -> list[tuple[int, int]]:
    with database.read() as connection:
        wanted = sa.select(alert_deliveries.c.channel_id, alert_deliveries.c.due_at)
        return [(row[0], row[1]) for row in connection.execute(wanted.order_by(alert_deliveries.c.channel_id))]


def test_a_key_is_raised_once_while_it_is_open(alert_store: AlertStore, crane: Environment) -> None:
    assert raise_consent(alert_store, crane)
    assert not raise_consent(alert_store, crane)
    assert len(alert_store.list(crane.id)) == alert_store.open_count(crane.id) == 1


def test_the_words_of_an_open_alert_are_brought_up_to_date(alert_store: AlertStore, crane: Environment) -> None:
    raise_consent(alert_store, crane, title="Ends in 14 days")
    raise_consent(alert_store, crane, title="Ends in 13 days")
    assert [alert.title for alert in alert_store.list(crane.id)] == ["Ends in 13 days"]


def test_once_resolved_it_may_be_raised_again(alert_store: AlertStore, crane: Environment) -> None:
    raise_consent(alert_store, crane)
    assert alert_store.resolve(crane.id, "consent:3")
    assert not alert_store.resolve(crane.id, "consent:3")
    assert alert_store.open_count(crane.id) == 0
    assert raise_consent(alert_store, crane)


def test_another_environment_has_keys_of_its_own(
    alert_store: AlertStore, crane: Environment, heron: Environment
) -> None:
    raise_consent(alert_store, crane)
    assert raise_consent(alert_store, heron)
    alert_store.resolve(heron.id, "consent:3")
    assert alert_store.open_count(crane.id) == 1


def test_channels_that_want_the_event_are_told(
    database: Database, alert_store: AlertStore, crane: Environment, channels: ChannelStore, new_channel: NewChannel
) -> None:
    wants = new_channel("wants")
    new_channel("other", events=frozenset({Event.REVIEW}))
    off = new_channel("off")
    channels.set_enabled(crane.id, off.id, False)
    raise_consent(alert_store, crane)
    assert [channel for channel, _ in waiting(database)] == [wants.id]


def test_a_digest_goes_out_with_what_waits_already(
    database: Database, alert_store: AlertStore, crane: Environment, clock: StandingClock, new_channel: NewChannel
) -> None:
    new_channel("digest", digest_minutes=60)
    first = clock()
    raise_consent(alert_store, crane)
    clock.now += 20 * 60_000
    alert_store.open(crane.id, Event.ROLE, "role", "warn", "T", "B")
    assert {due for _, due in waiting(database)} == {first + 60 * 60_000}


def test_what_is_resolved_before_it_was_told_is_not_told(
    database: Database, alert_store: AlertStore, crane: Environment, new_channel: NewChannel
) -> None:
    new_channel("digest", digest_minutes=60)
    raise_consent(alert_store, crane)
    alert_store.resolve(crane.id, "consent:3")
    assert waiting(database) == []


def test_what_happened_is_told_and_never_open(alert_store: AlertStore, crane: Environment) -> None:
    alert_store.tell(crane.id, Event.NEW_LEAD, "new-lead:7", 12, "Form", "Body")
    assert alert_store.open_count(crane.id) == 0
    assert [alert.count for alert in alert_store.list(crane.id)] == [12]


def test_conditions_that_are_gone_are_resolved_together(alert_store: AlertStore, crane: Environment) -> None:
    for key in ("gap:1", "gap:2", "quota"):
        alert_store.open(crane.id, Event.GAP, key, "warn", "T", "B")
    alert_store.resolve_others(crane.id, "gap:", keep=["gap:2"])
    assert {alert.key for alert in alert_store.list(crane.id, open_only=True)} == {"gap:2", "quota"}
