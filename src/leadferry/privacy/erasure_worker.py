"""Erases a person: in Dynamics first, where that is chosen, then here, then in the file of the database.

Whatever dies between, doing it again ends it: a lead that is gone is no error, and here it is one transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from leadferry.accounts.model import Environment
from leadferry.dataverse.client import DataverseClient
from leadferry.delivery.alone_worker import alone
from leadferry.delivery.ids import environment_namespace
from leadferry.delivery.model import Removal
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.privacy.contacts_client import delete_contacts, made_with
from leadferry.privacy.dossier import emails_in, readable
from leadferry.privacy.erasing_store import ErasingStore, Order
from leadferry.privacy.leads_client import delete_leads, refuse_unless_allowed
from leadferry.privacy.people_store import PeopleStore
from leadferry.privacy.proof import proof_of
from leadferry.store.cleaning import clean
from leadferry.words import _


@dataclass(frozen=True, slots=True)
class Erased:
    """`proofs`: salted digests of the addresses, by which it can be shown later that they were erased. `left`: leads
    and contacts that stay in Dynamics, and why. `clean`: nothing of it is left in the database's file."""

    submissions: int
    lines: int
    views: int
    leads: int
    contacts: int
    left: tuple[str, ...]
    proofs: tuple[str, ...]
    clean: bool

    def recorded(self, numbers: Sequence[int], *, mirror: bool) -> dict[str, Any]:
        """For the audit: no name, no address."""
        told: dict[str, Any] = {"submissions": self.submissions, "numbers": list(numbers), "mirror": mirror}
        told |= {"timelines": self.lines, "leads_deleted": self.leads}
        told |= {"contacts_deleted": self.contacts} if self.contacts else {}
        return told | ({"proofs": list(self.proofs)} if self.proofs else {})


@dataclass
class Erasure:
    environment: Environment
    client: Callable[[], DataverseClient]
    people: PeopleStore
    submissions: SubmissionStore
    store: ErasingStore
    sleep: Callable[[float], None]

    def run(
        self,
        numbers: Sequence[int],
        *,
        by: str = "",
        mirror: bool = True,
        leads: bool = False,
        contacts: bool = False,
        removal: Removal = Removal.ERASURE,
        email: str = "",
        cleaning: bool = True,
    ) -> Erased:
        """`contacts`: those that we made with the leads, where nothing else uses them. `cleaning`: False where the
        caller cleans the database's file after the last of many.

        Raises NotFoundError for a number that is not of this environment, BusyError while a delivery runs on, and
        InputError where leads are to go and the application user may not delete them."""
        key = self.environment.id
        with alone(self.submissions.database, key, self.sleep):
            self.store.refuse_unfinished(key)
            found = [self.submissions.show(key, number) for number in numbers]
            emails = [*dict.fromkeys([*([email] if email else []), *_emails(found)])]
            left = self._delete_leads(found) if leads else []
            made = made_with(found, self._namespace) if contacts else []
            kept = self._delete_contacts(made, numbers) if made else []
            lines = self.people.mentions(key, emails, numbers)
            views = self.people.views_naming(key, emails)
            order = Order(removal, by, mirror, tuple(lines), tuple(views))
            count = self.store.erase(key, numbers, order)
        gone = len({one["lead_id"] for one in found if one["lead_id"]}) - len(left) if leads else 0
        left += kept
        proofs = tuple(proof_of(one, secrets.token_bytes(8)) for one in emails)
        cleaned = cleaning and clean(self.submissions.database)
        return Erased(count, len(lines), len(views), gone, len(made) - len(kept), tuple(left), proofs, cleaned)

    def _delete_leads(self, found: Sequence[dict[str, Any]]) -> list[str]:
        """Those that stay, and why."""
        leads = list(dict.fromkeys(one["lead_id"] for one in found if one["lead_id"]))
        if not leads:
            return []
        client = self.client()
        refuse_unless_allowed(client, self.environment.user_id)
        return [
            _("Lead {key}: {text}", key=key, text=error.message) for key, error in delete_leads(client, leads).items()
        ]

    def _delete_contacts(self, contacts: Sequence[str], numbers: Sequence[int]) -> list[str]:
        """Those that stay, and why."""
        client, shared = self.client(), self.store.contacts_shared(self.environment.id, contacts, numbers)
        return delete_contacts(client, contacts, self.environment.user_id or client.who_am_i().user_id, shared)

    @property
    def _namespace(self) -> UUID:
        return environment_namespace(self.environment.organization_id or self.environment.url)


def _emails(found: Sequence[dict[str, Any]]) -> list[str]:
    return [email for one in found for email in emails_in(readable(one["body"]))]
