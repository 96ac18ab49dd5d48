"""Lead forms with every version. Source: linkedin-api reference, section 4.2."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from leadferry.simulators.linkedin.state import State

Form = dict[str, Any]

_ADMINISTRATIVE = {"id", "versionId", "created", "lastModified", "state", "reviewInfo"}
"""A change in these alone makes no new version."""

_VERSIONED = re.compile(r"urn:li:versionedLeadGenForm:\(urn:li:leadGenForm:(\d+),\s*(\d+)\)")


def parse_versioned_urn(urn: str) -> tuple[int, int] | None:
    """(form id, version); tolerates a space after the comma."""
    found = _VERSIONED.fullmatch(urn)
    return (int(found.group(1)), int(found.group(2))) if found else None


def versioned_urn(form: Form) -> str:
    return f"urn:li:versionedLeadGenForm:(urn:li:leadGenForm:{form['id']},{form['versionId']})"


def owner_urn(value: Any) -> str:
    """`{"sponsoredAccount": urn}` or `{"organization": urn}` to the URN, "" for anything else."""
    if isinstance(value, dict):
        for urn in value.values():
            if isinstance(urn, str):
                return urn
    return ""


def latest(state: State, form_id: int) -> Form | None:
    row = state.row("SELECT body FROM forms WHERE form_id = ? ORDER BY version DESC LIMIT 1", form_id)
    return msgspec.json.decode(row["body"]) if row else None


def version(state: State, form_id: int, number: int) -> Form | None:
    row = state.row("SELECT body FROM forms WHERE form_id = ? AND version = ?", form_id, number)
    return msgspec.json.decode(row["body"]) if row else None


def by_owner(state: State, owner: str) -> list[Form]:
    """The latest version of each form, by id."""
    rows = state.rows(
        "SELECT body FROM forms AS f WHERE owner = ? AND version = "
        "(SELECT max(version) FROM forms AS newer WHERE newer.form_id = f.form_id) ORDER BY form_id",
        owner,
    )
    return [msgspec.json.decode(row["body"]) for row in rows]


def publish(state: State, form_id: int, given: Form) -> Form:
    """Stores `given`; changed content becomes a new version, and the older ones stay."""
    form: Form = _without_nulls(given)
    with state.lock:
        now, before = state.now(), latest(state, form_id)
        number = form.get("versionId") or 1
        if before is not None:
            same = _content(before) == _content(form)
            number = before["versionId"] if same else max(number, before["versionId"] + 1)
        created = form.get("created") or (before or {}).get("created") or now
        form |= {"id": form_id, "versionId": number, "created": created}
        form.setdefault("lastModified", now)
        form.setdefault("hiddenFields", [])
        with state.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO forms VALUES (?, ?, ?, ?)",
                (form_id, number, owner_urn(form.get("owner")), msgspec.json.encode(form)),
            )
            state.fragments.clear()
    return form


def _content(form: Form) -> Form:
    content = {name: value for name, value in form.items() if name not in _ADMINISTRATIVE}
    content.setdefault("hiddenFields", [])
    return content


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
