"""Source: dataverse-api reference, section 7.2 (ce/developer/reference/entities/lead)."""

from __future__ import annotations

from leadferry.simulators.dataverse.definitions.tables.address import INDUSTRIES, address_lines

_ADDRESSES = address_lines("address1") + address_lines("address2")

LEAD = f"""
leadid           id                | Lead
subject          text 300 A        | Topic
salutation       text 100          | Salutation
firstname        text 50 R         | First Name
middlename       text 50           | Middle Name
lastname         text 50 A         | Last Name
fullname         text 160 ro       | Name
jobtitle         text 100          | Job Title
companyname      text 100 R        | Company Name
emailaddress1    email 100         | Email
emailaddress2    email 100         | Email Address 2
emailaddress3    email 100         | Email Address 3
telephone1       phone 50          | Business Phone
telephone2       phone 50          | Home Phone
telephone3       phone 50          | Other Phone
mobilephone      phone 20          | Mobile Phone
fax              text 50           | Fax
pager            text 20           | Pager
websiteurl       url 200           | Website
description      memo 2000         | Description
{_ADDRESSES}
numberofemployees  whole 0..1000000 | No. of Employees
revenue          money 0..100000000000000 p2 | Annual Revenue
sic              text 20           | SIC Code
industrycode     choice            | Industry | {INDUSTRIES}
leadsourcecode   choice            | Lead Source | 1 Advertisement; 2 Employee Referral; 3 External Referral; \
4 Partner; 5 Public Relations; 6 Seminar; 7 Trade Show; 8 Web; 9 Word of Mouth; 10 Other
leadqualitycode  choice default=2  | Rating | 1 Hot; 2 Warm; 3 Cold
prioritycode     choice default=1  | Priority | 1 Default Value
salesstagecode   choice default=1  | Sales Stage Code | 1 Default Value
salesstage       choice            | Sales Stage | 0 Qualify
preferredcontactmethodcode choice default=1 | Preferred Method of Contact | 1 Any; 2 Email; 3 Phone; 4 Fax; 5 Mail
budgetamount     money 0..1000000000000 p2 | Budget Amount
estimatedamount  money 0..1000000000000 p2 | Est. Value
budgetstatus     choice            | Budget | 0 No Committed Budget; 1 May Buy; 2 Can Buy; 3 Will Buy
need             choice            | Need | 0 Must have; 1 Should have; 2 Good to have; 3 No need
purchaseprocess  choice            | Purchase Process | 0 Individual; 1 Committee; 2 Unknown
purchasetimeframe choice           | Purchase Timeframe | 0 Immediate; 1 This Quarter; 2 Next Quarter; 3 This Year;\
 4 Unknown
initialcommunication choice        | Initial Communication | 0 Contacted; 1 Not Contacted
confirminterest  yesno default=false | Confirm Interest
decisionmaker    yesno default=false | Decision Maker?
evaluatefit      yesno default=false | Evaluate Fit
estimatedclosedate date            | Est. Close Date
estimatedvalue   float 0..1000000000 p2 | Est. Value (deprecated)
donotemail       yesno default=false | Do not allow Emails | 0 Allow; 1 Do Not Allow
donotbulkemail   yesno default=false | Do not allow Bulk Emails | 0 Allow; 1 Do Not Allow
donotphone       yesno default=false | Do not allow Phone Calls | 0 Allow; 1 Do Not Allow
donotpostalmail  yesno default=false | Do not allow Mails | 0 Allow; 1 Do Not Allow
donotfax         yesno default=false | Do not allow Faxes | 0 Allow; 1 Do Not Allow
donotsendmm      yesno default=false | Marketing Material | 0 Send; 1 Do Not Send
followemail      yesno default=true  | Follow Email Activity | 0 Do Not Allow; 1 Allow
msdyn_gdproptout yesno default=false | GDPR Optout
qualificationcomments memo 2000    | Qualification Comments
campaignid       lookup campaign via=campaign_leads | Source Campaign
relatedobjectid  lookup campaignresponse via=CampaignResponse_Lead | Related Campaign Response
parentaccountid  lookup account via=lead_parent_account | Parent Account for lead
parentcontactid  lookup contact via=lead_parent_contact | Parent Contact for lead
customerid       customer account,contact via=lead_customer_accounts,lead_customer_contacts delete=Cascade | Customer
customeridtype   table             | Customer Type
originatingcaseid lookup incident via=OriginatingCase_Lead | Originating Case
qualifyingopportunityid lookup opportunity via=lead_qualifying_opportunity | Qualifying Opportunity
accountid        lookup account ro via=account_leads | Account
contactid        lookup contact ro via=contact_leads | Contact
masterid         lookup lead ro via=lead_master_lead | Master ID
merged           yesno ro default=false | Merged
owneridtype      table hidden S    | Owner Type
isprivate        yesno ro hidden   | Is Private
isautocreate     yesno hidden      | Is Auto Create
participatesinworkflow yesno default=false | Participates in Workflow
lastusedincampaign moment          | Last Campaign Date
lastonholdtime   moment            | Last On Hold Time
schedulefollowup_prospect moment   | Schedule Follow Up (Prospect)
schedulefollowup_qualify  moment   | Schedule Follow Up (Qualify)
entityimage      image             | Entity Image
entityimage_url  url 200 ro        | Entity Image URL
businesscard     memo 1073741823   | Business Card
businesscardattributes text 4000   | Business Card Attributes
yomifirstname    text 150          | Yomi First Name
yomimiddlename   text 150          | Yomi Middle Name
yomilastname     text 150          | Yomi Last Name
yomifullname     text 450 ro       | Yomi Full Name
yomicompanyname  text 100          | Yomi Company Name
msdyn_leadgrade  choice            | Lead Grade | 0 Grade A; 1 Grade B; 2 Grade C; 3 Grade D
msdyn_leadscore  whole 0..100      | Lead Score
msdyn_leadscoretrend choice        | Lead Score Trend | 0 Improving; 1 Steady; 2 Declining; 3 Not enough info
msdyn_scorehistory memo 1048576    | Score History
msdyn_scorereasons memo 1048576    | Score Reasons
msdyn_salesassignmentresult choice | Sales Assignment Result | 0 Succeeded; 1 Failed
processid        guid              | Process
stageid          guid              | Stage Id
traversedpath    text 1250         | Traversed Path
msdyn_segmentid  lookup msdyn_segment | Segment Id
msdyn_leadkpiid  lookup msdyn_leadkpiitem | KPI
msdyn_predictivescoreid lookup msdyn_predictivescore | Predictive Score
slaid            lookup sla        | SLA
teamsfollowed    whole 0..1000000000 | Teams Followed
statecode        state S           | Status | 0 Open >1; 1 Qualified >3; 2 Disqualified >4
statuscode       status            | Status Reason | 1 New @0; 2 Contacted @0; 3 Qualified @1; 4 Lost @2;\
 5 Cannot Contact @2; 6 No Longer Interested @2; 7 Canceled @2
"""
