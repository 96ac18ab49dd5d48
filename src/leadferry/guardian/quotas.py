"""How much of a day's requests is used up. Pure. linkedin-api 3.2, dataverse-api 5."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leadferry.guardian.model import Check, Finding, Level
from leadferry.words import worded

NEAR = 0.75
"""LinkedIn writes to its app's administrators at three quarters, an hour or two late."""
LINKEDIN, DYNAMICS = "linkedin", "dynamics"
ENTITLEMENT = "(entitlement)"
"""Pseudo resource: what Power Platform counts, each row of a bulk call one request."""
DAY_LIMIT = worded("(day limit)")
"""Ends the name of a pseudo resource: LinkedIn refused it for the rest of the day."""
SWITCHED_OFF = worded("(version switched off)")
"""Pseudo resource: answers 426."""


@dataclass(frozen=True, slots=True)
class Used:
    """Requests of one environment today (UTC: both services count so). `requests` include the `throttled` ones."""

    service: str
    resource: str
    requests: int
    throttled: int

    @property
    def real(self) -> bool:
        return "(" not in self.resource


def linkedin_quota_finding(today: Iterable[Used]) -> Finding:
    """LinkedIn publishes no numbers, so only what it refused is known."""
    used = [one for one in today if one.service == LINKEDIN]
    limited = sorted(one.resource.removesuffix(DAY_LIMIT).strip() for one in used if one.resource.endswith(DAY_LIMIT))
    detail = _listed(used)
    if limited:
        title = worded("Today's limit of calls to LinkedIn's {limited} is used up.", limited=", ".join(limited))
        fix = worded("LinkedIn counts anew from midnight UTC; a longer LEADFERRY_POLL_INTERVAL_S uses fewer.")
        return Finding(
            Check.LINKEDIN_QUOTA, "", Level.BAD, title, worded("{detail} Nothing is lost.", detail=detail), fix
        )
    throttled = sum(one.throttled for one in used if one.real)
    if throttled:
        title = worded("LinkedIn has asked to wait {throttled} times today.", throttled=f"{throttled:,}")
        return Finding(Check.LINKEDIN_QUOTA, "", Level.INFO, title, detail)
    total = sum(one.requests for one in used if one.real)
    return Finding(
        Check.LINKEDIN_QUOTA,
        "",
        Level.GOOD,
        worded("{total} requests to LinkedIn today, none refused.", total=f"{total:,}"),
        detail,
    )


def dynamics_quota_finding(today: Iterable[Used], a_day: int, remaining: int | None = None) -> Finding:
    """`a_day`: what the tenant's application users may use together. `remaining`: requests left in Dynamics' window of
    five minutes, as last told."""
    used = [one for one in today if one.service == DYNAMICS]
    counted = sum(one.requests for one in used if one.resource == ENTITLEMENT)
    throttled = sum(one.throttled for one in used if one.real)
    share = counted / a_day if a_day else 0.0
    detail = _listed(used)
    if throttled:
        waits = worded("Dynamics asked to wait {throttled} times.", throttled=f"{throttled:,}")
        detail = f"{detail} {waits}"
    if remaining is not None:
        left = worded("{remaining} are left in its window of five minutes.", remaining=f"{remaining:,}")
        detail = f"{detail} {left}"
    title = worded(
        "{counted} of {a_day} Power Platform requests are used today.", counted=f"{counted:,}", a_day=f"{a_day:,}"
    )
    level = Level.BAD if share >= 1 else Level.WARN if share >= NEAR else Level.GOOD
    fix = ""
    if level is not Level.GOOD:
        fix = worded(
            "Buy capacity, or spread imports over days. What the tenant may use is in the Power "
            "Platform admin centre; tell it by LEADFERRY_DYNAMICS_REQUESTS_A_DAY."
        )
    return Finding(Check.DYNAMICS_QUOTA, "", level, title, detail, fix)


def _listed(used: Iterable[Used]) -> str:
    most = sorted((one for one in used if one.real), key=lambda one: -one.requests)[:4]
    return ", ".join(f"{one.resource} {one.requests:,}" for one in most) + "." if most else worded("No request today.")
