"""Retention and erasure: submissions may lose their answers, and the audit what is older than 90 days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PROTECTED_S = 90 * 86_400


def upgrade() -> None:
    op.add_column("submissions", sa.Column("removed_at", sa.BigInteger(), nullable=True))
    op.add_column("submissions", sa.Column("removal", sa.SmallInteger(), nullable=True))
    op.add_column("submissions", sa.Column("stripped_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "retention_runs",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        *(
            sa.Column(name, sa.Integer(), nullable=False, server_default="0")
            for name in ("answers", "details", "alerts", "audit")
        ),
        sa.Column("trouble", sa.Text(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["environments.id"],
            name=op.f("fk_retention_runs_environment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("environment_id", name=op.f("pk_retention_runs")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _old_audit_may_go_from_sqlite()
    else:
        _old_audit_may_go_from_postgresql()


def _old_audit_may_go_from_sqlite() -> None:
    """By the database's own clock, so that nobody's idea of time opens it."""
    op.execute("drop trigger audit_entries_no_delete")
    op.execute(
        "create trigger audit_entries_no_delete before delete on audit_entries "
        f"when old.at > (cast(strftime('%s', 'now') as integer) - {PROTECTED_S}) * 1000 "
        "begin select raise(abort, 'the audit is append-only'); end"
    )


def _old_audit_may_go_from_postgresql() -> None:
    op.execute("drop trigger audit_entries_stay on audit_entries")
    op.execute(
        "create or replace function audit_entries_stay() returns trigger language plpgsql as $$ begin "
        "if tg_level = 'ROW' and tg_op = 'DELETE' then "
        f"if old.at <= (extract(epoch from now())::bigint - {PROTECTED_S}) * 1000 then return old; end if; "
        "end if; raise exception 'the audit is append-only'; end $$"
    )
    op.execute(
        "create trigger audit_entries_stay before update or delete on audit_entries "
        "for each row execute function audit_entries_stay()"
    )
    op.execute(
        "create trigger audit_entries_not_emptied before truncate on audit_entries "
        "for each statement execute function audit_entries_stay()"
    )
