"""What a message says of its submission: read when it is first sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from leadferry.forms.model import FormResponse, FormVersion
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.store.database import Database
from leadferry.store.tables import campaigns, form_versions, lead_forms, owners, submission_bodies, submissions
from leadferry.webhooks.payload import Told

VersionByKey = Callable[[int], FormVersion | None]
_COLUMNS = (
    "id", "response_id", "lead_type", "test", "submitted_at", "received_at", "state", "matching_status", "lead_id",
    "contact_id",
)  # fmt: skip


class FactsStore:
    def __init__(self, database: Database, version_by_key: VersionByKey) -> None:
        self.database, self.version_by_key = database, version_by_key

    def told(self, submission_ids: Sequence[int], *, answers: bool) -> dict[int, Told]:
        """By submission, with today's names of form, campaign and owner. One that is gone is absent."""
        if not submission_ids:
            return {}
        return {row["id"]: self._told(row, answers) for row in self._rows(submission_ids, answers)}

    def _told(self, row: Mapping[str, Any], answers: bool) -> Told:
        response = _readable(row["body"]) if answers else None
        key = row["form_version_id"]
        return Told(row, response, self.version_by_key(key) if response and key else None)

    def _rows(self, submission_ids: Sequence[int], bodies: bool) -> list[Mapping[str, Any]]:
        joined = (
            submissions.outerjoin(form_versions, form_versions.c.id == submissions.c.form_version_id)
            .outerjoin(lead_forms, lead_forms.c.id == form_versions.c.form_id)
            .outerjoin(owners, owners.c.id == submissions.c.owner_id)
            .outerjoin(campaigns, campaigns.c.id == submissions.c.campaign_id)
        )
        wanted = sa.select(
            *(submissions.c[name] for name in (*_COLUMNS, "form_version_id")),
            lead_forms.c.linkedin_id.label("form_id"),
            lead_forms.c.name.label("form"),
            form_versions.c.version.label("form_version"),
            owners.c.urn.label("owner_urn"),
            owners.c.name.label("owner"),
            campaigns.c.urn.label("campaign_urn"),
            campaigns.c.name.label("campaign"),
        )
        if bodies:
            joined = joined.outerjoin(submission_bodies, submission_bodies.c.submission_id == submissions.c.id)
            wanted = wanted.add_columns(submission_bodies.c.body)
        with self.database.read() as connection:
            chosen = wanted.select_from(joined).where(submissions.c.id.in_(submission_ids))
            return [dict(row) for row in connection.execute(chosen).mappings()]


def _readable(body: bytes | None) -> FormResponse | None:
    """What LinkedIn sent and nobody can read is told without its answers."""
    try:
        return to_form_response(bytes(body or b""))
    except UnreadableResponseError:
        return None
