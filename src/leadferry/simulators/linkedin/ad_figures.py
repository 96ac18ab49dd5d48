"""What each ad brought and cost on each day: leads are the form responses that were really sent, all else follows from
them and from the ad's and the day's own chance, so that the same world always tells the same.

Source: linkedin-api reference, section 6.6: recent days keep moving for some days.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from leadferry.simulators.linkedin.call import last_part
from leadferry.simulators.linkedin.settings import Settings
from leadferry.simulators.linkedin.state import DAY_MS, State, Thing

_USD = {"EUR": Decimal("1.08"), "GBP": Decimal("1.27"), "CHF": Decimal("1.13")}
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Figures:
    impressions: int = 0
    clicks: int = 0
    opens: int = 0
    leads: int = 0
    cost: Decimal = Decimal(0)
    cost_usd: Decimal = Decimal(0)

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.impressions + other.impressions,
            self.clicks + other.clicks,
            self.opens + other.opens,
            self.leads + other.leads,
            self.cost + other.cost,
            self.cost_usd + other.cost_usd,
        )


def today(state: State) -> date:
    return _day_of(state.now())


def by_day(state: State, settings: Settings, ads: Sequence[Thing]) -> Iterator[tuple[Thing, date, Figures]]:
    """Every day on which the ad ran or brought a lead; days are of UTC."""
    leads, now = _leads(state), state.now()
    campaigns = {str(one["id"]): one for one in state.all("campaign")}
    currencies = {str(one["id"]): str(one.get("currency", "")) for one in state.all("account")}
    for ad in ads:
        number = last_part(str(ad["id"]))
        usd = _USD.get(currencies.get(last_part(str(ad["account"])), ""), Decimal(1))
        brought = leads.get(number, Counter())
        running = _running(campaigns.get(last_part(str(ad.get("campaign", "")))), now)
        for day in sorted(running | set(brought)):
            yield ad, day, _made(number, day, brought[day], _settled(settings, day, now), usd, runs=day in running)


def _leads(state: State) -> dict[str, Counter[date]]:
    """Creative -> day -> real form responses, those that are too old to be shown too."""
    found: dict[str, Counter[date]] = {}
    for row in state.rows("SELECT submitted_at, body FROM responses WHERE NOT test"):
        creative = _creative(msgspec.json.decode(row["body"]))
        if creative:
            found.setdefault(creative, Counter())[_day_of(row["submitted_at"])] += 1
    return found


def _creative(response: Any) -> str:
    entity = response.get("associatedEntity") if isinstance(response, dict) else None
    named = entity.get("associatedCreative") or entity.get("creative") if isinstance(entity, dict) else None
    return last_part(str(named)) if named else ""


def _running(campaign: Thing | None, now: int) -> set[date]:
    """The days of the campaign's schedule, as far as they have come."""
    schedule = (campaign or {}).get("runSchedule") or {}
    if "start" not in schedule:
        return set()
    first, last = _day_of(schedule["start"]), _day_of(min(schedule.get("end", now), now))
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}


def _settled(settings: Settings, day: date, now: int) -> Decimal:
    """How much of the day's cost is known: of today as much as is over, then what is still coming in for some days."""
    end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    left_ms = int(end.timestamp() * 1000) - now
    if left_ms > 0:
        return Decimal(max(0, DAY_MS - left_ms)) / DAY_MS
    late = settings.analytics_settle_days * DAY_MS + left_ms
    return Decimal(1) if late <= 0 else 1 - Decimal("0.08") * late / (settings.analytics_settle_days * DAY_MS)


def _made(ad: str, day: date, leads: int, settled: Decimal, usd: Decimal, *, runs: bool) -> Figures:
    chance, ads_own = random.Random(f"{ad}:{day}"), random.Random(ad)
    per_lead, a_day = ads_own.uniform(18, 48), ads_own.uniform(9, 26)
    cost = Decimal(str((a_day * chance.uniform(0.6, 1.4) if runs else 0) + leads * per_lead))
    cost = (cost * settled).quantize(_CENT)
    clicks = int(float(cost) / ads_own.uniform(4, 9)) + leads
    opens = leads + int(clicks * chance.uniform(0.2, 0.4))
    impressions = int(clicks * ads_own.uniform(90, 160)) + chance.randrange(40)
    return Figures(impressions, max(clicks, opens), opens, leads, cost, (cost * usd).quantize(_CENT))


def _day_of(at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date()
