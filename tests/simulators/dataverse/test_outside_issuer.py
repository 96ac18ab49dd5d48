"""Bearer tokens of an identity provider outside the environment. Contract: dataverse-api, sections 1.1, 1.2 and 1.4."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from leadferry.simulators import server
from leadferry.simulators.certificates import make_certificates
from leadferry.simulators.dataverse import users
from leadferry.simulators.entra import service as entra
from leadferry.simulators.entra.memory import Memory
from leadferry.simulators.jwts import Claims, SigningKey
from simulators.dataverse.talking import NOW_MS, Api, code
from simulators.entra.directory import ADA, APP, Directory

PERSON_ID = "5e000000-0000-4000-8000-0000000000ad"
APPLICATION_ID = "5e000000-0000-4000-8000-0000000000a0"


@pytest.fixture
def directory(api: Api, tmp_path: Path) -> Iterator[Directory]:
    """The environment trusts it; its application is a user of the environment."""
    with entra.start(lambda: NOW_MS, path=tmp_path / "entra.db") as running:
        found = Directory(running.url)
        found.build(resources=[api.url])
        api.control("PATCH", "settings", {"trusted_authority": found.root})
        api.control("PUT", f"users/{APPLICATION_ID}", {"application_id": APP, "name": "Outside"})
        yield found
        found.http.close()


def application_token(directory: Directory, resource: str) -> str:
    answer = directory.token(grant_type="client_credentials", scope=f"{resource}/.default")
    return str(answer.json()["access_token"])


def who_am_i(api: Api, token: str) -> httpx2.Response:
    return api("GET", "WhoAmI", Authorization=f"Bearer {token}")


def asked_for_keys(directory: Directory) -> int:
    found: int = directory.sim("GET", "stats")["requests"].get("GET keys", 0)
    return found


def test_a_token_of_the_trusted_provider_is_the_application_user(api: Api, directory: Directory) -> None:
    answer = who_am_i(api, application_token(directory, api.url))
    assert (answer.status_code, answer.json()["UserId"]) == (200, APPLICATION_ID)


def test_a_persons_token_is_the_user_with_that_object_id(api: Api, directory: Directory) -> None:
    code_ = directory.sign_in(scope=f"openid {api.url}/user_impersonation")
    token = directory.exchange(code_).json()["access_token"]
    assert code(who_am_i(api, token)) == (403, "0x80072560")
    api.control("PUT", f"users/{PERSON_ID}", {"entra_object_id": ADA, "name": "Ada"})
    assert who_am_i(api, token).json()["UserId"] == PERSON_ID


def test_its_own_tokens_are_still_good(api: Api, directory: Directory) -> None:
    assert who_am_i(api, api.token).json()["UserId"] == users.USER_ID


def test_the_challenge_names_the_trusted_provider(api: Api, directory: Directory) -> None:
    answer = api.http.get(f"{api.root}/WhoAmI")
    assert answer.headers["WWW-Authenticate"] == (
        f"Bearer authorization_uri={directory.root}/oauth2/authorize, resource_id={api.url}/"
    )


def test_a_token_for_somebody_else_is_challenged(api: Api, directory: Directory) -> None:
    directory.build(resources=["https://elsewhere.example"])
    assert who_am_i(api, application_token(directory, "https://elsewhere.example")).status_code == 401


def test_an_expired_token_is_challenged(api: Api, directory: Directory) -> None:
    token = application_token(directory, api.url)
    api.control("POST", "clock", {"advance_ms": 3_599_000})
    assert who_am_i(api, token).status_code == 401


def test_nobody_is_trusted_until_told(api: Api, directory: Directory) -> None:
    token = application_token(directory, api.url)
    api.control("PATCH", "settings", {"trusted_authority": ""})
    assert who_am_i(api, token).status_code == 401


def test_the_keys_are_fetched_once_and_again_for_a_key_that_is_new(api: Api, directory: Directory) -> None:
    for _ in range(3):
        who_am_i(api, application_token(directory, api.url))
    assert asked_for_keys(directory) == 1
    directory.sim("POST", "keys")
    api.control("POST", "clock", {"advance_ms": 1_000})
    assert who_am_i(api, application_token(directory, api.url)).status_code == 200
    assert asked_for_keys(directory) == 2


def claims(api: Api, directory: Directory) -> Claims:
    now = NOW_MS // 1000
    known = {"aud": api.url, "iss": f"{directory.root}/", "tid": directory.root.rpartition("/")[2], "appid": APP}
    return known | {"iat": now, "nbf": now, "exp": now + 60}


def test_a_token_signed_by_another_key_is_challenged(api: Api, directory: Directory) -> None:
    """Even under the name of a published key, or with no signature at all."""
    real = application_token(directory, api.url)
    forged = SigningKey().sign(claims(api, directory))
    head = real.partition(".")[0]
    for token in (forged, f"{head}.{forged.partition('.')[2]}", f"{real.rpartition('.')[0]}.", "no.token", "a.b.c"):
        assert who_am_i(api, token).status_code == 401


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200),
        ({"tid": "7a0c1f52-0000-4b64-9c39-000000000000"}, 401),
        ({"iss": "https://sts.windows.net/elsewhere/"}, 401),
        ({"nbf": NOW_MS // 1000 + 301}, 401),
        ({"exp": "never"}, 401),
    ],
)
def test_the_right_key_alone_is_not_enough(
    api: Api, directory: Directory, tmp_path: Path, changed: Claims, status: int
) -> None:
    (key,) = Memory(tmp_path / "entra.db", lambda: NOW_MS).keys
    assert who_am_i(api, key.sign(claims(api, directory) | changed)).status_code == status


def test_a_provider_out_of_reach_leaves_its_tokens_unaccepted(api: Api, directory: Directory) -> None:
    token = application_token(directory, api.url)
    directory.sim("POST", "faults", {"kind": "cut_before", "path": "openid-configuration"})
    assert who_am_i(api, token).status_code == 401
    api.control("POST", "clock", {"advance_ms": 1_000})
    assert who_am_i(api, token).status_code == 200


def test_the_provider_may_speak_tls(api: Api, tmp_path: Path) -> None:
    files = make_certificates(tmp_path, datetime.datetime.now(datetime.UTC))
    running: server.Running
    with entra.start(lambda: NOW_MS, certificate=files.certificate, key=files.key) as running:
        directory = Directory(running.url, ssl.create_default_context(cafile=str(files.ca)))
        directory.build(resources=[api.url])
        api.control("PUT", f"users/{APPLICATION_ID}", {"application_id": APP})
        token = application_token(directory, api.url)
        api.control("PATCH", "settings", {"trusted_authority": directory.root})
        assert who_am_i(api, token).status_code == 401
        api.control("PATCH", "settings", {"trusted_ca_file": str(files.ca)})
        api.control("POST", "clock", {"advance_ms": 1_000})
        assert who_am_i(api, token).status_code == 200
        directory.http.close()
