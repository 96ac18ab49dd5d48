"""The tables of Microsoft's discontinued LinkedIn connector, as an environment of December 2024 had them.

Source: original-tables reference (Common Data Model and exported organizations). Without the marketing add-ons.
"""

from __future__ import annotations

USER_PROFILE = """
msdyncrm_linkedinuserprofileid id | LinkedIn User Profile
msdyncrm_authorized choice default=192350000 | Authorized | 192350000 Not Authorized; 192350001 Authorized; \
192350002 Expired; 192350003 Reauthorizing
msdyncrm_expiresin moment | Expires in
msdyncrm_lastsyncdate moment | Last Sync Date
msdyncrm_linkedinauthorizedname text 256 | LinkedIn Authorized User Name
msdyncrm_name text 100 A | Name
msdyncrm_statusdetails text 100 | Status details
msdyncrm_syncstatus choice default=192350000 | Sync Status | 192350000 Not Syncing; 192350001 Syncing Accounts; \
192350002 Active; 192350003 No Accounts Available
"""

ACCOUNT = """
msdyncrm_linkedinaccountid id | LinkedIn Account
msdyncrm_campaignsyncstatus choice | Campaign sync status | 192350000 Pending Synchronization; 192350001 Active; \
192350002 No Active Campaigns Available; 192350003 Forbidden
msdyncrm_defaultleadowner lookup systemuser A via=msdyncrm_linkedinaccount_defaultleadowner_systemuser | Default \
Lead Owner
msdyncrm_enabledforsync yesno default=true | Sync enabled
msdyncrm_lastcampaignsyncdate moment | Last campaign sync
msdyncrm_lastsyncdate moment | Last form sync
msdyncrm_lastsynctimestamprollup moment ro | Last sync
msdyncrm_lastsynctimestamprollup_date moment ro | Last sync (Last Updated On)
msdyncrm_lastsynctimestamprollup_state whole ro | Last sync (State)
msdyncrm_linkedinaccounttextid text 100 A | LinkedIn Account Text
msdyncrm_name text 100 A | Name
msdyncrm_statusdetails text 100 | Status Details
msdyncrm_syncstatus choice A default=192350000 | Form sync status | 192350000 Pending Synchronization; 192350001 \
Active; 192350002 Not Syncing; 192350003 No Forms Available; 192350004 Forbidden
"""

CAMPAIGN = """
msdyncrm_linkedincampaignid id | LinkedIn Campaign
msdyncrm_campaigntype choice | Campaign Type | 192350000 Text Advertisement; 192350001 LinkedIn Sponsored Content; \
192350002 LinkedIn Sponsored InMail; 192350003 LinkedIn Dynamic Ad
msdyncrm_enddate moment | Proposed End Date
msdyncrm_linkedinaccount lookup msdyncrm_linkedinaccount \
via=msdyncrm_msdyncrm_linkedinaccount_msdyncrm_linkedincampaign_LinkedInAccount | LinkedIn Account
msdyncrm_linkedinid text 256 | LinkedIn ID
msdyncrm_linkedinstatus choice | LinkedIn Status | 192350000 Active; 192350001 Paused; 192350002 Archived; 192350003 \
Completed; 192350004 Canceled; 192350005 Draft
msdyncrm_name text 256 A | Name
msdyncrm_startdate moment | Proposed Start Date
msdyncrm_totalleads whole ro | Total leads
msdyncrm_totalleads_date moment ro | Total leads (Last Updated On)
msdyncrm_totalleads_state whole ro | Total leads (State)
msdyncrm_totalsubmissions whole ro | Total submissions
msdyncrm_totalsubmissions_date moment ro | Total submissions (Last Updated On)
msdyncrm_totalsubmissions_state whole ro | Total submissions (State)
"""

LEAD_FIELD = """
msdyncrm_leadentityfieldid id | Lead Entity Field
msdyncrm_logicalname text 500 A | Logical Name
msdyncrm_name text 100 A | Name
"""

FIELD_MAPPING = """
msdyncrm_linkedinfieldmappingid id | Field mapping
msdyncrm_leadfield text 100 | Lead field
msdyncrm_leadfieldlookup lookup msdyncrm_leadentityfield \
via=msdyncrm_msdyncrm_leadentityfield_msdyncrm_linkedinfieldmapping_leadfieldlookup | Lead Field
msdyncrm_linkedinpredefinedfield text 100 | LinkedIn Predefined Field
msdyncrm_name text 800 A | Name
"""

STRATEGY = """
msdyncrm_linkedinleadmatchingstrategyid id | LinkedIn matching
msdyncrm_activated yesno default=false | Activated
msdyncrm_alwayscreatelead yesno A default=false | Always create Lead
msdyncrm_enablecontactcreation yesno A default=true | Enable contact creation
msdyncrm_name text 100 A | Name
"""

CONFIGURATION = """
msdyncrm_linkedinconfigurationid id | LinkedIn Configuration
msdyncr2_synchronizecampaigns yesno A default=true | Synchronize campaigns
msdyncrm_authenticationresource text 1024 | Authentication Resource
msdyncrm_authenticationtokenendpoint text 1024 | Authentication Token Endpoint
msdyncrm_authenticationtype choice A default=192350000 | Authentication Type | 192350000 Bearer Authentication; \
192350001 Basic Authentication
msdyncrm_clientid text 100 A | Client ID
msdyncrm_configcacheexpirationdate moment | Expiration date
msdyncrm_configcacheexpirationperiodinms whole | Expiration (in milliseconds)
msdyncrm_discoveryendpointurl text 200 | Discovery endpoint for
msdyncrm_onmatchingfail choice default=192350000 | On Matching Fail | 192350000 Ignore; 192350001 Create new lead
msdyncrm_organization_config memo 1000000 | Organization configuration
msdyncrm_redirecturl text 200 A | Redirect URL
msdyncrm_s2sinboundconfigurl text 1000 | S2S Inbound Configuration URL
msdyncrm_servicepublicid text 255 | Service Public Id
"""

FORM = """
msdyncrm_linkedinformid id | LinkedIn Lead Gen
msdyncrm_description memo 2000 | Description
msdyncrm_headline text 100 A | LinkedIn form headline
msdyncrm_landingpageurl text 2000 | Landing page URL
msdyncrm_lastsyncdate moment | Last Sync Date
msdyncrm_linkedinid text 100 A | LinkedIn ID
msdyncrm_linkedinparentaccount lookup msdyncrm_linkedinaccount A \
via=msdyncrm_msdyncrm_linkedinaccount_msdyncrm_linkedinform_LinkedInParentAccount | LinkedIn Account
msdyncrm_localecountry text 100 | Locale country
msdyncrm_localelanguage text 100 | Locale language
msdyncrm_name text 256 A | Name
msdyncrm_privacypolicyurl text 2000 | Privacy policy URL
msdyncrm_syncstatus choice default=192350000 | Sync status | 192350000 Pending Synchronization; 192350001 Active; \
192350002 No Form Submissions; 192350003 Forbidden
msdyncrm_thankyoumessage memo 2000 | Thank you message
msdyncrm_totalsubmissions whole ro | Total submissions
msdyncrm_totalsubmissions_date moment ro | Total submissions (Last Updated On)
msdyncrm_totalsubmissions_state whole ro | Total submissions (State)
"""

QUESTION = """
msdyncrm_linkedinformquestionid id | LinkedIn Form Question
msdyncrm_displayname text 500 | Display name
msdyncrm_isconsentcheckbox yesno default=false | Is Consent Checkbox
msdyncrm_iscustomquestion yesno default=false | Is Custom Question
msdyncrm_linkedinform lookup msdyncrm_linkedinform \
via=msdyncrm_msdyncrm_linkedinform_msdyncrm_linkedinformquestion_LinkedinForm | LinkedIn form
msdyncrm_linkedinid text 100 | LinkedIn ID
msdyncrm_linkedinpredefinedfield lookup msdyncrm_linkedinfieldmapping \
via=msdyncrm_msdyncrm_linkedinfieldmapping_msdyncrm_linkedinformquestion_LinkedInPredefinedField | LinkedIn \
Predefined Field
msdyncrm_name text 450 A | Name
msdyncrm_responseeditable yesno default=true | Response editable
msdyncrm_responsetype text 100 | Response type
"""

SUBMISSION = """
msdyncrm_linkedinformsubmissionid id | LinkedIn ID
msdyncrm_contact lookup contact via=msdyncrm_contact_msdyncrm_linkedinformsubmission_contact | Contact
msdyncrm_lead lookup lead via=msdyncrm_lead_msdyncrm_linkedinformsubmission_Lead | Lead
msdyncrm_linkedinaccountid text 100 | LinkedIn account
msdyncrm_linkedincampaign lookup msdyncrm_linkedincampaign \
via=msdyncrm_msdyncrm_linkedincampaign_msdyncrm_linkedinformsubmission_LinkedInCampaign | LinkedIn Campaign
msdyncrm_linkedincampaignid text 100 | LinkedIn campaign ID
msdyncrm_linkedincreativeid text 100 | LinkedIn Creative ID
msdyncrm_linkedinformid lookup msdyncrm_linkedinform \
via=msdyncrm_msdyncrm_linkedinform_msdyncrm_linkedinformsubmission_LinkedInFormID | LinkedIn Lead Gen Form
msdyncrm_linkedinformname text 4000 ro | Source Form
msdyncrm_linkedinformsubmission_textid text 100 | LinkedIn Lead Gen
msdyncrm_linkedinuserprofileid lookup msdyncrm_linkedinuserprofile A via=msdyncrm_userprofile_linkedinformsubmission \
| LinkedIn User Profile
msdyncrm_matchingstatus choice default=192350000 | Matching status | 192350000 Pending lead matching; 192350001 New \
lead created; 192350002 Updated existing lead; 192350003 Match failed; 192350004 Lead creation failed; 192350005 \
Lead update failed; 192350006 Lead matched but not updated
msdyncrm_name text 100 | Name
msdyncrm_processingstate choice default=192350000 | Processing State | 192350000 Unprocessed; 192350001 Processing \
Succeeded; 192350002 Processing Failed
msdyncrm_submissiondate moment | Submission date
msdyncrm_type text 100 | Type
"""

ANSWER = """
msdyncrm_linkedinformanswerid id | LinkedIn Form Answer
msdyncrm_answer_textid text 100 | Answer Id
msdyncrm_answerformat text 100 | Answer format
msdyncrm_answertext text 4000 | Answer text
msdyncrm_linkedinformquestion lookup msdyncrm_linkedinformquestion \
via=msdyncrm_linkedinformanswer_linkedinformquestion_relation | LinkedIn question
msdyncrm_linkedinformsubmission lookup msdyncrm_linkedinformsubmission via=msdyncrm_linkedinformsubmission_answer | \
LinkedIn form submission ID
msdyncrm_linkedinquestionid text 300 | LinkedIn question ID
msdyncrm_name text 100 A | Name
"""

LEAD = """
msdyncrm_companysize text 100 | Company size
msdyncrm_degree text 100 | Degree
msdyncrm_fieldofstudy text 100 | Field of study
msdyncrm_graduationdate text 100 | Graduation date
msdyncrm_industry text 100 | Industry
msdyncrm_jobfunction text 100 | Job function
msdyncrm_latestsubmissiondate moment | Latest Form Submission Date
msdyncrm_linkedincampaign lookup msdyncrm_linkedincampaign \
via=msdyncrm_msdyncrm_linkedincampaign_lead_LinkedInCampaign | LinkedIn Campaign
msdyncrm_linkedinsubmissioncount whole ro | LinkedIn Form Submissions
msdyncrm_linkedinsubmissioncount_date moment ro | LinkedIn Form Submissions (Last Updated On)
msdyncrm_linkedinsubmissioncount_state whole ro | LinkedIn Form Submissions (State)
msdyncrm_school text 100 | School
msdyncrm_seniority text 100 | Seniority
msdyncrm_sourceform lookup msdyncrm_linkedinform via=msdyncrm_msdyncrm_linkedinform_lead_sourceform | Source \
LinkedIn Form
msdyncrm_startdate text 100 | Start date
"""
"""What it added to the lead."""

TABLES = (
    ("msdyncrm_linkedinuserprofile", "msdyncrm_linkedinuserprofiles", USER_PROFILE,
     "LinkedIn User Profile", "LinkedIn User Profiles"),
    ("msdyncrm_linkedinaccount", "msdyncrm_linkedinaccounts", ACCOUNT,
     "LinkedIn Account", "LinkedIn Accounts"),
    ("msdyncrm_linkedincampaign", "msdyncrm_linkedincampaigns", CAMPAIGN,
     "LinkedIn Campaign", "LinkedIn Campaigns"),
    ("msdyncrm_leadentityfield", "msdyncrm_leadentityfields", LEAD_FIELD,
     "Lead Entity Field", "Lead Entity Fields"),
    ("msdyncrm_linkedinfieldmapping", "msdyncrm_linkedinfieldmappings", FIELD_MAPPING,
     "Field mapping", "Field mappings"),
    ("msdyncrm_linkedinleadmatchingstrategy", "msdyncrm_linkedinleadmatchingstrategies", STRATEGY,
     "LinkedIn matching", "Lead matching strategies"),
    ("msdyncrm_linkedinconfiguration", "msdyncrm_linkedinconfigurations", CONFIGURATION,
     "LinkedIn Lead Gen Integration Configuration", "LinkedIn Lead Gen Integration Configurations"),
    ("msdyncrm_linkedinform", "msdyncrm_linkedinforms", FORM,
     "LinkedIn Lead Gen Form", "LinkedIn Lead Gen Forms"),
    ("msdyncrm_linkedinformquestion", "msdyncrm_linkedinformquestions", QUESTION,
     "LinkedIn Form Question", "LinkedIn Form Questions"),
    ("msdyncrm_linkedinformsubmission", "msdyncrm_linkedinformsubmissions", SUBMISSION,
     "LinkedIn Lead Gen Form Submission", "LinkedIn Lead Gen Form Submissions"),
    ("msdyncrm_linkedinformanswer", "msdyncrm_linkedinformanswers", ANSWER,
     "LinkedIn Form Submission Answer", "LinkedIn Form Submission Answers"),
)  # fmt: skip
"""Logical name, entity set, columns, labels."""
