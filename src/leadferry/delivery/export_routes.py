"""`/e/{id}/submissions/export`: the filtered list, or the rows selected in it, as CSV, written while it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from litestar import Response
from litestar.response import Stream

from leadferry.clock import as_text
from leadferry.console.desk_routes import AtDesk, page
from leadferry.console.rights import Action
from leadferry.delivery.filters import Filters
from leadferry.delivery.listing_question_store import Key, Span
from leadferry.delivery.listing_store import ListingStore
from leadferry.delivery.shown import person_of
from leadferry.delivery.submissions_routes import asked, chosen_ids
from leadferry.forms.model import FormVersion
from leadferry.words import _

CHUNK = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""
COLUMNS = (
    "number", "form_response", "submitted", "received", "name", "email", "company", "form", "account", "campaign",
    "lead_type", "test", "state", "matching_status", "processing_state", "settled", "lead_id", "contact_id",
)  # fmt: skip
Found = Mapping[str, Any]


@page("/e/{environment_id:int}/submissions/export", Action.READ_SUBMISSIONS)
def export(desk: AtDesk) -> Response[Any]:
    """Recorded, for it takes names and addresses out of the house."""
    filters, span = asked(desk)
    ids = chosen_ids({"id": desk.request.query_params.getall("id", [])})
    told = {"selected": len(ids)} if ids else {"filters": filters.without("text").query()}
    desk.record(Action.READ_SUBMISSIONS, "export", "submissions", _("Form submissions as CSV"), after=told)
    listing: ListingStore = desk.rooms.listing
    chunks = [ids] if ids else chunks_of(listing, desk.here.id, filters, span)
    rows = (row for some in chunks for row in listing.rows(desk.here.id, some))
    headers = {"Content-Disposition": 'attachment; filename="form-submissions.csv"'}
    written = written_csv(rows, desk.rooms.forms.version_by_key)
    return Stream(written, media_type="text/csv; charset=utf-8", headers=headers)


def chunks_of(listing: ListingStore, environment_id: int, filters: Filters, span: Span) -> Iterator[list[int]]:
    after: Key | None = None
    while True:
        ids, after = listing.ids(environment_id, filters, span, after=after, limit=CHUNK)
        yield ids
        if after is None:
            return


def written_csv(rows: Iterable[Found], version_by_key: Callable[[int], FormVersion | None]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(_safe(value) for value in _values(row, version_by_key))
        if buffer.tell() > 32_000:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _values(row: Found, version_by_key: Callable[[int], FormVersion | None]) -> list[Any]:
    person = person_of(row, version_by_key)
    return [
        row["id"],
        row["response_id"],
        as_text(row["submitted_at"]),
        as_text(row["received_at"]),
        person.name,
        person.email,
        person.company,
        row["form"],
        row["account"],
        row["campaign"],
        row["lead_type"],
        "yes" if row["test"] else "no",
        row["state"].label,
        row["matching_status"].label,
        row["processing_state"].label,
        as_text(row["settled_at"]) if row["settled_at"] else "",
        row["lead_id"],
        row["contact_id"],
    ]


def _safe(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


HANDLERS: tuple[Any, ...] = (export,)
