"""Files between upload and import. In memory only: they hold answers of people, and nothing of them is left behind."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass

from leadferry.clock import Clock
from leadferry.errors import NotFoundError
from leadferry.intake.csv_file import CsvFile
from leadferry.intake.model import ImportResult
from leadferry.words import _

LARGEST = 20_000_000
"""Bytes of one file."""
KEPT_MS, MOST = 3_600_000, 8


@dataclass
class Upload:
    """`file` is gone once it is imported; `result` says then what came of it."""

    environment_id: int
    person_id: str
    name: str
    form_id: int | None
    at: int
    file: CsvFile | None
    result: ImportResult | None = None

    def __repr__(self) -> str:
        return f"Upload({self.name!r})"


class Uploads:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, Upload] = {}

    def add(self, environment_id: int, person_id: str, name: str, form_id: int | None, file: CsvFile) -> str:
        """Its key. The oldest goes where there are too many."""
        key = secrets.token_urlsafe(16)
        with self._lock:
            self._forget_old()
            while len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            self._known[key] = Upload(environment_id, person_id, name, form_id, self.clock(), file)
        return key

    def get(self, key: str, environment_id: int, person_id: str) -> Upload:
        """Its uploader's only."""
        with self._lock:
            self._forget_old()
            found = self._known.get(key)
        if found is None or (found.environment_id, found.person_id) != (environment_id, person_id):
            raise NotFoundError(
                _("This file is not here any more: it is kept for an hour."),
                fix=_("Upload it again."),
                code="upload-gone",
            )
        return found

    def drop(self, key: str) -> None:
        with self._lock:
            self._known.pop(key, None)

    def _forget_old(self) -> None:
        for key in [key for key, one in self._known.items() if self.clock() - one.at > KEPT_MS]:
            del self._known[key]
