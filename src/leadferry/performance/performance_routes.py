"""`/e/{id}/performance`: how many leads come from where, and what becomes of them, beside the period before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from litestar import Response
from litestar.params import FromPath

from leadferry.console.audit_export import cell, line
from leadferry.console.desk_routes import AtDesk, Desk, page
from leadferry.console.rights import Action
from leadferry.errors import NotFoundError
from leadferry.performance import charts
from leadferry.performance.breakdown import BY, KINDS, NONE_WORDS, TYPE_WORDS, narrowed, table
from leadferry.performance.facet_worth_worker import NAMES, FacetWorth, became, with_stages
from leadferry.performance.figures import IN_DYNAMICS, Outcome, date_of, percentile
from leadferry.performance.look_worker import FigureLook, look_of
from leadferry.performance.narrowing import ALL_TIME, TYPES, Narrowing, Period, address_query, rows_query
from leadferry.performance.sums_store import MOST_WALKED
from leadferry.performance.worth_routes import FILES, spent_of_page, worth_of_page, worth_rows, worth_tables_of
from leadferry.words import _

SEGMENTS: tuple[tuple[int | str, str], ...] = (
    (7, _("7 days")),
    (30, _("30 days")),
    (90, _("90 days")),
    (365, _("A year")),
    (ALL_TIME, _("All time")),
)
ROWS, BARS, LINES = 11, 8, 100
"""Of campaigns, of a chart, and of its table on a page of its own."""
AT_ONCE, MANY = 2000, 20_000
"""So many submissions are told apart before the page answers, with a filter and without."""
BAR_KINDS = [kind for kind in KINDS if kind != "campaign"]
"""What is drawn as bars; campaigns stand in a table."""


@page("/e/{environment_id:int}/performance", Action.READ_PERFORMANCE)
def performance(desk: AtDesk) -> Response[Any]:
    asked = look_of(desk.rooms, desk.here, desk.request.query_params)
    with asked.figures.looking(desk.here.id) as asked.look:
        return _page(desk, asked, _later(asked))


@page("/e/{environment_id:int}/performance/apart", Action.READ_PERFORMANCE)
def apart(desk: AtDesk) -> Response[Any]:
    """What the page leaves for later, for htmx; otherwise the page with all of it."""
    asked = look_of(desk.rooms, desk.here, desk.request.query_params)
    with asked.figures.looking(desk.here.id) as asked.look:
        if "hx-request" not in desk.request.headers:
            return _page(desk, asked, ())
        kinds = _below(asked)
        return desk.page(
            "performance/_parts.html",
            **_links(desk, asked),
            **_campaigns(asked, kinds),
            worth_tables=worth_tables_of(desk, asked.worth(desk.rooms)),
            **_bars(asked, kinds),
        )


def _later(asked: FigureLook) -> Sequence[str]:
    """What many submissions are told by after the first answer, and with it tables of conversion and costs."""
    count = sum((*asked.outcomes().values(), *asked.outcomes_before().values()))
    return _below(asked) if count > (AT_ONCE if asked.narrowing.values() else MANY) else ()


def _below(asked: FigureLook) -> Sequence[str]:
    """The first screen. Of campaigns too, where a filter meets them: then no single sum tells them."""
    return list(KINDS) if asked.narrowing.values() else BAR_KINDS


def _campaigns(asked: FigureLook, kinds: Collection[str]) -> dict[str, Any]:
    """None where the submissions are too many to be told apart."""
    shown = "campaign" in kinds
    found = asked.first_lines("campaign", ROWS) if shown and asked.told("campaign") else None
    return {"by_campaign": shown, "campaigns": found}


def _bars(asked: FigureLook, kinds: Collection[str]) -> dict[str, Any]:
    """As `_campaigns`."""
    shown = [kind for kind in BAR_KINDS if kind in kinds]
    return {"parts": [(kind, BY[kind], asked.bars(kind, BARS) if asked.told(kind) else None) for kind in shown]}


def _page(desk: Desk, asked: FigureLook, later: Sequence[str]) -> Response[Any]:
    outcomes, before, days = asked.outcomes(), asked.outcomes_before(), asked.days()
    kinds, look = [kind for kind in KINDS if kind not in later], asked.worth(desk.rooms)
    campaigns = _campaigns(asked, kinds)  # among them are those of the tables below
    tables = worth_tables_of(desk, look) if not later else []
    times = asked.figures.latencies(desk.here.id, asked.period.span)
    return desk.page(
        "performance/performance.html",
        segments=SEGMENTS,
        choices=_choices(asked),
        outcomes=outcomes,
        before=before,
        total=sum(outcomes.values()),
        total_before=sum(before.values()),
        in_dynamics=sum(outcomes[one] for one in IN_DYNAMICS),
        in_dynamics_before=sum(before[one] for one in IN_DYNAMICS),
        median=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        plot_of_days=charts.lines([now for _, now, _ in days], [was for _, _, was in days]),
        day_words=[desk.reader.short_date(date_of(days[n][0])) for n in charts.marks(len(days))],
        counted=asked.figures.counted(desk.here.id, asked.look),
        later=later,
        here=_Here(desk.address("performance"), asked.period, asked.narrowing),
        **_links(desk, asked),
        **campaigns,
        **worth_of_page(desk, look, _facets(desk, asked)),
        worth_tables=tables,
        **_bars(asked, kinds),  # some are known by now
    )


class _Here:
    """This page with other filters: `here(days=7)`. Whole addresses, for it is shown at two."""

    def __init__(self, address: str, period: Period, narrowing: Narrowing) -> None:
        self.address = address
        self.values = {"days": period.asked, **narrowing.address()}

    def __call__(self, **more: Any) -> str:
        return self.address + address_query(**{**self.values, **more})


def _links(desk: Desk, asked: FigureLook) -> dict[str, Any]:
    """What the page and its tables say of the look, and lead to from its figures."""
    period, narrowing = asked.period, asked.narrowing
    query = address_query(days=period.asked, **narrowing.address())
    lists = desk.address("submissions")

    def rows(outcome: Outcome | None = None, kind: str = "", key: Any = None) -> str:
        return lists + rows_query(period.span, outcome, narrowed(narrowing, kind, key) if kind else narrowing)

    return {
        "most": MOST_WALKED,
        "Outcome": Outcome,
        "period": period,
        "narrowing": narrowing,
        "lists": desk.may(Action.READ_SUBMISSIONS),
        "date_of": date_of,
        "share": charts.share,
        "change": charts.change,
        "rows": rows,
        "whole": desk.address("performance") + query,
        "into": lambda kind, key: (
            desk.address("performance") + address_query(days=period.asked, **narrowed(narrowing, kind, key).address())
        ),
        "csv": lambda name: desk.address(f"performance/csv/{name}") + query,
        "apart": desk.address("performance/apart") + query,
        "table": lambda name: desk.address(f"performance/table/{name}") + query,
    }


def _choices(asked: FigureLook) -> list[tuple[str, str, list[tuple[Any, str]]]]:
    """The filters: (name in the address, label, [(value, words)]). Of creatives there are thousands: only the one that
    is chosen is among them, the chart leads to the others."""
    found: list[tuple[str, str, list[tuple[Any, str]]]] = []
    for kind in ("owner", "campaign", "form", "country", "industry", "creative"):
        chosen = [asked.narrowing.creative] if asked.narrowing.creative > 0 else []
        known = asked.names_of(kind, chosen)
        found.append((kind, KINDS[kind], [("", _("All")), ("none", NONE_WORDS[kind]), *known.items()]))
    return [*found, ("type", KINDS["type"], [("", _("All")), *((kind, TYPE_WORDS[kind]) for kind in TYPES)])]


def _facets(desk: Desk, asked: FigureLook) -> FacetWorth:
    return FacetWorth(desk.rooms.facet_outcomes, asked, lambda: _zone(desk))


def _zone(desk: Desk) -> str:
    zone: str = desk.rooms.environments.configuration(desk.here).time_zone
    return zone


# The table behind a chart, asked for when somebody opens it


@page("/e/{environment_id:int}/performance/table/{name:str}", Action.READ_PERFORMANCE)
def as_table(desk: AtDesk, name: FromPath[str]) -> Response[Any]:
    """`days`, `spent-EUR`, or what bars are drawn of. To htmx the table alone, otherwise a page of its own."""
    asked = look_of(desk.rooms, desk.here, desk.request.query_params)
    alone = "hx-request" in desk.request.headers
    with asked.figures.looking(desk.here.id) as asked.look:
        return desk.page(
            "performance/_table.html" if alone else "performance/table.html",
            **_links(desk, asked),
            **_table(desk, asked, name, BARS if alone else LINES),
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
    stages = _facets(desk, asked).stages(name) if name in NAMES else None
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
        return with_stages(table(name, found), found, _facets(desk, asked).stages(name))
    return table(name, found)


HANDLERS: tuple[Any, ...] = (performance, apart, as_table, as_csv)
