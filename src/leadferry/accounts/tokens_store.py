"""The tokens of one user profile, shared by every thread and process that works with them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from leadferry.accounts.profile_store import ProfileStore
from leadferry.errors import LinkedInError
from leadferry.linkedin.tokens import Tokens


@dataclass(frozen=True)
class StoredTokens:
    """`on_expired`: told once, when LinkedIn has refused the tokens and only the member can help."""

    profiles: ProfileStore
    environment_id: int
    profile_id: int
    on_expired: Callable[[], None] = lambda: None

    def alone(self) -> AbstractContextManager[None]:
        """Dies with the process that holds it."""
        return self.profiles.database.alone(f"tokens-{self.profile_id}", wait=True)

    def load(self) -> Tokens | None:
        return self.profiles.tokens(self.environment_id, self.profile_id)

    def save(self, new: Tokens, before: Tokens) -> Tokens:
        return self.profiles.renew_tokens(self.environment_id, self.profile_id, new, before)

    def refused(self, tokens: Tokens, error: LinkedInError) -> None:
        if self.profiles.expire(self.environment_id, self.profile_id, tokens, error.message):
            self.on_expired()
