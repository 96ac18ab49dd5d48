"""account and contact, and what they lead to. Source: dataverse-api reference, section 7.5 (Common Data Model)."""

from __future__ import annotations

from leadferry.simulators.dataverse.definitions.system_columns import PLAIN_STATES
from leadferry.simulators.dataverse.definitions.tables.address import INDUSTRIES, address_lines

_CONSENTS = """
donotemail       yesno default=false | Do not allow Emails | 0 Allow; 1 Do Not Allow
donotbulkemail   yesno default=false | Do not allow Bulk Emails | 0 Allow; 1 Do Not Allow
donotphone       yesno default=false | Do not allow Phone Calls | 0 Allow; 1 Do Not Allow
donotpostalmail  yesno default=false | Do not allow Mails | 0 Allow; 1 Do Not Allow
donotfax         yesno default=false | Do not allow Faxes | 0 Allow; 1 Do Not Allow
donotsendmm      yesno default=false | Send Marketing Materials | 0 Send; 1 Do Not Send
followemail      yesno default=true  | Follow Email Activity | 0 Do Not Allow; 1 Allow
msdyn_gdproptout yesno default=false | GDPR Optout
preferredcontactmethodcode choice default=1 | Preferred Method of Contact | 1 Any; 2 Email; 3 Phone; 4 Fax; 5 Mail
"""

ACCOUNT = f"""
accountid        id                | Account
name             text 160 A        | Account Name
accountnumber    text 20           | Account Number
websiteurl       url 200           | Website
emailaddress1    email 100         | Email
emailaddress2    email 100         | Email Address 2
emailaddress3    email 100         | Email Address 3
telephone1       phone 50          | Main Phone
telephone2       phone 50          | Other Phone
telephone3       phone 50          | Telephone 3
fax              text 50           | Fax
tickersymbol     text 10           | Ticker Symbol
sic              text 20           | SIC Code
numberofemployees whole 0..1000000000 | Number of Employees
revenue          money 0..100000000000000 p2 | Annual Revenue
industrycode     choice            | Industry | {INDUSTRIES}
description      memo 2000         | Description
primarycontactid lookup contact via=account_primary_contact | Primary Contact
parentaccountid  lookup account via=account_parent_account | Parent Account
originatingleadid lookup lead via=account_originating_lead | Originating Lead
{_CONSENTS}
{address_lines("address1")}
{address_lines("address2")}
{PLAIN_STATES}
"""

CONTACT = f"""
contactid        id                | Contact
fullname         text 160 ro       | Full Name
salutation       text 100          | Salutation
firstname        text 50 R         | First Name
middlename       text 50           | Middle Name
lastname         text 50 A         | Last Name
nickname         text 100          | Nickname
suffix           text 10           | Suffix
jobtitle         text 100          | Job Title
department       text 100          | Department
company          phone 50          | Company Phone
emailaddress1    email 100         | Email
emailaddress2    email 100         | Email Address 2
emailaddress3    email 100         | Email Address 3
telephone1       phone 50          | Business Phone
telephone2       phone 50          | Home Phone
telephone3       phone 50          | Telephone 3
mobilephone      phone 50          | Mobile Phone
fax              text 50           | Fax
pager            text 50           | Pager
websiteurl       url 200           | Website
externaluseridentifier text 50     | External User Identifier
description      memo 2000         | Description
birthdate        date              | Birthday
leadsourcecode   choice default=1  | Lead Source | 1 Default Value
parentcustomerid customer account,contact via=contact_customer_accounts,contact_customer_contacts | Company Name
parentcontactid  lookup contact ro via=contact_parent_contact | Parent Contact
accountid        lookup account ro via=contact_accounts | Account
originatingleadid lookup lead via=contact_originating_lead | Originating Lead
{_CONSENTS}
{address_lines("address1")}
{address_lines("address2")}
{PLAIN_STATES}
"""

OPPORTUNITY = """
opportunityid    id                | Opportunity
name             text 300 A        | Topic
description      memo 2000         | Description
estimatedvalue   money -922337203685477..922337203685477 p2 | Est. Revenue
estimatedclosedate date            | Est. Close Date
customerid       customer account,contact via=opportunity_customer_accounts,opportunity_customer_contacts | Customer
parentaccountid  lookup account via=opportunity_parent_account | Account
parentcontactid  lookup contact via=opportunity_parent_contact | Contact
originatingleadid lookup lead via=opportunity_originating_lead | Originating Lead
campaignid       lookup campaign via=campaign_opportunities | Source Campaign
statecode        state S           | Status | 0 Open >1; 1 Won >3; 2 Lost >4
statuscode       status            | Status Reason | 1 In Progress @0; 2 On Hold @0; 3 Won @1; 4 Canceled @2;\
 5 Out-Sold @2
"""

INCIDENT = """
incidentid       id                | Case
title            text 200 A        | Case Title
ticketnumber     text 100          | Case Number
description      memo 2000         | Description
customerid       customer account,contact via=incident_customer_accounts,incident_customer_contacts | Customer
statecode        state S           | Status | 0 Active >1; 1 Resolved >5; 2 Canceled >6
statuscode       status            | Status Reason | 1 In Progress @0; 5 Problem Solved @1; 6 Canceled @2
"""
