"""What the original connector had and this solution has not, each with its reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping

HOSTED_SERVICE = "It told where Microsoft's hosted service was and how to sign in there; Leadferry has none."
MARKETING = "It belongs to the outbound marketing app, which is retired; its tables do not exist in an environment."
PICTURE = "LinkedIn's lead API gives no picture of the member who authorized."
PLATFORM = "Dynamics makes it with the table."

COLUMNS: Mapping[str, str] = {
    "linkedinconfiguration.authenticationresource": HOSTED_SERVICE,
    "linkedinconfiguration.authenticationtokenendpoint": HOSTED_SERVICE,
    "linkedinconfiguration.authenticationtype": HOSTED_SERVICE,
    "linkedinconfiguration.clientid": HOSTED_SERVICE,
    "linkedinconfiguration.configcacheexpirationdate": HOSTED_SERVICE,
    "linkedinconfiguration.configcacheexpirationperiodinms": HOSTED_SERVICE,
    "linkedinconfiguration.discoveryendpointurl": HOSTED_SERVICE,
    "linkedinconfiguration.organization_config": HOSTED_SERVICE,
    "linkedinconfiguration.s2sinboundconfigurl": HOSTED_SERVICE,
    "linkedinconfiguration.servicepublicid": HOSTED_SERVICE,
    "linkedinformsubmission.customerjourney": MARKETING,
    "linkedinuserprofile.entityimage": PICTURE,
}
"""`table.column`, without prefixes."""

TABLES: Mapping[str, str] = {
    "linkedinaudience": "Matched audiences were an add-on of their own, fed from marketing segments.",
    "linkedincampaignactivity": MARKETING,
    "customerjourney": MARKETING,
}

EMPTY: Mapping[str, str] = {
    "linkedinactivity": "The hosted service kept its queue of work there. Leadferry's queue is its own; a submission's "
    "timeline and the page Sync status tell what a row told. The table stands for old reports.",
}
"""Tables of the solution that Leadferry does not fill, each with its reason."""

RELATIONSHIPS: Mapping[str, str] = {
    "linkedinformsubmission_customerjourney": MARKETING,
    "ferry_linkedincampaign_ferry_customerjourney_LinkedInCampaign": MARKETING,
    "ferry_linkedincampaign_ferry_linkedincampaignactivity_campaignid": MARKETING,
}
"""Schema names without the first prefix."""

ROLLUPS = (
    "Rollup and calculated columns of the original are plain columns here, with the same names and types: a rollup is "
    "computed by the hour at best, and Microsoft supports defining one only in its own editor. Leadferry writes them."
)
KEYS = (
    "The original had no alternate keys. Here every id of LinkedIn is one, in its bare form: a key's value cannot be "
    "asked for when it holds a colon, so never a URN. Names of mappings and lead columns are too long for a key (900 "
    "bytes); their rows have ids that Leadferry derives."
)
