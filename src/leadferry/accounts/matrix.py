"""The permission matrix: which abilities an account or page has, and what an answer of LinkedIn says about them. Pure.
linkedin-api 1.6, 1.7 and 8.4 (6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from leadferry.accounts.model import EVENT_ROLES, LEAD_ROLES, Owner
from leadferry.accounts.permissions import Ability, Permission, Verdict
from leadferry.words import _

_LEADS = "r_marketing_leadgen_automation"
_ADS = ("r_ads", "rw_ads")
SCOPES: Mapping[Ability, tuple[str, ...]] = {
    Ability.LEADS_SPONSORED: (_LEADS,),
    Ability.LEADS_EVENT: (_LEADS,),
    Ability.LEADS_COMPANY: (_LEADS,),
    Ability.LEADS_ORGANIZATION_PRODUCT: (_LEADS,),
    Ability.FORMS: (_LEADS, *_ADS),
    Ability.CAMPAIGNS: _ADS,
    Ability.PUSH: (_LEADS,),
    Ability.COSTS: ("r_ads_reporting",),
}
"""One of them is needed."""

OF_ACCOUNT = (Ability.LEADS_SPONSORED, Ability.FORMS, Ability.CAMPAIGNS, Ability.PUSH, Ability.COSTS)
OF_PAGE = (
    Ability.LEADS_EVENT,
    Ability.LEADS_COMPANY,
    Ability.LEADS_ORGANIZATION_PRODUCT,
    Ability.FORMS,
    Ability.PUSH,
)
BY_SCOPE = frozenset({Ability.COSTS})
"""Not asked for: costs have no cheap question."""


class Said(Enum):
    YES = auto()
    """LinkedIn answered, be it with an empty list."""
    FORBIDDEN = auto()
    NOTHING = auto()
    """It could not be asked, or failed otherwise."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Of one profile. `scopes`: empty where they are not known. `roles`: owner URN -> LinkedIn's words; None where the
    list of that kind of owner could not be read."""

    profile_id: int
    name: str
    scopes: frozenset[str]
    account_roles: Mapping[str, frozenset[str]] | None
    page_roles: Mapping[str, frozenset[str]] | None

    def roles_on(self, owner: Owner) -> frozenset[str] | None:
        known = self.account_roles if owner.kind == "sponsoredAccount" else self.page_roles
        return None if known is None else known.get(owner.urn, frozenset())


def abilities_of(owner: Owner) -> tuple[Ability, ...]:
    return OF_ACCOUNT if owner.kind == "sponsoredAccount" else OF_PAGE


def pushed_type(owner: Owner, rights: Rights) -> str:
    """The lead type by which push is asked for: one that the member's role reads, where that is known."""
    if owner.kind == "sponsoredAccount":
        return Ability.LEADS_SPONSORED.lead_type
    roles = rights.roles_on(owner)
    only_events = roles is not None and not roles & LEAD_ROLES and roles & EVENT_ROLES
    return (Ability.LEADS_EVENT if only_events else Ability.LEADS_COMPANY).lead_type


def judged(owner: Owner, ability: Ability, rights: Rights, said: Said, wanted: Collection[str], now: int) -> Permission:
    """`wanted`: the scopes that this installation asks members for."""
    scope, roles = SCOPES[ability], rights.roles_on(owner)
    held = ",".join(sorted(roles or ()))

    def verdict(found: Verdict, missing: str = "") -> Permission:
        return Permission(rights.profile_id, owner.id, ability, found, scope[0], held, missing, now)

    if ability not in abilities_of(owner) or (ability is Ability.COSTS and scope[0] not in wanted):
        return Permission(rights.profile_id, owner.id, ability, Verdict.NOT_NEEDED, checked_at=now)
    if rights.scopes and not rights.scopes & set(scope):
        return verdict(Verdict.NO, _no_scope(scope[0], rights.name))
    if roles is not None and not _role_allows(ability, owner, roles):
        return verdict(Verdict.NO, _no_role(ability, owner, rights.name, roles))
    if ability in BY_SCOPE and rights.scopes and roles is not None:
        return verdict(Verdict.YES)
    match said:
        case Said.YES:
            return verdict(Verdict.YES)
        case Said.FORBIDDEN:
            return verdict(Verdict.NO, _refused(ability, owner, rights))
        case Said.NOTHING:
            return verdict(Verdict.UNKNOWN)


def _role_allows(ability: Ability, owner: Owner, roles: frozenset[str]) -> bool:
    if owner.kind == "sponsoredAccount":
        return bool(roles)
    if ability is Ability.LEADS_EVENT:
        return bool(roles & EVENT_ROLES)
    if ability.lead_type:
        return bool(roles & LEAD_ROLES)
    return bool(roles & (LEAD_ROLES | EVENT_ROLES))


def _no_scope(scope: str, name: str) -> str:
    return _(
        "The scope {scope} was not granted. Whoever owns the LinkedIn app adds its product in "
        "the developer portal; then {name} authorizes again.",
        scope=scope,
        name=name,
    )


def _no_role(ability: Ability, owner: Owner, name: str, roles: frozenset[str]) -> str:
    if owner.kind == "sponsoredAccount":
        return _(
            "{name} has no role on the ad account; VIEWER is enough. An account manager or billing "
            "admin gives it, in Campaign Manager under Manage access.",
            name=name,
        )
    wanted = _("ADMINISTRATOR or CONTENT_ADMINISTRATOR")
    if ability is not Ability.LEADS_EVENT:
        wanted = _("ADMINISTRATOR or LEAD_GEN_FORMS_MANAGER")
    has = _("is {roles}", roles=", ".join(sorted(roles))) if roles else _("has no role")
    return _(
        "{name} {has} on the page; {wanted} is needed. A super admin gives it, on the page under Manage admins.",
        name=name,
        has=has,
        wanted=wanted,
    )


def _refused(ability: Ability, owner: Owner, rights: Rights) -> str:
    """Scope and role look right as far as they are known, and LinkedIn refuses all the same."""
    if owner.kind == "sponsoredAccount" and (ability.lead_type or ability in {Ability.FORMS, Ability.PUSH}):
        return _(
            "{rights} has no role on the page behind the ad account. A super admin of the page gives "
            "it, on the page under Manage admins.",
            rights=rights.name,
        )
    product = (
        ""
        if rights.scopes
        else _(", or the LinkedIn app lacks the product that has {scopes}", scopes=SCOPES[ability][0])
    )
    return _(
        "LinkedIn refuses it: the role of {rights} does not allow it{product}.", rights=rights.name, product=product
    )
