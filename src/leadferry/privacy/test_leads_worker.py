"""Takes all test leads back: an update is undone, a lead that a test has made is deleted, the answers go; the rows stay
so that LinkedIn's next answer does not bring them again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from leadferry.accounts.model import Environment
from leadferry.dataverse.client import DataverseClient
from leadferry.delivery.alone_worker import alone
from leadferry.delivery.model import EventKind, Removal
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.delivery.undo import last_effect
from leadferry.delivery.undo_worker import Undoing
from leadferry.errors import InputError
from leadferry.privacy.erasing_store import ErasingStore, Order
from leadferry.privacy.leads_client import delete_leads, refuse_unless_allowed
from leadferry.privacy.test_leads_store import TestLeadStore
from leadferry.store.cleaning import clean
from leadferry.words import _

CHUNK = 100


@dataclass
class Swept:
    """`kept`: what stays in Dynamics, and why."""

    submissions: int = 0
    leads: int = 0
    undone: int = 0
    kept: list[str] = field(default_factory=list)


@dataclass
class TestLeadSweep:
    environment: Environment
    client: DataverseClient
    submissions: SubmissionStore
    leads: TestLeadStore
    store: ErasingStore
    sleep: Callable[[float], None]

    __test__ = False

    def run(self, by: str) -> Swept:
        """Chunk by chunk, so that a delivery can go between. Raises InputError where leads may not be deleted."""
        swept, last, asked = Swept(), 0, False
        while some := self.leads.next(self.environment.id, last, CHUNK):
            last = some[-1][0]
            own = self.leads.own_leads(self.environment.id, [lead for _, lead in some if lead])
            if own and not asked:
                refuse_unless_allowed(self.client, self.environment.user_id)
                asked = True
            self._undo_updates([number for number, lead in some if lead and lead not in own], by, swept)
            self._take(some, own, by, swept)
        if swept.submissions:
            clean(self.submissions.database)
        return swept

    def _undo_updates(self, numbers: Sequence[int], by: str, swept: Swept) -> None:
        """A lead that was there before gets its old values back, if nobody has changed it since."""
        undoing = Undoing(self.environment, self.client, self.submissions, self.sleep)
        for number in numbers:
            effect = last_effect(self.submissions.show(self.environment.id, number)["events"])
            if effect is None or effect.kind is not EventKind.UPDATED:
                continue
            try:
                undoing.run(number, by)
                swept.undone += 1
            except InputError as error:
                swept.kept.append(_("Submission {number}: {text}", number=number, text=error.message))

    def _take(self, some: Sequence[tuple[int, str | None]], own: set[str], by: str, swept: Swept) -> None:
        with alone(self.submissions.database, self.environment.id, self.sleep):
            self.store.refuse_unfinished(self.environment.id)
            refused = delete_leads(self.client, sorted(own)) if own else {}
            gone = [number for number, lead in some if lead not in refused]
            order = Order(Removal.TEST, by, mirror=True, recognisable=False)
            swept.submissions += self.store.erase(self.environment.id, gone, order)
            swept.leads += len(own) - len(refused)
            swept.kept += [_("A lead stays: {text}", text=error.message) for error in refused.values()]
