"""What the forms of this room show of a profile, an account, an environment, to be held against what is there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leadferry.accounts.model import Environment, Owner, UserProfile
from leadferry.console.edited import Drawn, Part
from leadferry.words import _

Names = Mapping[str, str]
"""Of people in Dynamics, by their id."""


def of_profile(profile: UserProfile, names: Names | None = None) -> Drawn:
    owner = _named(profile.row_owner_id, names, _("The application user"))
    parts = (Part("name", _("Name"), profile.name), Part("row_owner", _("Row owner"), profile.row_owner_id, owner))
    return Drawn("profile", profile.id, parts)


def of_account(owner: Owner, names: Names | None = None) -> Drawn:
    parts = (
        Part("sync_enabled", _("Sync enabled"), owner.sync_enabled),
        Part("default_lead_owner", _("Default lead owner"), owner.default_lead_owner_id, _lead_owner(owner, names)),
    )
    return Drawn("account", owner.id, parts, also=("default_lead_owner_id",))


def of_accounts(owners: Iterable[Owner], names: Names | None = None) -> Drawn:
    """All of them in one form."""
    parts = [part for owner in owners for part in _choices(owner, names)]
    return Drawn("account", "", tuple(parts), form="wizard")


def _choices(owner: Owner, names: Names | None) -> Iterable[Part]:
    yield Part(f"sync-{owner.id}", _("Sync of {name}", name=owner.name), owner.sync_enabled)
    label = _("Default lead owner of {name}", name=owner.name)
    yield Part(f"owner-{owner.id}", label, owner.default_lead_owner_id, _lead_owner(owner, names))


def _lead_owner(owner: Owner, names: Names | None) -> str:
    return _named(owner.default_lead_owner_id, names, _("As the user profile says"))


def _named(key: str, names: Names | None, nobody: str) -> str:
    return (names or {}).get(key, key) if key else nobody


def of_connection(here: Environment) -> Drawn:
    parts = (
        Part("name", _("Name"), here.name),
        Part("url", _("Address of the environment"), here.url),
        Part("tenant_id", _("Directory (tenant) id"), here.tenant_id),
        Part("client_id", _("Application (client) id"), here.client_id),
        Part("authority", _("Sign-in service"), here.authority),
    )
    return Drawn("environment", here.id, parts, form="connection")


def of_credential(here: Environment, expires: str, mark: str) -> Drawn:
    """`expires`: the day. `mark`: of what is sealed."""
    kind = here.credential_kind
    words = {"secret": _("Client secret"), "certificate": _("Certificate")}
    parts = (
        Part("credential", _("Credential"), [kind, mark], words.get(kind, kind)),
        Part("credential_expires", _("The secret ends on"), expires),
    )
    return Drawn("environment", here.id, parts, form="credential", also=("credential_replaced",))


def of_app(here: Environment, mark: str) -> Drawn:
    """`mark`: of its sealed secret."""
    own = here.linkedin_client_id
    parts = (
        Part("linkedin_app", _("Client id"), [own, mark], own or _("the app of this installation")),
        Part("linkedin_version", _("Version of LinkedIn's API"), here.linkedin_version),
    )
    return Drawn("environment", here.id, parts, form="app")
