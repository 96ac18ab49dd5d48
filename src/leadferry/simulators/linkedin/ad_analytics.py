"""`adAnalytics`: what ads cost and brought, by day, month, year or altogether, told by one to three pivots.

Which entities the member may not see simply tell nothing. The figures themselves are made by `ad_figures`.
Source: linkedin-api reference, section 6.6.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from leadferry.simulators.linkedin import ad_figures, refusals
from leadferry.simulators.linkedin.ad_figures import Figures
from leadferry.simulators.linkedin.call import Call, checked_urn, last_part
from leadferry.simulators.linkedin.permissions import may_read_account
from leadferry.simulators.linkedin.projection import project
from leadferry.simulators.linkedin.state import Thing
from leadferry.simulators.server import Response

FACETS = {
    "accounts": "sponsoredAccount",
    "campaigns": "sponsoredCampaign",
    "campaignGroups": "sponsoredCampaignGroup",
    "creatives": "sponsoredCreative",
}
PARAMS = ("timeGranularity", "dateRange", *FACETS)
PIVOTS = ("ACCOUNT", "CAMPAIGN_GROUP", "CAMPAIGN", "CREATIVE")
GRANULARITIES = ("ALL", "DAILY", "MONTHLY", "YEARLY")
METRICS = (
    "impressions", "clicks", "costInLocalCurrency", "costInUsd", "oneClickLeads", "oneClickLeadFormOpens",
    "validWorkEmailLeads", "qualifiedLeads", "conversionValueInLocalCurrency",
)  # fmt: skip
ASKED = ("pivotValues", "dateRange", *METRICS)
UNASKED = ("impressions", "clicks")
"""All that comes back where no fields are named (unconfirmed)."""
MOST_FIELDS, MOST_PIVOTS = 20, 3
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Question:
    pivots: tuple[str, ...]
    granularity: str
    first: date
    last: date
    fields: tuple[str, ...]


def analytics(call: Call) -> Response:
    return _answered(call, (_word(call, "pivot", PIVOTS),))


def statistics(call: Call) -> Response:
    pivots = tuple(call.items("pivots"))
    if not 1 <= len(pivots) <= MOST_PIVOTS or len(set(pivots)) < len(pivots) or not set(PIVOTS) >= set(pivots):
        raise refusals.bad_parameter("pivots", f"one to {MOST_PIVOTS} of {', '.join(PIVOTS)} are expected")
    return _answered(call, pivots)


def _answered(call: Call, pivots: tuple[str, ...]) -> Response:
    first, last = _range(call)
    question = Question(pivots, _word(call, "timeGranularity", GRANULARITIES), first, last, _fields(call))
    ads = _ads(call)
    rows = _rows(question, ((ad, day, it) for ad, day, it in ad_figures.by_day(call.state, call.settings, ads)))
    elements = [project(row, dict.fromkeys(question.fields)) for row in rows[: call.settings.analytics_max_rows]]
    answer = {"paging": {"start": 0, "count": 10, "links": []}, "elements": elements}
    return Response(200, msgspec.json.encode(answer), _JSON)


def _word(call: Call, name: str, known: tuple[str, ...]) -> str:
    """`(value:CAMPAIGN)`, or the bare word that some clients send."""
    given = call.params.get(name)
    word = given.get("value") if isinstance(given, dict) and len(given) == 1 else given
    if word is None:
        raise refusals.illegal_argument(f"Parameter '{name}' is required")
    if not isinstance(word, str) or word not in known:
        raise refusals.bad_parameter(name, f"one of {', '.join(known)} is expected")
    return word


def _range(call: Call) -> tuple[date, date]:
    """Both days included; without an end until today."""
    given = call.record("dateRange")
    first = _day(given.get("start"), "dateRange.start")
    last = _day(given["end"], "dateRange.end") if "end" in given else ad_figures.today(call.state)
    if last < first:
        raise refusals.bad_parameter("dateRange", "end must not be before start")
    return first, last


def _day(given: Any, name: str) -> date:
    try:
        return date(int(given["year"]), int(given["month"]), int(given["day"]))
    except (KeyError, TypeError, ValueError):
        raise refusals.bad_parameter(name, "(year:2026,month:11,day:1) is expected") from None


def _fields(call: Call) -> tuple[str, ...]:
    named = tuple(call.fields or ())
    if len(named) > MOST_FIELDS:
        raise refusals.bad_parameter("fields", f"at most {MOST_FIELDS} metrics may be asked for")
    for name in named:
        if name not in ASKED:
            raise refusals.bad_parameter("fields", f"'{name}' is no metric")
    return named or UNASKED


def _ads(call: Call) -> list[Thing]:
    """The creatives that all given facets leave, of accounts on which the member has a role."""
    wanted = {
        name: {checked_urn(name, urn, entity) for urn in call.items(name)}
        for name, entity in FACETS.items()
        if name in call.params
    }
    if not any(wanted.values()):
        raise refusals.illegal_argument(f"One of {', '.join(FACETS)} is required")
    groups = {
        _urn_of("sponsoredCampaign", one): str(one.get("campaignGroup", "")) for one in call.state.all("campaign")
    }
    found = []
    for creative in call.state.all("creative"):
        ad = {**creative, "campaignGroup": groups.get(str(creative.get("campaign", "")), "")}
        place = _place(ad)
        if may_read_account(call.member, last_part(place["accounts"])) and all(
            place[name] in urns for name, urns in wanted.items()
        ):
            found.append(ad)
    return found


def _place(ad: Mapping[str, Any]) -> dict[str, str]:
    return {
        "accounts": str(ad["account"]),
        "campaigns": str(ad.get("campaign", "")),
        "campaignGroups": str(ad["campaignGroup"]),
        "creatives": _urn_of("sponsoredCreative", ad),
    }


def _urn_of(kind: str, thing: Mapping[str, Any]) -> str:
    return f"urn:li:{kind}:{last_part(str(thing['id']))}"


_FACET_OF = {
    "ACCOUNT": "accounts",
    "CAMPAIGN_GROUP": "campaignGroups",
    "CAMPAIGN": "campaigns",
    "CREATIVE": "creatives",
}


def _rows(question: Question, days: Iterable[tuple[Thing, date, Figures]]) -> list[dict[str, Any]]:
    """What is nothing has no row."""
    summed: dict[tuple[date, tuple[str, ...]], Figures] = defaultdict(Figures)
    for ad, day, figures in days:
        if question.first <= day <= question.last:
            place = _place(ad)
            key = (_begin(question, day), tuple(place[_FACET_OF[pivot]] for pivot in question.pivots))
            summed[key] = summed[key] + figures
    return [_row(question, begin, values, figures) for (begin, values), figures in sorted(summed.items(), key=_first)]


def _first(row: tuple[tuple[date, tuple[str, ...]], Figures]) -> tuple[date, tuple[str, ...]]:
    return row[0]


def _begin(question: Question, day: date) -> date:
    match question.granularity:
        case "DAILY":
            return day
        case "MONTHLY":
            return max(question.first, day.replace(day=1))
        case "YEARLY":
            return max(question.first, day.replace(month=1, day=1))
        case _:
            return question.first


def _end(question: Question, begin: date) -> date:
    match question.granularity:
        case "DAILY":
            return begin
        case "MONTHLY":
            following = date(begin.year + begin.month // 12, begin.month % 12 + 1, 1)
            return min(question.last, date.fromordinal(following.toordinal() - 1))
        case "YEARLY":
            return min(question.last, date(begin.year, 12, 31))
        case _:
            return question.last


def _row(question: Question, begin: date, values: tuple[str, ...], figures: Figures) -> dict[str, Any]:
    return {
        "pivotValues": list(values),
        "dateRange": {"start": _date(begin), "end": _date(_end(question, begin))},
        "impressions": figures.impressions,
        "clicks": figures.clicks,
        "costInLocalCurrency": _text(figures.cost),
        "costInUsd": _text(figures.cost_usd),
        "oneClickLeads": figures.leads,
        "oneClickLeadFormOpens": figures.opens,
        "validWorkEmailLeads": figures.leads,
        "qualifiedLeads": 0,
        "conversionValueInLocalCurrency": "0",
    }


def _date(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def _text(amount: Decimal) -> str:
    """Decimals are strings on the wire, so that nothing is lost."""
    return f"{amount:f}"
