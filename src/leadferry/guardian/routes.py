"""The page *Health*: the doctor's table, with the button that mends each finding."""

from __future__ import annotations

from typing import Any, Protocol

from litestar import Response
from litestar.params import URLEncodedBody

from leadferry.accounts.model import Environment
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.rights import Action
from leadferry.errors import InputError
from leadferry.guardian.finding_store import FindingStore
from leadferry.guardian.mending import has_button, mend_of
from leadferry.guardian.model import Check, Finding, Level, worst
from leadferry.linkedin.versions import TESTED, newer_tested
from leadferry.words import _

BADGES = {Level.GOOD: "b-good", Level.INFO: "b-info", Level.WARN: "b-warn", Level.BAD: "b-bad"}
HEADLINES = {
    Level.GOOD: _("Everything that Leadferry lives on is well."),
    Level.INFO: _("Leads cross. Some things are worth knowing."),
    Level.WARN: _("Leads cross. Something has to be done soon."),
    Level.BAD: _("Something has to be done now. What waits is not lost."),
}
Form = URLEncodedBody[dict[str, str]]


class Rooms(Protocol):
    """What these pages need of the application."""

    findings: FindingStore

    def linkedin_version(self, environment: Environment) -> str: ...
    def check_now(self, environment: Environment) -> list[str]: ...
    def adopt_linkedin_version(self, environment: Environment, version: str) -> None: ...


@page("/e/{environment_id:int}/health", Action.READ_HEALTH)
def health(desk: AtDesk) -> Response[Any]:
    rooms: Rooms = desk.rooms
    found = rooms.findings.list(desk.here.id)
    level = worst(found)
    return desk.page(
        "guardian/health.html",
        rows=[_row(desk, finding) for finding in found],
        checked_at=max((finding.checked_at for finding in found if finding.check is not Check.GAP), default=None),
        level=level,
        headline=HEADLINES[level],
        newer=newer_tested(rooms.linkedin_version(desk.here)),
    )


@post("/e/{environment_id:int}/health/check", Action.READ_HEALTH)
def check_now(desk: AtDesk) -> Response[Any]:
    """Asks LinkedIn and Dynamics now."""
    troubles = desk.rooms.check_now(desk.here)
    return desk.go(desk.address("health"), toast=_("Checked just now"), detail=troubles[0] if troubles else "")


@post("/e/{environment_id:int}/health/version", Action.CHANGE_CONFIGURATION)
def adopt(desk: AtDesk, data: Form) -> Response[Any]:
    """Another version of LinkedIn's API, from the next request on."""
    version, before = data.get("version", ""), desk.rooms.linkedin_version(desk.here)
    if version not in TESTED:
        raise InputError(
            _("That version of LinkedIn's API was not tested with this Leadferry."),
            fix=_("Tested: {tested}.", tested=", ".join(TESTED)),
            code="version-untested",
        )
    if before and version <= before:
        words = _("Version {before} is in use already; nothing was changed.", before=before)
        return desk.go(desk.address("health"), toast=words)
    desk.rooms.adopt_linkedin_version(desk.here, version)
    changes = {"before": {"linkedin_version": before}, "after": {"linkedin_version": version}}
    desk.record(Action.CHANGE_CONFIGURATION, "environment", desk.here.id, desk.here.name, **changes)
    return desk.go(desk.address("health"), toast=_("Version {version} adopted", version=version))


def _row(desk: Desk, finding: Finding) -> dict[str, Any]:
    """`button`: its words; "" where there is nothing to press."""
    mend = mend_of(finding)
    return {
        "finding": finding,
        "badge": BADGES[finding.level],
        "button": mend.words if has_button(finding) else "",
        "address": desk.address(mend.path),
        "adopts": finding.check is Check.VERSION and finding.level is not Level.GOOD,
    }


HANDLERS: tuple[Any, ...] = (health, check_now, adopt)
