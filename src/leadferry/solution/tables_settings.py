"""What the integration is told: matching strategies, field mappings, configuration. Pure."""

from __future__ import annotations

from leadferry.solution.columns import choice, lookup, text, yes_no
from leadferry.solution.model import Table

STRATEGIES = Table(
    "ferry_linkedinleadmatchingstrategy",
    "ferry_linkedinleadmatchingstrategies",
    "LinkedIn matching",
    "Lead matching strategies",
    "Rule set that decides whether a submission belongs to an existing lead.",
    (
        text("name", "Name", 100, "Strategy name.", required=True, primary=True),
        yes_no("activated", "Activated", "Is this the strategy in force.", default=False),
        yes_no(
            "alwayscreatelead",
            "Always create Lead",
            "Skip matching and create one lead per submission.",
            default=False,
            required=True,
        ),
        yes_no(
            "enablecontactcreation",
            "Enable contact creation",
            "Create/attach a contact for each lead created.",
            default=True,
            required=True,
        ),
    ),
)

FIELD_MAPPINGS = Table(
    "ferry_linkedinfieldmapping",
    "ferry_linkedinfieldmappings",
    "Field mapping",
    "Field mappings",
    "Maps one LinkedIn question/field name to one lead column.",
    (
        text("name", "Name", 800, "Field name exactly as on the LinkedIn form.", required=True, primary=True),
        text("leadfield", "Lead field", 100, "Logical name of the lead column (text form, older)."),
        lookup(
            "leadfieldlookup",
            "Lead Field",
            "ferry_leadentityfield",
            "ferry_ferry_leadentityfield_ferry_linkedinfieldmapping_leadfieldlookup",
            "Lead column chosen from the list of lead columns (newer).",
        ),
        text(
            "LinkedInPredefinedField",
            "LinkedIn Predefined Field",
            100,
            "LinkedIn predefined field the mapping stands for.",
        ),
    ),
)

LEAD_FIELDS = Table(
    "ferry_leadentityfield",
    "ferry_leadentityfields",
    "Lead Entity Field",
    "Lead Entity Fields",
    "Lead columns offered as targets of field mappings.",
    (
        text("name", "Name", 100, "Label of the lead column.", required=True, primary=True),
        text("logicalname", "Logical Name", 500, "Logical name of the lead column.", required=True),
    ),
    organization_owned=True,
)

CONFIGURATIONS = Table(
    "ferry_linkedinconfiguration",
    "ferry_linkedinconfigurations",
    "LinkedIn Lead Gen Integration Configuration",
    "LinkedIn Lead Gen Integration Configurations",
    "The settings that reports read: two switches. The hosted service's connection columns are left out.",
    (
        text(
            "redirectUrl",
            "Redirect URL",
            200,
            "The table's name: address of the console that keeps the settings.",
            required=True,
            primary=True,
        ),
        yes_no(
            "synchronizecampaigns",
            "Synchronize campaigns",
            "Switch: also pull campaigns.",
            default=True,
            required=True,
        ),
        choice(
            "OnMatchingFail",
            "On Matching Fail",
            (
                "Ignore",
                "Create new lead",
            ),
            "What to do with a submission the strategy cannot match.",
            default=0,
        ),
    ),
)
