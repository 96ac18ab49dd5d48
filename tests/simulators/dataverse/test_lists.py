"""That lists, counts and related rows reach the query package through the service. Its own tests say the rest."""

from __future__ import annotations

import pytest

from leadferry.simulators.dataverse import operations, users
from leadferry.simulators.dataverse.privileges import Caller
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.server import Request, Response
from simulators.dataverse.talking import NOBODY, Api, code


def test_a_list_is_filtered_selected_and_counted(api: Api) -> None:
    for name in ("Roy", "roy", "Lee"):
        api.make("leads", lastname=name)
    answer = api("GET", "leads?$select=lastname&$filter=lastname eq 'ROY'&$orderby=createdon&$count=true")
    body = answer.json()
    assert (answer.status_code, body["@odata.count"]) == (200, 2)
    assert {row["lastname"] for row in body["value"]} == {"Roy", "roy"}
    assert api("GET", "leads/$count").text == "3"


def test_a_page_size_is_applied_and_said(api: Api) -> None:
    for name in ("a", "b", "c"):
        api.make("leads", lastname=name)
    answer = api("GET", "leads?$select=lastname", Prefer="odata.maxpagesize=2")
    assert answer.headers["Preference-Applied"] == "odata.maxpagesize=2"
    assert len(answer.json()["value"]) == 2
    following = answer.json()["@odata.nextLink"].removeprefix(f"{api.root}/")
    assert len(api("GET", following, Prefer="odata.maxpagesize=2").json()["value"]) == 1


def test_related_rows_are_listed_and_counted(api: Api) -> None:
    account = api.make("accounts", name="Acme")
    api.make("leads", lastname="in", **{"parentaccountid@odata.bind": f"/accounts({account})"})
    api.make("leads", lastname="out")
    collection = f"accounts({account})/lead_parent_account"
    found = api("GET", f"{collection}?$select=lastname").json()["value"]
    assert [row["lastname"] for row in found] == ["in"]
    assert api("GET", f"{collection}/$count").text == "1"
    assert code(api("GET", f"accounts({NOBODY})/lead_parent_account")) == (404, "0x80040217")


def test_a_row_is_expanded(api: Api) -> None:
    account = api.make("accounts", name="Acme")
    lead = api.make("leads", **{"parentaccountid@odata.bind": f"/accounts({account})"})
    body = api("GET", f"leads({lead})?$select=leadid&$expand=parentaccountid($select=name)").json()
    assert body["parentaccountid"]["name"] == "Acme"


def test_a_list_needs_the_read_privilege(api: Api) -> None:
    body = {"application_id": NOBODY, "secret": "s", "privileges": []}
    api.control("PUT", f"users/{NOBODY}", body)
    assert code(Api(api.url, NOBODY, "s")("GET", "leads")) == (403, "0x80040220")


def test_addresses_of_definitions_go_to_whoever_answers_them(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(_storage: Storage, request: Request, caller: Caller) -> Response | None:
        return Response(200, caller.user_id.encode()) if request.path.endswith("/Example") else None

    monkeypatch.setattr(operations, "METADATA", [answers])
    assert api("GET", "Example").text == users.USER_ID
    assert code(api("GET", "Other")) == (404, "0x8006088a")
