"""`/e/{id}/performance/table/{name}` and `csv/{name}`: what stands behind a chart, asked for when somebody opens it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from litestar import Response
from litestar.params import FromPath

from leadferry.console.audit_export import cell, line
from leadferry.console.desk_routes import AtDesk, Desk, page
from leadferry.console.rights import Action
from leadferry.errors import NotFoundError
from leadferry.performance.breakdown import BY, KINDS, table
from leadferry.performance.facet_worth_worker import NAMES, became, with_stages
from leadferry.performance.figures import date_of
from leadferry.performance.links_routes import facets_of, links_of
from leadferry.performance.look_worker import FigureLook, look_of
from leadferry.performance.worth_routes import FILES, spent_of_page, worth_rows
from leadferry.words import _

IN_PLACE, BY_ITSELF = 25, 100
"""Lines of a table below its chart, and on a page of its own."""


@page("/e/{environment_id:int}/performance/table/{name:str}", Action.READ_PERFORMANCE)
def as_table(desk: AtDesk, name: FromPath[str]) -> Response[Any]:
    """`days`, `spent-EUR`, or what bars are drawn of. To htmx the table alone, otherwise a page of its own."""
    asked = look_of(desk.rooms, desk.here, desk.request.query_params)
    with asked.figures.looking(desk.here.id) as asked.look:
        return desk.page(
            "performance/_table.html" if desk.by_htmx else "performance/table.html",
            **links_of(desk, asked),
            **_table(desk, asked, name, IN_PLACE if desk.by_htmx else BY_ITSELF),
        )


def _table(desk: Desk, asked: FigureLook, name: str, most: int) -> Mapping[str, Any]:
    if name == "days":
        return {"title": _("Submissions over time"), "file": name, "days": asked.days()}
    if name.startswith("spent-"):
        return {"file": "spent", **spent_of_page(desk, asked.worth(desk.rooms), name.removeprefix("spent-"))}
    if name not in KINDS:
        fix = _("There are days, {kinds}.", kinds=", ".join(KINDS))
        raise NotFoundError(_("There is no such table of figures."), fix=fix, code="no-file")
    lines = asked.first_lines(name, most)
    stages = facets_of(desk, asked).stages(name) if name in NAMES else None
    return {
        "title": BY.get(name, _("Campaigns")),
        "file": name,
        "kind": name,
        "words": KINDS[name],
        "lines": lines,
        "became": [became(one, lines, stages) for one in lines] if stages is not None else [],
    }


@page("/e/{environment_id:int}/performance/csv/{name:str}", Action.READ_PERFORMANCE)
def as_csv(desk: AtDesk, name: FromPath[str]) -> Response[str]:
    """`days`, or one of KINDS: what the chart shows, all of it."""
    asked = look_of(desk.rooms, desk.here, desk.request.query_params)
    rows = worth_rows(asked.worth(desk.rooms), name) or _rows(desk, asked, name)
    text = "".join(line([cell(value) for value in row]) for row in rows)
    headers = {"content-disposition": f'attachment; filename="leadferry-{name}.csv"'}
    return Response(text, media_type="text/csv", headers=headers)


def _rows(desk: Desk, asked: FigureLook, name: str) -> Iterator[Sequence[Any]]:
    if name == "days":
        return iter([("day", "count", "before"), *((str(date_of(day)), now, was) for day, now, was in asked.days())])
    if name not in KINDS:
        fix = _("There are days, {kinds}.", kinds=", ".join((*KINDS, *FILES)))
        raise NotFoundError(_("There is no such file of figures."), fix=fix, code="no-file")
    found = asked.lines(name)
    if name in NAMES:
        return with_stages(table(name, found), found, facets_of(desk, asked).stages(name))
    return table(name, found)


HANDLERS: tuple[Any, ...] = (as_table, as_csv)
