"""`/api/v1/environment`: the token's environment, its checks, its connection; the version of LinkedIn's API."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar.params import JSONBody
from msgspec import UNSET, UnsetType

from leadferry.accounts.days import end_of_day
from leadferry.accounts.environment_routes import facts
from leadferry.api.call_routes import AtCall, Call, patch, post, read
from leadferry.api.shapes import EnvironmentShape, environment_shape, given
from leadferry.console.rights import Action
from leadferry.errors import InputError
from leadferry.linkedin.versions import TESTED


class EnvironmentChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays. `url`: another address of the same organization."""

    name: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    tenant_id: str | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    authority: str | UnsetType = UNSET


class CredentialWish(msgspec.Struct, forbid_unknown_fields=True):
    """A client secret, or a certificate with its private key in PEM. `expires`: the secret's last day, like
    `2027-11-30`."""

    secret: str = ""
    certificate_pem: str = ""
    expires: str = ""


class CheckStep(msgspec.Struct):
    """`raw`: of a step that failed, what a vendor's support asks for."""

    name: str
    ok: bool
    detail: str
    fix: str
    raw: str


class VersionWish(msgspec.Struct, forbid_unknown_fields=True):
    version: str


@read("/environment", Action.READ_ENVIRONMENT)
def environment(call: AtCall) -> EnvironmentShape:
    """The environment of the token, and how many form submissions are in which state."""
    return _shown(call)


def _shown(call: Call) -> EnvironmentShape:
    here = call.rooms.environments.by_id(call.here.id)
    return environment_shape(here, call.rooms.counts(here))


@patch("/environment", Action.CHANGE_ENVIRONMENT)
def change_environment(call: AtCall, data: JSONBody[EnvironmentChange]) -> EnvironmentShape:
    """Changes its name or how Dynamics is reached. Check it afterwards."""
    with call.changing(lambda: _shown(call)):
        after = call.rooms.environments.change(call.here.id, **given(data))
    old, new = facts(call.here), facts(after)
    if old != new:
        call.record(Action.CHANGE_ENVIRONMENT, "environment", after.id, after.name, before=old, after=new)
    return _shown(call)


@read("/environment/checks", Action.READ_ENVIRONMENT)
def checks(call: AtCall) -> list[CheckStep]:
    """Asks Dynamics now, step by step: sign-in, identity, tables, privileges. It ends at the first that fails."""
    return [
        CheckStep(one.name, one.ok, one.detail, one.fix, one.raw) for one in call.rooms.check_environment(call.here)
    ]


@post("/environment/credential", Action.CHANGE_ENVIRONMENT, status_code=200, repeatable=True)
def change_credential(call: AtCall, data: JSONBody[CredentialWish]) -> list[CheckStep]:
    """Replaces the client secret or the certificate, and answers with the checks. It is never shown."""
    store, here = call.rooms.environments, call.here
    expires = end_of_day(data.expires)
    store.set_credential(here.id, secret=data.secret, certificate_pem=data.certificate_pem, expires_at=expires)
    after = facts(store.by_id(here.id)) | {"credential_replaced": True}
    call.record(Action.CHANGE_ENVIRONMENT, "environment", here.id, here.name, before=facts(here), after=after)
    steps = call.rooms.check_environment(store.by_id(here.id))
    return [CheckStep(one.name, one.ok, one.detail, one.fix, one.raw) for one in steps]


@post("/environment/linkedin-version", Action.CHANGE_CONFIGURATION, status_code=200, repeatable=True)
def adopt_version(call: AtCall, data: JSONBody[VersionWish]) -> VersionWish:
    """Another version of LinkedIn's API, from the next request on; one that was tested with this Leadferry."""
    here, before = call.here, call.rooms.linkedin_version(call.here)
    if data.version not in TESTED:
        raise InputError(
            "That version of LinkedIn's API was not tested with this Leadferry.",
            fix=f"Tested: {', '.join(TESTED)}.",
            code="version-untested",
        )
    call.rooms.adopt_linkedin_version(here, data.version)
    old, new = {"linkedin_version": before}, {"linkedin_version": data.version}
    call.record(Action.CHANGE_CONFIGURATION, "environment", here.id, here.name, before=old, after=new)
    return VersionWish(data.version)


HANDLERS: tuple[Any, ...] = (environment, change_environment, checks, change_credential, adopt_version)
