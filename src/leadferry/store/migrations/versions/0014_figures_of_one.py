"""Figures of one form or campaign are found without those of all the others."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_daily_figures_form", "daily_figures", ["environment_id", "form_version_id", "day"])
    op.create_index("ix_daily_figures_campaign", "daily_figures", ["environment_id", "campaign_id", "day"])
