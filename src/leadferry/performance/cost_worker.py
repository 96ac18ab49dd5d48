"""Reads from LinkedIn what ads cost: once a day, an account after the other, beside the way of the leads.

Requests of a day: one for the currencies, one for each account (the ten days before today are read again, for they keep
moving), and one for each hundred ads that are new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from leadferry.accounts.campaign_store import CampaignStore
from leadferry.accounts.model import Owner, UserProfile
from leadferry.accounts.owner_store import OwnerStore
from leadferry.clock import Clock
from leadferry.errors import LinkedInError
from leadferry.linkedin import wire
from leadferry.linkedin.client import ANALYTICS_ROWS
from leadferry.linkedin.restli import urn_id
from leadferry.performance.cost_rows import AdDay, Reading, read_row
from leadferry.performance.cost_store import CostStore
from leadferry.performance.figures import date_of

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
AGAIN_DAYS, FIRST_DAYS = 10, 400
"""Days that are read again, and that the first reading goes back: the longest period of a page and some of the one
before."""
BY_AD, BY_CAMPAIGN = ("CAMPAIGN", "CREATIVE"), ("CAMPAIGN",)


class LinkedIn(Protocol):
    """What of the LinkedIn client is used here."""

    def ad_accounts(self) -> list[wire.AdAccount]: ...
    def ad_analytics(
        self, account_id: int | str, first: date, last: date, pivots: Sequence[str]
    ) -> list[wire.AdAnalytics]: ...
    def creatives(self, account_id: int | str, campaign_urns: Sequence[str]) -> list[wire.Creative]: ...


@dataclass(frozen=True)
class CostWork:
    """`form_ids`: LinkedIn's number of each lead form -> its row id."""

    environment_id: int
    owners: OwnerStore
    campaigns: CampaignStore
    costs: CostStore
    form_ids: Callable[[], Mapping[int, int]]
    clock: Clock

    def due(self) -> list[Owner]:
        """Accounts that were not read for a day, and where that failed not for an hour."""
        known, now = self.costs.readings(self.environment_id), self.clock()
        return [one for one in self.accounts() if _is_due(known.get(one.id), now)]

    def accounts(self) -> list[Owner]:
        everything = self.owners.list(self.environment_id)
        return [one for one in everything if one.kind == "sponsoredAccount" and one.sync_enabled]

    def run(self, readers: Iterable[tuple[UserProfile, LinkedIn]], *, now: bool = False) -> list[str]:
        """Each account through the first profile that reaches it and is answered. `now`: those that are not due too.
        Returns what went wrong."""
        due = {owner.id: owner for owner in (self.accounts() if now else self.due())}
        troubles: dict[int, str] = {}
        for profile, client in readers if due else ():
            mine = [one for one in self.owners.of_profile(self.environment_id, profile.id) if one.id in due]
            currencies = _currencies(client) if mine else {}
            for owner in mine:
                try:
                    self._read(client, owner, currencies.get(owner.urn, ""))
                except LinkedInError as error:
                    troubles[owner.id] = str(error)
                else:
                    del due[owner.id]
                    troubles.pop(owner.id, None)
        for owner_id, trouble in troubles.items():
            self.costs.fail(owner_id, trouble)
        return list(troubles.values())

    def _read(self, client: LinkedIn, owner: Owner, currency: str) -> None:
        known = self.costs.readings(self.environment_id).get(owner.id, Reading())
        today = self.clock() // DAY_MS
        first = today - FIRST_DAYS if known.through_day is None else min(known.through_day, today) - AGAIN_DAYS
        rows = self._rows(client, owner, first, today, BY_AD)
        usd = not currency
        found = [one for row in rows if (one := read_row(row, in_usd=usd)) and first <= one.day <= today]
        keys = {urn: self.campaigns.key(self.environment_id, urn) for urn in sorted({one.campaign for one in found})}
        days, keyed = (first, today), [(keys[one.campaign], one) for one in found]
        self._learn_ads(client, owner, found)  # first: what is told by form is kept until costs are saved again
        self.costs.save(self.environment_id, owner.id, currency or "USD", days, keyed)

    def _rows(
        self, client: LinkedIn, owner: Owner, first: int, last: int, pivots: Sequence[str]
    ) -> list[wire.AdAnalytics]:
        """In halves where an answer is full, which it does not say; a full single day is told by campaign alone, as is
        everything where LinkedIn does not tell by two pivots."""
        try:
            rows = client.ad_analytics(owner.linkedin_id, date_of(first), date_of(last), pivots)
        except LinkedInError as error:
            if error.status != 400 or pivots == BY_CAMPAIGN:
                raise
            return self._rows(client, owner, first, last, BY_CAMPAIGN)
        if len(rows) < ANALYTICS_ROWS or (first == last and pivots == BY_CAMPAIGN):
            return rows
        if first == last:
            return self._rows(client, owner, first, last, BY_CAMPAIGN)
        middle = (first + last) // 2
        return [
            *self._rows(client, owner, first, middle, pivots),
            *self._rows(client, owner, middle + 1, last, pivots),
        ]

    def _learn_ads(self, client: LinkedIn, owner: Owner, found: Iterable[AdDay]) -> None:
        """Names and forms of ads that are new; without the permission for them they stay numbers."""
        campaigns = {one.ad: one.campaign for one in found}
        new = self.costs.unknown_ads(self.environment_id, campaigns)
        if not new:
            return
        try:
            creatives = client.creatives(owner.linkedin_id, sorted({campaigns[ad] for ad in new}))
        except LinkedInError:
            return
        forms = self.form_ids()
        told = [(one, int(number)) for one in creatives if (number := urn_id(one.id)).isdecimal()]
        self.costs.save_ads(self.environment_id, [(one, number, _form(one, forms)) for one, number in told])


def _is_due(known: Reading | None, now: int) -> bool:
    if known is None:
        return True
    read = known.read_at is not None and now - known.read_at < DAY_MS
    return not read and (now - known.tried_at >= HOUR_MS or not known.trouble)


def _currencies(client: LinkedIn) -> dict[str, str]:
    """Account's URN -> its currency; empty where the accounts may not be read."""
    try:
        return {one.urn: one.currency or "" for one in client.ad_accounts()}
    except LinkedInError:
        return {}


def _form(creative: wire.Creative, forms: Mapping[int, int]) -> int:
    """The button leads to `urn:li:adForm:3162`."""
    button = creative.leadgenCallToAction
    number = urn_id(button.destination) if button and button.destination else ""
    return forms.get(int(number), 0) if number.isdecimal() else 0
