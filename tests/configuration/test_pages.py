"""The pages *Configuration*, and the commands that do the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from leadferry.accounts.model import Environment
from leadferry.delivery.configuration import OPTIONS
from visitor import Visitor, text_of
from web import Console, new_console


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with new_console(tmp_path) as console:
        console.app.environments.add(
            "crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="hush"
        )
        yield console


def crane(console: Console) -> Environment:
    return console.app.environments.by_id(1)


def test_every_option_stands_on_the_page_with_its_meaning_and_default(console: Console) -> None:
    shown = console.operator().get("/e/1/configuration")
    assert shown.status_code == 200
    for name in OPTIONS:
        assert f'name="{name}"' in shown.text, name
    assert "Default: ignore" in text_of(shown)


def test_options_are_saved_together_and_each_is_in_the_audit(console: Console) -> None:
    shown = console.operator().post("/e/1/configuration", {"on_match_fail": "create", "parallel": "4"})
    assert "2 changed" in text_of(shown)
    stored = console.app.environments.configuration(crane(console))
    assert (stored.on_match_fail, stored.parallel) == ("create", 4)
    told = {one.record: (one.before, one.after) for one in console.app.audit.list(crane(console))}
    assert told["parallel"] == ({"parallel": "8"}, {"parallel": "4"})


def test_a_value_that_is_not_allowed_saves_nothing_and_nothing_typed_is_lost(console: Console) -> None:
    shown = console.operator().post("/e/1/configuration", {"on_match_fail": "create", "parallel": "99"})
    assert shown.status_code == 422
    assert 'value="99"' in shown.text
    assert "1 to 52" in text_of(shown)
    assert console.app.environments.configuration(crane(console)).on_match_fail == "ignore"


def planned(visitor: Visitor, text: str, **more: str) -> str:
    return text_of(visitor.post("/e/1/configuration/file", {"text": text, **more}))


def test_a_file_is_shown_before_it_is_applied(console: Console) -> None:
    visitor = console.operator()
    text = "leadferry: 1\nconfiguration:\n  on_match_fail: create\n"
    assert "Apply 1 change" in planned(visitor, text)
    assert console.app.environments.configuration(crane(console)).on_match_fail == "ignore"
    assert "1 changed" in planned(visitor, text, do="apply")
    assert console.app.environments.configuration(crane(console)).on_match_fail == "create"
    assert console.app.audit.list(crane(console))[0].record == "on_match_fail"
    assert "the environment is as the file says" in planned(visitor, text)


def test_a_mistake_in_the_file_is_told_by_line(console: Console) -> None:
    shown = planned(console.operator(), "leadferry: 1\nconfiguration:\n  parallel: 99\n")
    assert "Line 3: " in shown


def test_the_download_has_no_secret_and_can_be_applied(console: Console) -> None:
    visitor = console.operator()
    text = visitor.get("/e/1/configuration/leadferry.yaml").text
    assert "hush" not in text
    assert "the environment is as the file says" in planned(visitor, text)
