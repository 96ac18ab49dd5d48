"""Files between upload and import; conversions by creative, country and industry, which the next reading of Dynamics
fills; and how often texts of facets were forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("environments", sa.Column("facets_forgotten", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "uploads",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("form_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _environment("uploads"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_uploads")),
    )
    op.create_index("ix_uploads_at", "uploads", ["at"])
    op.create_table(
        "daily_facet_conversions",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _environment("daily_facet_conversions"),
        sa.PrimaryKeyConstraint(
            "environment_id", "dimension", "day", "value", "stage", name=op.f("pk_daily_facet_conversions")
        ),
        sqlite_with_rowid=False,
    )
    op.execute(sa.text("update outcome_readings set tried_at = 0"))


def _environment(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_environment_id")
    return sa.ForeignKeyConstraint(["environment_id"], ["environments.id"], name=name, ondelete="CASCADE")
