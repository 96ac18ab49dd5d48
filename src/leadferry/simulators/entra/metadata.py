"""What clients ask first: the addresses, the keys. Source: OpenID Connect Discovery 1.0; msal 1.39."""

from __future__ import annotations

from urllib.parse import urlsplit

from leadferry.simulators.entra.call import Call
from leadferry.simulators.server import Response, json_response


def configuration(call: Call) -> Response:
    call.check_tenant()
    return json_response(
        {
            "issuer": call.issuer,
            "authorization_endpoint": f"{call.root}/oauth2/v2.0/authorize",
            "token_endpoint": f"{call.root}/oauth2/v2.0/token",
            "end_session_endpoint": f"{call.root}/oauth2/v2.0/logout",
            "jwks_uri": f"{call.root}/discovery/v2.0/keys",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "form_post"],
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": ["aud", "iss", "iat", "nbf", "exp", "sub", "oid", "tid", "ver", "name",
                                 "preferred_username", "email", "nonce"],
            "tenant_region_scope": "EU",
        }
    )  # fmt: skip


def keys(call: Call) -> Response:
    call.check_tenant()
    return json_response({"keys": [key.jwk for key in call.memory.keys]})


def instance(call: Call) -> Response:
    """Which hosts are one and the same cloud; here each is alone."""
    host = urlsplit(call.request.base_url).netloc
    tenant = f"{call.request.base_url}/{call.settings.tenant_id}"
    return json_response(
        {
            "tenant_discovery_endpoint": f"{tenant}/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }
    )
