"""The audit of an environment: who did what when, before and after; as a page and as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from leadferry.console.audit_export import as_csv, as_json
from leadferry.console.audit_store import Place, Wanted
from leadferry.console.audit_words import ACTIONS, changes, words_of
from leadferry.console.desk_routes import AtDesk, Desk, page
from leadferry.console.rights import Action
from leadferry.errors import NotFoundError
from leadferry.words import _

PAGE = 50
Words = FromQuery[str]


@page("/e/{environment_id:int}/audit", Action.READ_AUDIT)
def audit(
    desk: AtDesk,
    person: Words = "",
    action: Words = "",
    since: Words = "",
    until: Words = "",
    before: FromQuery[int | None] = None,
) -> Response[Any]:
    asked = _asked(person=person, action=action, since=since, until=until)
    return show_audit(desk, desk.here, desk.address("audit"), asked, before)


@page("/e/{environment_id:int}/audit/{kind:str}", Action.READ_AUDIT)
def export(
    desk: AtDesk, kind: FromPath[str], person: Words = "", action: Words = "", since: Words = "", until: Words = ""
) -> Response[Any]:
    """`audit.csv`, `audit.json`: the entries that the page's filter shows, all of them."""
    asked = _asked(person=person, action=action, since=since, until=until)
    return export_audit(desk, desk.here, kind, asked)


def show_audit(desk: Desk, place: Place, address: str, asked: dict[str, str], before: int | None) -> Response[Any]:
    found = desk.rooms.audit.list(place, wanted(asked), before_id=before, limit=PAGE + 1)
    more = f"{address}?{urlencode({**asked, 'before': found[PAGE - 1].id})}" if len(found) > PAGE else ""
    return desk.page(
        "console/audit.html",
        entries=found[:PAGE],
        address=address,
        asked=asked,
        query=f"?{urlencode(asked)}" if asked else "",
        more=more,
        first=before is None,
        actions=sorted(ACTIONS.items(), key=lambda one: one[1]),
        words_of=words_of,
        changes=changes,
    )


FILES: dict[str, tuple[Callable[[Iterable[Any]], Iterator[str]], str]] = {
    "audit.csv": (as_csv, "text/csv; charset=utf-8"),
    "audit.json": (as_json, "application/json"),
}


def export_audit(desk: Desk, place: Place, kind: str, asked: dict[str, str]) -> Response[Any]:
    """Page by page out of the database, so that it never stands in memory whole."""
    if kind not in FILES:
        raise NotFoundError(
            _('The audit is not kept as "{kind}".', kind=kind), fix=_("Take audit.csv or audit.json."), code="no-file"
        )
    written, media_type = FILES[kind]
    return Stream(
        written(desk.rooms.audit.export(place, wanted(asked))),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{kind}"'},
    )


def _asked(**given: str) -> dict[str, str]:
    return {name: text.strip() for name, text in given.items() if text.strip()}


def wanted(asked: dict[str, str]) -> Wanted:
    """Days are whole ones in UTC, the last one included; one that cannot be read is none."""
    since, until = _day(asked.get("since", "")), _day(asked.get("until", ""))
    return Wanted(
        asked.get("person", ""),
        asked.get("action", ""),
        _ms(since) if since else None,
        _ms(until + timedelta(days=1)) if until else None,
    )


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _ms(day: datetime) -> int:
    return int(day.timestamp() * 1000)


HANDLERS: tuple[Any, ...] = (audit, export)
