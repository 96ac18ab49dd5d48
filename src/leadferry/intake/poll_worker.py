"""The poller: walks one owner and lead type, stores every page, and moves the cursor only past what is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from leadferry.accounts.campaign_store import CampaignStore
from leadferry.accounts.model import Owner
from leadferry.accounts.owner_store import OwnerStore
from leadferry.clock import Clock
from leadferry.errors import LinkedInError
from leadferry.forms.model import FormResponse
from leadferry.intake.form_lookup_worker import FormLookup
from leadferry.intake.inbox_store import InboxStore
from leadferry.intake.model import Door, Received, unreadable_id
from leadferry.intake.walk import PagePlan, Window, window
from leadferry.linkedin.client import LinkedInClient, ResponsePage
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.watch.log import Log, bound, carrying
from leadferry.watch.tracing import span as traced

log = Log("intake")
PAGES_AT_ONCE = 4
OnStored = Callable[[int, int], None]
"""How many responses of a page were new, and how many of them cannot be read."""


@dataclass(frozen=True)
class PollSettings:
    page_size: int = 500
    overlap_s: int = 600
    backfill_days: int = 365


@dataclass
class Poller:
    client: LinkedInClient
    inbox: InboxStore
    owners: OwnerStore
    campaigns: CampaignStore
    forms: FormLookup
    settings: PollSettings
    clock: Clock

    def poll(self, owner: Owner, lead_type: str, on_stored: OnStored) -> int:
        """One walk. Returns how many responses were new. A refusal is recorded at the cursor and raised; what was
        stored until then stays, and the next walk begins where this one did."""
        cursor = self.owners.cursor(owner.id, lead_type)
        span = window(
            (cursor.through_at or None) if cursor else None,
            self.clock(),
            overlap_s=self.settings.overlap_s,
            backfill_days=self.settings.backfill_days,
        )
        try:
            with bound(owner=owner.id, lead_type=lead_type), traced("walk", owner=owner.id, lead_type=lead_type):
                new, versions = self._walk(owner, lead_type, span, on_stored)
            if versions or not cursor:
                self.forms.forms.polled(owner.environment_id, owner.id, versions)
        except LinkedInError as error:
            self.owners.cursor_trouble(owner.id, lead_type, str(error))
            raise
        self.owners.move_cursor(owner.id, lead_type, span.end)
        return new

    def _walk(self, owner: Owner, lead_type: str, span: Window, on_stored: OnStored) -> tuple[int, set[int]]:
        """(how many were new, row ids of the form versions met)"""
        plan, new, versions = PagePlan(self.settings.page_size), 0, set[int]()
        with ThreadPoolExecutor(PAGES_AT_ONCE, initializer=carrying()) as pool:
            under_way: dict[Future[ResponsePage], int] = {}
            while True:
                for offset in plan.next_offsets(PAGES_AT_ONCE):
                    under_way[pool.submit(self._page, owner, lead_type, span, offset)] = offset
                if not under_way:
                    return new, versions
                done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    page, offset = future.result(), under_way.pop(future)
                    plan.fetched(offset, len(page.elements), total=page.total, served=page.count)
                    # Ask for the next pages before storing this one: LinkedIn's time and ours overlap.
                    for following in plan.next_offsets(PAGES_AT_ONCE):
                        under_way[pool.submit(self._page, owner, lead_type, span, following)] = following
                    stored = self._store(owner, page.elements, on_stored)
                    new += len(stored)
                    versions |= {item.form_version_id for item in stored if item.form_version_id}

    def _page(self, owner: Owner, lead_type: str, span: Window, offset: int) -> ResponsePage:
        return self.client.find_responses(
            owner.urn, lead_type, start_ms=span.start, end_ms=span.end, start=offset, count=self.settings.page_size
        )

    def _store(self, owner: Owner, elements: Sequence[bytes], on_stored: OnStored) -> Sequence[Received]:
        if not elements:
            return []
        received = [self.receive(owner, element) for element in elements]
        new = self.inbox.store(owner.environment_id, Door.POLL, received)
        unreadable = sum(bool(item.trouble) for item in new)
        log.info("stored", responses=len(elements), stored=len(new), unreadable=unreadable)
        on_stored(len(new), unreadable)
        return new

    def receive(self, owner: Owner, body: bytes) -> Received:
        try:
            response = to_form_response(body)
        except UnreadableResponseError as error:
            return Received(
                error.response_id or unreadable_id(body), body, self.clock(), "", owner_id=owner.id, trouble=str(error)
            )
        return self._received(owner, response, body)

    def _received(self, owner: Owner, response: FormResponse, body: bytes) -> Received:
        return Received(
            response.id,
            body,
            response.submitted_at,
            response.lead_type,
            response.test,
            owner.id,
            self.forms.version_key(owner, response, self.client),
            self.campaigns.key(owner.environment_id, response.campaign_urn) if response.campaign_urn else None,
            response=response,
        )
