"""Leadferry's own solution in Dynamics: which version is installed, which one this Leadferry brings; and what
Microsoft's connector left there. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from leadferry.guardian.model import Check, Finding, Level
from leadferry.words import worded

_STATES: Mapping[str, tuple[Level, str, str]] = {
    "installed": (Level.GOOD, worded("The solution is installed, version {found}."), ""),
    "missing": (
        Level.INFO,
        worded("The solution is not installed; leads cross without it."),
        worded("`leadferry solution install` brings tables, roles and the dashboard."),
    ),
    "unfinished": (
        Level.WARN,
        worded("The solution is not complete."),
        worded("`leadferry solution install` finishes it."),
    ),
    "older": (
        Level.INFO,
        worded("Version {found} of the solution is installed; this Leadferry brings {wanted}."),
        worded("`leadferry solution upgrade` brings it; rows stay."),
    ),
    "newer": (
        Level.WARN,
        worded("Version {found} of the solution is newer than this Leadferry's {wanted}."),
        worded("Update Leadferry."),
    ),
}


def solution_finding(state: str, found: str, wanted: str) -> Finding:
    level, title, fix = _STATES[state]
    return Finding(Check.SOLUTION, "", level, title.format(found=found, wanted=wanted), "", fix)


def solution_unknown(reason: str, fix: str) -> Finding:
    title = worded("Which version of the solution is installed could not be asked.")
    return Finding(Check.SOLUTION, "", Level.INFO, title, reason, fix)


def adoption_finding(*, ended: bool, unfinished: bool) -> Finding:
    """Where Microsoft's tables still stand. `unfinished`: a takeover began and has not come to its end."""
    if ended and not unfinished:
        return Finding(Check.ADOPTION, "", Level.GOOD, "What Microsoft's connector left was taken over.")
    if unfinished:
        title = "The takeover from Microsoft's connector has not come to its end."
        return Finding(
            Check.ADOPTION, "", Level.INFO, title, "What it took stays.", "Start it again; it goes on there."
        )
    title = "Microsoft's connector left its tables in this environment."
    detail = "Its strategies, mappings and submissions can be taken over, so that nothing it delivered comes twice."
    return Finding(Check.ADOPTION, "", Level.INFO, title, detail, "`leadferry adopt` shows what would be taken.")
