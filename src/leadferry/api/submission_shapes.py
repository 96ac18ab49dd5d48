"""What the API says of form submissions. `Told` of `delivery.story` gives the words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from leadferry.api.shapes import moment
from leadferry.delivery.answers import answers, consents
from leadferry.delivery.filters import STATUSES
from leadferry.delivery.model import MatchingStatus
from leadferry.delivery.shown import lead_address, person_of
from leadferry.delivery.story import last_outcome, timeline
from leadferry.delivery.undo import last_effect
from leadferry.forms.model import FormResponse, FormVersion
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.mapping.model import FieldMapping

Found = Mapping[str, Any]
Versions = Callable[[int], FormVersion | None]
WORDS: Mapping[MatchingStatus, str] = {status: word for word, status in STATUSES.items()}


class SubmissionShape(msgspec.Struct):
    """`status`: the word of the filter; `matching_status`, `processing_state`: as Dynamics calls them. `name`, `email`
    and `company` are as they were answered."""

    id: int
    response_id: str
    submitted_at: str | None
    received_at: str | None
    settled_at: str | None
    name: str
    email: str
    company: str
    form_id: int | None
    form: str
    account_id: int | None
    account: str
    campaign_id: int | None
    campaign: str
    lead_type: str
    test: bool
    state: str
    status: str
    matching_status: str
    processing_state: str
    attempts: int
    lead_id: str | None
    contact_id: str | None
    lead_address: str
    """The lead's page in Dynamics; "" where there is none."""


class SubmissionPage(msgspec.Struct):
    """A page may hold fewer than asked for, where a search looked long: go on until `next` is null. `unsearchable`: how
    many submissions a search does not find yet."""

    items: list[SubmissionShape]
    next: str | None
    unsearchable: int = 0


class AnswerShape(msgspec.Struct):
    """`column` "": no mapping takes it. `written`: what went into the column, null where nothing did."""

    question_id: int
    question: str
    answer: str
    column: str
    written: Any


class ConsentShape(msgspec.Struct):
    id: int
    text: str
    given: bool


class ChangedColumn(msgspec.Struct):
    column: str
    before: Any
    after: Any


class ProblemShape(msgspec.Struct):
    """What did not fit a column, and what was done with it."""

    kind: str
    field: str
    column: str
    detail: str
    action: str


class EventShape(msgspec.Struct):
    """`kind` `retry` and `failed` are attempts that did not end well: `code`, `vendor_code`, `status` and `request_id`
    say what the service answered."""

    at: str | None
    kind: str
    title: str
    text: str
    problems: list[str]
    code: str = ""
    vendor_code: str = ""
    status: int = 0
    request_id: str = ""


class SubmissionDetail(SubmissionShape):
    """`why`: why it matched, or did not. `changes`: of an updated lead; `written`: of a new one. `duplicates`: other
    leads that agree in all fields. `next_attempt_at`: where it is tried again. `undo`: what undoing would take back, ""
    where nothing can be. `readable` false: see `raw`."""

    why: str = ""
    changes: list[ChangedColumn] = []
    written: dict[str, Any] = {}
    problems: list[ProblemShape] = []
    candidates: list[str] = []
    duplicates: list[str] = []
    next_attempt_at: str | None = None
    undo: str = ""
    readable: bool = True
    answers: list[AnswerShape] = []
    consents: list[ConsentShape] = []
    timeline: list[EventShape] = []


class Done(msgspec.Struct):
    """In words."""

    done: str


class ManyWish(msgspec.Struct, forbid_unknown_fields=True):
    """Numbers of submissions, at most 200."""

    ids: list[int]


class Refused(msgspec.Struct):
    id: int
    code: str
    detail: str


class Crossed(msgspec.Struct):
    """`ids`: those that were put on their way. `crossed` false: Dynamics was not done with them when this was answered;
    they cross by themselves, and `detail` says what holds them up."""

    ids: list[int]
    refused: list[Refused]
    crossed: bool
    detail: str


def submission_shape(row: Found, versions: Versions, environment_url: str) -> SubmissionShape:
    return SubmissionShape(**_facts(row, versions, environment_url))


def _facts(row: Found, versions: Versions, environment_url: str) -> dict[str, Any]:
    person, lead_id = person_of(row, versions), row["lead_id"]
    return {
        **{name: row[name] for name in ("id", "response_id", "campaign_id", "lead_type", "test", "attempts")},
        **{name: moment(row[name]) for name in ("submitted_at", "received_at", "settled_at")},
        **{name: row[name] or "" for name in ("form", "account", "campaign")},
        "name": person.name,
        "email": person.email,
        "company": person.company,
        "form_id": row["form_key"],
        "account_id": row["owner_id"],
        "state": row["state"].label,
        "status": WORDS[row["matching_status"]],
        "matching_status": row["matching_status"].label,
        "processing_state": row["processing_state"].label,
        "lead_id": lead_id,
        "contact_id": row["contact_id"],
        "lead_address": lead_address(environment_url, lead_id) if lead_id else "",
    }


def detail_shape(
    found: Found, versions: Versions, environment_url: str, mappings: Sequence[FieldMapping]
) -> SubmissionDetail:
    outcome, response = last_outcome(found["events"]), _response(found["body"])
    form = versions(found["form_version_id"]) if found["form_version_id"] else None
    changes, effect = outcome.get("changes", {}), last_effect(found["events"])
    written = outcome.get("written", {})
    into = written | {column: after for column, (_, after) in changes.items()}
    return SubmissionDetail(
        **_facts(found, versions, environment_url),
        why=outcome.get("why", "") or outcome.get("message", ""),
        changes=[ChangedColumn(column, before, after) for column, (before, after) in changes.items()],
        written=written,
        problems=[_problem(one) for one in outcome.get("problems", [])],
        candidates=list(outcome.get("candidates", [])),
        duplicates=list(outcome.get("duplicates", [])),
        next_attempt_at=moment(found["due_at"]) if found["state"].label == "retry" else None,
        undo=effect.kind.label if effect else "",
        readable=response is not None,
        answers=_answers(response, form, mappings, into) if response else [],
        consents=[ConsentShape(*one) for one in consents(response, form)] if response else [],
        timeline=_timeline(found),
    )


def _response(body: bytes | None) -> FormResponse | None:
    try:
        return to_form_response(body or b"")
    except UnreadableResponseError:
        return None


def _answers(
    response: FormResponse, form: FormVersion | None, mappings: Sequence[FieldMapping], written: Mapping[str, Any]
) -> list[AnswerShape]:
    return [
        AnswerShape(one.question_id, one.question, one.answer, one.column, one.written)
        for one in answers(response, form, mappings, written)
    ]


def _problem(one: Found) -> ProblemShape:
    return ProblemShape(*(str(one.get(name) or "") for name in ProblemShape.__struct_fields__))


def _timeline(found: Found) -> list[EventShape]:
    """Newest first, as on the page; the last two come before anything was done."""
    events = list(reversed(found["events"]))
    kinds = [*(event["kind"].label for event in events), "received", "submitted"]
    details = [*(event["detail"] for event in events), {}, {}]
    return [
        EventShape(moment(told.at), kind, told.title, told.text, list(told.problems), **_service_said(detail))
        for told, kind, detail in zip(timeline(found), kinds, details, strict=True)
    ]


def _service_said(detail: Found) -> dict[str, Any]:
    return {name: detail[name] for name in ("code", "vendor_code", "status", "request_id") if detail.get(name)}
