"""What a reset of the synchronization would do: reads everything again that LinkedIn still keeps, and writes nothing.

A form response is stored once, by its id, so what is here already is left alone: a reset delivers nothing twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from leadferry.accounts.model import Owner, UserProfile
from leadferry.accounts.owner_store import OwnerStore
from leadferry.clock import Clock
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.engine.background_worker import Background
from leadferry.engine.walks import walks
from leadferry.errors import LeadferryError
from leadferry.intake.walk import DAY_MS
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response

PAGE = 500
Clients = Iterable[tuple[UserProfile, LinkedInClient]]


@dataclass(slots=True)
class WalkCount:
    """One account or page and lead type. `expected` is LinkedIn's hint; None where it gave none."""

    owner_id: int
    owner: str
    lead_type: str
    expected: int | None = None
    read: int = 0
    stored: int = 0
    trouble: str = ""

    @property
    def missing(self) -> int:
        """Would be fetched and delivered."""
        return self.read - self.stored


@dataclass
class DryRun:
    """`owner_ids`: None for every account and page."""

    owner_ids: frozenset[int] | None
    began_at: int
    walks: list[WalkCount] = field(default_factory=list)
    ended_at: int | None = None
    stopped: bool = False
    trouble: str = ""

    @property
    def read(self) -> int:
        return sum(one.read for one in self.walks)

    @property
    def stored(self) -> int:
        return sum(one.stored for one in self.walks)

    @property
    def missing(self) -> int:
        return self.read - self.stored

    @property
    def complete(self) -> bool:
        return self.ended_at is not None and not self.stopped

    @property
    def troubles(self) -> list[str]:
        """What could not be read, in words."""
        told = [f"{one.owner}, {one.lead_type}: {one.trouble}" for one in self.walks if one.trouble]
        return [*([self.trouble] if self.trouble else []), *told]


@dataclass
class DryRunWork:
    environment_id: int
    owners: OwnerStore
    submissions: SubmissionStore
    backfill_days: int
    clock: Clock

    def run(self, clients: Clients, into: DryRun, stopping: Callable[[], bool] = lambda: False) -> DryRun:
        """One owner is read once, whichever profiles reach it. What is refused is told, the others are read."""
        for client, owner, lead_type in self._walks(clients, into.owner_ids):
            count = WalkCount(owner.id, owner.name, lead_type)
            into.walks.append(count)
            try:
                self._walk(client, owner, count, lambda: into.stopped or stopping())
            except LeadferryError as error:
                count.trouble = str(error)
            if into.stopped or stopping():
                into.stopped = True
                break
        return into

    def _walks(self, clients: Clients, chosen: Collection[int] | None) -> Iterator[tuple[LinkedInClient, Owner, str]]:
        owners, links = self.owners.list(self.environment_id), self.owners.links(self.environment_id)
        seen: set[tuple[int, str]] = set()
        for profile, client in clients:
            for owner, lead_type in walks(owners, links, profile.id):
                if (owner.id, lead_type) not in seen and (chosen is None or owner.id in chosen):
                    seen.add((owner.id, lead_type))
                    yield client, owner, lead_type

    def _walk(self, client: LinkedInClient, owner: Owner, count: WalkCount, stopping: Callable[[], bool]) -> None:
        end, start = self.clock(), 0
        while not stopping():
            page = client.find_responses(
                owner.urn,
                count.lead_type,
                start_ms=end - self.backfill_days * DAY_MS,
                end_ms=end,
                start=start,
                count=PAGE,
            )
            if not page.elements:
                return
            count.expected = page.total or count.expected
            ids = {_id(bytes(element)) for element in page.elements}
            count.read += len(ids)
            count.stored += len(self.submissions.outcomes(self.environment_id, list(ids)))
            start += page.count if 0 < page.count < PAGE else PAGE


def _id(body: bytes) -> str:
    try:
        return to_form_response(body).id
    except UnreadableResponseError as error:
        return error.response_id


class DryRuns:
    """Those that were asked for at a page: the newest of each environment, for as long as this process runs."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.background = clock, Background()
        self._newest: dict[int, DryRun] = {}

    def newest(self, environment_id: int) -> DryRun | None:
        return self._newest.get(environment_id)

    def start(
        self,
        environment_id: int,
        owner_ids: frozenset[int] | None,
        run: Callable[[DryRun, Callable[[], bool]], object],
    ) -> bool:
        """False where one is under way."""
        if self.background.running(environment_id):
            return False
        one = DryRun(owner_ids, self.clock())
        self._newest[environment_id] = one

        def work(stop: threading.Event) -> None:
            try:
                run(one, stop.is_set)
            except LeadferryError as error:
                one.trouble = str(error)
            finally:
                one.ended_at = self.clock()

        return self.background.start(environment_id, work)

    def stop(self, environment_id: int) -> None:
        if one := self._newest.get(environment_id):
            one.stopped = one.ended_at is None

    def forget(self, environment_id: int) -> None:
        self._newest.pop(environment_id, None)
