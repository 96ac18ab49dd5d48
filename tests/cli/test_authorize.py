"""`profile add --authorize`: the consent of a member, caught on this machine."""

from __future__ import annotations

import re
import socket
import threading
import urllib.request
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from acceptance.conftest import Scene
from cli.conftest import Line
from leadferry.cli.authorize import code_of, loopback
from leadferry.errors import InputError, LinkedInError
from services import LinkedIn


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def back(connected: Scene, monkeypatch: pytest.MonkeyPatch) -> str:
    """The redirect address, registered at LinkedIn."""
    address = f"http://127.0.0.1:{free_port()}/back"
    monkeypatch.setenv("LEADFERRY_LINKEDIN_REDIRECT_URL", address)
    connected.linkedin.put(
        "apps", LinkedIn.APP, secret=LinkedIn.SECRET, redirect_uris=[address], default_member=LinkedIn.MEMBER
    )
    return address


def visiting(monkeypatch: pytest.MonkeyPatch, change: Mapping[str, str] | None = None) -> None:
    """A browser that opens the address as soon as it is printed. `change`: what comes back otherwise."""
    import click

    echo = click.echo

    def visit(address: str) -> None:
        if change is None:
            urllib.request.urlopen(address).read()
            return
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        answer = {"state": asked["state"], **change}
        urllib.request.urlopen(f"{asked['redirect_uri']}?{urlencode(answer)}").read()

    def said(message: str = "", *, err: bool = False) -> None:
        echo(message, err=err)
        if found := re.search(r"http\S+/oauth/v2/authorization\S+", str(message)):
            threading.Thread(target=visit, args=(found[0],), daemon=True).start()

    monkeypatch.setattr("leadferry.cli.profile.click.echo", said)


def test_a_member_who_allows_it_becomes_an_authorized_profile(
    line: Line, back: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visiting(monkeypatch)
    said = line("profile", "add", "Bob", "--authorize", "--json")
    assert said.code == 0
    assert said.json["authorization"] == "Authorized"
    assert said.json["accounts"] == ["urn:li:sponsoredAccount:5001"]


def test_a_member_who_cancels_adds_no_profile(line: Line, back: str, monkeypatch: pytest.MonkeyPatch) -> None:
    visiting(monkeypatch, {"error": "user_cancelled_authorize"})
    said = line("profile", "add", "Bob", "--authorize")
    assert said.code == 3
    assert "The member did not allow it." in said.err


def test_an_answer_with_another_state_is_not_taken(line: Line, back: str, monkeypatch: pytest.MonkeyPatch) -> None:
    visiting(monkeypatch, {"state": "forged", "code": "stolen"})
    said = line("profile", "add", "Bob", "--authorize")
    assert said.code == 3
    assert "linkedin-state-differs" in said.err


def test_a_port_in_use_is_told(line: Line, back: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", urlsplit(back).port or 0))
        taken.listen()
        said = line("profile", "add", "Bob", "--authorize")
    assert said.code == 2
    assert "Nothing can listen on" in said.err


@pytest.mark.parametrize(
    "address", ["https://leads.contoso.test/back", "http://192.0.2.7:80/back", "http://localhost/back"]
)
def test_only_an_address_of_this_machine_can_be_waited_on(address: str) -> None:
    with pytest.raises(InputError, match="does not lead to this machine"):
        loopback(address)


def test_a_refusal_names_linkedins_word() -> None:
    with pytest.raises(LinkedInError, match="unauthorized_scope_error"):
        code_of({"state": "s", "error": "unauthorized_scope_error"}, "s")
