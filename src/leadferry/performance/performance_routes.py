"""`/e/{id}/performance`: how many leads come from where, and what becomes of them, beside the period before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from litestar import Response

from leadferry.console.desk_routes import AtDesk, Desk, page
from leadferry.console.rights import Action
from leadferry.performance import charts
from leadferry.performance.breakdown import BY, KINDS, NONE_WORDS, TYPE_WORDS
from leadferry.performance.figures import IN_DYNAMICS, date_of, percentile
from leadferry.performance.links_routes import facets_of, links_of
from leadferry.performance.look_worker import FigureLook, look_of
from leadferry.performance.narrowing import ALL_TIME, TYPES
from leadferry.performance.worth_routes import worth_of_page, worth_tables_of
from leadferry.words import _

SEGMENTS: tuple[tuple[int | str, str], ...] = (
    (7, _("7 days")),
    (30, _("30 days")),
    (90, _("90 days")),
    (365, _("A year")),
    (ALL_TIME, _("All time")),
)
ROWS, BARS = 11, 8
"""Of the table of campaigns, of a chart."""
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
        if not desk.by_htmx:
            return _page(desk, asked, ())
        kinds = _below(asked)
        return desk.page(
            "performance/_parts.html",
            **links_of(desk, asked),
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
        **links_of(desk, asked),
        **campaigns,
        **worth_of_page(desk, look, facets_of(desk, asked)),
        worth_tables=tables,
        **_bars(asked, kinds),  # some are known by now
    )


def _choices(asked: FigureLook) -> list[tuple[str, str, list[tuple[Any, str]]]]:
    """The filters: (name in the address, label, [(value, words)]). Of creatives there are thousands: only the one that
    is chosen is among them, the chart leads to the others."""
    found: list[tuple[str, str, list[tuple[Any, str]]]] = []
    for kind in ("owner", "campaign", "form", "country", "industry", "creative"):
        chosen = [asked.narrowing.creative] if asked.narrowing.creative > 0 else []
        known = asked.names_of(kind, chosen)
        found.append((kind, KINDS[kind], [("", _("All")), ("none", NONE_WORDS[kind]), *known.items()]))
    return [*found, ("type", KINDS["type"], [("", _("All")), *((kind, TYPE_WORDS[kind]) for kind in TYPES)])]


HANDLERS: tuple[Any, ...] = (performance, apart)
