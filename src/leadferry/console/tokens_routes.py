"""API tokens of an environment: made, shown once, listed, revoked."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.params import FromPath

from leadferry.clock import as_text
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.rights import SCOPE_WORDS, Action, Scope
from leadferry.console.shell_routes import Form
from leadferry.console.token_store import MOST_DAYS, ApiToken
from leadferry.errors import InputError
from leadferry.words import _

KIND = _("API token")
WRONG_FIELD = {"bad-token-name": "name", "no-scope": "scopes", "bad-token-life": "days"}


@page("/e/{environment_id:int}/tokens", Action.MANAGE_TOKENS)
def tokens(desk: AtDesk) -> Response[Any]:
    return _page(desk)


@post("/e/{environment_id:int}/tokens", Action.MANAGE_TOKENS)
def make(desk: AtDesk, data: Form) -> Response[Any]:
    """Answers with the page itself: the token stands on it, this once."""
    chosen = [scope for scope in Scope if data.get(f"scope-{scope.value}")]
    try:
        made, token = desk.rooms.tokens.make(
            desk.here.id,
            data.get("name", ""),
            chosen,
            _days(data.get("days", "")),
            desk.person.name,
            person=desk.person,
        )
    except InputError as error:
        return _page(desk, typed=data, error=error)
    life = {"scopes": " ".join(scope.value for scope in chosen), "expires_at": as_text(made.expires_at)}
    desk.record(Action.MANAGE_TOKENS, KIND, made.id, made.name, after=life)
    return _page(desk, made=made, token=token)


@post("/e/{environment_id:int}/tokens/{token_id:int}/revoke", Action.MANAGE_TOKENS)
def revoke(desk: AtDesk, token_id: FromPath[int]) -> Response[Any]:
    before = desk.rooms.tokens.get(desk.here.id, token_id)
    after = desk.rooms.tokens.revoke(desk.here.id, token_id, desk.person.name)
    if before.revoked_at is None:
        desk.record(
            Action.MANAGE_TOKENS, KIND, token_id, before.name, before={"revoked": False}, after={"revoked": True}
        )
    return desk.go(desk.address("tokens"), toast=f'"{after.name}" revoked', detail=_("No script gets in with it now."))


def _days(text: str) -> int:
    """What is no number lives too long."""
    return int(text) if text.strip().isdecimal() and len(text) < 6 else MOST_DAYS + 1


def _page(
    desk: Desk,
    *,
    typed: dict[str, str] | None = None,
    error: InputError | None = None,
    made: ApiToken | None = None,
    token: str = "",
) -> Response[Any]:
    now = desk.rooms.clock()
    return desk.page(
        "console/tokens.html",
        status=422 if error else 200,
        known=[(one, one.state(now)) for one in desk.rooms.tokens.list(desk.here.id)],
        scopes=[(scope.value, SCOPE_WORDS[scope]) for scope in Scope],
        typed=typed or {"days": "90", "scope-read": "on"},
        wrong={WRONG_FIELD[error.code]: f"{error.message} {error.fix}"} if error else {},
        made=made,
        token=token,
    )


HANDLERS: tuple[Any, ...] = (tokens, make, revoke)
