"""The body of a message: one envelope for every event, the same bytes at each attempt. Pure.

`docs/how-to/webhooks.md` shows it. What is in it stays; new names may be added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from leadferry.clock import as_text
from leadferry.delivery.answers import answers, consents
from leadferry.delivery.model import MatchingStatus, State
from leadferry.delivery.shown import lead_address
from leadferry.forms.model import FormResponse, FormVersion
from leadferry.webhooks.model import EventType
from leadferry.words import json_of


@dataclass(frozen=True, slots=True)
class Place:
    """The environment that it happened in. `console_url`: the console's address for links; "" where it is not known."""

    id: int
    name: str
    url: str
    console_url: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The submission that it is about. `row`: as `facts_store` reads it. `response`: where its answers are told."""

    row: Mapping[str, Any]
    response: FormResponse | None = None
    form: FormVersion | None = None


def body_of(
    event: EventType,
    message_id: str,
    happened_at: int,
    place: Place,
    facts: Mapping[str, Any],
    told: Told | None,
) -> bytes:
    """`facts`: of the moment when it happened. `told` None: a test, about no submission."""
    envelope = {
        "type": event.value,
        "id": message_id,
        "timestamp": as_text(happened_at),
        "environment": {"id": place.id, "name": place.name, "url": place.url},
        "data": {"test": True} if told is None else _data(place, facts, told),
    }
    return json_of(envelope)


def without_answers(body: bytes) -> dict[str, Any]:
    """A body that was sent, for who may not read what people answered."""
    envelope: dict[str, Any] = msgspec.json.decode(body)
    envelope["data"] = {name: value for name, value in envelope["data"].items() if name not in {"answers", "consents"}}
    return envelope


def _data(place: Place, facts: Mapping[str, Any], told: Told) -> dict[str, Any]:
    row = told.row
    data = {
        "test": row["test"],
        "submission": _submission(place, row, facts),
        "form": _named(row, "form", "form_id", version=row["form_version"]),
        "campaign": _named(row, "campaign", "campaign_urn"),
        "owner": _named(row, "owner", "owner_urn"),
        "lead": _record(place, "lead", facts.get("lead_id", row["lead_id"])),
        "contact": _record(place, "contact", facts.get("contact_id", row["contact_id"])),
        "changed_columns": list(facts.get("columns", ())),
        "problem": {"code": facts["code"], "reason": facts.get("reason", "")} if facts.get("code") else None,
    }
    return data | (_answered(told.response, told.form) if told.response else {})


def _submission(place: Place, row: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    status = MatchingStatus(facts.get("matching_status", row["matching_status"]))
    return {
        "id": row["id"],
        "response_id": row["response_id"],
        "lead_type": row["lead_type"],
        "submitted_at": _moment(row["submitted_at"]),
        "received_at": _moment(row["received_at"]),
        "state": State(facts.get("state", row["state"])).label,
        "matching_status": {"value": int(status), "label": status.label},
        "url": f"{place.console_url}/e/{place.id}/submissions/{row['id']}" if place.console_url else None,
    }


def _moment(at_ms: int) -> str | None:
    """A response may claim to be of the year 60000."""
    try:
        return as_text(at_ms)
    except (ValueError, OverflowError, OSError):
        return None


def _named(row: Mapping[str, Any], name: str, key: str, **more: Any) -> dict[str, Any] | None:
    """`form` with its LinkedIn id, `campaign` and `owner` with their URN; None where LinkedIn named none."""
    return None if row[key] is None else {"id": row[key], "name": row[name], **more}


def _record(place: Place, table: str, key: str | None) -> dict[str, str] | None:
    return {"id": key, "url": lead_address(place.url, key, table)} if key else None


def _answered(response: FormResponse, form: FormVersion | None) -> dict[str, Any]:
    return {
        "answers": [
            {"question_id": one.question_id, "question": one.question, "answer": one.answer}
            for one in answers(response, form)
        ],
        "consents": [{"id": key, "text": text, "given": given} for key, text, given in consents(response, form)],
    }
