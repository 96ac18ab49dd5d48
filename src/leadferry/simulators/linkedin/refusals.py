"""How LinkedIn refuses: status, codes and wording, one function per case.

Source: linkedin-api reference, sections 1.4, 2.2 and 3 ("LinkedIn API Error Handling", "Rate Limiting").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leadferry.simulators.server import Response, json_response


class Refusal(Exception):  # noqa: N818 (what the service does, not a fault of ours)
    """An answer that is an error; the body's keys are the vendor's."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(str(body.get("message") or body.get("error_description") or status))
        self.status, self.body = status, dict(body)

    def response(self) -> Response:
        return json_response(self.body, self.status)


def refusal(status: int, code: str, message: str, service_code: int | None = None) -> Refusal:
    body: dict[str, Any] = {"status": status}
    if service_code is not None:
        body["serviceErrorCode"] = service_code
    if code:
        body["code"] = code
    return Refusal(status, {**body, "message": message})


# The request cannot be read


def illegal_argument(message: str) -> Refusal:
    return refusal(400, "ILLEGAL_ARGUMENT", message)


def bad_parameter(name: str, cause: str) -> Refusal:
    return refusal(400, "PARAM_INVALID", f"Invalid value for parameter '{name}': {cause}")


def parameter_not_allowed(name: str) -> Refusal:
    return refusal(400, "QUERY_PARAM_NOT_ALLOWED", f"Query parameter '{name}' is not allowed")


def invalid_fields(problems: list[tuple[str, str, str]]) -> Refusal:
    """`problems`: (code, field path, description), as the Ads resources report them."""
    errors = [
        {"code": code, "description": text, "input": {"inputPath": {"fieldPath": path}}}
        for code, path, text in problems
    ]
    code = problems[0][0] if len(problems) == 1 else "MULTIPLE_VALIDATIONS_FAILED"
    return Refusal(
        400,
        {
            "status": 400,
            "code": code,
            "message": "; ".join(text for _, _, text in problems),
            "errorDetailType": "com.linkedin.common.error.BadRequest",
            "errorDetails": {"inputErrors": errors},
        },
    )


# The version


def version_missing() -> Refusal:
    return refusal(400, "VERSION_MISSING", "A version must be present. Please specify a version by adding the "
                   "LinkedIn-Version header.")  # fmt: skip


def version_not_active(version: str) -> Refusal:
    return refusal(426, "NONEXISTENT_VERSION", f"Requested version {version}01 is not active")


# Who calls


def empty_token() -> Refusal:
    return refusal(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token", 65604)


def invalid_token() -> Refusal:
    return refusal(401, "INVALID_ACCESS_TOKEN", "Invalid access token", 65600)


def revoked_token() -> Refusal:
    return refusal(401, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user", 65601)


def expired_token() -> Refusal:
    return refusal(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", 65602)


def restricted_member() -> Refusal:
    return refusal(401, "RESTRICTED_MEMBER", "The member is restricted", 65608)


def access_denied(operation: str, version: str) -> Refusal:
    """`operation` such as `leadFormResponses.FINDER-owner`."""
    return refusal(403, "ACCESS_DENIED", f"Not enough permissions to access: {operation}.{version}01", 100)


def no_permission_on(entity: str) -> Refusal:
    return refusal(403, "NO_PERMISSION_ON_ENTITY", f"Member has no permission on {entity}")


# What is called


def not_found(entity: str) -> Refusal:
    return refusal(404, "NOT_FOUND", f"Could not find entity {entity}")


def no_such_resource(path: str) -> Refusal:
    return refusal(404, "RESOURCE_NOT_FOUND", f"No virtual resource found for {path}", 0)


def method_not_allowed(method: str, resource: str) -> Refusal:
    return refusal(405, "", f"{method} is not supported on {resource}")


def length_required() -> Refusal:
    return refusal(411, "", "Content-Length is required")


# How often


def day_limit(level: str) -> Refusal:
    """`level`: APPLICATION or MEMBER."""
    return refusal(429, "", f"Resource level throttle {level} DAY limit for calls to this resource is reached.", 101)


# The token endpoint (section 1.4)


def oauth(status: int, error: str, description: str) -> Refusal:
    return Refusal(status, {"error": error, "error_description": description})


def oauth_missing(name: str) -> Refusal:
    return oauth(400, "invalid_request", f'A required parameter "{name}" is missing')


def oauth_bad_code() -> Refusal:
    return oauth(
        400,
        "invalid_request",
        "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. "
        "Or authorization code expired. Or external member binding exists",
    )


def oauth_bad_redirect() -> Refusal:
    return oauth(400, "invalid_redirect_uri", "The redirect URI does not match the one of the authorization request")


def oauth_bad_client() -> Refusal:
    return oauth(401, "invalid_client", "Client authentication failed")
