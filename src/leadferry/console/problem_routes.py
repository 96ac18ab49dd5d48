"""Errors of the API: `application/problem+json` (RFC 9457), with the code and what to do."""

from __future__ import annotations

import math
from typing import Any

from litestar import Response
from litestar.exceptions import HTTPException, NotAuthorizedException, PermissionDeniedException, ValidationException

from leadferry.console.problem import MEDIA_TYPE, Problem
from leadferry.console.rights import Action, role_to_ask_for, scope_to_ask_for
from leadferry.console.trouble import Trouble
from leadferry.errors import LeadferryError, ServiceError
from leadferry.words import json_of


def problem(error: Exception, trouble: Trouble) -> Response[bytes]:
    found = _problem(error, trouble)
    body = json_of(found)
    return Response(body, status_code=found.status, media_type=MEDIA_TYPE, headers=_headers(error))


def _headers(error: Exception) -> dict[str, str]:
    if isinstance(error, ServiceError) and error.retry_after_s:
        return {"Retry-After": str(math.ceil(error.retry_after_s))}
    return dict(error.headers or {}) if isinstance(error, HTTPException) else {}


def _problem(error: Exception, trouble: Trouble) -> Problem:
    match error:
        case LeadferryError():
            return _made(error.code, trouble.title, trouble.status, error.message, error.fix)
        case NotAuthorizedException():
            return _made(
                "token-needed",
                "A token is needed",
                401,
                "The request brings no API token that is good.",
                "Send `Authorization: Bearer lf_…`. An administrator makes tokens at the console, under API tokens.",
            )
        case PermissionDeniedException(extra={"action": action, "person": person}):
            role = role_to_ask_for(Action(action))
            return _made(
                "maker-not-allowed",
                "Whoever made the token may not do this any more",
                403,
                f"A token may do what its maker may do now. {person} lacks the right {action} in this environment.",
                f"Use the token of somebody with the security role {role}." if role else "Use a token of the operator.",
            )
        case PermissionDeniedException(extra={"action": action}):
            scope = scope_to_ask_for(Action(action))
            return _made(
                "scope-needed",
                "The token's scopes do not allow this",
                403,
                f"It needs the right {action}.",
                f"Use a token with the scope `{scope}`." if scope else "No token can do this, only a person.",
            )
        case ValidationException():
            wrong = "; ".join(_wrong(one) for one in error.extra or () if isinstance(one, dict))
            return _made("bad-request", "The request cannot be used", 400, wrong or "It is not as the API wants it.")
    code = {404: "not-found", 403: "forbidden", 429: "too-many-attempts"}.get(trouble.status, "")
    code = code or ("error" if trouble.status >= 500 else "bad-request")
    return _made(code, trouble.title, trouble.status, trouble.what, trouble.fix)


def _wrong(one: dict[str, Any]) -> str:
    return f"{one.get('key', 'the body')}: {one.get('message', 'cannot be used')}"


def _made(code: str, title: str, status: int, detail: str, fix: str = "") -> Problem:
    fix = fix or "docs/reference/api.md says what each address takes."
    return Problem(f"urn:leadferry:problem:{code}", title, status, detail, code, fix)
