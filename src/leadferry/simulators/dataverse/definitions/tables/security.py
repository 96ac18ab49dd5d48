"""Security roles, privileges, and who has which. Source: dataverse-api reference, section 6.10."""

from __future__ import annotations

ROLE = """
roleid           id                | Role
name             text 100 S        | Name
description      memo 2000         | Description
businessunitid   lookup businessunit S new delete=Restrict via=business_unit_roles | Business Unit
parentroleid     lookup role ro delete=Cascade via=role_parent_role | Parent Role
parentrootroleid lookup role ro delete=Cascade via=role_parent_root_role | Parent Root Role
roletemplateid   guid ro           | Role Template ID
isinherited      choice default=1  | Member's privilege inheritance | 0 Team privileges only;\
 1 Direct User (Basic) access level and Team privileges
ismanaged        yesno ro default=false | State | 0 Unmanaged; 1 Managed
"""

PRIVILEGE = """
privilegeid      id                | Privilege
name             text 100 ro       | Name
accessright      whole ro          | Access Right
canbebasic       yesno ro default=false | Can Be Basic
canbelocal       yesno ro default=false | Can Be Local
canbedeep        yesno ro default=false | Can Be Deep
canbeglobal      yesno ro default=true | Can Be Global
canbeentityreference yesno ro default=true | Can Be Entity Reference
"""

ROLE_PRIVILEGES = """
roleprivilegeid  id                | Role Privilege
roleid           guid ro           | Role
privilegeid      guid ro           | Privilege
privilegedepthmask whole ro        | Privilege Depth Mask
recordfilterid   guid ro           | Record Filter
"""

SYSTEM_USER_ROLES = """
systemuserroleid id                | User Role
systemuserid     guid ro           | User
roleid           guid ro           | Role
"""

TEAM_ROLES = """
teamroleid       id                | Team Role
teamid           guid ro           | Team
roleid           guid ro           | Role
"""

TEAM_MEMBERSHIP = """
teammembershipid id                | Team Membership
teamid           guid ro           | Team
systemuserid     guid ro           | User
"""
