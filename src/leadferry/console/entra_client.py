"""Microsoft Entra ID as an OpenID provider: where a person signs in, who came back, where they sign out.

Authorization code with PKCE (authlib); the application proves itself by its secret or by its certificate.
Source: Microsoft identity platform, "OpenID Connect", "OAuth 2.0 authorization code flow";
OpenID Connect Discovery 1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from authlib.oauth2 import OAuth2Client, OAuth2Error
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from leadferry.clock import Clock
from leadferry.console.certificate import key_and_thumbprint
from leadferry.console.entra_refusals import refused
from leadferry.console.entra_session_client import Session, sent
from leadferry.console.id_token import UnknownKeyError, person_of
from leadferry.console.person import Person
from leadferry.console.registration import Registration
from leadferry.errors import SignInError
from leadferry.http_client import Http
from leadferry.words import _

SCOPES = "openid profile email"
KNOWN_MS = 86_400_000
"""What discovery said is asked again after a day."""
ASSERTION_S = 300


class _Told(msgspec.Struct, frozen=True):
    """Discovery, as far as it is needed."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    person: Person
    id_token: str = field(repr=False)


class EntraClient:
    """Usable from many threads: what it keeps is replaced as a whole."""

    def __init__(self, registration: Registration, http: Http, clock: Clock) -> None:
        self.registration, self._http, self._clock = registration, http, clock
        self._told: tuple[int, _Told] | None = None
        self._keys: KeySet | None = None

    @property
    def origin(self) -> str:
        parts = urlsplit(self.registration.authority)
        return f"{parts.scheme}://{parts.netloc}"

    def sign_in_address(self, redirect_url: str, *, state: str, nonce: str, verifier: str) -> str:
        """GET {authority}/{tenant}/oauth2/v2.0/authorize."""
        client = OAuth2Client(
            None, self.registration.client_id, scope=SCOPES, redirect_uri=redirect_url, code_challenge_method="S256"
        )
        endpoint = self._discovered().authorization_endpoint
        address, _ = client.create_authorization_url(
            endpoint, state=state, code_verifier=verifier, nonce=nonce, response_mode="query"
        )
        return str(address)

    def redeem(self, code: str, redirect_url: str, *, nonce: str, verifier: str) -> SignedIn:
        """The person behind a code. Raises SignInError."""
        token = self._token(code, redirect_url, verifier)
        id_token = str(token.get("id_token") or "")
        return SignedIn(self._believed(id_token, nonce), id_token)

    def sign_out_address(self, back: str, id_token: str = "") -> str:
        """GET {authority}/{tenant}/oauth2/v2.0/logout; "" where Entra names none."""
        endpoint = self._discovered().end_session_endpoint
        if not endpoint:
            return ""
        asked = {"post_logout_redirect_uri": back, "client_id": self.registration.client_id}
        asked |= {"id_token_hint": id_token} if id_token else {}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    # Below

    def _token(self, code: str, redirect_url: str, verifier: str) -> Mapping[str, Any]:
        """POST {authority}/{tenant}/oauth2/v2.0/token, grant_type=authorization_code. Never repeated: a code is good
        once."""
        endpoint = self._discovered().token_endpoint
        client = self._credentialed(endpoint, redirect_url)
        # Entra wants to be told beside an assertion too; authlib tells it only with a secret.
        named = {"client_id": self.registration.client_id} if self.registration.certificate_pem else {}
        try:
            token: Mapping[str, Any] = client.fetch_token(
                endpoint,
                grant_type="authorization_code",
                code=code,
                redirect_uri=redirect_url,
                code_verifier=verifier,
                **named,
            )
        except OAuth2Error as error:
            raise refused(str(error.error or ""), str(error.description or ""), status=400) from None
        except ValueError:
            raise _unreadable("token") from None
        return token

    def _credentialed(self, endpoint: str, redirect_url: str) -> Any:
        ours = self.registration
        by_certificate = bool(ours.certificate_pem)
        client = OAuth2Client(
            Session(self._http),
            ours.client_id,
            ours.certificate_pem or ours.secret,
            token_endpoint_auth_method="private_key_jwt" if by_certificate else "client_secret_post",
            redirect_uri=redirect_url,
        )
        if by_certificate:
            now = self._clock() // 1000
            times = {"iat": now, "nbf": now, "exp": now + ASSERTION_S}
            client.client_secret, thumbprint = key_and_thumbprint(ours.certificate_pem)
            client.register_client_auth_method(PrivateKeyJWT(endpoint, claims=times, headers={"x5t": thumbprint}))
        return client

    def _believed(self, id_token: str, nonce: str) -> Person:
        """Keys are asked for once more when the token names one that is not known."""
        told = self._discovered()
        known = self._keys or self._asked_for_keys(told)
        try:
            return self._checked(id_token, known, nonce, told)
        except UnknownKeyError:
            pass
        try:
            return self._checked(id_token, self._asked_for_keys(told), nonce, told)
        except UnknownKeyError:
            raise SignInError(
                _("Microsoft Entra's answer is signed with a key that Entra does not show."),
                fix=_("Sign in again. If it stays so, check that nothing answers in Entra's place."),
                code="sign-in-not-believed",
            ) from None

    def _checked(self, id_token: str, keys: KeySet, nonce: str, told: _Told) -> Person:
        return person_of(
            id_token,
            keys,
            issuer=told.issuer,
            tenant_id=_tenant_of(told.issuer, self.registration.tenant_id),
            client_id=self.registration.client_id,
            nonce=nonce,
            now_s=self._clock() // 1000,
        )

    def _discovered(self) -> _Told:
        """GET {authority}/{tenant}/v2.0/.well-known/openid-configuration."""
        now = self._clock()
        if self._told is None or now - self._told[0] > KNOWN_MS:
            tenant = quote(self.registration.tenant_id, safe="")
            address = f"{self.registration.authority}/{tenant}/v2.0/.well-known/openid-configuration"
            try:
                told = msgspec.json.decode(self._get(address, "its addresses"), type=_Told)
            except msgspec.DecodeError:
                raise _unreadable("discovery") from None
            for endpoint in (told.authorization_endpoint, told.token_endpoint, told.jwks_uri):
                _refuse_plain(endpoint)
            self._told = (now, told)
        return self._told[1]

    def _asked_for_keys(self, told: _Told) -> KeySet:
        body = self._get(told.jwks_uri, "its keys")
        try:
            found = [key for key in msgspec.json.decode(body)["keys"] if key.get("kty") == "RSA"]
            self._keys = KeySet.import_key_set({"keys": found})
        except (msgspec.DecodeError, JoseError, KeyError, TypeError, ValueError, AttributeError):
            raise _unreadable("keys") from None
        return self._keys

    def _get(self, address: str, what: str) -> bytes:
        answer = sent(self._http, "GET", address, {"Accept": "application/json"}, None)
        if answer.status == 200:
            return answer.body
        raise SignInError(
            _("Microsoft Entra answered {status} when asked for {what}.", status=answer.status, what=what),
            fix=_("The operator checks the tenant of the sign-in, and LEADFERRY_ENTRA_AUTHORITY."),
            code="sign-in-unavailable",
            status=answer.status,
        )


def _tenant_of(issuer: str, configured: str) -> str:
    """The tenant's id. A tenant may be configured by its domain name; Entra says which id that is."""
    parts = urlsplit(issuer).path.strip("/").split("/")
    found = parts[0] if parts else ""
    by_id = configured.count("-") == 4 and len(configured) == 36
    if not found or "{" in found or (by_id and found.lower() != configured.lower()):
        raise SignInError(
            _('"{configured}" is not one tenant of Microsoft Entra.', configured=configured),
            fix=_("The operator sets LEADFERRY_ENTRA_TENANT_ID to the tenant's own id, not to `common` or the like."),
            code="sign-in-tenant",
        )
    return found


def _refuse_plain(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
        raise SignInError(
            _("Microsoft Entra names an address without TLS."),
            fix=_("The operator checks LEADFERRY_ENTRA_AUTHORITY: something answers in Entra's place."),
            code="sign-in-not-believed",
        )


def _unreadable(what: str) -> SignInError:
    return SignInError(
        _("Microsoft Entra's answer ({what}) cannot be read.", what=what),
        fix=_("Sign in again. If it stays so, check that no proxy answers in Entra's place."),
        code="sign-in-unreadable",
    )
