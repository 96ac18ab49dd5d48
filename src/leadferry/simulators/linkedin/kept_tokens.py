"""Authorization codes, access tokens and refresh tokens, and how they live and die.

Source: linkedin-api reference, sections 1.1 to 1.5 ("LinkedIn 3-Legged OAuth Flow", "Refresh Tokens with OAuth 2.0").
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from leadferry.simulators.linkedin.settings import Settings
from leadferry.simulators.linkedin.state import State

ACCESS, REFRESH = "access", "refresh"

_ACCESS_BYTES, _REFRESH_BYTES, _CODE_BYTES = 372, 360, 90
"""Random bytes of each; an access token is about 500 characters long."""


@dataclass(frozen=True, slots=True)
class Token:
    """Times in ms."""

    token: str
    kind: str
    client_id: str
    member: str
    scopes: tuple[str, ...]
    authorized_at: int
    created_at: int
    usable_at: int
    expires_at: int
    revoked: bool


@dataclass(frozen=True, slots=True)
class Issued:
    access: Token
    refresh: Token | None


def find(state: State, token: str) -> Token | None:
    row = state.row("SELECT * FROM tokens WHERE token = ?", token)
    return _token(row) if row else None


def _token(row: sqlite3.Row) -> Token:
    values = dict(row)
    return Token(**{**values, "scopes": tuple(row["scopes"].split()), "revoked": bool(row["revoked"])})


def new_code(
    state: State,
    settings: Settings,
    *,
    client_id: str,
    member: str,
    redirect_uri: str,
    scopes: tuple[str, ...],
    challenge: str = "",
) -> str:
    """`challenge`: the S256 code challenge, where the application sent one."""
    code = "AQT" + state.secret(_CODE_BYTES)
    expires_at = state.now() + settings.code_life_s * 1000
    with state.writing() as db:
        db.execute(
            "INSERT INTO codes (code, client_id, member, redirect_uri, scopes, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
            (code, client_id, member, redirect_uri, " ".join(scopes), expires_at),
        )
        if challenge:
            db.execute("INSERT INTO code_challenges VALUES (?, ?)", (code, challenge))
    return code


def challenge_of_code(state: State, code: str) -> str:
    row = state.row("SELECT challenge FROM code_challenges WHERE code = ?", code)
    return row["challenge"] if row else ""


def take_code(state: State, code: str, client_id: str) -> sqlite3.Row | None:
    """None where the code is unknown, used, expired or another application's. A code works once."""
    with state.writing() as db:
        row: sqlite3.Row | None = db.execute(
            "SELECT * FROM codes WHERE code = ? AND client_id = ? AND used = 0 AND expires_at > ?",
            (code, client_id, state.now()),
        ).fetchone()
        if row:
            db.execute("UPDATE codes SET used = 1 WHERE code = ?", (code,))
    return row


def consent(
    state: State, settings: Settings, *, client_id: str, member: str, scopes: tuple[str, ...], with_refresh: bool
) -> Issued:
    """The tokens of a new consent. Another set of scopes than before kills the member's older tokens."""
    now = state.now()
    with state.writing() as db:
        live = db.execute(
            "SELECT token, scopes FROM tokens WHERE client_id = ? AND member = ? AND revoked = 0", (client_id, member)
        ).fetchall()
        for row in live:
            if set(row["scopes"].split()) != set(scopes):
                db.execute("UPDATE tokens SET revoked = 1 WHERE token = ?", (row["token"],))
        refresh = None
        if with_refresh:
            token, expires = "AQV" + state.secret(_REFRESH_BYTES), now + settings.refresh_token_life_s * 1000
            refresh = Token(token, REFRESH, client_id, member, scopes, now, now, now, expires, False)
            _insert(db, refresh)
        expires = now + settings.access_token_life_s * 1000
        token = "AQX" + state.secret(_ACCESS_BYTES)
        access = Token(token, ACCESS, client_id, member, scopes, now, now, now, expires, False)
        _insert(db, access)
    return Issued(access, refresh)


def renew(state: State, settings: Settings, refresh: Token) -> Issued:
    """A new access token, which cannot outlive the refresh token; the refresh token's end stays where it was."""
    now = state.now()
    expires = min(now + settings.access_token_life_s * 1000, refresh.expires_at)
    common = (refresh.client_id, refresh.member, refresh.scopes, refresh.authorized_at, now)
    usable = now + settings.fresh_token_lag_s * 1000
    access = Token("AQX" + state.secret(_ACCESS_BYTES), ACCESS, *common, usable, expires, False)
    with state.writing() as db:
        _insert(db, access)
        if settings.rotate_refresh_tokens:
            token = "AQV" + state.secret(_REFRESH_BYTES)
            refresh = Token(token, REFRESH, *common, now, refresh.expires_at, False)
            _insert(db, refresh)
    return Issued(access, refresh)


def _insert(db: sqlite3.Connection, token: Token) -> None:
    values = (
        token.token,
        token.kind,
        token.client_id,
        token.member,
        " ".join(token.scopes),
        token.authorized_at,
        token.created_at,
        token.usable_at,
        token.expires_at,
        token.revoked,
    )
    db.execute("INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def live_grants(state: State, member: str) -> dict[str, list[Token]]:
    """Application -> the member's tokens that still work, newest first."""
    rows = state.rows(
        "SELECT * FROM tokens WHERE member = ? AND revoked = 0 AND expires_at > ? ORDER BY created_at DESC",
        member,
        state.now(),
    )
    found: dict[str, list[Token]] = {}
    for row in rows:
        found.setdefault(row["client_id"], []).append(_token(row))
    return found


def revoke(state: State, *, token: str = "", client_id: str = "", member: str = "", kind: str = "") -> int:
    return _change(state, "revoked = 1", (), token=token, client_id=client_id, member=member, kind=kind)


def expire(state: State, *, token: str = "", client_id: str = "", member: str = "", kind: str = "") -> int:
    return _change(state, "expires_at = ?", (state.now(),), token=token, client_id=client_id, member=member, kind=kind)


def _change(state: State, what: str, values: tuple[object, ...], **which: str) -> int:
    """How many tokens changed; an empty condition chooses all."""
    given = {name: value for name, value in which.items() if value}
    where = " AND ".join(f"{name} = ?" for name in given) or "1"
    with state.writing() as db:
        return db.execute(f"UPDATE tokens SET {what} WHERE {where}", (*values, *given.values())).rowcount
