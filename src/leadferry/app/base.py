"""What every part of the application stands on: settings, database, stores, HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

from leadferry.accounts.campaign_store import CampaignStore
from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.key_file_store import open_vault
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.profile_store import ProfileStore
from leadferry.alerts.alert_store import AlertStore
from leadferry.clock import Clock, system_clock
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.delivery.surroundings_store import Stores
from leadferry.engine.background_worker import Background
from leadferry.forms.form_store import FormStore
from leadferry.guardian.request_store import RequestStore
from leadferry.guardian.traffic_client import Traffic
from leadferry.http_client import HttpClient
from leadferry.intake.inbox_store import InboxStore
from leadferry.mapping.mapping_store import MappingStore
from leadferry.matching.strategy_store import StrategyStore
from leadferry.performance.outcome_store import OutcomeStore
from leadferry.settings import Settings
from leadferry.store.database import Database
from leadferry.watch import tracing
from leadferry.watch.log import Log

if TYPE_CHECKING:  # each loaded by the method that needs it: a quick start is a tenth of a small sync
    from leadferry.api.idempotency_store import IdempotencyStore
    from leadferry.console.audit_store import AuditStore
    from leadferry.performance.cost_store import CostStore
    from leadferry.performance.facet_outcome_store import FacetOutcomeStore
    from leadferry.performance.figures_store import FigureStore
    from leadferry.watch.meter import Meter
    from leadferry.watch.traffic import Exchange

log = Log("http")


@dataclass(frozen=True)
class Tools:
    """What tests exchange: time."""

    clock: Clock = system_clock
    sleep: Callable[[float], None] = time.sleep


class Base:
    def __init__(self, settings: Settings, database: Database, tools: Tools) -> None:
        self.settings, self.database, self.tools, self.clock = settings, database, tools, tools.clock
        self.vault = open_vault(settings.master_key, settings.master_key_file, settings.master_key_command)
        self.console_url = settings.public_url
        """The console's address as browsers know it, as far as it is known: for links in alerts, and ways back."""
        self.environments = EnvironmentStore(database, self.vault, self.clock)
        self.profiles = ProfileStore(database, self.vault, self.clock)
        self.owners = OwnerStore(database, self.clock)
        self.campaigns = CampaignStore(database, self.clock)
        self.forms = FormStore(database, self.clock)
        self.mappings = MappingStore(database)
        self.strategies = StrategyStore(database)
        self.submissions = SubmissionStore(database, self.clock)
        self.inbox = InboxStore(database, self.clock)
        self.outcomes = OutcomeStore(database, self.clock)
        self.requests = RequestStore(database, self.clock)
        self.alerts = AlertStore(database, self.clock)
        self.stores = Stores(
            self.environments, self.profiles, self.owners, self.campaigns, self.forms, self.mappings, self.strategies
        )
        self.traffic = Traffic(self.requests, self.clock)
        self.meter: Meter | None = None
        if settings.monitoring_port or settings.monitoring_on_console:
            self.meter = self._new_meter()
        self.http = HttpClient(ca_file=settings.ca_file, timeout_s=settings.timeout_s, on_exchange=self._exchanged)
        self.background = Background()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.traffic.flush()
        self.background.close()
        self.http.close()
        self.database.close()

    @cached_property
    def figures(self) -> FigureStore:
        from leadferry.performance.figures_store import FigureStore

        return FigureStore(self.database, self.clock)

    @cached_property
    def costs(self) -> CostStore:
        from leadferry.performance.cost_store import CostStore

        return CostStore(self.database, self.clock)

    @cached_property
    def facet_outcomes(self) -> FacetOutcomeStore:
        from leadferry.performance.facet_outcome_store import FacetOutcomeStore

        return FacetOutcomeStore(self.database)

    @cached_property
    def audit(self) -> AuditStore:
        from leadferry.console.audit_store import AuditStore

        return AuditStore(self.database, self.clock)

    @cached_property
    def idempotency(self) -> IdempotencyStore:
        from leadferry.api.idempotency_store import IdempotencyStore

        return IdempotencyStore(self.database, self.vault, self.clock)

    def _new_meter(self) -> Meter:
        from leadferry.watch.gauges_store import GaugesStore
        from leadferry.watch.meter import Meter

        return Meter(GaugesStore(self.database, self.clock, self.settings.linkedin_version).read)

    def _exchanged(self, exchange: Exchange) -> None:
        facts = {"service": exchange.service, "resource": exchange.resource, "status": exchange.status}
        if exchange.resource == "token" and exchange.status == 200:
            log.info("token renewed", service=exchange.service)
        say = log.debug if 0 < exchange.status < 400 else log.info
        say("request", **facts, ms=round(exchange.seconds * 1000), request_id=exchange.request_id)
        tracing.exchanged(exchange)
        if self.meter:
            self.meter.exchanged(exchange)
