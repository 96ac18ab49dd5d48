"""The pages of alerts over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.catchers import http_catcher
from environments import KEY
from leadferry.accounts.model import Environment
from leadferry.accounts.vault import key_to_text
from leadferry.alerts.model import Event
from visitor import Visitor, text_of
from web import Console, new_console

HOOK = "json://user:hush@127.0.0.1:1/secret-path"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with new_console(tmp_path, key=key_to_text(KEY)) as console:
        yield console


@pytest.fixture
def here(console: Console) -> Environment:
    return console.app.environments.add(
        "crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s"
    )


@pytest.fixture
def operator(console: Console) -> Visitor:
    return console.operator()


def add(operator: Visitor, here: Environment, **values: str) -> str:
    wanted = {"name": "Ops", "address": HOOK, "event-gap": "on", "digest_minutes": "0", "time_zone": "Europe/Berlin"}
    answer = operator.post(f"/e/{here.id}/alerts/channels/new", wanted | values)
    return str(answer.url.path)


def test_an_empty_page_says_what_it_is_for(operator: Visitor, here: Environment) -> None:
    text = text_of(operator.get(f"/e/{here.id}/alerts"))
    assert "Nothing needs a person" in text
    assert "Nobody is told yet" in text


def test_a_channel_is_added_and_its_secret_never_shown(console: Console, operator: Visitor, here: Environment) -> None:
    path = add(operator, here)
    for place in (path, f"/e/{here.id}/alerts"):
        page = operator.get(place)
        assert "json://127.0.0.1" in page.text
        assert "hush" not in page.text
        assert "secret-path" not in page.text
    assert [(one.action, one.record) for one in console.app.audit.list(here)] == [("alert.change", "Ops")]
    assert "hush" not in repr(console.app.audit.list(here))


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    console: Console, operator: Visitor, here: Environment
) -> None:
    wanted = {"name": "", "address": "nonsense://hush", "digest_minutes": "12", "event-gap": "on", "time_zone": "Mars"}
    page = operator.post(f"/e/{here.id}/alerts/channels/new", wanted)
    assert page.status_code == 422
    assert "3 fields need another value" in text_of(page)
    assert 'value="12"' in page.text
    assert 'name="event-gap" checked' in page.text
    assert "hush" not in page.text
    assert console.app.channels.list(here.id) == []


def test_a_change_keeps_the_address_that_is_left_empty(console: Console, operator: Visitor, here: Environment) -> None:
    path = add(operator, here)
    operator.post(path, {"name": "Night watch", "address": "", "event-token": "on", "time_zone": "UTC"})
    (channel,) = console.app.channels.list(here.id)
    assert (channel.name, channel.events) == ("Night watch", frozenset({Event.TOKEN}))
    assert console.app.channels.address(channel) == HOOK


def test_a_test_arrives_or_says_why_not(operator: Visitor, here: Environment) -> None:
    lost = operator.post(f"{add(operator, here)}/test")
    assert "The test did not arrive. Nothing listens at the address." in text_of(lost)
    assert "hush" not in lost.text
    with http_catcher() as caught:
        well = add(operator, here, name="Well", address=f"json://127.0.0.1:{caught.port}")
        assert "Test sent" in text_of(operator.post(f"{well}/test"))
    assert [got["title"] for got in caught.messages] == ["crane: test"]


def test_an_open_alert_is_a_task_with_a_link_and_lights_the_bell(
    console: Console, operator: Visitor, here: Environment
) -> None:
    console.app.alerts.open(here.id, Event.GAP, "gap", "bad", "2 are missing", "Why.", "Look there.", "/e/1/sync")
    page = operator.get(f"/e/{here.id}/alerts")
    assert 'aria-label="Alerts: 1 open"' in page.text
    assert "2 are missing Why. Look there." in text_of(page)
    assert 'href="/e/1/sync"' in page.text


def test_what_does_not_arrive_is_a_banner_with_a_way_out(
    console: Console, operator: Visitor, here: Environment
) -> None:
    add(operator, here)
    console.app.alerts.open(here.id, Event.GAP, "gap", "bad", "2 are missing", "Why.")
    console.app.courier().once()
    assert "1 alert does not arrive at the channel “Ops”. Nothing listens" in text_of(
        operator.get(f"/e/{here.id}/alerts")
    )
    assert "1 alerts are sent again" in text_of(operator.post(f"/e/{here.id}/alerts/again/1"))
    assert "does not arrive" not in text_of(operator.get(f"/e/{here.id}/alerts"))


def test_a_channel_is_switched_off_and_removed(console: Console, operator: Visitor, here: Environment) -> None:
    path = add(operator, here)
    operator.post(f"{path}/switch", {"enabled": "no"})
    assert not console.app.channels.list(here.id)[0].enabled
    operator.post(f"{path}/remove")
    assert console.app.channels.list(here.id) == []


def test_a_channel_of_another_environment_is_not_found(console: Console, operator: Visitor, here: Environment) -> None:
    path = add(operator, here)
    other = console.app.environments.add(
        "heron", "https://heron.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s"
    )
    stolen = path.replace(f"/e/{here.id}/", f"/e/{other.id}/")
    for answer in (operator.get(stolen), operator.post(f"{stolen}/test"), operator.post(f"{stolen}/remove")):
        assert answer.status_code == 404


def test_nobody_gets_there_without_signing_in(console: Console, here: Environment) -> None:
    answer = console.visitor().client.get(f"/e/{here.id}/alerts", follow_redirects=False)
    assert answer.headers["location"].startswith("/sign-in")
