"""The newest form submissions with their answers, for previews: what real people answered, at a bounded cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from leadferry.accounts.model import Environment
from leadferry.delivery.surroundings_store import Stores, Surroundings
from leadferry.forms.model import FormResponse, FormVersion
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.mapping.model import Context
from leadferry.mapping.sample import Sample, Samples
from leadferry.store.database import Database
from leadferry.store.statements import walking
from leadferry.store.tables import submission_bodies, submissions


def newest_samples(
    database: Database, stores: Stores, environment: Environment, around: Surroundings, limit: int
) -> Samples:
    rows = _newest(database, environment.id, limit)
    found = [_sample(stores, environment, around, row) for row in rows]
    known = [one for one in found if one is not None]
    return Samples(known, len(found) - len(known))


def _newest(database: Database, environment_id: int, limit: int) -> Sequence[Any]:
    """Submitted last; the cost depends on `limit` only."""
    wanted = (
        sa.select(
            submissions.c.id,
            submissions.c.owner_id,
            submissions.c.form_version_id,
            submissions.c.campaign_id,
            submission_bodies.c.body,
        )
        .join(submission_bodies, submission_bodies.c.submission_id == submissions.c.id)
        .where(submissions.c.environment_id == environment_id)
        .order_by(submissions.c.submitted_at.desc(), submissions.c.id.desc())
        .limit(limit)
    )
    with database.read() as connection:
        return connection.execute(walking(wanted, submissions, "ix_submissions_environment_id_submitted_at")).all()


def _sample(stores: Stores, environment: Environment, around: Surroundings, row: Any) -> Sample | None:
    try:
        response = to_form_response(row.body)
    except UnreadableResponseError:
        return None
    version = (
        stores.forms.version_by_key(row.form_version_id)
        if row.form_version_id
        else stores.forms.nearest(environment.id, response.form_id, response.version)
    )
    return Sample(row.id, response, version, _context(response, version, around, row)) if version else None


def _context(response: FormResponse, version: FormVersion, around: Surroundings, row: Any) -> Context:
    owner = around.owners.get(row.owner_id or 0)
    return Context(
        form_name=version.name,
        campaign_name=response.campaign_name or around.campaign_names.get(row.campaign_id or 0, ""),
        campaign_id=response.campaign_urn.rpartition(":")[2],
        account_name=owner.name if owner else "",
        account_id=owner.urn.rpartition(":")[2] if owner else "",
        profile_name=around.profile_names.get(row.owner_id or 0, ""),
    )
