"""Ad accounts and company pages (OC-45 to OC-52): statuses, the sync switch, the default lead owner."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.params import FromPath, URLEncodedBody

from leadferry.accounts.model import Owner
from leadferry.accounts.rooms_routes import known_person, people_or_none, people_shown, person_choices, rooms_of
from leadferry.accounts.shown import CAMPAIGN_SYNC_BADGE, FORM_SYNC_BADGE, kind_words, opener
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.rights import Action
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]


@page("/e/{environment_id:int}/accounts", Action.READ_PROFILES)
def accounts(desk: AtDesk) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    people, trouble = people_shown(desk, rooms.owners.list(here.id))
    profiles = {one.id: one for one in rooms.profiles.list(here.id)}
    reached: dict[int, list[Any]] = {}
    for link in rooms.owners.links(here.id):
        reached.setdefault(link.owner_id, []).append(profiles[link.profile_id])
    return desk.page(
        "accounts/accounts.html",
        owners=rooms.owners.list(here.id),
        reached=reached,
        people=people,
        people_trouble=trouble,
        person_choices=person_choices,
        form_badge=FORM_SYNC_BADGE,
        campaign_badge=CAMPAIGN_SYNC_BADGE,
        kind_words=kind_words,
        at_linkedin=opener(rooms.settings.linkedin_oauth_url),
    )


@post("/e/{environment_id:int}/accounts/{owner_id:int}", Action.CHANGE_ACCOUNT)
def change(desk: AtDesk, owner_id: FromPath[int], data: Form) -> Response[Any]:
    """The switch and the owner of one account; `back` is the page that it stands on."""
    rooms, here = rooms_of(desk), desk.here
    owner = rooms.owners.by_id(here.id, owner_id)
    _set(desk, owner, enabled=data.get("sync") == "on", lead_owner=data.get("owner", ""))
    back = data.get("back", "")
    own = back if back.startswith(desk.address("profiles/")) and "\\" not in back else desk.address("accounts")
    return desk.go(own, toast=_("{owner} is saved", owner=owner.name))


def save_choices(desk: Desk, data: dict[str, str]) -> str:
    """Of a form with `sync-<id>` and `owner-<id>` for every account. Returns how many changed, in words."""
    rooms, here = rooms_of(desk), desk.here
    listed = [one for one in rooms.owners.list(here.id) if f"owner-{one.id}" in data]
    changed = [
        _set(desk, one, enabled=data.get(f"sync-{one.id}") == "on", lead_owner=data[f"owner-{one.id}"])
        for one in listed
    ]
    return _("{count} changed", count=sum(changed)) if any(changed) else ""


def _set(desk: Desk, owner: Owner, *, enabled: bool, lead_owner: str) -> bool:
    """Whether anything changed. Raises InputError for a person who cannot own leads."""
    rooms, here = rooms_of(desk), desk.here
    before = {"sync_enabled": owner.sync_enabled, "default_lead_owner": owner.default_lead_owner_id}
    if lead_owner != owner.default_lead_owner_id:
        people, trouble = people_or_none(desk)
        lead_owner = known_person(people, lead_owner, trouble)
    after = {"sync_enabled": enabled, "default_lead_owner": lead_owner}
    if after == before:
        return False
    if enabled != owner.sync_enabled:
        rooms.owners.set_sync_enabled(here.id, owner.id, enabled)
    if lead_owner != owner.default_lead_owner_id:
        rooms.owners.set_default_lead_owner(here.id, owner.id, lead_owner)
    desk.record(Action.CHANGE_ACCOUNT, "account", owner.id, owner.name, before=before, after=after)
    return True


HANDLERS: tuple[Any, ...] = (accounts, change)
