"""The identity provider (token endpoint and what msal asks before it) and the caller behind a bearer token.

Source: dataverse-api reference, sections 1.1, 1.4 and 1.5.
"""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

from leadferry.clock import Clock, as_text
from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.outside import OutsideIssuer
from leadferry.simulators.dataverse.privileges import Caller
from leadferry.simulators.dataverse.settings import Settings
from leadferry.simulators.dataverse.tokens import Signer
from leadferry.simulators.dataverse.users import TENANT_ID, User, Users
from leadferry.simulators.dataverse.values import guid
from leadferry.simulators.entra import refusals as token_refusals
from leadferry.simulators.entra.refusals import TokenRefusal
from leadferry.simulators.jwts import Jwt
from leadferry.simulators.server import Request, Response, json_response

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ACT_FOR_OTHERS = "prvActOnBehalfOfAnotherUser"


class Identity:
    def __init__(self, users: Users, settings: Settings, clock: Clock, signer: Signer) -> None:
        self.users, self.settings, self.clock, self.signer = users, settings, clock, signer
        self.outside = OutsideIssuer(settings, clock)

    def answer(self, request: Request) -> Response | None:
        """None when the address is not one of the identity provider's."""
        parts = request.path.strip("/").split("/")
        match request.method, parts:
            case "POST", [tenant, "oauth2", "v2.0", "token"]:
                return self._token(request, tenant)
            case "GET", [tenant, "v2.0", ".well-known", "openid-configuration"]:
                return self._configuration(request, tenant)
            case "GET", [_, "discovery", "instance"]:
                return _instance(request)
            case "GET", [_, "discovery", "v2.0", "keys"]:
                return json_response({"keys": []})
        return None

    def caller(self, request: Request, api_root: str) -> Caller | Response:
        """The caller, or the 401 answer; raises a Refusal for 403."""
        claims = self._claims(request)
        if claims is None:
            return self._challenge(request)
        user = self._user(claims)
        if user is None or not user.member:
            raise refusals.not_a_member()
        if self.users.is_disabled(user):
            raise refusals.user_disabled(user.id)
        acted = self._impersonated(request, user)
        return self.users.caller(acted or user, api_root, on_behalf=user if acted else None)

    def _challenge(self, request: Request) -> Response:
        authority, tenant = self.outside.authority or (request.base_url, TENANT_ID)
        return refusals.unauthenticated(authority, tenant, request.base_url)

    def _user(self, claims: dict[str, Any]) -> User | None:
        """A token with `scp` was given to an application for a person, who is then the caller."""
        if "scp" in claims:
            return self.users.by_object(str(claims["oid"]))
        return self.users.by_application(str(claims["appid"]))

    def _claims(self, request: Request) -> dict[str, Any] | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else ""
        claims = self.signer.read(token) or self.outside.read(token, request.base_url)
        if claims is None or claims["exp"] * 1000 <= self.clock():
            return None
        return claims

    def _impersonated(self, request: Request, user: User) -> User | None:
        by_object, by_id = request.headers.get("callerobjectid"), request.headers.get("mscrmcallerid")
        if not by_object and not by_id:
            return None
        if not self.users.person(user).rights.depth(_ACT_FOR_OTHERS):
            raise refusals.cannot_act_on_behalf(user.id)
        if by_object:
            acted = self.users.by_object(by_object)
            if acted is None:
                raise refusals.not_a_member()
        else:
            acted = self.users.find(guid(by_id or "") or "")
            if acted is None:
                raise refusals.row_not_found("systemuser", by_id or "")
        if self.users.is_disabled(acted):
            raise refusals.user_disabled(acted.id)
        return None if acted is user else acted

    def _token(self, request: Request, tenant: str) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        try:
            return self._grant(request, tenant, form)
        except TokenRefusal as error:
            return error.to_response(self.clock())

    def _grant(self, request: Request, tenant: str, form: dict[str, str]) -> Response:
        if tenant != TENANT_ID:
            raise token_refusals.unknown_tenant(tenant)
        if form.get("grant_type") != "client_credentials":
            raise token_refusals.unsupported_grant(form.get("grant_type", ""))
        client_id = form.get("client_id", "")
        user = self.users.by_application(client_id) if client_id else None
        if user is None:
            raise token_refusals.unknown_application(client_id, tenant)
        self._authenticate(request, tenant, user, form)
        _check_scope(request, form.get("scope", ""))
        now, life = self.clock() // 1000, self.settings.token_life_s
        claims = {"aud": request.base_url, "appid": user.application_id, "tid": tenant, "iat": now, "exp": now + life}
        claims |= {"oid": user.entra_object_id, "uti": uuid.uuid4().hex}
        token = self.signer.sign(claims)
        return json_response(
            {"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": token}
        )

    def _authenticate(self, request: Request, tenant: str, user: User, form: dict[str, str]) -> None:
        if form.get("client_assertion_type") == _ASSERTION_TYPE:
            self._check_assertion(request, tenant, user, form.get("client_assertion", ""))
        elif "client_secret" not in form:
            raise token_refusals.no_credential()
        elif not user.secret or form["client_secret"] != user.secret:
            raise token_refusals.wrong_secret(user.application_id)
        elif user.secret_expired:
            raise token_refusals.expired_secret(user.application_id)

    def _check_assertion(self, request: Request, tenant: str, user: User, token: str) -> None:
        try:
            assertion = Jwt(token)
        except ValueError:
            raise token_refusals.malformed_assertion() from None
        certificate = assertion.named_certificate(user.certificates)
        if certificate is None or not assertion.is_signed_by(certificate.public_key()):
            raise token_refusals.unknown_certificate(assertion.thumbprint, found=certificate is not None)
        start, end = (
            int(one.timestamp() * 1000) for one in (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
        )
        if end <= self.clock():
            raise token_refusals.expired_certificate(assertion.thumbprint, as_text(start), as_text(end))
        claims, now = assertion.claims, self.clock() / 1000
        if not float(claims.get("nbf", 0)) - 300 <= now < float(claims.get("exp", 0)):
            raise token_refusals.assertion_out_of_time()
        audiences = {f"{request.base_url}/{tenant}/oauth2/v2.0/token", f"{request.base_url}/{tenant}/v2.0"}
        if claims.get("aud") not in audiences:
            raise token_refusals.wrong_audience()
        if not claims.get("iss") == claims.get("sub") == user.application_id:
            raise token_refusals.wrong_issuer()

    def _configuration(self, request: Request, tenant: str) -> Response:
        if tenant != TENANT_ID:
            return token_refusals.unknown_tenant(tenant).to_response(self.clock())
        root = f"{request.base_url}/{tenant}"
        return json_response(
            {
                "token_endpoint": f"{root}/oauth2/v2.0/token",
                "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
                "issuer": f"{root}/v2.0",
                "jwks_uri": f"{root}/discovery/v2.0/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "response_types_supported": ["code", "id_token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )


def _check_scope(request: Request, scope: str) -> None:
    resource, slash, rest = scope.rpartition("/")
    if not slash or rest != ".default":
        raise token_refusals.wrong_scope(scope)
    scheme = urlsplit(request.base_url).scheme
    known = {request.base_url, f"{scheme}://{request.headers.get('host', '')}"}
    if resource.rstrip("/") not in known:
        raise token_refusals.unknown_resource(resource)


def _instance(request: Request) -> Response:
    host = urlsplit(request.base_url).netloc
    endpoint = f"{request.base_url}/{TENANT_ID}/v2.0/.well-known/openid-configuration"
    aliases = [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}]
    return json_response({"tenant_discovery_endpoint": endpoint, "api-version": "1.1", "metadata": aliases})
