"""A lead's way across: pull, deliver, keep figures, tell."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from leadferry.accounts.model import Environment, UserProfile
from leadferry.alerts.channel_store import ChannelStore
from leadferry.alerts.leads_store import LeadsStore
from leadferry.alerts.outbox_store import OutboxStore
from leadferry.alerts.round_worker import RoundAlerts
from leadferry.app.base import Tools
from leadferry.app.connecting import Connections
from leadferry.dataverse.client import DataverseClient
from leadferry.delivery.deliver_worker import Delivery
from leadferry.delivery.model import Settlement
from leadferry.engine.crossing_worker import Crossing, Pull
from leadferry.engine.dry_run_worker import DryRun, DryRuns, DryRunWork
from leadferry.engine.progress import Progress, SyncResult
from leadferry.engine.rounds import Rounds
from leadferry.engine.walks import Walk, walks
from leadferry.intake.form_lookup_worker import FormLookup
from leadferry.intake.poll_worker import Poller, PollSettings
from leadferry.linkedin.client import LinkedInClient
from leadferry.performance.counting_worker import FigureKeeper
from leadferry.performance.keeping_store import days_in
from leadferry.settings import Settings
from leadferry.store.database import Database
from leadferry.webhooks.outbox_store import OutboxStore as WebhookOutbox

if TYPE_CHECKING:  # each loaded by the method that needs it: a quick start is a tenth of a small sync
    from leadferry.alerts.deliver_worker import Courier
    from leadferry.delivery.search_worker import SearchWorker
    from leadferry.engine.local_worker import OnRound
    from leadferry.privacy.retention_worker import RetentionWorker
    from leadferry.watch.meter import Meter
    from leadferry.webhooks.addresses import Rules
    from leadferry.webhooks.deliver_worker import Courier as WebhookCourier
    from leadferry.webhooks.payload import Place


class Crossings(Connections):
    def __init__(self, settings: Settings, database: Database, tools: Tools) -> None:
        super().__init__(settings, database, tools)
        self.figure_keeper = FigureKeeper(database, self.clock)
        self.channels = ChannelStore(database, self.vault, self.clock)
        self.outbox = OutboxStore(database, self.clock)
        self.webhook_outbox = WebhookOutbox(database, self.clock)
        self.rounds, self.dry_runs = Rounds(), DryRuns(self.clock)
        self._deliveries: dict[int, Delivery] = {}
        self._pulls: dict[int, tuple[object, Pull]] = {}
        self._round_alerts: dict[int, RoundAlerts] = {}

    def __exit__(self, *_: object) -> None:
        self.dry_runs.background.close()
        self.figure_keeper.close()
        super().__exit__(*_)

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
        if self.webhook_outbox.webhooks_due():
            self.webhook_courier.once()
        return result

    def start_sync(self, environment: Environment) -> bool:
        """Behind a page: a round of the engine where it runs in this process, else a sync of its own. False where one
        that was asked for is under way already."""
        if self._engine and self._engine.wake(environment.id):
            return True
        return self.background.start(environment.id, lambda stop: self.sync_once(environment, stop=stop))

    def dry_run(self, environment: Environment, into: DryRun, stopping: Callable[[], bool] = lambda: False) -> DryRun:
        """What a reset would do: everything that LinkedIn keeps is read and compared, nothing is written."""
        work = DryRunWork(environment.id, self.owners, self.submissions, self.settings.backfill_days, self.clock)
        profiles = self._authorized(environment)
        return work.run(((profile, self.linkedin(profile)) for profile in profiles), into, stopping)

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
            threading.Thread(target=self.retention.run, args=(stop, known), name="retention", daemon=True),
            threading.Thread(target=self.courier().run, args=(stop,), name="alerts", daemon=True),
            threading.Thread(target=self.webhook_courier.run, args=(stop,), name="webhooks", daemon=True),
        ]
        for thread in beside:
            thread.start()
        self._engine.run(stop)
        for thread in beside:
            thread.join()

    @cached_property
    def search(self) -> SearchWorker:
        from leadferry.delivery.search_worker import SearchWorker

        return SearchWorker(self.database, self.forms)

    @cached_property
    def retention(self) -> RetentionWorker:
        """Takes away what is older than the configuration allows."""
        from leadferry.privacy.retention_worker import RetentionWorker

        return RetentionWorker(self.database, self.environments, self.audit, self.clock, self.tools.sleep)

    def deliver(self, environment: Environment) -> SyncResult:
        """What is open and due now, without a look at LinkedIn."""
        crossing = self._crossing(environment)
        crossing.pulls = []
        return crossing.once(threading.Event(), wait_for_retries=False)

    def _crossing_of(self, environment_id: int, *, on_settled: Callable[[Sequence[Settlement]], None]) -> Crossing:
        """As the environment is now: it may have been given another secret, address or name."""
        return self._crossing(self.environments.by_id(environment_id), on_settled=on_settled)

    def _crossing(
        self,
        environment: Environment,
        on_progress: Callable[[Progress], None] = lambda _: None,
        on_settled: Callable[[Sequence[Settlement]], None] = lambda _: None,
    ) -> Crossing:
        self.keep_figures(environment)
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

        def progressed(progress: Progress) -> None:
            self.rounds.tell(environment.id, progress)
            on_progress(progress)

        def ended(result: SyncResult) -> None:
            self.rounds.end(environment.id, result, self.clock())
            if self.meter:
                self.meter.stored(environment.name, result.stored)
            told.ended()

        self.rounds.begin(environment.id, self.clock())
        return Crossing(environment, pulls, delivery, self.submissions, self.clock, progressed, settled, on_ended=ended)

    def keep_figures(self, environment: Environment) -> int:
        """In the days of the environment as it is now; what is much to count is counted beside. Returns today, as a day
        of the figures."""
        zone = self.environments.configuration(environment).time_zone
        today = days_in(zone).of(self.clock())
        self.figure_keeper.keep(environment.id, zone, today)
        if self.outcomes.reading(environment.id).time_zone not in {"", zone}:
            self.outcomes.recount(environment.id, zone)
            self.facet_outcomes.recount(environment.id, zone)
        return today

    def rebuild_figures(self, environment: Environment) -> int:
        """Counts everything anew. Returns how many figures differed."""
        return self.figure_keeper.rebuild(environment.id, self.environments.configuration(environment).time_zone)

    def _alerts_of(self, environment: Environment) -> RoundAlerts:
        if environment.id not in self._round_alerts:
            leads = LeadsStore(self.database)
            self._round_alerts[environment.id] = RoundAlerts(
                environment.id, self.alerts, leads, self.environments, self.clock
            )
        return self._round_alerts[environment.id]

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
        from leadferry.alerts.apprise_client import sender
        from leadferry.alerts.deliver_worker import Courier

        return Courier(
            self.database,
            self.alerts,
            self.channels,
            self.outbox,
            send=sender(self.settings.ca_file),
            clock=self.clock,
            name_of=lambda key: self.environments.by_id(key).name,
            base_url=self.console_url,
        )

    @cached_property
    def webhook_rules(self) -> Rules:
        """Where webhooks may lead."""
        from leadferry.webhooks.addresses import read_rules

        return read_rules(self.settings.webhook_http, self.settings.webhook_networks)

    @cached_property
    def webhook_courier(self) -> WebhookCourier:
        """Carries what happened to webhooks."""
        from leadferry.webhooks.deliver_worker import Courier
        from leadferry.webhooks.facts_store import FactsStore
        from leadferry.webhooks.post_client import PostClient

        return Courier(
            self.webhooks,
            self.webhook_outbox,
            FactsStore(self.database, self.forms.version_by_key),
            PostClient(self.webhook_rules, ca_file=self.settings.ca_file).post,
            clock=self.clock,
            place_of=self._place_of,
            keep_days=self.settings.webhook_log_days,
            on_result=self._webhook_result,
            on_change=self.guardian.look_at_webhooks,
        )

    def _place_of(self, environment_id: int) -> Place:
        from leadferry.webhooks.payload import Place

        one = self.environments.by_id(environment_id)
        return Place(one.id, one.name, one.url, self.console_url)

    def _webhook_result(self, environment_id: int, result: str) -> None:
        if self.meter:
            self.meter.webhook(self.environments.by_id(environment_id).name, result)

    def _measure(self, meter: Meter, environment: Environment, settlements: Sequence[Settlement]) -> None:
        """When the leads of a claim were submitted is asked of the tables, only while somebody measures."""
        from leadferry.watch.gauges_store import GaugesStore
        from leadferry.watch.meter import made_leads

        meter.settled(environment.name, settlements)
        gauges, now = GaugesStore(self.database, self.clock, ""), self.clock()
        meter.delivered(environment.name, [(now - at) / 1000 for at in gauges.submitted_at(made_leads(settlements))])
