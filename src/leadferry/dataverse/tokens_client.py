"""Access tokens for one environment: client credentials, kept until shortly before they expire. Thread-safe.

Source: docs `data-platform/use-single-tenant-server-server-authentication.md`; dataverse-api 1.1.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import msgspec

from leadferry.clock import Clock, system_clock
from leadferry.dataverse.sign_in import sign_in_error
from leadferry.errors import DataverseError
from leadferry.http_client import Http, HttpClient, NoAnswerError, NotSentError
from leadferry.words import _

AUTHORITY = "https://login.microsoftonline.com"
TRIES = 3


class Tokens(Protocol):
    """What the client needs; tests may hand in their own."""

    def token(self) -> str: ...

    def renewed(self, refused: str) -> str:
        """A token other than the one that was refused."""
        ...


class _Answer(msgspec.Struct):
    access_token: str = ""
    expires_in: int | str = 3599
    error: str = ""
    error_description: str = ""


_DECODER = msgspec.json.Decoder(_Answer)


class ClientCredentials:
    """Signs an app in with its secret, or with a certificate (PEM text with private key and certificate).

    The secret goes in one POST of our own: importing msal takes longer than all else (docs/decisions/0004-http.md). A
    certificate's signed assertion is msal's business. Asking for a token may always be repeated.
    """

    def __init__(
        self,
        authority: str,
        tenant: str,
        client_id: str,
        url: str,
        *,
        secret: str = "",
        certificate_pem: str = "",
        http: Http | None = None,
        clock: Clock = system_clock,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
        margin_s: int = 300,
    ) -> None:
        self.authority, self.tenant = (authority or AUTHORITY).rstrip("/"), tenant
        self.client_id, self.url = client_id, url.rstrip("/")
        self._secret, self._certificate = secret, certificate_pem
        self._http = http or HttpClient()
        self._clock, self._sleep, self._jitter, self._margin_ms = clock, sleep, jitter, margin_s * 1000
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = 0

    def token(self) -> str:
        """Raises DataverseError with a `dataverse-…` code that says what Entra did not like."""
        with self._lock:
            if not self._token or self._clock() >= self._renew_at:
                self._fetch()
            return self._token

    def renewed(self, refused: str) -> str:
        """After a 401: fetches anew unless another thread has done it already."""
        with self._lock:
            if self._token == refused:
                self._fetch()
            return self._token

    def _fetch(self) -> None:
        answer = self._by_certificate() if self._certificate else self._by_secret()
        life_ms = int(answer.expires_in) * 1000
        self._token = answer.access_token
        self._renew_at = self._clock() + life_ms - min(self._margin_ms, life_ms // 2)

    def _by_secret(self) -> _Answer:
        """POST {authority}/{tenant}/oauth2/v2.0/token, grant_type=client_credentials."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self._secret,
            "scope": f"{self.url}/.default",
        }
        url = f"{self.authority}/{quote(self.tenant, safe='')}/oauth2/v2.0/token"
        for attempt in range(1, TRIES + 1):
            last = attempt == TRIES
            try:
                status, answer = self._post(url, urlencode(form).encode())
            except (NotSentError, NoAnswerError) as error:
                if last or (isinstance(error, NotSentError) and error.unknown_host):
                    raise self._unreachable(str(error)) from error
            else:
                if status == 200 and answer.access_token:
                    return answer
                if last or not (status == 429 or status >= 500):
                    raise self._refused(status, answer)
            self._sleep(self._jitter(0, 0.5 * 2**attempt))
        raise AssertionError

    def _post(self, url: str, body: bytes) -> tuple[int, _Answer]:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = self._http.send("POST", url, headers, body, timeout_s=30)
        try:
            return answer.status, _DECODER.decode(answer.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return answer.status, _Answer()

    def _by_certificate(self) -> _Answer:
        """msal's `acquire_token_for_client`; its own cache is not used, ours decides when to ask."""
        import msal

        key, thumbprint, public = _taken_apart(self._certificate)
        try:
            app = msal.ConfidentialClientApplication(
                self.client_id,
                client_credential={"private_key": key, "thumbprint": thumbprint, "public_certificate": public},
                authority=f"{self.authority}/{self.tenant}",
                instance_discovery=False,
                http_client=_ForMsal(self._http),
            )
            found: dict[str, Any] = app.acquire_token_for_client([f"{self.url}/.default"])
        except (NotSentError, NoAnswerError) as error:
            raise self._unreachable(str(error)) from error
        except ValueError as error:  # msal found no sign-in address for this tenant
            raise self._refused(400, _Answer(error="invalid_tenant")) from error
        answer = msgspec.convert(found, _Answer)
        if not answer.access_token:
            raise self._refused(401, answer)
        return answer

    def _refused(self, status: int, answer: _Answer) -> DataverseError:
        return sign_in_error(
            status,
            answer.error,
            answer.error_description,
            tenant=self.tenant,
            client_id=self.client_id,
            url=self.url,
        )

    def _unreachable(self, reason: str) -> DataverseError:
        return DataverseError(
            _("Entra at {authority} cannot be reached: {reason}.", authority=self.authority, reason=reason),
            fix=_("Check the network, proxy and authority's address."),
            code="dataverse-unreachable",
        )


@dataclass(frozen=True, slots=True)
class _MsalAnswer:
    status_code: int
    text: str
    headers: Mapping[str, str]

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise ValueError(_("HTTP {status_code}", status_code=self.status_code))


class _ForMsal:
    """Our HTTP in the shape that msal asks for, so that proxies and trusted certificates hold there too."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, **_: Any) -> _MsalAnswer:
        return self._sent("GET", url, headers, None)

    def post(self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str] | None, **_: Any) -> _MsalAnswer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._sent("POST", url, {**form, **(headers or {})}, urlencode(data).encode())

    def close(self) -> None:
        """Ours lives longer than msal's use of it."""

    def _sent(self, method: str, url: str, headers: Mapping[str, str] | None, body: bytes | None) -> _MsalAnswer:
        answer = self._http.send(method, url, headers or {}, body, timeout_s=30)
        return _MsalAnswer(answer.status, answer.body.decode(errors="replace"), answer.headers)


def _taken_apart(pem: str) -> tuple[str, str, str]:
    """Private key, SHA-1 thumbprint in hex, and certificate of a PEM text. Raises DataverseError."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise DataverseError(
            _("The certificate cannot be read."),
            fix=_("Give one PEM text with the private key (without password) and the certificate."),
            code="dataverse-bad-certificate",
        ) from error
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain).decode()
    thumbprint = certificate.fingerprint(hashes.SHA1()).hex()  # noqa: S303 - the name Entra knows it by
    return private, thumbprint, certificate.public_bytes(encoding).decode()
