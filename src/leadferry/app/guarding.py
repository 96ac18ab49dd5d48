"""What watches over tokens, permissions, versions and counts, and the tokens themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from leadferry.accounts.model import Authorization, Environment, UserProfile
from leadferry.accounts.permission_store import PermissionStore
from leadferry.accounts.sealed_store import SealedStore
from leadferry.accounts.tokens_store import StoredTokens
from leadferry.app.base import Tools
from leadferry.app.clients import Clients
from leadferry.errors import LeadferryError
from leadferry.guardian.finding_store import FindingStore
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.tokens import Tokens, TokenSource, reauthorize
from leadferry.performance.figures import Days
from leadferry.settings import Settings
from leadferry.store.database import Database
from leadferry.watch.log import Log
from leadferry.webhooks.webhook_store import WebhookStore

if TYPE_CHECKING:
    from leadferry.accounts.permissions import Permission
    from leadferry.adoption.model import Standing
    from leadferry.engine.local_worker import (
        LocalEngine,  # each loaded by the method that needs it: a quick start is a tenth of a small sync
    )
    from leadferry.engine.reconcile_worker import FormCount
    from leadferry.guardian.guardian_worker import FormCount as Counted
    from leadferry.guardian.guardian_worker import Guardian
    from leadferry.guardian.model import Finding
    from leadferry.guardian.redaction import Redactor
    from leadferry.solution.install_worker import SolutionInstaller


class Guarding(Clients):
    def __init__(self, settings: Settings, database: Database, tools: Tools) -> None:
        super().__init__(settings, database, tools)
        self.permissions = PermissionStore(database, self.clock)
        self.findings = FindingStore(database, self.clock)
        self.sealed = SealedStore(database, self.vault)
        self.webhooks = WebhookStore(database, self.vault, self.clock)
        self._engine: LocalEngine | None = None

    def linkedin(self, profile: UserProfile) -> LinkedInClient:
        environment = self.environments.by_id(profile.environment_id)
        return self._linkedin(environment, self.token_source(profile))

    def token_source(self, profile: UserProfile) -> TokenSource:
        """The profile's tokens, shared with every thread and process."""
        environment = self.environments.by_id(profile.environment_id)
        told = partial(self.guardian.look_at_consents, environment.id)
        return TokenSource(
            self._tokens(profile),
            self.oauth(environment).refresh,
            StoredTokens(self.profiles, environment.id, profile.id, told),
            clock=self.clock,
            sleep=self.tools.sleep,
        )

    def _tokens(self, profile: UserProfile) -> Tokens:
        stored = self.profiles.tokens(profile.environment_id, profile.id)
        if stored is None:
            raise reauthorize(f'The user profile "{profile.name}" is not authorized at LinkedIn yet.')
        return stored

    def _authorized(self, environment: Environment) -> list[UserProfile]:
        """Those that hold tokens, were they refused lately: LinkedIn may take them again."""
        known = self.profiles.list(environment.id)
        return [one for one in known if one.authorization is not Authorization.NOT_AUTHORIZED]

    @cached_property
    def guardian(self) -> Guardian:
        from leadferry.guardian.guardian_worker import Guardian

        return Guardian(self, self.on_guardian_trouble)

    def on_guardian_trouble(self, error: Exception) -> None:
        """What kept a duty from being done. It is tried again by itself."""
        code = error.code if isinstance(error, LeadferryError) else ""
        Log("guardian").warning("duty failed", code=code, error=type(error).__name__)

    def check_now(self, environment: Environment) -> list[str]:
        """Everything, the members' permissions too. Returns what could not be asked, in words."""
        troubles = []
        for profile in self.profiles.list(environment.id):
            if profile.authorization is Authorization.AUTHORIZED:
                try:
                    self.check_permissions(environment, profile)
                except LeadferryError as error:
                    troubles.append(str(error))
        self.guardian.look(environment)
        return troubles

    def adopt_linkedin_version(self, environment: Environment, version: str) -> None:
        """From the next request on, in every process; "" for the version of the settings."""
        self.environments.set_linkedin_version(environment.id, version)
        self.guardian.look_at_version(environment.id)

    def check_permissions(self, environment: Environment, profile: UserProfile) -> list[Permission]:
        """Asks LinkedIn now what the profile may do with each account and page, and keeps it."""
        from leadferry.accounts.permissions_worker import PermissionCheck

        check = PermissionCheck(self.owners, self.permissions, self.settings.linkedin_scopes, self.clock)
        return check.run(self.linkedin(profile), self.profiles.by_id(environment.id, profile.id))

    def solution(
        self, environment: Environment, *, console_url: str = "", on_wait: Callable[[float], None] = lambda _: None
    ) -> SolutionInstaller:
        """What Leadferry installs in Dynamics. The console's address leads to this environment's pages; where none is
        given, the public address counts, and without that the one already installed."""
        from leadferry.solution.install_worker import SolutionInstaller
        from leadferry.solution.sitemap import checked_console_url

        base = console_url or self.settings.public_url
        pages = f"{checked_console_url(base)}/e/{environment.id}" if base else ""
        client = self.dataverse(environment)
        return SolutionInstaller(client, console_url=pages, sleep=self.tools.sleep, on_wait=on_wait)

    def solution_finding(self, environment: Environment) -> Finding:
        from leadferry.guardian.solutions import solution_finding, solution_unknown

        try:
            status = self.solution(environment).status()
        except LeadferryError as error:
            return solution_unknown(error.message, error.fix)
        return solution_finding(status.state, status.version, status.wanted_version)

    def adopted(self, environment: Environment) -> Standing:
        """Whether what Microsoft's connector left was taken over."""
        from leadferry.adoption.adoption_store import AdoptionStore

        return AdoptionStore(self.database, self.clock).standing(environment.id)

    def adopting_elsewhere(self, environment: Environment) -> bool:
        """Whether another process takes over just now; asked only where this one does not."""
        from leadferry.adoption.adoption_store import AdoptionStore

        return AdoptionStore(self.database, self.clock).under_way(environment.id)

    def adoption_finding(self, environment: Environment) -> Finding | None:
        """None where Microsoft's connector left nothing, or where that cannot be seen."""
        from leadferry.adoption.original_client import OriginalClient
        from leadferry.guardian.solutions import adoption_finding

        try:
            OriginalClient(self.dataverse(environment)).find()
        except LeadferryError:
            return None
        standing = self.adopted(environment)
        return adoption_finding(ended=standing.ended_at is not None, unfinished=standing.unfinished)

    def reconcile(self, environment: Environment) -> list[FormCount]:
        """Per form: what LinkedIn shows against what we hold and what Dynamics has."""
        from leadferry.engine.reconcile_worker import Reconciliation

        work = Reconciliation(
            environment.id,
            self.dataverse(environment),
            self.owners,
            self.forms,
            self.submissions,
            self.settings.backfill_days,
            self.clock,
        )
        return work.run((profile, self.linkedin(profile)) for profile in self._authorized(environment))

    def keep_reconciliation(self, environment: Environment, forms: Sequence[Counted]) -> None:
        """For Home: what the last reconciliation counted, all forms together."""
        sums = {name: sum(getattr(one, name) for one in forms) for name in ("linkedin", "stored", "settled")}
        self.figures.save_reconciliation(environment.id, forms=len(forms), **sums)

    def read_costs(self, environment: Environment, *, now: bool = False) -> list[str]:
        """What ads cost, of accounts that are due; `now`: of all. Returns what went wrong, in words."""
        from leadferry.performance.cost_words import SCOPE
        from leadferry.performance.cost_worker import CostWork

        def form_ids() -> dict[int, int]:
            return {one.linkedin_id: one.id for one in self.forms.list(environment.id)}

        work = CostWork(environment.id, self.owners, self.campaigns, self.costs, form_ids, self.clock)
        readers = [one for one in self._authorized(environment) if not one.scopes or SCOPE in one.scopes.split()]
        return work.run(((profile, self.linkedin(profile)) for profile in readers), now=now)

    def read_outcomes(self, environment: Environment, *, now: bool = False) -> int:
        """What became of leads in Dynamics, when it is due; `now`: in any case. Returns how many submissions have
        another outcome."""
        from leadferry.performance.outcome_worker import OutcomeWork
        from leadferry.performance.worth_worker import warm

        work = OutcomeWork(environment.id, self.dataverse(environment), self.outcomes, self.clock)
        if not (now or work.due()):
            return 0
        changed, zone = work.run(), self.environments.configuration(environment).time_zone
        self.outcomes.recount(environment.id, zone)
        warm(self.costs, self.outcomes, environment.id, Days(ZoneInfo(zone)).of(self.clock()))
        return changed

    def wake(self, environment_id: int) -> None:
        """*Sync now*: a round begins at once, in this process or in the one that does the work."""
        if not (self._engine and self._engine.wake(environment_id)):
            self.requests.ask_for_sync(environment_id)

    def redactor(self) -> Redactor:
        """Replaces every name that is known here."""
        from leadferry.guardian.redaction import Redactor

        named = [("app", self.settings.linkedin_client_id), ("path", str(self.settings.data_folder))]
        for one in self.environments.list():
            named += [("environment", one.name), ("host", urlsplit(one.url).hostname or "")]
            named += [("tenant", one.tenant_id), ("app", one.client_id), ("app", one.linkedin_client_id)]
            for profile in self.profiles.list(one.id):
                named += [("profile", profile.name), ("member", profile.member_name), ("member", profile.member_urn)]
            named += [("account", owner.name) for owner in self.owners.list(one.id)]
            named += [("form", name) for name in self.forms.names(one.id).values()]
        return Redactor(self.vault.derive("doctor"), named)
