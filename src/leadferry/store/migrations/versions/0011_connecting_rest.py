"""Consents know the person who began them. Those under way while this runs go on in their own session only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consents", sa.Column("person_id", sa.Text(), server_default="", nullable=False))
