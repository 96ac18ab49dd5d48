"""The one declaration of every table's columns, for SQLite and PostgreSQL alike.

Times are milliseconds since 1970 UTC in a big integer (`*_at`). Ids of Dynamics rows are text. Everything a person
made (environments down to submissions) belongs to one environment and is deleted with it.
Choice values are those of the original connector (`original-tables.json`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    text,
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


def _partial(name: str, *columns: Column[Any], where: ColumnElement[bool] | TextClause) -> Index:
    """An index of some rows only. The migrations tell each database which, in its own words: told here by
    `postgresql_where`, every process would load that dialect at its start."""
    return Index(name, *columns, info={"where": where})


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
    Column("credential_expires_at", BigInteger),  # read off a certificate; told by a person for a secret
    # The LinkedIn app of this environment; empty: the one of the settings.
    Column("linkedin_client_id", Text, nullable=False, server_default=""),
    Column("linkedin_client_secret", LargeBinary),  # sealed by accounts.vault
    Column("linkedin_version", Text, nullable=False, server_default=""),
    Column("facets_forgotten", Integer, nullable=False, server_default="0"),  # performance.facet_store
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
    Column("authorized_at", BigInteger),  # the member's consent; a renewal does not move it
    Column("authorized_by", Text, nullable=False, server_default=""),  # the person at the console who asked for it
    Column("rights_checked_at", BigInteger),
    UniqueConstraint("environment_id", "name"),
)

# What a profile may do with an owner, as LinkedIn last answered: accounts.permissions.
permissions = Table(
    "permissions",
    metadata,
    Column("profile_id", Integer, ForeignKey("user_profiles.id", ondelete="CASCADE"), primary_key=True),
    Column("owner_id", Integer, ForeignKey("owners.id", ondelete="CASCADE"), primary_key=True),
    Column("ability", Text, primary_key=True),  # leads:SPONSORED, forms, campaigns, push, costs
    Column("verdict", Text, nullable=False),  # yes | no | unknown | not-needed
    Column("scope", Text, nullable=False, server_default=""),
    Column("role", Text, nullable=False, server_default=""),
    Column("missing", Text, nullable=False, server_default=""),  # in words: what is missing, and who can give it
    Column("checked_at", BigInteger, nullable=False),
)

# A member's consent under way: from the press on Authorize to the confirmed environment (OC-33, OC-36).
consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("profile_id", Integer, ForeignKey("user_profiles.id", ondelete="CASCADE"), nullable=False),
    Column("state_hash", LargeBinary, nullable=False, unique=True),
    Column("session_hash", LargeBinary, nullable=False),  # the browser that began it; no other may end it
    Column("person_id", Text, nullable=False, server_default=""),  # whose session: the next one takes it on
    Column("verifier", LargeBinary, nullable=False),  # PKCE, sealed
    Column("redirect_url", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("begun_by", Text, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("returned_at", BigInteger),  # used up: the same answer again is refused
    Column("tokens", LargeBinary),  # sealed, until the environment is confirmed
    Column("member_urn", Text, nullable=False, server_default=""),
    Column("member_name", Text, nullable=False, server_default=""),
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
    # What it is told by beside (facet_values): 0 where it was not answered, null where nobody has looked yet.
    Column("creative_id", Integer),
    Column("country_id", Integer),
    Column("industry_id", Integer),
    # What a person answered may go before the row does: it is counted, and known by its response_id, for ever.
    Column("removed_at", BigInteger),
    Column("removal", SmallInteger),  # delivery.model.Removal
    Column("stripped_at", BigInteger),  # since when its timeline holds no values
    UniqueConstraint("environment_id", "response_id"),
)
# The work list: small, whatever the table's size, because only open submissions (pending, retry) are in it.
_partial(
    "ix_submissions_open",
    submissions.c.environment_id,
    submissions.c.submitted_at,
    submissions.c.id,
    where=submissions.c.state < 2,
)
# What people list (delivery.listing_store). Every index here is paid for by each lead that crosses, so the ones that
# serve rare kinds hold the rare rows only. `id` breaks ties, for paging by key.
Index(
    "ix_submissions_environment_id_submitted_at",
    submissions.c.environment_id,
    submissions.c.submitted_at,
    submissions.c.id,
)
for _column in (submissions.c.form_version_id, submissions.c.campaign_id, submissions.c.owner_id):
    Index(
        f"ix_submissions_{_column.name}_submitted_at",
        submissions.c.environment_id,
        _column,
        submissions.c.submitted_at,
        submissions.c.id,
    )
RARE = {
    "state": text("state in (1, 2, 4, 5)"),
    "matching_status": text("matching_status in (192350003, 192350004, 192350005, 192350006)"),
    "lead_type": text("lead_type <> 'SPONSORED'"),
}
"""Column -> the rows that its index holds. SQLite uses such an index only where a query says just the same."""
for _name, _rare in RARE.items():
    _partial(
        f"ix_submissions_rare_{_name}",
        submissions.c.environment_id,
        submissions.c[_name],
        submissions.c.submitted_at,
        submissions.c.id,
        where=_rare,
    )
_partial(
    "ix_submissions_test",
    submissions.c.environment_id,
    submissions.c.test,
    submissions.c.submitted_at,
    submissions.c.id,
    where=text("test = 1"),
)
for _name in ("creative", "country", "industry"):
    _told = text(f"{_name}_id <> 0")
    _partial(
        f"ix_submissions_{_name}",
        submissions.c.environment_id,
        submissions.c[f"{_name}_id"],
        submissions.c.submitted_at,
        submissions.c.id,
        where=_told,
    )
# Of how many submissions a lead is, for its own columns in Dynamics.
_partial(
    "ix_submissions_lead_id",
    submissions.c.lead_id,
    where=submissions.c.lead_id.is_not(None),
)

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

# For search: the start of names, addresses and companies, folded. Filled beside the way of the leads, never in it
# (delivery.search_worker); goes with its submission.
Folded = Text().with_variant(Text(collation="C"), "postgresql")

submission_people = Table(
    "submission_people",
    metadata,
    Column(
        "submission_id",
        Key,
        ForeignKey("submissions.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    _environment(),
    Column("first_name", Folded, nullable=False),
    Column("last_name", Folded, nullable=False),
    Column("email", Folded, nullable=False),
    Column("domain", Folded, nullable=False),
    Column("company", Folded, nullable=False),
)
for _name in ("first_name", "last_name", "email", "domain", "company"):
    Index(f"ix_submission_people_{_name}", submission_people.c.environment_id, submission_people.c[_name])

search_progress = Table(
    "search_progress",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("through_id", Key, nullable=False),  # every submission up to this number can be searched
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("person_id", Text, nullable=False),  # as in sessions: a view is its maker's own
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),  # the list's address after the question mark
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("environment_id", "person_id", "name"),
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

# Kept figures: how many submissions stand where, per day, without test leads. Changed in the transaction that changes a
# submission (performance.keeping_store), so that a page never counts rows. 0 where a submission has no owner, form or
# campaign.

figure_sets = Table(
    "figure_sets",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("time_zone", Text, nullable=False),  # whose days the figures below are
    Column("counted_at", BigInteger, nullable=False),
    Column(
        "counted_id", BigInteger, nullable=False, server_default="0"
    ),  # up to this number; performance.keeping_store
    Column("condensed_to", Integer, nullable=False, server_default="0"),  # days before this are in months too
    Column("weeks_to", Integer, nullable=False, server_default="0"),  # and days before this in weeks
)

daily_figures = Table(
    "daily_figures",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Integer, primary_key=True),  # of submission: days since 1970 in the set's time zone
    Column("owner_id", Integer, primary_key=True),
    Column("form_version_id", Integer, primary_key=True),
    Column("campaign_id", Integer, primary_key=True),
    Column("lead_type", Text, primary_key=True),
    Column("outcome", SmallInteger, primary_key=True),  # performance.figures.Outcome
    Column("count", Integer, nullable=False),
    Index("ix_daily_figures_form", "environment_id", "form_version_id", "day"),
    Index("ix_daily_figures_campaign", "environment_id", "campaign_id", "day"),
    sqlite_with_rowid=False,
)

monthly_figures = Table(
    "monthly_figures",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("month", Integer, primary_key=True),  # 12 a year: performance.figures.month_of
    Column("owner_id", Integer, primary_key=True),
    Column("form_version_id", Integer, primary_key=True),
    Column("campaign_id", Integer, primary_key=True),
    Column("lead_type", Text, primary_key=True),
    Column("outcome", SmallInteger, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)


OUTCOMES = ("pending", "retry", "review", "created", "updated", "linked", "failed", "rejected")
"""In the order of performance.figures.Outcome."""


def _told_by(table: str, time: str) -> Table:
    """Sums by one dimension alone, an outcome a column: nothing else is quick where there are hundreds of values."""
    return Table(
        table,
        metadata,
        Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
        Column("dimension", SmallInteger, primary_key=True),  # performance.dimensions.Dimension
        Column(time, Integer, primary_key=True),
        Column("value", Integer, primary_key=True),  # id of an owner, a form version ...; 0 of none
        *(Column(outcome, Integer, nullable=False) for outcome in OUTCOMES),
        Index(f"ix_{table}_value", "environment_id", "dimension", "value", time),
        sqlite_with_rowid=False,
    )


daily_sums = _told_by("daily_sums", "day")
weekly_sums = _told_by("weekly_sums", "week")  # weeks since 1970, each from a Thursday: performance.figures.week_of
monthly_sums = _told_by("monthly_sums", "month")

# Creatives, countries and industries under small numbers, as they came with the responses.
facet_values = Table(
    "facet_values",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("dimension", SmallInteger, nullable=False),
    Column("text", Text, nullable=False),  # a creative's id, a country's ISO code, an industry's name; "?" of others
    UniqueConstraint("environment_id", "dimension", "text"),
)

# From submission to lead, in buckets that grow by a tenth: performance.figures.bucket_of.
daily_latencies = Table(
    "daily_latencies",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("bucket", SmallInteger, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# What the last reconciliation counted, all forms together, of what LinkedIn still shows.
reconciliations = Table(
    "reconciliations",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("counted_at", BigInteger, nullable=False),
    Column("forms", Integer, nullable=False),
    Column("linkedin", Integer, nullable=False),
    Column("stored", Integer, nullable=False),
    Column("settled", Integer, nullable=False),
)

# What ads cost, as LinkedIn tells it by day (of UTC), campaign and ad; and how the last reading of an account went.
cost_readings = Table(
    "cost_readings",
    metadata,
    Column("owner_id", Integer, ForeignKey("owners.id", ondelete="CASCADE"), primary_key=True),
    Column("currency", Text, nullable=False, server_default=""),  # of the account: EUR
    Column("through_day", Integer),  # days since 1970; null: never read
    Column("read_at", BigInteger),
    Column("tried_at", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),  # grows with every change of the sums
    Column("trouble", Text, nullable=False, server_default=""),
)

daily_costs = Table(
    "daily_costs",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("owner_id", Integer, ForeignKey("owners.id", ondelete="CASCADE"), primary_key=True),
    Column("campaign_id", Integer, primary_key=True),
    Column("ad_id", BigInteger, primary_key=True),  # LinkedIn's number of the creative; 0 where not told by ad
    Column("micros", BigInteger, nullable=False),  # millionths of the account's currency
    Column("impressions", BigInteger, nullable=False),
    Column("clicks", Integer, nullable=False),
    Column("opens", Integer, nullable=False),  # of the lead form
    Column("leads", Integer, nullable=False),  # LinkedIn's count
    Index("ix_daily_costs_campaign", "environment_id", "campaign_id", "day"),
    Index("ix_daily_costs_ad", "environment_id", "ad_id", "day"),
    sqlite_with_rowid=False,
)

# The same by month, of every day that is known; written in the transaction that writes the days.
monthly_costs = Table(
    "monthly_costs",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("month", Integer, primary_key=True),  # 12 a year: performance.figures.month_of
    Column("owner_id", Integer, ForeignKey("owners.id", ondelete="CASCADE"), primary_key=True),
    Column("campaign_id", Integer, primary_key=True),
    Column("ad_id", BigInteger, primary_key=True),
    Column("micros", BigInteger, nullable=False),
    Column("impressions", BigInteger, nullable=False),
    Column("clicks", Integer, nullable=False),
    Column("opens", Integer, nullable=False),
    Column("leads", Integer, nullable=False),
    sqlite_with_rowid=False,
)

ads = Table(
    "ads",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("ad_id", BigInteger, primary_key=True),
    Column("name", Text, nullable=False),
    Column("form_id", Integer, nullable=False),  # 0 where it has no lead form that is known
    sqlite_with_rowid=False,
)

# What became of leads in Dynamics after they got there. Only leads that are closed have a row, and those that were
# closed or asked for once.
submission_outcomes = Table(
    "submission_outcomes",
    metadata,
    Column(
        "submission_id",
        Key,
        ForeignKey("submissions.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    _environment(),
    Column("stage", SmallInteger, nullable=False),  # performance.outcome_stages.Stage
    Index("ix_submission_outcomes_environment_id", "environment_id", "submission_id"),
)

outcome_readings = Table(
    "outcome_readings",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("through_at", BigInteger),  # of modifiedon: all that changed before is known
    Column("whole_at", BigInteger),  # when each lead was last asked for by its id
    Column("counted_at", BigInteger),
    Column("time_zone", Text, nullable=False, server_default=""),  # whose days daily_conversions are
    Column("tried_at", BigInteger, nullable=False, server_default="0"),
    Column("revision", Integer, nullable=False, server_default="0"),  # grows with every change of the sums
    Column("trouble", Text, nullable=False, server_default=""),
)

daily_conversions = Table(
    "daily_conversions",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Integer, primary_key=True),  # of submission, as in daily_figures
    Column("owner_id", Integer, primary_key=True),
    Column("form_id", Integer, primary_key=True),
    Column("campaign_id", Integer, primary_key=True),
    Column("lead_type", Text, primary_key=True),
    Column("stage", SmallInteger, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

monthly_conversions = Table(
    "monthly_conversions",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("month", Integer, primary_key=True),
    Column("owner_id", Integer, primary_key=True),
    Column("form_id", Integer, primary_key=True),
    Column("campaign_id", Integer, primary_key=True),
    Column("lead_type", Text, primary_key=True),
    Column("stage", SmallInteger, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# The same by what comes with the answers, each for itself; where it was not answered under 0.
daily_facet_conversions = Table(
    "daily_facet_conversions",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("dimension", SmallInteger, primary_key=True),  # performance.dimensions.Dimension
    Column("day", Integer, primary_key=True),
    Column("value", Integer, primary_key=True),  # facet_values.id
    Column("stage", SmallInteger, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# A person's own page of charts.
dashboards = Table(
    "dashboards",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("person_id", Text, nullable=False),  # as in sessions
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("charts", Text, nullable=False, server_default="[]"),  # JSON: performance.dashboard_charts.Chart
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    UniqueConstraint("environment_id", "person_id", "name"),
)

# Who is at the console. Nothing here tells a token: only its hash is kept.

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),  # console.person.PersonKind: entra | operator
    Column("person_id", Text, nullable=False),  # Entra object id, or "operator"
    Column("tenant_id", Text, nullable=False, server_default=""),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("id_token_hint", LargeBinary),  # sealed; for sign-out at Entra
    Index("ix_sessions_person_id", "person_id"),
)

# A sign-in under way at Entra, bound to the browser that began it.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("browser_hash", LargeBinary, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("return_to", Text, nullable=False, server_default="/"),
    Column("expires_at", BigInteger, nullable=False),
)

# Links for the operator: good once, for minutes.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("name", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("start", Text, nullable=False),  # its first letters, to tell tokens apart
    Column("scopes", Text, nullable=False),  # words separated by blanks: console.rights.Scope
    Column("created_by", Text, nullable=False),
    # Whose rights bound it, as in sessions; "" where nobody knows: then it has none.
    Column("person_kind", Text, nullable=False, server_default=""),
    Column("person_id", Text, nullable=False, server_default=""),
    Column("tenant_id", Text, nullable=False, server_default=""),
    Column("parent_id", Integer),  # the token that made it, and ends it when it is revoked
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("revoked_by", Text, nullable=False, server_default=""),
    Index("ix_api_tokens_environment_id", "environment_id"),
)

# What a request with an idempotency key was answered, for a day. Without a status it is under way, or its process died.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("id", Key, primary_key=True),
    _environment(),
    Column("token_id", Integer, ForeignKey("api_tokens.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),  # of method, address and body
    Column("begun_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("status", SmallInteger),
    Column("answer", LargeBinary),  # sealed by accounts.vault: media type and body
    UniqueConstraint("token_id", "key"),
    Index("ix_idempotency_keys_expires_at", "expires_at"),
)

# Files between upload and import, for an hour.
uploads = Table(
    "uploads",
    metadata,
    Column("key", Text, primary_key=True),
    _environment(),
    Column("person_id", Text, nullable=False),  # as in sessions, or token:7
    Column("name", Text, nullable=False),
    Column("form_id", BigInteger),  # LinkedIn's, where a person said which form it is of
    Column("at", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),  # sealed by accounts.vault: intake.uploads.packed
    Index("ix_uploads_at", "at"),
)

# Append-only: triggers refuse every change, and to delete what is younger than 90 days. It outlives the environment it
# speaks of.
audit_entries = Table(
    "audit_entries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("environment_id", Integer),
    Column("environment", Text, nullable=False, server_default=""),
    Column("at", BigInteger, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("via", Text, nullable=False),  # console | api | command line | leadferry
    Column("action", Text, nullable=False),  # console.rights.Action
    Column("record_kind", Text, nullable=False, server_default=""),
    Column("record_id", Text, nullable=False, server_default=""),
    Column("record", Text, nullable=False, server_default=""),
    Column("before", Text),  # JSON, without secrets
    Column("after", Text),
    Index("ix_audit_entries_environment_id_id", "environment_id", "id"),
)

# Guardian: what it last found, what it told whom.

findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("check", Text, nullable=False),  # guardian.model: token, consent, role, version, credential, quota ...
    Column("subject", Text, nullable=False, server_default=""),  # the record: profile:3, owner:5, linkedin
    Column("level", Text, nullable=False),  # good | info | warn | bad
    Column("title", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("fix", Text, nullable=False, server_default=""),
    Column("since", BigInteger, nullable=False),
    Column("checked_at", BigInteger, nullable=False),
    UniqueConstraint("environment_id", "check", "subject"),
)

request_counts = Table(
    "request_counts",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Integer, primary_key=True),  # days since 1970 UTC: both services count by day
    Column("service", Text, primary_key=True),  # linkedin | dynamics
    Column("resource", Text, primary_key=True),
    Column("requests", Integer, nullable=False),
    Column("throttled", Integer, nullable=False, server_default="0"),
)

alert_channels = Table(
    "alert_channels",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("name", Text, nullable=False),
    Column("address", LargeBinary, nullable=False),  # Apprise URL, sealed: it holds passwords
    Column("service", Text, nullable=False),  # what kind it is, for people: "Microsoft Teams"
    Column("shown", Text, nullable=False, server_default=""),  # the address without what opens it
    Column("events", Text, nullable=False),  # words separated by blanks: alerts.model.Event
    Column("digest_minutes", Integer, nullable=False, server_default="0"),  # 0: at once
    Column("quiet_from", Text, nullable=False, server_default=""),  # HH:MM; urgent ones come all the same
    Column("quiet_to", Text, nullable=False, server_default=""),
    Column("time_zone", Text, nullable=False, server_default="UTC"),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("environment_id", "name"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Key, primary_key=True),
    _environment(),
    Column("event", Text, nullable=False),
    Column("key", Text, nullable=False),  # the same key is not raised twice while it is open: consent:3:14
    Column("level", Text, nullable=False),  # info | warn | bad
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("fix", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),  # path at the console where it is mended
    Column("count", Integer, nullable=False, server_default="0"),  # of things that happened; 0 for a condition
    Column("raised_at", BigInteger, nullable=False),
    Column("resolved_at", BigInteger),
    Index("ix_alerts_environment_id_id", "environment_id", "id"),
    Index("ix_alerts_environment_id_key", "environment_id", "key"),
)
# What every page counts: the open ones are few, the history grows.
_partial(
    "ix_alerts_open",
    alerts.c.environment_id,
    where=alerts.c.resolved_at.is_(None),
)

alert_deliveries = Table(
    "alert_deliveries",
    metadata,
    Column("alert_id", Key, ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("channel_id", Integer, ForeignKey("alert_channels.id", ondelete="CASCADE"), primary_key=True),
    Column("state", Text, nullable=False),  # waiting | sent | failed
    Column("attempts", SmallInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("error", Text, nullable=False, server_default=""),
    Index("ix_alert_deliveries_due_at", "state", "due_at"),
)

# Outgoing webhooks: who is told over HTTP of what becomes of submissions.
webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Integer, primary_key=True),
    _environment(),
    Column("name", Text, nullable=False),
    Column("address", LargeBinary, nullable=False),  # sealed: what stands behind its question mark may be a key
    Column("shown", Text, nullable=False),  # the address without that
    Column("events", Text, nullable=False),  # words separated by blanks: webhooks.model.EventType
    Column("form_ids", Text, nullable=False, server_default=""),  # lead_forms.id, separated by blanks; empty: all
    Column("answers", Boolean, nullable=False),  # whether the person's answers are sent
    Column("secret", LargeBinary, nullable=False),  # sealed by accounts.vault
    Column("old_secret", LargeBinary),  # sealed; signs beside the new one for a while
    Column("old_secret_until", BigInteger),
    Column("active", Boolean, nullable=False),
    Column("paused_why", Text, nullable=False, server_default=""),  # webhooks.model.Pause; empty: by a person
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("failing_since", BigInteger),
    Column("held_until", BigInteger, nullable=False, server_default="0"),  # nothing is sent before
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("environment_id", "name"),
)

# One event on its way to one webhook, put down in the transaction that made it happen.
webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Key, primary_key=True),
    _environment(),
    Column("webhook_id", Integer, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", Text, nullable=False),  # what the receiver knows it by, the same at each attempt
    Column("event", Text, nullable=False),
    Column("submission_id", Key, ForeignKey("submissions.id", ondelete="CASCADE")),
    Column("happened_at", BigInteger, nullable=False),
    Column("facts", Text, nullable=False, server_default="{}"),  # JSON: the outcome as it was at that moment
    Column("body", LargeBinary),  # as it was first sent, and is sent again
    Column("state", Text, nullable=False),  # waiting | delivered | failed
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("due_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("status", SmallInteger),  # of the last answer; 0: there was none
    Column("error", Text, nullable=False, server_default=""),
    Index("ix_webhook_deliveries_webhook_id_id", "webhook_id", "id"),
    Index("ix_webhook_deliveries_submission_id", "submission_id"),
    Index("ix_webhook_deliveries_happened_at", "happened_at"),
)
# What did not arrive, or not yet: few, however long the log is.
_OPEN = text("state <> 'delivered'")
_partial(
    "ix_webhook_deliveries_open",
    webhook_deliveries.c.webhook_id,
    webhook_deliveries.c.state,
    webhook_deliveries.c.due_at,
    where=_OPEN,
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("delivery_id", Key, ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("status", SmallInteger, nullable=False),  # 0: no answer
    Column("took_ms", Integer, nullable=False),
    Column("error", Text, nullable=False, server_default=""),
    Column("response", Text, nullable=False, server_default=""),  # how the answer begins
    Index("ix_webhook_attempts_delivery_id", "delivery_id"),
)

# The mirror: what is not in Leadferry's own tables in Dynamics yet. Written with the settlement, so that whatever dies,
# nothing is forgotten; a line goes when Dynamics has the row.
mirror_queue = Table(
    "mirror_queue",
    metadata,
    Column("id", Key, primary_key=True),
    _environment(),
    Column("submission_id", Key, ForeignKey("submissions.id", ondelete="CASCADE")),
    Column("response_id", Text, nullable=False, server_default=""),  # of a submission that is gone
    Column("lead_id", Text, nullable=False, server_default=""),  # whose counts must be written again
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("due_at", BigInteger, nullable=False, server_default="0"),
    Index("ix_mirror_queue_environment_id_id", "environment_id", "id"),
    Index("ix_mirror_queue_submission_id", "submission_id"),
)

# Rows of which there are few, as they were written last: only what changed is written again.
mirror_rows = Table(
    "mirror_rows",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("row_id", Text, primary_key=True),  # of Dynamics; of a link both ids
    Column("kind", SmallInteger, nullable=False),  # mirror.model.Kind
    Column("key", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)

mirror_states = Table(
    "mirror_states",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("behind_from", BigInteger),  # what was settled since is not in the queue; null: all of it is
    Column("trouble", Text, nullable=False, server_default=""),
    Column("trouble_at", BigInteger),
)

# Retention: what its last run took away. Rows go with their environment.
retention_runs = Table(
    "retention_runs",
    metadata,
    Column("environment_id", Integer, ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True),
    Column("began_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),  # null: under way, or its process died
    Column("answers", Integer, nullable=False, server_default="0"),
    Column("details", Integer, nullable=False, server_default="0"),
    Column("alerts", Integer, nullable=False, server_default="0"),
    Column("audit", Integer, nullable=False, server_default="0"),
    Column("trouble", Text, nullable=False, server_default=""),
)
