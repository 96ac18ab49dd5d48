"""Views, charts, forms and site maps are checked, and each table has its first ones. Contract: dataverse-api, 6.11."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.dataverse.talking import NOBODY, Api, code, message
from simulators.dataverse_definitions.conftest import table_body
from simulators.dataverse_roles.interface_samples import CHART, DASHBOARD, SITE_MAP, VIEW


@pytest.mark.parametrize(("body", "column", "old", "new", "said"), [
    (VIEW, "fetchxml", "</fetch>", "", "Invalid XML"),
    (VIEW, "fetchxml", 'entity name="lead"', 'entity name="leed"', "'leed' was not found"),
    (VIEW, "fetchxml", '"subject"', '"subjekt"', "'subjekt'"),
    (VIEW, "fetchxml", '<attribute name="name"', '<attribute name="nam"', "'nam'"),
    (VIEW, "returnedtypecode", "lead", "contact", "not for 'contact'"),
    (VIEW, "layoutxml", "</grid>", "", "not valid XML"),
    (VIEW, "layoutxml", '"fullname" width', '"fullnam" width', "'fullnam'"),
    (VIEW, "layoutxml", "c.name", "d.name", "'d.name'"),
    (CHART, "datadescription", "</datadefinition>", "", "not valid XML"),
    (CHART, "datadescription", '"statuscode"', '"statuskode"', "'statuskode'"),
    (CHART, "datadescription", 'category alias="g"', 'category alias="h"', "alias 'h'"),
    (CHART, "datadescription", 'measure alias="n"', 'measure alias="m"', "alias 'm'"),
    (CHART, "presentationdescription", '<Series ChartType="Column" />', "", "0 series and 1 measure"),
    (CHART, "primaryentitytypecode", "lead", "leed", "'leed' was not found"),
    (DASHBOARD, "formxml", "</form>", "", "not valid XML"),
    (DASHBOARD, "formxml", "form>", "farm>", "root element 'form'"),
    (SITE_MAP, "sitemapxml", "</SiteMap>", "", "not valid XML"),
    (SITE_MAP, "sitemapxml", 'Entity="lead"', 'Entity="leed"', "'leed' was not found"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_and_named(
    api: Api, body: dict[str, Any], column: str, old: str, new: str, said: str
) -> None:
    entity_set = _set_of(body)
    made = api.make(entity_set, **body)
    change = {column: body[column].replace(old, new)}
    answer = api("POST", entity_set, {**body, "sitemapnameunique": "li_other", **change} if "sitemapxml" in body else
                 {**body, **change})  # fmt: skip
    assert answer.status_code == 400
    assert said in message(answer)
    if column in {"returnedtypecode", "primaryentitytypecode"}:
        return
    assert said in message(api("PATCH", f"{entity_set}({made})", change))


def _set_of(body: dict[str, Any]) -> str:
    names = {"layoutxml": "savedqueries", "datadescription": "savedqueryvisualizations", "formxml": "systemforms"}
    return next((entity_set for column, entity_set in names.items() if column in body), "sitemaps")


def test_a_main_form_shows_columns_that_exist(api: Api) -> None:
    form = api("GET", "systemforms?$filter=objecttypecode eq 'lead' and type eq 2").json()["value"][0]
    assert 'datafieldname="companyname"' in form["formxml"]
    changed = form["formxml"].replace('datafieldname="companyname"', 'datafieldname="li_nosuch"')
    assert "li_nosuch" in message(api("PATCH", f"systemforms({form['formid']})", {"formxml": changed}))
    tab = '<tab name="linkedin"><columns /></tab></tabs>'
    changed = form["formxml"].replace("</tabs>", tab)
    assert api("PATCH", f"systemforms({form['formid']})", {"formxml": changed}).status_code == 204


def test_a_new_table_has_a_view_and_a_form_until_it_goes(api: Api) -> None:
    api("POST", "EntityDefinitions", table_body("li_Event"))
    views, forms = (
        "savedqueries?$filter=returnedtypecode eq 'li_event'",
        "systemforms?$filter=objecttypecode eq 'li_event'",
    )
    view = api("GET", views).json()["value"][0]
    assert (view["name"], view["querytype"], view["isdefault"]) == ("Active Events", 0, True)
    asked = api.http.get(f"{api.root}/li_events", params={"fetchXml": view["fetchxml"]},
                         headers={"Authorization": f"Bearer {api.token}"})  # fmt: skip
    assert asked.json()["value"] == []
    assert [row["type"] for row in api("GET", forms).json()["value"]] == [2]
    api("DELETE", "EntityDefinitions(LogicalName='li_event')")
    assert api("GET", views).json()["value"] == api("GET", forms).json()["value"] == []


@pytest.mark.parametrize("body", [
    {"ParameterXml": "<importexportxml>"}, {"ParameterXml": "<other/>"}, {},
    {"ParameterXml": "<importexportxml><entities><entity>leed</entity></entities></importexportxml>"},
])  # fmt: skip
def test_publishing_needs_xml_about_what_exists(api: Api, body: dict[str, str]) -> None:
    assert api("POST", "PublishXml", body).status_code == 400
    right = "<importexportxml><entities><entity>lead</entity></entities></importexportxml>"
    assert api("POST", "PublishXml", {"ParameterXml": right}).status_code == 204
    app = f"<importexportxml><appmodules><appmodule>{NOBODY}</appmodule></appmodules></importexportxml>"
    assert code(api("POST", "PublishXml", {"ParameterXml": app})) == (404, "0x80040217")


def test_web_resources_and_apps_have_names_of_their_own(api: Api) -> None:
    icon = {"name": "li_icon.svg", "displayname": "Icon", "webresourcetype": 11, "content": "PHN2Zy8+"}
    app = {"name": "LinkedIn", "uniquename": "li_app", "webresourceid": api.make("webresourceset", **icon)}
    api.make("appmodules", **app)
    for entity_set, body in (("webresourceset", icon), ("appmodules", app)):
        assert code(api("POST", entity_set, body)) == (412, "0x80040237")


def test_a_table_has_one_default_view(api: Api) -> None:
    api.make("savedqueries", **{**VIEW, "isdefault": True})
    found = api("GET", "savedqueries?$filter=returnedtypecode eq 'lead' and isdefault eq true").json()["value"]
    assert [row["name"] for row in found] == [VIEW["name"]]


def test_a_column_that_a_form_or_a_view_shows_cannot_be_deleted(api: Api) -> None:
    text = {"@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata", "SchemaName": "li_Code", "MaxLength": 10}
    assert api("POST", "EntityDefinitions(LogicalName='lead')/Attributes", text).status_code == 204
    column = "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='li_code')"
    view = api.make("savedqueries", **{**VIEW, "fetchxml": VIEW["fetchxml"].replace('"subject"', '"li_code"')})
    answer = api("DELETE", column)
    assert code(answer) == (400, "0x8004f01f")
    assert "the view 'LinkedIn leads'" in message(answer)
    assert api("GET", column).status_code == 200
    assert api("DELETE", f"savedqueries({view})").status_code == 204
    assert api("DELETE", column).status_code == 204
