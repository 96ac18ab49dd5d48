"""Which address is served by whom, and which scopes open it: the whole Rest.li surface in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from leadferry.simulators.linkedin import (
    accounts,
    ad_analytics,
    campaigns,
    events,
    forms,
    notifications,
    pages,
    refusals,
    responses,
)
from leadferry.simulators.linkedin.call import Handler
from leadferry.simulators.linkedin.restli import parse_key
from leadferry.simulators.server import Request

ROOT = "/rest"

ADS = ("r_ads", "rw_ads")
LEADS = ("r_marketing_leadgen_automation",)
PAGES = ("r_organization_admin", "rw_organization_admin")
EVENTS = ("r_events", "rw_events")
REPORTING = ("r_ads_reporting",)


@dataclass(frozen=True, slots=True)
class Operation:
    """`path` below /rest, keys in braces; `scopes`: one of them is enough; `section` of the linkedin-api reference."""

    path: str
    method: str
    handler: Handler
    scopes: tuple[str, ...]
    section: str
    finder: str = ""
    params: tuple[str, ...] = ()

    @property
    def resource(self) -> str:
        return [part for part in self.path.split("/") if not part.startswith("{")][-1]

    @property
    def name(self) -> str:
        """As LinkedIn writes it in refusals: `leadFormResponses.FINDER-owner`."""
        return f"{self.resource}.{self.method}{f'-{self.finder}' if self.finder else ''}"


_PAGE = ("start", "count")
_CURSOR = ("pageSize", "pageToken")
_CREATIVES = ("campaigns", "creatives", "intendedStatuses", "sortOrder", *_CURSOR)
_ORGANIZER = ("organizer", "excludeCancelled", "timeBasedFilter", "sortOrder", *_PAGE)
_ANALYTICS, _STATISTICS = ("pivot", *ad_analytics.PARAMS), ("pivots", *ad_analytics.PARAMS)
_GROUPS, _CAMPAIGNS = "/adAccounts/{account}/adCampaignGroups", "/adAccounts/{account}/adCampaigns"
_CREATIVE = "/adAccounts/{account}/creatives"

OPERATIONS = (
    Operation("/leadForms/{id}", "GET", forms.get, LEADS + ADS, "4.2"),
    Operation("/leadForms", "BATCH_GET", forms.batch_get, LEADS + ADS, "4.2", params=("ids",)),
    Operation("/leadForms", "FINDER", forms.find_by_owner, LEADS + ADS, "4.2", "owner", ("owner", *_PAGE)),
    Operation("/leadFormResponses/{id}", "GET", responses.get, LEADS, "4.3"),
    Operation("/leadFormResponses", "BATCH_GET", responses.batch_get, LEADS, "4.3", params=("ids",)),
    Operation("/leadFormResponses", "FINDER", responses.find_by_owner, LEADS, "4.3", "owner", responses.FINDER_PARAMS),
    Operation(
        "/leadNotifications", "FINDER", notifications.find, LEADS, "5.1", "criteria", notifications.FINDER_PARAMS
    ),
    Operation("/adAccounts/{account}", "GET", accounts.get, ADS, "6.1"),
    Operation("/adAccounts", "FINDER", accounts.search, ADS, "6.1", "search", ("search", *_CURSOR)),
    Operation("/adAccountUsers", "FINDER", accounts.users_of_member, ADS, "6.2", "authenticatedUser", _PAGE),
    Operation("/adAccountUsers", "FINDER", accounts.users_of_accounts, ADS, "6.2", "accounts", ("accounts", *_PAGE)),
    Operation(_GROUPS, "FINDER", campaigns.search_groups, ADS, "6.3", "search", ("search", *_CURSOR)),
    Operation(f"{_GROUPS}/{{id}}", "GET", campaigns.get_group, ADS, "6.3"),
    Operation(_CAMPAIGNS, "FINDER", campaigns.search_campaigns, ADS, "6.3", "search", ("search", *_CURSOR)),
    Operation(f"{_CAMPAIGNS}/{{id}}", "GET", campaigns.get_campaign, ADS, "6.3"),
    Operation(_CREATIVE, "FINDER", campaigns.find_creatives, ADS, "6.3", "criteria", _CREATIVES),
    Operation(f"{_CREATIVE}/{{id}}", "GET", campaigns.get_creative, ADS, "6.3"),
    Operation("/organizationAcls", "FINDER", pages.find_roles, PAGES, "6.4", "roleAssignee", ("role", "state", *_PAGE)),
    Operation("/organizations/{id}", "GET", pages.get, PAGES, "6.4"),
    Operation("/organizationsLookup", "BATCH_GET", pages.look_up, PAGES + ADS, "6.4", params=("ids",)),
    Operation("/events/{id}", "GET", events.get, EVENTS, "6.5"),
    Operation("/events", "FINDER", events.find_by_organizer, EVENTS, "6.5", "organizer", _ORGANIZER),
    Operation("/events", "FINDER", events.find_by_organizer, EVENTS, "6.5", "eventsByOrganizer", _ORGANIZER),
    Operation("/adAnalytics", "FINDER", ad_analytics.analytics, REPORTING, "6.6", "analytics", _ANALYTICS),
    Operation("/adAnalytics", "FINDER", ad_analytics.statistics, REPORTING, "6.6", "statistics", _STATISTICS),
)

_METHODS_OF_VERBS = {
    "GET": {"GET", "BATCH_GET", "GET_ALL", "FINDER", "BATCH_FINDER"},
    "POST": {"CREATE", "BATCH_CREATE", "PARTIAL_UPDATE", "BATCH_PARTIAL_UPDATE", "ACTION"},
    "PUT": {"UPDATE", "BATCH_UPDATE"},
    "DELETE": {"DELETE", "BATCH_DELETE"},
}


def restli_method(request: Request, has_key: bool) -> str:
    """What the header says, else what verb, key and query mean. Raises Refusal (400) where they contradict."""
    named = request.headers.get("x-restli-method", "").upper()
    if not named:
        return _implied_method(request, has_key)
    if named not in _METHODS_OF_VERBS.get(request.method, set()):
        raise refusals.illegal_argument(f"X-RestLi-Method {named} does not go with {request.method}")
    return named


def _implied_method(request: Request, has_key: bool) -> str:
    names = {pair.partition("=")[0] for pair in request.query.split("&")}
    match request.method:
        case "GET" if has_key:
            return "GET"
        case "GET":
            return "FINDER" if "q" in names else "BATCH_GET" if "ids" in names else "GET_ALL"
        case "POST":
            return "ACTION" if "action" in names else "PARTIAL_UPDATE" if has_key else "CREATE"
        case "PUT":
            return "BATCH_UPDATE" if "ids" in names else "UPDATE"
        case verb:
            return verb


def finder_name(request: Request) -> str:
    for pair in request.query.split("&"):
        name, _, value = pair.partition("=")
        if name == "q":
            return unquote(value)
    return ""


def find_operation(request: Request) -> tuple[Operation, Mapping[str, str]]:
    """The operation and the decoded keys of its path. Raises Refusal: 404, 405, 400."""
    here, raw_keys = _at_path(request.path)
    if not here:
        raise refusals.no_such_resource(request.path)
    method = restli_method(request, here[0].path.endswith("}"))
    candidates = [operation for operation in here if operation.method == method]
    if not candidates:
        raise refusals.method_not_allowed(method, here[0].resource)
    finder = finder_name(request) if method == "FINDER" else ""
    for operation in candidates:
        if operation.finder == finder:
            return operation, {name: _read_key(raw) for name, raw in raw_keys.items()}
    raise refusals.illegal_argument(f"No finder '{finder}' on {here[0].resource}")


def _read_key(raw: str) -> str:
    key = parse_key(raw)
    if not isinstance(key, str):
        raise refusals.bad_parameter("key", "a plain key is expected")
    return key


@lru_cache(maxsize=1024)
def _at_path(path: str) -> tuple[tuple[Operation, ...], Mapping[str, str]]:
    parts = path.removeprefix(ROOT).split("/")
    found = tuple(operation for operation in OPERATIONS if _fits(operation.path.split("/"), parts))
    if not found:
        return (), {}
    template = found[0].path.split("/")
    return found, {name[1:-1]: raw for name, raw in zip(template, parts, strict=True) if name.startswith("{")}


def _fits(template: list[str], parts: list[str]) -> bool:
    return len(template) == len(parts) and all(
        bool(part) if name.startswith("{") else name == part for name, part in zip(template, parts, strict=True)
    )
