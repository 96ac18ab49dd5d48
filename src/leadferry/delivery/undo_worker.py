"""Takes the effect of a submission in Dynamics back: the old values, or a new lead that nobody touched since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from leadferry.accounts.model import Environment
from leadferry.dataverse.client import DataverseClient
from leadferry.delivery.alone_worker import alone
from leadferry.delivery.model import EventKind, MatchingStatus, State
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.delivery.undo import Effect, columns_read, last_effect, named, touched, touched_since, values_before
from leadferry.errors import DataverseError, InputError
from leadferry.words import worded


@dataclass
class Undoing:
    environment: Environment
    client: DataverseClient
    submissions: SubmissionStore
    sleep: Callable[[float], None]

    def run(self, reference: str | int, by: str, *, delete: bool = False) -> str:
        """Raises InputError where there is nothing to undo, or the lead was changed since."""
        with alone(self.submissions.database, self.environment.id, self.sleep):
            found = self.submissions.show(self.environment.id, reference)
            if delete and not found["test"]:
                raise InputError(
                    worded("Submission {found} is no test lead.", found=found["id"]),
                    fix=worded("Undo takes back what it did, as long as nobody changed the lead since."),
                    code="not-a-test-lead",
                )
            effect = last_effect(found["events"])
            if effect is None:
                raise InputError(
                    worded("Submission {found} did nothing that can be undone.", found=found["id"]),
                    fix=worded("Its timeline tells what became of it."),
                    code="nothing-to-undo",
                )
            return self._undo(found, effect, by, delete)

    def _undo(self, found: Mapping[str, Any], effect: Effect, by: str, delete: bool) -> str:
        if effect.kind is EventKind.UPDATED:
            self._write_back(str(found["lead_id"]), effect)
            words = worded("{count} columns hold their old values again", count=len(effect.changes))
        elif effect.kind is EventKind.CREATED:
            self._delete(str(found["lead_id"]), effect, whatever=delete)
            words = worded("The lead is deleted")
        else:
            words = worded("The decision is taken back")
        held = effect.held and found["removed_at"] is None  # without answers there is nothing to decide about
        status = MatchingStatus.NOT_UPDATED if effect.kind is EventKind.UPDATED else MatchingStatus.PENDING
        self.submissions.undone(
            self.environment.id,
            found["id"],
            state=State.REVIEW if held else State.REJECTED,
            matching_status=MatchingStatus.MATCH_FAILED if held else status,
            keep_lead=effect.kind is EventKind.UPDATED and not held,
            detail={"by": by, "undid": effect.kind.label, "why": f"{words}."},
        )
        return words

    def _write_back(self, lead_id: str, effect: Effect) -> None:
        if not effect.changes:
            return
        row = self.client.get("leads", lead_id, columns_read(effect))
        if changed := touched(effect, row):
            raise _changed(changed)
        self._unless_changed(
            lambda etag: self.client.patch("leads", lead_id, values_before(effect.changes), if_match=etag), row
        )

    def _delete(self, lead_id: str, effect: Effect, *, whatever: bool) -> None:
        try:
            row = self.client.get("leads", lead_id, columns_read(effect))
            if not whatever and ((changed := touched(effect, row)) or touched_since(row) or row.get("statecode")):
                raise _changed(changed)
            self.client.delete("leads", lead_id)
        except DataverseError as error:
            if error.code != "dataverse-not-found":
                raise

    def _unless_changed(self, write: Callable[[str], None], row: Mapping[str, Any]) -> None:
        """Dynamics itself refuses where the row is not the one we looked at."""
        try:
            write(str(row.get("@odata.etag") or "*"))
        except DataverseError as error:
            if error.status == 412:
                raise _changed([]) from None
            raise


def _changed(columns: list[str]) -> InputError:
    which = f": {named(columns, {})}" if columns else ""
    return InputError(
        worded("The lead was changed in Dynamics since{which}.", which=which),
        fix=worded("Nothing was undone. Open the lead in Dynamics and decide there."),
        code="lead-changed",
    )
