"""A solution as the zip that Dataverse hands out. Layout: dataverse-api reference, section 6.9."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from leadferry.simulators.dataverse.export_interface import add_interface, add_roles
from leadferry.simulators.dataverse.export_tables import add_choices, add_relationships, add_tables
from leadferry.simulators.dataverse.export_xml import Contents, language, put
from leadferry.simulators.dataverse.model import Catalog
from leadferry.simulators.dataverse.solution_components import CHOICE, OF_TABLES, TABLE, members, solution_id

_VERSION = "9.2.0.0"
_TYPES = (
    '<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/octet-stream" /></Types>'
)
_SOLUTION = """
SELECT s.uniquename, s.friendlyname, s.version, p.uniquename AS publisher, p.friendlyname AS publisher_label,
p.customizationprefix, p.customizationoptionvalueprefix
FROM t_solution s JOIN t_publisher p ON p.publisherid = s.publisherid WHERE s.solutionid = ?
"""


def package(conn: sqlite3.Connection, catalog: Catalog, name: str, *, managed: bool) -> bytes:
    """Raises when there is no such solution."""
    key = solution_id(conn, name)
    contents = Contents(conn, catalog, members(conn, key))
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", _TYPES)
        file.writestr("solution.xml", _text(_manifest(contents, key, managed=managed)))
        file.writestr("customizations.xml", _text(_customizations(contents)))
    return found.getvalue()


def _manifest(contents: Contents, key: str, *, managed: bool) -> Element:
    row = contents.conn.execute(_SOLUTION, (key,)).fetchone()
    root = Element(
        "ImportExportXml", version=_VERSION, SolutionPackageVersion="9.2", languagecode="1033", generatedBy="CrmLive"
    )
    manifest = put(root, "SolutionManifest")
    put(manifest, "UniqueName", row["uniquename"])
    language(put(manifest, "LocalizedNames"), "LocalizedName", row["friendlyname"])
    put(manifest, "Descriptions")
    put(manifest, "Version", row["version"])
    put(manifest, "Managed", str(int(managed)))
    publisher = put(manifest, "Publisher")
    put(publisher, "UniqueName", row["publisher"])
    language(put(publisher, "LocalizedNames"), "LocalizedName", row["publisher_label"])
    put(publisher, "CustomizationPrefix", row["customizationprefix"])
    put(publisher, "CustomizationOptionValuePrefix", str(row["customizationoptionvalueprefix"]))
    roots = put(manifest, "RootComponents")
    for one in contents.components:
        named = _root(contents, one.kind, one.object_id)
        if named:
            put(roots, "RootComponent", type=str(one.kind), behavior=str(one.behavior or 0), **named)
    put(manifest, "MissingDependencies")
    return root


def _root(contents: Contents, kind: int, object_id: str) -> dict[str, str]:
    """Tables and choices go by name, rows by id; columns, keys and relationships are inside of others."""
    names = {one.metadata_id: one.logical_name for one in contents.tables if kind == TABLE}
    names |= {one.metadata_id: one.name for one in contents.choices if kind == CHOICE}
    if object_id in names:
        return {"schemaName": names[object_id]}
    return {"id": f"{{{object_id}}}"} if kind in OF_TABLES.values() else {}


def _customizations(contents: Contents) -> Element:
    root = Element("ImportExportXml")
    add_tables(contents, put(root, "Entities"))
    add_roles(contents, put(root, "Roles"))
    for name in ("Workflows", "FieldSecurityProfiles", "Templates", "EntityMaps"):
        put(root, name)
    add_relationships(contents, put(root, "EntityRelationships"))
    put(root, "OrganizationSettings")
    add_choices(contents, put(root, "optionsets"))
    add_interface(contents, root)
    put(put(root, "Languages"), "Language", "1033")
    return root


def _text(element: Element) -> str:
    ElementTree.indent(element)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(element, encoding="unicode")
