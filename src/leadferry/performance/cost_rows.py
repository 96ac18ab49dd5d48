"""A row of LinkedIn's ad analytics, as it is kept: whole numbers of millionths, so that nothing is lost. Pure.

Source: linkedin-api 6.6 (decimals are text; pivot values are URNs).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from leadferry.linkedin.restli import urn_id, urn_kind
from leadferry.linkedin.wire import AdAnalytics
from leadferry.performance.figures import EPOCH

MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class AdDay:
    """One ad on one day (days since 1970, UTC). `campaign`: its URN. `ad`: its number; 0 where not told by ad."""

    day: int
    campaign: str
    ad: int
    micros: int
    impressions: int = 0
    clicks: int = 0
    opens: int = 0
    leads: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """`micros`: millionths of the account's currency. `leads`: LinkedIn's own count."""

    micros: int = 0
    impressions: int = 0
    clicks: int = 0
    opens: int = 0
    leads: int = 0

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.micros + other.micros,
            self.impressions + other.impressions,
            self.clicks + other.clicks,
            self.opens + other.opens,
            self.leads + other.leads,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """Of one account. `through_day`: the last day that was read; None: it never was."""

    currency: str = ""
    through_day: int | None = None
    read_at: int | None = None
    tried_at: int = 0
    trouble: str = ""
    revision: int = 0


def read_row(row: AdAnalytics, *, in_usd: bool) -> AdDay | None:
    """None for what names no campaign or no day. `in_usd`: where the account's own currency is not known."""
    found = {urn_kind(urn): urn for urn in row.pivotValues}
    campaign, ad = found.get("sponsoredCampaign", ""), urn_id(found.get("sponsoredCreative", ""))
    if not campaign or row.dateRange is None:
        return None
    start = row.dateRange.start
    return AdDay(
        (date(start.year, start.month, start.day) - EPOCH).days,
        campaign,
        int(ad) if ad.isdecimal() else 0,
        micros(row.costInUsd if in_usd else row.costInLocalCurrency),
        row.impressions or 0,
        row.clicks or 0,
        row.oneClickLeadFormOpens or 0,
        row.oneClickLeads or 0,
    )


def micros(amount: str | float | None) -> int:
    """`"141.27"` -> 141270000. What is finer than a millionth is rounded."""
    try:
        return int((Decimal(str(amount or 0)) * MICROS).to_integral_value())
    except InvalidOperation:
        return 0
