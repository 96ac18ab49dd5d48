"""`$batch`. Contract: dataverse-api, section 4.1."""

from __future__ import annotations

import json
from typing import Any

import httpx2

from simulators.dataverse.talking import NOBODY, Api, code


def part(method: str, url: str, body: Any = None, content_id: int | None = None, **headers: str) -> str:
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    lines += [f"Content-ID: {content_id}"] if content_id is not None else []
    lines += ["", f"{method} {url} HTTP/1.1", "Content-Type: application/json; type=entry"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", "" if body is None else json.dumps(body), ""])


def change_set(*members: str) -> str:
    inner = "".join(f"--set_1\r\n{member}" for member in members)
    return f"Content-Type: multipart/mixed; boundary=set_1\r\n\r\n{inner}--set_1--\r\n"


def send(api: Api, *parts: str, **headers: str) -> httpx2.Response:
    body = "".join(f"--batch_7\r\n{one}" for one in parts) + "--batch_7--\r\n"
    return send_raw(api, body, **headers)


def send_raw(api: Api, body: str, **headers: str) -> httpx2.Response:
    sent = {"Authorization": f"Bearer {api.token}", "Content-Type": 'multipart/mixed; boundary="batch_7"', **headers}
    return api.http.post(f"{api.root}/$batch", content=body.encode(), headers=sent)


def statuses(answer: httpx2.Response) -> list[int]:
    """The status of each inner answer, in order, those of change sets too."""
    return [int(line.split()[1]) for line in answer.text.split("\r\n") if line.startswith("HTTP/1.1 ")]


def test_operations_are_answered_in_order(api: Api) -> None:
    lead = api.make("leads", subject="x")
    answer = send(
        api,
        part("POST", "/api/data/v9.2/leads", {"lastname": "Roy"}),
        part("GET", f"{api.root}/leads({lead})?$select=subject"),
        part("PATCH", f"leads({lead})", {"subject": "y"}, If_Match="*"),
        part("GET", f"leads({lead})?$select=subject"),
    )
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("multipart/mixed; boundary=batchresponse_")
    assert statuses(answer) == [204, 200, 204, 200]
    assert answer.text.index('"subject":"x"') < answer.text.index('"subject":"y"')


def test_a_part_has_the_address_twice(api: Api) -> None:
    answer = send(api, part("POST", "leads", {"leadid": NOBODY}))
    assert f"\r\nLocation: {api.root}/leads({NOBODY})\r\n" in answer.text
    assert f"\r\nOData-EntityId: {api.root}/leads({NOBODY})\r\n" in answer.text
    assert "\r\nHTTP/1.1 204 No Content\r\n" in answer.text


def test_the_first_failure_stops_and_gives_the_outer_status(api: Api) -> None:
    bad = part("POST", "leads", {"leadsourcecode": 99})
    answer = send(api, part("POST", "leads", {}), bad, part("POST", "leads", {}))
    assert answer.status_code == 400
    assert statuses(answer) == [204, 400]
    assert '{"error":{"code":"0x8004431A"' in answer.text
    assert "REQ_ID: " in answer.text
    assert len(api.rows("lead")) == 1


def test_continue_on_error_goes_on(api: Api) -> None:
    bad = part("POST", "leads", {"leadsourcecode": 99})
    answer = send(api, bad, part("POST", "leads", {}), bad, Prefer="odata.continue-on-error")
    assert answer.status_code == 200
    assert statuses(answer) == [400, 204, 400]
    assert len(api.rows("lead")) == 1


def test_a_change_set_links_rows_by_content_id(api: Api) -> None:
    answer = send(
        api,
        change_set(
            part("POST", "/api/data/v9.2/accounts", {"name": "Acme"}, content_id=1),
            part("POST", "/api/data/v9.2/leads", {"parentaccountid@odata.bind": "$1"}, content_id=2),
            part("PATCH", "$2", {"subject": "y"}, content_id=3, If_Match="*"),
            part("PUT", "/api/data/v9.2/$2/subject", {"value": "z"}, content_id=4),
        ),
    )
    assert answer.status_code == 200
    assert statuses(answer) == [204, 204, 204, 204]
    assert "Content-Type: multipart/mixed; boundary=changesetresponse_" in answer.text
    assert "\r\nContent-ID: 2\r\n" in answer.text
    (account,) = api.rows("account", "accountid")
    assert api.rows("lead", "parentaccountid", "subject") == [{"parentaccountid": account["accountid"], "subject": "z"}]


def test_a_failed_change_set_is_undone_and_is_one_part(api: Api) -> None:
    members = [part("POST", "leads", {}, content_id=1), part("POST", "leads", {"leadsourcecode": 99}, content_id=2)]
    answer = send(api, change_set(*members), part("POST", "leads", {}), Prefer="odata.continue-on-error")
    assert answer.status_code == 200
    assert statuses(answer) == [400, 204]
    assert "changesetresponse_" not in answer.text
    assert len(api.rows("lead")) == 1


def test_an_undeclared_reference_is_400(api: Api) -> None:
    answer = send(api, change_set(part("POST", "leads", {"parentaccountid@odata.bind": "$1"}, content_id=2)))
    assert answer.status_code == 400
    assert "Content-ID Reference: '$1' does not exist in the batch context." in answer.text


def test_a_change_set_takes_no_get(api: Api) -> None:
    answer = send(api, change_set(part("GET", f"leads({NOBODY})")))
    assert statuses(answer) == [400]


def test_more_than_1000_operations_are_refused_as_a_whole(api: Api) -> None:
    answer = send(api, change_set(*[part("POST", "leads", {})] * 501), *[part("POST", "leads", {})] * 500)
    assert code(answer) == (400, "0x80040203")
    assert api.rows("lead") == []


def test_line_feeds_alone_are_refused(api: Api) -> None:
    body = f"--batch_7\r\n{part('POST', 'leads', {})}--batch_7--\r\n".replace("\r\n", "\n")
    assert send_raw(api, body).status_code == 400


def test_a_batch_in_a_batch_is_refused(api: Api) -> None:
    assert statuses(send(api, part("POST", "/api/data/v9.2/$batch", {}))) == [400]


def test_a_batch_counts_as_one_request(api: Api) -> None:
    api.control("POST", "zero")
    send(api, *[part("POST", "leads", {})] * 3)
    assert api.control("GET", "stats") == {"requests": {"POST $batch": 1}, "total": 1}
