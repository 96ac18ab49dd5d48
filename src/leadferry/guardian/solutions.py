"""Leadferry's own solution in Dynamics: which version is installed, which one this Leadferry brings. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from leadferry.guardian.model import Check, Finding, Level
from leadferry.words import told

_STATES: Mapping[str, tuple[Level, str, str]] = {
    "installed": (Level.GOOD, told("The solution is installed, version {found}."), ""),
    "missing": (
        Level.INFO,
        told("The solution is not installed; leads cross without it."),
        told("`leadferry solution install` brings tables, roles and the dashboard."),
    ),
    "unfinished": (
        Level.WARN,
        told("The solution is not complete."),
        told("`leadferry solution install` finishes it."),
    ),
    "older": (
        Level.INFO,
        told("Version {found} of the solution is installed; this Leadferry brings {wanted}."),
        told("`leadferry solution upgrade` brings it; rows stay."),
    ),
    "newer": (
        Level.WARN,
        told("Version {found} of the solution is newer than this Leadferry's {wanted}."),
        told("Update Leadferry."),
    ),
}


def solution_finding(state: str, found: str, wanted: str) -> Finding:
    level, title, fix = _STATES[state]
    return Finding(Check.SOLUTION, "", level, title.format(found=found, wanted=wanted), "", fix)


def solution_unknown(reason: str, fix: str) -> Finding:
    title = told("Which version of the solution is installed could not be asked.")
    return Finding(Check.SOLUTION, "", Level.INFO, title, reason, fix)
