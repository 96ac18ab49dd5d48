"""A member's tokens: what they are, when they are renewed, what a refusal of the token endpoint means. Pure.

Source: Microsoft Learn "LinkedIn 3-Legged OAuth Flow", "Refresh Tokens with OAuth 2.0"; linkedin-api 1.2 to 1.4.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Protocol

from leadferry.clock import Clock
from leadferry.errors import LinkedInError
from leadferry.linkedin.wire import TokenAnswer
from leadferry.words import _

MINUTE_MS, DAY_MS = 60_000, 86_400_000
RENEW_BEFORE_MS = (10 * MINUTE_MS, 10 * DAY_MS)
"""A sixth of a token's life before its end, within these bounds: 10 days of 60."""
TRY_AGAIN_MS = 10 * MINUTE_MS
"""From a renewal that failed while the token is still good to the next attempt."""
REFUSED_FOR_MS = 60 * MINUTE_MS
"""How long a refusal that only the member can mend is believed before LinkedIn is asked again."""
MEMBER_CODES = frozenset({"linkedin-reauthorize", "linkedin-unauthorized"})
"""Only the member can help. Wrong credentials of the app are not among them: the consent is as good as before."""
REAUTHORIZE = "Let the member authorize the user profile again: `leadferry profile authorize`."


@dataclass(frozen=True, slots=True)
class Tokens:
    """Times in ms UTC. `refresh` is "" for an app that gets no refresh tokens; then the member consents anew."""

    access: str = field(repr=False)
    refresh: str = field(repr=False, default="")
    access_expires_at: int = 0
    refresh_expires_at: int = 0
    """0: unknown."""
    scopes: tuple[str, ...] = ()
    issued_at: int = 0
    """When the access token was issued; 0: unknown."""


def to_tokens(answer: TokenAnswer, now: int, refresh: str = "") -> Tokens:
    """`refresh`: the refresh token that was used, for an answer that does not repeat it."""
    life = answer.refresh_token_expires_in
    return Tokens(
        answer.access_token,
        answer.refresh_token or refresh,
        now + int(answer.expires_in) * 1000,
        now + int(life) * 1000 if life is not None else 0,
        to_scopes(answer.scope),
        now,
    )


def kept(new: Tokens, before: Tokens) -> Tokens:
    """What a refresh does not tell stays as it was: scopes, the refresh token's end."""
    return replace(
        new,
        scopes=new.scopes or before.scopes,
        refresh_expires_at=new.refresh_expires_at or before.refresh_expires_at,
    )


def to_scopes(text: str | None) -> tuple[str, ...]:
    """Separated by blanks in the documentation, by commas in life."""
    return tuple((text or "").replace(",", " ").split())


def renew_before_ms(tokens: Tokens) -> int:
    """How long before its end an access token is renewed: 10 days of 60, 10 minutes of an hour."""
    soonest, latest = RENEW_BEFORE_MS
    if not tokens.issued_at:
        return soonest
    life = max(0, tokens.access_expires_at - tokens.issued_at)
    return min(max(soonest, min(latest, life // 6)), max(life // 2, MINUTE_MS))


def is_due(tokens: Tokens, now: int) -> bool:
    """Whether the access token should be renewed before the next call. Where the refresh token ends no later, nothing
    is won by renewing early: the new token would end at the same moment (linkedin-api 1.3)."""
    if not tokens.access or now >= tokens.access_expires_at - MINUTE_MS:
        return True
    if tokens.refresh_expires_at and tokens.refresh_expires_at <= tokens.access_expires_at + MINUTE_MS:
        return False
    return now >= tokens.access_expires_at - renew_before_ms(tokens)


def refused(status: int, error: str, description: str, *, grant: str) -> LinkedInError:
    """`grant`: `refresh_token` or `authorization_code`. The description is LinkedIn's text about parameters."""
    if error == "invalid_client":
        return LinkedInError(
            _("LinkedIn refused the app's client id or client secret."),
            fix=_("Set LEADFERRY_LINKEDIN_CLIENT_SECRET to the one that the app shows in LinkedIn's developer portal."),
            code="linkedin-bad-client-secret",
            status=status,
            vendor_code=error,
        )
    if error == "invalid_redirect_uri" or "redirect" in description.lower():
        return LinkedInError(
            _("LinkedIn does not know the redirect address."),
            fix=_("Register exactly this redirect address with the app in LinkedIn's developer portal."),
            code="linkedin-bad-redirect",
            status=status,
            vendor_code=error,
        )
    if grant == "refresh_token":
        return reauthorize(_("LinkedIn refused to renew the member's authorization."), status=status, vendor_code=error)
    return LinkedInError(
        _("LinkedIn refused the authorization code: it is used up or older than 30 minutes."),
        fix=_("Start the authorization again."),
        code="linkedin-bad-code",
        status=status,
        vendor_code=error,
    )


def reauthorize(message: str, *, status: int = 401, vendor_code: str = "", request_id: str = "") -> LinkedInError:
    return LinkedInError(
        message,
        fix=REAUTHORIZE,
        code="linkedin-reauthorize",
        status=status,
        vendor_code=vendor_code,
        request_id=request_id,
    )


class SharedTokens(Protocol):
    """Where the tokens of one user profile are kept, for every thread and process that works with them."""

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else renews meanwhile."""
        ...

    def load(self) -> Tokens | None:
        """As they are stored now: another process may have renewed them, the member may have consented anew."""
        ...

    def save(self, new: Tokens, before: Tokens) -> Tokens:
        """Replaces `before` by `new`, unless others are stored by now. Returns what is stored."""
        ...

    def refused(self, tokens: Tokens, error: LinkedInError) -> None:
        """LinkedIn takes these no more, and only the member can help."""
        ...


@dataclass
class OwnTokens:
    """Tokens that nobody else knows: of a consent just given, of a test."""

    saved: Callable[[Tokens], None] = lambda _: None
    on_refused: Callable[[LinkedInError], None] = lambda _: None

    def alone(self) -> AbstractContextManager[None]:
        return nullcontext()

    def load(self) -> Tokens | None:
        return None

    def save(self, new: Tokens, before: Tokens) -> Tokens:  # noqa: ARG002
        self.saved(new)
        return new

    def refused(self, tokens: Tokens, error: LinkedInError) -> None:  # noqa: ARG002
        self.on_refused(error)


class TokenSource:
    """Gives a valid access token of one user profile and renews it in time: one renewal at a time, whichever thread or
    process wants it, and none of a token that another has just renewed. Thread-safe."""

    def __init__(
        self,
        tokens: Tokens,
        refresh: Callable[[str], Tokens],
        shared: SharedTokens,
        *,
        clock: Clock,
        sleep: Callable[[float], None],
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._tokens, self._refresh, self._shared = tokens, refresh, shared
        self._clock, self._sleep, self._jitter = clock, sleep, jitter
        self._lock = threading.Lock()
        self._early_from = 0
        self._refusal: LinkedInError | None = None
        self._refused_at = 0

    @property
    def scopes(self) -> tuple[str, ...]:
        return self._tokens.scopes

    def token(self) -> str:
        """Raises LinkedInError `linkedin-reauthorize` where only the member can help."""
        with self._lock:
            if is_due(self._tokens, self._clock()):
                self._renew_in_time()
            return self._tokens.access

    def after_refusal(self, token: str) -> str:
        """After a 401 with `token`: another one, from another's renewal or from ours."""
        with self._lock:
            if self._tokens.access == token:
                self._renew(refused=token)
            return self._tokens.access

    def wait_for_fresh(self) -> None:
        """A token just renewed is sometimes refused for some seconds (linkedin-api 1.3)."""
        self._sleep(self._jitter(2, 5))

    def given_up(self, token: str, error: LinkedInError) -> None:
        """LinkedIn refused `token` for good, after a renewal and a wait."""
        with self._lock:
            if self._tokens.access == token:
                self._shared.refused(self._tokens, error)

    def _renew_in_time(self) -> None:
        now = self._clock()
        if not self._tokens.access or now >= self._tokens.access_expires_at:
            self._renew()
        elif self._tokens.refresh and now >= self._early_from:
            try:
                self._renew()
            except LinkedInError:
                # Still valid. Whoever can help has been told; leads go on crossing meanwhile.
                self._early_from = now + TRY_AGAIN_MS

    def _renew(self, refused: str = "") -> None:
        """`refused`: an access token that LinkedIn did not take, though its time is not over."""
        with self._shared.alone():
            stored = self._shared.load() or self._tokens
            changed = stored.access != self._tokens.access or stored.refresh != self._tokens.refresh
            self._tokens = stored
            if changed and stored.access != refused and not is_due(stored, self._clock()):
                return
            try:
                self._tokens = self._shared.save(self._renewed(forget=changed), stored)
            except LinkedInError as error:
                if error.code in MEMBER_CODES:
                    self._shared.refused(stored, error)
                raise

    def _renewed(self, *, forget: bool) -> Tokens:
        if self._refusal and not forget and self._clock() < self._refused_at + REFUSED_FOR_MS:
            raise reauthorize(self._refusal.message, vendor_code=self._refusal.vendor_code)
        self._refusal = None
        if not self._tokens.refresh:
            raise reauthorize("The member's authorization at LinkedIn has expired or was withdrawn.")
        try:
            return kept(self._refresh(self._tokens.refresh), self._tokens)
        except LinkedInError as error:
            if error.code in MEMBER_CODES:
                self._refusal, self._refused_at = error, self._clock()
            raise
