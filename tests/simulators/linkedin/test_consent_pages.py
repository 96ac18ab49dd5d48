"""Signing in, consent and its end, as a person sees them. Contract: linkedin-api, sections 1.1, 1.2 and 1.5."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulators.linkedin.browsing import CHALLENGE, SERVICES, VERIFIER, Person, exchange, landed
from simulators.linkedin.scene import ADS, APP, LEADS, REDIRECT, SECRET, Scene

USERS = "/adAccountUsers?q=authenticatedUser"


@pytest.fixture
def person(scene: Scene) -> Iterator[Person]:
    """The application asks people; no member has granted anything yet."""
    scene.put("apps", APP, secret=SECRET, redirect_uris=[REDIRECT], name="Crane <Leads>", consent="page")
    scene.put("members", "ada", name="Ada Crane", email="ada@crane.example", account_roles={"5001": "VIEWER"})
    scene.put("members", "eve", name="Eve Hook", restricted=True)
    scene.sim("POST", "tokens/revoke", {})
    found = Person(scene)
    yield found
    found.http.close()


def consent(person: Person, **changed: str) -> str:
    """The code."""
    page = person.press(person.authorize(**changed), member="ada")
    return landed(person.press(page, allow="1"))["code"]


def test_a_person_signs_in_and_allows_what_the_page_says(scene: Scene, person: Person) -> None:
    page = person.authorize()
    assert "Ada Crane" in page.text
    assert "to continue to Crane &lt;Leads&gt;" in page.text
    page = person.press(page, member="ada")
    for text in ("Crane &lt;Leads&gt; would like to", "lead forms and the leads they collect", "advertising accounts"):
        assert text in page.text
    arrived = landed(person.press(page, allow="1"))
    assert arrived["state"] == "x/ y"
    scene.token = exchange(scene, arrived["code"]).json["access_token"]
    assert scene.rest(USERS).status == 200


def test_pages_have_no_script_and_allow_none(person: Person) -> None:
    page = person.authorize()
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_cancelling_the_sign_in_and_cancelling_the_consent_are_told_apart(person: Person) -> None:
    page = person.authorize()
    assert landed(person.press(page, cancel="login"))["error"] == "user_cancelled_login"
    arrived = landed(person.press(person.press(page, member="ada"), cancel="authorize"))
    assert (arrived["error"], arrived["state"]) == ("user_cancelled_authorize", "x/ y")


def test_a_live_grant_of_just_these_scopes_skips_the_pages(scene: Scene, person: Person) -> None:
    exchange(scene, consent(person))
    assert landed(person.authorize())["code"]
    assert landed(person.authorize(scope=f"{LEADS} {ADS}"))["code"]
    assert "would like to" in person.authorize(scope=ADS).text
    assert "Sign in" in Person(scene).authorize().text


def test_a_dead_grant_asks_again(scene: Scene, person: Person) -> None:
    exchange(scene, consent(person))
    scene.sim("POST", "tokens/expire", {"member": "ada"})
    assert "would like to" in person.authorize().text


def test_somebody_else_can_sign_in_instead(scene: Scene, person: Person) -> None:
    scene.put("members", "bob", name="Bob Beam")
    page = person.press(person.authorize(), member="ada")
    page = person.press(page, switch="1")
    assert "Signed in as Bob Beam" in person.press(page, member="bob").text


def test_a_restricted_member_does_not_get_in(person: Person) -> None:
    assert "restricted" in person.press(person.authorize(), member="eve").text
    assert "Sign in" in person.authorize().text


def test_a_form_that_no_page_of_this_browser_sent_is_refused(person: Person) -> None:
    page = person.press(person.authorize(), member="ada")
    person.http.cookies.clear()
    assert person.press(page, allow="1").status_code == 403
    person.sign_in()
    target = page.request.url
    assert person.http.post(str(target), data={"allow": "1", "csrf": "0" * 64}).status_code == 403


def test_allow_without_a_sign_in_allows_nothing(person: Person) -> None:
    assert "Sign in" in person.press(person.authorize(), allow="1").text


def test_the_checks_of_the_address_come_before_any_page(person: Person) -> None:
    assert person.authorize(redirect_uri="https://evil.example/").status_code == 401
    assert landed(person.authorize(response_type="token"))["error"] == "unsupported_response_type"


@pytest.mark.parametrize(
    ("verifier", "status", "error"),
    [(VERIFIER, 200, ""), ("w" * 50, 400, "code verifier does not match"), ("", 400, '"code_verifier" is missing')],
)
def test_a_code_challenge_is_enforced(scene: Scene, person: Person, verifier: str, status: int, error: str) -> None:
    code = consent(person, code_challenge=CHALLENGE, code_challenge_method="S256")
    answer = exchange(scene, code, **({"code_verifier": verifier} if verifier else {}))
    assert answer.status == status
    assert error in answer.json.get("error_description", "")


def test_a_verifier_without_a_challenge_changes_nothing(scene: Scene, person: Person) -> None:
    assert exchange(scene, consent(person), code_verifier=VERIFIER).status == 200


@pytest.mark.parametrize(
    "challenge", [{"code_challenge": CHALLENGE}, {"code_challenge": "short", "code_challenge_method": "S256"}]
)
def test_another_kind_of_challenge_is_sent_back(person: Person, challenge: dict[str, str]) -> None:
    assert landed(person.authorize(**challenge))["error"] == "invalid_request"


def test_the_member_is_who_signed_in(scene: Scene, person: Person) -> None:
    token = exchange(scene, consent(person, scope="openid profile email")).json["access_token"]
    told = scene.send("GET", "/v2/userinfo", Authorization=f"Bearer {token}").json
    assert (told["sub"], told["name"], told["email"]) == ("ada", "Ada Crane", "ada@crane.example")


def test_removing_the_application_revokes_its_tokens(scene: Scene, person: Person) -> None:
    tokens = exchange(scene, consent(person)).json
    page = person.open(SERVICES)
    assert "Crane &lt;Leads&gt;" in page.text
    assert "23 November 2026" in page.text
    page = person.press(page, remove=APP)
    assert "None." in page.text
    scene.token = tokens["access_token"]
    assert scene.rest(USERS).json["serviceErrorCode"] == 65601
    assert scene.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"
    assert "would like to" in person.authorize().text


def test_another_members_grants_are_not_touched(scene: Scene, person: Person) -> None:
    scene.put("members", "bob", name="Bob Beam", account_roles={"5001": "VIEWER"})
    scene.token = scene.new_token(ADS, LEADS, member="bob")
    exchange(scene, consent(person))
    person.press(person.open(SERVICES), remove=APP)
    assert scene.rest(USERS).status == 200


def test_the_settings_ask_who_it_is(person: Person) -> None:
    page = person.open(person.open(SERVICES).headers["location"])
    assert "Permitted services" in person.press(page, member="ada").text


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "/\\evil.example/"])
def test_signing_in_leads_to_no_other_site(person: Person, address: str) -> None:
    page = person.open("/login", next=address)
    assert "Lead forms" in person.press(page, member="ada").text
