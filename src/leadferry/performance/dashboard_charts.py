"""The charts that a person can put on a page of their own: what is measured, told by what, of which time. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import msgspec

from leadferry.errors import InputError
from leadferry.performance.narrowing import Narrowing, read_narrowing
from leadferry.performance.worth import KINDS, Money, Side
from leadferry.words import _

SHAPES: Mapping[str, str] = {
    "number": _("A number"),
    "line": _("A line over time"),
    "bars": _("Bars"),
    "table": _("A table"),
    "funnel": _("The way from response to won"),
}
SIZES: Mapping[str, str] = {
    "third": _("A third of the page"),
    "half": _("Half of the page"),
    "full": _("The whole width"),
}
PERIODS: Mapping[str, str] = {"7": _("7 days"), "30": _("30 days"), "90": _("90 days"), "365": _("A year")}
MOST_CHARTS, LONGEST_TITLE = 24, 80


@dataclass(frozen=True, slots=True)
class Measure:
    """`of`: its value of one period; money by currency. `better`: up, down, or "" where neither is. `of_ads`: LinkedIn
    tells it by ad."""

    words: str
    of: Callable[[Side], float | Money]
    better: str = "up"
    unit: str = ""
    of_ads: bool = False


def _share(part: str) -> Callable[[Side], float]:
    def of(side: Side) -> float:
        return round(100 * float(getattr(side, part)) / side.submissions, 1) if side.submissions else 0.0

    return of


MEASURES: Mapping[str, Measure] = {
    "submissions": Measure(_("Submissions"), lambda side: side.submissions),
    "in-dynamics": Measure(_("In Dynamics"), lambda side: side.in_dynamics),
    "created": Measure(_("New leads"), lambda side: side.created),
    "qualified": Measure(_("Qualified"), lambda side: side.qualified),
    "qualified-share": Measure(_("Qualified, of 100 submissions"), _share("qualified"), unit="%"),
    "won": Measure(_("Won"), lambda side: side.won),
    "won-share": Measure(_("Won, of 100 submissions"), _share("won"), unit="%"),
    "disqualified": Measure(_("Disqualified"), lambda side: side.disqualified, better="down"),
    "spent": Measure(_("Spent"), lambda side: side.spent, better="", unit="money", of_ads=True),
    "per-lead": Measure(_("Cost per lead"), lambda side: side.per_lead, "down", "money", of_ads=True),
    "per-qualified": Measure(_("Cost per qualified lead"), lambda side: side.per_qualified, "down", "money"),
    "impressions": Measure(_("Impressions of ads"), lambda side: side.impressions, of_ads=True),
    "clicks": Measure(_("Clicks on ads"), lambda side: side.clicks, of_ads=True),
    "opens": Measure(_("Lead forms opened"), lambda side: side.opens, of_ads=True),
}
"""What stands in a dashboard -> what it is."""


@dataclass(frozen=True, slots=True)
class Chart:
    """`by`: of bars and tables, one of KINDS. `days`: the period, up to today."""

    shape: str
    measure: str = "submissions"
    by: str = "campaign"
    days: int = 30
    size: str = "half"
    title: str = ""
    narrowing: Narrowing = field(default_factory=Narrowing)

    @property
    def called(self) -> str:
        return self.title or self._usual

    @property
    def _usual(self) -> str:
        if self.shape == "funnel":
            return _("From response to won")
        words = MEASURES[self.measure].words
        match self.shape:
            case "number":
                return words
            case "line":
                return _("{measure} over time", measure=words)
            case _other:
                return _told_by(words, self.by)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Of a person; `shared`: everybody who may see performance in the environment sees it."""

    id: int
    person_id: str
    person: str
    name: str
    shared: bool
    charts: Sequence[Chart]
    changed_at: int


def _told_by(words: str, kind: str) -> str:
    match kind:
        case "campaign":
            return _("{measure} by campaign", measure=words)
        case "form":
            return _("{measure} by form", measure=words)
        case "owner":
            return _("{measure} by account", measure=words)
        case "type":
            return _("{measure} by source", measure=words)
        case _other:
            return _("{measure} by ad", measure=words)


def read_chart(data: Mapping[str, str]) -> Chart:
    """From a form. Raises InputError whose code is `bad-chart`, naming what does not fit."""
    shape = _one_of(data, "shape", SHAPES)
    chart = Chart(
        shape,
        _one_of(data, "measure", MEASURES) if shape != "funnel" else "submissions",
        _one_of(data, "by", KINDS) if shape in {"bars", "table"} else "campaign",
        int(_one_of(data, "days", PERIODS)),
        _one_of(data, "size", SIZES),
        " ".join(data.get("title", "").split()),
        read_narrowing(data),
    )
    if len(chart.title) > LONGEST_TITLE:
        raise _bad(_("The title is too long."), _("Give at most {most} characters.", most=LONGEST_TITLE))
    if chart.by == "ad" and shape in {"bars", "table"} and not MEASURES[chart.measure].of_ads:
        words = MEASURES[chart.measure].words
        raise _bad(
            _('"{measure}" is not told by ad.', measure=words),
            _("Choose what ads cost, or tell it by campaign or form."),
        )
    return chart


def _one_of(data: Mapping[str, str], name: str, known: Mapping[str, Any]) -> str:
    if (value := data.get(name, "")) not in known:
        raise _bad(
            _('What stands for "{name}" is nothing Leadferry knows.', name=name),
            _("It is one of {types}.", types=", ".join(known)),
        )
    return value


def _bad(message: str, fix: str) -> InputError:
    return InputError(message, fix=fix, code="bad-chart")


# As they are kept


def written(charts: Sequence[Chart]) -> str:
    return msgspec.json.encode([asdict(one) for one in charts]).decode()


def read(text: str) -> list[Chart]:
    """What an older or newer Leadferry wrote and this one does not know is left out."""
    found = []
    for one in msgspec.json.decode(text):
        try:
            form = {**one, **one.get("narrowing", {}), "days": str(one.get("days", 30))}
            found.append(read_chart({name: str(value or "") for name, value in form.items()}))
        except InputError:
            continue
    return found


def moved(charts: Sequence[Chart], place: int, by: int) -> list[Chart]:
    """One place up (-1) or down (1); at the end it stays."""
    order = list(charts)
    target = place + by
    if 0 <= place < len(order) and 0 <= target < len(order):
        order[place], order[target] = order[target], order[place]
    return order


FIRST = (
    Chart("number", "submissions", size="third"),
    Chart("number", "qualified", size="third"),
    Chart("number", "per-lead", size="third"),
    Chart("line", "submissions"),
    Chart("funnel"),
    Chart("bars", "spent", "campaign", size="full"),
)
"""What a new page begins with."""
