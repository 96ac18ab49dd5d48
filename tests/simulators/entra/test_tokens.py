"""The token endpoint: what a code, a refresh token and an application's credentials are worth, and for how long."""

from __future__ import annotations

import base64
from typing import Any

import jwt
import pytest

from leadferry.simulators.entra.settings import TENANT_ID
from simulators.entra.directory import (
    ADA,
    APP,
    CHALLENGE,
    NOW_MS,
    REDIRECT,
    RESOURCE,
    SECRET,
    VERIFIER,
    Directory,
    refused,
)

PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
DEFAULT = f"{RESOURCE}/.default"


def verified(directory: Directory, token: str, audience: str) -> dict[str, Any]:
    """By PyJWT, with the published key that the token names; times are judged by the directory's clock elsewhere."""
    keys = directory.http.get(f"{directory.root}/discovery/v2.0/keys").json()
    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
    found: dict[str, Any] = jwt.decode(
        token, key, algorithms=["RS256"], audience=audience, options={"verify_exp": False, "verify_nbf": False,
                                                                     "verify_iat": False}
    )  # fmt: skip
    return found


def for_application(directory: Directory, /, **changed: str) -> Any:
    return directory.token(**({"grant_type": "client_credentials", "scope": DEFAULT} | changed))


def test_discovery_names_its_own_addresses(directory: Directory) -> None:
    about = directory.http.get(f"{directory.root}/v2.0/.well-known/openid-configuration").json()
    assert about["issuer"] == f"{directory.root}/v2.0"
    assert about["authorization_endpoint"] == f"{directory.root}/oauth2/v2.0/authorize"
    assert about["end_session_endpoint"] == f"{directory.root}/oauth2/v2.0/logout"
    assert about["code_challenge_methods_supported"] == ["S256"]
    answer = directory.http.get(f"{directory.url}/another/v2.0/.well-known/openid-configuration")
    assert refused(answer) == (400, "invalid_request", "AADSTS90002")


def test_the_id_token_says_who_signed_in(directory: Directory) -> None:
    token = directory.exchange(directory.sign_in()).json()["id_token"]
    claims = verified(directory, token, APP)
    assert {name: claims[name] for name in claims if name not in {"sub", "uti"}} == {
        "aud": APP, "iss": f"{directory.root}/v2.0", "tid": TENANT_ID, "oid": ADA, "ver": "2.0", "nonce": "n-1",
        "name": "Ada Crane", "preferred_username": "ada@crane.example", "email": "ada@crane.example",
        "iat": NOW_MS // 1000, "nbf": NOW_MS // 1000, "exp": NOW_MS // 1000 + 3_599,
    }  # fmt: skip


def test_a_person_has_another_sub_for_each_application(directory: Directory) -> None:
    other = "2b1c7f52-0000-4b64-9c39-5f2f0f6c0009"
    directory.put("apps", other, secrets=[{"value": SECRET}], redirect_uris=[REDIRECT])
    mine = directory.exchange(directory.sign_in()).json()["id_token"]
    theirs = directory.exchange(directory.sign_in(client_id=other, prompt="login"), client_id=other).json()["id_token"]
    assert verified(directory, mine, APP)["sub"] != verified(directory, theirs, other)["sub"]


def test_without_the_scopes_the_id_token_says_less(directory: Directory) -> None:
    token = directory.exchange(directory.sign_in(scope="openid")).json()["id_token"]
    assert not {"name", "preferred_username", "email"} & verified(directory, token, APP).keys()


def test_a_code_works_once_and_for_ten_minutes(directory: Directory) -> None:
    first, second = directory.sign_in(), directory.sign_in(prompt="login")
    assert directory.exchange(first).status_code == 200
    assert refused(directory.exchange(first)) == (400, "invalid_grant", "AADSTS54005")
    directory.advance(600)
    assert refused(directory.exchange(second)) == (400, "invalid_grant", "AADSTS70008")


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({"code": "made-up"}, (400, "invalid_grant", "AADSTS70000")),
        ({"redirect_uri": f"{REDIRECT}/other"}, (401, "invalid_client", "AADSTS500112")),
        ({"redirect_uri": ""}, (400, "invalid_request", "AADSTS900144")),
        ({"client_secret": "wrong"}, (401, "invalid_client", "AADSTS7000215")),
        ({"client_secret": ""}, (401, "invalid_client", "AADSTS7000218")),
        ({"client_id": "nobody"}, (400, "unauthorized_client", "AADSTS700016")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", "AADSTS70003")),
        ({"scope": f"openid {DEFAULT}"}, (400, "invalid_grant", "AADSTS65001")),
    ],
)
def test_an_exchange_is_refused(directory: Directory, changed: dict[str, str], answer: tuple[int, str, str]) -> None:
    code = directory.sign_in()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **changed}
    assert refused(directory.token(**form)) == answer


def test_a_code_of_another_application_is_worth_nothing(directory: Directory) -> None:
    other = "2b1c7f52-0000-4b64-9c39-5f2f0f6c0009"
    directory.put("apps", other, secrets=[{"value": SECRET}], redirect_uris=[REDIRECT])
    answer = directory.exchange(directory.sign_in(), client_id=other)
    assert refused(answer) == (400, "invalid_grant", "AADSTS70000")


@pytest.mark.parametrize(
    ("challenge", "verifier", "status"),
    [(PKCE, VERIFIER, 200), (PKCE, "w" * 50, 400), (PKCE, "", 400), ({}, VERIFIER, 400), ({}, "", 200)],
)
def test_a_code_challenge_is_enforced(
    directory: Directory, challenge: dict[str, str], verifier: str, status: int
) -> None:
    answer = directory.exchange(directory.sign_in(**challenge), code_verifier=verifier)
    assert answer.status_code == status
    if status == 400:
        assert refused(answer) == (400, "invalid_grant", "AADSTS501481")


def test_a_secret_can_come_in_the_header(directory: Directory) -> None:
    basic = base64.b64encode(f"{APP}:s3cret%7Evalue".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": DEFAULT}
    answer = directory.http.post(
        f"{directory.root}/oauth2/v2.0/token", data=form, headers={"Authorization": f"Basic {basic}"}
    )
    assert answer.status_code == 200


def test_an_application_gets_a_token_for_a_resource(directory: Directory) -> None:
    answer = for_application(directory).json()
    claims = verified(directory, answer["access_token"], RESOURCE)
    assert (claims["appid"], claims["tid"], claims["idtyp"]) == (APP, TENANT_ID, "app")
    assert "scp" not in claims
    assert not {"refresh_token", "id_token"} & answer.keys()


@pytest.mark.parametrize(
    ("scope", "error", "number"),
    [
        ("https://elsewhere.example/.default", "invalid_resource", "AADSTS500011"),
        (f"{RESOURCE}/user_impersonation", "invalid_scope", "AADSTS1002012"),
    ],
)
def test_an_application_asks_for_the_whole_of_a_known_resource(
    directory: Directory, scope: str, error: str, number: str
) -> None:
    assert refused(for_application(directory, scope=scope)) == (400, error, number)


def test_a_secret_ends_at_its_moment(directory: Directory) -> None:
    """Reproducible by the clock: the second secret goes on."""
    secrets = [{"value": "old", "expires_at": NOW_MS + 60_000}, {"value": "new", "expires_at": NOW_MS + 120_000}]
    directory.build(secrets=secrets)
    directory.advance(59)
    assert for_application(directory, client_secret="old").status_code == 200
    directory.advance(1)
    assert refused(for_application(directory, client_secret="old")) == (401, "invalid_client", "AADSTS7000222")
    assert for_application(directory, client_secret="new").status_code == 200


def test_a_person_lets_the_application_call_dynamics(directory: Directory) -> None:
    code = directory.sign_in(scope=f"openid {RESOURCE}/user_impersonation")
    claims = verified(directory, directory.exchange(code).json()["access_token"], RESOURCE)
    assert (claims["oid"], claims["scp"], claims["appid"]) == (ADA, "user_impersonation", APP)


def refresh(directory: Directory, text: str, /, **more: str) -> Any:
    return directory.token(grant_type="refresh_token", refresh_token=text, **more)


def test_a_refresh_token_needs_offline_access_and_gives_new_tokens(directory: Directory) -> None:
    assert "refresh_token" not in directory.exchange(directory.sign_in()).json()
    code = directory.sign_in(scope="openid profile offline_access", prompt="login")
    first = directory.exchange(code).json()
    again = refresh(directory, first["refresh_token"]).json()
    assert again["refresh_token"] != first["refresh_token"]
    assert verified(directory, again["id_token"], APP)["oid"] == ADA
    for_dynamics = refresh(directory, again["refresh_token"], scope=DEFAULT).json()["access_token"]
    assert verified(directory, for_dynamics, RESOURCE)["scp"] == "user_impersonation"


def test_a_refresh_token_ends_with_its_life_and_with_its_person(directory: Directory) -> None:
    text = directory.exchange(directory.sign_in(scope="openid offline_access")).json()["refresh_token"]
    directory.put("people", ADA, name="Ada Crane", email="ada@crane.example", disabled=True)
    assert refused(refresh(directory, text)) == (400, "invalid_grant", "AADSTS50057")
    directory.build()
    directory.advance(90 * 86_400)
    assert refused(refresh(directory, text)) == (400, "invalid_grant", "AADSTS70008")
    assert refused(refresh(directory, "made-up")) == (400, "invalid_grant", "AADSTS70000")


def test_a_new_key_signs_and_the_older_one_is_still_published(directory: Directory) -> None:
    before = for_application(directory).json()["access_token"]
    directory.sim("POST", "keys")
    after = for_application(directory).json()["access_token"]
    assert jwt.get_unverified_header(before)["kid"] != jwt.get_unverified_header(after)["kid"]
    for token in (before, after):
        assert verified(directory, token, RESOURCE)["appid"] == APP
