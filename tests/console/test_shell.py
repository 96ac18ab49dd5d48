from __future__ import annotations

import pytest

from visitor import text_of
from web import Console


def test_the_operators_link_signs_in_once(console: Console) -> None:
    token = console.app.sessions.make_link()
    first = console.visitor().sign_in_by_link(token)
    assert "Environments" in text_of(first.get("/"))
    second = console.visitor()
    second.get(f"/sign-in/link/{token}")
    assert second.post("/sign-in/link", {"token": token}).status_code == 403
    assert second.client.get("/environments", follow_redirects=False).status_code == 303


def test_opening_the_link_does_not_use_it_up(console: Console) -> None:
    token = console.app.sessions.make_link()
    for _ in range(3):
        assert console.visitor().get(f"/sign-in/link/{token}").status_code == 200
    assert "Environments" in text_of(console.visitor().sign_in_by_link(token).get("/"))


@pytest.mark.parametrize("path", ["/", "/environments", "/e/1/profiles"])
def test_nobody_gets_in_without_a_session(console: Console, path: str) -> None:
    answer = console.visitor().client.get(path, follow_redirects=False)
    assert answer.status_code in {303, 404}
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/sign-in")


def test_signing_out_ends_the_session_at_the_server(console: Console) -> None:
    visitor = console.operator()
    cookies = dict(visitor.client.cookies)
    visitor.client.post("/sign-out", data={"_csrf_token": visitor.csrf()}, follow_redirects=False)
    with console.visitor() as thief:
        thief.client.cookies.update(cookies)
        assert thief.client.get("/environments", follow_redirects=False).status_code == 303


def test_a_form_without_its_csrf_field_changes_nothing(console: Console) -> None:
    visitor = console.operator()
    answer = visitor.client.post("/sign-out", data={})
    assert answer.status_code == 403
    assert "This form is too old" in text_of(answer)
    assert "Environments" in text_of(visitor.get("/environments"))


def test_a_session_ends_after_an_hour_without_a_request(console: Console) -> None:
    visitor = console.operator()
    console.app.sessions.clock = lambda: console.app.clock() + 3_600_001
    assert visitor.client.get("/environments", follow_redirects=False).status_code == 303


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1"])
def test_no_redirect_leads_to_another_site(console: Console, target: str) -> None:
    answer = console.operator().client.post("/theme", data={"theme": "dark"}, follow_redirects=False)
    visitor = console.operator()
    answer = visitor.client.post(
        "/theme", data={"theme": "dark", "return_to": target, "_csrf_token": visitor.csrf()}, follow_redirects=False
    )
    assert answer.headers["location"] == "/"


def test_an_unknown_address_says_so_on_a_page(console: Console) -> None:
    answer = console.operator().get("/nothing/here")
    assert answer.status_code == 404
    assert "There is nothing here" in text_of(answer)
    assert "from the menu" not in text_of(answer)  # the page of an address that nobody serves has none


def test_every_answer_forbids_inline_script_and_framing(console: Console) -> None:
    visitor = console.operator()
    for path in ("/environments", "/nothing", "/static/app.css"):
        headers = visitor.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
