"""Keeps Leadferry's tables in Dynamics equal to its own, behind the leads: they cross first, whatever happens here.

What is to be written stands in the queue until Dynamics has it, so a death anywhere costs nothing; every row has an id
of ours and is upserted, so writing twice leaves one row.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from leadferry.accounts.model import Environment
from leadferry.clock import Clock
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.metadata import Table
from leadferry.delivery.configuration import Configuration
from leadferry.delivery.ids import environment_namespace
from leadferry.delivery.outcomes import RetryRules
from leadferry.delivery.surroundings_store import Stores, Surroundings
from leadferry.errors import LeadferryError
from leadferry.mirror.counting_store import CountingStore
from leadferry.mirror.ids import Ids
from leadferry.mirror.lead_columns import LeadColumns, lead_counts
from leadferry.mirror.masters_worker import Masters
from leadferry.mirror.mirror_client import MirrorClient, Refused
from leadferry.mirror.mirror_store import MirrorStore
from leadferry.mirror.model import (
    Bulk,
    Entry,
    Journey,
    Kind,
    Known,
    Link,
    Master,
    Row,
    Submission,
    Tally,
    Target,
    There,
    Way,
)
from leadferry.mirror.model import target as target_of
from leadferry.mirror.picture import Picture, by_target, changed_masters, chunk_of, totals
from leadferry.mirror.removal_worker import Removal, Touched
from leadferry.mirror.settings_rows import LINKS, link_of
from leadferry.mirror.submission_rows import Around
from leadferry.solution.tables import FIELD_MAPPINGS, LEAD_FIELDS, PROFILES, STRATEGIES
from leadferry.store.database import Database
from leadferry.watch.log import carrying

LOOK_MS = 60_000
"""How often a changed name or status is looked for; a form that a submission names first is written at once."""
CHUNKS_AT_ONCE = 4
WAITS = RetryRules(base_s=15.0, cap_s=600.0)
"""After trouble that meets every row."""
DAY_S = 86_400.0
MASTERS_AT_ONCE = 2_500
_LEAD = Target("lead", "leads", "leadid")
_TAKEN = {
    Kind.STRATEGY: target_of(STRATEGIES),
    Kind.FIELD_MAPPING: target_of(FIELD_MAPPINGS),
    Kind.LEAD_FIELD: target_of(LEAD_FIELDS),
    Kind.PROFILE: target_of(PROFILES),
}
"""What people remove here is removed there too; what LinkedIn showed once stays."""


class Mirror:
    """One environment's. Nothing in here raises for the mirror's own trouble: `notes` says it, each once."""

    def __init__(
        self,
        environment: Environment,
        client: DataverseClient,
        stores: Stores,
        database: Database,
        *,
        clock: Clock,
        sleep: Callable[[float], None],
        console_url: str = "",
    ) -> None:
        self.environment, self.stores, self.clock = environment, stores, clock
        self.ids = Ids(environment_namespace(environment.organization_id or environment.url))
        self.store, self.counting = MirrorStore(database, clock), CountingStore(database)
        self.client = MirrorClient(client, sleep)
        self.masters = Masters(environment, stores, self.counting, self.ids, console_url)
        self.notes: list[str] = []
        self.requests = 0
        """Sent to Dynamics so far."""
        self._known: dict[str, Known] = {}
        self._there = There()
        self._looked_at: int | None = None
        self._asked_for: set[tuple[str, int]] = set()
        self._quiet_until, self._failures, self._trouble = 0, 0, self.store.trouble(environment.id)

    # Beside the leads

    def lead_columns(self, around: Surroundings, lead: Table, journeys: dict[int, Journey]) -> LeadColumns:
        """For one claim, before its leads are planned; `tallies` are added when their candidates are known."""
        self.store.resume(self.environment.id)  # before these are settled, or they would be queued twice
        self._guarded(lambda: self._look(around, lead, journeys.values()))
        now = self.clock()
        return LeadColumns(self._there, lead.columns.keys(), {}, now, journeys)

    def tallies(self, lead_ids: Collection[str], journeys: Collection[int]) -> dict[str, Tally]:
        return self.counting.of_leads(self.environment.id, lead_ids, without=journeys)

    def doubt(self) -> None:
        """Dynamics said that a row we pointed at is not there: everything is written again."""
        self.store.forget(self.environment.id)
        self._looked_at = None

    # After the leads

    def round(self, around: Surroundings, lead: Table) -> bool:
        """Writes some of what waits. True when there may be more."""
        return bool(self._guarded(lambda: self._round(around, lead)))

    def _guarded(self, work: Callable[[], bool]) -> bool:
        """Waits longer each time something goes wrong, so that a broken mirror asks little of Dynamics."""
        if self.clock() < self._quiet_until:
            return False
        before = self.client.client.requests
        try:
            more = work()
        except LeadferryError as error:
            self._failed(str(error), int(1000 * (getattr(error, "retry_after_s", None) or 0)))
            return False
        except Exception as error:
            self._failed(_defect(error), 0)
            return False
        finally:
            self.requests += self.client.client.requests - before
        self._failures = 0
        if self._trouble:
            self._trouble = ""
            self.store.set_trouble(self.environment.id, "")
        return more

    def _failed(self, text: str, at_least_ms: int) -> None:
        self._failures += 1
        self._quiet_until = self.clock() + max(WAITS.wait_ms(self._failures), at_least_ms)
        if text != self._trouble:
            self._trouble = text
            self.store.set_trouble(self.environment.id, text)
            self.notes.append(f"The leads crossed; the mirror in Dynamics waits and catches up by itself. {text}")

    # Records of which there are few

    def _look(self, around: Surroundings, lead: Table, journeys: Iterable[Journey]) -> bool:
        unknown = self._unknown(around.configuration, journeys) - self._asked_for
        if self._looked_at is not None and self.clock() - self._looked_at < LOOK_MS and not unknown:
            return False
        if self._looked_at is None or self.clock() - self._looked_at >= LOOK_MS:
            self._asked_for.clear()
        self._asked_for |= unknown
        self._known = self.store.known(self.environment.id)
        self._write_masters(self.masters.rows(around, lead))
        self._write_links(self.masters.links(around))
        self._there = There.of(self._known)
        self._looked_at = self.clock()
        return False

    def _unknown(self, configuration: Configuration, journeys: Iterable[Journey]) -> set[tuple[str, int]]:
        there = self._there
        unknown = set()
        for one in journeys:
            if one.form_id and one.form_id not in there.forms:
                unknown.add(("form", one.form_id))
            if one.campaign_id and one.campaign_id not in there.campaigns:
                unknown.add(("campaign", one.campaign_id))
            if configuration.dynamics_campaigns and one.campaign_id not in {None, *there.dynamics_campaigns}:
                unknown.add(("dynamics campaign", one.campaign_id or 0))
        return unknown

    def _write_masters(self, masters: Sequence[Master]) -> None:
        changed = changed_masters(masters, self._known)
        for start in range(0, len(changed), MASTERS_AT_ONCE):
            some = changed[start : start + MASTERS_AT_ONCE]
            refused = self.client.send(by_target(some))
            self._remember({one.id: Known(one.kind, one.key, one.digest) for one in some if one.id not in refused})
            self._tell_refused(refused)
        current = {one.id for one in masters}
        old = [(row_id, one) for row_id, one in self._known.items() if row_id not in current and one.kind in _TAKEN]
        failed = self.client.delete([(_TAKEN[one.kind], row_id) for row_id, one in old])
        self._forget(row_id for row_id, _ in old if row_id not in failed)

    def _write_links(self, links: Sequence[Link]) -> None:
        wanted = {link.id: link for link in links}
        new = [one for key, one in wanted.items() if key not in self._known and self._both_there(one)]
        old = [row_id for row_id, one in self._known.items() if one.kind in LINKS and row_id not in wanted]
        taken = [link_of(row_id, self._known[row_id].kind) for row_id in old]
        failed = self.client.link(new, taken)
        self._remember({one.id: Known(one.kind, 0, b"") for one in new if one.id not in failed})
        self._forget(row_id for row_id in old if row_id not in failed)

    def _both_there(self, link: Link) -> bool:
        return link.left_id in self._known and link.right_id in self._known

    def _remember(self, written: dict[str, Known]) -> None:
        if written:
            self.store.remember(self.environment.id, written)
            self._known |= written

    def _forget(self, row_ids: Iterable[str]) -> None:
        keys = list(row_ids)
        if keys:
            self.store.forget(self.environment.id, keys)
            for key in keys:
                self._known.pop(key, None)

    def _tell_refused(self, refused: Refused) -> None:
        for error in list(refused.values())[:1]:
            note = f"The mirror could not write {len(refused)} rows, first: {error}"
            if note not in self.notes:
                self.notes.append(note)

    # What people sent

    def _round(self, around: Surroundings, lead: Table) -> bool:
        environment_id = self.environment.id
        self.store.resume(environment_id)
        size = max(1, around.configuration.write_chunk // 2)
        entries = self.store.take(environment_id, CHUNKS_AT_ONCE * size)
        picture = self._picture(around, entries)
        self._look(around, lead, picture.journeys())
        if not entries:
            return False
        picture.around.there = self._there
        touched = Touched({e.lead_id: None for e in entries if e.lead_id}, picture.forms(), picture.campaigns())
        kept = self._remove(entries, touched, around.configuration)
        refused = self._write(picture, touched, size)
        self._recount(touched)
        again = {one.id for one in picture.submissions if picture.row_id(one) in refused}
        failed = {one for one in entries if one.submission_id in again or one.response_id in kept}
        self._settle(entries, failed, around.configuration)
        return len(entries) == CHUNKS_AT_ONCE * size

    def _picture(self, around: Surroundings, entries: Sequence[Entry]) -> Picture:
        keys = sorted({entry.submission_id for entry in entries if entry.submission_id})
        names = self.stores.forms.names(self.environment.id)
        profile_of = self.stores.profiles.by_owner(self.environment.id)
        pointed_at = Around(self.ids, self._there, around.owners, profile_of, around.row_owners, names)
        return Picture(pointed_at, self.store.submissions(keys), self.stores.forms.version_by_key)

    def _remove(self, entries: Sequence[Entry], touched: Touched, configuration: Configuration) -> set[str]:
        gone = list(dict.fromkeys(entry.response_id for entry in entries if entry.response_id))
        if not gone:
            return set()
        removal = Removal(self.client, self.ids)
        return removal.run(gone, self._there, touched, campaign_responses=configuration.dynamics_campaigns)

    def _write(self, picture: Picture, touched: Touched, size: int) -> set[str]:
        """Row ids of the submissions that did not go through whole."""
        counted = self._totals(touched)
        whole = picture.submissions
        chunks: list[Sequence[Submission]] = [whole[i : i + size] for i in range(0, len(whole), size)] or [()]
        with ThreadPoolExecutor(CHUNKS_AT_ONCE, initializer=carrying()) as pool:
            waiting = [
                pool.submit(self._write_chunk, picture, some, counted if not place else [])
                for place, some in enumerate(chunks)
            ]
        return {row_id for future in waiting for row_id in future.result()}

    def _write_chunk(self, picture: Picture, some: Sequence[Submission], before: Sequence[Bulk]) -> set[str]:
        chunk = chunk_of(picture, some)
        refused = self.client.send([*before, *chunk.bulks])
        refused |= self.client.send_singly(chunk.late_bulks)
        self._tell_refused(refused)
        if chunk.missing_parents(refused):
            self.doubt()
        return {chunk.submission_of[row_id] for row_id in refused if row_id in chunk.submission_of}

    def _totals(self, touched: Touched) -> list[Bulk]:
        there, now = self._there, self.clock()
        forms = self.counting.of_forms(self.environment.id, touched.forms & there.forms.keys())
        campaigns = self.counting.of_campaigns(self.environment.id, touched.campaigns & there.campaigns.keys())
        return totals(there, forms, campaigns, now)

    def _recount(self, touched: Touched) -> None:
        """A lead that is closed or gone refuses, and may."""
        if not touched.leads:
            return
        tallies = self.counting.of_leads(self.environment.id, touched.leads)
        now = self.clock()
        rows: list[Row] = [
            {_LEAD.primary_id: key, **lead_counts(tallies.get(key, Tally(0, 0)), now)} for key in touched.leads
        ]
        self.client.send_singly([Bulk(_LEAD, rows, Way.UPDATE)])

    def _settle(self, entries: Sequence[Entry], failed: set[Entry], configuration: Configuration) -> None:
        now, rules = self.clock(), RetryRules(base_s=configuration.backoff_base_s, cap_s=DAY_S)
        self.store.postpone({entry: now + rules.wait_ms(entry.attempts + 1) for entry in failed})
        self.store.done(entry for entry in entries if entry not in failed)


def _defect(error: Exception) -> str:
    """Names the place, never a value."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.name} ({Path(last.filename).name}, line {last.lineno})"
    return f"A defect of Leadferry stopped the mirror: {type(error).__name__} in {place}. Please report it."
