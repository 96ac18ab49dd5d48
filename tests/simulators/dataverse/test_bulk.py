"""CreateMultiple and its like, and BulkDelete. Contract: dataverse-api, section 4.2."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.dataverse.talking import MULTIPLE, NOBODY, TARGET, Api, code, message


def _targets(number: int, **more: Any) -> list[dict[str, Any]]:
    return [{**TARGET, "lastname": f"L{place}", **more} for place in range(number)]


def test_create_multiple_gives_ids_in_request_order(api: Api) -> None:
    chosen = "44444444-4444-4444-8444-444444444444"
    targets = _targets(3)
    targets[1]["leadid"] = chosen
    answer = api("POST", f"{MULTIPLE}CreateMultiple", {"Targets": targets})
    body = answer.json()
    assert answer.status_code == 200
    assert body["@odata.context"] == f"{api.root}/$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse"
    found = {row["leadid"]: row["lastname"] for row in api.rows("lead", "leadid", "lastname")}
    assert [found[one] for one in body["Ids"]] == ["L0", "L1", "L2"]
    assert body["Ids"][1] == chosen


def test_one_bad_row_undoes_all(api: Api) -> None:
    targets = [*_targets(5), {**TARGET, "leadsourcecode": 99}]
    assert code(api("POST", f"{MULTIPLE}CreateMultiple", {"Targets": targets})) == (400, "0x8004431A")
    assert api.rows("lead") == []


def test_an_id_that_exists_undoes_all_with_80040237(api: Api) -> None:
    lead = api.make("leads", lastname="x")
    targets = [*_targets(2), {**TARGET, "leadid": lead}]
    answer = api("POST", f"{MULTIPLE}CreateMultiple", {"Targets": targets})
    assert code(answer) == (412, "0x80040237")
    assert message(answer) == "Cannot insert duplicate key."
    assert len(api.rows("lead")) == 1


def test_the_type_is_required_on_every_item(api: Api) -> None:
    for targets in ([{"lastname": "x"}], [{"lastname": "x", "@odata.type": "Microsoft.Dynamics.CRM.account"}], []):
        assert api("POST", f"{MULTIPLE}CreateMultiple", {"Targets": targets}).status_code == 400
    assert api.rows("lead") == []


def test_update_multiple_changes_rows_by_id(api: Api) -> None:
    ids = api("POST", f"{MULTIPLE}CreateMultiple", {"Targets": _targets(3)}).json()["Ids"]
    targets = [{**TARGET, "leadid": one, "subject": f"S{one}"} for one in ids]
    targets[0]["firstname"] = "Ana"
    answer = api("POST", f"{MULTIPLE}UpdateMultiple", {"Targets": targets})
    assert (answer.status_code, answer.content) == (204, b"")
    rows = {row["leadid"]: row for row in api.rows("lead", "leadid", "subject", "fullname")}
    assert all(rows[one]["subject"] == f"S{one}" for one in ids)
    assert rows[ids[0]]["fullname"] == "Ana L0"


def test_update_multiple_of_an_absent_row_undoes_all(api: Api) -> None:
    lead = api.make("leads", lastname="x")
    targets = [{**TARGET, "leadid": lead, "subject": "y"}, {**TARGET, "leadid": NOBODY, "subject": "y"}]
    answer = api("POST", f"{MULTIPLE}UpdateMultiple", {"Targets": targets})
    assert code(answer) == (404, "0x80040217")
    assert message(answer) == f"lead With Ids = {NOBODY} Do Not Exist"
    assert api.rows("lead", "subject") == [{"subject": None}]


def test_update_multiple_needs_an_id_on_each_item(api: Api) -> None:
    assert code(api("POST", f"{MULTIPLE}UpdateMultiple", {"Targets": _targets(1)})) == (400, "0x80040203")


def test_delete_multiple_is_not_implemented_for_standard_tables(api: Api) -> None:
    answer = api("POST", f"{MULTIPLE}DeleteMultiple", {"Targets": _targets(1)})
    assert code(answer) == (501, "0x80040219")
    assert message(answer) == "DeleteMultiple has not yet been implemented."


def test_too_many_rows_end_as_a_sql_timeout_when_told_so(api: Api) -> None:
    api.control("PATCH", "settings", {"max_multiple": 2})
    assert code(api("POST", f"{MULTIPLE}CreateMultiple", {"Targets": _targets(3)})) == (500, "0x80044151")
    assert api("POST", f"{MULTIPLE}CreateMultiple", {"Targets": _targets(2)}).status_code == 200


@pytest.mark.parametrize(("undoes", "there"), [(False, 3), (True, 0)])
def test_a_gateway_gives_up_on_many_rows_and_does_not_tell_whether_they_are_written(
    api: Api, undoes: bool, there: int
) -> None:
    api.control("PATCH", "settings", {"gateway_rows": 2, "gateway_undoes": undoes})
    answer = api("POST", f"{MULTIPLE}CreateMultiple", {"Targets": _targets(3)})
    assert (answer.status_code, answer.content) == (504, b"")
    assert len(api.rows("lead", "leadid")) == there
    assert api("POST", f"{MULTIPLE}CreateMultiple", {"Targets": _targets(2)}).status_code == 200


def test_bulk_delete_removes_the_rows_it_is_asked_for(api: Api) -> None:
    ids = api("POST", f"{MULTIPLE}CreateMultiple", {"Targets": _targets(3)}).json()["Ids"]
    condition = {"AttributeName": "leadid", "Operator": "In", "Values": [{"Value": one} for one in [*ids[:2], NOBODY]]}
    query = {"EntityName": "lead", "Criteria": {"FilterOperator": "And", "Conditions": [condition]}}
    answer = api("POST", "BulkDelete", {"JobName": "x", "QuerySet": [query]})
    assert answer.status_code == 200
    assert answer.json()["JobId"]
    assert api.rows("lead", "leadid") == [{"leadid": ids[2]}]


@pytest.mark.parametrize(
    "criteria",
    [
        1.5,
        {"Conditions": [1]},
        {"Conditions": [{"AttributeName": [], "Operator": "In", "Values": ["x"]}]},
        {"Conditions": [{"AttributeName": "leadid", "Operator": "In", "Values": 3}]},
        {"Conditions": [{"AttributeName": "leadid", "Operator": "In", "Values": [{"Value": []}]}]},
        {"Conditions": [{"AttributeName": "leadid", "Operator": "NotNull"}]},
        {"Filters": [{"Conditions": []}]},
        {"FilterOperator": "Or", "Conditions": []},
    ],
)
def test_a_bulk_delete_whose_criteria_are_not_understood_deletes_nothing(api: Api, criteria: Any) -> None:
    api("POST", f"{MULTIPLE}CreateMultiple", {"Targets": _targets(3)})
    answer = api("POST", "BulkDelete", {"QuerySet": [{"EntityName": "lead", "Criteria": criteria}]})
    assert answer.status_code == 400
    assert len(api.rows("lead", "leadid")) == 3


def test_a_bulk_call_counts_as_one_request(api: Api) -> None:
    api.control("POST", "zero")
    api("POST", f"{MULTIPLE}CreateMultiple", {"Targets": _targets(50)})
    assert api.control("GET", "stats") == {"requests": {"POST leads/CreateMultiple": 1}, "total": 1}
