"""The environment's own tables: users, teams, currency, notes, solutions, jobs.

Source: dataverse-api reference, sections 1.2, 4.2, 6.8 and 8.
"""

from __future__ import annotations

from leadferry.simulators.dataverse.definitions.system_columns import PLAIN_STATES

SYSTEM_USER = """
systemuserid     id                | User
fullname         text 200 ro       | Full Name
firstname        text 64           | First Name
middlename       text 50           | Middle Name
lastname         text 64           | Last Name
domainname       text 1024 A       | User Name
internalemailaddress email 100 A   | Primary Email
title            text 128          | Title
jobtitle         text 100          | Job Title
mobilephone      phone 64          | Mobile Phone
applicationid    guid              | Application ID
azureactivedirectoryobjectid guid  | Azure AD Object ID
businessunitid   lookup businessunit S delete=Restrict via=business_unit_system_users | Business Unit
accessmode       choice default=0  | Access Mode | 0 Read-Write; 1 Administrative; 2 Read; 3 Support User;\
 4 Non-interactive; 5 Delegated Admin
isdisabled       yesno default=false | Status | 0 Enabled; 1 Disabled
"""

TEAM = """
teamid           id                | Team
name             text 160 S        | Team Name
description      memo 2000         | Description
emailaddress     email 100         | Email
teamtype         choice default=0 new | Team Type | 0 Owner; 1 Access; 2 Security Group; 3 Office Group
isdefault        yesno ro default=false | Is Default
businessunitid   lookup businessunit S delete=Restrict via=business_unit_teams | Business Unit
administratorid  lookup systemuser via=lk_teambase_administratorid | Administrator
"""

BUSINESS_UNIT = """
businessunitid   id                | Business Unit
name             text 160 S        | Name
description      memo 2000         | Description
parentbusinessunitid lookup businessunit delete=Restrict via=business_unit_parent_business_unit | Parent Business
isdisabled       yesno ro default=false | Is Disabled
"""

ORGANIZATION = """
organizationid   id                | Organization
name             text 160 ro       | Organization Name
languagecode     whole ro 1..65535 | Language
"""

CURRENCY = (
    """
transactioncurrencyid id           | Transaction Currency
currencyname     text 100 S        | Currency Name
isocurrencycode  text 5 S          | Currency Code
currencysymbol   text 10 S         | Currency Symbol
currencyprecision whole S 0..4     | Currency Precision
exchangerate     decimal 0..100000000000 p12 | Exchange Rate
"""
    + PLAIN_STATES
)

ANNOTATION = """
annotationid     id                | Note
subject          text 500          | Title
notetext         memo 100000       | Description
filename         text 255          | File Name
mimetype         text 256          | Mime Type
documentbody     memo 1073741823   | Document
isdocument       yesno default=false | Is Document
filesize         whole ro 0..1000000000 | File Size (Bytes)
langid           text 2            | Language ID
stepid           text 32           | Step Id
objecttypecode   table ro          | Object Type
objectid         lookup lead,account,contact,campaign,campaignresponse,opportunity,incident delete=Cascade \
via=Lead_Annotation,Account_Annotation,Contact_Annotation,Campaign_Annotation,CampaignResponse_Annotations,\
Opportunity_Annotation,Incident_Annotation | Regarding
"""

PUBLISHER = """
publisherid      id                | Publisher
uniquename       text 256 S        | Name
friendlyname     text 256 S        | Display Name
description      memo 2000         | Description
customizationprefix text 8 S       | Prefix
customizationoptionvalueprefix whole S | Option Value Prefix
isreadonly       yesno ro default=false | Is Read-Only Publisher
"""

SOLUTION = """
solutionid       id                | Solution Identifier
uniquename       text 65 S         | Name
friendlyname     text 256 S        | Display Name
description      memo 2000         | Description
version          text 256 S        | Version
ismanaged        yesno ro default=false | Package Type | 0 Unmanaged; 1 Managed
isvisible        yesno ro default=true | Is Visible Outside Platform
installedon      date ro           | Installed On
publisherid      lookup publisher S delete=Restrict via=publisher_solution | Publisher
"""

ASYNC_OPERATION = """
asyncoperationid id                | System Job
name             text 256          | System Job Name
operationtype    whole new         | System Job Type
message          memo 1073741823   | Message
friendlymessage  memo 500000       | Friendly message
errorcode        whole ro          | Error Code
startedon        moment ro         | Started On
completedon      moment ro         | Completed On
statecode        state S           | Status | 0 Ready >0; 1 Suspended >10; 2 Locked >20; 3 Completed >30
statuscode       status            | Status Reason | 0 Waiting For Resources @0; 10 Waiting @1; 20 In Progress @2;\
 21 Pausing @2; 22 Canceling @2; 30 Succeeded @3; 31 Failed @3; 32 Canceled @3
"""

SDK_MESSAGE = """
sdkmessageid     id                | SDK Message
name             text 256          | SDK Message Name
isprivate        yesno ro default=false | Is Private
"""

SDK_MESSAGE_FILTER = """
sdkmessagefilterid id              | Sdk Message Filter
name             text 256          | Name
primaryobjecttypecode table ro     | Primary Object Type Code
iscustomprocessingstepallowed yesno ro default=true | Custom Processing Step Allowed
sdkmessageid     lookup sdkmessage ro delete=Cascade via=sdkmessageid_sdkmessagefilter | SDK Message ID
"""
