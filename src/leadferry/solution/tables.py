"""Every table of the solution, and how they hang together. Pure.

A mirror takes names from here: `SUBMISSIONS.entity_set`, `SUBMISSIONS["matchingstatus"].name`, `["lead"].bind`.
"""

from __future__ import annotations

from leadferry.solution.model import FIRST_OPTION, Choice, ManyToMany, Table
from leadferry.solution.tables_linkedin import ACCOUNTS, CAMPAIGNS, FORMS, PROFILES, QUESTIONS
from leadferry.solution.tables_settings import CONFIGURATIONS, FIELD_MAPPINGS, LEAD_FIELDS, STRATEGIES
from leadferry.solution.tables_submissions import ACTIVITIES, ANSWERS, LEADS, SUBMISSIONS

__all__ = [
    "ACCOUNTS", "ACTIVITIES", "ANSWERS", "CAMPAIGNS", "CONFIGURATIONS", "FIELD_MAPPINGS", "FORMS", "LEADS",
    "LEAD_FIELDS", "LEAD_SOURCE", "LEAD_SOURCE_LABEL", "PAIRS", "PROFILES", "QUESTIONS", "STRATEGIES", "SUBMISSIONS",
    "TABLES", "choices",
]  # fmt: skip

TABLES: tuple[Table, ...] = (
    PROFILES,
    ACCOUNTS,
    CAMPAIGNS,
    FORMS,
    QUESTIONS,
    SUBMISSIONS,
    ANSWERS,
    ACTIVITIES,
    STRATEGIES,
    FIELD_MAPPINGS,
    LEAD_FIELDS,
    CONFIGURATIONS,
)
"""Those that the solution makes, in the order a reader meets them."""

PAIRS: tuple[ManyToMany, ...] = (
    ManyToMany("ferry_linkedinuserprofile_account", PROFILES.name, ACCOUNTS.name),
    ManyToMany("ferry_ferry_linkedinlms_fieldmapping", STRATEGIES.name, FIELD_MAPPINGS.name, "Fields"),
)
"""Which accounts a profile can reach; which mappings a strategy compares."""

LEAD_SOURCE = FIRST_OPTION
"""The option of lead.leadsourcecode that a created lead gets (OC-87)."""
LEAD_SOURCE_LABEL = "LinkedIn Sponsored Content"


def choices() -> tuple[Choice, ...]:
    return tuple(choice for table in TABLES for choice in table.choices())
