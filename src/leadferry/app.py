"""Joins the rooms: settings, database, stores, clients, delivery, engine. Nothing else does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from leadferry.accounts.campaign_store import CampaignStore
from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.key_file_store import open_vault
from leadferry.accounts.model import Authorization, Environment, UserProfile
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.profile_store import ProfileStore
from leadferry.clock import Clock, system_clock
from leadferry.console.audit_store import AuditStore
from leadferry.console.person import Person, PersonKind, Role
from leadferry.console.session_store import SessionStore
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.tokens_client import ClientCredentials
from leadferry.delivery.deliver_worker import Delivery
from leadferry.delivery.model import Settlement
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.delivery.surroundings_store import Stores
from leadferry.engine.crossing_worker import Crossing, Pull
from leadferry.engine.progress import Progress, SyncResult
from leadferry.engine.walks import Walk, walks
from leadferry.forms.form_store import FormStore
from leadferry.http_client import HttpClient
from leadferry.intake.form_lookup_worker import FormLookup
from leadferry.intake.inbox_store import InboxStore
from leadferry.intake.poll_worker import Poller, PollSettings
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.oauth_client import LinkedInOAuthClient
from leadferry.linkedin.tokens import Tokens, TokenSource, reauthorize
from leadferry.mapping.mapping_store import MappingStore
from leadferry.matching.strategy_store import StrategyStore
from leadferry.settings import Settings
from leadferry.store.database import Database

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from leadferry.console.headers_routes import SafeHeaders

if TYPE_CHECKING:  # each loaded by the method that needs it: a quick start is a tenth of a small sync
    from leadferry.accounts.discovery_worker import Discovery
    from leadferry.adoption.adopt_worker import Adoption
    from leadferry.engine.check_worker import Step
    from leadferry.engine.local_worker import OnRound
    from leadferry.engine.reconcile_worker import FormCount
    from leadferry.intake.csv_worker import ImportResult
    from leadferry.solution.install_worker import SolutionInstaller


HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Tools:
    """What tests exchange: time."""

    clock: Clock = system_clock
    sleep: Callable[[float], None] = time.sleep


class App:
    def __init__(self, settings: Settings, database: Database, tools: Tools) -> None:
        self.settings, self.database, self.tools, self.clock = settings, database, tools, tools.clock
        self.vault = open_vault(settings.master_key, settings.master_key_file)
        self.environments = EnvironmentStore(database, self.vault, self.clock)
        self.profiles = ProfileStore(database, self.vault, self.clock)
        self.owners = OwnerStore(database, self.clock)
        self.campaigns = CampaignStore(database, self.clock)
        self.forms = FormStore(database, self.clock)
        self.mappings = MappingStore(database)
        self.strategies = StrategyStore(database)
        self.submissions = SubmissionStore(database, self.clock)
        self.inbox = InboxStore(database, self.clock)
        self.stores = Stores(
            self.environments, self.profiles, self.owners, self.campaigns, self.forms, self.mappings, self.strategies
        )
        self.sessions = SessionStore(database, self.clock, settings.session_hours * HOUR_MS)
        self.audit = AuditStore(database, self.clock)
        self.http = HttpClient(ca_file=settings.ca_file, timeout_s=settings.timeout_s)
        self._deliveries: dict[int, Delivery] = {}
        self._pulls: dict[int, tuple[object, Pull]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self.database.close()

    # Clients

    def dataverse(self, environment: Environment) -> DataverseClient:
        credential = self.environments.credential(environment)
        tokens = ClientCredentials(
            environment.authority,
            environment.tenant_id,
            environment.client_id,
            environment.url,
            secret=credential.text if credential.kind == "secret" else "",
            certificate_pem=credential.text if credential.kind == "certificate" else "",
            http=self.http,
            clock=self.clock,
            sleep=self.tools.sleep,
        )
        parallel = self.environments.configuration(environment).parallel
        return DataverseClient(
            environment.url, tokens, self.http, parallel=parallel, clock=self.clock, sleep=self.tools.sleep
        )

    def oauth(self) -> LinkedInOAuthClient:
        settings = self.settings
        return LinkedInOAuthClient(
            settings.linkedin_oauth_url,
            settings.linkedin_client_id,
            settings.linkedin_client_secret,
            self.http,
            clock=self.clock,
            sleep=self.tools.sleep,
        )

    def linkedin(self, profile: UserProfile) -> LinkedInClient:
        tokens = TokenSource(
            self._tokens(profile),
            self.oauth().refresh,
            save=lambda new: self.profiles.save_tokens(profile.environment_id, profile.id, new),
            clock=self.clock,
            sleep=self.tools.sleep,
        )
        settings = self.settings
        return LinkedInClient(
            settings.linkedin_api_url,
            settings.linkedin_version,
            tokens,
            self.http,
            clock=self.clock,
            sleep=self.tools.sleep,
        )

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
        return self._crossing(environment, on_progress, on_settled).once(stop or threading.Event())

    def run_forever(
        self,
        environments: Iterable[Environment],
        stop: threading.Event,
        on_round: OnRound = lambda _name, _result: None,
        on_settled: Callable[[Sequence[Settlement]], None] = lambda _: None,
    ) -> None:
        from leadferry.engine.local_worker import LocalEngine

        engine = LocalEngine(
            {
                environment.name: partial(self._crossing, environment, on_settled=on_settled)
                for environment in environments
            },
            self.submissions,
            poll_interval_s=self.settings.poll_interval_s,
            clock=self.clock,
            on_round=on_round,
        )
        engine.run(stop)

    def _crossing(
        self,
        environment: Environment,
        on_progress: Callable[[Progress], None] = lambda _: None,
        on_settled: Callable[[Sequence[Settlement]], None] = lambda _: None,
    ) -> Crossing:
        delivery = self._delivery(environment)
        pulls = [self._kept_pull(environment, profile) for profile in self.profiles.list(environment.id)]
        return Crossing(environment, pulls, delivery, self.submissions, self.clock, on_progress, on_settled)

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
        )
        self._deliveries[environment.id] = made
        return made

    def _kept_pull(self, environment: Environment, profile: UserProfile) -> Pull:
        """Kept while its tokens are the stored ones: another process may add or authorize a profile at any time."""
        key = (profile.access_expires_at, profile.refresh_expires_at, profile.scopes)
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
            lambda text: self.profiles.set_authorization(environment.id, profile.id, Authorization.EXPIRED, text),
        )

    def _discover_when_due(self, environment: Environment, profile: UserProfile, client: LinkedInClient) -> list[str]:
        last = self.profiles.get(environment.id, profile.name).last_sync_at
        if last is not None and self.clock() - last < self.settings.discovery_interval_s * 1000:
            return []
        return self._discovery(environment).run(client, profile)

    def _walks(self, profile: UserProfile) -> list[Walk]:
        owners = self.owners
        return walks(owners.list(profile.environment_id), owners.links(profile.environment_id), profile.id)

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
        self, environment: Environment, references: Sequence[str | int], decision: str = "again", lead_id: str = ""
    ) -> int:
        """`decision`: `again`, `create`, `lead` (then `lead_id`), `reject`. Returns how many were put back."""
        for reference in references:
            if decision == "reject":
                self.submissions.reject(environment.id, reference)
            else:
                order = {"again": "", "create": "create", "lead": f"lead:{lead_id}"}[decision]
                self.submissions.reopen(environment.id, reference, order=order)
        return len(references)

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
        return work.run((profile, self.linkedin(profile)) for profile in self.profiles.list(environment.id))

    def counts(self, environment: Environment) -> dict[str, int]:
        return self.submissions.counts(environment.id)

    # The console

    def web(self, base_url: str) -> SafeHeaders:
        """`base_url`: the console's address as browsers know it."""
        from leadferry.console.web_routes import make_web

        secure = base_url.startswith("https://")
        return make_web(
            self,
            [],
            template_rooms=("console",),
            csrf_secret=self.vault.derive("csrf").hex(),
            secure=secure,
            form_targets=[origin_of(self.settings.linkedin_oauth_url), origin_of(self.settings.entra_authority)],
            monitoring=self.settings.monitoring_on_console,
        )

    def roles_in(self, person: Person, environment: Environment) -> frozenset[Role]:
        """What the person is in the environment now: their security roles in Dynamics, kept for minutes."""
        if person.kind is PersonKind.OPERATOR:
            return frozenset({Role.OPERATOR})
        raise NotImplementedError(environment.id)

    def roles_anywhere(self, person: Person) -> frozenset[Role]:
        """For pages of the whole installation: the roles of all environments together."""
        if person.kind is PersonKind.OPERATOR:
            return frozenset({Role.OPERATOR})
        found = (self.roles_in(person, one) for one in self.environments.list())
        return frozenset().union(*found)

    def environments_of(self, person: Person) -> list[Environment]:
        """Those in which the person has a role."""
        return [one for one in self.environments.list() if self.roles_in(person, one)]

    def metrics_registry(self) -> CollectorRegistry:
        from prometheus_client import REGISTRY

        return REGISTRY


def origin_of(address: str) -> str:
    """`https://www.linkedin.com/oauth` -> `https://www.linkedin.com`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def open_app(settings: Settings, *, tools: Tools | None = None) -> App:
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    return App(settings, Database(settings.database_url).open(), tools or Tools())
