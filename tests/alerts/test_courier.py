"""Real deliveries: over HTTP and by mail, through Apprise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from alerts.catchers import Caught, http_catcher, mail_catcher
from alerts.conftest import NewChannel
from environments import StandingClock
from leadferry.accounts.model import Environment
from leadferry.alerts.alert_store import AlertStore
from leadferry.alerts.apprise_client import service_of
from leadferry.alerts.channel_store import ChannelStore
from leadferry.alerts.deliver_worker import Courier
from leadferry.alerts.model import DeliveryState, Event, Level
from leadferry.alerts.outbox_store import OutboxStore
from leadferry.alerts.schedule import MAX_ATTEMPTS, MINUTE_MS
from leadferry.errors import InputError
from leadferry.store.database import Database
from leadferry.store.tables import alert_channels, findings


@pytest.fixture
def caught() -> Iterator[Caught]:
    with http_catcher() as caught:
        yield caught


@pytest.fixture
def outbox(database: Database, clock: StandingClock) -> OutboxStore:
    return OutboxStore(database, clock)


@pytest.fixture
def courier(
    database: Database, clock: StandingClock, alert_store: AlertStore, channels: ChannelStore, outbox: OutboxStore
) -> Courier:
    return Courier(
        database,
        alert_store,
        channels,
        outbox,
        clock=clock,
        name_of=lambda _: "crane",
        base_url="https://ferry.example",
    )


def hook(caught: Caught) -> str:
    return f"json://user:hush@127.0.0.1:{caught.port}/secret-path"


def raise_gap(store: AlertStore, environment: Environment, key: str = "gap", level: Level = Level.WARN) -> None:
    store.open(environment.id, Event.GAP, key, level, "A gap", "2 are missing.", "Look.", "/e/1/sync")


def test_an_alert_arrives_over_http(
    courier: Courier, alert_store: AlertStore, crane: Environment, new_channel: NewChannel, caught: Caught
) -> None:
    new_channel(address=hook(caught))
    raise_gap(alert_store, crane)
    assert courier.once() == 1
    assert [(got["title"], got["message"]) for got in caught.messages] == [
        ("crane: A gap", "2 are missing.\nTo do: Look.\nhttps://ferry.example/e/1/sync")
    ]
    assert courier.once() == 0


def test_an_alert_arrives_by_mail(
    courier: Courier, alert_store: AlertStore, crane: Environment, new_channel: NewChannel
) -> None:
    with mail_catcher() as caught:
        address = f"mailto://127.0.0.1:{caught.port}?from=ferry@crane.example&to=ops@crane.example&mode=insecure"
        new_channel(address=address)
        raise_gap(alert_store, crane)
        assert courier.once() == 1
    assert caught.recipients == ["ops@crane.example"]
    assert caught.messages[0]["title"] == "crane: A gap"
    assert "2 are missing." in caught.messages[0]["message"]


def test_a_digest_is_one_message(
    courier: Courier,
    alert_store: AlertStore,
    crane: Environment,
    clock: StandingClock,
    new_channel: NewChannel,
    caught: Caught,
) -> None:
    new_channel(address=hook(caught), digest_minutes=30)
    raise_gap(alert_store, crane)
    clock.now += 10 * MINUTE_MS
    alert_store.tell(crane.id, Event.NEW_LEAD, "new-lead:7", 3, "new leads from form 7", "")
    assert courier.once() == 0
    clock.now += 20 * MINUTE_MS
    assert courier.once() == 1
    assert [got["title"] for got in caught.messages] == ["crane: 2 alerts"]


def test_in_quiet_hours_only_the_urgent_one_comes(
    courier: Courier,
    alert_store: AlertStore,
    crane: Environment,
    clock: StandingClock,
    new_channel: NewChannel,
    caught: Caught,
) -> None:
    clock.now -= clock.now % 86_400_000  # midnight UTC
    new_channel(address=hook(caught), quiet_from="22:00", quiet_to="07:00")
    raise_gap(alert_store, crane, "calm")
    raise_gap(alert_store, crane, "urgent", Level.BAD)
    courier.once()
    assert [got["title"] for got in caught.messages] == ["crane: A gap"]
    clock.now += 7 * 60 * MINUTE_MS
    courier.once()
    assert len(caught.messages) == 2


def test_a_second_process_sends_nothing_twice(
    database: Database,
    courier: Courier,
    alert_store: AlertStore,
    crane: Environment,
    new_channel: NewChannel,
    caught: Caught,
) -> None:
    new_channel(address=hook(caught))
    raise_gap(alert_store, crane)
    with database.alone("alerts"):
        assert courier.once() == 0
    assert caught.messages == []


def give_up(courier: Courier, clock: StandingClock) -> None:
    for _ in range(MAX_ATTEMPTS):
        courier.once()
        clock.now += 240 * MINUTE_MS


def test_what_does_not_arrive_is_seen_everywhere(
    database: Database,
    courier: Courier,
    outbox: OutboxStore,
    alert_store: AlertStore,
    crane: Environment,
    clock: StandingClock,
    new_channel: NewChannel,
    caught: Caught,
) -> None:
    with http_catcher() as broken:
        broken.status = 404
        new_channel("broken", hook(broken), events=frozenset({Event.GAP, Event.ALERTS}))
        new_channel("other", hook(caught), events=frozenset({Event.ALERTS}))
        raise_gap(alert_store, crane)
        give_up(courier, clock)
        courier.once()
    (lost,) = outbox.undelivered(crane.id)
    assert (lost.state, lost.attempts) == (DeliveryState.FAILED, MAX_ATTEMPTS)
    assert "404" in lost.error
    assert "hush" not in lost.error
    assert "secret-path" not in lost.error
    assert [got["title"] for got in caught.messages] == ['crane: Alerts do not arrive at the channel "broken" (JSON)']
    with database.read() as connection:
        assert connection.execute(sa.select(findings.c.check, findings.c.level)).all() == [("alerts", "bad")]


def test_a_test_that_arrives_mends_the_channel_and_sends_what_was_lost(
    database: Database,
    courier: Courier,
    outbox: OutboxStore,
    alert_store: AlertStore,
    crane: Environment,
    clock: StandingClock,
    new_channel: NewChannel,
    caught: Caught,
) -> None:
    channel = new_channel(address=hook(caught))
    caught.status = 500
    raise_gap(alert_store, crane)
    give_up(courier, clock)
    assert "500" in courier.test(channel)
    caught.status = 200
    assert courier.test(channel) == ""
    courier.once()
    assert [got["title"] for got in caught.messages] == ["crane: test", "crane: A gap"]
    assert outbox.undelivered(crane.id) == []
    assert {alert.key for alert in alert_store.list(crane.id, open_only=True)} == {"gap"}
    with database.read() as connection:
        assert connection.execute(sa.select(findings.c.id)).all() == []


def test_one_broken_channel_keeps_no_other_from_being_told(
    courier: Courier, alert_store: AlertStore, crane: Environment, new_channel: NewChannel, caught: Caught
) -> None:
    new_channel("nobody listens", "json://127.0.0.1:1/x")
    new_channel("well", hook(caught))
    raise_gap(alert_store, crane)
    assert courier.once() == 1
    assert len(caught.messages) == 1


def test_an_address_lies_sealed(database: Database, crane: Environment, new_channel: NewChannel) -> None:
    new_channel(address="json://user:hush@localhost/secret-path")
    with database.read() as connection:
        row = connection.execute(sa.select(alert_channels)).one()
    assert "hush" not in repr(row)
    assert "secret-path" not in repr(row)


@pytest.mark.parametrize(
    ("address", "name", "shown"),
    [
        ("json://user:hush@host.example/hush", "JSON", "json://host.example"),
        ("slack://T1HUSH3L2/A1HUSH4JD/TIiajkdnlazkcOXrIdevi7FQ/", "Slack", "slack://…"),
        ("mailto://user:hush@example.com?to=ops@example.com", "E-Mail", "mailto://example.com"),
        ("ntfy://hush-topic", "ntfy", "ntfy://…"),
    ],
)
def test_what_is_shown_of_an_address_opens_nothing(address: str, name: str, shown: str) -> None:
    service = service_of(address)
    assert (service.name, service.shown) == (name, shown)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hush",
        "nonsense://hush",
        "slack://hush",
        "syslog://hush",
        "json://host.example/?attach=/etc/hush",
        "workflows://host.example:443/WFID/SIG/?template=/etc/hush",
        "mailto://a:hush@example.com?PGPKEY=/etc/hush",
    ],
)
def test_an_address_of_no_use_is_refused_without_quoting_it(address: str) -> None:
    with pytest.raises(InputError) as caught:
        service_of(address)
    assert "hush" not in str(caught.value)
