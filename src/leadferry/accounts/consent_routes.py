"""A member's consent at LinkedIn: there, back, and the confirmed environment (OC-33, OC-36)."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from leadferry.accounts.consents import Consent, other_member
from leadferry.accounts.model import UserProfile
from leadferry.accounts.rooms_routes import redirect_url, rooms_of, started
from leadferry.accounts.scopes import in_words
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.rights import Action, may
from leadferry.errors import InputError, LinkedInError, facts_of
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]


@page("/e/{environment_id:int}/profiles/{profile_id:int}/authorize", Action.AUTHORIZE_PROFILE)
def ask(desk: AtDesk, profile_id: FromPath[int]) -> Response[Any]:
    """What will be asked of the member, and what it changes; one press goes on to LinkedIn."""
    return _ask(desk, rooms_of(desk).profiles.by_id(desk.here.id, profile_id))


def _ask(desk: Desk, profile: UserProfile, wrong: str = "") -> Response[Any]:
    rooms = rooms_of(desk)
    lost = rooms.connecting.made_invalid(desk.here, profile)
    return desk.page(
        "accounts/authorize.html",
        status=422 if wrong else 200,
        profile=profile,
        app=rooms.linkedin_app(desk.here),
        scopes=[(scope, in_words(scope)) for scope in rooms.settings.linkedin_scopes],
        lost=[one for one in lost if one.environment_id == desk.here.id],
        lost_elsewhere=sum(1 for one in lost if one.environment_id != desk.here.id),
        wrong=wrong,
    )


@post("/e/{environment_id:int}/profiles/{profile_id:int}/authorize", Action.AUTHORIZE_PROFILE)
def authorize(desk: AtDesk, profile_id: FromPath[int], data: Form) -> Response[Any] | Redirect:
    """On to LinkedIn. Where other permissions are asked than others hold, only after a yes."""
    rooms, here = rooms_of(desk), desk.here
    profile = rooms.profiles.by_id(here.id, profile_id)
    if rooms.connecting.made_invalid(here, profile) and not data.get("sure"):
        return _ask(desk, profile, _("Tick the box to go on."))
    address = rooms.connecting.begin(here, profile, person=desk.person, redirect_url=redirect_url(rooms))
    desk.record(Action.AUTHORIZE_PROFILE, "profile", profile.id, profile.name, after={"step": "sent to LinkedIn"})
    return Redirect(address, status_code=303)


@page("/linkedin/back", Action.AUTHORIZE_PROFILE, opt={"anywhere": True})
def back(desk: AtDesk) -> Response[Any] | Redirect:
    """LinkedIn sends the member here. Nothing is connected before the environment is confirmed. Where the session
    ended meanwhile, the sign-in led here, and the person goes on."""
    rooms_of(desk).consents.go_on(desk.person.id, desk.person.token_hash)
    answer = dict(desk.request.query_params.items())
    own = _own_consent(desk, answer.get("state", ""))
    home = f"/e/{own.environment_id}/profiles/{own.profile_id}" if own else ""
    try:
        consent = rooms_of(desk).connecting.answered(answer, desk.person.token_hash)
    except (InputError, LinkedInError) as error:
        return desk.page(
            "accounts/not_connected.html", status=400, error=error, facts=facts_of(error), profile_address=home
        )
    return Redirect(f"{home}/confirm/{consent.id}", status_code=303)


def _own_consent(desk: Desk, state: str) -> Consent | None:
    """The one that this session began. A right lost meanwhile ends it, before LinkedIn's code is used."""
    rooms = rooms_of(desk)
    known = rooms.consents.by_state(state)
    if known is None or known.session_hash != desk.person.token_hash:
        return None
    environment = rooms.environments.by_id(known.environment_id)
    if not may(rooms.roles_in(desk.person, environment), Action.AUTHORIZE_PROFILE):
        raise NotFoundException
    return known


@page("/e/{environment_id:int}/profiles/{profile_id:int}/confirm/{consent_id:int}", Action.AUTHORIZE_PROFILE)
def confirm(desk: AtDesk, profile_id: FromPath[int], consent_id: FromPath[int]) -> Response[Any]:
    return _confirm(desk, profile_id, consent_id)


def _confirm(desk: Desk, profile_id: int, consent_id: int, wrong: str = "") -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    profile = rooms.profiles.by_id(here.id, profile_id)
    rooms.consents.go_on(desk.person.id, desk.person.token_hash)
    consent = rooms.consents.waiting(here.id, profile_id, consent_id, desk.person.token_hash)
    return desk.page(
        "accounts/confirm.html",
        status=422 if wrong else 200,
        profile=profile,
        consent=consent,
        changed=other_member(consent, profile),
        scopes=[(scope, in_words(scope)) for scope in consent.scopes.split()],
        wrong=wrong,
    )


@post("/e/{environment_id:int}/profiles/{profile_id:int}/confirm/{consent_id:int}", Action.AUTHORIZE_PROFILE)
def answer(desk: AtDesk, profile_id: FromPath[int], consent_id: FromPath[int], data: Form) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    profile = rooms.profiles.by_id(here.id, profile_id)
    consent = rooms.consents.waiting(here.id, profile_id, consent_id, desk.person.token_hash)
    home = desk.address(f"profiles/{profile.id}")
    if data.get("answer") != "yes":
        rooms.connecting.refuse(here, consent)
        desk.record(Action.AUTHORIZE_PROFILE, "profile", profile.id, profile.name, after={"step": "not confirmed"})
        return desk.go(home, toast=_("Nothing was connected"), detail=_("What LinkedIn gave is forgotten."))
    if other_member(consent, profile) and not data.get("changed"):
        return _confirm(desk, profile_id, consent_id, _("Tick the box to let another member take this profile over."))
    troubles = rooms.connecting.confirm(here, profile, consent)
    desk.record(
        Action.AUTHORIZE_PROFILE,
        "profile",
        profile.id,
        profile.name,
        before={"member": profile.member_urn, "authorization": profile.authorization.label},
        after={"member": consent.member_urn or profile.member_urn, "scopes": consent.scopes, "step": "connected"},
    )
    found = len(rooms.owners.of_profile(here.id, profile.id))
    path = home if started(desk) or not desk.may(Action.CHANGE_ENVIRONMENT) else desk.address("connect/accounts")
    detail = (
        troubles[0]
        if troubles
        else _("{found} account or page is there.", found=found)
        if found == 1
        else _("{found} accounts and pages are there.", found=found)
    )
    return desk.go(
        path,
        toast=_("{profile} is connected to {environment}", profile=profile.name, environment=here.name),
        detail=detail,
    )


HANDLERS: tuple[Any, ...] = (ask, authorize, back, confirm, answer)
