"""What the page about performance and its tables say of one look, and where their figures lead to."""

from __future__ import annotations

from typing import Any

from leadferry.console.desk_routes import Desk
from leadferry.console.rights import Action
from leadferry.performance import charts
from leadferry.performance.breakdown import narrowed
from leadferry.performance.facet_worth_worker import FacetWorth
from leadferry.performance.figures import Outcome, date_of
from leadferry.performance.look_worker import FigureLook
from leadferry.performance.narrowing import address_query, rows_query
from leadferry.performance.sums_store import MOST_WALKED


def links_of(desk: Desk, asked: FigureLook) -> dict[str, Any]:
    """What the page and its tables say of the look, and lead to from its figures."""
    period, narrowing = asked.period, asked.narrowing
    values = {"days": period.asked, **narrowing.address()}
    query, lists, page = address_query(**values), desk.address("submissions"), desk.address("performance")

    def here(**more: Any) -> str:
        """The page with other filters; a whole address, for it is shown at two."""
        return page + address_query(**{**values, **more})

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
        "here": here,
        "into": lambda kind, key: page + address_query(days=period.asked, **narrowed(narrowing, kind, key).address()),
        "csv": lambda name: f"{page}/csv/{name}{query}",
        "apart": f"{page}/apart{query}",
        "table": lambda name: f"{page}/table/{name}{query}",
    }


def facets_of(desk: Desk, asked: FigureLook) -> FacetWorth:
    return FacetWorth(desk.rooms.facet_outcomes, asked, lambda: _zone(desk))


def _zone(desk: Desk) -> str:
    zone: str = desk.rooms.environments.configuration(desk.here).time_zone
    return zone
