"""The one declaration of every table's columns, for SQLite and PostgreSQL alike.

Times are milliseconds since 1970 UTC in a big integer (`*_at`). Ids of Dynamics rows are text. Everything a person
made (environments down to submissions) belongs to one environment and is deleted with it.
Choice values are those of the original connector (`original-tables.json`).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes a table's integer key grow by itself only when it is plain INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")


def _environment() -> Column[int]:
    return Column(
        "environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), nullable=False, index=False
    )


environments = Table(
    "environments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("tenant_id", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("credential_kind", Text, nullable=False),  # secret | certificate
    Column("credential", LargeBinary, nullable=False),  # sealed by accounts.vault
    Column("organization_id", Text, nullable=False, server_default=""),
    Column("user_id", Text, nullable=False, server_default=""),
    Column("business_unit_id", Text, nullable=False, server_default=""),
    Column("configuration", Text, nullable=False, server_default="{}"),  # delivery.configuration.Configuration
    Column("created_at", BigInteger, nullable=False),
    Column("checked_at", BigInteger),
    Column("trouble", Text, nullable=False, server_default=""),  # why the last delivery could not run
    Column("trouble_at", BigInteger),
)

user_profiles = Table(
    "user_profiles",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("name", Text, nullable=False),
    Column("member_urn", Text, nullable=False, server_default=""),
    Column("member_name", Text, nullable=False, server_default=""),
    Column("row_owner_id", Text, nullable=False, server_default=""),  # systemuser that owns what has no other owner
    Column("authorization", Integer, nullable=False),  # accounts.model.Authorization (OC-38)
    Column("sync_status", Integer, nullable=False),  # accounts.model.ProfileSync (OC-40)
    Column("status_text", Text, nullable=False, server_default=""),
    Column("tokens", LargeBinary),  # sealed by accounts.vault
    Column("scopes", Text, nullable=False, server_default=""),
    Column("access_expires_at", BigInteger),
    Column("refresh_expires_at", BigInteger),
    Column("last_sync_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("environment_id", "name"),
)

owners = Table(
    "owners",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("urn", Text, nullable=False),  # urn:li:sponsoredAccount:5001 or urn:li:organization:9001
    Column("name", Text, nullable=False),
    Column("sync_enabled", Boolean, nullable=False),
    Column("default_lead_owner_id", Text, nullable=False, server_default=""),
    Column("form_sync_status", Integer, nullable=False),  # accounts.model.FormSync (OC-48)
    Column("campaign_sync_status", Integer),  # accounts.model.CampaignSync (OC-49)
    Column("status_text", Text, nullable=False, server_default=""),
    Column("last_form_sync_at", BigInteger),
    Column("last_campaign_sync_at", BigInteger),
    UniqueConstraint("environment_id", "urn"),
)

profile_owners = Table(
    "profile_owners",
    metadata,
    Column("profile_id", Integer, ForeignKey("user_profiles.id", ondelete="CASCADE"), primary_key=True),
    Column("owner_id", Integer, ForeignKey("owners.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("owner_id", Integer, ForeignKey("owners.id", ondelete="CASCADE"), primary_key=True),
    Column("lead_type", Text, primary_key=True),
    Column("through_at", BigInteger, nullable=False),  # every response submitted before this is stored
    Column("polled_at", BigInteger, nullable=False),
    Column("trouble", Text, nullable=False, server_default=""),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("owner_id", Integer, ForeignKey("owners.id", ondelete="SET NULL")),
    Column("urn", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False, server_default=""),
    Column("starts_at", BigInteger),
    Column("ends_at", BigInteger),
    Column("seen_at", BigInteger, nullable=False),
    UniqueConstraint("environment_id", "urn"),
)

lead_forms = Table(
    "lead_forms",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("owner_id", Integer, ForeignKey("owners.id", ondelete="SET NULL")),
    Column("linkedin_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=""),
    Column("sync_status", Integer, nullable=False),  # forms.model (OC-59)
    Column("last_sync_at", BigInteger),
    UniqueConstraint("environment_id", "linkedin_id"),
)

form_versions = Table(
    "form_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form_id", Integer, ForeignKey("lead_forms.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("headline", Text, nullable=False, server_default=""),
    Column("locale", Text, nullable=False, server_default=""),
    Column("body", LargeBinary, nullable=False),  # the form as LinkedIn sent it
    Column("seen_at", BigInteger, nullable=False),
    UniqueConstraint("form_id", "version"),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form_version_id", Integer, ForeignKey("form_versions.id", ondelete="CASCADE"), nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("linkedin_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("predefined", Text, nullable=False, server_default=""),
    Column("response_type", Text, nullable=False),  # text | choice | consent
    Column("required", Boolean, nullable=False),
    Column("editable", Boolean, nullable=False),
    Column("custom", Boolean, nullable=False),
    Column("consent_checkbox", Boolean, nullable=False),
    Column("options", Text, nullable=False, server_default="[]"),  # [{"id": 1, "text": "Small"}]
    Index("ix_questions_form_version_id", "form_version_id"),
)

hidden_fields = Table(
    "hidden_fields",
    metadata,
    Column("form_version_id", Integer, ForeignKey("form_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

field_mappings = Table(
    "field_mappings",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("column", Text),
    Column("transform", Text, nullable=False, server_default=""),
    Column("on_update", Text, nullable=False),
    Column("on_problem", Text, nullable=False),
    Column("default", Text, nullable=False, server_default=""),
    Column("synonyms", Text, nullable=False, server_default="{}"),
    Index("ix_field_mappings_environment_id", "environment_id"),
)

strategies = Table(
    "strategies",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("always_create", Boolean, nullable=False),
    Column("create_contacts", Boolean, nullable=False),
    UniqueConstraint("environment_id", "name"),
)

strategy_fields = Table(
    "strategy_fields",
    metadata,
    Column("strategy_id", Integer, ForeignKey("strategies.id", ondelete="CASCADE"), primary_key=True),
    Column("mapping_id", Integer, ForeignKey("field_mappings.id", ondelete="RESTRICT"), primary_key=True),
)

# Hot: one narrow row per form response, written twice (stored, settled). The body lies beside it, written once.
submissions = Table(
    "submissions",
    metadata,
    Column("id", Key, primary_key=True),
    _environment(),
    Column("response_id", Text, nullable=False),
    Column("owner_id", Integer, ForeignKey("owners.id", ondelete="SET NULL")),
    Column("form_version_id", Integer, ForeignKey("form_versions.id", ondelete="SET NULL")),
    Column("campaign_id", Integer, ForeignKey("campaigns.id", ondelete="SET NULL")),
    Column("lead_type", Text, nullable=False),
    Column("test", Boolean, nullable=False),
    Column("door", SmallInteger, nullable=False),  # intake.model.Door
    Column("submitted_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("state", SmallInteger, nullable=False),  # delivery.model.State
    Column("matching_status", Integer, nullable=False),
    Column("processing_state", Integer, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # not before this; 0 = now
    Column("settled_at", BigInteger),
    Column("lead_id", Text),
    Column("contact_id", Text),
    UniqueConstraint("environment_id", "response_id"),
)
# The work list: small, whatever the table's size, because only open submissions (pending, retry) are in it.
Index(
    "ix_submissions_open",
    submissions.c.environment_id,
    submissions.c.submitted_at,
    submissions.c.id,
    sqlite_where=submissions.c.state < 2,
    postgresql_where=submissions.c.state < 2,
)
Index("ix_submissions_environment_id_state_id", submissions.c.environment_id, submissions.c.state, submissions.c.id)

submission_bodies = Table(
    "submission_bodies",
    metadata,
    Column(
        "submission_id",
        Key,
        ForeignKey("submissions.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("body", LargeBinary, nullable=False),
)

submission_events = Table(
    "submission_events",
    metadata,
    Column("id", Key, primary_key=True),
    Column("submission_id", Key, ForeignKey("submissions.id", ondelete="CASCADE"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),  # delivery.model.EventKind
    Column("detail", Text),  # JSON
    Index("ix_submission_events_submission_id", "submission_id"),
)

# What a delivery was about to write: the plan of one claim, so that our death between write and settle costs nothing.
intents = Table(
    "intents",
    metadata,
    Column("id", Key, primary_key=True),
    _environment(),
    Column("created_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
