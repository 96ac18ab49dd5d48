"""The page *Health*, and what the doctor prints."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from acceptance.conftest import now_ms
from guardian.conftest import House, environment_of
from leadferry.console.audit_store import AuditStore
from leadferry.simulators.dataverse.users import CLIENT_ID, TENANT_ID
from visitor import text_of
from web import Console, serving


@pytest.fixture
def console(house: House) -> Iterator[Console]:
    with house.opened(LEADFERRY_LINKEDIN_VERSION="202607") as app, serving(app) as console:
        yield console


def test_before_the_first_look_the_page_says_what_to_do(console: Console) -> None:
    page = console.operator().get("/e/1/health")
    assert page.status_code == 200
    assert "Nothing was looked at yet" in text_of(page)


def test_check_now_shows_what_is_so_and_what_to_do(console: Console, house: House) -> None:
    house.linkedin.put("members", "ada", name="Ada", account_roles={}, page_roles={})
    visitor = console.operator()
    page = visitor.post("/e/1/health/check")
    text = text_of(page)
    assert "Something has to be done now. What waits is not lost." in text
    assert "Account 5001: sponsored leads, forms cannot be read." in text
    assert "An account manager or billing admin gives it" in text
    assert 'href="/e/1/profiles"' in page.text
    assert "The SQLite database can be written." in text
    assert "Checked just now" in text


def test_a_tested_version_is_adopted_by_a_button_and_audited(console: Console) -> None:
    visitor = console.operator()
    page = visitor.post("/e/1/health/check")
    assert "Adopt 202609" in text_of(page)
    page = visitor.post("/e/1/health/version", {"version": "202609"})
    assert "Version 202609 adopted" in text_of(page)
    assert "Adopt 202609" not in text_of(page)
    environment = environment_of(console.app)
    assert console.app.linkedin_version(environment) == "202609"
    (entry,) = AuditStore(console.app.database, console.app.clock).list(environment)
    assert (entry.before, entry.after) == ({"linkedin_version": "202607"}, {"linkedin_version": "202609"})


def test_a_press_on_an_old_page_takes_no_newer_version_back(console: Console) -> None:
    visitor = console.operator()
    visitor.post("/e/1/health/version", {"version": "202609"})
    page = visitor.post("/e/1/health/version", {"version": "202608"})
    assert "Version 202609 is in use already; nothing was changed" in text_of(page)
    environment = environment_of(console.app)
    assert console.app.linkedin_version(environment) == "202609"
    assert len(AuditStore(console.app.database, console.app.clock).list(environment)) == 1


def test_a_version_that_was_not_tested_is_refused(console: Console) -> None:
    answer = console.operator().post("/e/1/health/version", {"version": "209912"})
    assert answer.status_code == 422
    assert console.app.linkedin_version(environment_of(console.app)) == "202607"


# The doctor


def test_the_doctor_can_be_posted_in_public(house: House) -> None:
    said = house.run("doctor")
    assert said.returncode == 0, said.stdout
    house.linkedin.put("members", "ada", name="Ada", account_roles={}, page_roles={})
    house.run("sync", "--once")
    with house.opened() as app:
        app.check_now(environment_of(app))
    house.dynamics.fault("status", status=403, path="WhoAmI", body='{"error":{"code":"0x80072560","message":"No."}}')
    said = house.run("doctor")
    assert said.returncode == 1
    assert "LinkedIn consent" in said.stdout
    for private in (
        "Ada", "Account 5001", "5001", house.dynamics.url, house.linkedin.url, TENANT_ID, CLIENT_ID, str(house.folder),
        "78example",
    ):  # fmt: skip
        assert private not in said.stdout + said.stderr, private


def test_the_doctor_for_scripts(house: House) -> None:
    said = house.run("doctor", "--environment", "test", "--json")
    report = json.loads(said.stdout)
    (one,) = report["environments"]
    assert one["level"] in {"good", "info"}
    assert {finding["check"] for finding in one["findings"]} >= {"consent", "version", "credential", "disk", "key"}
    assert abs(report["at"] - now_ms()) < 120_000
    named = json.loads(house.run("doctor", "--names", "--json").stdout)
    assert named["environments"][0]["environment"] == "test"


def test_the_doctor_works_where_no_service_can_be_reached(house: House) -> None:
    house.extra = {
        "LEADFERRY_LINKEDIN_API_URL": "http://127.0.0.1:1",
        "LEADFERRY_LINKEDIN_OAUTH_URL": "http://127.0.0.1:1",
    }
    said = house.run("doctor", "--offline")
    assert said.returncode == 0
    assert "not compared" in said.stdout or "has not been compared" in said.stdout


def test_adopting_a_version_at_the_command_line(house: House) -> None:
    assert house.run("linkedin-version", "adopt", "202608").returncode == 0
    listed = json.loads(house.run("linkedin-version", "list", "--json").stdout)["environments"]
    assert [(one["version"], one["set_by"], one["newer"]) for one in listed] == [
        ("202608", "the environment", "202609")
    ]
    refused = house.run("linkedin-version", "adopt", "209901")
    assert refused.returncode == 2
    assert "was not tested" in refused.stderr
    assert house.run("linkedin-version", "adopt", "settings").returncode == 0


def test_when_a_secret_ends_is_told_by_a_person(house: House) -> None:
    assert house.run("environment", "change", "test", "--expires", "2099-01-31").returncode == 0
    said = house.run("doctor", "--offline", "--json")
    titles = [one["title"] for one in json.loads(said.stdout)["environments"][0]["findings"]]
    assert any(title.startswith("The client secret for Dynamics is good for") for title in titles)
