"""What people do with submissions: bring them as a file, decide, undo, look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadferry.accounts.model import Environment
from leadferry.app.base import Tools
from leadferry.app.crossing import Crossings
from leadferry.dataverse.metadata import Column
from leadferry.delivery.candidates_worker import Candidates
from leadferry.delivery.view_store import ViewStore
from leadferry.errors import LeadferryError
from leadferry.mapping.columns_worker import LeadTables
from leadferry.settings import Settings
from leadferry.store.database import Database

if TYPE_CHECKING:  # each loaded by the method that needs it: a quick start is a tenth of a small sync
    from leadferry.configuration.document_store import DocumentStore
    from leadferry.delivery.listing_store import ListingStore
    from leadferry.delivery.tally_store import TallyStore
    from leadferry.intake.csv_worker import CsvDoor
    from leadferry.intake.model import ImportResult
    from leadferry.performance.dashboard_store import DashboardStore

ASK_MAX_WAIT_S = 10.0
"""How long a page waits for a pause that Dynamics asks for."""


class Leads(Crossings):
    def __init__(self, settings: Settings, database: Database, tools: Tools) -> None:
        super().__init__(settings, database, tools)
        self.views = ViewStore(database, self.clock)
        self.lead_tables = LeadTables(partial(self.dataverse, max_wait_s=ASK_MAX_WAIT_S), self.clock)
        self._candidates: dict[int, Candidates] = {}

    @cached_property
    def listing(self) -> ListingStore:
        from leadferry.delivery.listing_store import ListingStore

        return ListingStore(self.database)

    @cached_property
    def tallies(self) -> TallyStore:
        from leadferry.delivery.tally_store import TallyStore

        return TallyStore(self.database, self.clock)

    @cached_property
    def dashboards(self) -> DashboardStore:
        from leadferry.performance.dashboard_store import DashboardStore

        return DashboardStore(self.database, self.clock)

    def import_csv(
        self,
        environment: Environment,
        path: Path,
        *,
        form_id: int | None = None,
        encoding: str = "",
        on_progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> ImportResult:
        door = self.csv_door
        return door.import_file(environment.id, path, form_id=form_id, encoding=encoding, on_progress=on_progress)

    @cached_property
    def csv_door(self) -> CsvDoor:
        from leadferry.intake.csv_worker import CsvDoor

        return CsvDoor(self.inbox, self.forms, self.mappings, self.owners, self.clock)

    def replay(
        self,
        environment: Environment,
        references: Sequence[str | int],
        decision: str = "again",
        lead_id: str = "",
        by: str = "",
    ) -> int:
        """`decision`: `again`, `create`, `lead` (then `lead_id`: update it), `link` (only link it), `reject`. Returns
        how many were put back. `by`: the person's name, for the timeline."""
        for reference in references:
            if decision == "reject":
                self.submissions.reject(environment.id, reference, by=by)
            else:
                orders = {"again": "", "create": "create", "lead": f"lead:{lead_id}", "link": f"link:{lead_id}"}
                self.submissions.reopen(environment.id, reference, order=orders[decision], by=by)
        return len(references)

    def undo(self, environment: Environment, reference: str | int, by: str, *, delete: bool = False) -> str:
        """Takes the last effect of a submission back, if the lead is as it was left; `delete`: a test lead goes
        whatever became of it. Returns what was done, in words."""
        from leadferry.delivery.undo_worker import Undoing

        return Undoing(environment, self.dataverse(environment), self.submissions, self.tools.sleep).run(
            reference, by, delete=delete
        )

    def lead_columns(self, environment: Environment) -> Mapping[str, Column]:
        """The lead's columns where they are known already; else they are asked for behind the page, and it shows
        logical names once. A page never waits for Dynamics to show what we hold."""
        kept = self._deliveries.get(environment.id)
        known = kept.known_table("lead") if kept else None
        name = f"columns-{environment.id}"
        if known is None and all(thread.name != name for thread in threading.enumerate()):
            threading.Thread(target=self._learn_columns, args=(environment,), name=name, daemon=True).start()
        return known.columns if known else {}

    def _learn_columns(self, environment: Environment) -> None:
        with suppress(LeadferryError):
            self._delivery(environment).table("lead")

    def candidates(self, environment: Environment) -> Candidates:
        if environment.id not in self._candidates:
            self._candidates[environment.id] = Candidates(lambda: self.dataverse(environment), self.clock)
        return self._candidates[environment.id]

    def mirror_state(self, environment: Environment) -> dict[str, Any]:
        """Whether the mirror in Dynamics is switched on, how many changes wait for it, and why."""
        from leadferry.mirror.mirror_store import MirrorStore

        store = MirrorStore(self.database, self.clock)
        return {
            "on": self.environments.configuration(environment).mirror,
            "waiting": store.waiting(environment.id),
            "trouble": store.trouble(environment.id),
        }

    @cached_property
    def documents(self) -> DocumentStore:
        from leadferry.configuration.document_store import DocumentStore

        return DocumentStore(self.database)

    def counts(self, environment: Environment) -> dict[str, int]:
        return self.submissions.counts(environment.id)
