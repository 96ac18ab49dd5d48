"""`/api/v1/retention`, `people`, `test-leads`, `deleted-responses`."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar.params import JSONBody

from leadferry.api.call_routes import AtCall, Call, delete, post, read
from leadferry.api.shapes import moment
from leadferry.console.rights import Action
from leadferry.options import as_text
from leadferry.privacy.keeping import KINDS, Amounts
from leadferry.privacy.wanted import read_wanted


class Retained(msgspec.Struct):
    """`due`: how much the next run takes away, by kind. `taken`: what the last one took."""

    days: dict[str, int]
    due: dict[str, int]
    last_run: str | None
    taken: dict[str, int]
    trouble: str


class RetentionTry(msgspec.Struct, forbid_unknown_fields=True):
    """Days, by kind: `answers`, `details`, `alerts`, `audit`; 0 keeps. What is left out is as configured."""

    days: dict[str, int] = {}


class Begun(msgspec.Struct):
    """`GET retention` tells what it took."""

    begun: bool = True


class PersonWish(msgspec.Struct, forbid_unknown_fields=True):
    """`who`: an e-mail address, a name, or the id of a lead."""

    who: str


class PersonFound(msgspec.Struct):
    """Numbers of submissions, each with why; no answers. `mentioned_in`: others whose timelines name the address."""

    submissions: dict[int, str]
    mentioned_in: list[int]
    saved_views: int
    more: bool


class DocumentWish(msgspec.Struct, forbid_unknown_fields=True):
    numbers: list[int]


class ErasureWish(msgspec.Struct, forbid_unknown_fields=True):
    """`numbers`: as `people/find` names them. `email`: the address that was looked for, for the proof."""

    numbers: list[int]
    email: str = ""
    mirror: bool = True
    leads: bool = False
    contacts: bool = False


class ErasureResult(msgspec.Struct):
    """`leads_left`: leads and contacts that stay in Dynamics, and why. `clean`: nothing of it can be read out of the
    database's file any more."""

    submissions: int
    leads_deleted: int
    contacts_deleted: int
    leads_left: list[str]
    clean: bool


class TestLeadCount(msgspec.Struct):
    submissions: int
    leads: int

    __test__ = False


class TestLeadsDeleted(msgspec.Struct):
    submissions: int
    leads: int
    undone: int
    kept: list[str]

    __test__ = False


class DeletedWish(msgspec.Struct, forbid_unknown_fields=True):
    response_ids: list[str]


class DeletedResult(msgspec.Struct):
    response_id: str
    number: int | None
    done: bool
    words: str


@read("/retention", Action.READ_CONFIGURATION)
def retention(call: AtCall) -> Retained:
    """How long things are kept, what goes next, what went last."""
    configuration = call.rooms.environments.configuration(call.here)
    last = call.rooms.retention.store.last_run(call.here.id)
    return Retained(
        {kind: getattr(configuration, f"keep_{kind}_days") for kind in KINDS},
        _numbers(call.rooms.due_for_removal(call.here)),
        moment(last.began_at) if last else None,
        {kind: getattr(last, kind, 0) for kind in KINDS},
        last.trouble if last else "",
    )


@post("/retention/dry-run", Action.READ_CONFIGURATION, status_code=200, repeatable=True)
def dry_run(call: AtCall, data: JSONBody[RetentionTry]) -> dict[str, int]:
    """How much would go with other days. Nothing is changed."""
    typed = {f"keep_{kind}_days": as_text(days) for kind, days in data.days.items()}
    asked = call.rooms.environments.configuration(call.here).set_all(typed)
    return _numbers(call.rooms.due_for_removal(call.here, asked))


def _numbers(amounts: Amounts) -> dict[str, int]:
    return {name: getattr(amounts, name) for name in (*KINDS, "undecided")}


@post("/retention/run", Action.DELETE_SUBMISSIONS, status_code=200)
def run(call: AtCall) -> Begun:
    """Begins to take away what is due; it goes on after the answer, in small steps."""
    call.rooms.retention.begin(call.here)
    call.record(Action.DELETE_SUBMISSIONS, "environment", call.here.id, call.here.name, after={"retention": "now"})
    return Begun()


@post("/people/find", Action.DELETE_SUBMISSIONS, status_code=200, repeatable=True)
def find(call: AtCall, data: JSONBody[PersonWish]) -> PersonFound:
    """Which submissions hold something of a person."""
    found = call.rooms.find_person(call.here, read_wanted(data.who))
    return PersonFound(found.reasons, list(found.mentions), len(found.views), found.cut)


@post("/people/document", Action.READ_RAW, status_code=200, repeatable=True)
def document(call: AtCall, data: JSONBody[DocumentWish]) -> dict[str, Any]:
    """Everything that these submissions hold, for the person who asks for it."""
    made: dict[str, Any] = call.rooms.dossier(call.here, data.numbers)
    told = {"numbers": data.numbers}
    call.record(Action.READ_SUBMISSIONS, "person", "", "One person's data as JSON", after=told)
    return made


@post("/people/erase", Action.DELETE_SUBMISSIONS, status_code=200, repeatable=True)
def erase(call: AtCall, data: JSONBody[ErasureWish]) -> ErasureResult:
    """Erases what these submissions hold; the rows stay, without answers. `leads`: the leads in Dynamics go too.
    `contacts`: so do contacts that Leadferry made with them, where nothing else uses them."""
    wishes = {"mirror": data.mirror, "leads": data.leads, "contacts": data.contacts}
    erased = call.rooms.erase(call.here, data.numbers, by=call.token.name, email=data.email, **wishes)
    told = erased.recorded(data.numbers, mirror=data.mirror)
    call.record(Action.DELETE_SUBMISSIONS, "person", "", "One person, erased", after=told)
    return ErasureResult(erased.submissions, erased.leads, erased.contacts, list(erased.left), erased.clean)


@read("/test-leads", Action.READ_SYNC)
def test_leads(call: AtCall) -> TestLeadCount:
    """How many test leads there are, and leads made by them alone."""
    return _counted(call)


def _counted(call: Call) -> TestLeadCount:
    count = call.rooms.count_test_leads(call.here)
    return TestLeadCount(count.submissions, count.leads)


@delete("/test-leads", Action.DELETE_SUBMISSIONS, status_code=200)
def delete_test_leads(call: AtCall) -> TestLeadsDeleted:
    """Deletes all of them, with their leads and their rows in Leadferry's tables in Dynamics."""
    with call.changing(lambda: _counted(call), asks_services=True):
        swept = call.rooms.delete_test_leads(call.here, call.token.name)
    told = {"submissions": swept.submissions, "leads": swept.leads, "undone": swept.undone, "kept": len(swept.kept)}
    call.record(Action.DELETE_SUBMISSIONS, "test leads", call.here.id, call.here.name, after=told)
    return TestLeadsDeleted(swept.submissions, swept.leads, swept.undone, swept.kept)


@post("/deleted-responses", Action.DELETE_SUBMISSIONS, status_code=200, repeatable=True)
def deleted_responses(call: AtCall, data: JSONBody[DeletedWish]) -> list[DeletedResult]:
    """Follows the policy for form responses that LinkedIn has deleted; LinkedIn is asked for each first."""
    told = call.rooms.deletions(call.here).told(data.response_ids, call.token.name)
    for one in told:
        if one.done:
            name = f"Form submission {one.number}"
            call.record(
                Action.DELETE_SUBMISSIONS, "submission", one.number or "", name, after={"deleted": "at LinkedIn"}
            )
    return [DeletedResult(one.response_id, one.number, one.done, one.words) for one in told]


HANDLERS: tuple[Any, ...] = (
    retention,
    dry_run,
    run,
    find,
    document,
    erase,
    test_leads,
    delete_test_leads,
    deleted_responses,
)
