"""What can be taken back of a submission, and whether the lead is still as it was left. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leadferry.delivery.model import EventKind
from leadferry.delivery.plan import BIND, bound_id, read_name, same

EFFECTS = frozenset({EventKind.CREATED, EventKind.UPDATED, EventKind.LINKED, EventKind.REJECTED})
CUT = "…"
TOUCHED_AFTER_S = 60
"""Rules of the environment may finish a new lead within that time; what is later was a person or another program."""


@dataclass(frozen=True, slots=True)
class Effect:
    """`changes`: column -> [before, after], of an update. `written`: columns of a new lead. `held`: it was in
    review, and goes back there."""

    kind: EventKind
    changes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    written: Mapping[str, Any] = field(default_factory=dict)
    held: bool = False


def last_effect(events: Sequence[Mapping[str, Any]]) -> Effect | None:
    """Of the newest event that did something; None where it was taken back already, nothing was done, or what was
    written is no longer kept."""
    held = any(event["kind"] is EventKind.HELD for event in events)
    for event in reversed(events):
        if event["kind"] in {EventKind.UNDONE, EventKind.HELD, EventKind.ERASED}:
            return None
        if event["kind"] in EFFECTS:
            if event["kind"] in {EventKind.LINKED, EventKind.REJECTED} and not held:
                return None
            detail = event["detail"]
            if detail.get("removed"):  # what was there before is not known any more
                return None
            return Effect(event["kind"], detail.get("changes", {}), detail.get("written", {}), held)
    return None


def columns_read(effect: Effect) -> list[str]:
    names = {read_name(column) for column in (*effect.changes, *effect.written)}
    return sorted({"createdon", "modifiedon", "statecode", *(name for name in names if not name.startswith("@"))})


def touched(effect: Effect, row: Mapping[str, Any]) -> list[str]:
    """Columns that hold something else by now than what was written."""
    written = effect.written or {column: after for column, (_, after) in effect.changes.items()}
    return [column for column, value in written.items() if not _still(row.get(read_name(column)), column, value)]


def touched_since(row: Mapping[str, Any]) -> bool:
    """Whether a new lead was changed at all since it was made."""
    made, changed = (_moment(row.get(name)) for name in ("createdon", "modifiedon"))
    return made is not None and changed is not None and (changed - made).total_seconds() > TOUCHED_AFTER_S


def values_before(changes: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """What to write so that the lead holds the old values again."""
    return {column: _reference(column, before, after) for column, (before, after) in changes.items()}


def named(columns: Iterable[str], labels: Mapping[str, str]) -> str:
    return ", ".join(labels.get(column, column.removesuffix(BIND)) for column in columns)


def _still(now: Any, column: str, written: Any) -> bool:
    if column.endswith(BIND):
        return same(now, bound_id(written))
    if isinstance(written, str) and written.endswith(CUT) and isinstance(now, str):
        return now.startswith(written.removesuffix(CUT))
    return same(now, written)


def _reference(column: str, before: Any, after: Any) -> Any:
    if not column.endswith(BIND) or before in {None, ""}:
        return before
    return f"{str(after).rpartition('(')[0]}({before})"


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
