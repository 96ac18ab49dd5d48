from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from leadferry.dataverse.tokens_client import ClientCredentials
from leadferry.errors import DataverseError
from leadferry.http_client import HttpClient
from leadferry.simulators.certificates import Certificates, make_certificates
from leadferry.simulators.server import Request, Response, Switchboard, json_response, start
from scripted_service import CUT, Service, Time, longest

ORG = "https://contoso.crm.dynamics.com"


def granted(token: str, seconds: int = 3600) -> Response:
    return json_response({"token_type": "Bearer", "expires_in": seconds, "access_token": token})


def refused(error: str, description: str, status: int = 401) -> Response:
    return json_response({"error": error, "error_description": description}, status)


@pytest.fixture
def credentials(service: Service, time: Time) -> ClientCredentials:
    return ClientCredentials(
        service.url, "contoso.example", "app-1", ORG + "/", secret="s3cret&", http=HttpClient(),
        clock=time.clock, sleep=time.sleep, jitter=longest,
    )  # fmt: skip


def test_the_request_is_that_of_the_contract(credentials: ClientCredentials, service: Service) -> None:
    service.will(granted("a"))
    assert credentials.token() == "a"
    asked = service.asked[0]
    assert (asked.method, asked.path) == ("POST", "/contoso.example/oauth2/v2.0/token")
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["app-1"],
        "client_secret": ["s3cret&"],
        "scope": [f"{ORG}/.default"],
    }


def test_a_token_is_kept_until_shortly_before_its_end(
    credentials: ClientCredentials, service: Service, time: Time
) -> None:
    service.will(granted("a"), granted("b"))
    assert credentials.token() == "a"
    time.now_ms += 3_299_000
    assert credentials.token() == "a"
    time.now_ms += 1_000
    assert credentials.token() == "b"
    assert len(service.asked) == 2


def test_a_short_life_is_not_all_margin(credentials: ClientCredentials, service: Service, time: Time) -> None:
    service.will(granted("a", 60), granted("b", 60))
    assert credentials.token() == credentials.token() == "a"
    time.now_ms += 30_000
    assert credentials.token() == "b"


def test_a_refused_token_is_renewed_once_however_many_threads_ask(
    credentials: ClientCredentials, service: Service
) -> None:
    service.will(granted("a"), granted("b"))
    refused_token = credentials.token()
    threads = [threading.Thread(target=credentials.renewed, args=(refused_token,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert credentials.token() == "b"
    assert len(service.asked) == 2


@pytest.mark.parametrize(
    ("error", "description", "code", "message"),
    [
        ("invalid_client", "AADSTS7000215: Invalid client secret provided.", "dataverse-bad-secret", "app-1"),
        ("invalid_client", "AADSTS7000222: The keys are expired.", "dataverse-secret-expired", "has expired"),
        ("invalid_client", "AADSTS12: other", "dataverse-bad-secret", "app-1"),
        ("invalid_request", "AADSTS90002: Tenant not found.", "dataverse-unknown-tenant", "contoso.example"),
        ("unauthorized_client", "AADSTS700016: no such app", "dataverse-unknown-app", "app-1"),
        ("invalid_resource", "AADSTS500011: no such resource", "dataverse-unknown-environment", ORG),
        ("invalid_scope", "AADSTS70011: bad scope", "dataverse-unauthorized", "AADSTS70011"),
    ],
)
def test_refusals_say_what_is_wrong_and_never_the_secret(
    credentials: ClientCredentials, service: Service, error: str, description: str, code: str, message: str
) -> None:
    service.will(refused(error, description))
    with pytest.raises(DataverseError, match=message) as caught:
        credentials.token()
    assert caught.value.code == code
    assert caught.value.fix
    assert "s3cret" not in str(caught.value) + repr(credentials)
    assert len(service.asked) == 1


def test_trouble_on_the_way_is_repeated(credentials: ClientCredentials, service: Service, time: Time) -> None:
    service.will(CUT, Response(503), granted("a"))
    assert credentials.token() == "a"
    assert time.slept == [1.0, 2.0]
    service.will(*[Response(503)] * 3)
    with pytest.raises(DataverseError) as caught:
        credentials.renewed("a")
    assert caught.value.code == "dataverse-unavailable"


def test_an_unreachable_authority_is_named(time: Time) -> None:
    credentials = ClientCredentials("https://leadferry.invalid", "t", "c", ORG, secret="s", sleep=time.sleep)
    with pytest.raises(DataverseError, match=r"leadferry\.invalid cannot be reached") as caught:
        credentials.token()
    assert caught.value.code == "dataverse-unreachable"


# Certificates


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("ca"), datetime.datetime.now(datetime.UTC))


@pytest.fixture
def entra(certificates: Certificates) -> Iterator[Service]:
    """msal wants https and asks for the tenant's configuration first."""

    def answer(request: Request) -> Response:
        base = f"{request.base_url}/t1"
        if request.path.endswith("/.well-known/openid-configuration"):
            return json_response({
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "issuer": f"{base}/v2.0",
            })  # fmt: skip
        return granted("by certificate")

    service = Service(answer)
    with start(
        Switchboard(service.answer, lambda _: "", lambda: None),
        certificate=certificates.certificate,
        key=certificates.key,
    ) as running:
        service.url = running.url
        yield service


@pytest.fixture
def app_pem() -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "app")])
    since = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    until = since + datetime.timedelta(days=900)
    built = x509.CertificateBuilder(name, name, key.public_key(), 7, since, until).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return (secret + built.public_bytes(pem)).decode()


def test_a_certificate_signs_in_with_an_assertion(entra: Service, certificates: Certificates, app_pem: str) -> None:
    http = HttpClient(ca_file=certificates.ca)
    credentials = ClientCredentials(entra.url, "t1", "app-1", ORG, certificate_pem=app_pem, http=http)
    assert credentials.token() == credentials.token() == "by certificate"
    form = parse_qs(entra.asked[-1].body.decode())
    assert form["client_assertion_type"] == ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    assert form["client_assertion"][0].count(".") == 2
    assert form["scope"][0].split()[0] == f"{ORG}/.default"
    assert "client_secret" not in form


def test_a_certificate_without_key_is_refused(service: Service, certificates: Certificates) -> None:
    pem = Path(certificates.certificate).read_text()
    credentials = ClientCredentials(service.url, "t1", "app-1", ORG, certificate_pem=pem)
    with pytest.raises(DataverseError, match="private key") as caught:
        credentials.token()
    assert caught.value.code == "dataverse-bad-certificate"
    assert service.asked == []
