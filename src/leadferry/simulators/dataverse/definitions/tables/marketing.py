"""campaign and campaignresponse. Source: dataverse-api reference, sections 7.6 and 7.7."""

from __future__ import annotations

CAMPAIGN = """
campaignid       id                | Campaign
name             text 128 S        | Name
codename         text 32           | Campaign Code
typecode         choice default=1  | Campaign Type | 1 Advertisement; 2 Direct Marketing; 3 Event; \
4 Co-branding; 5 Other
description      memo 2000         | Description
objective        memo 2000         | Offer
message          text 256          | Message
promotioncodename text 128         | Promotion Code
expectedresponse whole 0..100      | Expected Response Percentage
expectedrevenue  money 0..1000000000000 p2 | Estimated Revenue
othercost        money 0..1000000000000 p2 | Miscellaneous Costs
proposedstart    date              | Proposed Start
proposedend      date              | Proposed End
actualstart      date              | Actual Start
actualend        date              | Actual End
istemplate       yesno default=false new | Template
msdyn_gdproptout yesno default=false | GDPR Optout
statecode        state S           | Status | 0 Active >0; 1 Inactive >6
statuscode       status            | Status Reason | 0 Proposed @0; 1 Ready To Launch @0; 2 Launched @0;\
 3 Completed @0; 4 Canceled @0; 5 Suspended @0; 6 Inactive @1
"""

CAMPAIGN_RESPONSE = """
activityid       id                | Campaign Response
subject          text 200 A        | Subject
regardingobjectid lookup campaign,bulkoperation A via=campaign_campaignresponse,bulkoperation_campaignresponse | Parent
channeltypecode  choice            | Channel | 1 Email; 2 Phone; 3 Fax; 4 Letter; 5 Appointment; 6 Others
responsecode     choice default=1  | Response Code | 1 Interested; 2 Not Interested;\
 3 Do Not Send Marketing Materials; 4 Error
receivedon       date              | Received On
firstname        text 50           | First Name
lastname         text 50           | Last Name
companyname      text 100          | Company Name
emailaddress     email 100         | Email
telephone        phone 50          | Phone
fax              text 50           | Fax
promotioncodename text 250         | Promotion Code
category         text 250          | Category
subcategory      text 250          | Sub-Category
description      memo 2000         | Description
prioritycode     choice default=1  | Priority | 0 Low; 1 Normal; 2 High
customer         parties account,contact,lead | Customer
originatingactivityid lookup campaignresponse via=campaignresponse_originating | Originating Activity
scheduledstart   moment            | Scheduled Start
scheduledend     moment            | Due Date
actualstart      moment            | Actual Start
actualend        moment            | Actual End
statecode        state S           | Status | 0 Open >1; 1 Closed >2; 2 Canceled >3
statuscode       status            | Status Reason | 1 Open @0; 2 Closed @1; 3 Canceled @2
"""

BULK_OPERATION = """
activityid       id                | Quick Campaign
subject          text 200          | Subject
description      memo 2000         | Description
statecode        state S           | Status | 0 Open >1; 1 Closed >2; 2 Canceled >3
statuscode       status            | Status Reason | 1 Open @0; 2 Completed @1; 3 Canceled @2
"""

ACTIVITY_PARTY = """
activitypartyid  id                | Activity Party
activityid       lookup campaignresponse,bulkoperation delete=Cascade \
via=campaignresponse_activity_parties,bulkoperation_activity_parties | Activity
partyid          lookup account,contact,lead,systemuser delete=Cascade \
via=account_activity_parties,contact_activity_parties,lead_activity_parties,system_user_activity_parties | Party
participationtypemask choice       | Participation Type | 1 Sender; 2 To Recipient; 3 CC Recipient; 4 BCC Recipient;\
 5 Required attendee; 6 Optional attendee; 7 Organizer; 8 Regarding; 9 Owner; 10 Resource; 11 Customer
"""
