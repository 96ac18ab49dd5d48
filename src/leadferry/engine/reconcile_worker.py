"""Reconciliation: what LinkedIn shows, what we hold, what Dynamics has, form by form. The gap must be 0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadferry.accounts.model import Owner, UserProfile
from leadferry.accounts.owner_store import OwnerStore
from leadferry.clock import Clock
from leadferry.dataverse.client import DataverseClient
from leadferry.delivery.model import State
from leadferry.delivery.submission_store import Outcome, SubmissionStore
from leadferry.engine.walks import walks
from leadferry.forms.form_store import FormStore
from leadferry.intake.walk import DAY_MS
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response

PAGE = 500


@dataclass
class FormCount:
    """`settled`: with a final outcome. `leads_missing`: delivered by our books, but Dynamics has no such lead (somebody
    may have deleted it). `gap`: shown by LinkedIn and without a final outcome here."""

    form_id: int
    form: str
    linkedin: int = 0
    stored: int = 0
    settled: int = 0
    review: int = 0
    failed: int = 0
    leads: int = 0
    leads_missing: int = 0

    @property
    def gap(self) -> int:
        return self.linkedin - self.settled


@dataclass
class Reconciliation:
    environment_id: int
    dynamics: DataverseClient
    owners: OwnerStore
    forms: FormStore
    submissions: SubmissionStore
    backfill_days: int
    clock: Clock

    def run(self, clients: Iterable[tuple[UserProfile, LinkedInClient]]) -> list[FormCount]:
        """One owner is asked once, whichever profiles reach it."""
        counts: dict[int, FormCount] = {}
        seen: set[tuple[int, str]] = set()
        owners, links = self.owners.list(self.environment_id), self.owners.links(self.environment_id)
        for profile, client in clients:
            for owner, lead_type in walks(owners, links, profile.id):
                if (owner.id, lead_type) not in seen:
                    seen.add((owner.id, lead_type))
                    self._walk(client, owner, lead_type, counts)
        return sorted(counts.values(), key=lambda count: count.form)

    def _walk(self, client: LinkedInClient, owner: Owner, lead_type: str, counts: dict[int, FormCount]) -> None:
        end, start = self.clock(), 0
        while True:
            page = client.find_responses(
                owner.urn, lead_type, start_ms=end - self.backfill_days * DAY_MS, end_ms=end, start=start, count=PAGE
            )
            if not page.elements:
                return
            self._count([bytes(element) for element in page.elements], counts)
            start += page.count if 0 < page.count < PAGE else PAGE

    def _count(self, bodies: Sequence[bytes], counts: dict[int, FormCount]) -> None:
        forms = dict(_form_of(body) for body in bodies)
        outcomes = self.submissions.outcomes(self.environment_id, list(forms))
        leads = [outcome.lead_id for outcome in outcomes.values() if outcome.lead_id]
        there = self.dynamics.existing_ids("leads", "leadid", leads) if leads else set()
        names = self.forms.names(self.environment_id)
        for response_id, form_id in forms.items():
            count = counts.setdefault(form_id, FormCount(form_id, names.get(form_id, f"form {form_id}")))
            count.linkedin += 1
            if outcome := outcomes.get(response_id):
                _add(count, outcome, there)


def _form_of(body: bytes) -> tuple[str, int]:
    try:
        response = to_form_response(body)
    except UnreadableResponseError as error:
        return error.response_id, 0
    return response.id, response.form_id


def _add(count: FormCount, outcome: Outcome, there: set[str]) -> None:
    count.stored += 1
    count.settled += outcome.state.final
    count.review += outcome.state is State.REVIEW
    count.failed += outcome.state is State.FAILED
    if outcome.lead_id:
        count.leads += outcome.lead_id in there
        count.leads_missing += outcome.lead_id not in there
