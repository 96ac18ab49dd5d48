"""Form responses: taken in bulk, kept as the JSON that will be served, found by owner, type and time.

The body is stored as given, odd shapes included, so that a client can be shown anything; only the order of the
answers is changed, because LinkedIn does not keep the form's order. Retention hides what is too old.
Source: linkedin-api reference, sections 4.3 and 4.6.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from leadferry.simulators.linkedin.kept_forms import owner_urn, parse_versioned_urn
from leadferry.simulators.linkedin.settings import Settings
from leadferry.simulators.linkedin.state import DAY_MS, State

_ORDERS = {
    "newest": "submitted_at DESC, id DESC",
    "oldest": "submitted_at, id",
    "shuffled": "scramble, id",
}

_SWEEP_MS = 60_000
_COUNTS_KEPT = 1_000

_INSERT = (
    "INSERT OR REPLACE INTO responses (id, owner, lead_type, submitted_at, test, form, entity, scramble, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class Criteria:
    """What the owner finder asks for. `start` inclusive, `end` exclusive; `test` None for both kinds."""

    owner: str
    lead_type: str
    start: int
    end: int | None = None
    test: bool | None = None
    form: str = ""
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What must be known of a form response to judge who may read it."""

    id: str
    owner: str
    lead_type: str
    body: bytes


def oldest_kept(state: State, settings: Settings) -> int:
    """The sweep runs once a minute, so the same question has the same answer for that long."""
    return state.now() // _SWEEP_MS * _SWEEP_MS - settings.retention_days * DAY_MS


def add(state: State, responses: Iterable[Any], owner: str = "", lead_type: str = "") -> list[str]:
    """The ids. `owner` and `lead_type` file the responses that do not name their own."""
    with state.writing() as db:
        count = db.execute("SELECT coalesce(max(place), 0) FROM responses").fetchone()[0]
        now = state.now()
        rows = [
            _row(response, f"unnamed-{count + number}", owner, lead_type, now)
            for number, response in enumerate(responses)
        ]
        db.executemany(_INSERT, rows)
        state.counted.clear()
    return [row[0] for row in rows]


def _row(response: Any, spare_id: str, owner: str, lead_type: str, now: int) -> tuple[Any, ...]:
    known = response if isinstance(response, dict) else {}
    response_id = str(known.get("id") or spare_id)
    _shuffle_answers(known, response_id)
    at = known.get("submittedAt")
    return (
        response_id,
        owner_urn(known.get("owner")) or owner,
        str(known.get("leadType") or lead_type),
        at if isinstance(at, int) else now,
        known.get("testLead") is True,
        normal_form_urn(str(known.get("versionedLeadGenFormUrn", ""))),
        owner_urn(known.get("associatedEntity")),
        zlib.crc32(response_id.encode()),
        msgspec.json.encode(response),
    )


def normal_form_urn(urn: str) -> str:
    """Without the space that some samples have after the comma."""
    named = parse_versioned_urn(urn)
    return f"urn:li:versionedLeadGenForm:(urn:li:leadGenForm:{named[0]},{named[1]})" if named else urn


def _shuffle_answers(response: dict[str, Any], response_id: str) -> None:
    """In an order that depends on the id alone, and never the given one where there are two answers or more."""
    form_response = response.get("formResponse")
    answers = form_response.get("answers") if isinstance(form_response, dict) else None
    if not isinstance(answers, list) or len(answers) < 2:
        return
    mixed = hashlib.blake2b(response_id.encode()).digest()
    order = sorted(range(len(answers)), key=lambda place: mixed[place % len(mixed)])
    if order == sorted(order):
        order = order[1:] + order[:1]
    form_response["answers"] = [answers[place] for place in order]  # type: ignore[index]


def remove(state: State, response_id: str) -> bool:
    with state.writing() as db:
        state.counted.clear()
        return db.execute("DELETE FROM responses WHERE id = ?", (response_id,)).rowcount > 0


def by_ids(state: State, settings: Settings, ids: Sequence[str]) -> dict[str, Kept]:
    marks = ", ".join("?" * len(ids))
    rows = state.rows(
        f"SELECT id, owner, lead_type, body FROM responses WHERE id IN ({marks}) AND submitted_at >= ?",
        *ids,
        oldest_kept(state, settings),
    )
    return {row["id"]: Kept(**dict(row)) for row in rows}


def count(state: State, criteria: Criteria) -> int:
    with state.lock:
        if criteria not in state.counted:
            where, values = _where(criteria)
            if len(state.counted) >= _COUNTS_KEPT:
                state.counted.clear()
            row = state.row(f"SELECT count(*) FROM responses WHERE {where}", *values)
            state.counted[criteria] = row[0] if row else 0
        return state.counted[criteria]


def page(state: State, criteria: Criteria, order: str, start: int, count_: int) -> list[bytes]:
    where, values = _where(criteria)
    rows = state.rows(
        f"SELECT body FROM responses WHERE {where} ORDER BY {_ORDERS[order]} LIMIT ? OFFSET ?", *values, count_, start
    )
    return [row[0] for row in rows]


def _where(criteria: Criteria) -> tuple[str, list[object]]:
    parts, values = ["owner = ?", "lead_type = ?", "submitted_at >= ?"], []
    values = [criteria.owner, criteria.lead_type, criteria.start]
    for column, value in (("form", criteria.form), ("entity", criteria.entity)):
        if value:
            parts.append(f"{column} = ?")
            values.append(value)
    if criteria.end is not None:
        parts.append("submitted_at < ?")
        values.append(criteria.end)
    if criteria.test is not None:
        parts.append("test = ?")
        values.append(int(criteria.test))
    return " AND ".join(parts), values


def ground_truth(state: State, settings: Settings) -> list[tuple[str, bool]]:
    """(id, test lead) of everything within retention, oldest first."""
    rows = state.rows(
        "SELECT id, test FROM responses WHERE submitted_at >= ? ORDER BY submitted_at, id", oldest_kept(state, settings)
    )
    return [(row["id"], bool(row["test"])) for row in rows]


def all_bodies(state: State, settings: Settings) -> list[bytes]:
    rows = state.rows(
        "SELECT body FROM responses WHERE submitted_at >= ? ORDER BY submitted_at, id", oldest_kept(state, settings)
    )
    return [row[0] for row in rows]
