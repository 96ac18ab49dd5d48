"""The journey and the timeline of one submission, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadferry.delivery.model import EventKind, MatchingStatus, State
from leadferry.delivery.shown import span_words
from leadferry.mapping.model import ProblemKind

Found = Mapping[str, Any]
DOORS = {1: "by asking LinkedIn", 2: "by push", 3: "from a CSV file", 4: "from Microsoft's connector"}
LABELS = {
    "subject": "Topic",
    "firstname": "First Name",
    "lastname": "Last Name",
    "emailaddress1": "Email",
    "emailaddress2": "Email Address 2",
    "companyname": "Company Name",
    "jobtitle": "Job Title",
    "telephone1": "Business Phone",
    "mobilephone": "Mobile Phone",
    "address1_city": "City",
    "address1_country": "Country",
    "numberofemployees": "No. of Employees",
    "industrycode": "Industry",
    "leadsourcecode": "Lead Source",
    "description": "Description",
}
"""For the moment in which the table's definition is not at hand."""
_BIND = "@odata.bind"


@dataclass(frozen=True, slots=True)
class Station:
    name: str
    detail: str
    icon: str
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the timeline."""

    at: int
    title: str
    text: str
    icon: str
    mark: str
    problems: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def journey(found: Found) -> list[Station]:
    """Five stations; those still to come are dotted."""
    state, status = found["state"], found["matching_status"]
    open_ = not state.final
    matched = {
        State.REVIEW: "some fields of a lead",
        State.FAILED: "see the timeline",
        State.REJECTED: "no lead wanted",
    }.get(state, {MatchingStatus.CREATED: "no lead yet"}.get(status, "all fields of a lead"))
    done = {
        MatchingStatus.CREATED: ("Created", "a new lead", "add_circle"),
        MatchingStatus.UPDATED: ("Updated", "an existing lead", "edit"),
        MatchingStatus.NOT_UPDATED: ("Linked", "to a lead, unchanged", "link"),
    }.get(status, ("Written", "nothing yet" if open_ or state is State.REVIEW else "nothing", "edit"))
    delivered = state is State.DELIVERED
    settled = (
        "not yet"
        if open_
        else {State.REVIEW: "waits for a decision", State.FAILED: "needs a person"}.get(state, "counted")
    )
    return [
        Station("Submitted", "at LinkedIn", "send"),
        Station("Received", DOORS.get(found["door"], ""), "database"),
        Station("Matched", "not yet" if open_ else matched, "target_arrow", open_),
        Station(*done, waiting=not delivered),
        Station("Settled", settled, "checkmark", open_ or state in {State.REVIEW, State.FAILED}),
    ]


TITLES = {
    EventKind.CREATED: ("Lead created in Dynamics", "add_circle", "mark-good"),
    EventKind.UPDATED: ("Lead updated in Dynamics", "edit", "mark-info"),
    EventKind.LINKED: ("Linked to a lead, nothing changed", "link", "mark-info"),
    EventKind.HELD: ("Held for review", "question_circle", "mark-review"),
    EventKind.RETRY: ("Not yet, tried again later", "clock", "mark-warn"),
    EventKind.FAILED: ("Needs a person", "error_circle", "mark-bad"),
    EventKind.REPLAYED: ("Put back on the way", "arrow_clockwise", "mark-accent"),
    EventKind.REJECTED: ("Decided: no lead", "dismiss_circle", "mark-accent"),
    EventKind.RECOVERED: ("Finished after an interruption", "arrow_clockwise", "mark-info"),
    EventKind.UNDONE: ("Undone", "arrow_undo", "mark-warn"),
    EventKind.ADOPTED: ("Settled by Microsoft's connector", "database", "mark-info"),
    EventKind.RECOGNISED: ("Recognised", "link", "mark-info"),
    EventKind.STORED: ("Stored", "database", "mark-accent"),
    EventKind.ERASED: ("Erased", "delete", "mark-warn"),
    EventKind.DELETED: ("Deleted at LinkedIn", "delete", "mark-warn"),
}


def timeline(found: Found) -> list[Told]:
    """Newest first."""
    began = [
        Told(found["submitted_at"], "Form sent", "By the person, at LinkedIn.", "send", "mark-accent"),
        Told(found["received_at"], "Received", f"Stored {DOORS.get(found['door'], '')}.", "database", "mark-accent"),
    ]
    return [*(_told(event) for event in reversed(found["events"])), *reversed(began)]


def _told(event: Found) -> Told:
    detail = event["detail"]
    title, icon, mark = TITLES[event["kind"]]
    said = [_by(detail), detail.get("message") or detail.get("why", ""), _attempt(detail)]
    facts = [
        f"{name.replace('_', ' ')} {detail[name]}"
        for name in ("code", "vendor_code", "status", "request_id")
        if detail.get(name)
    ]
    problems = tuple(problem_words(problem) for problem in detail.get("problems", []))
    return Told(event["at"], title, " ".join(filter(None, said)), icon, mark, problems, tuple(facts))


def _by(detail: Found) -> str:
    order = str(detail.get("order", ""))
    told = {"create": "Decided: a new lead.", "lead": "Decided: update this lead.", "link": "Decided: link only."}
    return " ".join(
        filter(None, (f"By {detail['by']}." if detail.get("by") else "", told.get(order.partition(":")[0], "")))
    )


def _attempt(detail: Found) -> str:
    if "took_ms" not in detail:
        return ""
    others = detail.get("together", 1) - 1
    together = f", together with {others:,} other{'s' if others > 1 else ''}" if others else ""
    return f"It took {span_words(detail['took_ms'])}{together}."


def problem_words(problem: Found) -> str:
    """`Phone number: too long, cut`."""
    kind = str(problem.get("kind", ""))
    detail = problem.get("detail") or ProblemKind(kind).value.replace("_", " ")
    return f"{problem.get('field', '')}: {detail}{', ' + problem['action'] if problem.get('action') else ''}"


def last_outcome(events: Sequence[Found]) -> Found:
    """The detail of the newest delivery, {} before the first."""
    kinds = {EventKind.CREATED, EventKind.UPDATED, EventKind.LINKED, EventKind.HELD, EventKind.FAILED, EventKind.RETRY}
    return next((event["detail"] for event in reversed(events) if event["kind"] in kinds), {})


def label(column: str, columns: Mapping[str, Any]) -> str:
    """The column's name as Dynamics shows it."""
    name = column.removesuffix(_BIND)
    known = columns.get(name) or columns.get(name.lower())
    return (known.label if known else "") or LABELS.get(name, name)


def value_words(column: str, value: Any, columns: Mapping[str, Any]) -> str:
    """A choice by its label, yes and no, a lookup by its id; "" for none."""
    if value is None or value == "":
        return ""
    known = columns.get(column.removesuffix(_BIND))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if known and isinstance(value, int) and value in known.options:
        return f"{known.options[value]}"
    return str(value)
