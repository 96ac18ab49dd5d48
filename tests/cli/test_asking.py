"""Which environment, secrets and confirmations, where nobody can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Line

ADD = ("--url", "http://127.0.0.1:1", "--tenant", "t", "--client-id", "c")


def add(line: Line, name: str) -> None:
    arguments = ("environment", "add", name, *ADD, "--authority", "http://127.0.0.1:1", "--no-check", "--secret-stdin")
    assert line(*arguments, stdin="s").code == 0


def test_without_any_environment_the_way_to_one_is_told(line: Line) -> None:
    said = line("sync", "--once")
    assert said.code == 2
    assert "No environment is connected yet." in said.err
    assert "leadferry environment add" in said.err


def test_the_only_environment_need_not_be_named(line: Line) -> None:
    add(line, "one")
    assert line("config", "get", "on_match_fail").out == "ignore\n"


def test_several_environments_must_be_named_and_are_listed(line: Line) -> None:
    add(line, "one")
    add(line, "two")
    said = line("config", "get", "on_match_fail")
    assert said.code == 2
    assert "Name one with --environment: one, two." in said.err
    assert line("config", "get", "on_match_fail", "--environment", "TWO").code == 0


def test_an_unknown_environment_is_answered_with_those_that_exist(line: Line) -> None:
    add(line, "one")
    said = line("sync", "--once", "--environment", "won")
    assert said.code == 2
    assert 'There is no environment "won".' in said.err
    assert "Known: one." in said.err


def test_a_missing_secret_names_the_option_where_nobody_can_be_asked(line: Line) -> None:
    said = line("environment", "add", "one", *ADD)
    assert said.code == 2
    assert "The client secret is missing" in said.err
    assert "--secret-stdin" in said.err


def test_an_empty_standard_input_is_no_secret(line: Line) -> None:
    said = line("environment", "add", "one", *ADD, "--secret-stdin", stdin="\n")
    assert said.code == 2
    assert "Standard input held no client secret." in said.err


def test_a_secret_is_never_shown_again(line: Line) -> None:
    line("environment", "add", "one", *ADD, "--no-check", "--secret-stdin", stdin="hush-hush")
    said = line("environment", "list", "--json")
    assert "hush-hush" not in said.out
    assert said.json[0]["credential_kind"] == "secret"


def test_a_certificate_file_without_its_key_is_refused(line: Line, tmp_path: Path) -> None:
    path = tmp_path / "certificate.pem"
    path.write_text("-----BEGIN CERTIFICATE-----\n")
    said = line("environment", "add", "one", *ADD, "--certificate", str(path))
    assert said.code == 2
    assert "must hold a certificate and its private key" in said.err


def test_removing_asks_and_says_how_to_answer_without_a_terminal(line: Line) -> None:
    add(line, "one")
    said = line("environment", "remove", "one")
    assert said.code == 2
    assert "Say --yes." in said.err
    assert line("environment", "remove", "one", "--yes").code == 0
    assert line("environment", "list", "--json").json == []


@pytest.mark.parametrize("ways", [(), ("--authorize", "--refresh-token-stdin")])
def test_a_profile_is_authorized_in_exactly_one_way(line: Line, ways: tuple[str, ...]) -> None:
    add(line, "one")
    said = line("profile", "add", "Ada", *ways, stdin="token")
    assert said.code == 2
    assert "Give one of --authorize, --refresh-token-stdin and --access-token-stdin." in said.err
    assert line("profile", "list", "--json").json == []


def test_authorizing_needs_the_linkedin_app(line: Line) -> None:
    add(line, "one")
    said = line("profile", "add", "Ada", "--authorize")
    assert said.code == 2
    assert "LEADFERRY_LINKEDIN_CLIENT_ID" in said.err
