"""Whether the mirror follows a delivery, and the mirror itself once it does: without it nothing of it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from leadferry.accounts.model import Environment
from leadferry.clock import Clock
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.metadata import Table
from leadferry.delivery.configuration import Configuration
from leadferry.delivery.surroundings_store import Stores, Surroundings
from leadferry.mirror.model import SOLUTION_COLUMN, Journey, Tally
from leadferry.store.database import Database

if TYPE_CHECKING:
    from leadferry.mirror.lead_columns import LeadColumns
    from leadferry.mirror.mirror_worker import Mirror

MISSING = (
    "The mirror waits: the solution is not installed in this environment, so only leads are written. "
    "`leadferry solution install` installs it; `leadferry config set mirror no` ends the wait."
)


class Following:
    """One environment's. `notes`: what a person should know, each once."""

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
        self.environment, self.client, self.stores, self.database = environment, client, stores, database
        self.clock, self.sleep, self.console_url = clock, sleep, console_url
        self._mirror: Mirror | None = None
        self._paused = self._told = False
        self._notes: list[str] = []

    def follows(self, configuration: Configuration, lead: Table) -> bool:
        """The solution shows in the lead's own columns: no request is needed to know."""
        installed = SOLUTION_COLUMN in lead.columns
        if configuration.mirror and installed:
            self._paused = False
            return True
        if configuration.mirror and not self._told:
            self._told = True
            self._notes.append(MISSING)
        if not self._paused:
            self._pause()
        return False

    def _pause(self) -> None:
        from leadferry.mirror.mirror_store import MirrorStore

        MirrorStore(self.database, self.clock).pause(self.environment.id)
        self._paused = True

    def mirror(self, configuration: Configuration, lead: Table) -> Mirror | None:
        return self._whole() if self.follows(configuration, lead) else None

    def _whole(self) -> Mirror:
        from leadferry.mirror.mirror_worker import Mirror

        if self._mirror is None:
            self._mirror = Mirror(
                self.environment,
                self.client,
                self.stores,
                self.database,
                clock=self.clock,
                sleep=self.sleep,
                console_url=self.console_url,
            )
        return self._mirror

    def lead_columns(self, around: Surroundings, lead: Table, journeys: dict[int, Journey]) -> LeadColumns | None:
        """What the leads of this claim tell of their way; None where the mirror does not follow."""
        mirror = self.mirror(around.configuration, lead)
        return mirror.lead_columns(around, lead, journeys) if mirror else None

    def tallies(self, lead_ids: Collection[str], columns: LeadColumns) -> dict[str, Tally]:
        own = {one.delivered_lead_id for one in columns.journeys.values() if one.delivered_lead_id}
        return self._whole().tallies({*lead_ids, *own}, columns.journeys.keys())

    def doubt(self) -> None:
        if self._mirror:
            self._mirror.doubt()

    @property
    def requests(self) -> int:
        """What the mirror has asked of Dynamics so far."""
        return self._mirror.requests if self._mirror else 0

    def take_notes(self) -> list[str]:
        notes = [*self._notes, *(self._mirror.notes if self._mirror else ())]
        self._notes.clear()
        if self._mirror:
            self._mirror.notes.clear()
        return notes
