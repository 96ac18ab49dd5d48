"""The pages for looking: reached without a token, drawn from what is installed, nothing in them runs."""

from __future__ import annotations

import re

import pytest

from simulators.dataverse.talking import NOBODY, Api
from simulators.dataverse_roles.interface_samples import CHART, VIEW

FORM = (
    '<form><tabs><tab name="main"><columns><column width="100%"><sections><section name="one"><rows><row>'
    '<cell id="{{00000000-0000-4000-8000-0000000000aa}}" rowspan="1"><labels><label description="By status" '
    'languagecode="1033" /></labels><control id="c" classid="{{E7A81278-8635-4d9e-8D4D-59480B391C5B}}"><parameters>'
    "<ViewId>{{{view}}}</ViewId><TargetEntityType>lead</TargetEntityType><ChartGridMode>{mode}</ChartGridMode>"
    "<VisualizationId>{{{chart}}}</VisualizationId></parameters></control></cell></row></rows></section></sections>"
    "</column></columns></tab></tabs></form>"
)
TAB = (
    '<tab name="linkedin"><labels><label description="LinkedIn" languagecode="1033" /></labels><columns>'
    '<column width="100%"><sections><section name="one"><labels><label description="Where from" languagecode="1033" />'
    '</labels><rows><row><cell><control id="subject" datafieldname="subject" /></cell></row></rows></section>'
    "</sections></column></columns></tab></tabs>"
)


def look(api: Api, path: str, status: int = 200) -> str:
    answer = api.http.get(f"{api.url}{path}")
    assert answer.status_code == status, answer.text
    assert "<script" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    return answer.text


@pytest.fixture
def lead(api: Api) -> str:
    account = api.make("accounts", name="Acme <b>")
    bind = {"parentaccountid@odata.bind": f"/accounts({account})"}
    api.make("leads", subject="LinkedIn: B", lastname="Roy", statuscode=2)
    api.make("leads", subject="Fair", lastname="Hu")
    return api.make("leads", subject="LinkedIn: A", lastname="<i>Berg", **bind)


@pytest.mark.usefixtures("lead")
def test_the_first_page_lists_tables_with_their_rows(api: Api) -> None:
    text = look(api, "/")
    assert '<a href="/look/lead">Leads</a></td><td class=narrow><code>lead</code></td><td class=number>3</td>' in text


def test_rows_are_listed_by_a_view_and_lead_to_their_page(api: Api, lead: str) -> None:
    text = look(api, "/look/lead")
    assert f'<a href="/look/lead/{lead}">&lt;i&gt;Berg</a>' in text
    view = api.make("savedqueries", **VIEW)
    text = look(api, f"/look/lead?view={view}")
    assert "Berg" in text
    assert ">Hu<" not in text
    assert f'<a href="?view={view}" aria-current=page>LinkedIn leads</a>' in text


def test_a_row_is_shown_on_its_main_form_with_the_installed_tab(api: Api, lead: str) -> None:
    form = api("GET", "systemforms?$filter=objecttypecode eq 'lead' and type eq 2").json()["value"][0]
    changed = {"formxml": form["formxml"].replace("</tabs>", TAB)}
    assert api("PATCH", f"systemforms({form['formid']})", changed).status_code == 204
    text = look(api, f"/look/lead/{lead}")
    tab = "<section class=card><h3>Where from</h3><dl><dt>Topic</dt><dd>LinkedIn: A</dd></dl></section>"
    assert f"LinkedIn</h2><div class=cards>{tab}" in text
    assert "Acme &lt;b&gt;</a>" in text
    assert "<i>Berg" not in text


@pytest.mark.usefixtures("lead")
def test_a_dashboard_draws_its_charts_from_the_rows_of_their_view(api: Api) -> None:
    view, chart = api.make("savedqueries", **VIEW), api.make("savedqueryvisualizations", **CHART)
    key = api.make("systemforms", name="LinkedIn", type=0, formxml=FORM.format(view=view, chart=chart, mode="Chart"))
    assert f'<a href="/look/dashboards/{key}">LinkedIn</a>' in look(api, "/")
    text = look(api, f"/look/dashboards/{key}")
    assert "<h3>By status</h3>" in text
    bars = re.findall(r"<span>([^<]+)</span>.*?width:(\d+)%.*?<span class=number>([^<]+)<", text)
    assert bars == [("New", "100", "1"), ("Contacted", "100", "1")]


@pytest.mark.usefixtures("lead")
def test_a_dashboard_shows_lists_too(api: Api) -> None:
    view = api.make("savedqueries", **VIEW)
    key = api.make("systemforms", name="LinkedIn", type=0, formxml=FORM.format(view=view, chart="", mode="Grid"))
    assert "Berg" in look(api, f"/look/dashboards/{key}")


def test_what_is_not_there_is_not_found(api: Api) -> None:
    for path in ("/look/nosuch", f"/look/lead/{NOBODY}", f"/look/dashboards/{NOBODY}", "/look/lead/x"):
        look(api, path, 404)


def test_every_table_can_be_looked_at(api: Api) -> None:
    for path in re.findall(r'href="(/look/[a-z]+)"', look(api, "/")):
        look(api, path)


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("pagetype=entityrecord&etn=lead&id={lead}", "/look/lead/{lead}"),
        ("pagetype=entityrecord&etn=lead&id=%7B{lead}%7D", "/look/lead/{lead}"),
        ("pagetype=entitylist&etn=lead", "/look/lead"),
        ("etn=../__sim", "/"),
        ("", "/"),
    ],
)
def test_dynamics_own_address_of_a_row_leads_to_its_page(api: Api, lead: str, query: str, path: str) -> None:
    answer = api.http.get(f"{api.url}/main.aspx?{query.format(lead=lead)}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, path.format(lead=lead))
