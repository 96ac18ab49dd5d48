"""A member's tokens: what they are, when they are renewed, what a refusal of the token endpoint means. Pure.

Source: Microsoft Learn "LinkedIn 3-Legged OAuth Flow", "Refresh Tokens with OAuth 2.0"; linkedin-api 1.2 to 1.4.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from leadferry.clock import Clock
from leadferry.errors import LinkedInError
from leadferry.linkedin.wire import TokenAnswer

RENEW_BEFORE_S = 600
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


def to_tokens(answer: TokenAnswer, now: int, refresh: str = "") -> Tokens:
    """`refresh`: the refresh token that was used, for an answer that does not repeat it."""
    life = answer.refresh_token_expires_in
    return Tokens(
        answer.access_token,
        answer.refresh_token or refresh,
        now + int(answer.expires_in) * 1000,
        now + int(life) * 1000 if life is not None else 0,
        to_scopes(answer.scope),
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


def is_due(tokens: Tokens, now: int, margin_s: int) -> bool:
    """Whether the access token should be renewed before the next call."""
    return not tokens.access or now >= tokens.access_expires_at - margin_s * 1000


def refused(status: int, error: str, description: str, *, grant: str) -> LinkedInError:
    """`grant`: `refresh_token` or `authorization_code`. The description is LinkedIn's text about parameters."""
    if error == "invalid_client":
        return LinkedInError(
            "LinkedIn refused the app's client id or client secret.",
            fix="Set LEADFERRY_LINKEDIN_CLIENT_SECRET to the one that the app shows in LinkedIn's developer portal.",
            code="linkedin-bad-client-secret",
            status=status,
            vendor_code=error,
        )
    if error == "invalid_redirect_uri" or "redirect" in description.lower():
        return LinkedInError(
            "LinkedIn does not know the redirect address.",
            fix="Register exactly this redirect address with the app in LinkedIn's developer portal.",
            code="linkedin-bad-redirect",
            status=status,
            vendor_code=error,
        )
    if grant == "refresh_token":
        return reauthorize("LinkedIn refused to renew the member's authorization.", status=status, vendor_code=error)
    return LinkedInError(
        "LinkedIn refused the authorization code: it is used up or older than 30 minutes.",
        fix="Start the authorization again.",
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


class TokenSource:
    """Gives a valid access token of one user profile; renews it in time and tells `save`. Thread-safe."""

    def __init__(
        self,
        tokens: Tokens,
        refresh: Callable[[str], Tokens],
        *,
        save: Callable[[Tokens], None],
        clock: Clock,
        sleep: Callable[[float], None],
        margin_s: int = RENEW_BEFORE_S,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._tokens, self._refresh, self._save = tokens, refresh, save
        self._clock, self._sleep, self._jitter, self._margin_s = clock, sleep, jitter, margin_s
        self._lock = threading.Lock()

    @property
    def scopes(self) -> tuple[str, ...]:
        return self._tokens.scopes

    def token(self) -> str:
        """Raises LinkedInError `linkedin-reauthorize` where only the member can help."""
        with self._lock:
            if is_due(self._tokens, self._clock(), self._margin_s):
                self._renew_in_time()
            return self._tokens.access

    def after_refusal(self, token: str) -> str:
        """After a 401 with `token`: another one, from another thread's renewal or from ours."""
        with self._lock:
            if self._tokens.access == token:
                self._renew()
            return self._tokens.access

    def wait_for_fresh(self) -> None:
        """A token just renewed is sometimes refused for some seconds (linkedin-api 1.3)."""
        self._sleep(self._jitter(2, 5))

    def _renew_in_time(self) -> None:
        valid = self._tokens.access and self._clock() < self._tokens.access_expires_at
        if not self._tokens.refresh and valid:
            return
        try:
            self._renew()
        except LinkedInError as error:
            # Still valid, and LinkedIn only out of reach: the next call tries again.
            if not valid or error.code not in {"linkedin-unreachable", "linkedin-throttled", "linkedin-unavailable"}:
                raise

    def _renew(self) -> None:
        if not self._tokens.refresh:
            raise reauthorize("The member's authorization at LinkedIn has expired or was withdrawn.")
        self._tokens = kept(self._refresh(self._tokens.refresh), self._tokens)
        self._save(self._tokens)
