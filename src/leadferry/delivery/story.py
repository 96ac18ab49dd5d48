"""The journey and the timeline of one submission, in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadferry.delivery.model import EventKind, MatchingStatus, State
from leadferry.delivery.shown import span_words
from leadferry.mapping.model import ProblemKind
from leadferry.words import _, _n

Found = Mapping[str, Any]
DOORS = {1: _("by asking LinkedIn"), 2: _("by push"), 3: _("from a CSV file"), 4: _("from Microsoft's connector")}
LABELS = {
    "subject": _("Topic"),
    "firstname": _("First Name"),
    "lastname": _("Last Name"),
    "emailaddress1": _("Email"),
    "emailaddress2": _("Email Address 2"),
    "companyname": _("Company Name"),
    "jobtitle": _("Job Title"),
    "telephone1": _("Business Phone"),
    "mobilephone": _("Mobile Phone"),
    "address1_city": _("City"),
    "address1_country": _("Country"),
    "numberofemployees": _("No. of Employees"),
    "industrycode": _("Industry"),
    "leadsourcecode": _("Lead Source"),
    "description": _("Description"),
}
"""For the moment in which the table's definition is not at hand."""
_BIND = "@odata.bind"
_BOUND = re.compile(r"/(\w+)\(([0-9a-fA-F-]{36})\)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_LINKED = {"ferry_linkedinforms": "form", "ferry_linkedincampaigns": "campaign"}
"""Table that a lookup leads to -> what names it in the submission."""


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
    columns: tuple[str, ...] = ()
    """Lead columns that the text may name."""


def journey(found: Found) -> list[Station]:
    """Five stations; those still to come are dotted."""
    state, status = found["state"], found["matching_status"]
    open_ = not state.final
    matched = {
        State.REVIEW: _("some fields of a lead"),
        State.FAILED: _("see the timeline"),
        State.REJECTED: _("no lead wanted"),
    }.get(state, {MatchingStatus.CREATED: _("no lead yet")}.get(status, _("all fields of a lead")))
    done = {
        MatchingStatus.CREATED: (_("Created"), _("a new lead"), "add_circle"),
        MatchingStatus.UPDATED: (_("Updated"), _("an existing lead"), "edit"),
        MatchingStatus.NOT_UPDATED: (_("Linked"), _("to a lead, unchanged"), "link"),
    }.get(status, (_("Written"), _("nothing yet") if open_ or state is State.REVIEW else _("nothing"), "edit"))
    delivered = state is State.DELIVERED
    settled = (
        _("not yet")
        if open_
        else {State.REVIEW: _("waits for a decision"), State.FAILED: _("needs a person")}.get(state, _("counted"))
    )
    return [
        Station(_("Submitted"), _("at LinkedIn"), "send"),
        Station(_("Received"), DOORS.get(found["door"], ""), "database"),
        Station(_("Matched"), _("not yet") if open_ else matched, "target_arrow", open_),
        Station(*done, waiting=not delivered),
        Station(_("Settled"), settled, "checkmark", open_ or state in {State.REVIEW, State.FAILED}),
    ]


TITLES = {
    EventKind.CREATED: (_("Lead created in Dynamics"), "add_circle", "mark-good"),
    EventKind.UPDATED: (_("Lead updated in Dynamics"), "edit", "mark-info"),
    EventKind.LINKED: (_("Linked to a lead, nothing changed"), "link", "mark-info"),
    EventKind.HELD: (_("Held for review"), "question_circle", "mark-review"),
    EventKind.RETRY: (_("Not yet, tried again later"), "clock", "mark-warn"),
    EventKind.FAILED: (_("Needs a person"), "error_circle", "mark-bad"),
    EventKind.REPLAYED: (_("Put back on the way"), "arrow_clockwise", "mark-accent"),
    EventKind.REJECTED: (_("Decided: no lead"), "dismiss_circle", "mark-accent"),
    EventKind.RECOVERED: (_("Finished after an interruption"), "arrow_clockwise", "mark-info"),
    EventKind.UNDONE: (_("Undone"), "arrow_undo", "mark-warn"),
    EventKind.ADOPTED: (_("Settled by Microsoft's connector"), "database", "mark-info"),
    EventKind.RECOGNISED: (_("Recognised"), "link", "mark-info"),
    EventKind.STORED: (_("Stored"), "database", "mark-accent"),
    EventKind.ERASED: (_("Erased"), "delete", "mark-warn"),
    EventKind.DELETED: (_("Deleted at LinkedIn"), "delete", "mark-warn"),
}


def timeline(found: Found) -> list[Told]:
    """Newest first."""
    began = [
        Told(found["submitted_at"], _("Form sent"), _("By the person, at LinkedIn."), "send", "mark-accent"),
        Told(
            found["received_at"],
            _("Received"),
            _("Stored {door}.", door=DOORS.get(found["door"], "")),
            "database",
            "mark-accent",
        ),
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
    columns = tuple(detail.get("compared", ()))
    return Told(event["at"], title, " ".join(filter(None, said)), icon, mark, problems, tuple(facts), columns)


def _by(detail: Found) -> str:
    order = str(detail.get("order", ""))
    told = {
        "create": _("Decided: a new lead."),
        "lead": _("Decided: update this lead."),
        "link": _("Decided: link only."),
    }
    return " ".join(
        filter(
            None,
            (_("By {detail}.", detail=detail["by"]) if detail.get("by") else "", told.get(order.partition(":")[0], "")),
        )
    )


def _attempt(detail: Found) -> str:
    if "took_ms" not in detail:
        return ""
    others = detail.get("together", 1) - 1
    took = span_words(detail["took_ms"])
    if not others:
        return _("It took {time}.", time=took)
    return _n(
        "It took {time}, together with {others} other.",
        "It took {time}, together with {others} others.",
        others,
        time=took,
        others=f"{others:,}",
    )


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


def value_words(
    column: str,
    value: Any,
    columns: Mapping[str, Any],
    linked: Found | None = None,
    moment: Callable[[int], str] | None = None,
) -> str:
    """A choice by its label, yes and no, a time in the reader's zone, a lookup by what it leads to or its id; "" for
    none. `linked`: the submission, whose form and campaign are known by name."""
    if value is None or value == "":
        return ""
    if isinstance(value, str) and (bound := _BOUND.fullmatch(value)):
        return str((linked or {}).get(_LINKED.get(bound[1], "")) or bound[2])
    if moment and isinstance(value, str) and _MOMENT.fullmatch(value):
        return moment(int(datetime.fromisoformat(value).timestamp() * 1000))
    known = columns.get(column.removesuffix(_BIND))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if known and isinstance(value, int) and value in known.options:
        return f"{known.options[value]}"
    return str(value)
