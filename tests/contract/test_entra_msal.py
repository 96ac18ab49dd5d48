"""Microsoft's own msal, and joserfc, which authlib stands on, unchanged, against the simulated Entra ID over TLS.

Source: msal 1.39.0; joserfc 1.8.0.
"""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msal
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import KeySet

from leadferry.clock import system_clock
from leadferry.simulators import server
from leadferry.simulators.certificates import Certificates, make_certificates
from leadferry.simulators.entra import service
from leadferry.simulators.entra.settings import TENANT_ID
from simulators.entra.directory import ADA, APP, REDIRECT, RESOURCE, SECRET, Directory, form_of

DAY_MS = 86_400_000
SCOPE = [f"{RESOURCE}/.default"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder: Path = tmp_path_factory.mktemp("certificates")
    return make_certificates(folder, datetime.datetime.now(datetime.UTC))


@pytest.fixture
def running(files: Certificates, monkeypatch: pytest.MonkeyPatch) -> Iterator[server.Running]:
    # requests prefers this variable, where it is set, over the `verify` of a session.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(files.ca))
    with service.start(system_clock, certificate=files.certificate, key=files.key) as found:
        yield found


@pytest.fixture
def directory(running: server.Running, files: Certificates) -> Iterator[Directory]:
    found = Directory(running.url, ssl.create_default_context(cafile=str(files.ca)))
    found.build()
    yield found
    found.http.close()


def client(directory: Directory, credential: Any = SECRET) -> Any:
    return msal.ConfidentialClientApplication(
        APP, client_credential=credential, authority=directory.root, instance_discovery=False
    )


def certificate(days: int) -> tuple[dict[str, str], str]:
    """(msal's credential, the PEM to register); valid for so many days from now."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "app")])
    now = datetime.datetime.now(datetime.UTC)
    until = now + datetime.timedelta(days=days)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, until).sign(key, hashes.SHA256())
    pem = made.public_bytes(serialization.Encoding.PEM).decode()
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
    return {"private_key": private, "public_certificate": pem}, pem


def test_msal_gets_a_token_by_secret(directory: Directory) -> None:
    assert client(directory).acquire_token_for_client(SCOPE)["access_token"]
    assert "AADSTS7000215" in client(directory, "wrong").acquire_token_for_client(SCOPE)["error_description"]


def test_msal_is_told_that_a_secret_has_expired(directory: Directory) -> None:
    directory.build(secrets=[{"value": SECRET, "expires_at": system_clock() - 1}])
    assert "AADSTS7000222" in client(directory).acquire_token_for_client(SCOPE)["error_description"]


def test_msal_gets_a_token_by_certificate_until_it_expires(directory: Directory) -> None:
    credential, pem = certificate(days=30)
    unknown = client(directory, credential).acquire_token_for_client(SCOPE)
    assert "The key was not found" in unknown["error_description"]
    directory.build(certificates=[pem])
    assert client(directory, credential).acquire_token_for_client(SCOPE)["access_token"]
    directory.sim("POST", "clock", {"advance_ms": 31 * DAY_MS})
    expired = client(directory, credential).acquire_token_for_client(SCOPE)
    assert expired["error"] == "invalid_client"
    assert "AADSTS700027" in expired["error_description"]
    assert "The key used is expired" in expired["error_description"]


def test_msal_signs_a_person_in_with_pkce_and_refreshes(directory: Directory) -> None:
    """msal makes state, nonce and code challenge, and checks the id token it gets."""
    application = client(directory)
    flow = application.initiate_auth_code_flow(SCOPE, redirect_uri=REDIRECT, response_mode="form_post")
    address, arrived = form_of(directory.press(directory.http.get(flow["auth_uri"]), person=ADA))
    assert address == REDIRECT
    found = application.acquire_token_by_auth_code_flow(flow, arrived)
    assert found["id_token_claims"]["oid"] == ADA
    (account,) = application.get_accounts()
    assert account["username"] == "ada@crane.example"
    renewed = application.acquire_token_silent_with_error(SCOPE, account, force_refresh=True)
    assert renewed["access_token"] != found["access_token"]


def test_msal_without_its_verifier_is_refused(directory: Directory) -> None:
    application = client(directory)
    flow = application.initiate_auth_code_flow(SCOPE, redirect_uri=REDIRECT, response_mode="form_post")
    _, arrived = form_of(directory.press(directory.http.get(flow["auth_uri"]), person=ADA))
    found = application.acquire_token_by_auth_code_flow({**flow, "code_verifier": "w" * 43}, arrived)
    assert "AADSTS501481" in found["error_description"]


def test_joserfc_accepts_the_id_token_and_its_times(directory: Directory) -> None:
    keys = KeySet.import_key_set(directory.http.get(f"{directory.root}/discovery/v2.0/keys").json())
    token = jwt.decode(directory.exchange(directory.sign_in()).json()["id_token"], keys, algorithms=["RS256"])
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": f"{directory.root}/v2.0"}, aud={"essential": True, "value": APP},
        nonce={"essential": True, "value": "n-1"}, tid={"essential": True, "value": TENANT_ID},
        exp={"essential": True},
    )  # fmt: skip
    rules.validate(token.claims)
