"""The wizard of a first connection: Dynamics, the LinkedIn app, a user profile, accounts, the start. It can be left at
any step and come back to; what is done shows by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from litestar import Response
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from leadferry.accounts.account_routes import chosen, save_choices
from leadferry.accounts.edited import of_accounts, of_app
from leadferry.accounts.environment_routes import merged_app, save_app
from leadferry.accounts.model import Owner
from leadferry.accounts.rooms_routes import people_or_none, person_choices, redirect_url, rooms_of, started, with_names
from leadferry.accounts.scopes import in_words
from leadferry.accounts.shown import AUTHORIZATION_BADGE, FORM_SYNC_BADGE, kind_words
from leadferry.accounts.wizard import first_open, steps_of
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.edited import ChangedMeanwhileError, Drawn
from leadferry.console.edited_routes import saving
from leadferry.console.rights import Action
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]


def _show(desk: Desk, current: str, template: str, *, status: int = 200, **values: Any) -> Response[Any]:
    rooms, here = rooms_of(desk), rooms_of(desk).environments.by_id(desk.here.id)
    profiles, owners = rooms.profiles.list(here.id), rooms.owners.list(here.id)
    steps = steps_of(here, rooms.linkedin_app(here), profiles, owners, started=started(desk))
    shared = {"here": here, "steps": steps, "current": current, "profiles": profiles, "owners": owners}
    return desk.page(f"accounts/{template}", status=status, **shared, **values)


@page("/e/{environment_id:int}/connect", Action.CHANGE_ENVIRONMENT)
def go_on(desk: AtDesk) -> Redirect:
    """To the first step that is not done."""
    rooms, here = rooms_of(desk), desk.here
    steps = steps_of(
        here,
        rooms.linkedin_app(here),
        rooms.profiles.list(here.id),
        rooms.owners.list(here.id),
        started=started(desk),
    )
    return Redirect(desk.address(f"connect/{first_open(steps).path}"), status_code=303)


@page("/e/{environment_id:int}/connect/dynamics", Action.CHANGE_ENVIRONMENT)
def dynamics(desk: AtDesk) -> Response[Any]:
    asked = desk.request.query_params.get("check") == "1"
    checked = rooms_of(desk).check_environment(desk.here) if asked else None
    return _show(desk, "dynamics", "connect_dynamics.html", checked=checked)


@page("/e/{environment_id:int}/connect/app", Action.CHANGE_ENVIRONMENT)
def linkedin_app(desk: AtDesk) -> Response[Any]:
    return _app(desk, {}, {})


def _app(desk: Desk, typed: dict[str, str], wrong: dict[str, str]) -> Response[Any]:
    rooms = rooms_of(desk)
    return _show(
        desk,
        "app",
        "connect_app.html",
        status=422 if wrong else 200,
        app=rooms.linkedin_app(desk.here),
        drawn=of_app(rooms.environments.by_id(desk.here.id), rooms.environments.sealed_marks(desk.here.id)[1]),
        redirect_url=redirect_url(rooms),
        scopes=[(scope, in_words(scope)) for scope in rooms.settings.linkedin_scopes],
        typed=typed,
        wrong=wrong,
    )


@post("/e/{environment_id:int}/connect/app", Action.CHANGE_ENVIRONMENT)
def save_linkedin_app(desk: AtDesk, data: Form) -> Response[Any]:
    try:
        wrong = save_app(desk, data)
    except ChangedMeanwhileError as error:
        return _app(desk, merged_app(desk, data, error.changed), {})
    if wrong:
        return _app(desk, data, wrong)
    return desk.go(desk.address("connect/profile"), toast=_("LinkedIn knows the app"))


@page("/e/{environment_id:int}/connect/profile", Action.CHANGE_ENVIRONMENT)
def profile(desk: AtDesk) -> Response[Any]:
    people, trouble = people_or_none(desk)
    choices = person_choices(people, "", _("The application user"))
    return _show(
        desk,
        "profile",
        "connect_profile.html",
        choices=choices,
        people_trouble=trouble,
        authorization_badge=AUTHORIZATION_BADGE,
        typed={"name": ""},
        wrong={},
    )


@page("/e/{environment_id:int}/connect/accounts", Action.CHANGE_ENVIRONMENT)
def accounts(desk: AtDesk) -> Response[Any]:
    return _accounts(desk, {})


def _accounts(desk: Desk, typed: Mapping[int, Owner], *, older: str = "yes") -> Response[Any]:
    """`typed`: as the form has them, by id, where they could not be saved."""
    rooms, here = rooms_of(desk), desk.here
    people, trouble = people_or_none(desk)
    with_names(desk, people)
    forms: dict[int, int] = {}
    for one in rooms.forms.list(here.id):
        if one.owner_id is not None:
            forms[one.owner_id] = forms.get(one.owner_id, 0) + 1
    known = rooms.owners.list(here.id)
    return _show(
        desk,
        "accounts",
        "connect_accounts.html",
        people=people,
        people_trouble=trouble,
        person_choices=person_choices,
        forms=forms,
        form_badge=FORM_SYNC_BADGE,
        kind_words=kind_words,
        drawn=of_accounts(known),
        choices=[typed.get(one.id, one) for one in known],
        older=older,
    )


@post("/e/{environment_id:int}/connect/accounts", Action.CHANGE_ACCOUNT)
def save_accounts(desk: AtDesk, data: Form) -> Response[Any]:
    """Which accounts, whose leads, and whether what LinkedIn still keeps comes too."""
    rooms, here = rooms_of(desk), desk.here
    choices = chosen(desk, data)
    wanted = {one.id: one for _before, one in choices}
    try:
        with saving(desk, lambda: _those(desk, wanted), of_accounts(wanted.values())):
            changed = save_choices(desk, choices)
    except ChangedMeanwhileError as error:
        return _accounts(desk, _merged(desk, wanted, error.changed.untouched), older=data.get("older", "yes"))
    owners = [one for one in rooms.owners.list(here.id) if one.sync_enabled]
    if data.get("older") == "no":
        rooms.skip_older(here, owners)
    elif not started(desk):
        rooms.owners.reset_cursors(here.id, [one.id for one in owners])
    desk.record(
        Action.CHANGE_ACCOUNT,
        "environment",
        here.id,
        here.name,
        after={"accounts": len(owners), "older_leads": data.get("older") != "no"},
    )
    return desk.go(
        desk.address("connect/start"), toast=_("{count} accounts are chosen", count=len(owners)), detail=changed
    )


def _those(desk: Desk, ids: Collection[int]) -> Drawn:
    """As they are now; others that were found meanwhile stand on no form yet."""
    return of_accounts(one for one in rooms_of(desk).owners.list(desk.here.id) if one.id in ids)


def _merged(desk: Desk, wanted: Mapping[int, Owner], untouched: Collection[str]) -> dict[int, Owner]:
    """What was typed, and what is there now for what was not touched."""
    found = {}
    for now in rooms_of(desk).owners.list(desk.here.id):
        if one := wanted.get(now.id):
            enabled = (now if f"sync-{now.id}" in untouched else one).sync_enabled
            owner_id = (now if f"owner-{now.id}" in untouched else one).default_lead_owner_id
            found[now.id] = replace(now, sync_enabled=enabled, default_lead_owner_id=owner_id)
    return found


@page("/e/{environment_id:int}/connect/start", Action.CHANGE_ENVIRONMENT)
def start(desk: AtDesk) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    begun = any(one.through_at for one in rooms.owners.cursors(here.id))
    return _show(desk, "start", "connect_start.html", started=started(desk), only_new=begun and not started(desk))


@post("/e/{environment_id:int}/connect/start", Action.CHANGE_ENVIRONMENT)
def begin(desk: AtDesk) -> Response[Any]:
    """The first sync, at once; the others follow by themselves."""
    rooms, here = rooms_of(desk), desk.here
    rooms.environments.set_configuration(here, "pull_leads", "yes")
    desk.record(
        Action.CHANGE_ENVIRONMENT,
        "environment",
        here.id,
        here.name,
        before={"pull_leads": False},
        after={"pull_leads": True},
    )
    rooms.start_sync(here)
    return desk.go(
        desk.address("profiles"), toast=_("The first sync has started"), detail=_("Leads appear in Dynamics.")
    )


HANDLERS: tuple[Any, ...] = (
    go_on,
    dynamics,
    linkedin_app,
    save_linkedin_app,
    profile,
    accounts,
    save_accounts,
    start,
    begin,
)
