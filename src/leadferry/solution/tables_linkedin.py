"""What LinkedIn shows: user profiles, ad accounts, campaigns, forms, questions. Pure."""

from __future__ import annotations

from leadferry.solution.columns import choice, date, key, lookup, memo, moment, rollup, text, yes_no
from leadferry.solution.model import Kind, Table

PROFILES = Table(
    "ferry_linkedinuserprofile",
    "ferry_linkedinuserprofiles",
    "LinkedIn User Profile",
    "LinkedIn User Profiles",
    "A LinkedIn member whose authorization lets the connector read ad accounts, forms and submissions.",
    (
        text("name", "Name", 100, "Profile name.", required=True, primary=True),
        choice(
            "authorized",
            "Authorized",
            (
                "Not Authorized",
                "Authorized",
                "Expired",
                "Reauthorizing",
            ),
            "Authorization state.",
            default=0,
        ),
        moment("expiresin", "Expires in", "When the authorization expires."),
        moment("LastSyncDate", "Last Sync Date", "When the profile was last synced."),
        text(
            "linkedinauthorizedname",
            "LinkedIn Authorized User Name",
            256,
            "Name of the LinkedIn member who authorized.",
        ),
        text("statusdetails", "Status details", 100, "Free text explaining the status."),
        choice(
            "SyncStatus",
            "Sync Status",
            (
                "Not Syncing",
                "Syncing Accounts",
                "Active",
                "No Accounts Available",
            ),
            "State of the pull of ad accounts.",
            default=0,
        ),
    ),
)

ACCOUNTS = Table(
    "ferry_linkedinaccount",
    "ferry_linkedinaccounts",
    "LinkedIn Account",
    "LinkedIn Accounts",
    "One LinkedIn ad account that an authorized member can reach; owner of forms and campaigns.",
    (
        text("name", "Name", 100, "Ad account name.", required=True, primary=True),
        choice(
            "campaignsyncstatus",
            "Campaign sync status",
            (
                "Pending Synchronization",
                "Active",
                "No Active Campaigns Available",
                "Forbidden",
            ),
            "State of the campaign pull for this ad account.",
        ),
        lookup(
            "defaultleadowner",
            "Default Lead Owner",
            "systemuser",
            "ferry_linkedinaccount_defaultleadowner_systemuser",
            "User who becomes owner of leads produced from this ad account.",
            required=True,
        ),
        yes_no("enabledforsync", "Sync enabled", "Switch: pull data for this ad account or not.", default=True),
        moment("lastcampaignsyncdate", "Last campaign sync", "When campaigns were last pulled."),
        moment("lastsyncdate", "Last form sync", "When forms were last pulled."),
        *rollup("lastsynctimestamprollup", "Last sync", "Latest moment form submissions were synced.", Kind.MOMENT),
        text(
            "linkedinaccounttextid",
            "LinkedIn Account Text",
            100,
            "Identifier of the ad account on LinkedIn, kept as text.",
            required=True,
        ),
        text("statusdetails", "Status Details", 100, "Free text explaining the current status (shown in form header)."),
        choice(
            "syncstatus",
            "Form sync status",
            (
                "Pending Synchronization",
                "Active",
                "Not Syncing",
                "No Forms Available",
                "Forbidden",
            ),
            "State of the last pull of forms and submissions.",
            default=0,
            required=True,
        ),
    ),
    keys=(key("AccountKey", "LinkedIn account id", "linkedinaccounttextid"),),
)

CAMPAIGNS = Table(
    "ferry_linkedincampaign",
    "ferry_linkedincampaigns",
    "LinkedIn Campaign",
    "LinkedIn Campaigns",
    "A LinkedIn campaign that collects submissions.",
    (
        text("name", "Name", 256, "Campaign name.", required=True, primary=True),
        choice(
            "CampaignType",
            "Campaign Type",
            (
                "Text Advertisement",
                "LinkedIn Sponsored Content",
                "LinkedIn Sponsored InMail",
                "LinkedIn Dynamic Ad",
            ),
            "Kind of ad campaign.",
        ),
        date("EndDate", "Proposed End Date", "Planned end (date only)."),
        lookup(
            "LinkedInAccount",
            "LinkedIn Account",
            "ferry_linkedinaccount",
            "ferry_ferry_linkedinaccount_ferry_linkedincampaign_LinkedInAccount",
            "Ad account that runs the campaign.",
        ),
        text("linkedinid", "LinkedIn ID", 256, "Campaign identifier on LinkedIn."),
        choice(
            "LinkedInStatus",
            "LinkedIn Status",
            (
                "Active",
                "Paused",
                "Archived",
                "Completed",
                "Canceled",
                "Draft",
            ),
            "Campaign status as reported by LinkedIn.",
        ),
        date("StartDate", "Proposed Start Date", "Planned start (date only)."),
        *rollup("totalleads", "Total leads", "Number of leads credited to the campaign."),
        *rollup("totalsubmissions", "Total submissions", "Number of submissions received for the campaign."),
    ),
    keys=(key("CampaignKey", "LinkedIn campaign id", "linkedinid"),),
)

FORMS = Table(
    "ferry_linkedinform",
    "ferry_linkedinforms",
    "LinkedIn Lead Gen Form",
    "LinkedIn Lead Gen Forms",
    "A lead gen form as defined on LinkedIn.",
    (
        text("name", "Name", 256, "Form name.", required=True, primary=True),
        memo("Description", "Description", 2000, "Form description."),
        text("Headline", "LinkedIn form headline", 100, "Headline shown to members.", required=True),
        text("LandingpageURL", "Landing page URL", 2000, "Landing page behind the form."),
        moment("lastsyncdate", "Last Sync Date", "When submissions of this form were last pulled."),
        text("LinkedInID", "LinkedIn ID", 100, "Form identifier on LinkedIn.", required=True),
        lookup(
            "LinkedInParentAccount",
            "LinkedIn Account",
            "ferry_linkedinaccount",
            "ferry_ferry_linkedinaccount_ferry_linkedinform_LinkedInParentAccount",
            "Ad account that owns the form.",
            required=True,
        ),
        text("LocaleCountry", "Locale country", 100, "Country of the form locale."),
        text("LocaleLanguage", "Locale language", 100, "Language of the form locale."),
        text("PrivacyPolicyURL", "Privacy policy URL", 2000, "Privacy policy link on the form."),
        choice(
            "syncstatus",
            "Sync status",
            (
                "Pending Synchronization",
                "Active",
                "No Form Submissions",
                "Forbidden",
            ),
            "State of the submission pull for this form.",
            default=0,
        ),
        memo("Thankyoumessage", "Thank you message", 2000, "Message shown after submitting."),
        *rollup("totalsubmissions", "Total submissions", "Submissions received on the form."),
    ),
    keys=(key("FormKey", "LinkedIn form id", "linkedinid"),),
)

QUESTIONS = Table(
    "ferry_linkedinformquestion",
    "ferry_linkedinformquestions",
    "LinkedIn Form Question",
    "LinkedIn Form Questions",
    "One question of a form.",
    (
        text("name", "Name", 450, "Question name.", required=True, primary=True),
        text("DisplayName", "Display name", 500, "Label shown on the form."),
        yes_no("isconsentcheckbox", "Is Consent Checkbox", "Is the question a consent checkbox.", default=False),
        yes_no(
            "iscustomquestion", "Is Custom Question", "Is the question a custom (non-predefined) one.", default=False
        ),
        lookup(
            "LinkedinForm",
            "LinkedIn form",
            "ferry_linkedinform",
            "ferry_ferry_linkedinform_ferry_linkedinformquestion_LinkedinForm",
            "Form that shows the question.",
        ),
        text("LinkedinID", "LinkedIn ID", 100, "Question identifier on LinkedIn."),
        lookup(
            "LinkedInPredefinedField",
            "LinkedIn Predefined Field",
            "ferry_linkedinfieldmapping",
            "ferry_ferry_linkedinfieldmapping_ferry_linkedinformquestion_LinkedInPredefinedField",
            "Field mapping used for this question.",
        ),
        yes_no(
            "ResponseEditable",
            "Response editable",
            "Whether the member may edit the answer or it is fixed from the profile.",
            default=True,
        ),
        text("ResponseType", "Response type", 100, "Kind of response expected."),
    ),
    keys=(key("QuestionKey", "LinkedIn form and question id", "linkedinform", "linkedinid"),),
)
