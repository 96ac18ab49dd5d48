from __future__ import annotations

import pytest

from leadferry.dataverse.batch import ChangeSet, Operation, UnreadableBatchError, read_batch, write_batch


def test_a_batch_is_written_to_the_letter() -> None:
    items: list[Operation | ChangeSet] = [
        Operation("GET", "leads(1)?$select=lastname", None, {"Prefer": "odata.maxpagesize=5"}),
        ChangeSet(
            [
                Operation("POST", "accounts", {"name": "Acme"}),
                Operation("PATCH", "leads(2)", {"parentaccountid@odata.bind": "$1"}, {"If-Match": "*"}),
            ]
        ),
    ]
    assert write_batch(items, "/api/data/v9.2/", "b7").decode().split("\r\n") == [
        "--b7",
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "",
        "GET /api/data/v9.2/leads(1)?$select=lastname HTTP/1.1",
        "Accept: application/json",
        "Prefer: odata.maxpagesize=5",
        "",
        "",
        "--b7",
        'Content-Type: multipart/mixed; boundary="changeset_1_b7"',
        "",
        "--changeset_1_b7",
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "Content-ID: 1",
        "",
        "POST /api/data/v9.2/accounts HTTP/1.1",
        "Accept: application/json",
        "Content-Type: application/json; type=entry",
        "",
        '{"name":"Acme"}',
        "--changeset_1_b7",
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "Content-ID: 2",
        "",
        "PATCH /api/data/v9.2/leads(2) HTTP/1.1",
        "Accept: application/json",
        "If-Match: *",
        "Content-Type: application/json; type=entry",
        "",
        '{"parentaccountid@odata.bind":"$1"}',
        "--changeset_1_b7--",
        "",
        "--b7--",
        "",
    ]


ANSWER = """--batchresponse_1
Content-Type: application/http
Content-Transfer-Encoding: binary

HTTP/1.1 200 OK
Content-Type: application/json

{"lastname":"--batchresponse_1 is no boundary here"}
--batchresponse_1
Content-Type: multipart/mixed; boundary=batchresponse_1_changeset

--batchresponse_1_changeset
Content-Type: application/http
Content-ID: 1

HTTP/1.1 204 No Content
OData-EntityId: https://x/api/data/v9.2/accounts(ab)


--batchresponse_1_changeset
Content-Type: application/http
Content-ID: 2

HTTP/1.1 204 No Content


--batchresponse_1_changeset--
--batchresponse_1
Content-Type: application/http

HTTP/1.1 400 Bad Request
REQ_ID: 7

{"error":{"code":"0x80044331","message":"too long"}}
--batchresponse_1--
"""


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_an_answer_is_read_in_order_with_change_sets_flattened(line_end: str) -> None:
    parts = read_batch("multipart/mixed; boundary=batchresponse_1", ANSWER.replace("\n", line_end).encode())
    assert [part.status for part in parts] == [200, 204, 204, 400]
    assert parts[0].body == b'{"lastname":"--batchresponse_1 is no boundary here"}'
    assert parts[1].headers["odata-entityid"].endswith("accounts(ab)")
    assert parts[1].body == b""
    assert parts[3].headers["req_id"] == "7"
    assert parts[3].body.startswith(b'{"error"')


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/mixed; boundary=b", b"<html>proxy</html>"),
        ("multipart/mixed; boundary=b", b"--b\r\nContent-Type: application/http\r\n\r\nHello\r\n--b--"),
    ],
)
def test_what_is_no_batch_is_refused(content_type: str, body: bytes) -> None:
    with pytest.raises(UnreadableBatchError):
        read_batch(content_type, body)
