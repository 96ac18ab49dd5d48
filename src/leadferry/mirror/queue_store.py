"""What the mirror has to do, put down in the transaction that made it necessary."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.store.tables import mirror_queue, mirror_states


def began(connection: Connection, environment_id: int) -> bool:
    """Whether the mirror ever ran. Before that nothing needs to be queued: it begins with everything."""
    wanted = sa.select(mirror_states.c.environment_id).where(mirror_states.c.environment_id == environment_id)
    return connection.execute(wanted).first() is not None


def changed(connection: Connection, environment_id: int, submission_ids: Iterable[int]) -> None:
    """Submissions whose row in Dynamics is no longer right. Twice in the queue costs nothing: they are merged."""
    _insert(connection, [{"environment_id": environment_id, "submission_id": key} for key in submission_ids])


def gone(connection: Connection, environment_id: int, response_ids: Iterable[str]) -> None:
    """Submissions that are being deleted here, a test lead or one that the member took back: their rows in Dynamics
    follow, and what was counted is counted again."""
    _insert(connection, [{"environment_id": environment_id, "response_id": key} for key in response_ids])


def recount(connection: Connection, environment_id: int, lead_ids: Iterable[str]) -> None:
    """Leads that lost or won a submission without being written."""
    _insert(connection, [{"environment_id": environment_id, "lead_id": key} for key in dict.fromkeys(lead_ids)])


def _insert(connection: Connection, rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(sa.insert(mirror_queue), rows)
