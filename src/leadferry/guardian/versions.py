"""The version of LinkedIn's API: how long it lives, and what to change to. Pure. linkedin-api 2.2, 8.3."""

from __future__ import annotations

from leadferry.guardian.model import DAY_MS, Check, Finding, Level, countdown_level, in_days, step_of
from leadferry.linkedin.versions import ends_at, newer_tested, sunset_of
from leadferry.words import worded

EARLY_MS = 60 * DAY_MS
"""A version older than ten months: there is time to try another one in peace."""


def version_finding(version: str, now: int, *, switched_off: bool = False) -> Finding:
    """`switched_off`: LinkedIn has answered 426 today."""
    end, newer = ends_at(version), newer_tested(version)
    day, published = sunset_of(version)
    shown = f"{day:%Y-%m-%d}"
    until = shown if published else worded("{day} or thereabouts; LinkedIn has not said", day=shown)
    fix = _fix(newer)
    if switched_off:
        title = worded("LinkedIn has switched off version {version} of its API.", version=version)
        return Finding(
            Check.VERSION, "", Level.BAD, title, worded("Nothing can be pulled. Nothing is lost."), fix, step=0
        )
    step = step_of(end, now)
    level = countdown_level(step)
    if step == 0:
        title = worded("Version {version} of LinkedIn's API should be switched off by now.", version=version)
        return Finding(
            Check.VERSION,
            "",
            level,
            title,
            worded("It lived until {until}. It still answers.", until=until),
            fix,
            step=0,
        )
    title = worded("Version {version} of LinkedIn's API ends {in_days}.", version=version, in_days=in_days(end, now))
    if level is Level.GOOD and end - now < EARLY_MS:
        return Finding(Check.VERSION, "", Level.INFO, title, worded("It lives until {until}.", until=until), fix)
    if level is Level.GOOD and newer:
        detail = worded(
            "It lives until {until}. Leadferry was tested with {newer} too, which lives longer.",
            until=until,
            newer=newer,
        )
        return Finding(
            Check.VERSION,
            "",
            Level.INFO,
            worded("Version {newer} of LinkedIn's API can be adopted.", newer=newer),
            detail,
            fix,
        )
    if level is Level.GOOD:
        return Finding(
            Check.VERSION,
            "",
            level,
            worded("Version {version} of LinkedIn's API is in use.", version=version),
            worded("Until {until}.", until=until),
        )
    return Finding(Check.VERSION, "", level, title, worded("It lives until {until}.", until=until), fix, step=step)


def _fix(newer: str) -> str:
    if newer:
        return worded(
            "Adopt the tested version {newer}: press Adopt, or `leadferry linkedin-version adopt {newer}`.", newer=newer
        )
    return worded("Update Leadferry: it brings the versions that it was tested with.")
