"""What the pages of this room show, brought into words and rows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from leadferry.accounts.addresses import at_linkedin
from leadferry.accounts.model import Authorization, CampaignSync, FormSync, Owner, OwnerLink, ProfileSync, UserProfile
from leadferry.accounts.permissions import Ability, Permission, Verdict
from leadferry.forms.model import OWNER_LEAD_TYPES
from leadferry.linkedin.words import code_words
from leadferry.words import _, together

GOOD, BAD, WARN, INFO, PLAIN = "b-good", "b-bad", "b-warn", "b-info", ""

AUTHORIZATION_BADGE: Mapping[Authorization, str] = {
    Authorization.NOT_AUTHORIZED: PLAIN,
    Authorization.AUTHORIZED: GOOD,
    Authorization.EXPIRED: BAD,
    Authorization.REAUTHORIZING: INFO,
}
PROFILE_SYNC_BADGE: Mapping[ProfileSync, str] = {
    ProfileSync.NOT_SYNCING: PLAIN,
    ProfileSync.SYNCING_ACCOUNTS: INFO,
    ProfileSync.ACTIVE: GOOD,
    ProfileSync.NO_ACCOUNTS: WARN,
}
FORM_SYNC_BADGE: Mapping[FormSync, str] = {
    FormSync.PENDING: INFO,
    FormSync.ACTIVE: GOOD,
    FormSync.NOT_SYNCING: PLAIN,
    FormSync.NO_FORMS: PLAIN,
    FormSync.FORBIDDEN: BAD,
}
CAMPAIGN_SYNC_BADGE: Mapping[CampaignSync, str] = {
    CampaignSync.PENDING: INFO,
    CampaignSync.ACTIVE: GOOD,
    CampaignSync.NO_CAMPAIGNS: PLAIN,
    CampaignSync.FORBIDDEN: BAD,
}
LEVELS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.YES: (_("Yes"), "good"),
    Verdict.NO: (_("No"), "bad"),
    Verdict.UNKNOWN: (_("Unknown"), "none"),
    Verdict.NOT_NEEDED: (_("Not needed"), "none"),
}

COLUMNS = (
    (_("Forms"), (Ability.FORMS,)),
    (_("Read leads"), tuple(one for one in Ability if one.lead_type)),
    (_("Push"), (Ability.PUSH,)),
    (_("Campaigns"), (Ability.CAMPAIGNS,)),
    (_("Costs"), (Ability.COSTS,)),
)
"""Heads of the permission matrix and the abilities that stand below them."""


def shown_authorization(profile: UserProfile, under_way: set[int]) -> Authorization:
    """*Reauthorizing* (OC-38) while somebody renews one that was authorized before."""
    if profile.id in under_way and profile.authorization is not Authorization.NOT_AUTHORIZED:
        return Authorization.REAUTHORIZING
    return profile.authorization


def opener(site: str) -> Callable[[Owner], str]:
    """For templates: an account's or page's own address at LinkedIn."""
    return lambda owner: at_linkedin(site, owner.kind, owner.linkedin_id)


def kind_words(owner: Owner) -> str:
    return _("Page") if owner.kind == "organization" else _("Ad account")


def role_words(roles: Iterable[str]) -> str:
    """`CAMPAIGN_MANAGER` -> `Campaign manager`."""
    return together((code_words(role) for role in roles if role), ", ")


@dataclass(frozen=True, slots=True)
class Cell:
    words: str
    level: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    owner: Owner
    roles: str
    cells: tuple[Cell, ...]


def matrix(owners: Iterable[Owner], links: Iterable[OwnerLink], found: Iterable[Permission]) -> list[MatrixRow]:
    """A row an owner: the member's roles, and what LinkedIn said about each column."""
    roles = {link.owner_id: role_words(link.roles) for link in links}
    by_owner: dict[int, dict[Ability, Permission]] = {}
    for one in found:
        by_owner.setdefault(one.owner_id, {})[one.ability] = one
    return [
        MatrixRow(
            owner,
            roles.get(owner.id, ""),
            tuple(_cell(owner, by_owner.get(owner.id, {}), abilities) for _, abilities in COLUMNS),
        )
        for owner in owners
    ]


def _cell(owner: Owner, known: Mapping[Ability, Permission], abilities: Sequence[Ability]) -> Cell:
    """Several lead types in one: the worst of them, with the names of those that are not open."""
    possible = {kind.value for kind in OWNER_LEAD_TYPES.get(owner.kind, ())}
    asked = [one for one in abilities if not one.lead_type or one.lead_type in possible]
    found = [known[one] for one in asked if one in known and known[one].verdict is not Verdict.NOT_NEEDED]
    if not found:
        words = Verdict.NOT_NEEDED if any(one in known for one in asked) else Verdict.UNKNOWN
        return Cell(*LEVELS[words])
    refused = [one for one in found if one.verdict is Verdict.NO]
    open_ = [one for one in found if one.verdict is Verdict.YES]
    if refused and open_:
        return Cell(
            _("Some"), "warn", _("not {refused}", refused=", ".join(one.ability.label.lower() for one in refused))
        )
    return Cell(*LEVELS[refused[0].verdict if refused else open_[0].verdict if open_ else Verdict.UNKNOWN])


@dataclass(frozen=True, slots=True)
class Missing:
    """`request`: what a person can send to whoever can give the role."""

    owner: Owner
    title: str
    text: str
    request: str


def missing_rights(profile: UserProfile, owners: Iterable[Owner], found: Iterable[Permission]) -> list[Missing]:
    """What must be given by somebody at LinkedIn: as the check of rights says, else as the last sync was refused."""
    by_owner: dict[int, list[Permission]] = {}
    for one in found:
        if one.verdict is Verdict.NO and one.missing:
            by_owner.setdefault(one.owner_id, []).append(one)
    told = []
    for owner in owners:
        refused = by_owner.get(owner.id, [])
        text = " ".join(dict.fromkeys(one.missing for one in refused))
        if not text and owner.form_sync_status is FormSync.FORBIDDEN:
            text = owner.status_text or _("LinkedIn refused to show its lead forms.")
        if text:
            what = ", ".join(one.ability.label.lower() for one in refused) or "leads"
            told.append(
                Missing(
                    owner,
                    _("{owner}: {what} cannot be read", owner=owner.name, what=what),
                    text,
                    _request(profile, owner, text),
                )
            )
    return told


def _request(profile: UserProfile, owner: Owner, text: str) -> str:
    return _(
        "Leads of {owner} ({kind_words} {linkedin_id} at LinkedIn) do not reach Dynamics 365 "
        "through {member_name}. {text}",
        owner=owner.name,
        kind_words=kind_words(owner),
        linkedin_id=owner.linkedin_id,
        member_name=profile.member_name or profile.name,
        text=text,
    )


def alone_through(profile_id: int, links: Iterable[OwnerLink]) -> set[int]:
    """Owners that no other profile reaches."""
    reached: dict[int, set[int]] = {}
    for link in links:
        reached.setdefault(link.owner_id, set()).add(link.profile_id)
    return {owner_id for owner_id, profiles in reached.items() if profiles == {profile_id}}


def other_profiles(
    profile_id: int, links: Iterable[OwnerLink], profiles: Iterable[UserProfile]
) -> dict[int, list[UserProfile]]:
    """Owner id -> the profiles beside this one that reach it."""
    by_id = {one.id: one for one in profiles}
    found: dict[int, list[UserProfile]] = {}
    for link in links:
        if link.profile_id != profile_id and link.profile_id in by_id:
            found.setdefault(link.owner_id, []).append(by_id[link.profile_id])
    return found
