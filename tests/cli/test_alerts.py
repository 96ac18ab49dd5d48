"""`leadferry alerts`, as an operator types it."""

from __future__ import annotations

import pytest

from acceptance.conftest import Scene
from alerts.catchers import http_catcher
from cli.conftest import Line, adding
from leadferry.simulators.dataverse.users import CLIENT_SECRET

HOOK = "json://user:hush@127.0.0.1:{port}/secret-path"


@pytest.fixture
def alone(line: Line, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Line:
    """An environment, and no user profile."""
    for name, value in scene.environ.items():
        monkeypatch.setenv(name, value)
    assert line(*adding(scene), stdin=CLIENT_SECRET).code == 0
    return line


def test_a_channel_is_added_tried_and_removed(alone: Line) -> None:
    with http_catcher() as caught:
        hook = HOOK.format(port=caught.port)
        assert alone("alerts", "add", "Ops", "--event", "gap", "--digest-minutes", "30", stdin=hook).code == 0
        said = alone("alerts", "test", "ops")
        assert (said.code, said.out) == (0, 'The test is sent to "Ops".\n')
    assert [got["title"] for got in caught.messages] == ["test: test"]
    (shown,) = alone("alerts", "channels", "--json").json
    assert (shown["service"], shown["shown"], shown["events"]) == ("JSON", "json://127.0.0.1", ["gap"])
    assert alone("alerts", "remove", "Ops", "--yes").code == 0
    assert alone("alerts", "channels", "--json").json == []


def test_the_address_is_never_shown(alone: Line) -> None:
    hook = HOOK.format(port=1)
    said = [alone("alerts", "add", "Ops", "--json", stdin=hook)]
    said += [alone("alerts", *words) for words in (("channels",), ("channels", "--json"), ("test", "Ops"))]
    assert all(mark not in one.out + one.err for one in said for mark in ("hush", "secret-path"))
    assert said[-1].code == 1
    assert "Nothing listens at the address." in said[-1].err


@pytest.mark.parametrize(
    ("options", "stdin", "words"),
    [
        ((), "", "Standard input held no channel address"),
        ((), "nonsense://hush", "cannot be used"),
        (("--event", "nothing"), HOOK, "There is no event nothing"),
        (("--quiet-from", "22:00"), HOOK, "Quiet hours need"),
    ],
)
def test_what_is_wrong_is_said(alone: Line, options: tuple[str, ...], stdin: str, words: str) -> None:
    said = alone("alerts", "add", "Ops", *options, stdin=stdin.format(port=1) if "{" in stdin else stdin)
    assert said.code == 2
    assert words in said.err
    assert "hush" not in said.err


def test_nothing_open_is_said_so(alone: Line) -> None:
    assert alone("alerts").out == "No alert is open.\n"


def test_a_command_logs_where_it_is_told_to(alone: Line, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "logs" / "leadferry.log"
    monkeypatch.setenv("LEADFERRY_LOG_FILE", str(file))
    monkeypatch.setenv("LEADFERRY_LOG_LEVEL", "debug")
    said = alone("environment", "check", "test")
    assert said.err == ""
    assert '"resource": "WhoAmI"' in file.read_text()
