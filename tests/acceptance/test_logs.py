"""The simulated world's whole first wave, logged as loudly as it goes: every step is told, and nobody is named."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leadferry.accounts.vault import key_to_text
from leadferry.alerts.model import Event
from leadferry.alerts.wishes import Wishes
from leadferry.cli.demo_scene import DemoScene
from leadferry.simulators.dataverse.users import CLIENT_SECRET
from leadferry.watch.log import KNOWN
from leadferry.watch.rendering import logging_to

SECRET_HOOK = "json://user:hushpassword@127.0.0.1:1/hushpath"


@pytest.fixture(scope="module")
def wave(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DemoScene, str]]:
    """The scene after its wave, and everything that was logged from the first connection on."""
    stream = io.StringIO()
    with logging_to(stream, form="json", level="debug"), DemoScene(tmp_path_factory.mktemp("demo"), 300, 1) as scene:
        wishes = Wishes("Ops", frozenset(Event))
        scene.app.channels.add(scene.environment.id, wishes, address=SECRET_HOOK, service="JSON", shown="json://…")
        scene.wave(lambda _: None, threading.Event())
        yield scene, stream.getvalue()


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def personal(scene: DemoScene) -> set[str]:
    """Every text of every response and every lead that was there before, e-mail addresses and numbers apart too."""
    everything = [scene.world.responses, *(step.responses for step in scene.world.rounds), dict(scene.world.dynamics)]
    return {text for text in strings(everything) if len(text) > 3 and not text.startswith("urn:li:")}


def test_no_answer_name_or_address_is_in_any_line(wave: tuple[DemoScene, str]) -> None:
    scene, text = wave
    said = set(strings([{k: v for k, v in line.items() if k != "timestamp"} for line in lines(text)]))
    assert len(personal(scene)) > 1000
    vocabulary = {"SPONSORED", "EVENT", "COMPANY", "ORGANIZATION_PRODUCT"}
    assert sorted((personal(scene) & said) - vocabulary) == []
    contacts = {one for one in personal(scene) if "@" in one or one.startswith("+")}
    assert [one for one in contacts if one in text] == []
    assert "@" not in text


def test_no_secret_is_in_any_line(wave: tuple[DemoScene, str]) -> None:
    scene, text = wave
    app, here = scene.app, scene.environment
    (profile,) = app.profiles.list(here.id)
    tokens = app.profiles.tokens(here.id, profile.id)
    assert tokens is not None
    key = app.settings.master_key_file
    assert key is not None
    secrets = [tokens.access, tokens.refresh, scene.world.client_secret, CLIENT_SECRET, "hushpassword", "hushpath"]
    secrets += [profile.name, profile.member_name or profile.name, Path(key).read_text().split()[-1]]
    assert [secret for secret in secrets if secret in text] == []
    assert key_to_text(b"k" * 32) not in text


def test_each_submission_can_be_followed_by_its_id(wave: tuple[DemoScene, str]) -> None:
    scene, text = wave
    found: dict[int, set[str]] = {}
    for line in lines(text):
        if "submission" in line:
            assert line["environment"] == "demo"
            found.setdefault(line["submission"], set()).add(line["event"])
    listed = scene.app.submissions.list(scene.environment.id, limit=1000)
    delivered = {one["id"] for one in listed if one["state"] != "rejected"}
    assert delivered
    assert all(found[key] >= {"read", "planned", "submission settled"} for key in delivered)


def test_each_event_of_a_claim_and_of_both_services_is_told(wave: tuple[DemoScene, str]) -> None:
    told = lines(wave[1])
    events = {line["event"] for line in told}
    assert events >= {"stored", "claimed", "written", "settled", "round ended", "request", "token renewed"}
    assert events >= {"alert not delivered"}
    asked = {(line["service"], line["resource"]) for line in told if line["event"] == "request"}
    assert {("linkedin", "leadFormResponses"), ("dynamics", "leads"), ("entra", "token")} <= asked
    requests = [line for line in told if line["event"] == "request" and line.get("claim")]
    assert requests
    assert all({"status", "ms", "environment"} <= set(line) for line in requests)


def test_nothing_is_written_that_is_not_on_the_list(wave: tuple[DemoScene, str]) -> None:
    assert {name for line in lines(wave[1]) for name in line} <= KNOWN
