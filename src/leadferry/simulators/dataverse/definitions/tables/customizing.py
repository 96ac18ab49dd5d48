"""What an environment is customized with: solutions' components, views, charts, forms, site maps and apps.

Source: dataverse-api reference, sections 6.8 and 6.11.
"""

from __future__ import annotations

SOLUTION_COMPONENT = """
solutioncomponentid id             | Solution Component
componenttype    whole ro          | Object Type Code
objectid         guid ro           | Regarding
rootcomponentbehavior choice ro    | Root Component Behavior | 0 Include Subcomponents;\
 1 Do not include subcomponents; 2 Include As Shell Only
solutionid       lookup solution ro delete=Cascade via=solution_solutioncomponent | Solution
"""

SAVED_QUERY = """
savedqueryid     id                | View
name             text 200 S        | Name
description      memo 2000         | Description
returnedtypecode table new         | Entity Name
querytype        whole new 0..2147483647 | Query Type
fetchxml         memo 1073741823   | Fetch XML
layoutxml        memo 1073741823   | Layout XML
isdefault        yesno default=false | Default View
isquickfindquery yesno new default=false | Is Quick Find Query
isuserdefined    yesno ro default=false | Is User Defined
"""

CHART = """
savedqueryvisualizationid id       | System Chart
name             text 100 S        | Name
description      memo 2000         | Description
primaryentitytypecode table new    | Primary Type Code
datadescription  memo 1073741823   | Data XML
presentationdescription memo 1073741823 | Presentation XML
isdefault        yesno default=false | Default Chart
"""

FORM = """
formid           id                | Form
name             text 100 S        | Name
description      memo 2000         | Description
type             choice S new      | Form Type | 0 Dashboard; 2 Main; 5 Mobile - Express; 6 Quick View Form;\
 7 Quick Create; 8 Dialog; 9 Task Flow Form; 10 InteractionCentricDashboard; 11 Card; 12 Main - Interactive experience
objecttypecode   table new         | Entity Name
formxml          memo 1073741823   | Form XML
isdefault        yesno default=false | Default Form
formactivationstate choice default=1 | Form State | 0 Inactive; 1 Active
uniquename       text 100 new      | Unique Name
"""

SITE_MAP = """
sitemapid        id                | Site Map
sitemapname      text 200 S        | Name
sitemapnameunique text 200 new     | Unique Name
sitemapxml       memo 1073741823   | Site Map XML
"""

APP = """
appmoduleid      id                | Model-driven App
name             text 100 S        | Name
uniquename       text 100 S new    | Unique Name
description      memo 2000         | Description
clienttype       whole default=4 0..2147483647 | Client Type
webresourceid    guid              | Web Resource
url              text 2000         | URL
publishedon      moment ro         | Published On
"""

APP_COMPONENT = """
appmodulecomponentid id            | App Module Component
componenttype    whole ro          | Component Type
objectid         guid ro           | Object
appmoduleidunique lookup appmodule ro delete=Cascade via=appmodule_appmodulecomponent | App
"""

APP_ROLES = """
appmoduleroleid  id                | App Role
appmoduleid      guid ro           | App
roleid           guid ro           | Role
"""

WEB_RESOURCE = """
webresourceid    id                | Web Resource
name             text 256 S new    | Name
displayname      text 200          | Display Name
description      memo 2000         | Description
webresourcetype  choice S new      | Type | 1 Webpage (HTML); 2 Style Sheet (CSS); 3 Script (JScript); 4 Data (XML);\
 5 PNG format; 6 JPG format; 7 GIF format; 8 Silverlight (XAP); 9 Style Sheet (XSL); 10 ICO format;\
 11 Vector format (SVG); 12 String (RESX)
content          memo 1073741823   | Content
"""
