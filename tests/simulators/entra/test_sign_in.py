"""People: the page, what it refuses, what it sends back, and the end of a sign-in."""

from __future__ import annotations

import pytest

from simulators.entra.directory import (
    ADA,
    APP,
    BOB,
    CHALLENGE,
    REDIRECT,
    SECRET,
    SIGNED_OUT,
    Directory,
    form_of,
    landed,
)


def test_the_page_names_the_application_and_the_people_and_has_no_script(directory: Directory) -> None:
    page = directory.authorize()
    for text in ("Crane console", "Ada Crane", "ada@crane.example", "Administrator"):
        assert text in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_choosing_a_person_goes_back_with_a_code_and_the_state(directory: Directory) -> None:
    arrived = landed(directory.press(directory.authorize(), person=ADA))
    assert arrived["state"] == "x/ y"
    assert arrived["code"]


def test_cancel_goes_back_with_access_denied(directory: Directory) -> None:
    arrived = landed(directory.press(directory.authorize(), cancel="1"))
    assert (arrived["error"], arrived["error_subcode"], arrived["state"]) == ("access_denied", "cancel", "x/ y")
    assert arrived["error_description"].startswith("AADSTS65004: ")


def test_an_answer_by_form_carries_code_and_state_to_the_application(directory: Directory) -> None:
    address, fields = form_of(directory.press(directory.authorize(response_mode="form_post"), person=ADA))
    assert address == REDIRECT
    assert (fields["state"], bool(fields["code"])) == ("x/ y", True)


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({"redirect_uri": f"{REDIRECT}/"}, "AADSTS50011"),
        ({"redirect_uri": f"{REDIRECT}?more=1"}, "AADSTS50011"),
        ({"client_id": "nobody"}, "AADSTS700016"),
        ({"client_id": ""}, "AADSTS900144"),
        ({"tenant": "7a0c1f52-0000-4b64-9c39-000000000000"}, "AADSTS90002"),
        ({"tenant": "common"}, "AADSTS50194"),
        ({"response_mode": "fragment"}, "AADSTS70007"),
    ],
)
def test_what_cannot_be_trusted_is_shown_and_not_sent_back(
    directory: Directory, changed: dict[str, str], number: str
) -> None:
    answer = directory.authorize(**changed)
    assert answer.status_code == 400
    assert number in answer.text
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changed", "error", "number"),
    [
        ({"response_type": "id_token"}, "unsupported_response_type", "AADSTS700054"),
        ({"scope": "profile"}, "invalid_scope", "AADSTS70011"),
        ({"scope": "openid https://elsewhere.example/.default"}, "invalid_scope", "AADSTS70011"),
        ({"prompt": "sometimes"}, "invalid_request", "AADSTS90023"),
        ({"prompt": "none"}, "login_required", "AADSTS50058"),
        ({"code_challenge": CHALLENGE}, "invalid_request", "AADSTS501490"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request", "AADSTS501491"),
    ],
)
def test_what_the_application_did_wrong_is_sent_back(
    directory: Directory, changed: dict[str, str], error: str, number: str
) -> None:
    arrived = landed(directory.authorize(**changed))
    assert (arrived["error"], arrived["state"]) == (error, "x/ y")
    assert arrived["error_description"].startswith(f"{number}: ")


def test_a_form_that_no_page_of_this_browser_sent_is_refused(directory: Directory) -> None:
    page = directory.authorize()
    directory.http.cookies.clear()
    answer = directory.press(page, person=ADA)
    assert (answer.status_code, "AADSTS90014" in answer.text) == (400, True)


def test_a_disabled_person_does_not_get_in(directory: Directory) -> None:
    answer = directory.press(directory.authorize(), person=BOB)
    assert (answer.status_code, "AADSTS50057" in answer.text) == (400, True)


def test_who_is_signed_in_goes_on_without_a_page(directory: Directory) -> None:
    directory.sign_in()
    assert landed(directory.authorize())["code"]
    assert landed(directory.authorize(prompt="none"))["code"]
    assert landed(directory.authorize(login_hint="ada@crane.example"))["code"]


@pytest.mark.parametrize(
    "changed", [{"prompt": "select_account"}, {"prompt": "login"}, {"login_hint": "bob@crane.example"}]
)
def test_the_request_can_want_the_page(directory: Directory, changed: dict[str, str]) -> None:
    directory.sign_in()
    assert "Pick an account" in directory.authorize(**changed).text


def test_the_hint_comes_first_on_the_page(directory: Directory) -> None:
    text = directory.authorize(login_hint="BOB@crane.example").text
    assert text.index("Bob Beam") < text.index("Ada Crane")


def test_a_sign_in_ends_after_a_day(directory: Directory) -> None:
    directory.sign_in()
    directory.advance(86_400)
    assert landed(directory.authorize(prompt="none"))["error"] == "login_required"


def test_a_person_disabled_meanwhile_is_no_longer_signed_in(directory: Directory) -> None:
    directory.sign_in()
    directory.put("people", ADA, name="Ada Crane", email="ada@crane.example", disabled=True)
    assert landed(directory.authorize(prompt="none"))["error"] == "login_required"


def test_signing_out_ends_the_sign_in_and_goes_back_to_a_registered_address(directory: Directory) -> None:
    directory.sign_in()
    params = {"post_logout_redirect_uri": SIGNED_OUT, "state": "s"}
    answer = directory.http.get(f"{directory.root}/oauth2/v2.0/logout", params=params)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{SIGNED_OUT}?state=s")
    assert landed(directory.authorize(prompt="none"))["error"] == "login_required"


def test_signing_out_goes_nowhere_else(directory: Directory) -> None:
    params = {"post_logout_redirect_uri": "https://evil.example/"}
    answer = directory.http.get(f"{directory.root}/oauth2/v2.0/logout", params=params)
    assert (answer.status_code, "location" in answer.headers) == (200, False)
    assert "signed out" in answer.text


def test_what_people_are_called_is_text_on_the_page(directory: Directory) -> None:
    directory.put("apps", APP, name="<b>App</b>", redirect_uris=[REDIRECT], secrets=[{"value": SECRET}])
    directory.put("people", ADA, name="<script>x</script>", email="ada@crane.example")
    page = directory.authorize(state='"><script>')
    assert "<script" not in page.text
    assert landed(directory.press(page, person=ADA))["state"] == '"><script>'
