"""The leads that a submission in review resembles, as they are in Dynamics now, kept for a moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from leadferry.clock import Clock
from leadferry.dataverse.client import DataverseClient
from leadferry.errors import LeadferryError
from leadferry.words import _

KEPT_MS = 30_000
WAIT_S = 4.0
MOST_KEPT = 200
Rows = dict[str, dict[str, Any]]


@dataclass
class _Reading:
    at: int
    done: threading.Event
    rows: Rows | None = None
    trouble: str = ""


class Candidates:
    """Of one environment. `client`: made when it is needed."""

    def __init__(self, client: Callable[[], DataverseClient], clock: Clock) -> None:
        self._make, self.clock = client, clock
        self._client: DataverseClient | None = None
        self._readings: dict[tuple[tuple[str, ...], tuple[str, ...]], _Reading] = {}
        self._lock = threading.Lock()

    def rows(self, ids: Sequence[str], select: Sequence[str], wait_s: float = WAIT_S) -> tuple[Rows | None, str]:
        """(id -> row of those that exist, "") or (None, why they could not be read). A slow answer is not waited for:
        the page shows what was recorded, and the next one finds it here."""
        if not ids:
            return {}, ""
        reading = self._reading((tuple(ids), tuple(select)))
        if not reading.done.wait(wait_s):
            return None, _("Dynamics has not answered yet.")
        return reading.rows, reading.trouble

    def forget(self) -> None:
        """After a decision: leads may have changed."""
        with self._lock:
            self._readings.clear()

    def _reading(self, key: tuple[tuple[str, ...], tuple[str, ...]]) -> _Reading:
        with self._lock:
            known = self._readings.get(key)
            if known and self.clock() - known.at < KEPT_MS:
                return known
            if len(self._readings) >= MOST_KEPT:
                self._readings.clear()
            made = self._readings[key] = _Reading(self.clock(), threading.Event())
        threading.Thread(target=self._read, args=(key, made), daemon=True, name="candidates").start()
        return made

    def _read(self, key: tuple[tuple[str, ...], tuple[str, ...]], reading: _Reading) -> None:
        try:
            self._client = self._client or self._make()
            reading.rows = self._client.rows_by_id("leads", "leadid", list(key[0]), list(key[1]))
        except LeadferryError as error:
            self._client, reading.trouble = None, error.message
        finally:
            reading.done.set()
