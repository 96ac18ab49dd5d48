"""How the identity provider refuses a token: `error`, and a description that starts with an AADSTS number.

Source: dataverse-api reference, section 1.1 (Microsoft Entra authentication and authorization error codes).
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from leadferry.simulators.server import Response, json_response


class TokenRefusal(Exception):  # noqa: N818 (what the service does, not a fault of ours)
    def __init__(self, status: int, error: str, number: int, text: str) -> None:
        super().__init__(text)
        self.status, self.error, self.number, self.text = status, error, number, text

    def to_response(self, now_ms: int) -> Response:
        now = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        known = f"Trace ID: {trace} Correlation ID: {correlation} Timestamp: {now}"
        return json_response(
            {
                "error": self.error,
                "error_description": f"AADSTS{self.number}: {self.text} {known}",
                "error_codes": [self.number],
                "timestamp": now,
                "trace_id": trace,
                "correlation_id": correlation,
                "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
            },
            self.status,
        )


def _invalid_client(number: int, text: str) -> TokenRefusal:
    return TokenRefusal(401, "invalid_client", number, text)


def unknown_tenant(tenant: str) -> TokenRefusal:
    text = (
        f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are "
        "signing into the correct "
        "cloud. Check with your subscription administrator, this may happen if there are no active "
        "subscriptions for the "
        "tenant."
    )
    return TokenRefusal(400, "invalid_request", 90002, text)


def unsupported_grant(grant_type: str) -> TokenRefusal:
    text = f"The app requested an unsupported grant type '{grant_type}'."
    return TokenRefusal(400, "unsupported_grant_type", 70003, text)


def unknown_application(client_id: str, tenant: str) -> TokenRefusal:
    text = (
        f"Application with identifier '{client_id}' was not found in the directory '{tenant}'. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by "
        "any user in the tenant. "
        "You may have sent your authentication request to the wrong tenant."
    )
    return TokenRefusal(400, "unauthorized_client", 700016, text)


def no_credential() -> TokenRefusal:
    return _invalid_client(
        7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
    )


def wrong_secret(client_id: str) -> TokenRefusal:
    return _invalid_client(
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client "
        "secret value, not the "
        f"client secret ID, for a secret added to app '{client_id}'.",
    )


def expired_secret(client_id: str) -> TokenRefusal:
    return _invalid_client(
        7000222,
        f"The provided client secret keys for app '{client_id}' are expired. Visit the Azure portal "
        "to create new keys for "
        "your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: "
        "https://aka.ms/certCreds.",
    )


def malformed_assertion() -> TokenRefusal:
    return _invalid_client(50027, "JWT token is invalid or malformed.")


def unknown_certificate(thumbprint: str, *, found: bool) -> TokenRefusal:
    reason = "The signature is not valid." if found else "The key was not found."
    return _invalid_client(
        700027,
        "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - "
        f"{reason}, Thumbprint of key used by client: '{thumbprint}']",
    )


def assertion_out_of_time() -> TokenRefusal:
    return _invalid_client(700024, "Client assertion is not within its valid time range.")


def wrong_audience() -> TokenRefusal:
    return _invalid_client(700023, "Client assertion audience claim does not match Realm issuer.")


def wrong_issuer() -> TokenRefusal:
    return _invalid_client(700021, "Client assertion application identifier doesn't match 'client_id' parameter.")


def wrong_scope(scope: str) -> TokenRefusal:
    text = (
        f"The provided value for scope {scope} is not valid. Client credential flows must have a "
        "scope value with /.default "
        "suffixed to the resource identifier (application ID URI)."
    )
    return TokenRefusal(400, "invalid_scope", 1002012, text)


def unknown_resource(resource: str) -> TokenRefusal:
    text = (
        f"The resource principal named {resource} was not found in the tenant. This can happen if "
        "the application has not "
        "been installed by the administrator of the tenant."
    )
    return TokenRefusal(400, "invalid_resource", 500011, text)
