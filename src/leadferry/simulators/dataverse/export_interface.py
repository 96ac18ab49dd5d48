"""Views, charts, forms, dashboards, roles, site maps, apps and web resources in an exported solution.

Source: dataverse-api reference, section 6.9 and public solution packages.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from leadferry.simulators.dataverse.export_xml import Contents, language, put, put_xml
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.solution_components import OF_TABLES

_VIEW, _CHART, _FORM = OF_TABLES["savedquery"], OF_TABLES["savedqueryvisualization"], OF_TABLES["systemform"]
_DASHBOARDS = '"type" IN (0, 10)'
_FORM_TYPES = {2: "main", 6: "quick", 7: "quickCreate", 11: "card"}
_LEVELS = {1: "Basic", 2: "Local", 4: "Deep", 8: "Global"}


def add_views(contents: Contents, parent: Element, table: Table) -> None:
    for row in contents.rows("savedquery", _VIEW, '"returnedtypecode" = ?', table.logical_name):
        view = put(parent, "savedquery")
        put(view, "savedqueryid", _braced(row["savedqueryid"]))
        put(view, "querytype", str(row["querytype"]))
        put(view, "isdefault", str(row["isdefault"] or 0))
        put_xml(view, "fetchxml", row["fetchxml"])
        put_xml(view, "layoutxml", row["layoutxml"])
        language(put(view, "LocalizedNames"), "LocalizedName", row["name"])


def add_charts(contents: Contents, parent: Element, table: Table) -> None:
    for row in contents.rows("savedqueryvisualization", _CHART, '"primaryentitytypecode" = ?', table.logical_name):
        chart = put(parent, "visualization")
        put(chart, "savedqueryvisualizationid", _braced(row["savedqueryvisualizationid"]))
        put(chart, "name", row["name"])
        put(chart, "primaryentitytypecode", row["primaryentitytypecode"])
        put_xml(chart, "datadescription", row["datadescription"])
        put_xml(chart, "presentationdescription", row["presentationdescription"])


def add_forms(contents: Contents, parent: Element, table: Table) -> None:
    for row in contents.rows("systemform", _FORM, '"objecttypecode" = ?', table.logical_name):
        forms = put(parent, "forms", type=_FORM_TYPES.get(row["type"], str(row["type"])))
        form = put(forms, "systemform")
        put(form, "formid", _braced(row["formid"]))
        put(form, "FormActivationState", str(row["formactivationstate"]))
        put_xml(form, "FormXml", row["formxml"])
        language(put(form, "LocalizedNames"), "LocalizedName", row["name"])


def add_roles(contents: Contents, parent: Element) -> None:
    sql = (
        "SELECT p.name, g.privilegedepthmask FROM t_roleprivileges g JOIN t_privilege p USING (privilegeid) "
        "WHERE g.roleid = ? ORDER BY p.name"
    )
    for row in contents.rows("role", OF_TABLES["role"]):
        role = put(parent, "Role", id=_braced(row["roleid"]), name=row["name"])
        privileges = put(role, "RolePrivileges")
        for name, mask in contents.conn.execute(sql, (row["parentrootroleid"] or row["roleid"],)):
            put(privileges, "RolePrivilege", name=name, level=_LEVELS[mask])


def add_interface(contents: Contents, root: Element) -> None:
    """In the order in which the elements stand in the file."""
    _add_dashboards(contents, put(root, "Dashboards"))
    _add_apps(contents, put(root, "AppModules"))
    _add_site_maps(contents, put(root, "AppModuleSiteMaps"))
    _add_web_resources(contents, put(root, "WebResources"))


def _add_dashboards(contents: Contents, parent: Element) -> None:
    for row in contents.rows("systemform", _FORM, _DASHBOARDS):
        dashboard = put(parent, "Dashboard")
        put(dashboard, "FormId", _braced(row["formid"]))
        put_xml(dashboard, "FormXml", row["formxml"])
        language(put(dashboard, "LocalizedNames"), "LocalizedName", row["name"])


def _add_apps(contents: Contents, parent: Element) -> None:
    for row in contents.rows("appmodule", OF_TABLES["appmodule"]):
        app = put(parent, "AppModule")
        put(app, "UniqueName", row["uniquename"])
        put(app, "WebResourceId", row["webresourceid"])
        put(app, "ClientType", str(row["clienttype"]))
        members = put(app, "AppModuleComponents")
        sql = 'SELECT componenttype, objectid FROM "t_appmodulecomponent" WHERE "appmoduleidunique" = ?'
        for kind, object_id in contents.conn.execute(sql, (row["appmoduleid"],)):
            put(members, "AppModuleComponent", type=str(kind), id=_braced(object_id))
        roles = put(app, "AppModuleRoleMaps")
        sql = 'SELECT roleid FROM "t_appmoduleroles" WHERE "appmoduleid" = ?'
        for (role,) in contents.conn.execute(sql, (row["appmoduleid"],)):
            put(roles, "Role", id=_braced(role))
        language(put(app, "LocalizedNames"), "LocalizedName", row["name"])


def _add_site_maps(contents: Contents, parent: Element) -> None:
    for row in contents.rows("sitemap", OF_TABLES["sitemap"]):
        site_map = put(parent, "AppModuleSiteMap")
        put(site_map, "SiteMapUniqueName", row["sitemapnameunique"] or row["sitemapname"])
        put_xml(site_map, "SiteMapXml", row["sitemapxml"])
        language(put(site_map, "LocalizedNames"), "LocalizedName", row["sitemapname"])


def _add_web_resources(contents: Contents, parent: Element) -> None:
    for row in contents.rows("webresource", OF_TABLES["webresource"]):
        resource = put(parent, "WebResource")
        put(resource, "WebResourceId", _braced(row["webresourceid"]))
        put(resource, "Name", row["name"])
        put(resource, "DisplayName", row["displayname"])
        put(resource, "WebResourceType", str(row["webresourcetype"]))
        put(resource, "Content", row["content"])


def _braced(key: str) -> str:
    return f"{{{key}}}"
