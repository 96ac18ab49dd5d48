"""Leadferry's own solution in Dynamics: which version is installed, which one this Leadferry brings. Pure."""

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
