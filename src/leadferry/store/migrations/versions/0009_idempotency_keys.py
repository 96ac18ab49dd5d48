"""Answers kept for idempotency keys; whose rights bound an API token."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_idempotency_keys_environment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["token_id"], ["api_tokens.id"], name=op.f("fk_idempotency_keys_token_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("token_id", "key", name=op.f("uq_idempotency_keys_token_id_key")),
    )
    op.create_index("ix_idempotency_keys_expires_at", "idempotency_keys", ["expires_at"])
    for name in ("person_kind", "person_id", "tenant_id"):
        op.add_column("api_tokens", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("api_tokens", sa.Column("parent_id", sa.Integer(), nullable=True))
    op.execute(_MAKERS)
    op.execute("update api_tokens set person_kind = 'operator' where person_id = 'operator'")
    op.execute(_TENANTS)


# Who made a token stands in the audit, in the entry of its making. Numbers of removed environments may come again, so
# that entry must not be older than the token.
_MAKERS = """
update api_tokens set person_id = coalesce((
    select min(audit_entries.person_id) from audit_entries
    where audit_entries.environment_id = api_tokens.environment_id
    and audit_entries.action = 'token.manage' and audit_entries.record_kind = 'API token'
    and audit_entries.record_id = cast(api_tokens.id as text)
    and audit_entries.at >= api_tokens.created_at and audit_entries.person = api_tokens.created_by
), '')
"""

_TENANTS = """
update api_tokens set person_kind = 'entra', tenant_id = (
    select environments.tenant_id from environments where environments.id = api_tokens.environment_id
) where person_id not in ('', 'operator')
"""
