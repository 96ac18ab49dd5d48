"""Joins the rooms: settings, database, stores, clients, delivery, engine. Nothing else does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from leadferry.accounts.campaign_store import CampaignStore
from leadferry.accounts.connecting_worker import Connecting
from leadferry.accounts.consent_store import ConsentStore
from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.key_file_store import open_vault
from leadferry.accounts.model import Authorization, Environment, LinkedInApp, Owner, UserProfile
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.permission_store import PermissionStore
from leadferry.accounts.profile_store import ProfileStore
from leadferry.accounts.sealed_store import SealedStore
from leadferry.accounts.tokens_store import StoredTokens
from leadferry.alerts.alert_store import AlertStore
from leadferry.alerts.channel_store import ChannelStore
from leadferry.alerts.leads_store import LeadsStore
from leadferry.alerts.outbox_store import OutboxStore
from leadferry.alerts.round_worker import RoundAlerts
from leadferry.clock import Clock, system_clock
from leadferry.console.audit_store import AuditStore
from leadferry.console.limits_worker import Limits
from leadferry.console.person import Person, PersonKind, Role, roles_of
from leadferry.console.roles_worker import RolesKept
from leadferry.console.session_store import SessionStore
from leadferry.console.sign_in_store import SignInStore
from leadferry.console.token_store import TokenStore
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.metadata import Column
from leadferry.dataverse.tokens_client import ClientCredentials
from leadferry.delivery.candidates_worker import Candidates
from leadferry.delivery.deliver_worker import Delivery
from leadferry.delivery.filters import Filters
from leadferry.delivery.listing_store import ListingStore
from leadferry.delivery.model import Settlement
from leadferry.delivery.search_worker import SearchWorker
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.delivery.surroundings_store import Stores
from leadferry.delivery.view_store import ViewStore
from leadferry.engine.background_worker import Background
from leadferry.engine.crossing_worker import Crossing, Pull
from leadferry.engine.progress import Progress, SyncResult
from leadferry.engine.walks import Walk, walks
from leadferry.errors import LeadferryError, ServiceError
from leadferry.forms.form_store import FormStore
from leadferry.forms.model import OWNER_LEAD_TYPES
from leadferry.guardian.finding_store import FindingStore
from leadferry.guardian.quotas import DYNAMICS, LINKEDIN
from leadferry.guardian.request_store import RequestStore
from leadferry.guardian.traffic_client import Traffic
from leadferry.http_client import Http, HttpClient
from leadferry.intake.form_lookup_worker import FormLookup
from leadferry.intake.inbox_store import InboxStore
from leadferry.intake.poll_worker import Poller, PollSettings
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.oauth_client import LinkedInOAuthClient
from leadferry.linkedin.tokens import OwnTokens, Tokens, TokenSource, reauthorize
from leadferry.mapping.mapping_store import MappingStore
from leadferry.matching.strategy_store import StrategyStore
from leadferry.settings import Settings
from leadferry.store.database import Database
from leadferry.watch.log import Log

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from leadferry.console.entra_client import EntraClient
    from leadferry.console.headers_routes import SafeHeaders

if TYPE_CHECKING:  # each loaded by the method that needs it: a quick start is a tenth of a small sync
    from leadferry.accounts.discovery_worker import Discovery
    from leadferry.accounts.people_client import SystemUser
    from leadferry.accounts.permissions import Permission
    from leadferry.adoption.adopt_worker import Adoption
    from leadferry.alerts.deliver_worker import Courier
    from leadferry.engine.check_worker import Step
    from leadferry.engine.local_worker import LocalEngine, OnRound
    from leadferry.engine.reconcile_worker import FormCount
    from leadferry.guardian.guardian_worker import Guardian
    from leadferry.guardian.model import Finding
    from leadferry.guardian.redaction import Redactor
    from leadferry.intake.csv_worker import ImportResult
    from leadferry.solution.install_worker import SolutionInstaller
    from leadferry.watch.meter import Meter
    from leadferry.watch.traffic import Exchange


HOUR_MS = 3_600_000
PEOPLE_MS = 300_000
log = Log("http")
ASK_MAX_WAIT_S = 10.0
"""How long a page waits for a pause that Dynamics asks for."""


@dataclass(frozen=True)
class Tools:
    """What tests exchange: time."""

    clock: Clock = system_clock
    sleep: Callable[[float], None] = time.sleep


class App:
    def __init__(self, settings: Settings, database: Database, tools: Tools) -> None:
        self.settings, self.database, self.tools, self.clock = settings, database, tools, tools.clock
        self.vault = open_vault(settings.master_key, settings.master_key_file, settings.master_key_command)
        self.environments = EnvironmentStore(database, self.vault, self.clock)
        self.profiles = ProfileStore(database, self.vault, self.clock)
        self.owners = OwnerStore(database, self.clock)
        self.permissions = PermissionStore(database, self.clock)
        self.consents = ConsentStore(database, self.vault, self.clock)
        self.campaigns = CampaignStore(database, self.clock)
        self.forms = FormStore(database, self.clock)
        self.mappings = MappingStore(database)
        self.strategies = StrategyStore(database)
        self.submissions = SubmissionStore(database, self.clock)
        self.inbox = InboxStore(database, self.clock)
        self.listing = ListingStore(database)
        self.views = ViewStore(database, self.clock)
        self.search = SearchWorker(database, self.forms)
        self.stores = Stores(
            self.environments, self.profiles, self.owners, self.campaigns, self.forms, self.mappings, self.strategies
        )
        self.sessions = SessionStore(database, self.clock, settings.session_hours * HOUR_MS)
        self.audit = AuditStore(database, self.clock)
        self.findings = FindingStore(database, self.clock)
        self.requests = RequestStore(database, self.clock)
        self.traffic = Traffic(self.requests, self.clock)
        self.sealed = SealedStore(database, self.vault)
        self.alerts = AlertStore(database, self.clock)
        self.channels = ChannelStore(database, self.vault, self.clock)
        self.outbox = OutboxStore(database, self.clock)
        self.meter: Meter | None = None
        if settings.monitoring_port or settings.monitoring_on_console:
            self.meter = self._new_meter()
        self.http = HttpClient(ca_file=settings.ca_file, timeout_s=settings.timeout_s, on_exchange=self._exchanged)
        self._engine: LocalEngine | None = None
        self._deliveries: dict[int, Delivery] = {}
        self._pulls: dict[int, tuple[object, Pull]] = {}
        self._candidates: dict[int, Candidates] = {}
        self._round_alerts: dict[int, RoundAlerts] = {}
        self.sign_ins = SignInStore(database, self.clock)
        self.tokens = TokenStore(database, self.clock)
        self.limits = Limits(self.clock)
        self.roles = RolesKept(self._ask_roles, self.clock)
        self._entra: EntraClient | None = None
        self._askers: dict[tuple[int, int, str, str], DataverseClient] = {}
        self.connecting = Connecting(self)
        self.background = Background()
        self._people: dict[int, tuple[int, list[SystemUser]]] = {}
        self.console_url = settings.public_url
        """The console's address as browsers know it, as far as it is known: for links in alerts, and ways back."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.traffic.flush()
        self.background.close()
        self.http.close()
        self.database.close()

    # Clients

    def dataverse(self, environment: Environment, *, max_wait_s: float = 330.0) -> DataverseClient:
        credential = self.environments.credential(environment)
        tokens = ClientCredentials(
            environment.authority,
            environment.tenant_id,
            environment.client_id,
            environment.url,
            secret=credential.text if credential.kind == "secret" else "",
            certificate_pem=credential.text if credential.kind == "certificate" else "",
            http=self.watched(environment.id, DYNAMICS),
            clock=self.clock,
            sleep=self.tools.sleep,
        )
        parallel = self.environments.configuration(environment).parallel
        return DataverseClient(
            environment.url,
            tokens,
            self.watched(environment.id, DYNAMICS),
            parallel=parallel,
            max_wait_s=max_wait_s,
            clock=self.clock,
            sleep=self.tools.sleep,
        )

    def watched(self, environment_id: int, service: str) -> Http:
        """Our HTTP, counting what goes to the service for the environment."""
        return self.traffic.watched(self.http, environment_id, service)

    def linkedin_app(self, environment: Environment) -> LinkedInApp:
        """The environment's own, else the one of the settings, which may be empty."""
        settings = self.settings
        own = self.environments.linkedin_app(environment.id)
        version = self.linkedin_version(self.environments.by_id(environment.id))
        if own is not None:
            return replace(own, version=version)
        return LinkedInApp(settings.linkedin_client_id, settings.linkedin_client_secret, version)

    def oauth(self, environment: Environment) -> LinkedInOAuthClient:
        app = self.linkedin_app(environment)
        return LinkedInOAuthClient(
            self.settings.linkedin_oauth_url,
            app.client_id,
            app.client_secret,
            self.watched(environment.id, LINKEDIN),
            clock=self.clock,
            sleep=self.tools.sleep,
        )

    def linkedin(self, profile: UserProfile) -> LinkedInClient:
        environment = self.environments.by_id(profile.environment_id)
        return self._linkedin(environment, self.token_source(profile))

    def linkedin_with(self, environment: Environment, tokens: Tokens) -> LinkedInClient:
        """With tokens that no profile holds yet; they are not renewed."""
        source = TokenSource(
            tokens, self.oauth(environment).refresh, OwnTokens(), clock=self.clock, sleep=self.tools.sleep
        )
        return self._linkedin(environment, source)

    def _linkedin(self, environment: Environment, tokens: TokenSource) -> LinkedInClient:
        return LinkedInClient(
            self.settings.linkedin_api_url,
            self.linkedin_version(environment),
            tokens,
            self.watched(environment.id, LINKEDIN),
            clock=self.clock,
            sleep=self.tools.sleep,
        )

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

    def linkedin_version(self, environment: Environment) -> str:
        """The environment's own, adopted by a person, else that of the settings."""
        return environment.linkedin_version or self.settings.linkedin_version

    def knows_linkedin_app(self, environment: Environment) -> bool:
        return self.linkedin_app(environment).known

    def _tokens(self, profile: UserProfile) -> Tokens:
        stored = self.profiles.tokens(profile.environment_id, profile.id)
        if stored is None:
            raise reauthorize(f'The user profile "{profile.name}" is not authorized at LinkedIn yet.')
        return stored

    # Connecting

    def check_environment(self, environment: Environment) -> list[Step]:
        """Step by step: token, WhoAmI, tables, privileges. Keeps what WhoAmI said."""
        from leadferry.engine.check_worker import check_environment

        return check_environment(environment, self.dataverse(environment), self.environments)

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

    def adoption(self, environment: Environment) -> Adoption:
        """What Microsoft's discontinued connector left in the environment, and how it is taken over."""
        from leadferry.adoption.adopt_worker import Adoption
        from leadferry.adoption.adoption_store import AdoptionStore
        from leadferry.adoption.original_client import OriginalClient

        originals = OriginalClient(self.dataverse(environment))
        store = AdoptionStore(self.database, self.clock)
        return Adoption(environment, originals, self.stores, store, self.clock)

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

    def check_rights(self, environment: Environment, profile: UserProfile) -> list[str]:
        """Asks LinkedIn anew what the profile reaches and may do. Returns what could not be seen, in words."""
        troubles = self.discover(environment, profile)
        self.guardian.look_at_rights(environment, profile)
        return troubles

    def people(self, environment: Environment) -> list[SystemUser]:
        """Who can own leads there; asked of Dynamics at most every 5 minutes."""
        from leadferry.accounts.people_client import people_of

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

    # Crossing

    def sync_once(
        self,
        environment: Environment,
        on_progress: Callable[[Progress], None] = lambda _: None,
        *,
        stop: threading.Event | None = None,
        on_settled: Callable[[Sequence[Settlement]], None] = lambda _: None,
    ) -> SyncResult:
        result = self._crossing(environment, on_progress, on_settled).once(stop or threading.Event())
        self.courier().once()
        return result

    def start_sync(self, environment: Environment) -> bool:
        """Behind a page: a round of the engine where it runs in this process, else a sync of its own. False where one
        that was asked for is under way already."""
        if self._engine and self._engine.wake(environment.id):
            return True
        return self.background.start(environment.id, lambda stop: self.sync_once(environment, stop=stop))

    def run_forever(
        self,
        environments: Iterable[Environment] | None,
        stop: threading.Event,
        on_round: OnRound = lambda _name, _result: None,
        on_settled: Callable[[Sequence[Settlement]], None] = lambda _: None,
    ) -> None:
        """`environments`: None for all there are, those connected meanwhile too. Guardian's duties are done beside."""
        from leadferry.engine.local_worker import LocalEngine, Work

        chosen = None if environments is None else {environment.id for environment in environments}

        def known() -> list[Environment]:
            return [one for one in self.environments.list() if chosen is None or one.id in chosen]

        def work() -> dict[int, Work]:
            return {
                one.id: Work(one.name, partial(self._crossing_of, one.id, on_settled=on_settled)) for one in known()
            }

        def searchable_after(name: str, result: SyncResult) -> None:
            """Between two rounds, so that search never holds up a lead."""
            on_round(name, result)
            for one in known():
                if one.name == name:
                    self.search.catch_up(one.id, stop=stop)

        self._engine = LocalEngine(
            work,
            self.submissions,
            poll_interval_s=self.settings.poll_interval_s,
            clock=self.clock,
            on_round=searchable_after,
            asked_for=self.requests.syncs_asked_for,
        )
        beside = [
            threading.Thread(target=self.guardian.run, args=(stop, known), name="guardian"),
            threading.Thread(target=self.courier().run, args=(stop,), name="alerts", daemon=True),
        ]
        for thread in beside:
            thread.start()
        self._engine.run(stop)
        for thread in beside:
            thread.join()

    def wake(self, environment_id: int) -> None:
        """*Sync now*: a round begins at once, in this process or in the one that does the work."""
        if not (self._engine and self._engine.wake(environment_id)):
            self.requests.ask_for_sync(environment_id)

    def _crossing_of(self, environment_id: int, *, on_settled: Callable[[Sequence[Settlement]], None]) -> Crossing:
        """As the environment is now: it may have been given another secret, address or name."""
        return self._crossing(self.environments.by_id(environment_id), on_settled=on_settled)

    def _crossing(
        self,
        environment: Environment,
        on_progress: Callable[[Progress], None] = lambda _: None,
        on_settled: Callable[[Sequence[Settlement]], None] = lambda _: None,
    ) -> Crossing:
        delivery = self._delivery(environment)
        pulling = self.environments.configuration(environment).pull_leads
        profiles = self._authorized(environment) if pulling else []
        pulls = [self._kept_pull(environment, profile) for profile in profiles]
        told = self._alerts_of(environment)

        def settled(settlements: Sequence[Settlement]) -> None:
            told.settled(settlements)
            if self.meter:
                self._measure(self.meter, environment, settlements)
            on_settled(settlements)

        def ended(result: SyncResult) -> None:
            if self.meter:
                self.meter.stored(environment.name, result.stored)
            told.ended()

        return Crossing(
            environment, pulls, delivery, self.submissions, self.clock, on_progress, settled, on_ended=ended
        )

    def _alerts_of(self, environment: Environment) -> RoundAlerts:
        if environment.id not in self._round_alerts:
            leads = LeadsStore(self.database)
            self._round_alerts[environment.id] = RoundAlerts(
                environment.id, self.alerts, leads, self.environments, self.clock
            )
        return self._round_alerts[environment.id]

    def _authorized(self, environment: Environment) -> list[UserProfile]:
        """Those that hold tokens, were they refused lately: LinkedIn may take them again."""
        known = self.profiles.list(environment.id)
        return [one for one in known if one.authorization is not Authorization.NOT_AUTHORIZED]

    def _delivery(self, environment: Environment) -> Delivery:
        """Kept from round to round with its token and tables. In trouble it is made anew each time: the secret, say,
        may have been exchanged by another process meanwhile."""
        kept = self._deliveries.get(environment.id)
        if kept and not self.environments.by_id(environment.id).trouble:
            return kept
        client = self.dataverse(environment)
        made = Delivery(
            self._identified(environment, client),
            client,
            self.stores,
            self.submissions,
            clock=self.clock,
            sleep=self.tools.sleep,
            console_url=f"{self.settings.public_url}/e/{environment.id}" if self.settings.public_url else "",
        )
        self._deliveries[environment.id] = made
        return made

    def _kept_pull(self, environment: Environment, profile: UserProfile) -> Pull:
        """Kept while its tokens are the stored ones: another process may add or authorize a profile at any time."""
        app = self.linkedin_app(environment)
        key = (profile.access_expires_at, profile.refresh_expires_at, profile.scopes, app)
        kept = self._pulls.get(profile.id)
        if kept is None or kept[0] != key:
            kept = self._pulls[profile.id] = (key, self._pull(environment, profile))
        return kept[1]

    def _identified(self, environment: Environment, client: DataverseClient) -> Environment:
        """The ids of leads depend on the organization, so it must be known before the first one."""
        if environment.organization_id:
            return environment
        who = client.who_am_i()
        return self.environments.set_identity(
            environment.id,
            organization_id=who.organization_id,
            user_id=who.user_id,
            business_unit_id=who.business_unit_id,
        )

    def _pull(self, environment: Environment, profile: UserProfile) -> Pull:
        client = self.linkedin(profile)
        settings = self.settings
        poller = Poller(
            client,
            self.inbox,
            self.owners,
            self.campaigns,
            FormLookup(self.forms, self.mappings, self.clock),
            PollSettings(settings.page_size, settings.poll_overlap_s, settings.backfill_days),
            self.clock,
        )
        return Pull(
            profile,
            client,
            poller,
            lambda: self._discover_when_due(environment, profile, client),
            lambda: self._walks(profile),
        )

    def _discover_when_due(self, environment: Environment, profile: UserProfile, client: LinkedInClient) -> list[str]:
        last = self.profiles.get(environment.id, profile.name).last_sync_at
        if last is not None and self.clock() - last < self.settings.discovery_interval_s * 1000:
            return []
        return self._discovery(environment).run(client, profile)

    def _walks(self, profile: UserProfile) -> list[Walk]:
        owners = self.owners
        return walks(owners.list(profile.environment_id), owners.links(profile.environment_id), profile.id)

    def courier(self) -> Courier:
        """Carries alerts to their channels."""
        from leadferry.alerts.deliver_worker import Courier

        return Courier(
            self.database,
            self.alerts,
            self.channels,
            self.outbox,
            clock=self.clock,
            name_of=lambda key: self.environments.by_id(key).name,
            base_url=self.console_url,
        )

    # The CSV door, review, reconciliation

    def import_csv(
        self,
        environment: Environment,
        path: Path,
        *,
        form_id: int | None = None,
        encoding: str = "",
        on_progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> ImportResult:
        from leadferry.intake.csv_worker import CsvDoor

        door = CsvDoor(self.inbox, self.forms, self.mappings, self.owners, self.clock)
        return door.import_file(environment.id, path, form_id=form_id, encoding=encoding, on_progress=on_progress)

    def replay(
        self,
        environment: Environment,
        references: Sequence[str | int],
        decision: str = "again",
        lead_id: str = "",
        by: str = "",
    ) -> int:
        """`decision`: `again`, `create`, `lead` (then `lead_id`: update it), `link` (only link it), `reject`. Returns
        how many were put back. `by`: the person's name, for the timeline."""
        for reference in references:
            if decision == "reject":
                self.submissions.reject(environment.id, reference, by=by)
            else:
                orders = {"again": "", "create": "create", "lead": f"lead:{lead_id}", "link": f"link:{lead_id}"}
                self.submissions.reopen(environment.id, reference, order=orders[decision], by=by)
        return len(references)

    def undo(self, environment: Environment, reference: str | int, by: str, *, delete: bool = False) -> str:
        """Takes the last effect of a submission back, if the lead is as it was left; `delete`: a test lead goes
        whatever became of it. Returns what was done, in words."""
        from leadferry.delivery.undo_worker import Undoing

        return Undoing(environment, self.dataverse(environment), self.submissions, self.tools.sleep).run(
            reference, by, delete=delete
        )

    def lead_columns(self, environment: Environment) -> Mapping[str, Column]:
        """The lead's columns where they are known already; else they are asked for behind the page, and it shows
        logical names once. A page never waits for Dynamics to show what we hold."""
        kept = self._deliveries.get(environment.id)
        known = kept.known_table("lead") if kept else None
        name = f"columns-{environment.id}"
        if known is None and all(thread.name != name for thread in threading.enumerate()):
            threading.Thread(target=self._learn_columns, args=(environment,), name=name, daemon=True).start()
        return known.columns if known else {}

    def _learn_columns(self, environment: Environment) -> None:
        with suppress(LeadferryError):
            self._delivery(environment).table("lead")

    def candidates(self, environment: Environment) -> Candidates:
        if environment.id not in self._candidates:
            self._candidates[environment.id] = Candidates(lambda: self.dataverse(environment), self.clock)
        return self._candidates[environment.id]

    def mirror_state(self, environment: Environment) -> dict[str, Any]:
        """Whether the mirror in Dynamics is switched on, how many changes wait for it, and why."""
        from leadferry.mirror.mirror_store import MirrorStore

        store = MirrorStore(self.database, self.clock)
        return {
            "on": self.environments.configuration(environment).mirror,
            "waiting": store.waiting(environment.id),
            "trouble": store.trouble(environment.id),
        }

    def deliver(self, environment: Environment) -> SyncResult:
        """What is open and due now, without a look at LinkedIn."""
        crossing = self._crossing(environment)
        crossing.pulls = []
        return crossing.once(threading.Event(), wait_for_retries=False)

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

    # Guardian

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

    def check_permissions(self, environment: Environment, profile: UserProfile) -> list[Permission]:
        """Asks LinkedIn now what the profile may do with each account and page, and keeps it."""
        from leadferry.accounts.permissions_worker import PermissionCheck

        check = PermissionCheck(self.owners, self.permissions, self.settings.linkedin_scopes, self.clock)
        return check.run(self.linkedin(profile), self.profiles.by_id(environment.id, profile.id))

    def solution_finding(self, environment: Environment) -> Finding:
        from leadferry.guardian.solutions import solution_finding, solution_unknown

        try:
            status = self.solution(environment).status()
        except LeadferryError as error:
            return solution_unknown(error.message, error.fix)
        return solution_finding(status.state, status.version, status.wanted_version)

    def counts(self, environment: Environment) -> dict[str, int]:
        return self.submissions.counts(environment.id)

    # The console

    def web(self, base_url: str) -> SafeHeaders:
        """`base_url`: the console's address as browsers know it."""
        from leadferry.accounts import (
            account_routes,
            connect_routes,
            consent_routes,
            environment_routes,
            profile_routes,
        )
        from leadferry.alerts import alert_routes, channel_routes
        from leadferry.api.routes import api_router
        from leadferry.console.web_routes import make_web
        from leadferry.delivery import export_routes, review_routes, submission_routes, submissions_routes
        from leadferry.guardian import routes as guardian_routes

        self.console_url = base_url.rstrip("/")
        return make_web(
            self,
            [
                api_router(),
                *environment_routes.HANDLERS,
                *connect_routes.HANDLERS,
                *profile_routes.HANDLERS,
                *consent_routes.HANDLERS,
                *account_routes.HANDLERS,
                *guardian_routes.HANDLERS,
                *alert_routes.HANDLERS,
                *channel_routes.HANDLERS,
                *submissions_routes.HANDLERS,
                *export_routes.HANDLERS,
                *submission_routes.HANDLERS,
                *review_routes.HANDLERS,
            ],
            template_rooms=("console", "accounts", "guardian", "alerts", "delivery"),
            csrf_secret=self.vault.derive("csrf").hex(),
            base_url=base_url,
            form_targets=[origin_of(self.settings.linkedin_oauth_url), origin_of(self.settings.entra_authority)],
            monitoring=self.settings.monitoring_on_console,
        )

    def menu_counts(self, environment: Environment) -> dict[str, int]:
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

    # What we tell about ourselves

    def metrics_registry(self) -> CollectorRegistry:
        self.meter = self.meter or self._new_meter()
        return self.meter.registry

    def _new_meter(self) -> Meter:
        from leadferry.watch.gauges_store import GaugesStore
        from leadferry.watch.meter import Meter

        return Meter(GaugesStore(self.database, self.clock, self.settings.linkedin_version).read)

    def _measure(self, meter: Meter, environment: Environment, settlements: Sequence[Settlement]) -> None:
        """When the leads of a claim were submitted is asked of the tables, only while somebody measures."""
        from leadferry.watch.gauges_store import GaugesStore
        from leadferry.watch.meter import made_leads

        meter.settled(environment.name, settlements)
        gauges, now = GaugesStore(self.database, self.clock, ""), self.clock()
        meter.delivered(environment.name, [(now - at) / 1000 for at in gauges.submitted_at(made_leads(settlements))])

    def _exchanged(self, exchange: Exchange) -> None:
        facts = {"service": exchange.service, "resource": exchange.resource, "status": exchange.status}
        if exchange.resource == "token" and exchange.status == 200:
            log.info("token renewed", service=exchange.service)
        say = log.debug if 0 < exchange.status < 400 else log.info
        say("request", **facts, ms=round(exchange.seconds * 1000), request_id=exchange.request_id)
        if self.meter:
            self.meter.exchanged(exchange)


def origin_of(address: str) -> str:
    """`https://www.linkedin.com/oauth` -> `https://www.linkedin.com`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def open_app(settings: Settings, *, tools: Tools | None = None) -> App:
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    return App(settings, Database(settings.database_url).open(), tools or Tools())
