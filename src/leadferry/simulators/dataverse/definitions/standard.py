"""The catalog of a fresh environment with Dynamics 365 Sales: `standard_catalog()`.

Source: dataverse-api reference, section 7; object type codes of the platform.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import msgspec

from leadferry.simulators.dataverse.definitions.declare import Declared, declare, fixed_id
from leadferry.simulators.dataverse.definitions.system_columns import CURRENCY_LINES, system_lines
from leadferry.simulators.dataverse.definitions.tables import customizing, lead, marketing, parties, security, system
from leadferry.simulators.dataverse.model import Catalog, Column, ManyToMany, Ownership, Table


class _Standard(NamedTuple):
    schema_name: str
    entity_set: str
    primary_name: str
    code: int
    ownership: Ownership
    lines: str
    label: str
    collection_label: str
    is_activity: bool = False
    primary_id: str = ""


_TABLES = (
    _Standard("Lead", "leads", "fullname", 4, "UserOwned", lead.LEAD, "Lead", "Leads"),
    _Standard("Account", "accounts", "name", 1, "UserOwned", parties.ACCOUNT, "Account", "Accounts"),
    _Standard("Contact", "contacts", "fullname", 2, "UserOwned", parties.CONTACT, "Contact", "Contacts"),
    _Standard(
        "Opportunity", "opportunities", "name", 3, "UserOwned", parties.OPPORTUNITY,
        "Opportunity", "Opportunities",
    ),
    _Standard("Incident", "incidents", "title", 112, "UserOwned", parties.INCIDENT, "Case", "Cases"),
    _Standard("Campaign", "campaigns", "name", 4400, "UserOwned", marketing.CAMPAIGN, "Campaign", "Campaigns"),
    _Standard(
        "CampaignResponse", "campaignresponses", "subject", 4401, "UserOwned", marketing.CAMPAIGN_RESPONSE,
        "Campaign Response", "Campaign Responses", is_activity=True,
    ),
    _Standard(
        "BulkOperation", "bulkoperations", "subject", 4406, "UserOwned", marketing.BULK_OPERATION,
        "Quick Campaign", "Quick Campaigns", is_activity=True,
    ),
    _Standard(
        "ActivityParty", "activityparties", "", 135, "None", marketing.ACTIVITY_PARTY, "Activity Party",
        "Activity Parties",
    ),
    _Standard("SystemUser", "systemusers", "fullname", 8, "BusinessOwned", system.SYSTEM_USER, "User", "Users"),
    _Standard("Team", "teams", "name", 9, "BusinessOwned", system.TEAM, "Team", "Teams"),
    _Standard(
        "BusinessUnit", "businessunits", "name", 10, "BusinessOwned", system.BUSINESS_UNIT,
        "Business Unit", "Business Units",
    ),
    _Standard(
        "Organization", "organizations", "name", 1019, "None", system.ORGANIZATION,
        "Organization", "Organizations",
    ),
    _Standard(
        "TransactionCurrency", "transactioncurrencies", "currencyname", 9105, "OrganizationOwned", system.CURRENCY,
        "Currency", "Currencies",
    ),
    _Standard("Annotation", "annotations", "subject", 5, "UserOwned", system.ANNOTATION, "Note", "Notes"),
    _Standard(
        "Publisher", "publishers", "friendlyname", 7101, "OrganizationOwned", system.PUBLISHER,
        "Publisher", "Publishers",
    ),
    _Standard(
        "Solution", "solutions", "friendlyname", 7100, "OrganizationOwned", system.SOLUTION,
        "Solution", "Solutions",
    ),
    _Standard(
        "AsyncOperation", "asyncoperations", "name", 4700, "UserOwned", system.ASYNC_OPERATION, "System Job",
        "System Jobs",
    ),
    _Standard("SdkMessage", "sdkmessages", "name", 4606, "None", system.SDK_MESSAGE, "SDK Message", "SDK Messages"),
    _Standard(
        "SdkMessageFilter", "sdkmessagefilters", "name", 4607, "None", system.SDK_MESSAGE_FILTER,
        "SDK Message Filter", "SDK Message Filters",
    ),
    _Standard(
        "Role", "roles", "name", 1036, "BusinessOwned", security.ROLE, "Security Role", "Security Roles",
    ),
    _Standard("Privilege", "privileges", "name", 1023, "None", security.PRIVILEGE, "Privilege", "Privileges"),
    _Standard(
        "RolePrivileges", "roleprivilegescollection", "", 12, "None", security.ROLE_PRIVILEGES, "Role Privilege",
        "Role Privileges", primary_id="roleprivilegeid",
    ),
    _Standard(
        "SystemUserRoles", "systemuserrolescollection", "", 15, "None", security.SYSTEM_USER_ROLES, "User Role",
        "User Roles", primary_id="systemuserroleid",
    ),
    _Standard(
        "TeamRoles", "teamrolescollection", "", 40, "None", security.TEAM_ROLES, "Team Role", "Team Roles",
        primary_id="teamroleid",
    ),
    _Standard(
        "TeamMembership", "teammemberships", "", 23, "None", security.TEAM_MEMBERSHIP, "Team Membership",
        "Team Memberships",
    ),
    _Standard(
        "SolutionComponent", "solutioncomponents", "", 7103, "None", customizing.SOLUTION_COMPONENT,
        "Solution Component", "Solution Components",
    ),
    _Standard(
        "SavedQuery", "savedqueries", "name", 1039, "OrganizationOwned", customizing.SAVED_QUERY, "View", "Views",
    ),
    _Standard(
        "SavedQueryVisualization", "savedqueryvisualizations", "name", 1111, "OrganizationOwned", customizing.CHART,
        "System Chart", "System Charts",
    ),
    _Standard(
        "SystemForm", "systemforms", "name", 1030, "OrganizationOwned", customizing.FORM, "System Form",
        "System Forms", primary_id="formid",
    ),
    _Standard(
        "SiteMap", "sitemaps", "sitemapname", 4709, "OrganizationOwned", customizing.SITE_MAP, "Site Map", "Site Maps",
    ),
    _Standard(
        "AppModule", "appmodules", "name", 9700, "OrganizationOwned", customizing.APP, "Model-driven App",
        "Model-driven Apps",
    ),
    _Standard(
        "AppModuleComponent", "appmodulecomponents", "", 9007, "None", customizing.APP_COMPONENT,
        "App Module Component", "App Module Components",
    ),
    _Standard(
        "AppModuleRoles", "appmodulerolescollection", "", 9009, "None", customizing.APP_ROLES, "App Role", "App Roles",
        primary_id="appmoduleroleid",
    ),
    _Standard(
        "WebResource", "webresourceset", "name", 9333, "OrganizationOwned", customizing.WEB_RESOURCE, "Web Resource",
        "Web Resources",
    ),
)  # fmt: skip


def standard_catalog() -> Catalog:
    """A new one at each call, always with the same ids."""
    return msgspec.json.decode(_encoded(), type=Catalog)


@functools.cache
def _encoded() -> bytes:
    return msgspec.json.encode(_declared())


def _declared() -> Catalog:
    catalog = Catalog()
    for standard in _TABLES:
        add_table(
            catalog, _table(standard), whole_lines(standard.schema_name.lower(), standard.lines, standard.ownership)
        )
    # Lookups to tables of products that are not simulated stay, their relationships do not.
    catalog.one_to_many = [one for one in catalog.one_to_many if one.referenced in catalog.tables]
    for relation in catalog.one_to_many:
        relation.referenced_column = catalog.tables[relation.referenced].primary_id
    catalog.many_to_many += [
        _many_to_many("teammembership_association", "team", "systemuser", "teammembership"),
        _many_to_many("systemuserroles_association", "systemuser", "role", "systemuserroles"),
        _many_to_many("teamroles_association", "team", "role", "teamroles"),
        _many_to_many("roleprivileges_association", "role", "privilege", "roleprivileges"),
        _many_to_many("appmoduleroles_association", "appmodule", "role", "appmoduleroles"),
        _many_to_many("accountleads_association", "account", "lead", "accountleads"),
        _many_to_many("contactleads_association", "contact", "lead", "contactleads"),
    ]
    return catalog


def whole_lines(table: str, lines: str, ownership: Ownership) -> str:
    """The table's own lines with those of the platform; money brings its currency along."""
    together = system_lines(table, ownership) + lines
    money = [line.split()[0] for line in lines.splitlines() if " money " in line]
    if money:
        together += "".join(f"\n{name}_base money ro p4 | {name} (Base)" for name in money)
        together += CURRENCY_LINES.replace("{table}", table)
    return together


def add_table(catalog: Catalog, table: Table, lines: str) -> Declared:
    """Puts the table and what its lines declare into the catalog."""
    declared = declare(table.logical_name, lines)
    table.columns.update(declared.columns)
    for column in declared.columns.values():
        column.is_primary_name = column.logical_name == table.primary_name
    catalog.tables[table.logical_name] = table
    catalog.option_sets.update(declared.option_sets)
    catalog.one_to_many += declared.relations
    return declared


def _table(standard: _Standard) -> Table:
    name = standard.schema_name.lower()
    columns: dict[str, Column] = {}
    return Table(
        logical_name=name,
        schema_name=standard.schema_name,
        entity_set=standard.entity_set,
        primary_id=standard.primary_id or ("activityid" if standard.is_activity else f"{name}id"),
        primary_name=standard.primary_name,
        columns=columns,
        object_type_code=standard.code,
        ownership=standard.ownership,
        label=standard.label,
        collection_label=standard.collection_label,
        is_activity=standard.is_activity,
        metadata_id=fixed_id("table", name),
    )


def _many_to_many(schema_name: str, first: str, second: str, intersect: str) -> ManyToMany:
    relation = ManyToMany(schema_name, first, second, intersect, schema_name, schema_name)
    relation.metadata_id = fixed_id("relationship", schema_name)
    return relation
