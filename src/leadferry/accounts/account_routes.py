"""Ad accounts and company pages (OC-45 to OC-52): statuses, the sync switch, the default lead owner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Response
from litestar.params import FromPath, URLEncodedBody

from leadferry.accounts.edited import of_account
from leadferry.accounts.model import Owner
from leadferry.accounts.rooms_routes import (
    known_person,
    people_or_none,
    people_shown,
    person_choices,
    rooms_of,
    with_names,
)
from leadferry.accounts.shown import CAMPAIGN_SYNC_BADGE, FORM_SYNC_BADGE, kind_words, opener
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.edited import Changed, ChangedMeanwhileError
from leadferry.console.edited_routes import saving
from leadferry.console.rights import Action
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]


@page("/e/{environment_id:int}/accounts", Action.READ_PROFILES)
def accounts(desk: AtDesk) -> Response[Any]:
    return _list(desk)


def _list(desk: Desk, typed: Owner | None = None) -> Response[Any]:
    """`typed`: one as its form has it, where it could not be saved."""
    rooms, here = rooms_of(desk), desk.here
    owners = rooms.owners.list(here.id)
    people, trouble = people_shown(desk, owners)
    with_names(desk, people)
    profiles = {one.id: one for one in rooms.profiles.list(here.id)}
    reached: dict[int, list[Any]] = {}
    for link in rooms.owners.links(here.id):
        reached.setdefault(link.owner_id, []).append(profiles[link.profile_id])
    return desk.page(
        "accounts/accounts.html",
        owners=[typed if typed and one.id == typed.id else one for one in owners],
        stored={one.id: one for one in owners},
        typed=typed,
        reached=reached,
        people=people,
        people_trouble=trouble,
        person_choices=person_choices,
        form_badge=FORM_SYNC_BADGE,
        campaign_badge=CAMPAIGN_SYNC_BADGE,
        kind_words=kind_words,
        drawn=of_account,
        at_linkedin=opener(rooms.settings.linkedin_oauth_url),
    )


@post("/e/{environment_id:int}/accounts/{owner_id:int}", Action.CHANGE_ACCOUNT)
def change(desk: AtDesk, owner_id: FromPath[int], data: Form) -> Response[Any]:
    """The switch and the owner of one account; `back` is the page that it stands on."""
    rooms, here = rooms_of(desk), desk.here
    before = rooms.owners.by_id(here.id, owner_id)
    wanted = _wanted(desk, before, enabled=data.get("sync") == "on", lead_owner=data.get("owner", ""))
    try:
        with saving(desk, lambda: of_account(rooms.owners.by_id(here.id, owner_id)), of_account(wanted)):
            _set(desk, before, wanted)
    except ChangedMeanwhileError as error:
        return _list(desk, _merged(rooms.owners.by_id(here.id, owner_id), wanted, error.changed))
    back = data.get("back", "")
    own = back if back.startswith(desk.address("profiles/")) and "\\" not in back else desk.address("accounts")
    return desk.go(own, toast=_("{owner} is saved", owner=before.name))


def _merged(now: Owner, wanted: Owner, changed: Changed) -> Owner:
    """What was typed, and what is there now for what was not touched."""
    enabled = (now if "sync_enabled" in changed.untouched else wanted).sync_enabled
    owner_id = (now if "default_lead_owner" in changed.untouched else wanted).default_lead_owner_id
    return replace(now, sync_enabled=enabled, default_lead_owner_id=owner_id)


def chosen(desk: Desk, data: dict[str, str]) -> list[tuple[Owner, Owner]]:
    """(as it is, as it shall be) of a form with `sync-<id>` and `owner-<id>` for every account."""
    listed = [one for one in rooms_of(desk).owners.list(desk.here.id) if f"owner-{one.id}" in data]
    return [
        (one, _wanted(desk, one, enabled=data.get(f"sync-{one.id}") == "on", lead_owner=data[f"owner-{one.id}"]))
        for one in listed
    ]


def save_choices(desk: Desk, choices: list[tuple[Owner, Owner]]) -> str:
    """Returns how many changed, in words."""
    changed = [_set(desk, before, wanted) for before, wanted in choices]
    return _("{count} changed", count=sum(changed)) if any(changed) else ""


def _wanted(desk: Desk, owner: Owner, *, enabled: bool, lead_owner: str) -> Owner:
    """Raises InputError for a person who cannot own leads."""
    if lead_owner != owner.default_lead_owner_id:
        people, trouble = people_or_none(desk)
        lead_owner = known_person(people, lead_owner, trouble)
    return replace(owner, sync_enabled=enabled, default_lead_owner_id=lead_owner)


def _set(desk: Desk, before: Owner, wanted: Owner) -> bool:
    """Whether anything changed."""
    rooms, here = rooms_of(desk), desk.here
    old, new = (
        {"sync_enabled": one.sync_enabled, "default_lead_owner": one.default_lead_owner_id} for one in (before, wanted)
    )
    if new == old:
        return False
    if wanted.sync_enabled != before.sync_enabled:
        rooms.owners.set_sync_enabled(here.id, before.id, wanted.sync_enabled)
    if wanted.default_lead_owner_id != before.default_lead_owner_id:
        rooms.owners.set_default_lead_owner(here.id, before.id, wanted.default_lead_owner_id)
    desk.record(Action.CHANGE_ACCOUNT, "account", before.id, before.name, before=old, after=new)
    return True


HANDLERS: tuple[Any, ...] = (accounts, change)
