from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from simulators.linkedin.scene import ADS, APP, LEADS, NOW, PAGES, REDIRECT, SECRET, Answer, Scene

USERS = "/adAccountUsers?q=authenticatedUser"


def authorize(scene: Scene, **changed: str) -> Answer:
    values = {
        "response_type": "code", "client_id": APP, "redirect_uri": REDIRECT, "scope": f"{ADS} {LEADS}", "state": "x/ y",
    }  # fmt: skip
    return scene.send("GET", f"/oauth/v2/authorization?{urlencode(values | changed)}")


def landed(answer: Answer) -> dict[str, str]:
    assert answer.status == 302
    assert answer.headers["location"].startswith(REDIRECT + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def exchange(scene: Scene, code: str, /, **changed: str) -> Answer:
    values = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "client_id": APP,
        "client_secret": SECRET,
    }  # fmt: skip
    return scene.oauth("accessToken", **{name: text for name, text in (values | changed).items() if text})


def test_consent_leads_to_a_token_that_works(scene: Scene) -> None:
    arrived = landed(authorize(scene))
    assert arrived["state"] == "x/ y"
    answer = exchange(scene, arrived["code"])
    assert answer.status == 200
    tokens = answer.json
    assert (tokens["expires_in"], tokens["refresh_token_expires_in"]) == (5_184_000, 31_536_000)
    assert (tokens["scope"], tokens["token_type"]) == (f"{ADS},{LEADS}", "Bearer")
    assert 450 <= len(tokens["access_token"]) <= 1000
    scene.token = tokens["access_token"]
    assert scene.rest(USERS).status == 200


def test_the_separator_of_scopes_can_be_a_space(scene: Scene) -> None:
    scene.settings(scope_separator=" ")
    assert exchange(scene, landed(authorize(scene))["code"]).json["scope"] == f"{ADS} {LEADS}"


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "nobody"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": f"{REDIRECT}#part"},
        {"scope": "r_everything"},
        {"scope": ""},
    ],
)
def test_what_cannot_be_trusted_gets_an_error_page_and_no_redirect(scene: Scene, changed: dict[str, str]) -> None:
    answer = authorize(scene, **changed)
    assert answer.status == 401
    assert "location" not in answer.headers


def test_arguments_of_the_redirect_address_are_ignored_when_matching_and_kept(scene: Scene) -> None:
    answer = authorize(scene, redirect_uri=f"{REDIRECT}?tenant=7")
    assert answer.headers["location"].startswith(f"{REDIRECT}?tenant=7&code=")


@pytest.mark.parametrize("refusal", ["user_cancelled_login", "user_cancelled_authorize"])
def test_a_member_may_refuse(scene: Scene, refusal: str) -> None:
    scene.put("apps", APP, secret=SECRET, redirect_uris=[REDIRECT], default_member="ada", consent=refusal)
    arrived = landed(authorize(scene))
    assert (arrived["error"], arrived["state"]) == (refusal, "x/ y")
    assert arrived["error_description"]
    assert "code" not in arrived


def test_a_scope_that_the_application_lacks_breaks_the_whole_consent(scene: Scene) -> None:
    scene.put("apps", APP, secret=SECRET, redirect_uris=[REDIRECT], default_member="ada", scopes=[ADS])
    assert landed(authorize(scene))["error"] == "unauthorized_scope_error"


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "client_id", "client_secret"])
def test_a_missing_parameter_is_named(scene: Scene, name: str) -> None:
    answer = exchange(scene, landed(authorize(scene))["code"], **{name: ""})
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")
    assert f'"{name}"' in answer.json["error_description"]


def test_a_code_works_once(scene: Scene) -> None:
    code = landed(authorize(scene))["code"]
    assert exchange(scene, code).status == 200
    again = exchange(scene, code)
    assert (again.status, again.json["error"]) == (400, "invalid_request")


def test_a_code_lives_thirty_minutes(scene: Scene) -> None:
    first, second = landed(authorize(scene))["code"], landed(authorize(scene))["code"]
    scene.advance(1799)
    assert exchange(scene, first).status == 200
    scene.advance(1)
    assert exchange(scene, second).json["error"] == "invalid_request"


def test_a_code_of_another_application_is_refused(scene: Scene) -> None:
    scene.put("apps", "78other", secret="o", redirect_uris=[REDIRECT], default_member="ada")
    code = landed(authorize(scene))["code"]
    answer = exchange(scene, code, client_id="78other", client_secret="o")
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")
    assert exchange(scene, code).status == 200


def test_the_redirect_address_must_be_the_same_again(scene: Scene) -> None:
    answer = exchange(scene, landed(authorize(scene))["code"], redirect_uri=f"{REDIRECT}/other")
    assert (answer.status, answer.json["error"]) == (400, "invalid_redirect_uri")


def test_a_wrong_secret_answers_401_invalid_client(scene: Scene) -> None:
    answer = exchange(scene, landed(authorize(scene))["code"], client_secret="wrong")
    assert (answer.status, answer.json["error"]) == (401, "invalid_client")


def test_refreshing_does_not_extend_the_refresh_token(scene: Scene) -> None:
    refresh_token = scene.issued["refresh_token"]
    scene.advance(59 * 86_400)
    tokens = scene.refresh(refresh_token).json
    assert (tokens["refresh_token"], tokens["refresh_token_expires_in"]) == (refresh_token, 306 * 86_400)
    assert tokens["expires_in"] == 60 * 86_400
    scene.advance(301 * 86_400)
    tokens = scene.refresh(refresh_token).json
    assert (tokens["expires_in"], tokens["refresh_token_expires_in"]) == (5 * 86_400, 5 * 86_400)
    scene.advance(5 * 86_400)
    dead = scene.refresh(refresh_token)
    assert (dead.status, dead.json["error"]) == (400, "invalid_grant")


def test_older_access_tokens_live_on_beside_a_refreshed_one(scene: Scene) -> None:
    old, new = scene.token, scene.refresh(scene.issued["refresh_token"]).json["access_token"]
    assert old != new
    for token in (old, new):
        scene.token = token
        assert scene.rest(USERS).status == 200


def test_a_rotated_refresh_token_keeps_its_end(scene: Scene) -> None:
    scene.settings(rotate_refresh_tokens=True)
    scene.advance(86_400)
    tokens = scene.refresh(scene.issued["refresh_token"]).json
    assert tokens["refresh_token"] != scene.issued["refresh_token"]
    assert tokens["refresh_token_expires_in"] == 364 * 86_400
    assert scene.refresh(tokens["refresh_token"]).status == 200


def test_a_fresh_token_may_answer_65601_for_some_seconds(scene: Scene) -> None:
    scene.settings(fresh_token_lag_s=3)
    scene.token = scene.refresh(scene.issued["refresh_token"]).json["access_token"]
    assert scene.rest(USERS).json["serviceErrorCode"] == 65601
    scene.advance(3)
    assert scene.rest(USERS).status == 200


def test_another_set_of_scopes_kills_all_older_tokens_of_the_member(scene: Scene) -> None:
    old, old_refresh = scene.token, scene.issued["refresh_token"]
    scene.put("members", "bob", account_roles={"5001": "VIEWER"})
    others = scene.new_token(ADS, member="bob")
    scene.token = scene.new_token(ADS, LEADS)
    assert scene.rest(USERS).status == 200
    scene.token = old
    assert scene.rest(USERS).json["serviceErrorCode"] == 65601
    assert scene.refresh(old_refresh).json["error"] == "invalid_grant"
    scene.token = others
    assert scene.rest(USERS).status == 200


def test_the_same_scopes_again_kill_nothing(scene: Scene) -> None:
    old = scene.new_token(ADS, PAGES)
    scene.new_token(PAGES, ADS)
    scene.token = old
    assert scene.rest(USERS).status == 200


def test_an_application_without_refresh_tokens_gets_none(scene: Scene) -> None:
    before = scene.issued["refresh_token"]
    scene.put("apps", APP, secret=SECRET, redirect_uris=[REDIRECT], default_member="ada", refresh=False)
    tokens = exchange(scene, landed(authorize(scene))["code"]).json
    assert not {"refresh_token", "refresh_token_expires_in"} & tokens.keys()
    assert scene.refresh(before).status == 400


def test_refresh_tokens_can_be_off_for_all(scene: Scene) -> None:
    scene.settings(refresh_tokens=False)
    assert "refresh_token" not in exchange(scene, landed(authorize(scene))["code"]).json


def test_two_legged_tokens_are_not_for_this_application(scene: Scene) -> None:
    answer = scene.oauth("accessToken", grant_type="client_credentials", client_id=APP, client_secret=SECRET)
    assert (answer.status, answer.json["error"]) == (400, "access_denied")


def introspect(scene: Scene, token: str, /, **changed: str) -> Answer:
    return scene.oauth("introspectToken", **({"client_id": APP, "client_secret": SECRET, "token": token} | changed))


def test_introspection_tells_times_in_seconds(scene: Scene) -> None:
    assert introspect(scene, scene.token).json == {
        "active": True,
        "client_id": APP,
        "authorized_at": NOW // 1000,
        "created_at": NOW // 1000,
        "expires_at": NOW // 1000 + 5_184_000,
        "status": "active",
        "scope": "r_marketing_leadgen_automation,r_ads,r_organization_admin,r_events",
        "auth_type": "3L",
    }


def test_introspection_knows_dead_tokens(scene: Scene) -> None:
    second = scene.refresh(scene.issued["refresh_token"]).json["access_token"]
    scene.sim("POST", "tokens/expire", {"token": scene.token})
    scene.oauth("revoke", client_id=APP, client_secret=SECRET, token=second)
    found = [(introspect(scene, token).json["active"], introspect(scene, token).json["status"]) for token in (
        scene.token, second)]  # fmt: skip
    assert found == [(False, "expired"), (False, "revoked")]


@pytest.mark.parametrize(
    ("changed", "status"), [({"client_id": "nobody"}, 400), ({"token": "garbage"}, 400), ({"client_secret": "no"}, 401)]
)
def test_introspection_refuses(scene: Scene, changed: dict[str, str], status: int) -> None:
    assert introspect(scene, scene.token, **changed).status == status


def test_userinfo_needs_openid_and_no_version(scene: Scene) -> None:
    scene.put("members", "ada", name="Ada Crane", email="ada@crane.example")
    assert scene.send("GET", "/v2/userinfo", Authorization=f"Bearer {scene.token}").status == 403
    token = scene.new_token("openid", "profile", "email")
    told = scene.send("GET", "/v2/userinfo", Authorization=f"Bearer {token}").json
    assert (told["sub"], told["given_name"], told["family_name"]) == ("ada", "Ada", "Crane")
    assert (told["email"], told["email_verified"]) == ("ada@crane.example", True)
