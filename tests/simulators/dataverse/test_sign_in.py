"""Tokens, challenges, and acting for another user. Contract: dataverse-api, section 1."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import httpx2
import msal
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from leadferry.clock import system_clock
from leadferry.simulators import server
from leadferry.simulators.certificates import make_certificates
from leadferry.simulators.dataverse import service, users
from leadferry.simulators.dataverse.model import Catalog
from simulators.dataverse.talking import NOW_MS, Api, code, message

OTHER = "11111111-1111-4111-8111-111111111111"


def test_who_am_i_names_the_user_and_hints_at_parallelism(api: Api) -> None:
    for tail in ("WhoAmI", "WhoAmI()"):
        answer = api("GET", tail)
        assert answer.json() == {
            "@odata.context": f"{api.root}/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse",
            "BusinessUnitId": users.BUSINESS_UNIT_ID,
            "UserId": users.USER_ID,
            "OrganizationId": users.ORGANIZATION_ID,
        }
        assert answer.headers["x-ms-dop-hint"] == "4"


def test_no_token_is_challenged_with_the_authority_and_no_json(api: Api) -> None:
    answer = api.http.get(f"{api.root}/WhoAmI")
    assert answer.status_code == 401
    assert answer.content == b""
    assert answer.headers["WWW-Authenticate"] == (
        f"Bearer authorization_uri={api.url}/{users.TENANT_ID}/oauth2/authorize, resource_id={api.url}/"
    )


def test_an_expired_token_is_challenged(api: Api) -> None:
    assert api("GET", "WhoAmI").status_code == 200
    api.control("POST", "clock", {"advance_ms": 3_600_000})
    assert api("GET", "WhoAmI").status_code == 401


def test_a_forged_token_is_challenged(api: Api) -> None:
    head, body, _ = api.token.split(".")
    api.token = f"{head}.{body}.AAAA"
    assert api("GET", "WhoAmI").status_code == 401


def test_a_token_has_the_documented_shape(api: Api) -> None:
    found = api.sign_in(users.CLIENT_ID, users.CLIENT_SECRET)
    assert (found["token_type"], found["expires_in"]) == ("Bearer", 3599)


@pytest.mark.parametrize(
    ("form", "error", "number"),
    [
        ({"client_secret": "wrong"}, "invalid_client", "AADSTS7000215"),
        ({"client_id": OTHER}, "unauthorized_client", "AADSTS700016"),
        ({"scope": "https://elsewhere.example/.default"}, "invalid_resource", "AADSTS500011"),
        ({"scope": "user_impersonation"}, "invalid_scope", "AADSTS1002012"),
        ({"grant_type": "password"}, "unsupported_grant_type", "AADSTS70003"),
    ],
)
def test_a_token_is_refused_with_the_identity_providers_number(
    api: Api, form: dict[str, str], error: str, number: str
) -> None:
    found = api.sign_in(**{"client_id": users.CLIENT_ID, "secret": users.CLIENT_SECRET, **form})
    assert found["error"] == error
    assert found["error_description"].startswith(f"{number}: ")


def test_an_expired_secret_is_refused_with_7000222(api: Api) -> None:
    api.control("PUT", f"users/{users.USER_ID}", {"secret_expired": True})
    found = api.sign_in(users.CLIENT_ID, users.CLIENT_SECRET)
    assert found["error_description"].startswith("AADSTS7000222: ")


def test_an_application_that_is_no_user_here_gets_403(api: Api) -> None:
    api.control("PUT", f"users/{OTHER}", {"application_id": OTHER, "secret": "s", "member": False})
    answer = Api(api.url, OTHER, "s")("GET", "WhoAmI")
    assert code(answer) == (403, "0x80072560")
    assert message(answer) == "The user is not a member of the organization."


def test_a_disabled_user_gets_403(api: Api) -> None:
    api.control("PUT", f"users/{users.USER_ID}", {"disabled": True})
    assert code(api("GET", "WhoAmI")) == (403, "0x80040225")


def test_rows_made_for_another_user_are_theirs_and_name_the_real_caller(api: Api) -> None:
    api.control("PUT", f"users/{OTHER}", {"entra_object_id": OTHER, "name": "Ana"})
    for header in ("CallerObjectId", "MSCRMCallerID"):
        answer = api("POST", "leads", {"lastname": header}, **{header: OTHER})
        assert answer.status_code == 204
    for row in api.rows("lead", "createdby", "ownerid", "createdonbehalfby"):
        assert row == {"createdby": OTHER, "ownerid": OTHER, "createdonbehalfby": users.USER_ID}


def test_acting_for_another_needs_the_privilege_and_both_users_rights(api: Api) -> None:
    api.control("PUT", f"users/{OTHER}", {"entra_object_id": OTHER, "privileges": ["prvReadLead"]})
    assert code(api("POST", "leads", {"lastname": "x"}, CallerObjectId=OTHER)) == (403, "0x80040220")
    api.control("PUT", f"users/{users.USER_ID}", {"privileges": ["prvCreateLead"]})
    answer = api("POST", "leads", {"lastname": "x"}, CallerObjectId=OTHER)
    assert "prvActOnBehalfOfAnotherUser" in message(answer)


@pytest.fixture
def secured(tmp_path: Path, catalog: Catalog) -> server.Running:
    files = make_certificates(tmp_path, datetime.datetime.now(datetime.UTC))
    return service.start(system_clock, catalog, certificate=files.certificate, key=files.key)


def test_msal_gets_tokens_by_secret_and_by_certificate(
    secured: server.Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # requests prefers this variable, where it is set, over the `verify` of a session.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "app")])
    now = datetime.datetime.now(datetime.UTC)
    until = now + datetime.timedelta(days=1)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, now, until).sign(key, hashes.SHA256())
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    with secured, httpx2.Client(verify=ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))) as http:
        by_secret = _token(secured.url, tmp_path, users.CLIENT_SECRET)
        assert "access_token" in by_secret, by_secret
        credential = {"private_key": private, "public_certificate": pem}
        unknown = _token(secured.url, tmp_path, credential)
        assert unknown["error_description"].startswith("AADSTS700027: ")
        http.put(f"{secured.url}/__sim/users/{users.USER_ID}", json={"certificates": [pem]})
        by_certificate = _token(secured.url, tmp_path, credential)
        assert "access_token" in by_certificate, by_certificate
        headers = {"Authorization": f"Bearer {by_certificate['access_token']}"}
        assert http.get(f"{secured.url}/api/data/v9.2/WhoAmI", headers=headers).status_code == 200


def _token(url: str, folder: Path, credential: object) -> dict[str, str]:
    application = msal.ConfidentialClientApplication(
        users.CLIENT_ID, client_credential=credential, authority=f"{url}/{users.TENANT_ID}",
        instance_discovery=False, verify=str(folder / "ca.pem"),
    )  # fmt: skip
    found: dict[str, str] = application.acquire_token_for_client([f"{url}/.default"])
    return found


def test_the_tests_clock_is_what_the_service_believes(api: Api) -> None:
    api.make("leads", lastname="x")
    assert api.rows("lead", "createdon") == [{"createdon": "2026-11-23T10:00:00Z"}]
    assert NOW_MS == 1_795_428_000_000
