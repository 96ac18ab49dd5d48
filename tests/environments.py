"""Environments for tests, and a clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass

from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.model import Environment
from leadferry.accounts.vault import Vault
from leadferry.store.database import Database

KEY = b"k" * 32


@dataclass
class StandingClock:
    """Moves only when told to."""

    now: int = 1_790_000_000_000

    def __call__(self) -> int:
        return self.now


def environment_store(database: Database, clock: StandingClock | None = None) -> EnvironmentStore:
    return EnvironmentStore(database, Vault([KEY]), clock or StandingClock())


def connect(database: Database, name: str) -> Environment:
    return environment_store(database).add(
        name, f"https://{name}.crm4.dynamics.com", tenant_id="tenant", client_id="client", secret="hush"
    )
