"""Pages of user profiles: the list, one's access, campaigns, forms and history, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Response
from litestar.params import FromPath, URLEncodedBody

from leadferry.accounts.days import days_left
from leadferry.accounts.edited import of_account, of_profile
from leadferry.accounts.model import Authorization, UserProfile
from leadferry.accounts.rooms_routes import (
    known_person,
    people_or_none,
    people_shown,
    person_choices,
    rooms_of,
    started,
    with_names,
)
from leadferry.accounts.shown import (
    AUTHORIZATION_BADGE,
    CAMPAIGN_SYNC_BADGE,
    COLUMNS,
    FORM_SYNC_BADGE,
    PROFILE_SYNC_BADGE,
    alone_through,
    kind_words,
    matrix,
    missing_rights,
    opener,
    other_profiles,
    shown_authorization,
)
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.edited import ChangedMeanwhileError
from leadferry.console.edited_routes import saving
from leadferry.console.rights import Action
from leadferry.errors import InputError
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]
CONSENT_DAYS, ACCESS_DAYS, WARN_DAYS = 365, 60, 30


@page("/e/{environment_id:int}/profiles", Action.READ_PROFILES)
def profiles(desk: AtDesk) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    known = rooms.profiles.list(here.id)
    under_way = rooms.consents.profiles_under_way(here.id)
    reached: dict[int, int] = {}
    for link in rooms.owners.links(here.id):
        reached[link.profile_id] = reached.get(link.profile_id, 0) + 1
    return desk.page(
        "accounts/profiles.html",
        profiles=known,
        authorization={one.id: shown_authorization(one, under_way) for one in known},
        left={one.id: consent_left(one, rooms.clock()) for one in known},
        reached=reached,
        started=started(desk),
        **_badges(),
    )


def _badges() -> dict[str, Any]:
    return {
        "authorization_badge": AUTHORIZATION_BADGE,
        "sync_badge": PROFILE_SYNC_BADGE,
        "form_badge": FORM_SYNC_BADGE,
        "campaign_badge": CAMPAIGN_SYNC_BADGE,
        "kind_words": kind_words,
        "warn_days": WARN_DAYS,
    }


def consent_left(profile: UserProfile, now: int) -> int | None:
    """Days until the member must consent again; the access token's where the app gets no refresh tokens."""
    return days_left(profile.refresh_expires_at or profile.access_expires_at, now)


# A new one


@page("/e/{environment_id:int}/profiles/new", Action.AUTHORIZE_PROFILE)
def new(desk: AtDesk) -> Response[Any]:
    return _new(desk, {}, {})


def _new(desk: Desk, typed: dict[str, str], wrong: dict[str, str]) -> Response[Any]:
    people, trouble = people_or_none(desk)
    return desk.page(
        "accounts/profile_new.html",
        status=422 if wrong else 200,
        typed={"name": "", "row_owner": "", **typed},
        wrong=wrong,
        choices=person_choices(people, typed.get("row_owner", ""), _("The application user")),
        people_trouble=trouble,
    )


@post("/e/{environment_id:int}/profiles/new", Action.AUTHORIZE_PROFILE)
def add(desk: AtDesk, data: Form) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    try:
        people, trouble = people_or_none(desk)
        row_owner = known_person(people, data.get("row_owner", ""), trouble)
        added = rooms.profiles.add(here.id, data.get("name", ""), row_owner_id=row_owner)
    except InputError as error:
        return _new(desk, data, {_field_of(error): f"{error.message} {error.fix}"})
    desk.record(
        Action.CHANGE_PROFILE, "profile", added.id, added.name, after={"name": added.name, "row_owner": row_owner}
    )
    if data.get("then") == "authorize":
        return desk.go(desk.address(f"profiles/{added.id}/authorize"))
    return desk.go(
        desk.address(f"profiles/{added.id}"),
        toast=_("{added} is saved", added=added.name),
        detail=_("Not authorized yet."),
    )


# The record

TABS = ("access", "campaigns", "forms", "history")


@page("/e/{environment_id:int}/profiles/{profile_id:int}", Action.READ_PROFILES)
def access(desk: AtDesk, profile_id: FromPath[int]) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    profile = rooms.profiles.by_id(here.id, profile_id)
    owners = rooms.owners.of_profile(here.id, profile.id)
    links = rooms.owners.links(here.id)
    found = rooms.permissions.of_profile(here.id, profile.id)
    own_links = [link for link in links if link.profile_id == profile.id]
    people, trouble = people_shown(desk, owners)
    alone = alone_through(profile.id, links)
    return _record(
        desk,
        profile,
        "access",
        owners=owners,
        matrix=matrix(owners, own_links, found),
        columns=[name for name, _ in COLUMNS],
        missing=missing_rights(profile, owners, found),
        others=other_profiles(profile.id, links, rooms.profiles.list(here.id)),
        alone=[one for one in owners if one.id in alone and one.sync_enabled],
        people=people,
        people_trouble=trouble,
        person_choices=person_choices,
        drawn=of_account,
        at_linkedin=opener(rooms.settings.linkedin_oauth_url),
        access_left=days_left(profile.access_expires_at, rooms.clock()),
    )


def _record(desk: Desk, profile: UserProfile, tab: str, **values: Any) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    under_way = rooms.consents.profiles_under_way(here.id)
    owners = rooms.owners.of_profile(here.id, profile.id)
    ids = {one.id for one in owners}
    names = {one.id: one.name for one in people_or_none(desk)[0]} if profile.row_owner_id else {}
    campaigns = [one for one in rooms.campaigns.list(here.id) if one.owner_id in ids]
    forms = [one for one in rooms.forms.list(here.id) if one.owner_id in ids]
    shared = {
        "profile": profile,
        "authorization": shown_authorization(profile, under_way),
        "left": consent_left(profile, rooms.clock()),
        "consent_days": CONSENT_DAYS if profile.refresh_expires_at else ACCESS_DAYS,
        "access_days": ACCESS_DAYS,
        "tab": tab,
        "campaigns": campaigns,
        "forms": forms,
        "owner_names": {one.id: one.name for one in owners},
        "row_owner": names.get(profile.row_owner_id, profile.row_owner_id),
        "connected": profile.authorization is not Authorization.NOT_AUTHORIZED,
        "scopes": profile.scopes.split(),
        "scopes_differ": bool(profile.scopes) and set(profile.scopes.split()) != set(rooms.settings.linkedin_scopes),
        **_badges(),
    }
    return desk.page(f"accounts/profile_{tab}.html", **{**shared, **values})


@page("/e/{environment_id:int}/profiles/{profile_id:int}/campaigns", Action.READ_PROFILES)
def campaigns(desk: AtDesk, profile_id: FromPath[int]) -> Response[Any]:
    return _record(desk, rooms_of(desk).profiles.by_id(desk.here.id, profile_id), "campaigns")


@page("/e/{environment_id:int}/profiles/{profile_id:int}/forms", Action.READ_PROFILES)
def forms(desk: AtDesk, profile_id: FromPath[int]) -> Response[Any]:
    return _record(desk, rooms_of(desk).profiles.by_id(desk.here.id, profile_id), "forms")


@page("/e/{environment_id:int}/profiles/{profile_id:int}/history", Action.READ_PROFILES)
def history(desk: AtDesk, profile_id: FromPath[int]) -> Response[Any]:
    rooms = rooms_of(desk)
    profile = rooms.profiles.by_id(desk.here.id, profile_id)
    entries = rooms.audit.of_record(desk.here.id, "profile", profile.id)
    return _record(desk, profile, "history", entries=entries)


@post("/e/{environment_id:int}/profiles/{profile_id:int}", Action.CHANGE_PROFILE)
def change(desk: AtDesk, profile_id: FromPath[int], data: Form) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    profile = rooms.profiles.by_id(here.id, profile_id)
    name, row_owner = data.get("name", "").strip(), data.get("row_owner", "")
    try:
        if row_owner != profile.row_owner_id:
            people, trouble = people_or_none(desk)
            row_owner = known_person(people, row_owner, trouble)
        wanted = of_profile(replace(profile, name=name, row_owner_id=row_owner))
        with saving(desk, lambda: of_profile(rooms.profiles.by_id(here.id, profile.id)), wanted):
            rooms.profiles.rename(here.id, profile.id, name)
            rooms.profiles.set_row_owner(here.id, profile.id, row_owner)
            _record_change(desk, profile, name, row_owner)
    except ChangedMeanwhileError as error:
        now = rooms.profiles.by_id(here.id, profile.id)
        return _edit(desk, now, error.changed.merged(data, _values(now)), {})
    except InputError as error:
        return _edit(desk, profile, data, {_field_of(error): f"{error.message} {error.fix}"})
    return desk.go(desk.address(f"profiles/{profile.id}"), toast=_("{name} is saved", name=name))


def _record_change(desk: Desk, before: UserProfile, name: str, row_owner: str) -> None:
    after = {"name": name, "row_owner": row_owner}
    desk.record(Action.CHANGE_PROFILE, "profile", before.id, name, before=_values(before), after=after)


def _values(profile: UserProfile) -> dict[str, str]:
    return {"name": profile.name, "row_owner": profile.row_owner_id}


def _field_of(error: InputError) -> str:
    return "row_owner" if error.code == "owner-unknown" else "name"


@page("/e/{environment_id:int}/profiles/{profile_id:int}/change", Action.CHANGE_PROFILE)
def edit(desk: AtDesk, profile_id: FromPath[int]) -> Response[Any]:
    profile = rooms_of(desk).profiles.by_id(desk.here.id, profile_id)
    return _edit(desk, profile, _values(profile), {})


def _edit(desk: Desk, profile: UserProfile, typed: dict[str, str], wrong: dict[str, str]) -> Response[Any]:
    people, trouble = people_or_none(desk)
    with_names(desk, people)
    return desk.page(
        "accounts/profile_change.html",
        status=422 if wrong else 200,
        profile=profile,
        drawn=of_profile(profile),
        typed={"name": "", "row_owner": "", **typed},
        wrong=wrong,
        choices=person_choices(people, typed.get("row_owner", ""), _("The application user")),
        people_trouble=trouble,
    )


# What can be done with it


@post("/e/{environment_id:int}/profiles/{profile_id:int}/sync", Action.RUN_SYNC)
def sync(desk: AtDesk, profile_id: FromPath[int]) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    profile = rooms.profiles.by_id(here.id, profile_id)
    fresh = rooms.start_sync(here)
    desk.record(Action.RUN_SYNC, "profile", profile.id, profile.name)
    words = _("The sync has started") if fresh else _("A sync is under way already")
    return desk.go(desk.address(f"profiles/{profile.id}"), toast=words)


@post("/e/{environment_id:int}/profiles/{profile_id:int}/rights", Action.AUTHORIZE_PROFILE)
def rights(desk: AtDesk, profile_id: FromPath[int]) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    profile = rooms.profiles.by_id(here.id, profile_id)
    troubles = rooms.check_rights(here, profile)
    desk.record(Action.AUTHORIZE_PROFILE, "profile", profile.id, profile.name, after={"rights_checked": True})
    return desk.go(
        desk.address(f"profiles/{profile.id}"), toast=_("The rights are checked"), detail=" ".join(troubles)[:500]
    )


@post("/e/{environment_id:int}/profiles/{profile_id:int}/disconnect", Action.CHANGE_PROFILE)
def disconnect(desk: AtDesk, profile_id: FromPath[int]) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    profile = rooms.profiles.by_id(here.id, profile_id)
    done = rooms.connecting.disconnect(here, profile)
    desk.record(
        Action.CHANGE_PROFILE,
        "profile",
        profile.id,
        profile.name,
        before={"connected": True},
        after={"connected": False, "revoked_at_linkedin": done.revoked},
    )
    words = _("LinkedIn has taken the authorization back.") if done.revoked else REMAINS[done.revoked]
    return desk.go(
        desk.address(f"profiles/{profile.id}"), toast=_("{profile} is disconnected", profile=profile.name), detail=words
    )


REMAINS: dict[bool | None, str] = {
    False: _("LinkedIn could not be told; the member can remove the app in LinkedIn's settings, under Data privacy."),
    None: "",
}


@post("/e/{environment_id:int}/profiles/{profile_id:int}/delete", Action.CHANGE_PROFILE)
def delete(desk: AtDesk, profile_id: FromPath[int]) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    profile = rooms.profiles.by_id(here.id, profile_id)
    rooms.connecting.disconnect(here, profile)
    rooms.profiles.remove(here.id, profile.name)
    desk.record(Action.CHANGE_PROFILE, "profile", profile.id, profile.name, before={"name": profile.name})
    return desk.go(desk.address("profiles"), toast=_("{profile} is deleted", profile=profile.name))


HANDLERS: tuple[Any, ...] = (
    profiles,
    new,
    add,
    access,
    campaigns,
    forms,
    history,
    change,
    edit,
    sync,
    rights,
    disconnect,
    delete,
)
