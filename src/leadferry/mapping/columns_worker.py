"""The lead table of each environment, for pages: asked of Dynamics at most every few minutes."""

from __future__ import annotations

from collections.abc import Callable

from leadferry.accounts.model import Environment
from leadferry.clock import Clock
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.metadata import Table
from leadferry.errors import LeadferryError

KEPT_MS = 300_000
REFUSED_MS = 15_000
"""How long a failure is remembered: each page would wait for it again."""
_Key = tuple[int, int, str, str]


class LeadTables:
    """Also keeps the client that asks, and its token. One that failed is not used again: the secret may have been
    exchanged meanwhile."""

    def __init__(self, connect: Callable[[Environment], DataverseClient], clock: Clock) -> None:
        self._connect, self.clock = connect, clock
        self._clients: dict[_Key, DataverseClient] = {}
        self._tables: dict[_Key, tuple[int, Table]] = {}
        self._refused: dict[_Key, tuple[int, LeadferryError]] = {}

    def client(self, environment: Environment) -> DataverseClient:
        key = _key(environment)
        if key not in self._clients:
            self._clients[key] = self._connect(environment)
        return self._clients[key]

    def table(self, environment: Environment, *, fresh: bool = False) -> Table:
        """Raises LeadferryError where Dynamics cannot be asked. `fresh`: as it is this moment."""
        key, now = _key(environment), self.clock()
        kept = self._tables.get(key)
        if kept and not fresh and now - kept[0] <= KEPT_MS:
            return kept[1]
        refused = self._refused.get(key)
        if refused and not fresh and now - refused[0] <= REFUSED_MS:
            raise refused[1]
        return self._read(environment, key, now)

    def _read(self, environment: Environment, key: _Key, now: int) -> Table:
        try:
            table = self.client(environment).table("lead", fresh=True)
        except LeadferryError as error:
            self.forget(environment)
            self._refused[key] = now, error
            raise
        self._refused.pop(key, None)
        self._tables[key] = now, table
        return table

    def forget(self, environment: Environment) -> None:
        """The client, after it failed."""
        self._clients.pop(_key(environment), None)


def _key(environment: Environment) -> _Key:
    return environment.id, environment.created_at, environment.url, environment.client_id
