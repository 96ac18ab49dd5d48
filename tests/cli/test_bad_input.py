"""What a person reads when something outside is wrong, word for word where it matters."""

from __future__ import annotations

import pytest

from acceptance.conftest import Scene, now_ms
from cli.conftest import Line, adding
from samples import response


def test_a_wrong_client_secret(line: Line, scene: Scene) -> None:
    said = line(*adding(scene), stdin="wrong")
    assert said.code == 3
    assert "FAIL  Sign-in and application user" in said.out
    assert "secret" in said.out.lower()
    assert "Do:" in said.out
    assert "It stays stored." in said.err


def test_an_unreachable_environment(line: Line) -> None:
    address = "http://127.0.0.1:9"
    arguments = ("environment", "add", "x", "--url", address, "--authority", address, "--tenant", "t")
    said = line(*arguments, "--client-id", "c", "--secret-stdin", stdin="s")
    assert said.code == 3
    assert "127.0.0.1:9" in said.out
    assert "cannot be reached" in said.out


def test_an_address_that_is_no_environment(line: Line) -> None:
    arguments = ("environment", "add", "x", "--url", "https://make.powerapps.com/environments", "--tenant", "t")
    said = line(*arguments, "--client-id", "c", "--secret-stdin", stdin="s")
    assert said.code == 2
    assert "is a site of Microsoft's, not an environment." in said.err


def test_a_refused_refresh_token_adds_no_profile(line: Line, connected: Scene) -> None:
    said = line("profile", "add", "Bob", "--refresh-token-stdin", stdin="no-such-token")
    assert said.code == 3
    assert "linkedin-reauthorize" in said.err
    assert "no-such-token" not in said.err
    assert [profile["name"] for profile in line("profile", "list", "--json").json] == ["Ada"]


def test_a_withdrawn_authorization_is_a_trouble_and_authorizing_again_ends_it(line: Line, connected: Scene) -> None:
    connected.linkedin.call("POST", "tokens/revoke", {})
    said = line("sync", "--once")
    assert said.code == 3
    assert "Trouble:" in said.err
    fresh = str(connected.linkedin.tokens()["refresh_token"])
    assert line("profile", "authorize", "Ada", "--refresh-token-stdin", stdin=fresh).code == 0
    assert line("sync", "--once").code == 0


def test_an_access_token_alone_is_enough_until_it_ends(line: Line, connected: Scene) -> None:
    token = str(connected.linkedin.tokens()["access_token"])
    said = line("profile", "add", "Bob", "--access-token-stdin", "--json", stdin=token)
    assert said.code == 0
    assert said.json["access_expires_at"] > now_ms()


def test_a_dead_access_token_is_refused(line: Line, connected: Scene) -> None:
    said = line("profile", "add", "Bob", "--access-token-stdin", stdin="dead")
    assert said.code in {2, 3}
    assert [profile["name"] for profile in line("profile", "list", "--json").json] == ["Ada"]


def test_a_sunset_version_is_named(line: Line, connected: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADFERRY_LINKEDIN_VERSION", "202507")
    said = line("sync", "--once")
    assert said.code == 3
    assert "202507" in said.err
    assert "LEADFERRY_LINKEDIN_VERSION" in said.err


def test_a_missing_scope_is_named(line: Line, connected: Scene) -> None:
    token = str(connected.linkedin.tokens("r_ads", "r_organization_admin")["refresh_token"])
    line("profile", "authorize", "Ada", "--refresh-token-stdin", stdin=token)
    said = line("sync", "--once")
    assert said.code == 3
    assert "r_marketing_leadgen_automation" in said.err


def test_a_response_that_cannot_be_read_is_stored_and_needs_a_person(line: Line, connected: Scene) -> None:
    broken = response("r-broken", now_ms() - 1000, email="a@x.test")
    broken["formResponse"]["answers"][0]["questionId"] = "what"
    connected.linkedin.respond(broken)
    assert line("sync", "--once", "--json").json["stored"] == 1
    (row,) = line("submissions", "list", "--state", "failed", "--json").json
    text = line("submissions", "show", str(row["id"])).out
    assert "They cannot be read; what LinkedIn sent is kept" in text
    replayed = line("submissions", "replay", "--all-failed", "--json")
    assert (replayed.code, replayed.json[0]["state"]) == (1, "failed")
    assert "cannot be read" in line("submissions", "show", str(row["id"])).out.partition("Timeline")[2]


def test_dynamics_without_the_privilege_stops_the_delivery_and_nothing_is_lost(line: Line, connected: Scene) -> None:
    connected.linkedin.respond(response("r-1", now_ms() - 1000, email="a@x.test", last_name="Crane"))
    connected.dynamics.fault("status", status=403, path="/api/data/", times=-1)
    said = line("sync", "--once")
    connected.dynamics.no_faults()
    assert said.code == 3
    assert "Trouble:" in said.err
    assert line("sync", "--once", "--json").json["created"] == 1


def test_an_option_with_a_wrong_value_says_what_is_allowed(line: Line, connected: Scene) -> None:
    said = line("config", "set", "on_match_fail", "ask")
    assert said.code == 2
    assert 'Option on_match_fail is "ask", which is none of its choices.' in said.err
    assert "Allowed: ignore, create." in said.err
    assert line("config", "set", "on_match", "x").err.count("Did you mean on_match_fail?") == 1
