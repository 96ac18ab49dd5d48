"""Kept figures. They are counted when an environment next crosses, or its figures are first looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_sets",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        _environment("figure_sets"),
        sa.PrimaryKeyConstraint("environment_id", name=op.f("pk_figure_sets")),
    )
    op.create_table(
        "daily_figures",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("form_version_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("lead_type", sa.Text(), nullable=False),
        sa.Column("outcome", sa.SmallInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _environment("daily_figures"),
        sa.PrimaryKeyConstraint(
            "environment_id",
            "day",
            "owner_id",
            "form_version_id",
            "campaign_id",
            "lead_type",
            "outcome",
            name=op.f("pk_daily_figures"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "daily_latencies",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.SmallInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _environment("daily_latencies"),
        sa.PrimaryKeyConstraint("environment_id", "day", "bucket", name=op.f("pk_daily_latencies")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reconciliations",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.Column("linkedin", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        _environment("reconciliations"),
        sa.PrimaryKeyConstraint("environment_id", name=op.f("pk_reconciliations")),
    )


def _environment(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_environment_id")
    return sa.ForeignKeyConstraint(["environment_id"], ["environments.id"], name=name, ondelete="CASCADE")
