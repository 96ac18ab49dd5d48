"""A file between upload and import, and how it is kept. Pure."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import msgspec

from leadferry.intake.csv_file import CsvFile
from leadferry.intake.model import ImportResult
from leadferry.words import for_json

LARGEST = 20_000_000
"""Bytes of one file."""
KEPT_MS, MOST = 3_600_000, 8
"""How long, and how many of one person; the oldest goes where there are more."""


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


Content = tuple[CsvFile | None, ImportResult | None]


def packed(one: Upload) -> bytes:
    return zlib.compress(msgspec.msgpack.encode((one.file, one.result), enc_hook=for_json), 1)


def unpacked(content: bytes) -> Content:
    found: Content = msgspec.msgpack.decode(zlib.decompress(content), type=Content)
    return found
