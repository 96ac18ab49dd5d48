"""`/api/v1/health`, `audit`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from litestar import Response
from litestar.openapi import ResponseSpec
from litestar.params import FromQuery
from litestar.response import Stream

from leadferry.api import paging
from leadferry.api.call_routes import AtCall, post, read
from leadferry.api.shapes import AuditItem, AuditPage, Checked, Finding
from leadferry.api.watch_store import findings_of
from leadferry.clock import as_text
from leadferry.console.audit_export import as_csv
from leadferry.console.audit_routes import wanted
from leadferry.console.audit_store import Wanted
from leadferry.console.rights import Action
from leadferry.errors import InputError
from leadferry.words import json_of

Words = FromQuery[str]
NDJSON = "application/x-ndjson"


@read("/health", Action.READ_HEALTH)
def health(call: AtCall) -> list[Finding]:
    """What was last found about tokens, consents, roles, versions and quotas."""
    return findings_of(call.rooms.database, call.here.id)


@post("/health/check", Action.READ_HEALTH, status_code=200, repeatable=True)
def check_now(call: AtCall) -> Checked:
    """Asks LinkedIn and Dynamics now; `health` tells then what was found."""
    return Checked(list(call.rooms.check_now(call.here)))


@read("/audit", Action.READ_AUDIT)
def audit(
    call: AtCall,
    person: Words = "",
    action: Words = "",
    since: Words = "",
    until: Words = "",
    cursor: Words = "",
    limit: FromQuery[int] = 100,
) -> AuditPage:
    """Who did what, before and after, newest first. `person`: a part of the name; `since` and `until`: days in UTC like
    2026-11-25. `next` is the cursor of the page after this."""
    size, asked = paging.checked(limit), _wanted(person, action, since, until)
    found = call.rooms.audit.list(call.here, asked, before_id=paging.before(cursor), limit=size + 1)
    return AuditPage([_item(one) for one in found[:size]], paging.after(found, size))


@read(
    "/audit/export",
    Action.READ_AUDIT,
    responses={200: ResponseSpec(str, generate_examples=False, media_type="text/csv", description="A file.")},
)
def export(
    call: AtCall,
    format: FromQuery[Literal["csv", "jsonl"]] = "csv",  # noqa: A002 - its name in the address
    person: Words = "",
    action: Words = "",
    since: Words = "",
    until: Words = "",
) -> Response[Any]:
    """All entries that the filters show, as `csv` or `jsonl` (one entry a line)."""
    entries = call.rooms.audit.export(call.here, _wanted(person, action, since, until))
    headers = {"Content-Disposition": f'attachment; filename="audit.{format}"'}
    if format == "csv":
        return Stream(as_csv(entries), media_type="text/csv; charset=utf-8", headers=headers)
    return Stream(_lines(entries), media_type=NDJSON, headers=headers)


def _lines(entries: Iterable[Any]) -> Iterator[bytes]:
    for one in entries:
        yield json_of(_item(one)) + b"\n"


def _wanted(person: str, action: str, since: str, until: str) -> Wanted:
    """A day that cannot be read is a mistake here; on the page it is none."""
    asked = wanted({"person": person.strip(), "action": action.strip(), "since": since, "until": until})
    for name, text, found in (("since", since, asked.since), ("until", until, asked.until)):
        if text and found is None:
            raise InputError(f'"{name}" is no day.', fix="Write it like 2026-11-25.", code="bad-filter")
    return asked


def _item(one: Any) -> AuditItem:
    return AuditItem(
        one.id,
        as_text(one.at),
        one.person,
        one.person_id,
        one.via,
        one.action,
        one.record_kind,
        one.record_id,
        one.record,
        one.before,
        one.after,
    )


HANDLERS: tuple[Any, ...] = (health, check_now, audit, export)
