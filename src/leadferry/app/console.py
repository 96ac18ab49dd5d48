"""The console: its pages, and who may see them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from leadferry.accounts.model import Environment
from leadferry.app.base import Tools
from leadferry.app.leads import ASK_MAX_WAIT_S
from leadferry.app.privacy import Privacy
from leadferry.console.limits_worker import Limits
from leadferry.console.person import Person, PersonKind, Role, roles_of
from leadferry.console.roles_worker import RolesKept
from leadferry.dataverse.client import DataverseClient
from leadferry.errors import ServiceError
from leadferry.settings import Settings
from leadferry.store.database import Database

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from leadferry.console.entra_client import EntraClient
    from leadferry.console.headers_routes import SafeHeaders
    from leadferry.console.session_store import SessionStore
    from leadferry.console.sign_in_store import SignInStore
    from leadferry.console.token_store import TokenStore


HOUR_MS = 3_600_000


class Console(Privacy):
    def __init__(self, settings: Settings, database: Database, tools: Tools) -> None:
        super().__init__(settings, database, tools)
        self.limits = Limits(self.clock)
        self.roles = RolesKept(self._ask_roles, self.clock)
        self._entra: EntraClient | None = None
        self._askers: dict[tuple[int, int, str, str], DataverseClient] = {}

    @cached_property
    def sessions(self) -> SessionStore:
        from leadferry.console.session_store import SessionStore

        return SessionStore(self.database, self.clock, self.settings.session_hours * HOUR_MS)

    @cached_property
    def sign_ins(self) -> SignInStore:
        from leadferry.console.sign_in_store import SignInStore

        return SignInStore(self.database, self.clock)

    @cached_property
    def tokens(self) -> TokenStore:
        from leadferry.console.token_store import TokenStore

        return TokenStore(self.database, self.clock)

    def web(self, base_url: str) -> SafeHeaders:
        """`base_url`: the console's address as browsers know it."""
        from leadferry.app import pages
        from leadferry.console.web_routes import open_web

        self.console_url = base_url.rstrip("/")
        routes = pages.routes(secure=base_url.startswith("https://"), monitoring=self.settings.monitoring_on_console)
        return open_web(
            routes,
            self,
            csrf_secret=self.vault.derive("csrf").hex(),
            base_url=base_url,
            form_targets=[origin_of(self.settings.linkedin_oauth_url), origin_of(self.settings.entra_authority)],
        )

    def menu_counts(self, environment: Environment) -> dict[str, int]:
        from leadferry.delivery.filters import Filters

        waiting = self.listing.count(environment.id, Filters(state="review"), most=999)
        return {"review": waiting or 0}

    def entra(self) -> EntraClient | None:
        """Where people sign in; None where no app registration is known yet. Raises InputError `sign-in-settings`.

        Kept while the registration is the same: another process may change the environment's secret at any time."""
        from leadferry.console.entra_client import EntraClient
        from leadferry.console.registration import registration_of

        first = next(iter(self.environments.list()), None)
        registration = registration_of(self.settings, first, self.environments.credential)
        if registration is None:
            return None
        kept = self._entra
        if kept is None or kept.registration != registration:
            kept = self._entra = EntraClient(registration, self.http, self.clock)
        return kept

    def roles_in(self, person: Person, environment: Environment) -> frozenset[Role]:
        """What the person is in the environment now: their security roles in Dynamics, kept for minutes. Raises
        ServiceError `rights-unknown`."""
        if person.kind is PersonKind.OPERATOR:
            return frozenset({Role.OPERATOR})
        if environment.tenant_id.casefold() not in self._tenant_names(person):
            return frozenset()
        return self.roles.roles_in(person, environment)

    def roles_anywhere(self, person: Person) -> frozenset[Role]:
        """For pages of the whole installation: the roles of all environments together. One whose Dynamics cannot be
        asked counts only where no other gives a role."""
        if person.kind is PersonKind.OPERATOR:
            return frozenset({Role.OPERATOR})
        found, unknown = self._roles_by_environment(person)
        roles: frozenset[Role] = frozenset().union(*found.values())
        if unknown and not roles:
            raise unknown[0]
        return roles

    def environments_of(self, person: Person) -> list[Environment]:
        """Those in which the person has a role, as far as Dynamics can be asked."""
        found, _ = self._roles_by_environment(person)
        return [one for one in self.environments.list() if found.get(one.id)]

    def end_if_lost(self, person: Person) -> bool:
        """Ends every session of who had a role and has none any more."""
        if not self.roles.held_a_role(person):
            return False
        self.roles.forget(person)
        self.sessions.end_all_of(person.id)
        self.audit.add("session.lost", person_id=person.id, person=person.name, via="leadferry")
        return True

    def _roles_by_environment(self, person: Person) -> tuple[dict[int, frozenset[Role]], list[ServiceError]]:
        found: dict[int, frozenset[Role]] = {}
        unknown: list[ServiceError] = []
        for one in self.environments.list():
            try:
                found[one.id] = self.roles_in(person, one)
            except ServiceError as error:
                unknown.append(error)
        return found, unknown

    def _tenant_names(self, person: Person) -> set[str]:
        """The id of the person's tenant, and the domain name by which it may be configured: only its people sign in."""
        first = next(iter(self.environments.list()), None)
        configured = self.settings.entra_tenant_id or (first.tenant_id if first else "")
        return {person.tenant_id.casefold(), configured.casefold()}

    def _ask_roles(self, person: Person, environment: Environment) -> frozenset[Role]:
        """A page waits for it, so it is not repeated for long. A client that failed is not used again: the secret may
        have been exchanged meanwhile."""
        from leadferry.dataverse.people_client import security_roles

        key = (environment.id, environment.created_at, environment.url, environment.client_id)
        try:
            client = self._askers.get(key) or self.dataverse(environment, max_wait_s=ASK_MAX_WAIT_S)
            self._askers[key] = client
            return roles_of(security_roles(client, person.id))
        except ServiceError:
            self._askers.pop(key, None)
            raise

    def metrics_registry(self) -> CollectorRegistry:
        self.meter = self.meter or self._new_meter()
        return self.meter.registry


def origin_of(address: str) -> str:
    """`https://www.linkedin.com/oauth` -> `https://www.linkedin.com`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
