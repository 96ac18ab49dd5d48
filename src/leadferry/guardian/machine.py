"""The machine that Leadferry runs on: clock, database, disk, master key. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from leadferry.guardian.model import Check, Finding, Level
from leadferry.words import worded

SKEW_S = (30, 300)
"""Entra refuses a certificate's signature and LinkedIn a time range when the clock is off by minutes."""
FREE_BYTES = (2_000_000_000, 500_000_000)
SERVICES = {"linkedin": "LinkedIn", "dynamics": "Dynamics"}
GIGABYTE = 1_000_000_000


def clock_finding(skews_ms: Mapping[str, int]) -> Finding:
    """Service -> how far its clock is ahead of ours, taken off its Date header (whole seconds)."""
    if not skews_ms:
        return Finding(
            Check.CLOCK,
            "",
            Level.INFO,
            worded("The clock has not been compared yet."),
            worded("No service has answered."),
        )
    name, skew = max(skews_ms.items(), key=lambda item: abs(item[1]))
    service = SERVICES.get(name, name)
    off_s = abs(skew) / 1000
    level = Level.BAD if off_s > SKEW_S[1] else Level.WARN if off_s > SKEW_S[0] else Level.GOOD
    if level is Level.GOOD:
        return Finding(Check.CLOCK, "", level, worded("This machine's clock agrees with the services'."))
    behind = "behind" if skew > 0 else worded("ahead of")
    title = worded(
        "This machine's clock is {off_s} seconds {behind} that of {service}.",
        off_s=f"{off_s:,.0f}",
        behind=behind,
        service=service,
    )
    detail = worded("Tokens would be renewed too late, and form responses looked for in the wrong hours.")
    return Finding(Check.CLOCK, "", level, title, detail, worded("Switch on time synchronisation (NTP)."))


def database_finding(kind: str, size: int, error: str = "") -> Finding:
    """`kind`: SQLite or PostgreSQL. `error`: why a trial write failed."""
    if error:
        fix = worded("Check the disk, the rights and the database server; nothing can be stored meanwhile.")
        return Finding(
            Check.DATABASE,
            "",
            Level.BAD,
            worded("The {kind} database cannot be written: {error}.", kind=kind, error=error),
            "",
            fix,
        )
    return Finding(
        Check.DATABASE,
        "",
        Level.GOOD,
        worded("The {kind} database can be written.", kind=kind),
        f"{size / 1e6:,.1f} MB.",
    )


def disk_finding(free: int, total: int) -> Finding:
    soon, now = FREE_BYTES
    level = Level.BAD if free < now else Level.WARN if free < soon else Level.GOOD
    title = worded(
        "{free} GB of {total} GB are free where the data folder lies.",
        free=f"{free / GIGABYTE:,.1f}",
        total=f"{total / GIGABYTE:,.1f}",
    )
    fix = "" if level is Level.GOOD else worded("Make room, or move the data folder: LEADFERRY_DATA.")
    return Finding(Check.DISK, "", level, title, "", fix)


def key_finding(older: int, unknown: int) -> Finding:
    """`older`: secrets sealed with an older master key. `unknown`: with one that is not there any more."""
    if unknown:
        title = worded(
            "{unknown} stored secrets were sealed with a master key that is not there.", unknown=f"{unknown:,}"
        )
        fix = worded(
            "Put the old key behind the new one, in LEADFERRY_KEY or the key file; else enter the secrets again."
        )
        return Finding(Check.KEY, "", Level.BAD, title, worded("They cannot be opened."), fix)
    if older:
        title = worded("{older} stored secrets are still sealed with an older master key.", older=f"{older:,}")
        return Finding(
            Check.KEY, "", Level.WARN, title, worded("The old key is still needed."), worded("`leadferry key rotate`.")
        )
    return Finding(Check.KEY, "", Level.GOOD, worded("Every stored secret is sealed with the newest master key."))
