"""Costs, what became of leads, own dashboards. All of it is read or made anew; nothing is brought over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _costs()
    _outcomes()
    op.create_table(
        "dashboards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("charts", sa.Text(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        _environment("dashboards"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dashboards")),
        sa.UniqueConstraint(
            "environment_id", "person_id", "name", name=op.f("uq_dashboards_environment_id_person_id_name")
        ),
    )


def _costs() -> None:
    op.create_table(
        "cost_readings",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("through_day", sa.Integer(), nullable=True),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        _owner("cost_readings"),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_cost_readings")),
    )
    op.create_table(
        "daily_costs",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("ad_id", sa.BigInteger(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("impressions", sa.BigInteger(), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("leads", sa.Integer(), nullable=False),
        _environment("daily_costs"),
        _owner("daily_costs"),
        sa.PrimaryKeyConstraint(
            "environment_id", "day", "owner_id", "campaign_id", "ad_id", name=op.f("pk_daily_costs")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ads",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("ad_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        _environment("ads"),
        sa.PrimaryKeyConstraint("environment_id", "ad_id", name=op.f("pk_ads")),
        sqlite_with_rowid=False,
    )


def _outcomes() -> None:
    op.create_table(
        "submission_outcomes",
        sa.Column("submission_id", KEY, autoincrement=False, nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_submission_outcomes_submission_id"), ondelete="CASCADE"
        ),
        _environment("submission_outcomes"),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission_outcomes")),
    )
    op.create_index("ix_submission_outcomes_environment_id", "submission_outcomes", ["environment_id", "submission_id"])
    op.create_table(
        "outcome_readings",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("through_at", sa.BigInteger(), nullable=True),
        sa.Column("whole_at", sa.BigInteger(), nullable=True),
        sa.Column("counted_at", sa.BigInteger(), nullable=True),
        sa.Column("time_zone", sa.Text(), server_default="", nullable=False),
        sa.Column("tried_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        _environment("outcome_readings"),
        sa.PrimaryKeyConstraint("environment_id", name=op.f("pk_outcome_readings")),
    )
    op.create_table(
        "daily_conversions",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("lead_type", sa.Text(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _environment("daily_conversions"),
        sa.PrimaryKeyConstraint(
            "environment_id",
            "day",
            "owner_id",
            "form_id",
            "campaign_id",
            "lead_type",
            "stage",
            name=op.f("pk_daily_conversions"),
        ),
        sqlite_with_rowid=False,
    )


def _environment(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_environment_id")
    return sa.ForeignKeyConstraint(["environment_id"], ["environments.id"], name=name, ondelete="CASCADE")


def _owner(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f(f"fk_{table}_owner_id"), ondelete="CASCADE")
