"""Takes away the rows of submissions that are gone: a test lead, or one that its member took back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from leadferry.mirror import campaign_rows
from leadferry.mirror.ids import Ids
from leadferry.mirror.mirror_client import MirrorClient
from leadferry.mirror.model import Target, There, target
from leadferry.solution.tables import ANSWERS, SUBMISSIONS

AT_ONCE = 20
"""Submissions of one question for their answers; an `In` on a lookup is not documented."""
_LEAD, _FORM, _CAMPAIGN = (SUBMISSIONS[name].read_name for name in ("lead", "linkedinformid", "linkedincampaign"))
_OF_SUBMISSION = ANSWERS["linkedinformsubmission"].read_name


@dataclass
class Touched:
    """What is counted anew."""

    leads: dict[str, None] = field(default_factory=dict)
    forms: set[int] = field(default_factory=set)
    campaigns: set[int] = field(default_factory=set)


class Removal:
    def __init__(self, client: MirrorClient, ids: Ids) -> None:
        self.client, self.ids = client, ids

    def run(self, response_ids: Sequence[str], there: There, touched: Touched, *, campaign_responses: bool) -> set[str]:
        """Returns the response ids whose rows could not all be taken away."""
        own = {self.ids.submission(response_id): response_id for response_id in response_ids}
        select = [_LEAD, _FORM, _CAMPAIGN]
        found = self.client.client.rows_by_id(SUBMISSIONS.entity_set, SUBMISSIONS.primary_id, list(own), select)
        for row in found.values():
            _touch(row, there, touched)
        rows: dict[str, tuple[Target, str]] = {}
        for submission_id, answer_id in self._answers(list(found)):
            rows[answer_id] = (target(ANSWERS), submission_id)
        rows |= {key: (target(SUBMISSIONS), key) for key in found}
        if campaign_responses:
            responses = {self.ids.campaign_response(one): self.ids.submission(one) for one in response_ids}
            rows |= {key: (campaign_rows.RESPONSES, submission_id) for key, submission_id in responses.items()}
        failed = self.client.delete([(kind, key) for key, (kind, _) in rows.items()])
        return {own[rows[key][1]] for key in failed}

    def _answers(self, submission_ids: Sequence[str]) -> list[tuple[str, str]]:
        """(submission id, answer id)"""
        found = []
        for start in range(0, len(submission_ids), AT_ONCE):
            which = " or ".join(f"{_OF_SUBMISSION} eq {key}" for key in submission_ids[start : start + AT_ONCE])
            rows = self.client.client.query(
                ANSWERS.entity_set, select=[ANSWERS.primary_id, _OF_SUBMISSION], filter=which
            )
            found += [(str(row[_OF_SUBMISSION]), str(row[ANSWERS.primary_id])) for row in rows]
        return found


def _touch(row: dict[str, object], there: There, touched: Touched) -> None:
    if row.get(_LEAD):
        touched.leads[str(row[_LEAD])] = None
    touched.forms |= {key for key, row_id in there.forms.items() if row_id == row.get(_FORM)}
    touched.campaigns |= {key for key, row_id in there.campaigns.items() if row_id == row.get(_CAMPAIGN)}
