"""The three shapes in which collections come back: offset page, cursor page, batch.

Pages are joined from ready-made JSON, because most of their bytes never change.
Source: linkedin-api reference, sections 2.4 and 2.5.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from leadferry.simulators.linkedin import refusals
from leadferry.simulators.linkedin.call import Call
from leadferry.simulators.linkedin.projection import project
from leadferry.simulators.linkedin.refusals import Refusal
from leadferry.simulators.linkedin.state import Thing
from leadferry.simulators.server import Response

_JSON = {"Content-Type": "application/json"}

DEFAULT_COUNT = 10
ALL_ROWS = 2_147_483_647
DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE = 100, 1_000


def entity(thing: Any, call: Call) -> Response:
    return Response(200, msgspec.json.encode(project(thing, call.fields)), _JSON)


def raw_entity(body: bytes) -> Response:
    return Response(200, body, _JSON)


def offset_page(call: Call, things: Sequence[Thing], default_count: int = DEFAULT_COUNT) -> Response:
    """Cuts the page out of all things found."""
    start, count = call.number("start", 0), call.number("count", default_count, minimum=1)
    bodies = [msgspec.json.encode(project(thing, call.fields)) for thing in things[start : start + count]]
    return raw_page(call, bodies, start, count, len(things))


def raw_page(call: Call, bodies: Sequence[bytes], start: int, count: int, total: int) -> Response:
    paging: dict[str, Any] = {"start": start, "count": count, "links": _links(call, start, count, total)}
    if not call.settings.omit_total:
        paging["total"] = total
    return Response(200, b'{"paging":%b,"elements":[%b]}' % (msgspec.json.encode(paging), b",".join(bodies)), _JSON)


def _links(call: Call, start: int, count: int, total: int) -> list[dict[str, str]]:
    links = []
    if start > 0:
        links.append({"type": "application/json", "rel": "prev", "href": _href(call, max(0, start - count), count)})
    if start + count < total:
        links.append({"type": "application/json", "rel": "next", "href": _href(call, start + count, count)})
    return links


def _href(call: Call, start: int, count: int) -> str:
    """The query as it was sent, with another start."""
    kept = [pair for pair in call.request.query.split("&") if pair and not pair.startswith(("start=", "count="))]
    return f"{call.request.path}?{'&'.join([*kept, f'start={start}', f'count={count}'])}"


def cursor_page(call: Call, things: Sequence[Thing]) -> Response:
    size = call.number("pageSize", DEFAULT_PAGE_SIZE, minimum=1)
    if size > MAX_PAGE_SIZE:
        raise refusals.bad_parameter("pageSize", f"must be at most {MAX_PAGE_SIZE}")
    start = _read_cursor(call.text("pageToken", ""))
    answer: dict[str, Any] = {"elements": [project(thing, call.fields) for thing in things[start : start + size]]}
    answer["metadata"] = {"nextPageToken": _cursor(start + size)} if start + size < len(things) else {}
    return Response(200, msgspec.json.encode(answer), _JSON)


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(f"p:{place}".encode()).decode().rstrip("=")


def _read_cursor(token: str) -> int:
    if not token:
        return 0
    try:
        mark, _, place = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().partition(":")
        if mark == "p":
            return int(place)
    except ValueError:
        pass
    raise refusals.bad_parameter("pageToken", "not a token of this service")


def batch(found: Mapping[str, bytes], errors: Mapping[str, Refusal]) -> Response:
    """`found` holds ready-made JSON by id as it was asked for."""
    results = b",".join(b"%b:%b" % (msgspec.json.encode(key), body) for key, body in found.items())
    statuses = msgspec.json.encode(dict.fromkeys(found, 200) | {key: error.status for key, error in errors.items()})
    failed = msgspec.json.encode({key: error.body for key, error in errors.items()})
    return Response(200, b'{"results":{%b},"statuses":%b,"errors":%b}' % (results, statuses, failed), _JSON)
