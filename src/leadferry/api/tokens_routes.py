"""`/api/v1/tokens`: a token makes further ones that may do no more than itself."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar.params import FromPath, JSONBody

from leadferry.api.call_routes import AtCall, delete, post, read
from leadferry.api.shapes import moment
from leadferry.clock import as_text
from leadferry.console.rights import Action, Scope
from leadferry.console.token_store import ApiToken
from leadferry.console.tokens_routes import KIND


class TokenShape(msgspec.Struct):
    """`start`: its first letters. `state`: good, expired, revoked. `made_by_token`: of the token that made it."""

    id: int
    name: str
    start: str
    scopes: list[Scope]
    state: str
    created_by: str
    made_by_token: int | None
    created_at: str | None
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None
    revoked_by: str


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    """`days`: 1 to 365; it ends with the token that makes it at the latest."""

    name: str
    scopes: list[Scope]
    days: int = 90


class MadeToken(TokenShape):
    """`token`: shown in this answer only."""

    token: str = ""


def _shape(one: ApiToken, now: int, **more: str) -> MadeToken:
    return MadeToken(
        one.id,
        one.name,
        one.start,
        [scope for scope in Scope if scope in one.scopes],
        one.state(now).value,
        one.created_by,
        one.parent_id,
        moment(one.created_at),
        moment(one.expires_at),
        moment(one.last_used_at),
        moment(one.revoked_at),
        one.revoked_by,
        **more,
    )


def _shown(one: ApiToken, now: int) -> TokenShape:
    values = msgspec.structs.asdict(_shape(one, now))
    return TokenShape(**{name: values[name] for name in TokenShape.__struct_fields__})


@read("/tokens", Action.MANAGE_TOKENS)
def tokens(call: AtCall) -> list[TokenShape]:
    """API tokens of the environment, newest first."""
    return [_shown(one, call.rooms.clock()) for one in call.rooms.tokens.list(call.here.id)]


@read("/tokens/{token_id:int}", Action.MANAGE_TOKENS)
def token(call: AtCall, token_id: FromPath[int]) -> TokenShape:
    """One of them."""
    return _shown(call.rooms.tokens.get(call.here.id, token_id), call.rooms.clock())


@post("/tokens", Action.MANAGE_TOKENS)
def make_token(call: AtCall, data: JSONBody[NewToken]) -> MadeToken:
    """A new one, with no scope that this one lacks. Revoking this one revokes it too."""
    made, text = call.rooms.tokens.make(
        call.here.id,
        data.name,
        data.scopes,
        data.days,
        call.token.created_by,
        person=call.person,
        parent=call.token,
    )
    life = {"scopes": " ".join(data.scopes), "expires_at": as_text(made.expires_at)}
    call.record(Action.MANAGE_TOKENS, KIND, made.id, made.name, after=life)
    return _shape(made, call.rooms.clock(), token=text)


@delete("/tokens/{token_id:int}", Action.MANAGE_TOKENS)
def revoke_token(call: AtCall, token_id: FromPath[int]) -> None:
    """Revokes it for good, with those that it made. It stays in the list."""
    before = call.rooms.tokens.get(call.here.id, token_id)
    with call.changing(lambda: _shown(call.rooms.tokens.get(call.here.id, token_id), call.rooms.clock())):
        call.rooms.tokens.revoke(call.here.id, token_id, call.maker.name)
    if before.revoked_at is None:
        old, new = {"revoked": False}, {"revoked": True}
        call.record(Action.MANAGE_TOKENS, KIND, token_id, before.name, before=old, after=new)


HANDLERS: tuple[Any, ...] = (tokens, token, make_token, revoke_token)
