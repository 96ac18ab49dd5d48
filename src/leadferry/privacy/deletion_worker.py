"""Carries out the policy for form responses that LinkedIn says were deleted.

The door that hears of them (a push) hands their ids over; each is first asked for by its id, because only that tells a
deletion from a mistake (linkedin-api 3: "mark lead deleted only when a fetch by id says so").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from leadferry.delivery.configuration import Configuration
from leadferry.delivery.model import EventKind, Removal
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.errors import LeadferryError, NotFoundError
from leadferry.linkedin.client import LinkedInClient
from leadferry.privacy.deletion import Policy, Stored, decide
from leadferry.privacy.erasing_store import ErasingStore
from leadferry.privacy.erasure_worker import Erasure
from leadferry.store.cleaning import clean
from leadferry.words import _

GONE = "linkedin-not-found"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one notice. `number`: our submission, None where the response was never stored."""

    response_id: str
    number: int | None
    done: bool
    words: str


@dataclass
class Deletions:
    """`clients`: of the members who may read the responses of an account or page, by its row id."""

    environment_id: int
    configuration: Configuration
    submissions: SubmissionStore
    store: ErasingStore
    erasure: Erasure
    clients: Callable[[int | None], Sequence[LinkedInClient]]

    def told(self, response_ids: Sequence[str], by: str = "") -> list[Told]:
        """May be repeated: what was erased before stays as it is."""
        told = [self._one(response_id, by) for response_id in dict.fromkeys(response_ids)]
        if any(one.done for one in told):
            clean(self.submissions.database)
        return told

    def _one(self, response_id: str, by: str) -> Told:
        try:
            found = self.submissions.show(self.environment_id, response_id)
        except NotFoundError:
            return Told(response_id, None, done=False, words=_("It was never stored here."))
        number = int(found["id"])
        if still := self._still_there(found["response_id"], found["owner_id"]):
            return Told(response_id, number, done=False, words=still)
        decision = decide(Policy(self.configuration.on_linkedin_deletion), self._stored(found))
        if decision.erase:
            wishes: dict[str, Any] = {
                "mirror": True,
                "leads": decision.delete_lead,
                "removal": Removal.AT_LINKEDIN,
                "cleaning": False,
            }
            self.erasure.run([number], by=by, **wishes)
        elif found["removed_at"] is None and not _noted(found):
            self.store.note_deletion(number, by)
        return Told(response_id, number, decision.erase, decision.why)

    def _still_there(self, response_id: str, owner_id: int | None) -> str:
        """Why it does not count as deleted, "" where LinkedIn says it is gone."""
        gone, trouble = False, _("No user profile that is authorized may read it, so LinkedIn cannot be asked.")
        for client in self.clients(owner_id):
            try:
                client.get_response(response_id)
                return _("LinkedIn still shows it, so it was not deleted.")
            except LeadferryError as error:
                gone |= error.code == GONE
                trouble = _("LinkedIn could not be asked: {text}", text=error.message)
        return "" if gone else trouble

    def _stored(self, found: dict[str, Any]) -> Stored:
        lead_id = found["lead_id"]
        made = any(event["kind"] is EventKind.CREATED for event in found["events"])
        sharers = self.store.sharers(self.environment_id, lead_id, found["id"]) if lead_id else 0
        erased = found["removal"] in {int(Removal.ERASURE), int(Removal.AT_LINKEDIN), int(Removal.TEST)}
        return Stored(found["id"], lead_id, made, sharers, erased)


def _noted(found: dict[str, Any]) -> bool:
    return any(event["kind"] is EventKind.DELETED for event in found["events"])
