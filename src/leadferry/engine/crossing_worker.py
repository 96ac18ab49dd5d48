"""The `local` engine's round for one environment: pull from LinkedIn, deliver to Dynamics, both at once.

The tables are the truth: an event only wakes the delivery, and losing one costs nothing, because the next round
looks at the tables.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from leadferry.accounts.model import Environment, Owner, UserProfile
from leadferry.clock import Clock
from leadferry.delivery.deliver_worker import Delivery
from leadferry.delivery.model import EventKind, Settlement
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.engine.progress import Progress, SyncResult
from leadferry.engine.walks import Walk
from leadferry.errors import LeadferryError
from leadferry.intake.poll_worker import Poller
from leadferry.linkedin.client import LinkedInClient
from leadferry.watch.log import Log, bound, carrying
from leadferry.watch.tracing import span
from leadferry.words import worded

log = Log("engine")
WALKS_AT_ONCE = 4
LONGEST_WAIT_S = 120
"""How long `sync --once` waits for a submission whose retry is due soon."""


@dataclass
class Pull:
    """One user profile, its LinkedIn client and poller, and how to look for new accounts and forms."""

    profile: UserProfile
    client: LinkedInClient
    poller: Poller
    discover: Callable[[], list[str]]
    """Looks at LinkedIn when it is time to; returns troubles."""
    walks: Callable[[], Sequence[Walk]]
    """Owners and lead types to poll."""


@dataclass
class Crossing:
    environment: Environment
    pulls: Sequence[Pull]
    delivery: Delivery
    submissions: SubmissionStore
    clock: Clock
    on_progress: Callable[[Progress], None] = lambda _: None
    on_settled: Callable[[Sequence[Settlement]], None] = lambda _: None
    on_ended: Callable[[SyncResult], None] = lambda _: None
    """After the round, whatever came of it."""
    result: SyncResult = field(default_factory=SyncResult)

    def __post_init__(self) -> None:
        self._wake, self._stop = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._settled = self._waiting = 0
        self._walked: set[tuple[int, str]] = set()

    def once(self, stop: threading.Event, *, wait_for_retries: bool = True) -> SyncResult:
        """Until everything that LinkedIn shows is delivered, held for review or needs a person; what has to be tried
        again much later is left open."""
        with bound(environment=self.environment.name), span("round", environment=self.environment.name):
            try:
                result = self._once(stop, wait_for_retries)
                _tell_round(result)
            finally:
                self.on_ended(self.result)
        return result

    def _once(self, stop: threading.Event, wait_for_retries: bool) -> SyncResult:
        self._stop = stop
        began = self.clock()
        before = self._requests()
        pulling = threading.Thread(target=self._pull_all, args=(carrying(),), name="pull", daemon=True)
        pulling.start()
        threading.Thread(target=self._wake_after, args=(pulling,), daemon=True).start()
        self._warm_up()
        while not stop.is_set():
            self._wake.wait()
            self._wake.clear()
            finished = not pulling.is_alive()
            if not self._deliver():
                break
            if finished:
                if not (wait_for_retries and self._wait_for_retries(stop)):
                    break
                self._wake.set()
        pulling.join()
        self.result.notes = [*self.delivery.notes, *self.delivery.following.take_notes()]
        self.result.seconds = round((self.clock() - began) / 1000, 3)
        after = self._requests()
        self.result.linkedin_requests, self.result.dynamics_requests = after[0] - before[0], after[1] - before[1]
        self.result.mirror_requests = after[2] - before[2]
        return self.result

    def _requests(self) -> tuple[int, int, int]:
        delivery = self.delivery
        linkedin = sum(pull.client.requests for pull in self.pulls)
        return linkedin, delivery.client.requests, delivery.following.requests

    def _warm_up(self) -> None:
        """Token and table definitions while the first page is on its way. What fails here fails again, with words, in
        the delivery."""
        try:
            self.delivery.table("lead")
        except LeadferryError:
            return

    # Pulling

    def _wake_after(self, pulling: threading.Thread) -> None:
        pulling.join()
        self._wake.set()

    def _pull_all(self, carried: Callable[[], None] = lambda: None) -> None:
        """A defect of ours must not pass for "nothing new", nor keep another profile from being pulled."""
        carried()
        for pull in self.pulls:
            if self._stop.is_set():
                return
            try:
                with bound(profile=pull.profile.id), span("pull", profile=pull.profile.id):
                    self._pull(pull)
            except Exception as error:
                log.warning("pull failed", error=type(error).__name__)
                self._trouble(f"{pull.profile.name}: {defect(error, 'the pull')}")

    def _pull(self, pull: Pull) -> None:
        try:
            for trouble in pull.discover():
                self._trouble(trouble)
            walks = [walk for walk in pull.walks() if _key(walk) not in self._walked]
        except LeadferryError as error:
            self._trouble(str(error))
            return
        with ThreadPoolExecutor(WALKS_AT_ONCE, initializer=carrying()) as pool:
            for _ in pool.map(lambda walk: self._walk(pull, *walk), walks):
                pass

    def _walk(self, pull: Pull, owner: Owner, lead_type: str) -> None:
        """What another profile reaches too is walked once a round, by the first one that may."""
        if self._stop.is_set():
            return
        try:
            pull.poller.poll(owner, lead_type, self._stored)
            self._walked.add(_key((owner, lead_type)))
        except LeadferryError as error:
            log.warning("pull refused", owner=owner.id, lead_type=lead_type, code=error.code)
            self._trouble(f"{owner.name or owner.urn}, {lead_type}: {error}")

    def _stored(self, count: int, unreadable: int) -> None:
        """Full claims only, while there is more to come: they cost fewer requests. The end of the pull wakes anyway."""
        with self._lock:
            self.result.stored += count
            self.result.failed += unreadable
            self._waiting += count
            if self._waiting >= self.delivery.claim_size:
                self._waiting = 0
                self._wake.set()
        self._tell(worded("pulling from LinkedIn"))

    def _trouble(self, text: str) -> None:
        with self._lock:
            if text not in self.result.troubles:
                self.result.troubles.append(text)

    # Delivering

    def _deliver(self) -> bool:
        """False when the environment as a whole refuses: nothing more can be done now."""
        try:
            self.delivery.run(self._settle)
        except LeadferryError as error:
            log.warning("delivery refused", code=error.code)
            self._trouble(str(error))
            return False
        return True

    def _settle(self, settlements: Sequence[Settlement]) -> None:
        self._settled += sum(1 for item in settlements if item.state.final)
        count(self.result, settlements)
        self.on_settled(settlements)
        self._tell(worded("delivering to Dynamics"))

    def _tell(self, stage: str) -> None:
        pending = max(0, self.result.stored - self._settled)
        self.on_progress(Progress(self.result.stored, self._settled, pending, stage))

    def _wait_for_retries(self, stop: threading.Event) -> bool:
        """Whether something is open that is due soon enough to be waited for; then waits for it."""
        due_at = self.submissions.next_due_at(self.environment.id)
        if due_at is None or due_at > self.clock() + LONGEST_WAIT_S * 1000:
            return False
        stop.wait(max(0.0, (due_at - self.clock()) / 1000))
        return True


def _tell_round(result: SyncResult) -> None:
    """A round in which nothing happened is told to those who debug."""
    say = log.info if result.stored or result.dynamics_requests or result.troubles else log.debug
    say(
        worded("round ended"),
        stored=result.stored,
        created=result.created,
        updated=result.updated,
        linked=result.matched_not_updated,
        held=result.match_failed,
        failed=result.failed,
        retrying=result.retrying,
        troubles=len(result.troubles),
        seconds=result.seconds,
    )


def defect(error: Exception, what: str) -> str:
    """Names the place, never a value: the exception's own text may quote an answer."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return worded(
        "A defect of Leadferry stopped {what}: {name} in {last} ({path}, line {lineno}). Nothing "
        "is lost, the next sync begins where this one did; please report it.",
        what=what,
        name=type(error).__name__,
        last=last.name,
        path=Path(last.filename).name,
        lineno=last.lineno,
    )


def _key(walk: Walk) -> tuple[int, str]:
    return walk[0].id, walk[1]


def count(result: SyncResult, settlements: Sequence[Settlement]) -> None:
    for item in settlements:
        match item.kind:
            case EventKind.CREATED:
                result.created += 1
            case EventKind.UPDATED:
                result.updated += 1
            case EventKind.LINKED:
                result.matched_not_updated += 1
            case EventKind.HELD:
                result.match_failed += 1
            case EventKind.FAILED:
                result.failed += 1
            case EventKind.RETRY:
                result.retrying += 1
            case _:
                pass
        result.test_leads += item.test and item.state.final
