"""LinkedIn's Marketing REST API, as far as Leadferry reads it. Usable from many threads.

Every operation here reads and may be repeated; `connection_client` says what is repeated by itself.
Source of all: Microsoft Learn "Lead Forms" (lead-sync/leadsync), "Lead Sync Schema", "Ad Accounts", "Ad Account Users",
"Organization Access Control", "Events", LinkedIn-Version 202609; linkedin-api 4 and 6.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import msgspec

from leadferry.clock import Clock, system_clock
from leadferry.errors import LinkedInError
from leadferry.http_client import Answer, Http, HttpClient
from leadferry.linkedin.connection_client import Connection, request_id
from leadferry.linkedin.restli import Structure, encode, owner_record, urn_id
from leadferry.linkedin.tokens import TokenSource
from leadferry.linkedin.wire import (
    AdAccount,
    AdAccountUser,
    AdAnalytics,
    Campaign,
    Creative,
    Event,
    Organization,
    OrganizationAcl,
    Wire,
)
from leadferry.words import _

BASE_URL = "https://api.linkedin.com"
DEFAULT_VERSION = "202609"
FORMS_PAGE = 500
OFFSET_PAGE = 500
CURSOR_PAGE = 500
CREATIVES_PAGE = 100
BATCH_IDS = 500
"""Ids of one BATCH_GET; its query is tunnelled, no limit is documented."""
CAMPAIGN_STATUSES = (
    "ACTIVE", "PAUSED", "ARCHIVED", "COMPLETED", "CANCELED", "DRAFT", "PENDING_DELETION", "REMOVED",
)  # fmt: skip
"""Asked for by name: without a filter some states may stay hidden (linkedin-api 6.3)."""
ANALYTICS_ROWS = 15_000
"""Most rows of one answer of adAnalytics; what is beyond is left out silently (linkedin-api 6.6)."""
_ANALYTICS_FIELDS = Structure(
    "pivotValues,dateRange,impressions,clicks,costInLocalCurrency,costInUsd,oneClickLeads,oneClickLeadFormOpens"
)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ResponsePage:
    """`elements`: raw JSON of each response. `count`: the page size LinkedIn served, maybe less than asked.
    `total` is LinkedIn's word and unreliable; None where it gave none. `next`: it says that there is more."""

    elements: list[bytes]
    total: int | None
    next: bool
    count: int


@dataclass(frozen=True, slots=True)
class BatchOfResponses:
    """`missing`: LinkedIn says 404, or nothing. `failed`: id -> status of other refusals."""

    found: dict[str, bytes]
    missing: list[str]
    failed: Mapping[str, int] = field(default_factory=dict)


class _Link(Wire):
    rel: str = ""
    href: str = ""


class _Paging(Wire):
    start: int = 0
    count: int | None = None
    total: int | None = None
    links: list[_Link] | None = None


class _Metadata(Wire):
    nextPageToken: str | None = None  # noqa: N815


class _Page(Wire):
    elements: list[msgspec.Raw] = msgspec.field(default_factory=list)
    paging: _Paging | None = None
    metadata: _Metadata | None = None


class _RowError(Wire):
    status: int | None = None


class _Batch(Wire):
    results: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    errors: dict[str, _RowError] | None = None


_PAGE = msgspec.json.Decoder(_Page)
_BATCH = msgspec.json.Decoder(_Batch)


class LinkedInClient:
    def __init__(
        self,
        base_url: str,
        version: str,
        tokens: TokenSource,
        http: Http | None = None,
        *,
        clock: Clock = system_clock,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._connection = Connection(
            base_url or BASE_URL,
            version or DEFAULT_VERSION,
            tokens,
            http or HttpClient(),
            clock=clock,
            sleep=sleep,
            jitter=jitter,
        )

    @property
    def requests(self) -> int:
        """Requests sent so far, repeats included, tokens apart."""
        return self._connection.requests

    @property
    def version(self) -> str:
        return self._connection.version

    # Accounts and pages

    def ad_accounts(self) -> list[AdAccount]:
        """GET /adAccounts?q=search (6.1), cursor paging."""
        return _converted(self._by_cursor("adAccounts", {"q": "search"}), AdAccount, "adAccounts")

    def ad_account_users(self) -> list[AdAccountUser]:
        """GET /adAccountUsers?q=authenticatedUser (6.2): the member's role on each account."""
        found = self._by_offset("adAccountUsers", {"q": "authenticatedUser"})
        return _converted(found, AdAccountUser, "adAccountUsers")

    def organization_acls(self) -> list[OrganizationAcl]:
        """GET /organizationAcls?q=roleAssignee (6.4): the member's approved roles on pages."""
        found = self._by_offset("organizationAcls", {"q": "roleAssignee", "state": "APPROVED"})
        return _converted(found, OrganizationAcl, "organizationAcls")

    def organizations(self, ids: Iterable[int | str]) -> list[Organization]:
        """GET /organizationsLookup?ids=List(…) (6.4), which needs no page role. Takes numbers or URNs."""
        found = self._by_ids("organizationsLookup", [urn_id(str(one)) for one in ids])
        return _converted(found.found.values(), Organization, "organizationsLookup")

    # Campaigns, creatives, events

    def campaigns(self, account_id: int | str) -> list[Campaign]:
        """GET /adAccounts/{id}/adCampaigns?q=search (6.3), cursor paging."""
        search = {"status": {"values": CAMPAIGN_STATUSES}}
        path = f"adAccounts/{urn_id(str(account_id))}/adCampaigns"
        return _converted(self._by_cursor(path, {"q": "search", "search": search}), Campaign, "adCampaigns")

    def creatives(self, account_id: int | str, campaign_urns: Sequence[str]) -> list[Creative]:
        """GET /adAccounts/{id}/creatives?q=criteria (6.3), cursor paging."""
        path, query = f"adAccounts/{urn_id(str(account_id))}/creatives", {"q": "criteria", "campaigns": campaign_urns}
        return _converted(self._by_cursor(path, query, CREATIVES_PAGE), Creative, "creatives")

    def event(self, event_id: int | str) -> Event:
        """GET /events/{id} (6.5)."""
        answer = self._connection.get(f"events/{encode(urn_id(str(event_id)))}")
        return _converted([answer.body], Event, "events")[0]

    # What ads cost

    def ad_analytics(self, account_id: int | str, first: date, last: date, pivots: Sequence[str]) -> list[AdAnalytics]:
        """GET /adAnalytics?q=analytics, or with two or three pivots ?q=statistics (6.6): a row for each day and
        combination that has something to show, both days included. Not paged: ANALYTICS_ROWS of them may be cut off."""
        finder: dict[str, Any] = {"q": "analytics", "pivot": {"value": pivots[0]}}
        if len(pivots) > 1:
            finder = {"q": "statistics", "pivots": list(pivots)}
        query = {
            **finder,
            "timeGranularity": {"value": "DAILY"},
            "dateRange": {"start": _day(first), "end": _day(last)},
            "accounts": [f"urn:li:sponsoredAccount:{urn_id(str(account_id))}"],
            "fields": _ANALYTICS_FIELDS,
        }
        page = self._page("adAnalytics", query)
        return _converted((bytes(element) for element in page.elements), AdAnalytics, "adAnalytics")

    # Lead forms

    def lead_forms(self, owner_urn: str) -> Iterator[bytes]:
        """GET /leadForms?q=owner (4.2): raw JSON of each form's latest version, of all states."""
        return self._by_offset("leadForms", {"q": "owner", "owner": owner_record(owner_urn)}, FORMS_PAGE)

    def lead_form(self, form_id: int | str) -> bytes:
        """GET /leadForms/{id} (4.2): its latest version."""
        return self._connection.get(f"leadForms/{urn_id(str(form_id))}").body

    def lead_forms_batch(self, ids: Iterable[int | str]) -> dict[str, bytes]:
        """GET /leadForms?ids=List(…) (4.2). Forms that LinkedIn does not show are absent."""
        return self._by_ids("leadForms", [urn_id(str(form_id)) for form_id in ids]).found

    # Form responses

    def find_responses(
        self,
        owner_urn: str,
        lead_type: str,
        *,
        start_ms: int,
        end_ms: int,
        start: int,
        count: int,
        limited_to_test: bool | None = None,
    ) -> ResponsePage:
        """GET /leadFormResponses?q=owner (4.3). `start_ms` inclusive, `end_ms` exclusive; fix `end_ms` for a walk.

        A page whose JSON is broken is asked for once more, then raises `linkedin-unreadable`.
        """
        query = {
            "q": "owner",
            "owner": owner_record(owner_urn),
            "leadType": {"leadType": lead_type},
            "submittedAtTimeRange": {"start": start_ms, "end": end_ms},
            "limitedToTestLeads": limited_to_test,
            "start": start,
            "count": count,
        }
        page = self._page("leadFormResponses", query)
        paging = page.paging or _Paging()
        return ResponsePage(
            [bytes(element) for element in page.elements],
            paging.total if paging.total is not None and paging.total >= 0 else None,
            _has_next(paging),
            paging.count or count,
        )

    def get_responses(self, ids: Sequence[str]) -> BatchOfResponses:
        """GET /leadFormResponses?ids=List(…) (4.3), 500 ids a request."""
        return self._by_ids("leadFormResponses", ids)

    def get_response(self, response_id: str) -> bytes:
        """GET /leadFormResponses/{id} (4.3). Raises LinkedInError `linkedin-not-found`."""
        return self._connection.get(f"leadFormResponses/{encode(response_id)}").body

    # What may be read: the cheapest question to each finder, raising as it would

    def try_responses(self, owner_urn: str, lead_type: str, *, now: int) -> None:
        """GET /leadFormResponses?q=owner (4.3), one row of the last day."""
        self.find_responses(owner_urn, lead_type, start_ms=now - 86_400_000, end_ms=now, start=0, count=1)

    def try_forms(self, owner_urn: str) -> None:
        """GET /leadForms?q=owner (4.2), one form."""
        self._page("leadForms", {"q": "owner", "owner": owner_record(owner_urn), "start": 0, "count": 1})

    def try_campaigns(self, account_id: int | str) -> None:
        """GET /adAccounts/{id}/adCampaigns?q=search (6.3), one campaign."""
        search = {"status": {"values": CAMPAIGN_STATUSES}}
        path = f"adAccounts/{urn_id(str(account_id))}/adCampaigns"
        self._page(path, {"q": "search", "search": search, "pageSize": 1})

    def try_notifications(self, owner_urn: str, lead_type: str) -> None:
        """GET /leadNotifications?q=criteria (5.1), one subscription; the owner has a layer more here (8.4)."""
        criteria = {"owner": {"value": owner_record(owner_urn)}, "leadType": {"leadType": lead_type}}
        self._page("leadNotifications", {"q": "criteria", **criteria, "start": 0, "count": 1})

    def try_token(self) -> None:
        """GET /adAccountUsers?q=authenticatedUser (6.2), one row: whether token and version are taken at all."""
        self._page("adAccountUsers", {"q": "authenticatedUser", "start": 0, "count": 1})

    # Below

    def _by_offset(self, path: str, query: Mapping[str, Any], count: int = OFFSET_PAGE) -> Iterator[bytes]:
        """Follows the next link where there is one, else stops at a short page; an empty one always ends (2.5)."""
        start = 0
        while True:
            page = self._page(path, {**query, "start": start, "count": count})
            yield from (bytes(element) for element in page.elements)
            start += len(page.elements)
            served = page.paging.count if page.paging and page.paging.count else count
            full = len(page.elements) >= min(served, count)
            if not page.elements or not (full or (page.paging and _has_next(page.paging))):
                return

    def _by_cursor(self, path: str, query: Mapping[str, Any], size: int = CURSOR_PAGE) -> Iterator[bytes]:
        token: str | None = None
        while True:
            page = self._page(path, {**query, "pageSize": size, "pageToken": token})
            yield from (bytes(element) for element in page.elements)
            following = page.metadata.nextPageToken if page.metadata else None
            if not following or following == token:
                return
            token = following

    def _by_ids(self, path: str, ids: Sequence[str]) -> BatchOfResponses:
        found: dict[str, bytes] = {}
        failed: dict[str, int] = {}
        for first in range(0, len(ids), BATCH_IDS):
            query = {"ids": list(ids[first : first + BATCH_IDS])}
            batch = self._decoded(_BATCH, path, query, "BATCH_GET")
            found |= {key: bytes(raw) for key, raw in batch.results.items()}
            errors = (batch.errors or {}).items()
            failed |= {key: error.status for key, error in errors if error.status and error.status != 404}
        missing = [one for one in ids if one not in found and one not in failed]
        return BatchOfResponses(found, missing, failed)

    def _page(self, path: str, query: Mapping[str, Any]) -> _Page:
        return self._decoded(_PAGE, path, query, "FINDER")

    def _decoded(self, decoder: msgspec.json.Decoder[_T], path: str, query: Mapping[str, Any], method: str) -> _T:
        """A body cut short on its way may be whole the second time."""
        try:
            return decoder.decode(self._connection.get(path, query, method=method).body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            answer = self._connection.get(path, query, method=method)
        try:
            return decoder.decode(answer.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _unreadable(path, answer, error) from error


def _day(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def _has_next(paging: _Paging) -> bool:
    return any(link.rel == "next" for link in paging.links or ())


def _converted(raw: Iterable[bytes], kind: type[_T], resource: str) -> list[_T]:
    decoder = msgspec.json.Decoder(kind)
    try:
        return [decoder.decode(one) for one in raw]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(resource, None, error) from error


def _unreadable(resource: str, answer: Answer | None, error: Exception) -> LinkedInError:
    why = "not of the documented shape" if isinstance(error, msgspec.ValidationError) else "broken JSON"
    return LinkedInError(
        _("LinkedIn's answer for {resource} cannot be read ({why}).", resource=resource, why=why),
        fix=_("It is asked for again by itself; if it stays so, report LinkedIn's request id."),
        code="linkedin-unreadable",
        status=answer.status if answer else 200,
        request_id=request_id(answer) if answer else "",
    )
