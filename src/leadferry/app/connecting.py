"""Environments and user profiles, from the first check to what LinkedIn shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from leadferry.accounts.consent_store import ConsentStore
from leadferry.accounts.model import Environment, Owner, UserProfile
from leadferry.adoption.runs_worker import Runs
from leadferry.app.base import Tools
from leadferry.app.guarding import Guarding
from leadferry.errors import LeadferryError
from leadferry.forms.model import OWNER_LEAD_TYPES
from leadferry.linkedin.tokens import Tokens
from leadferry.settings import Settings
from leadferry.store.database import Database

if TYPE_CHECKING:  # each loaded by the method that needs it: a quick start is a tenth of a small sync
    from leadferry.accounts.connecting_worker import Connecting
    from leadferry.accounts.discovery_worker import Discovery
    from leadferry.adoption.adopt_worker import Adoption
    from leadferry.adoption.model import Report
    from leadferry.dataverse.people_client import SystemUser
    from leadferry.engine.check_worker import Step

PEOPLE_MS = 300_000


class Connections(Guarding):
    def __init__(self, settings: Settings, database: Database, tools: Tools) -> None:
        super().__init__(settings, database, tools)
        self.consents = ConsentStore(database, self.vault, self.clock)
        self._people: dict[int, tuple[int, list[SystemUser]]] = {}
        self.adoptions = Runs(self.clock)

    def __exit__(self, *_: object) -> None:
        self.adoptions.background.close()
        super().__exit__(*_)

    @cached_property
    def connecting(self) -> Connecting:
        from leadferry.accounts.connecting_worker import Connecting

        return Connecting(self)

    def check_environment(self, environment: Environment) -> list[Step]:
        """Step by step: token, WhoAmI, tables, privileges. Keeps what WhoAmI said."""
        from leadferry.engine.check_worker import check_environment

        return check_environment(environment, self.dataverse(environment), self.environments)

    def adoption(self, environment: Environment) -> Adoption:
        """What Microsoft's discontinued connector left in the environment, and how it is taken over."""
        from leadferry.adoption.adopt_worker import Adoption
        from leadferry.adoption.adoption_store import AdoptionStore
        from leadferry.adoption.original_client import OriginalClient

        originals = OriginalClient(self.dataverse(environment))
        store = AdoptionStore(self.database, self.clock)
        return Adoption(environment, originals, self.stores, store, self.clock)

    def adopt(
        self, environment: Environment, *, carry_out: bool, replace: bool, on_progress: Callable[[int], None]
    ) -> Report:
        """A dry run, or the real one; what the tables hold then counts for Guardian at once."""
        adoption = self.adoption(environment)
        work = adoption.run if carry_out else adoption.plan
        report = work(replace=replace, on_progress=on_progress)
        self.guardian.look_at_adoption(environment)
        return report

    def add_profile(
        self, environment: Environment, name: str, tokens: Tokens, *, row_owner_id: str = ""
    ) -> UserProfile:
        """A LinkedIn member who authorized us; looks at once for accounts, pages, campaigns and forms (OC-37)."""
        profile = self.profiles.add(environment.id, name, tokens, row_owner_id=row_owner_id)
        self.discover(environment, profile)
        return self.profiles.get(environment.id, name)

    def discover(self, environment: Environment, profile: UserProfile) -> list[str]:
        """What could not be seen, in words."""
        return self._discovery(environment).run(self.linkedin(profile), profile)

    def look_first(self, environment: Environment, profile: UserProfile) -> list[str]:
        """Right after a member's consent: accounts, pages and forms (OC-37), and what may be done with each. What the
        member may do can wait for tomorrow, so it keeps nothing from being connected."""
        troubles = self.discover(environment, profile)
        try:
            self.guardian.look_at_rights(environment, profile)
        except LeadferryError as error:
            troubles.append(str(error))
        return troubles

    def check_rights(self, environment: Environment, profile: UserProfile) -> list[str]:
        """Asks LinkedIn anew what the profile reaches and may do. Returns what could not be seen, in words."""
        troubles = self.discover(environment, profile)
        self.guardian.look_at_rights(environment, profile)
        return troubles

    def people(self, environment: Environment) -> list[SystemUser]:
        """Who can own leads there; asked of Dynamics at most every 5 minutes."""
        from leadferry.dataverse.people_client import people_of

        kept = self._people.get(environment.id)
        if kept is None or self.clock() - kept[0] > PEOPLE_MS:
            kept = self._people[environment.id] = (self.clock(), people_of(self.dataverse(environment)))
        return kept[1]

    def skip_older(self, environment: Environment, owners: Iterable[Owner]) -> None:
        """Form responses from before now stay at LinkedIn, where nothing was pulled yet."""
        known = {(one.owner_id, one.lead_type) for one in self.owners.cursors(environment.id) if one.through_at}
        for owner in owners:
            for kind in OWNER_LEAD_TYPES.get(owner.kind, ()):
                if (owner.id, kind.value) not in known:
                    self.owners.move_cursor(owner.id, kind.value, self.clock())

    def _discovery(self, environment: Environment) -> Discovery:
        from leadferry.accounts.discovery_worker import Discovery

        return Discovery(self.stores, self.environments.configuration(environment), self.clock)
