"""The steps of a first connection, in order, and which are done. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadferry.accounts.model import Authorization, Environment, LinkedInApp, Owner, UserProfile
from leadferry.words import _


@dataclass(frozen=True, slots=True)
class WizardStep:
    """`path` is below the environment's `connect/`. `note` tells in a few words what it came to."""

    path: str
    title: str
    done: bool = False
    note: str = ""


FIRST = (
    WizardStep("dynamics", _("Dynamics 365")),
    WizardStep("app", _("LinkedIn app")),
    WizardStep("profile", _("Sign in to LinkedIn")),
    WizardStep("accounts", _("Accounts and forms")),
    WizardStep("start", _("Start")),
)


def steps_of(
    environment: Environment,
    app: LinkedInApp,
    profiles: Iterable[UserProfile],
    owners: Sequence[Owner],
    *,
    started: bool,
) -> list[WizardStep]:
    authorized = [one for one in profiles if one.authorization is Authorization.AUTHORIZED]
    chosen = [one for one in owners if one.sync_enabled]
    host = environment.url.partition("://")[2]
    done_and_note = (
        (bool(environment.organization_id), host),
        (app.known, app.client_id),
        (bool(authorized), ", ".join(one.name for one in authorized[:2])),
        (
            started and bool(chosen),
            _("{chosen} of {all} chosen", chosen=len(chosen), all=len(owners)) if owners else "",
        ),
        (started, _("Leads cross") if started else ""),
    )
    return [WizardStep(step.path, step.title, *told) for step, told in zip(FIRST, done_and_note, strict=True)]


def first_open(steps: Sequence[WizardStep]) -> WizardStep:
    return next((step for step in steps if not step.done), steps[-1])
