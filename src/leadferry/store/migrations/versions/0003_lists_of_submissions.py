"""Lists of submissions: indexes for what people filter by, search, saved views"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FOLDED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SEARCHED = ("first_name", "last_name", "email", "domain", "company")
RARE = {
    "state": "state in (1, 2, 4, 5)",
    "matching_status": "matching_status in (192350003, 192350004, 192350005, 192350006)",
    "lead_type": "lead_type <> 'SPONSORED'",
}


def upgrade() -> None:
    _indexes()
    op.create_table(
        "submission_people",
        sa.Column("submission_id", KEY, autoincrement=False, nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        *(sa.Column(name, FOLDED, nullable=False) for name in SEARCHED),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_submission_people_submission_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["environments.id"],
            name=op.f("fk_submission_people_environment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission_people")),
    )
    for name in SEARCHED:
        op.create_index(f"ix_submission_people_{name}", "submission_people", ["environment_id", name])
    op.create_table(
        "search_progress",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("through_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_search_progress_environment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("environment_id", name=op.f("pk_search_progress")),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_saved_views_environment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint(
            "environment_id", "person_id", "name", name=op.f("uq_saved_views_environment_id_person_id_name")
        ),
    )


def _indexes() -> None:
    op.drop_index("ix_submissions_environment_id_state_id", "submissions")
    order = ["submitted_at", "id"]
    op.create_index("ix_submissions_environment_id_submitted_at", "submissions", ["environment_id", *order])
    for name in ("form_version_id", "campaign_id", "owner_id"):
        op.create_index(f"ix_submissions_{name}_submitted_at", "submissions", ["environment_id", name, *order])
    for name, rare in RARE.items():
        _partial(f"ix_submissions_rare_{name}", ["environment_id", name, *order], rare)
    sqlite = op.get_bind().dialect.name == "sqlite"
    _partial("ix_submissions_test", ["environment_id", "test", *order], "test = 1" if sqlite else "test")


def _partial(name: str, columns: list[str], rows: str) -> None:
    where = sa.text(rows)
    op.create_index(name, "submissions", columns, sqlite_where=where, postgresql_where=where)
