"""The view and the main form that the platform makes for every table. Source: dataverse-api reference, section 6.11."""

from __future__ import annotations

import uuid
from xml.sax.saxutils import quoteattr

from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.seeds import put_rows
from leadferry.simulators.dataverse.storage import Storage

_SHOWN = ("lead", "account", "contact", "opportunity", "campaign", "campaignresponse")
"""Standard tables that people work with."""
_ON_FORMS = {
    "lead": (
        "subject", "firstname", "lastname", "jobtitle", "companyname", "emailaddress1", "telephone1", "leadsourcecode",
        "ownerid",
    ),
}  # fmt: skip
_SHOWN_KINDS = frozenset({"String", "Memo", "Integer", "Money", "DateTime", "Picklist", "Boolean"})
_TEXT_CONTROL = "{4273EDBD-AC1D-40d3-9FB2-095C621B552D}"


def seed(storage: Storage) -> None:
    for name in _SHOWN:
        if name in storage.catalog.tables:
            give(storage, storage.catalog.tables[name])


def give(storage: Storage, table: Table) -> None:
    """The public active view and the main form, named by the table so that they are the same in every environment."""
    if not {"savedquery", "systemform"} <= storage.catalog.tables.keys() or not table.primary_name:
        return
    name = table.logical_name
    view = {
        "savedqueryid": _id("view", name), "name": f"Active {table.collection_label or table.label}",
        "returnedtypecode": name, "querytype": 0, "isdefault": 1, "fetchxml": _fetch(table),
        "layoutxml": _layout(table),
    }  # fmt: skip
    form = {
        "formid": _id("form", name), "name": "Information" if table.is_custom else table.label, "type": 2,
        "objecttypecode": name, "formactivationstate": 1, "isdefault": 1, "formxml": main_form(table),
    }  # fmt: skip
    put_rows(storage, "savedquery", [view])
    put_rows(storage, "systemform", [form])


def main_form(table: Table) -> str:
    names = _ON_FORMS.get(table.logical_name) or [table.primary_name, *_few(table)]
    cells = "".join(_cell(table, name) for name in names if name in table.columns)
    return (
        f'<form><tabs><tab name="general" id="{{{_id("tab", table.logical_name)}}}" IsUserDefined="0">'
        f'{_labels("General")}<columns><column width="100%"><sections><section name="general" '
        f'id="{{{_id("section", table.logical_name)}}}" IsUserDefined="0">{_labels("General")}'
        f"<rows>{cells}</rows></section></sections></column></columns></tab></tabs></form>"
    )


def _few(table: Table) -> list[str]:
    """The first columns that a person fills in."""
    writable = [
        name for name, one in table.columns.items()
        if one.kind in _SHOWN_KINDS and one.valid_for_update and one.is_custom == table.is_custom
    ]  # fmt: skip
    return [name for name in writable if name != table.primary_name][:8] + (
        ["ownerid"] if "ownerid" in table.columns else []
    )


def _cell(table: Table, name: str) -> str:
    column = table.columns[name]
    return (
        f'<row><cell id="{{{_id("cell", table.logical_name, name)}}}">{_labels(column.label)}'
        f'<control id="{name}" classid="{_TEXT_CONTROL}" datafieldname="{name}" /></cell></row>'
    )


def _labels(text: str) -> str:
    return f'<labels><label description={quoteattr(text)} languagecode="1033" /></labels>'


def _fetch(table: Table) -> str:
    active = (
        '<filter type="and"><condition attribute="statecode" operator="eq" value="0" /></filter>'
        if "statecode" in table.columns
        else ""
    )
    attributes = "".join(f'<attribute name="{name}" />' for name in (table.primary_id, table.primary_name, "createdon"))
    order = f'<order attribute="{table.primary_name}" descending="false" />'
    return (
        f'<fetch version="1.0" mapping="logical"><entity name="{table.logical_name}">{attributes}{order}{active}'
        "</entity></fetch>"
    )


def _layout(table: Table) -> str:
    return (
        f'<grid name="resultset" object="{table.object_type_code}" jump="{table.primary_name}" select="1" icon="1" '
        f'preview="1"><row name="result" id="{table.primary_id}"><cell name="{table.primary_name}" width="300" />'
        '<cell name="createdon" width="125" /></row></grid>'
    )


def _id(*parts: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join(("interface", *parts))))
