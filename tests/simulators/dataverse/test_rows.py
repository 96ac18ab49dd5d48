"""One row at a time. Contract: dataverse-api, sections 2.2, 2.3, 2.5."""

from __future__ import annotations

import pytest

from leadferry.simulators.dataverse import users
from simulators.dataverse.talking import NOBODY, Api, code, message

CHOSEN = "22222222-2222-4222-8222-222222222222"


def test_a_create_answers_204_with_the_address(api: Api) -> None:
    answer = api("POST", "leads", {"leadid": CHOSEN.upper(), "lastname": "Roy"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["OData-EntityId"] == f"{api.root}/leads({CHOSEN})"
    assert answer.headers["OData-Version"] == "4.0"


def test_a_create_that_prefers_it_answers_201_with_the_row_and_no_address(api: Api) -> None:
    answer = api("POST", "leads?$select=leadid,subject", {"subject": "x"}, Prefer="return=representation")
    assert answer.status_code == 201
    assert "OData-EntityId" not in answer.headers
    body = answer.json()
    assert body.keys() == {"@odata.context", "@odata.etag", "leadid", "subject"}
    assert answer.headers["ETag"] == body["@odata.etag"]
    assert body["@odata.context"] == f"{api.root}/$metadata#leads(leadid,subject)/$entity"


def test_the_server_fills_what_nobody_sent(api: Api) -> None:
    api.make("leads", firstname="Ana", lastname="Roy", revenue=10.005)
    (row,) = api.rows("lead")
    assert row["createdon"] == row["modifiedon"] == "2026-11-23T10:00:00Z"
    assert row["ownerid"] == row["createdby"] == row["owninguser"] == users.USER_ID
    assert row["ownerid__table"] == "systemuser"
    assert (row["statecode"], row["statuscode"], row["followemail"], row["donotemail"]) == (0, 1, 1, 0)
    assert row["fullname"] == "Ana Roy"
    assert row["revenue"] == row["revenue_base"]


def test_required_columns_are_not_enforced(api: Api) -> None:
    assert api("POST", "leads", {}).status_code == 204


def test_read_only_columns_are_silently_ignored(api: Api) -> None:
    body = {"lastname": "Roy", "fullname": "Other", "createdon": "2001-01-01T00:00:00Z"}
    api.make("leads", **body, **{"createdby@odata.bind": f"/systemusers({users.USER_ID})"})
    (row,) = api.rows("lead", "fullname", "createdon")
    assert row == {"fullname": "Roy", "createdon": "2026-11-23T10:00:00Z"}


def test_overridden_created_on_dates_back(api: Api) -> None:
    api.make("leads", lastname="x", overriddencreatedon="2020-05-01T08:00:00Z")
    (row,) = api.rows("lead", "createdon", "overriddencreatedon")
    assert row == {"createdon": "2020-05-01T08:00:00Z", "overriddencreatedon": "2026-11-23T10:00:00Z"}


def test_an_id_that_exists_is_refused_with_80040237(api: Api) -> None:
    api.make("leads", leadid=CHOSEN)
    answer = api("POST", "leads", {"leadid": CHOSEN})
    assert code(answer) == (412, "0x80040237")
    assert message(answer) == "Cannot insert duplicate key."


def test_a_patch_by_id_creates_what_is_absent_unless_if_match_forbids(api: Api) -> None:
    answer = api("PATCH", f"leads({CHOSEN})", {"lastname": "x"}, If_Match="*")
    assert code(answer) == (404, "0x80040217")
    assert message(answer) == f"lead With Id = {CHOSEN} Does Not Exist"
    answer = api("PATCH", f"leads({CHOSEN})", {"lastname": "x"})
    assert answer.status_code == 204
    assert answer.headers["OData-EntityId"] == f"{api.root}/leads({CHOSEN})"
    answer = api("PATCH", f"leads({CHOSEN})", {"lastname": "y"}, Prefer="return=representation")
    assert (answer.status_code, answer.json()["lastname"]) == (200, "y")
    assert len(api.rows("lead")) == 1


def test_an_update_changes_the_full_name_version_and_time(api: Api) -> None:
    lead = api.make("leads", firstname="Ana", lastname="Roy")
    before = api.rows("lead", "versionnumber")[0]["versionnumber"]
    api.control("POST", "clock", {"advance_ms": 60_000})
    assert api("PATCH", f"leads({lead})", {"lastname": "Lee"}, If_Match="*").status_code == 204
    (row,) = api.rows("lead")
    assert (row["fullname"], row["modifiedon"]) == ("Ana Lee", "2026-11-23T10:01:00Z")
    assert row["createdon"] == "2026-11-23T10:00:00Z"
    assert row["versionnumber"] > before


def test_null_clears_and_an_empty_text_is_null(api: Api) -> None:
    lead = api.make("leads", subject="x", description="y")
    api("PATCH", f"leads({lead})", {"subject": None, "description": ""})
    assert api.rows("lead", "subject", "description") == [{"subject": None, "description": None}]


def test_a_row_is_read_with_its_etag_and_absent_values_as_null(api: Api) -> None:
    lead = api.make("leads", subject="x", donotemail=True)
    answer = api("GET", f"leads({lead})")
    body = answer.json()
    assert answer.headers["ETag"] == body["@odata.etag"] == f'W/"{body["versionnumber"]}"'
    assert (body["subject"], body["companyname"], body["donotemail"]) == ("x", None, True)
    assert body["_ownerid_value"] == users.USER_ID
    assert "ownerid" not in body


def test_an_absent_row_is_404_with_80040217(api: Api) -> None:
    for method, tail in (("GET", ""), ("DELETE", ""), ("GET", "/subject"), ("DELETE", "/subject")):
        assert code(api(method, f"leads({NOBODY}){tail}")) == (404, "0x80040217")


def test_an_unknown_set_is_404_with_8006088a(api: Api) -> None:
    answer = api("GET", f"leadz({NOBODY})")
    assert code(answer) == (404, "0x8006088a")
    assert message(answer) == "Resource not found for the segment 'leadz'."


def test_one_property_can_be_read_written_and_cleared(api: Api) -> None:
    lead = api.make("leads", subject="x")
    assert api("PUT", f"leads({lead})/subject", {"value": "y"}).status_code == 204
    answer = api("GET", f"leads({lead})/subject")
    assert answer.json() == {"@odata.context": f"{api.root}/$metadata#leads({lead})/subject", "value": "y"}
    assert api("GET", f"leads({lead})/subject/$value").text == "y"
    assert api("DELETE", f"leads({lead})/subject").status_code == 204
    assert api("GET", f"leads({lead})/subject").status_code == 204
    assert code(api("GET", f"leads({lead})/nothing")) == (404, "0x8006088a")


def test_a_delete_removes_the_row(api: Api) -> None:
    lead = api.make("leads", subject="x")
    assert api("DELETE", f"leads({lead})").status_code == 204
    assert api.rows("lead") == []


def test_if_none_match_star_only_creates(api: Api) -> None:
    assert api("PATCH", f"leads({CHOSEN})", {"subject": "x"}, If_None_Match="*").status_code == 204
    answer = api("PATCH", f"leads({CHOSEN})", {"subject": "y"}, If_None_Match="*")
    assert answer.status_code == 412
    assert message(answer) == "A record with matching key values already exists."
    assert api.rows("lead", "subject") == [{"subject": "x"}]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_an_etag_must_match_to_write(api: Api, method: str) -> None:
    lead = api.make("leads", subject="x")
    etag = api("GET", f"leads({lead})").headers["ETag"]
    api("PATCH", f"leads({lead})", {"subject": "y"})
    body = {"subject": "z"} if method == "PATCH" else None
    assert code(api(method, f"leads({lead})", body, If_Match=etag)) == (412, "0x80060882")
    fresh = api("GET", f"leads({lead})").headers["ETag"]
    assert fresh != etag
    assert api(method, f"leads({lead})", body, If_Match=fresh).status_code == 204


def test_an_unchanged_row_is_304_but_never_with_annotations(api: Api) -> None:
    lead = api.make("leads", subject="x")
    etag = api("GET", f"leads({lead})").headers["ETag"]
    answer = api("GET", f"leads({lead})", If_None_Match=etag)
    assert (answer.status_code, answer.content) == (304, b"")
    annotated = api("GET", f"leads({lead})", If_None_Match=etag, Prefer='odata.include-annotations="*"')
    assert annotated.status_code == 200
    api("PATCH", f"leads({lead})", {"subject": "y"})
    assert api("GET", f"leads({lead})", If_None_Match=etag).status_code == 200


def test_a_closed_lead_is_read_only_until_reactivated(api: Api) -> None:
    lead = api.make("leads", subject="x")
    assert api("PATCH", f"leads({lead})", {"statecode": 2, "statuscode": 6}).status_code == 204
    assert api("PATCH", f"leads({lead})", {"subject": "y"}).status_code == 400
    assert api("PATCH", f"leads({lead})", {"statecode": 0, "subject": "y"}).status_code == 204
    assert api.rows("lead", "statecode", "statuscode", "subject") == [{"statecode": 0, "statuscode": 1, "subject": "y"}]


def test_broken_json_is_a_payload_error(api: Api) -> None:
    headers = {"Authorization": f"Bearer {api.token}"}
    answer = api.http.post(f"{api.root}/leads", content=b'{"subject":', headers=headers)
    assert code(answer) == (400, "0x80048d19")


def test_error_annotations_come_when_asked_for(api: Api) -> None:
    answer = api("GET", f"leads({NOBODY})", Prefer='odata.include-annotations="*"')
    assert "@Microsoft.PowerApps.CDS.HelpLink" in answer.json()["error"]
    assert api("GET", f"leads({NOBODY})").json()["error"].keys() == {"code", "message"}


def test_total_counts_are_told_per_table(api: Api) -> None:
    api.make("leads", lastname="x")
    found = api("GET", "RetrieveTotalRecordCount(EntityNames=['lead','account'])").json()
    assert found["EntityRecordCountCollection"] == {
        "Count": 2, "IsReadOnly": False, "Keys": ["lead", "account"], "Values": [1, 0],
    }  # fmt: skip


def test_an_address_that_is_too_long_is_414(api: Api) -> None:
    assert api("GET", "leads?$filter=" + "x" * 33_000).status_code == 414
