"""The service as a whole: controls, faults, reset, memory on disk, and its page of what exists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from leadferry.simulators.dataverse import users
from leadferry.simulators.entra import service
from leadferry.simulators.entra.coverage import page
from leadferry.simulators.entra.settings import TENANT_ID
from simulators.entra.directory import ADA, APP, NOW_MS, RESOURCE, Directory


def ask(directory: Directory) -> int:
    return directory.token(grant_type="client_credentials", scope=f"{RESOURCE}/.default").status_code


def test_what_was_put_can_be_read(directory: Directory) -> None:
    assert directory.sim("GET", f"people/{ADA}")["email"] == "ada@crane.example"
    assert [person["name"] for person in directory.sim("GET", "people")] == ["Ada Crane", "Bob Beam"]
    assert [app["client_id"] for app in directory.sim("GET", "apps")] == [APP]
    assert directory.sim("GET", "clock") == {"now_ms": NOW_MS}


def test_a_person_who_left_is_not_chosen_any_more(directory: Directory) -> None:
    directory.sim("DELETE", f"people/{ADA}")
    assert "Ada Crane" not in directory.authorize().text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"apps/{APP}", {"secret": "x"}),
        (f"apps/{APP}", {"secrets": [{"value": "x", "expires_at": "tomorrow"}]}),
        (f"apps/{APP}", {"certificates": ["no certificate"]}),
        (f"people/{ADA}", {"name": "Ada"}),
        ("people/ada", {"name": "Ada", "email": "ada@crane.example"}),
    ],
)
def test_a_control_that_makes_no_sense_is_refused(directory: Directory, path: str, body: object) -> None:
    assert directory.http.put(f"{directory.url}/__sim/{path}", json=body).status_code == 400


def test_faults_and_counts_are_those_of_every_simulator(directory: Directory) -> None:
    directory.sim("POST", "faults", {"kind": "status", "status": 503, "path": "/token"})
    assert [ask(directory), ask(directory)] == [503, 200]
    assert directory.sim("GET", "stats")["requests"] == {"POST token": 2}


def test_a_reset_forgets_everything_but_the_keys(directory: Directory) -> None:
    keys = directory.http.get(f"{directory.root}/discovery/v2.0/keys").json()
    directory.sim("PATCH", "settings", {"token_life_s": 60})
    directory.advance(60)
    directory.sim("POST", "reset")
    assert directory.sim("GET", "people") == directory.sim("GET", "apps") == []
    assert directory.sim("GET", "settings")["token_life_s"] == 3_599
    assert directory.sim("GET", "clock") == {"now_ms": NOW_MS}
    assert directory.http.get(f"{directory.root}/discovery/v2.0/keys").json() == keys


def test_a_restarted_service_knows_its_people_and_keys(tmp_path: Path) -> None:
    known: list[Any] = []
    for _ in range(2):
        with service.start(lambda: NOW_MS, path=tmp_path / "entra.db") as running:
            directory = Directory(running.url)
            if not known:
                directory.build()
            known.append((directory.sim("GET", "people"), directory.http.get(f"{directory.root}/discovery/v2.0/keys")))
            directory.http.close()
    assert known[0][0] == known[1][0] != []
    assert known[0][1].json() == known[1][1].json()


def test_the_keys_outlive_a_reset_and_a_restart(tmp_path: Path) -> None:
    known = []
    for _ in range(2):
        with service.start(lambda: NOW_MS, path=tmp_path / "entra.db") as running:
            directory = Directory(running.url)
            directory.sim("POST", "reset")
            known.append(directory.http.get(f"{directory.root}/discovery/v2.0/keys").json())
            directory.http.close()
    assert known[0] == known[1]


def test_the_tenant_is_that_of_the_simulated_dataverse() -> None:
    assert TENANT_ID == users.TENANT_ID


def test_the_page_names_the_refusals() -> None:
    text = page()
    for number in (50011, 700016, 90002, 7000215, 7000222, 54005, 70008, 501481):
        assert f"AADSTS{number} |" in text
