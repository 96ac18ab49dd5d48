from __future__ import annotations

import json
import threading
from typing import Any
from urllib.parse import unquote

import pytest

from leadferry.dataverse.batch import ChangeSet, Operation
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.refusals import DataverseTimeoutError
from leadferry.errors import DataverseError
from leadferry.http_client import HttpClient
from leadferry.simulators.server import Request, Response, json_response
from scripted_service import CUT, GivenTokens, Service, Time, error, longest

NO_BODY = Response(204)
ID = "5b0b7a1e-0000-4000-8000-0000000000aa"
WHO = json_response({"UserId": ID.upper(), "BusinessUnitId": ID, "OrganizationId": ID})


def many(*parts: str, status: int = 200) -> Response:
    """A batch's answer; each part begins with its status line."""
    body = "".join(f"--r\r\nContent-Type: application/http\r\n\r\n{part}\r\n" for part in parts) + "--r--\r\n"
    return Response(status, body.encode(), {"Content-Type": "multipart/mixed; boundary=r"})


def part(value: Any, status: int = 200) -> str:
    return f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n\r\n{json.dumps(value)}"


# What is sent


def test_every_request_carries_the_headers_of_the_contract(client: DataverseClient, service: Service) -> None:
    service.will(WHO)
    found = client.who_am_i()
    asked = service.asked[0]
    assert (asked.method, asked.path) == ("GET", "/api/data/v9.2/WhoAmI")
    assert asked.headers["authorization"] == "Bearer t1"
    assert asked.headers["odata-version"] == asked.headers["odata-maxversion"] == "4.0"
    assert asked.headers["accept"] == "application/json"
    assert found.user_id == ID


def test_create_multiple_types_each_row_and_returns_ids_in_order(client: DataverseClient, service: Service) -> None:
    service.will(json_response({"Ids": ["B-1", "a-2"]}))
    assert client.create_multiple("leads", "lead", [{"lastname": "Ré"}, {"lastname": None}]) == ["b-1", "a-2"]
    asked = service.asked[0]
    assert (asked.method, asked.path) == ("POST", "/api/data/v9.2/leads/Microsoft.Dynamics.CRM.CreateMultiple")
    kind = "Microsoft.Dynamics.CRM.lead"
    targets = [{"@odata.type": kind, "lastname": "Ré"}, {"@odata.type": kind, "lastname": None}]
    assert asked.json == {"Targets": targets}


def test_single_writes(client: DataverseClient, service: Service) -> None:
    made = Response(204, b"", {"OData-EntityId": f"{service.url}/api/data/v9.2/leads({ID.upper()})"})
    service.will(made, NO_BODY, NO_BODY, NO_BODY)
    assert client.create("leads", {"lastname": "x"}) == ID
    client.patch("leads", ID, {"lastname": "y"})
    client.patch("leads", ID, {"lastname": "z"}, if_match=None)
    client.delete("leads", ID)
    assert [(a.method, a.path, a.headers.get("if-match")) for a in service.asked] == [
        ("POST", "/api/data/v9.2/leads", None),
        ("PATCH", f"/api/data/v9.2/leads({ID})", "*"),
        ("PATCH", f"/api/data/v9.2/leads({ID})", None),
        ("DELETE", f"/api/data/v9.2/leads({ID})", None),
    ]


def test_qualify_lead(client: DataverseClient, service: Service) -> None:
    service.will(json_response({"value": [{"accountid": ID}]}))
    made = client.qualify_lead(ID, create_account=True, create_contact=False, create_opportunity=False)
    assert made == [{"accountid": ID}]
    assert service.asked[0].path == f"/api/data/v9.2/leads({ID})/Microsoft.Dynamics.CRM.QualifyLead"
    assert service.asked[0].json == {
        "CreateAccount": True, "CreateContact": False, "CreateOpportunity": False, "Status": 3,
    }  # fmt: skip


def test_support_of_a_message_is_asked_once(client: DataverseClient, service: Service) -> None:
    service.will(json_response({"value": [{"sdkmessagefilterid": ID}]}), json_response({"value": []}))
    assert client.supports("CreateMultiple", "lead")
    assert client.supports("CreateMultiple", "lead")
    assert not client.supports("CreateMultiple", "account")
    assert len(service.asked) == 2
    assert unquote(service.asked[0].query).endswith("&@m='CreateMultiple'&@t='lead'")


# Reading


def test_a_query_follows_the_next_link_but_never_to_another_host(client: DataverseClient, service: Service) -> None:
    link = "https://evil.example/api/data/v9.2/leads?$skiptoken=%3Ccookie%20a=%221%22%3E"
    service.will(json_response({"value": [{"a": 1}], "@odata.nextLink": link}), json_response({"value": [{"a": 2}]}))
    rows = list(client.query("leads", select=["a"], filter="b eq 'c d'", orderby="a asc", page_size=1))
    assert rows == [{"a": 1}, {"a": 2}]
    assert service.asked[0].query == "$select=a&$filter=b%20eq%20'c%20d'&$orderby=a%20asc"
    assert service.asked[1].query == "$skiptoken=%3Ccookie%20a=%221%22%3E"
    assert [a.headers["prefer"] for a in service.asked] == ["odata.maxpagesize=1"] * 2


def test_top_is_not_sent_beside_a_page_size(client: DataverseClient, service: Service) -> None:
    service.will(json_response({"value": []}))
    assert list(client.query("leads", select=["a"], top=3)) == []
    assert service.asked[0].query == "$select=a&$top=3"
    assert "prefer" not in service.asked[0].headers


def test_500_ids_are_one_get(client: DataverseClient, service: Service) -> None:
    ids = [f"5B0B7A1E-0000-4000-8000-{n:012d}" for n in range(500)]
    service.will(json_response({"value": [{"leadid": ids[7]}]}))
    assert client.existing_ids("leads", "leadid", ids) == {ids[7].lower()}
    assert [a.method for a in service.asked] == ["GET"]
    assert len(service.asked[0].path) + len(service.asked[0].query) < 32_768


def test_long_values_are_gets_inside_one_batch_and_rows_come_once(client: DataverseClient, service: Service) -> None:
    emails = [f"{'x' * 60}{n}@{'y' * 40}.example" for n in range(900)]
    same = {"leadid": ID, "emailaddress1": emails[0]}
    service.will(many(part({"value": [same]}), part({"value": [same, {"leadid": "2"}]})))
    assert client.find_any("leads", {"emailaddress1": emails}, select=["leadid"]) == [same, {"leadid": "2"}]
    (asked,) = service.asked
    assert (asked.method, asked.path) == ("POST", "/api/data/v9.2/$batch")
    gets = [line for line in asked.body.decode().split("\r\n") if line.startswith("GET ")]
    assert len(gets) == 2
    assert all(len(line) < 65_536 for line in gets)
    assert unquote(" ".join(gets)).count(".example") == 900


def test_nothing_asked_is_no_request(client: DataverseClient, service: Service) -> None:
    assert client.find_any("leads", {"emailaddress1": []}, select=["leadid"]) == []
    assert client.existing_ids("leads", "leadid", []) == set()
    assert client.batch([]) == []
    assert service.asked == []


def test_a_refusal_inside_a_batch_of_reads_is_raised(client: DataverseClient, service: Service) -> None:
    emails = [f"{'x' * 300}{n}@example.test" for n in range(300)]
    refusal = {"error": {"code": "0x80060888", "message": "Could not find a property named 'nope' on type 'lead'."}}
    service.will(many(part(refusal, 400), status=400))
    with pytest.raises(DataverseError) as caught:
        client.find_any("leads", {"nope": emails}, select=["leadid"])
    assert caught.value.code == "dataverse-unknown-column"


def test_a_row_that_is_gone(client: DataverseClient, service: Service) -> None:
    service.will(error(404, "0x80040217", "lead With Id = x Does Not Exist"))
    with pytest.raises(DataverseError) as caught:
        client.get("leads", ID, ["subject"])
    assert caught.value.code == "dataverse-not-found"


def test_an_answer_of_something_else_is_unreadable(client: DataverseClient, service: Service) -> None:
    service.will(Response(200, b"<html>Please log in</html>"))
    with pytest.raises(DataverseError) as caught:
        client.who_am_i()
    assert caught.value.code == "dataverse-unreadable"


# Batches


def test_each_operation_of_a_batch_has_its_own_result(client: DataverseClient, service: Service) -> None:
    refusal = {"error": {"code": "0x80040237", "message": "Cannot insert duplicate key."}}
    made = f"HTTP/1.1 204 No Content\r\nOData-EntityId: https://x/leads({ID})\r\n"
    service.will(many(part(refusal, 412), made, part({"lastname": "x"})))
    results = client.batch(
        [Operation("POST", "leads", {"a": 1}), Operation("POST", "leads", {"a": 2}), Operation("GET", f"leads({ID})")],
        continue_on_error=True,
    )
    assert service.asked[0].headers["prefer"] == "odata.continue-on-error"
    assert results[0].error is not None
    assert (results[0].error.code, results[0].error.status) == ("dataverse-duplicate", 412)
    assert results[1].row_id == ID
    assert results[2].row == {"lastname": "x"}


def test_what_follows_the_first_refusal_was_not_attempted(client: DataverseClient, service: Service) -> None:
    refusal = {"error": {"code": "0x80040217", "message": "gone"}}
    service.will(many(part({}), part(refusal, 404), status=404))
    results = client.batch([Operation("PATCH", f"leads({n})", {}) for n in range(4)])
    codes = [result.error.code if result.error else "" for result in results]
    assert codes == ["", "dataverse-not-found", "dataverse-not-attempted", "dataverse-not-attempted"]


def test_a_refused_change_set_stands_for_all_its_members(client: DataverseClient, service: Service) -> None:
    refusal = {"error": {"code": "0x80040217", "message": "gone"}}
    service.will(many(part(refusal, 404), part({})))
    both = ChangeSet([Operation("POST", "accounts", {}), Operation("PATCH", "leads(2)", {})])
    results = client.batch([both, Operation("PATCH", "leads(1)", {})], continue_on_error=True)
    assert [result.status for result in results] == [404, 404, 200]


def test_more_than_a_thousand_operations_go_in_several_requests(client: DataverseClient, service: Service) -> None:
    def answer(request: Request) -> Response:
        return many(*["HTTP/1.1 204 No Content\r\n"] * request.body.count(b"PATCH "))

    service.otherwise = answer
    results = client.batch([Operation("PATCH", f"leads({n})", {}) for n in range(1500)])
    assert [asked.body.count(b"PATCH ") for asked in service.asked] == [1000, 500]
    assert [result.status for result in results] == [204] * 1500


# What is repeated, and what is not


def test_a_refused_token_is_renewed_once_and_the_call_repeated(client: DataverseClient, service: Service) -> None:
    service.will(Response(401, b"", {"WWW-Authenticate": "Bearer"}), NO_BODY)
    client.patch("leads", ID, {"a": 1})
    assert [asked.headers["authorization"] for asked in service.asked] == ["Bearer t1", "Bearer t2"]
    service.will(Response(401), Response(401))
    with pytest.raises(DataverseError) as caught:
        client.patch("leads", ID, {"a": 1})
    assert caught.value.code == "dataverse-unauthorized"
    assert client.requests == 4


def test_a_write_waits_out_a_429(client: DataverseClient, service: Service, time: Time) -> None:
    throttled = error(429, "0x80072322", "Number of requests exceeded", Retry_After="17")
    service.will(throttled, throttled, NO_BODY)
    client.update_multiple("leads", "lead", [{"leadid": ID}])
    assert time.slept == [17.0, 17.0]
    assert len(service.asked) == 3


def test_the_wait_for_429s_is_bounded(client: DataverseClient, service: Service, time: Time) -> None:
    service.otherwise = error(429, "0x80072322", "Number of requests exceeded", Retry_After="120")
    with pytest.raises(DataverseError) as caught:
        client.patch("leads", ID, {})
    assert (caught.value.code, caught.value.retry_after_s) == ("dataverse-throttled", 120.0)
    assert sum(time.slept) <= 330
    assert not caught.value.unknown_outcome


def test_a_429_without_wait_does_not_go_on_for_ever(client: DataverseClient, service: Service) -> None:
    service.otherwise = error(429, "0x80072326", "Number of concurrent requests", Retry_After="0")
    with pytest.raises(DataverseError):
        client.who_am_i()
    assert len(service.asked) <= 20


def test_a_cut_write_is_never_repeated_and_its_outcome_is_unknown(client: DataverseClient, service: Service) -> None:
    service.will(CUT)
    with pytest.raises(DataverseError) as caught:
        client.create_multiple("leads", "lead", [{"lastname": "secret name"}])
    assert caught.value.unknown_outcome
    assert caught.value.status == 0
    assert len(service.asked) == 1
    assert "secret" not in repr(caught.value) + str(caught.value)


@pytest.mark.parametrize(("waited_ms", "kind"), [(119_000, DataverseTimeoutError), (2_000, DataverseError)])
def test_a_cut_tells_whether_the_service_was_long_at_work(
    client: DataverseClient, service: Service, time: Time, waited_ms: int, kind: type[DataverseError]
) -> None:
    def at_work(_request: object) -> Response:
        time.now_ms += waited_ms
        raise CUT

    service.will(at_work)
    with pytest.raises(DataverseError) as caught:
        client.create_multiple("leads", "lead", [{"lastname": "x"}])
    assert type(caught.value) is kind
    assert caught.value.unknown_outcome


@pytest.mark.parametrize(("status", "unknown"), [(408, True), (500, False), (502, True), (503, True), (504, True)])
def test_a_failed_write_is_never_repeated(
    client: DataverseClient, service: Service, status: int, unknown: bool
) -> None:
    service.will(Response(status))
    with pytest.raises(DataverseError) as caught:
        client.patch("leads", ID, {})
    assert (caught.value.status, caught.value.unknown_outcome) == (status, unknown)
    assert len(service.asked) == 1


@pytest.mark.parametrize("trouble", [CUT, Response(408), Response(500), Response(502), Response(503), Response(504)])
def test_reading_is_repeated(client: DataverseClient, service: Service, time: Time, trouble: Any) -> None:
    service.will(trouble, trouble, WHO)
    assert client.who_am_i().user_id == ID
    assert time.slept == [1.0, 2.0]
    assert client.requests == 3


def test_reading_is_given_up_after_five_tries(client: DataverseClient, service: Service) -> None:
    service.otherwise = Response(503)
    with pytest.raises(DataverseError) as caught:
        client.who_am_i()
    assert caught.value.code == "dataverse-unavailable"
    assert len(service.asked) == 5


@pytest.mark.parametrize("status", [400, 403, 404, 412, 501])
def test_a_refusal_is_not_repeated(client: DataverseClient, service: Service, status: int) -> None:
    service.otherwise = error(status, "", "no")
    with pytest.raises(DataverseError):
        client.who_am_i()
    assert len(service.asked) == 1


def test_a_batch_of_reads_may_be_repeated_and_one_with_a_write_not(client: DataverseClient, service: Service) -> None:
    service.will(CUT, many(part({})))
    assert client.batch([Operation("GET", "leads(1)")])[0].status == 200
    service.will(CUT)
    with pytest.raises(DataverseError) as caught:
        client.batch([Operation("GET", "leads(1)"), Operation("PATCH", "leads(1)", {})])
    assert caught.value.unknown_outcome


def test_an_unknown_host_is_named_at_once(time: Time) -> None:
    client = DataverseClient("https://leadferry.invalid", GivenTokens(), HttpClient(), sleep=time.sleep)
    with pytest.raises(DataverseError, match=r"https://leadferry\.invalid cannot be reached") as caught:
        client.create("leads", {})
    assert caught.value.code == "dataverse-unreachable"
    assert not caught.value.unknown_outcome
    assert time.slept == []


def test_the_request_id_of_a_refusal_is_kept(client: DataverseClient, service: Service) -> None:
    service.will(error(400, "0x80040203", "bad", x_ms_service_request_id="abc"))
    with pytest.raises(DataverseError) as caught:
        client.who_am_i()
    assert caught.value.request_id == client.last_request_id == "abc"


def test_no_more_requests_run_at_once_than_allowed(service: Service, time: Time) -> None:
    lock, inside, most, both = threading.Lock(), 0, 0, threading.Barrier(2, timeout=10)

    def answer(_: Request) -> Response:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        both.wait()
        with lock:
            inside -= 1
        return WHO

    service.otherwise = answer
    client = DataverseClient(
        service.url, GivenTokens(), HttpClient(), parallel=2, clock=time.clock, sleep=time.sleep, jitter=longest
    )
    threads = [threading.Thread(target=client.who_am_i) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == 2
    assert client.requests == 8
