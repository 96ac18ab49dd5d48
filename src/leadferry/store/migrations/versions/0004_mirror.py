"""The mirror: its queue, what it wrote, how it stands; submissions by lead"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with_lead = sa.text("lead_id is not null")
    op.create_index(
        "ix_submissions_lead_id", "submissions", ["lead_id"], sqlite_where=with_lead, postgresql_where=with_lead
    )
    _queue()
    op.create_table(
        "mirror_rows",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        _environment("mirror_rows"),
        sa.PrimaryKeyConstraint("environment_id", "row_id", name=op.f("pk_mirror_rows")),
    )
    op.create_table(
        "mirror_states",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("behind_from", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.Column("trouble_at", sa.BigInteger(), nullable=True),
        _environment("mirror_states"),
        sa.PrimaryKeyConstraint("environment_id", name=op.f("pk_mirror_states")),
    )


def _queue() -> None:
    op.create_table(
        "mirror_queue",
        sa.Column("id", KEY, nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", KEY, nullable=True),
        sa.Column("response_id", sa.Text(), server_default="", nullable=False),
        sa.Column("lead_id", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("due_at", sa.BigInteger(), server_default="0", nullable=False),
        _environment("mirror_queue"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_mirror_queue_submission_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_queue")),
    )
    op.create_index("ix_mirror_queue_environment_id_id", "mirror_queue", ["environment_id", "id"])
    op.create_index("ix_mirror_queue_submission_id", "mirror_queue", ["submission_id"])


def _environment(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_environment_id")
    return sa.ForeignKeyConstraint(["environment_id"], ["environments.id"], name=name, ondelete="CASCADE")
