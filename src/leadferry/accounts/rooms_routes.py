"""What the pages of this room need of the application, and what they share."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from leadferry.accounts.campaign_store import CampaignStore
from leadferry.accounts.connecting_worker import Connecting
from leadferry.accounts.consent_store import ConsentStore
from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.model import Environment, LinkedInApp, Owner, UserProfile
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.permission_store import PermissionStore
from leadferry.accounts.profile_store import ProfileStore
from leadferry.clock import Clock
from leadferry.console.audit_store import AuditStore
from leadferry.console.desk_routes import Desk
from leadferry.console.person import Person, Role
from leadferry.console.rights import Action
from leadferry.dataverse.people_client import SystemUser
from leadferry.errors import InputError, LeadferryError
from leadferry.forms.form_store import FormStore
from leadferry.linkedin.oauth_client import LinkedInOAuthClient
from leadferry.settings import Settings
from leadferry.words import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadferry.engine.check_worker import Step

log = logging.getLogger(__name__)


class Rooms(Protocol):
    settings: Settings
    clock: Clock
    console_url: str
    environments: EnvironmentStore
    profiles: ProfileStore
    owners: OwnerStore
    campaigns: CampaignStore
    forms: FormStore
    permissions: PermissionStore
    consents: ConsentStore
    connecting: Connecting
    audit: AuditStore

    def linkedin_app(self, environment: Environment) -> LinkedInApp: ...
    def oauth(self, environment: Environment) -> LinkedInOAuthClient: ...
    def check_environment(self, environment: Environment) -> list[Step]: ...
    def check_rights(self, environment: Environment, profile: UserProfile) -> list[str]: ...
    def people(self, environment: Environment) -> list[SystemUser]: ...
    def skip_older(self, environment: Environment, owners: Iterable[Owner]) -> None: ...
    def start_sync(self, environment: Environment) -> bool: ...
    def counts(self, environment: Environment) -> dict[str, int]: ...
    def roles_in(self, person: Person, environment: Environment) -> frozenset[Role]: ...


def rooms_of(desk: Desk) -> Rooms:
    return desk.rooms  # type: ignore[no-any-return]


def redirect_url(rooms: Rooms) -> str:
    """Where LinkedIn sends a member back to; to be registered with the app."""
    return f"{rooms.console_url}/linkedin/back"


def people_or_none(desk: Desk) -> tuple[list[SystemUser], str]:
    """Who can own leads, and why they cannot be listed; a page is shown all the same."""
    try:
        return rooms_of(desk).people(desk.here), ""
    except LeadferryError as error:
        return [], f"{error.message} {error.fix}"


def people_shown(desk: Desk, owners: list[Owner]) -> tuple[list[SystemUser], str]:
    """For who chooses lead owners, and for who only reads their names; those need no word where they are missing."""
    if desk.may(Action.CHANGE_ACCOUNT):
        return people_or_none(desk)
    return (people_or_none(desk)[0] if any(one.default_lead_owner_id for one in owners) else []), ""


def person_choices(people: list[SystemUser], chosen: str, nobody: str) -> list[tuple[str, str]]:
    """For a select; the one chosen is in it even where Dynamics does not list it."""
    named = [(one.id, f"{one.name} ({one.email})" if one.email else one.name) for one in people]
    known = {key for key, _ in named}
    return [("", nobody), *named, *([(chosen, chosen)] if chosen and chosen not in known else [])]


def with_names(desk: Desk, people: list[SystemUser]) -> None:
    """Of a save that was refused: who is meant, not by which id."""
    if desk.changed is not None:
        desk.changed = desk.changed.with_words({one.id: one.name for one in people})


def known_person(people: list[SystemUser], systemuser_id: str, trouble: str) -> str:
    """The id as it is stored. Raises InputError for somebody who cannot own leads, as far as that can be seen."""
    wanted = systemuser_id.strip().lower()
    if wanted and not trouble and wanted not in {one.id for one in people}:
        raise InputError(
            _("This person cannot own leads: Dynamics does not list them as an enabled user."),
            fix=_("Choose another."),
            code="owner-unknown",
        )
    return wanted


def started(desk: Desk) -> bool:
    """Whether the first connection was brought to its end: leads are pulled."""
    return rooms_of(desk).environments.configuration(desk.here).pull_leads
