"""From Microsoft's accounts and configuration row to ours (OC-45 to OC-47, OC-56, OC-85). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from leadferry.accounts.model import Owner
from leadferry.adoption.model import Do, Item
from leadferry.adoption.original import Original, urn
from leadferry.delivery.configuration import OPTIONS, Configuration
from leadferry.words import _, worded

ACCOUNT = worded("account")
OPTION = worded("configuration")
CREATE_NEW_LEAD = 192350001


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """What shall be so here. `lead_owner` "" and `enabled` None: as it is."""

    urn: str
    name: str
    lead_owner: str = ""
    enabled: bool | None = None


@dataclass(slots=True)
class SettingsPlan:
    """`options`: (name, value as typed)."""

    items: list[Item] = field(default_factory=list)
    accounts: list[AccountChoice] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Here:
    owners: Sequence[Owner]
    configuration: Configuration
    taken: Collection[str] = ()
    replace: bool = False


def account_urn(text: str) -> str:
    return urn("sponsoredAccount", text)


def plan_accounts(plan: SettingsPlan, originals: Iterable[Original], here: Here) -> None:
    by_urn = {owner.urn: owner for owner in here.owners}
    for original in originals:
        found = account_urn(original.text("linkedinaccounttextid"))
        name = original.text("name") or found
        if not found:
            plan.items.append(Item(ACCOUNT, name, Do.PROBLEM, _("its LinkedIn account id holds no number")))
            continue
        plan.items.append(_account(plan, original, AccountChoice(found, name), by_urn.get(found), here))


def _account(plan: SettingsPlan, original: Original, bare: AccountChoice, ours: Owner | None, here: Here) -> Item:
    lead_owner, enabled = original.link("defaultleadowner"), original.flag("enabledforsync", True)
    other_owner = bool(lead_owner) and (ours is None or ours.default_lead_owner_id.lower() != lead_owner)
    other_sync = enabled != (ours.sync_enabled if ours else True)
    words = _choice_words(enabled=enabled, lead_owner=bool(lead_owner))
    if ours and not other_owner and not other_sync:
        plan.taken.append(original.id)
        return Item(ACCOUNT, bare.name, Do.THERE, words)
    if ours and original.id in here.taken and not here.replace:
        return Item(ACCOUNT, bare.name, Do.THERE, _("taken before, and changed since"))
    if ours and not here.replace and _decided(ours, other_owner, other_sync):
        return Item(ACCOUNT, bare.name, Do.KEEP, _("decided otherwise here; theirs: {theirs}", theirs=words))
    plan.accounts.append(
        AccountChoice(bare.urn, bare.name, lead_owner if other_owner else "", enabled if other_sync else None)
    )
    plan.taken.append(original.id)
    return Item(ACCOUNT, bare.name, Do.TAKE, words)


def _choice_words(*, enabled: bool, lead_owner: bool) -> str:
    if enabled:
        return _("synced, a default lead owner") if lead_owner else _("synced, no default lead owner")
    return _("not synced, a default lead owner") if lead_owner else _("not synced, no default lead owner")


def _decided(ours: Owner, other_owner: bool, other_sync: bool) -> bool:
    """A default lead owner is a person's choice, and so is a sync that is off: at first there is none, and it is on."""
    return (other_owner and bool(ours.default_lead_owner_id)) or (other_sync and not ours.sync_enabled)


def plan_configuration(plan: SettingsPlan, originals: Iterable[Original], here: Here) -> None:
    """There is one row; were there several, the last one counted."""
    for original in originals:
        for name, theirs in _options(original):
            _option(plan, original, name, theirs, here)


def _options(original: Original) -> Iterator[tuple[str, str]]:
    """Name here and value as typed; a column that the row never had says nothing."""
    if original.text("onmatchingfail"):
        create = original.whole("onmatchingfail") == CREATE_NEW_LEAD
        yield "on_match_fail", "create" if create else "ignore"
    if original.text("msdyncr2_synchronizecampaigns"):
        yield "sync_campaigns", "yes" if original.flag("msdyncr2_synchronizecampaigns", True) else "no"


def _option(plan: SettingsPlan, original: Original, name: str, theirs: str, here: Here) -> None:
    ours, default = here.configuration.text(name), OPTIONS[name][1]
    mark = f"{original.id}.{name}"
    if ours == theirs:
        plan.taken.append(mark)
        plan.items.append(Item(OPTION, name, Do.THERE, theirs))
    elif mark in here.taken and not here.replace:
        plan.items.append(Item(OPTION, name, Do.THERE, _("taken before, and changed since")))
    elif getattr(here.configuration, name) != default and not here.replace:
        plan.items.append(Item(OPTION, name, Do.KEEP, _("here it is {ours}, there {theirs}", ours=ours, theirs=theirs)))
    else:
        plan.options.append((name, theirs))
        plan.taken.append(mark)
        plan.items.append(Item(OPTION, name, Do.TAKE, theirs))
