"""The demonstration without its screen: simulators, world, environment, profile, wave, and the check of the result."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from leadferry.accounts.model import Environment
from leadferry.app import App, open_app
from leadferry.cli.demo_check import Checked, check, mirrored, solution_parts
from leadferry.clock import system_clock
from leadferry.console.server_worker import WebServer
from leadferry.delivery.model import Settlement
from leadferry.engine.progress import Progress, SyncResult
from leadferry.linkedin.tokens import Tokens
from leadferry.mapping.model import FieldMapping, Source
from leadferry.settings import Settings, load_settings
from leadferry.simulators.dataverse import service as dataverse
from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.simulators.dataverse.model import Catalog, Option
from leadferry.simulators.dataverse.settings import Settings as DataverseSettings
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from leadferry.simulators.entra import service as entra
from leadferry.simulators.linkedin import service as linkedin
from leadferry.simulators.world import Loaded, Round, World, build_world, load_world
from leadferry.simulators.world.loading import put_to_work, sell, send_responses
from leadferry.solution.wanted import SOLUTION_ID

OnProgress = Callable[[Progress], None]
EVERY_S = 1.5
"""From one person who sends a form to the next, in the living demonstration."""


class DemoScene:
    """`port`: where the console is served; None for a run without it. `on_step`: how far the solution is installed."""

    def __init__(
        self,
        folder: Path,
        responses: int,
        seed: int,
        port: int | None = None,
        *,
        on_step: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> None:
        self.server = None if port is None else WebServer(None, "127.0.0.1", port)
        self.world: World = build_world(seed, responses, system_clock(), redirect_urls=self._back_to("/linkedin/back"))
        self.entra = entra.start(system_clock, path=str(folder / "entra.db"))
        self.linkedin = linkedin.start(folder / "linkedin.db")
        self.dataverse = dataverse.start(
            system_clock,
            demo_catalog(),
            path=str(folder / "dynamics.db"),
            settings=DataverseSettings(trusted_authority=f"{self.entra.url}/{TENANT_ID}"),
        )
        loaded = load_world(self.linkedin.url, self.dataverse.url, self.world)
        # After the world: some of its users are staff, and are given their sign-in and their roles here.
        put_to_work(self.entra.url, self.dataverse.url, CLIENT_ID, CLIENT_SECRET, self._back_to("/sign-in/back"))
        self._forget_counts()
        self.settings = self._settings(folder)
        self.app: App = open_app(self.settings)
        self._on_step = on_step
        self.environment = self._connect(loaded)
        if self.server:
            self.server.app = self.app.web(self.server.url)
            self.server.start()

    def _back_to(self, path: str) -> tuple[str, ...]:
        """The console's address that a service sends a browser back to."""
        return (self.server.url + path,) if self.server else ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.server:
            self.server.stop()
        self.app.__exit__()
        for simulator in (self.linkedin, self.dataverse, self.entra):
            simulator.stop()

    def _settings(self, folder: Path) -> Settings:
        return load_settings(
            {
                "LEADFERRY_DATA": str(folder),
                "LEADFERRY_LINKEDIN_API_URL": self.linkedin.url,
                "LEADFERRY_LINKEDIN_OAUTH_URL": self.linkedin.url,
                "LEADFERRY_LINKEDIN_CLIENT_ID": self.world.client_id,
                "LEADFERRY_LINKEDIN_CLIENT_SECRET": self.world.client_secret,
                "LEADFERRY_LINKEDIN_SCOPES": " ".join(self.world.scopes),
                "LEADFERRY_ENTRA_AUTHORITY": self.entra.url,
                "LEADFERRY_POLL_INTERVAL_S": "1",
                "LEADFERRY_POLL_OVERLAP_S": "60",
            }
        )

    def _connect(self, loaded: Loaded) -> Environment:
        """What an administrator and a campaign manager do before the first lead."""
        app = self.app
        app.environments.add(
            "demo",
            self.dataverse.url,
            tenant_id=TENANT_ID,
            client_id=CLIENT_ID,
            secret=CLIENT_SECRET,
            authority=self.entra.url,
        )
        app.check_environment(app.environments.get("demo"))
        environment = app.environments.get("demo")
        console_url = self.server.url if self.server else ""
        app.solution(environment, console_url=console_url).install(lambda told: self._on_step(told.done, told.total))
        self._forget_counts()
        tokens = Tokens(
            loaded.access_token,
            loaded.refresh_token,
            loaded.access_expires_at,
            loaded.refresh_expires_at,
            tuple(self.world.scopes),
        )
        app.add_profile(environment, self.world.member_name, tokens)
        self._map_fields(environment)
        self._choose_strategy(environment)
        for urn, user in self.world.lead_owners.items():
            owner = app.owners.get(environment.id, urn)
            app.owners.set_default_lead_owner(environment.id, owner.id, user)
        return environment

    def _map_fields(self, environment: Environment) -> None:
        """Questions and consents were found with the forms, unmapped; the administrator gives some a column."""
        known = {(m.source, m.key): m for m in self.app.mappings.list(environment.id)}
        for source, key, column in self.world.custom_mappings:
            mapping = known.get((Source(source), key))
            if mapping:
                self.app.mappings.change(environment.id, _mapped(mapping, column))

    def _choose_strategy(self, environment: Environment) -> None:
        mappings = {m.key: m.id for m in self.app.mappings.list(environment.id) if m.source is Source.PREDEFINED}
        strategy = self.app.strategies.active(environment.id)
        fields = [mappings[field] for field in self.world.strategy_fields]
        self.app.strategies.set_fields(environment.id, strategy.id, fields)
        self.app.strategies.change(environment.id, strategy.id, name=self.world.strategy_name)

    # The first wave

    def wave(self, on_progress: OnProgress, stop: threading.Event) -> dict[str, Any]:
        """Everything LinkedIn has, then the few responses that show the switches. Returns the figures of the run."""
        began = time.perf_counter()
        total = SyncResult()
        _add(total, self.app.sync_once(self.environment, on_progress, stop=stop))
        for number, step in enumerate(self.world.rounds, 1):
            if stop.is_set():
                break
            _add(total, self._round(step))
            done = total.stored
            on_progress(Progress(done, done, 0, f"switch {number} of {len(self.world.rounds)}: {step.words}"))
        seconds = round(time.perf_counter() - began, 2)
        return self._figures(total, seconds)

    def _round(self, step: Round) -> SyncResult:
        app, environment = self.app, self.environment
        before = app.environments.configuration(environment)
        strategy = app.strategies.active(environment.id)
        for name, value in step.configuration.items():
            app.environments.set_configuration(environment, name, value)
        app.strategies.change(environment.id, strategy.id, always_create=step.always_create)
        # As they come: on a slow machine the world is minutes old by now, and nobody looks that far back.
        send_responses(self.linkedin.url, [{**body, "submittedAt": system_clock()} for body in step.responses])
        result = app.sync_once(environment)
        for name in step.configuration:
            app.environments.set_configuration(environment, name, before.text(name))
        app.strategies.change(environment.id, strategy.id, always_create=strategy.always_create)
        return result

    def _figures(self, total: SyncResult, seconds: float) -> dict[str, Any]:
        counts = self.app.counts(self.environment)
        checked = self.check()
        submissions, answers = mirrored(self.dataverse.url)
        return {
            "form_responses": checked.form_responses,
            "submissions": counts["all"],
            "created": counts["New lead created"],
            "updated": counts["Updated existing lead"],
            "matched_not_updated": counts["Lead matched but not updated"],
            "match_failed": counts["Match failed"],
            "failed": counts["failed"],
            "test_leads": counts["test"],
            "gap": checked.gap,
            "linkedin_requests": _requests(self.linkedin.switchboard.counts),
            "dynamics_requests": _requests(self.dataverse.switchboard.counts),
            "seconds": seconds,
            "retrying": counts["retry"],
            "leads_in_dynamics": checked.leads,
            "unexpected_leads": checked.unexpected,
            "mirrored_submissions": submissions,
            "mirrored_answers": answers,
            "mirror_requests": total.mirror_requests,
            "solution": solution_parts(self.dataverse.url, SOLUTION_ID),
            "troubles": total.troubles,
        }

    def check(self) -> Checked:
        before = [str(row["leadid"]) for row in self.world.dynamics["lead"]]
        return check(self.linkedin.url, self.dataverse.url, self.app, self.environment, before)

    def _forget_counts(self) -> None:
        self.linkedin.switchboard.counts.clear()
        self.dataverse.switchboard.counts.clear()

    # The living demonstration

    def live(self, stop: threading.Event, on_crossed: Callable[[Mapping[str, Any]], None]) -> None:
        """Salespeople have worked on the first leads; new responses keep arriving and cross, until `stop`."""
        sell(self.dataverse.url, system_clock())

        def people() -> None:
            while not stop.wait(EVERY_S):
                send_responses(self.linkedin.url, list(self.world.next_responses(1, system_clock())))

        def settled(settlements: Sequence[Settlement]) -> None:
            for item in settlements:
                on_crossed(self.app.submissions.show(self.environment.id, item.submission_id))

        threading.Thread(target=people, name="people", daemon=True).start()
        self.app.run_forever([self.environment], stop, on_settled=settled)


def demo_catalog() -> Catalog:
    """The standard tables, and the lead source that an administrator adds for LinkedIn."""
    catalog = standard_catalog()
    source = catalog.option_set_of(catalog.tables["lead"].columns["leadsourcecode"])
    if source is not None:
        source.options.append(Option(192350000, "LinkedIn Sponsored Content"))
    return catalog


def _mapped(mapping: FieldMapping, column: str) -> FieldMapping:
    import dataclasses

    return dataclasses.replace(mapping, column=column)


def _add(total: SyncResult, part: SyncResult) -> None:
    total.stored += part.stored
    total.mirror_requests += part.mirror_requests
    total.troubles += [trouble for trouble in part.troubles if trouble not in total.troubles]


def _requests(counts: Mapping[str, int]) -> int:
    """Tokens apart, as the services ration them; and without the pages that people look at."""
    return sum(count for label, count in counts.items() if not any(word in label for word in _NOT_RATIONED))


_NOT_RATIONED = ("oken", "GET /", "forms/", "login", "authorization", "permitted-services", "look")
