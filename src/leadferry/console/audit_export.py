"""The audit as a file, piece by piece. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import msgspec

from leadferry.clock import as_text
from leadferry.words import json_of

COLUMNS = (
    "id", "at", "environment", "person", "person_id", "via", "action", "record_kind", "record_id", "record", "before",
    "after",
)  # fmt: skip


def as_csv(entries: Iterable[Any]) -> Iterator[str]:
    yield line(COLUMNS)
    for entry in entries:
        values = shown(entry)
        yield line([cell(values[name]) for name in COLUMNS])


def as_json(entries: Iterable[Any]) -> Iterator[str]:
    """One array."""
    before = "[\n"
    for entry in entries:
        yield before + json_of(shown(entry)).decode()
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def shown(entry: Any) -> dict[str, Any]:
    values = asdict(entry)
    return {**{name: values[name] for name in COLUMNS}, "at": as_text(entry.at)}


def cell(value: Any) -> str:
    """A spreadsheet takes what begins so for a formula; a quote in front keeps it text."""
    text = value if isinstance(value, str) else "" if value is None else msgspec.json.encode(value).decode()
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
