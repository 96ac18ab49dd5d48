"""The way of one Rest.li call: who calls, which version, which operation, may they, and then its handler.

Source: linkedin-api reference, sections 1.6, 2.1, 2.2 and 3.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from leadferry.simulators.linkedin import kept_tokens, refusals
from leadferry.simulators.linkedin.call import Call
from leadferry.simulators.linkedin.kept_tokens import Token
from leadferry.simulators.linkedin.permissions import has_scope
from leadferry.simulators.linkedin.restli import Value, parse_query
from leadferry.simulators.linkedin.settings import Settings
from leadferry.simulators.linkedin.state import State, Thing
from leadferry.simulators.linkedin.urls import Operation, find_operation
from leadferry.simulators.server import Request, Response

_VERSION = re.compile(r"(\d{6})(\.\d{2})?")
_ALWAYS = {"q", "fields"}


def answer(request: Request, state: State, settings: Settings) -> Response:
    """`request` is untunnelled. Raises Refusal."""
    token, member = authenticate(request, state)
    version = check_version(request.headers.get("linkedin-version", ""), settings, state.now())
    operation, keys = find_operation(request)
    params = parse_query(request.query, request.headers.get("x-restli-protocol-version", "1.0.0"))
    _check_params(operation, params)
    if not has_scope(token.scopes, operation.scopes):
        raise refusals.access_denied(operation.name, version)
    _check_limits(operation, token, state, settings)
    return operation.handler(Call(request, state, settings, version, token, member, keys, params))


def authenticate(request: Request, state: State) -> tuple[Token, Thing]:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise refusals.empty_token()
    token = kept_tokens.find(state, text.strip())
    if token is None or token.kind != kept_tokens.ACCESS:
        raise refusals.invalid_token()
    now = state.now()
    if token.revoked or now < token.usable_at:
        raise refusals.revoked_token()
    if now >= token.expires_at:
        raise refusals.expired_token()
    member = state.get("member", token.member)
    if member is None:
        raise refusals.invalid_token()
    if member.get("restricted"):
        raise refusals.restricted_member()
    return token, member


def check_version(header: str, settings: Settings, now: int) -> str:
    """The month without its revision. Raises Refusal (400, 426)."""
    if not header:
        raise refusals.version_missing()
    found = _VERSION.fullmatch(header.strip())
    version = found.group(1) if found else header.strip()
    if not _is_active(version, settings, now):
        raise refusals.version_not_active(version)
    return version


def _is_active(version: str, settings: Settings, now: int) -> bool:
    if settings.sunset_by_date and version in settings.sunset_dates:
        today = datetime.fromtimestamp(now / 1000, UTC).date().isoformat()
        if today > settings.sunset_dates[version]:
            return False
    if version in settings.active_versions:
        return True
    newest = max(settings.active_versions, default="")
    return settings.newer_versions_answer and version.isdigit() and version > newest


def _check_params(operation: Operation, params: dict[str, Value]) -> None:
    for name in params:
        if name not in _ALWAYS and name not in operation.params:
            raise refusals.parameter_not_allowed(name)


def _check_limits(operation: Operation, token: Token, state: State, settings: Settings) -> None:
    resource = operation.resource
    limit = settings.app_daily_limits.get(resource)
    if limit is not None and state.count_call(resource, token.client_id) > limit:
        raise refusals.day_limit("APPLICATION")
    limit = settings.member_daily_limits.get(resource)
    if limit is not None and state.count_call(resource, token.client_id, token.member) > limit:
        raise refusals.day_limit("MEMBER")
