"""Sums by week; costs and conversions by month too. Weeks are summed up by themselves later, months here and now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OUTCOMES = ("pending", "retry", "review", "created", "updated", "linked", "failed", "rejected")
COSTS = ("micros", "impressions", "clicks", "opens", "leads")
EPOCH = date(1970, 1, 1)


def upgrade() -> None:
    op.add_column("figure_sets", sa.Column("weeks_to", sa.Integer(), server_default="0", nullable=False))
    _weekly_sums()
    _monthly_costs()
    _monthly_conversions()
    op.create_index("ix_daily_costs_campaign", "daily_costs", ["environment_id", "campaign_id", "day"])
    op.create_index("ix_daily_costs_ad", "daily_costs", ["environment_id", "ad_id", "day"])
    _sum_up("costs", ("owner_id", "campaign_id", "ad_id"), COSTS)
    _sum_up("conversions", ("owner_id", "form_id", "campaign_id", "lead_type", "stage"), ("count",))


def _weekly_sums() -> None:
    keys = ("environment_id", "dimension", "week", "value")
    op.create_table(
        "weekly_sums",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.SmallInteger(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        *(sa.Column(outcome, sa.Integer(), nullable=False) for outcome in OUTCOMES),
        sa.ForeignKeyConstraint(["environment_id"], ["environments.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(*keys),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_weekly_sums_value", "weekly_sums", ["environment_id", "dimension", "value", "week"])


def _monthly_costs() -> None:
    op.create_table(
        "monthly_costs",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("ad_id", sa.BigInteger(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("impressions", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COSTS[2:]),
        sa.ForeignKeyConstraint(["environment_id"], ["environments.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("environment_id", "month", "owner_id", "campaign_id", "ad_id"),
        sqlite_with_rowid=False,
    )


def _monthly_conversions() -> None:
    op.create_table(
        "monthly_conversions",
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("environment_id", "month", "owner_id", "form_id", "campaign_id")
        ),
        sa.Column("lead_type", sa.Text(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["environment_id"], ["environments.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("environment_id", "month", "owner_id", "form_id", "campaign_id", "lead_type", "stage"),
        sqlite_with_rowid=False,
    )


def _sum_up(name: str, keys: tuple[str, ...], counts: tuple[str, ...]) -> None:
    days = sa.table(f"daily_{name}", *map(sa.column, ("environment_id", "day", *keys, *counts)))
    about = [days.c[column] for column in ("environment_id", *keys)]
    sums = [sa.func.sum(days.c[column]) for column in counts]
    for month, first, last in _months(days):
        wanted = sa.select(sa.literal(month, sa.Integer()), *about, *sums).where(days.c.day.between(first, last))
        names = ["month", "environment_id", *keys, *counts]
        op.execute(
            sa.insert(sa.table(f"monthly_{name}", *map(sa.column, names))).from_select(names, wanted.group_by(*about))
        )


def _months(days: sa.TableClause) -> Iterator[tuple[int, int, int]]:
    """(month, its first day, its last), of all that the table has days of."""
    span = op.get_bind().execute(sa.select(sa.func.min(days.c.day), sa.func.max(days.c.day))).one()
    if span[0] is None:
        return
    first, last = (date.fromordinal(EPOCH.toordinal() + day) for day in span)
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield month, _first_day(month), _first_day(month + 1) - 1


def _first_day(month: int) -> int:
    return (date(month // 12, month % 12 + 1, 1) - EPOCH).days
