"""Pages of an environment: connecting one, its facts and checks, its credential, its LinkedIn app, its removal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Response
from litestar.params import URLEncodedBody

from leadferry.accounts.days import day_text, days_left, end_of_day
from leadferry.accounts.edited import of_app, of_connection, of_credential
from leadferry.accounts.environment_store import DEFAULT_AUTHORITY
from leadferry.accounts.model import Environment, LinkedInApp
from leadferry.accounts.rooms_routes import redirect_url, rooms_of, started
from leadferry.accounts.scopes import in_words
from leadferry.accounts.wizard import FIRST
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.edited import Changed, ChangedMeanwhileError, Drawn
from leadferry.console.edited_routes import saving
from leadferry.console.rights import Action
from leadferry.errors import InputError, LeadferryError, LinkedInError
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]
FIELDS = ("name", "url", "tenant_id", "client_id", "authority", "kind", "expires")
CONNECTION = ("name", "url", "tenant_id", "client_id", "authority")
_FIELD_OF_CODE = {"bad-name": "name", "name-taken": "name", "bad-address": "url", "bad-day": "expires"}


def wrong_field(error: InputError) -> dict[str, str]:
    """The message beside the field that it is about; "" for one about none."""
    field = _FIELD_OF_CODE.get(error.code, "")
    if error.code == "bad-address" and "sign-in service" in error.message:
        field = "authority"
    if error.code == "bad-id":
        field = "tenant_id" if "tenant" in error.message else "client_id"
    if error.code in {"bad-credential", "secret-missing"}:
        field = "credential"
    return {field: f"{error.message} {error.fix}"}


def credential_in(data: dict[str, str]) -> dict[str, str]:
    """What was typed or chosen: a secret, or a certificate in PEM."""
    if data.get("kind") == "certificate":
        return {"certificate_pem": data.get("certificate", "")}
    return {"secret": data.get("secret", "")}


# Connecting


@page("/environments/new", Action.ADD_ENVIRONMENT, opt={"anywhere": True})
def new(desk: AtDesk) -> Response[Any]:
    return _new(desk, {"authority": DEFAULT_AUTHORITY, "kind": "secret"}, {})


def _new(desk: Desk, typed: dict[str, str], wrong: dict[str, str]) -> Response[Any]:
    shown = {name: typed.get(name, "") for name in FIELDS}
    status = 422 if wrong else 200
    return desk.page(
        "accounts/connect_new.html", status=status, typed=shown, wrong=wrong, steps=FIRST, current="dynamics"
    )


@post("/environments/new", Action.ADD_ENVIRONMENT, opt={"anywhere": True})
def add(desk: AtDesk, data: Form) -> Response[Any]:
    """Nothing is pulled before the last step of the wizard."""
    rooms = rooms_of(desk)
    try:
        added = rooms.environments.add(
            data.get("name", ""),
            data.get("url", ""),
            tenant_id=data.get("tenant_id", ""),
            client_id=data.get("client_id", ""),
            authority=data.get("authority", "").strip() or DEFAULT_AUTHORITY,
            credential_expires_at=end_of_day(data.get("expires", "")),
            **credential_in(data),
        )
    except InputError as error:
        return _new(desk, data, wrong_field(error))
    rooms.environments.set_configuration(added, "pull_leads", "no")
    desk.environment = added
    desk.record(Action.ADD_ENVIRONMENT, "environment", added.id, added.name, after=facts(added))
    return desk.go(f"/e/{added.id}/connect/dynamics", toast=_("{added} is stored", added=added.name))


def facts(one: Environment) -> dict[str, Any]:
    """For the audit; never the credential."""
    return {
        "name": one.name,
        "url": one.url,
        "tenant_id": one.tenant_id,
        "client_id": one.client_id,
        "credential": one.credential_kind,
        "credential_expires": day_text(one.credential_expires_at),
        "linkedin_app": one.linkedin_client_id,
    }


# The record


@page("/e/{environment_id:int}/settings", Action.READ_ENVIRONMENT)
def settings(desk: AtDesk) -> Response[Any]:
    return _settings(desk)


def _settings(desk: Desk, form: str = "", typed: dict[str, str] | None = None, wrong: Any = None) -> Response[Any]:
    """`form`: the one that was refused; it comes back as it was typed."""
    rooms, here = rooms_of(desk), rooms_of(desk).environments.by_id(desk.here.id)
    app = rooms.linkedin_app(here)
    asked = desk.request.query_params.get("check") == "1"
    return desk.page(
        "accounts/settings.html",
        status=422 if wrong else 200,
        here=here,
        app=app,
        steps=rooms.check_environment(here) if asked else None,
        counts=rooms.counts(here),
        profiles=rooms.profiles.list(here.id),
        owners=rooms.owners.list(here.id),
        left=days_left(here.credential_expires_at, rooms.clock()),
        expires=day_text(here.credential_expires_at),
        redirect_url=redirect_url(rooms),
        scopes=[(scope, in_words(scope)) for scope in rooms.settings.linkedin_scopes],
        started=started(desk),
        drawn=_drawn(desk, here),
        refused=form,
        typed={**dict.fromkeys(FIELDS, ""), **typed} if typed else {},
        wrong=wrong or {},
    )


def _drawn(desk: Desk, here: Environment) -> dict[str, Drawn]:
    """Each form of the page."""
    credential, secret = rooms_of(desk).environments.sealed_marks(here.id)
    return {
        "facts": of_connection(here),
        "credential": of_credential(here, day_text(here.credential_expires_at), credential),
        "app": of_app(here, secret),
    }


def _there(desk: Desk, form: str) -> Drawn:
    return _drawn(desk, rooms_of(desk).environments.by_id(desk.here.id))[form]


@page("/e/{environment_id:int}/checks", Action.READ_ENVIRONMENT)
def checks(desk: AtDesk) -> Response[Any]:
    """The live check as a part of a page."""
    steps = rooms_of(desk).check_environment(desk.here)
    return desk.page("accounts/checks.html", steps=steps)


@post("/e/{environment_id:int}/settings", Action.CHANGE_ENVIRONMENT)
def change(desk: AtDesk, data: Form) -> Response[Any]:
    store, before = rooms_of(desk).environments, desk.here
    typed: dict[str, Any] = {name: data.get(name, "").strip() for name in CONNECTION}
    typed["authority"] = typed["authority"] or DEFAULT_AUTHORITY
    try:
        with saving(desk, lambda: _there(desk, "facts"), of_connection(replace(before, **typed))):
            changed = store.change(before.id, **typed)
            told = {"before": facts(before), "after": facts(changed)}
            desk.record(Action.CHANGE_ENVIRONMENT, "environment", changed.id, changed.name, **told)
    except ChangedMeanwhileError as error:
        now = store.by_id(before.id)
        return _settings(desk, "facts", error.changed.merged(data, {name: getattr(now, name) for name in CONNECTION}))
    except InputError as error:
        return _settings(desk, "facts", data, wrong_field(error))
    return desk.go(desk.address("settings"), toast=_("{changed} is saved", changed=changed.name))


@post("/e/{environment_id:int}/settings/credential", Action.CHANGE_ENVIRONMENT)
def change_credential(desk: AtDesk, data: Form) -> Response[Any]:
    """Without a new secret, only the day on which the old one ends."""
    store, here = rooms_of(desk).environments, desk.here
    given = credential_in(data)
    only_day = data.get("kind") != "certificate" and not given["secret"].strip() and here.credential_kind == "secret"
    try:
        expires = end_of_day(data.get("expires", ""))
        with saving(desk, lambda: _there(desk, "credential"), _wanted_credential(desk, data, only_day=only_day)):
            if only_day:
                store.set_credential_expiry(here.id, expires)
            else:
                store.set_credential(here.id, **given, expires_at=expires)
            after = facts(store.by_id(here.id)) | {"credential_replaced": not only_day}
            desk.record(Action.CHANGE_ENVIRONMENT, "environment", here.id, here.name, before=facts(here), after=after)
    except ChangedMeanwhileError as error:
        day = day_text(store.by_id(here.id).credential_expires_at)
        return _settings(desk, "credential", _merged_credential(data, day, error.changed))
    except InputError as error:
        return _settings(desk, "credential", data, wrong_field(error))
    what = _("The day is saved") if only_day else _("The credential is replaced")
    return desk.go(desk.address("settings?check=1"), toast=what)


def _wanted_credential(desk: Desk, data: dict[str, str], *, only_day: bool) -> Drawn:
    """A new one is never what is there already; the end of a certificate is read off it."""
    here = rooms_of(desk).environments.by_id(desk.here.id)
    kind = "certificate" if data.get("kind") == "certificate" else "secret"
    day = data.get("expires", "").strip() if kind == "secret" else day_text(here.credential_expires_at)
    mark = rooms_of(desk).environments.sealed_marks(here.id)[0] if only_day else "new"
    return of_credential(replace(here, credential_kind=kind), day, mark)


def _merged_credential(data: dict[str, str], day: str, changed: Changed) -> dict[str, str]:
    return {**data, "expires": day} if "credential_expires" in changed.untouched else data


@post("/e/{environment_id:int}/settings/linkedin-app", Action.CHANGE_ENVIRONMENT)
def change_app(desk: AtDesk, data: Form) -> Response[Any]:
    try:
        wrong = save_app(desk, data)
    except ChangedMeanwhileError as error:
        return _settings(desk, "app", merged_app(desk, data, error.changed))
    if wrong:
        return _settings(desk, "app", data, wrong)
    return desk.go(desk.address("settings"), toast=_("The LinkedIn app is saved"))


def merged_app(desk: Desk, data: dict[str, str], changed: Changed) -> dict[str, str]:
    """What was typed, and what is there now for what was not touched."""
    now = rooms_of(desk).environments.by_id(desk.here.id)
    stay = {"linkedin_client_id": "linkedin_app", "linkedin_version": "linkedin_version"}
    return {**data, **{name: getattr(now, name) for name, part in stay.items() if part in changed.untouched}}


def save_app(desk: Desk, data: dict[str, str]) -> dict[str, str]:
    """Asks LinkedIn whether it knows the app; a refusal is not stored. Returns what is wrong, by field. Raises
    ChangedMeanwhileError."""
    rooms, here = rooms_of(desk), desk.here
    client_id, version = data.get("linkedin_client_id", "").strip(), data.get("linkedin_version", "")
    lost = rooms.connecting.lost_with_another_app(here, client_id)
    if lost and not data.get("sure"):
        names = ", ".join(one.name for one in lost)
        return {
            "sure": _(
                "The tokens of {names} belong to the app of before: they must be authorized again after it.",
                names=names,
            )
        }
    before = rooms.environments.linkedin_app(here.id)
    secret = data.get("linkedin_client_secret", "")
    mark = "new" if secret.strip() else rooms.environments.sealed_marks(here.id)[1]
    wanted = of_app(replace(here, linkedin_client_id=client_id, linkedin_version=version.strip()), mark)
    try:
        with saving(desk, lambda: _there(desk, "app"), wanted):
            rooms.environments.set_linkedin_app(here.id, client_id, secret, version)
        if rooms.linkedin_app(here).known:
            rooms.oauth(here).check_app()
    except ChangedMeanwhileError:
        raise
    except InputError as error:
        field = "linkedin_version" if error.code == "bad-version" else "linkedin_app"
        return {field: f"{error.message} {error.fix}"}
    except LinkedInError as error:
        if error.code != "linkedin-bad-client-secret":
            _record_app(desk, before)
            return {"linkedin_app": _("It is stored, and could not be checked: {text}", text=error.message)}
        put_back = (before.client_id, before.client_secret, before.version) if before else ("",)
        rooms.environments.set_linkedin_app(here.id, *put_back)
        return {
            "linkedin_app": _(
                "{text} Compare both with the page Auth of the app; nothing was changed.", text=error.message
            )
        }
    _record_app(desk, before)
    return {}


def _record_app(desk: Desk, before: LinkedInApp | None) -> None:
    after = rooms_of(desk).environments.linkedin_app(desk.here.id)
    old, new = (
        {"linkedin_app": one.client_id if one else "", "linkedin_version": one.version if one else ""}
        for one in (before, after)
    )
    desk.record(Action.CHANGE_ENVIRONMENT, "environment", desk.here.id, desk.here.name, before=old, after=new)


@post("/e/{environment_id:int}/remove", Action.REMOVE_ENVIRONMENT)
def remove(desk: AtDesk, data: Form) -> Response[Any]:
    """With everything here, once the dialog named it. Tokens are taken back at LinkedIn where that can be; leads in
    Dynamics stay."""
    rooms, here = rooms_of(desk), desk.here
    if data.get("name") != here.name:
        raise InputError(
            _("Nothing was removed: the environment to remove was not named."),
            fix=_("Press *Remove this environment* on its page, and confirm."),
            code="not-confirmed",
        )
    lost = {"submissions": rooms.counts(here)["all"], "profiles": len(rooms.profiles.list(here.id))}
    for profile in rooms.profiles.list(here.id):
        try:
            rooms.connecting.disconnect(here, profile)
        except LeadferryError:
            continue
    rooms.environments.remove(here.name)
    desk.record(Action.REMOVE_ENVIRONMENT, "environment", here.id, here.name, before={**facts(here), **lost})
    return desk.go(
        "/environments", toast=_("{environment} is removed", environment=here.name), detail=_("Leads in Dynamics stay.")
    )


HANDLERS: tuple[Any, ...] = (new, add, settings, checks, change, change_credential, change_app, remove)
