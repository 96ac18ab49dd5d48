"""Kept figures per dimension: creatives, countries, industries; sums by one dimension; months.

All figures are counted anew, beside the work, with what the stored answers say (performance.counting_worker).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FACETS = ("creative", "country", "industry")
OUTCOMES = ("pending", "retry", "review", "created", "updated", "linked", "failed", "rejected")


def upgrade() -> None:
    for name in FACETS:
        told = sa.text(f"{name}_id <> 0")
        op.add_column("submissions", sa.Column(f"{name}_id", sa.Integer(), nullable=True))
        columns = ["environment_id", f"{name}_id", "submitted_at", "id"]
        op.create_index(f"ix_submissions_{name}", "submissions", columns, sqlite_where=told, postgresql_where=told)
    _facet_values()
    for table in ("daily_figures", "daily_latencies", "figure_sets"):
        op.execute(sa.text(f"delete from {table}"))
    op.add_column("figure_sets", sa.Column("counted_id", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("figure_sets", sa.Column("condensed_to", sa.Integer(), server_default="0", nullable=False))
    _monthly_figures()
    _sums("daily_sums", "day")
    _sums("monthly_sums", "month")


def _facet_values() -> None:
    op.create_table(
        "facet_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _environment("facet_values"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facet_values")),
        sa.UniqueConstraint(
            "environment_id", "dimension", "text", name=op.f("uq_facet_values_environment_id_dimension_text")
        ),
    )


def _monthly_figures() -> None:
    key = ("environment_id", "month", "owner_id", "form_version_id", "campaign_id", "lead_type", "outcome")
    kinds: dict[str, sa.types.TypeEngine[Any]] = {"lead_type": sa.Text(), "outcome": sa.SmallInteger()}
    op.create_table(
        "monthly_figures",
        *(sa.Column(name, kinds.get(name, sa.Integer()), nullable=False) for name in (*key, "count")),
        _environment("monthly_figures"),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_monthly_figures")),
        sqlite_with_rowid=False,
    )


def _sums(table: str, time: str) -> None:
    op.create_table(
        table,
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.SmallInteger(), nullable=False),
        sa.Column(time, sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in OUTCOMES),
        _environment(table),
        sa.PrimaryKeyConstraint("environment_id", "dimension", time, "value", name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{table}_value", table, ["environment_id", "dimension", "value", time])


def _environment(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_environment_id")
    return sa.ForeignKeyConstraint(["environment_id"], ["environments.id"], name=name, ondelete="CASCADE")
