"""The duty: once a day, what is older than the configuration allows goes. One process does it at a time; when it was
done last stands in the tables, so any other can take over, and what a dead one left half done is done again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.model import Environment
from leadferry.clock import Clock
from leadferry.console.audit_store import AuditStore
from leadferry.console.rights import Action
from leadferry.errors import BusyError
from leadferry.privacy.keeping import DAY_MS, Amounts, limits_of
from leadferry.privacy.retention_store import RetentionStore
from leadferry.store.database import Database
from leadferry.watch.log import Log
from leadferry.words import worded

log = Log("privacy")
LOOK_S = 60.0
PAUSE_S = 0.05
"""Between two transactions: whoever waits to write a lead goes first."""
AGAIN_MS = 3_600_000
"""After a run that was cut off."""


class RetentionWorker:
    def __init__(
        self,
        database: Database,
        environments: EnvironmentStore,
        audit: AuditStore,
        clock: Clock,
        pause: Callable[[float], object],
    ) -> None:
        self.database, self.environments, self.audit = database, environments, audit
        self.clock, self.pause = clock, pause
        self.store = RetentionStore(database, clock)

    def run(self, stop: threading.Event, environments: Callable[[], Iterable[Environment]]) -> None:
        while not stop.is_set():
            try:
                self.tick(environments(), stop)
            except Exception as error:  # the duty is tried again by itself
                log.warning("retention failed", error=type(error).__name__)
            stop.wait(LOOK_S)

    def tick(self, environments: Iterable[Environment], stop: threading.Event | None = None) -> None:
        """What is due now, unless another process is at it."""
        for environment in environments:
            if self.is_due(environment) and not (stop and stop.is_set()):
                try:
                    self.clear(environment, stop)
                except BusyError:
                    continue

    def is_due(self, environment: Environment) -> bool:
        if not limits_of(self.environments.configuration(environment), self.clock()).any:
            return False
        last = self.store.last_run(environment.id)
        if last is None:
            return True
        whole = last.ended_at is not None and not last.trouble
        return self.clock() - int(last.began_at) >= (DAY_MS if whole else AGAIN_MS)

    def begin(self, environment: Environment) -> None:
        """Behind the page that asked; does nothing where somebody is at it already."""
        name = f"retention-{environment.id}"
        if all(thread.name != name for thread in threading.enumerate()):
            threading.Thread(target=self._behind, args=(environment,), name=name, daemon=True).start()

    def wait(self) -> None:
        """For a run behind a page."""
        for thread in threading.enumerate():
            if thread.name.startswith("retention-"):
                thread.join()

    def _behind(self, environment: Environment) -> None:
        try:
            self.clear(environment)
        except BusyError:
            return
        except Exception as error:  # the page shows that the run did not end
            log.warning("retention failed", error=type(error).__name__)

    def clear(self, environment: Environment, stop: threading.Event | None = None) -> Amounts:
        """Now. Raises BusyError where another process is at it."""
        with self.database.alone(f"retention-{environment.id}"):
            self.store.began(environment.id)
            limits = limits_of(self.environments.configuration(environment), self.clock())
            taken, trouble = Amounts(), worded("It was interrupted, and goes on within the hour.")
            try:
                for some in self.store.take(environment, limits):
                    taken += some
                    if stop and stop.is_set():
                        break
                    self.pause(PAUSE_S)
                else:
                    trouble = ""
            finally:
                self.store.ended(environment.id, taken, trouble)
        self._tell(environment, taken)
        return taken

    def _tell(self, environment: Environment, taken: Amounts) -> None:
        """Into the log, and into the audit what it lost of itself."""
        if not taken.total:
            return
        numbers = {name: getattr(taken, name) for name in ("answers", "details", "alerts", "audit")}
        log.info("retention", environment=environment.name, **numbers)
        self.audit.add(
            Action.DELETE_SUBMISSIONS.value,
            person_id="leadferry",
            person="Leadferry",
            via="leadferry",
            environment_id=environment.id,
            environment=environment.name,
            record_kind="retention",
            record=environment.name,
            after={name: count for name, count in numbers.items() if count},
        )
