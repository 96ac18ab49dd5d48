"""Everything that is held of a person, as one JSON document: what they may ask for (GDPR, article 15). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from leadferry.clock import as_text
from leadferry.delivery.answers import answers, consents
from leadferry.delivery.model import Removal
from leadferry.forms.model import FormResponse, FormVersion
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.words import _

FORM = "leadferry-person/1"
Found = Mapping[str, Any]


def dossier(
    environment: str,
    dynamics: str,
    at: int,
    submissions: Iterable[Found],
    version_of: Callable[[int], FormVersion | None],
    mirror_id: Callable[[str], str],
) -> dict[str, Any]:
    """`submissions`: as `SubmissionStore.show` gives them, each with `places`. `mirror_id`: response id -> the row in
    Leadferry's table in Dynamics."""
    return {
        "document": FORM,
        "environment": environment,
        "dynamics": dynamics,
        "made_at": as_text(at),
        "submissions": [_submission(one, version_of, mirror_id) for one in submissions],
        "elsewhere": [
            _("The lead in Dynamics 365, by the id above, with what people and programs have added to it."),
            _("LinkedIn's own copy of the form response."),
            _("What webhooks were sent, where one wants answers."),
            _("Files that somebody downloaded, and backups of the database."),
        ],
    }


def _submission(
    found: Found, version_of: Callable[[int], FormVersion | None], mirror_id: Callable[[str], str]
) -> dict[str, Any]:
    form = version_of(found["form_version_id"]) if found["form_version_id"] else None
    response = readable(found["body"])
    told: dict[str, Any] = {
        "number": found["id"],
        "response_id": found["response_id"],
        "test_lead": found["test"],
        "lead_type": found["lead_type"],
        "form": found["form"],
        "campaign": found["campaign"],
        "account": found["account"],
        "submitted_at": as_text(found["submitted_at"]),
        "received_at": as_text(found["received_at"]),
        "settled_at": as_text(found["settled_at"]) if found["settled_at"] else None,
        "state": found["state"].label,
        "matching_status": found["matching_status"].label,
        "lead_id": found["lead_id"],
        "contact_id": found["contact_id"],
        "mirror_row_id": mirror_id(found["response_id"]),
        "answers": [{"question": one.question, "answer": one.answer} for one in answers(response, form)]
        if response
        else [],
        "consents": [{"text": text, "given": given} for _, text, given in consents(response, form)] if response else [],
        "timeline": [
            {"at": as_text(event["at"]), "what": event["kind"].label, "detail": _told(event["detail"])}
            for event in found["events"]
        ],
        "raw": _raw(found["body"]),
        "held_in": ["submissions", *(name for name, there in found.get("places", {}).items() if there)],
    }
    if found["removed_at"] is not None:
        told |= {"removed_at": as_text(found["removed_at"]), "removed": Removal(found["removal"]).words}
    return told


def readable(body: bytes | None) -> FormResponse | None:
    try:
        return to_form_response(body or b"")
    except UnreadableResponseError:
        return None


def emails_in(response: FormResponse | None) -> list[str]:
    """Whatever looks like an address, of any question."""
    texts = [(answer.text or "").strip() for answer in response.answers] if response else []
    return [text for text in dict.fromkeys(texts) if _is_email(text)]


def _is_email(text: str) -> bool:
    name, _, domain = text.partition("@")
    return bool(name) and "." in domain and " " not in text and "@" not in domain


def _told(detail: Found) -> dict[str, Any]:
    return {name: value for name, value in detail.items() if name != "trace"}


def _raw(body: bytes | None) -> Any:
    """As LinkedIn sent it; text where it is no JSON."""
    if body is None:
        return None
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body.decode("utf-8", "replace")
