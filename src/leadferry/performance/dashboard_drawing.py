"""A chart of a dashboard with its figures: rows, drawing, words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from leadferry.performance import charts, worth_table
from leadferry.performance.charts import Change, Plot
from leadferry.performance.dashboard_charts import MEASURES, Chart, Measure
from leadferry.performance.figures import date_of
from leadferry.performance.worth import Side, Worth

ROWS = 10
Spell = Callable[[float, str], str]
"""A value and its unit ("", "%", "money:EUR") in the reader's words."""


@dataclass(frozen=True, slots=True)
class Row:
    """`unit`: "" of counts, "%", or "money:EUR", whose values are millionths. `share`: of the greatest of its unit."""

    key: Any
    name: str
    now: float
    before: float
    unit: str
    share: str = "0"

    @property
    def change(self) -> Change:
        return charts.change(self.now, self.before)


@dataclass(frozen=True, slots=True)
class Drawn:
    """`plots`: of a line, one for each currency. `steps`: of the funnel."""

    place: int
    chart: Chart
    measure: Measure
    rows: Sequence[Row] = ()
    plots: Sequence[tuple[str, Plot]] = ()
    steps: Sequence[worth_table.Step] = ()
    days: Sequence[int] = ()

    @property
    def empty(self) -> bool:
        return not any(row.now or row.before for row in self.rows) and not any(step.count for step in self.steps)


def drawn(place: int, chart: Chart, found: Sequence[Worth]) -> Drawn:
    """`found`: everything as one, the days, or the lines, as the chart tells it."""
    measure = MEASURES[chart.measure]
    if chart.shape == "funnel":
        return Drawn(place, chart, measure, steps=worth_table.funnel(found[0]))
    rows = rows_of(measure, found)
    if chart.shape == "line":
        units = sorted({row.unit for row in rows})
        return Drawn(place, chart, measure, rows, [(unit, _line(rows, unit)) for unit in units], days=_days(found))
    return Drawn(place, chart, measure, _with_shares(sorted(rows, key=lambda row: -row.now)))


def rows_of(measure: Measure, found: Sequence[Worth]) -> list[Row]:
    """One each; of money one for each currency that there is anywhere, so that every currency has its days."""
    if measure.unit != "money":
        return [Row(one.key, one.name, _number(measure, one.now), _number(measure, one.before), measure.unit)
                for one in found]  # fmt: skip
    amounts = [(one, _money(measure, one.now), _money(measure, one.before)) for one in found]
    currencies = sorted({currency for _, now, before in amounts for currency in (*now, *before)})
    return [
        Row(one.key, one.name, now.get(currency, 0), before.get(currency, 0), f"money:{currency}")
        for one, now, before in amounts
        for currency in currencies
        if len(currencies) == 1 or not one.name or currency in now or currency in before
    ]


def _number(measure: Measure, side: Side) -> float:
    value = measure.of(side)
    return value if isinstance(value, int | float) else 0


def _money(measure: Measure, side: Side) -> dict[str, int]:
    value = measure.of(side)
    return {} if isinstance(value, int | float) else dict(value)


def _line(rows: Sequence[Row], unit: str) -> Plot:
    size = 1_000_000 if unit.startswith("money:") else 1
    mine = [row for row in rows if row.unit == unit]
    return charts.lines([round(row.now / size) for row in mine], [round(row.before / size) for row in mine])


def _days(found: Sequence[Worth]) -> list[int]:
    return [one.key for one in found]


def _with_shares(rows: Sequence[Row]) -> list[Row]:
    most: dict[str, float] = {}
    for row in rows:
        most[row.unit] = max(most.get(row.unit, 0), row.now)
    return [
        Row(row.key, row.name, row.now, row.before, row.unit, charts.share(row.now, most[row.unit])) for row in rows
    ]


def table(found: Drawn) -> Iterator[Sequence[Any]]:
    """For CSV: all rows."""
    if found.steps:
        yield ("step", "count", "before")
        yield from ((step.name, step.count, step.before) for step in found.steps)
        return
    yield ("day" if found.days else found.chart.by, "unit", "value", "before")
    for row in found.rows:
        name = str(date_of(row.key)) if found.days else row.name
        yield (name, row.unit.removeprefix("money:"), _told(row.now, row.unit), _told(row.before, row.unit))


def _told(value: float, unit: str) -> float | str:
    return worth_table.amount(int(value)) if unit.startswith("money:") else value
