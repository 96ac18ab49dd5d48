"""What a round of the crossing gives to tell: once a round and event, however many submissions it settled."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.alerts.alert_store import AlertStore
from leadferry.alerts.leads_store import FormLeads, LeadsStore
from leadferry.alerts.model import Event, Level
from leadferry.clock import Clock
from leadferry.delivery.model import EventKind, Settlement, State
from leadferry.words import worded

DAY_MS = 86_400_000
TROUBLE_LASTS_MS = 300_000
"""So long Dynamics may refuse before anybody is told: most troubles pass by themselves."""


class RoundAlerts:
    """Of one environment. Kept from round to round; what was settled is forgotten when it has been told."""

    def __init__(
        self,
        environment_id: int,
        alerts: AlertStore,
        leads: LeadsStore,
        environments: EnvironmentStore,
        clock: Clock,
    ) -> None:
        self.environment_id, self.alerts, self.leads = environment_id, alerts, leads
        self.environments, self.clock = environments, clock
        self._lock = threading.Lock()
        self._created: list[int] = []
        self._held = self._failed = 0

    def settled(self, settlements: Sequence[Settlement]) -> None:
        """While the round runs: only remembers."""
        with self._lock:
            for item in settlements:
                if item.kind is EventKind.CREATED and not item.test:
                    self._created.append(item.submission_id)
                self._held += item.kind is EventKind.HELD
                self._failed += item.kind is EventKind.FAILED

    def ended(self) -> None:
        """After the round: tells."""
        with self._lock:
            created, held, failed = self._created, self._held, self._failed
            self._created, self._held, self._failed = [], 0, 0
        if created and self.alerts.wanted(self.environment_id, Event.NEW_LEAD):
            for of_form in self.leads.by_form(self.environment_id, created):
                self._new_leads(of_form)
        waiting = self.leads.waiting(self.environment_id)
        self._reviews(waiting[State.REVIEW], held)
        self._failures(waiting[State.FAILED], failed)
        self._trouble()

    def _new_leads(self, found: FormLeads) -> None:
        """The form and the campaigns, never the person."""
        form = worded('form "{form}"', form=found.form) if found.form else worded("a form that is not known")
        named = ", ".join(f'"{name}" ({count:,})' for name, count in found.campaigns.most_common(5))
        self.alerts.tell(
            self.environment_id,
            Event.NEW_LEAD,
            f"new-lead:{found.form_id}",
            found.leads,
            worded("new leads from {form}", form=form),
            worded("Campaigns: {named}.", named=named) if named else "",
            self._path("submissions"),
        )

    def _reviews(self, waiting: int, new: int) -> None:
        title = (
            worded("1 submission waits for a decision")
            if waiting == 1
            else worded("{waiting} submissions wait for a decision", waiting=f"{waiting:,}")
        )
        body = worded("Each resembles a lead in some fields, not in all. Until somebody decides, it is in no lead.")
        fix = worded("Decide each: create a lead, link it to one, or leave it out.")
        self._waiting("review", Event.REVIEW, Level.WARN, waiting, new, (title, body, fix, self._path("review")))

    def _failures(self, waiting: int, new: int) -> None:
        title = (
            worded("1 lead could not be written")
            if waiting == 1
            else worded("{waiting} leads could not be written", waiting=f"{waiting:,}")
        )
        body = worded("Dynamics, or Leadferry itself, gave a final no. The submissions are stored, none is lost.")
        fix = worded("Read the reason at the submission, mend it, then replay.")
        words = (title, body, fix, self._path("submissions"))
        self._waiting("delivery:failed", Event.DELIVERY, Level.WARN, waiting, new, words)

    def _waiting(
        self, key: str, event: Event, level: Level, waiting: int, new: int, words: tuple[str, str, str, str]
    ) -> None:
        """One open alert however many wait. New ones are told again at most once a day."""
        known = [one for one in self.alerts.list(self.environment_id, open_only=True) if one.key.startswith(f"{key}:")]
        if not waiting:
            for one in known:
                self.alerts.resolve(self.environment_id, one.key)
            return
        today = f"{key}:{self.clock() // DAY_MS}"
        current = today if new or not known else known[0].key
        self.alerts.open(self.environment_id, event, current, level, *words)
        self.alerts.resolve_others(self.environment_id, f"{key}:", keep=[current])

    def _trouble(self) -> None:
        """That nothing at all can be delivered is urgent, once it has lasted."""
        environment = self.environments.by_id(self.environment_id)
        if not environment.trouble:
            self.alerts.resolve(self.environment_id, "delivery:environment")
        elif self.clock() - (environment.trouble_at or 0) >= TROUBLE_LASTS_MS:
            self.alerts.open(
                self.environment_id,
                Event.DELIVERY,
                "delivery:environment",
                Level.BAD,
                worded("Nothing can be delivered to Dynamics"),
                environment.trouble,
                worded("Mend what is said above. Until then all submissions wait; none is lost."),
                self._path("settings"),
            )

    def _path(self, below: str) -> str:
        return f"/e/{self.environment_id}/{below}"
