"""How the identity provider refuses: `error`, and a description that starts with an AADSTS number.

The simulated Dataverse refuses with these at its own token endpoint, too. Source: dataverse-api reference, section 1.1
(Microsoft Entra authentication and authorization error codes).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from leadferry.simulators.server import Response, json_response


@dataclass(frozen=True, slots=True)
class Described:
    """One occurrence of a refusal, as support would look it up."""

    code: str
    text: str
    timestamp: str
    trace_id: str
    correlation_id: str

    @property
    def description(self) -> str:
        known = f"Trace ID: {self.trace_id} Correlation ID: {self.correlation_id} Timestamp: {self.timestamp}"
        return f"{self.code}: {self.text} {known}"


class TokenRefusal(Exception):  # noqa: N818 (what the service does, not a fault of ours)
    def __init__(self, status: int, error: str, number: int, text: str) -> None:
        super().__init__(text)
        self.status, self.error, self.number, self.text = status, error, number, text

    def described(self, now_ms: int) -> Described:
        now = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        return Described(f"AADSTS{self.number}", self.text, now, str(uuid.uuid4()), str(uuid.uuid4()))

    def to_response(self, now_ms: int) -> Response:
        found = self.described(now_ms)
        return json_response(
            {
                "error": self.error,
                "error_description": found.description,
                "error_codes": [self.number],
                "timestamp": found.timestamp,
                "trace_id": found.trace_id,
                "correlation_id": found.correlation_id,
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


def expired_certificate(thumbprint: str, start: str, end: str) -> TokenRefusal:
    return _invalid_client(
        700027,
        "The certificate with identifier used to sign the client assertion is expired on application. [Reason - The "
        f"key used is expired., "
        f"Thumbprint of key used by client: '{thumbprint}', Found key 'Start={start}, End={end}']",
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


# The sign-in of a person


def missing(name: str) -> TokenRefusal:
    return TokenRefusal(
        400, "invalid_request", 900144, f"The request body must contain the following parameter: '{name}'."
    )


def not_multi_tenant(client_id: str, tenant: str) -> TokenRefusal:
    text = (
        f"Application '{client_id}' is not configured as a multi-tenant application. Usage of the /{tenant} endpoint "
        "is not supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint or "
        "configure the application to be multi-tenant."
    )
    return TokenRefusal(400, "invalid_request", 50194, text)


def redirect_mismatch(redirect_uri: str, client_id: str) -> TokenRefusal:
    text = (
        f"The redirect URI '{redirect_uri}' specified in the request does not match the redirect URIs configured for "
        f"the application '{client_id}'. Make sure the redirect URI sent in the request matches one added to your "
        "application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how "
        "to troubleshoot this error."
    )
    return TokenRefusal(400, "invalid_request", 50011, text)


def unsupported_response_type(response_type: str) -> TokenRefusal:
    text = f"response_type '{response_type}' is not enabled for the application."
    return TokenRefusal(400, "unsupported_response_type", 700054, text)


def unsupported_response_mode(response_mode: str) -> TokenRefusal:
    text = f"'{response_mode}' is not a supported value of 'response_mode' when requesting a code."
    return TokenRefusal(400, "invalid_request", 70007, text)


def unsupported_prompt() -> TokenRefusal:
    return TokenRefusal(400, "invalid_request", 90023, "Unsupported 'prompt' value.")


def bad_scope(scope: str) -> TokenRefusal:
    text = (
        "The provided request must include a 'scope' input parameter. The provided value for the input parameter "
        f"'scope' is not valid. The scope '{scope}' does not exist, or 'openid' is missing."
    )
    return TokenRefusal(400, "invalid_scope", 70011, text)


def bad_challenge_method(method: str) -> TokenRefusal:
    text = f"The provided code_challenge_method '{method}' is not supported; S256 is."
    return TokenRefusal(400, "invalid_request", 501490, text)


def bad_challenge() -> TokenRefusal:
    return TokenRefusal(400, "invalid_request", 501491, "Invalid size of Code_Challenge parameter.")


def declined() -> TokenRefusal:
    return TokenRefusal(400, "access_denied", 65004, "User declined to consent to access the app.")


def nobody_signed_in() -> TokenRefusal:
    text = "A silent sign-in request was sent but no user is signed in."
    return TokenRefusal(400, "login_required", 50058, text)


def disabled_person() -> TokenRefusal:
    return TokenRefusal(400, "invalid_grant", 50057, "The user account is disabled.")


def unknown_person(who: str, tenant: str) -> TokenRefusal:
    text = f"The user account {{{who}}} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory."  # fmt: skip  # noqa: E501
    return TokenRefusal(400, "invalid_grant", 50034, text)


def foreign_form() -> TokenRefusal:
    text = "The request did not come from the sign-in page that this browser was shown. Open the page again."
    return TokenRefusal(400, "invalid_request", 90014, text)


# The exchange of a code or refresh token


def _invalid_grant(number: int, text: str) -> TokenRefusal:
    return TokenRefusal(400, "invalid_grant", number, text)


def bad_code(name: str) -> TokenRefusal:
    return _invalid_grant(70000, f"The provided value for the '{name}' parameter is not valid.")


def code_redeemed() -> TokenRefusal:
    text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."  # fmt: skip  # noqa: E501
    return _invalid_grant(54005, text)


def grant_expired() -> TokenRefusal:
    text = (
        "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive "
        "authorization request for this user and resource."
    )
    return _invalid_grant(70008, text)


def reply_address_mismatch(given: str, wanted: str) -> TokenRefusal:
    text = f"The reply address '{given}' does not match the reply address '{wanted}' provided when requesting Authorization code."  # fmt: skip  # noqa: E501
    return _invalid_client(500112, text)


def wrong_verifier() -> TokenRefusal:
    text = "The Code_Verifier does not match the code_challenge supplied in the authorization request."
    return _invalid_grant(501481, text)


def broader_scope(scope: str) -> TokenRefusal:
    text = f"The user or administrator has not consented to use the application with the scope '{scope}'."
    return _invalid_grant(65001, text)
