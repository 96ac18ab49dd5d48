"""What each account or page can be read for, by any user profile. Pure. linkedin-api 1.6, 1.7."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from leadferry.accounts.model import Owner
from leadferry.accounts.permissions import Ability, Permission, Verdict
from leadferry.guardian.model import Check, Finding, Level
from leadferry.words import worded

NEEDED = frozenset(ability for ability in Ability if ability.lead_type) | {Ability.FORMS}
"""Without these no leads cross; the others only enrich."""


def permission_findings(
    owners: Iterable[Owner], permissions: Sequence[Permission], names: Mapping[int, str]
) -> list[Finding]:
    """One for each account or page with *Sync enabled*: good where some profile may do all that is needed there.
    `names`: profile id -> name."""
    return [
        _finding(owner, [one for one in permissions if one.owner_id == owner.id], names)
        for owner in owners
        if owner.sync_enabled
    ]


def _finding(owner: Owner, found: Sequence[Permission], names: Mapping[int, str]) -> Finding:
    subject, name = f"owner:{owner.id}", owner.name or owner.urn
    if not found:
        title = worded("What may be read of {name} has not been looked at yet.", name=name)
        return Finding(
            Check.PERMISSION, subject, Level.INFO, title, worded("It is looked at every day, and by Check now.")
        )
    lost = [one for one in _lacking(found) if one.ability in NEEDED]
    if lost:
        title = worded(
            "{name}: {lost} cannot be read.", name=name, lost=", ".join(one.ability.label.lower() for one in lost)
        )
        first = lost[0]
        detail = worded(
            "Asked as {profile}. What is not read waits at LinkedIn.",
            profile=names.get(first.profile_id, worded("a user profile")),
        )
        return Finding(Check.PERMISSION, subject, Level.BAD, title, detail, first.missing)
    spare = _lacking(found)
    if spare:
        title = worded(
            "{name}: leads are read; {spare} not.",
            name=name,
            spare=", ".join(one.ability.label.lower() for one in spare),
        )
        return Finding(
            Check.PERMISSION, subject, Level.INFO, title, worded("Leads cross all the same."), spare[0].missing
        )
    if any(one.verdict is Verdict.UNKNOWN for one in found):
        title = worded("{name}: LinkedIn could not be asked for everything.", name=name)
        return Finding(
            Check.PERMISSION, subject, Level.INFO, title, worded("It is asked again tomorrow, and by Check now.")
        )
    return Finding(Check.PERMISSION, subject, Level.GOOD, worded("{name}: all that is needed can be read.", name=name))


def _lacking(found: Iterable[Permission]) -> list[Permission]:
    """Abilities that one profile was refused and no other has."""
    given = {one.ability for one in found if one.verdict is Verdict.YES}
    lacking: dict[Ability, Permission] = {}
    for one in found:
        if one.verdict is Verdict.NO and one.ability not in given:
            lacking.setdefault(one.ability, one)
    return sorted(lacking.values(), key=lambda one: list(Ability).index(one.ability))
