"""`$batch`: many requests in one, in order; change sets all or nothing.

Source: dataverse-api reference, section 4.1 (execute-batch-operations-using-web-api).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.calls import Call
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.server import Request, Response

MAX_OPERATIONS = 1000
_REFERENCE = re.compile(r"\$([A-Za-z0-9_.-]+)")
_BOUND = re.compile(rb'("[^"]*@odata\.(?:bind|id)"\s*:\s*)"/?\$([A-Za-z0-9_.-]+)"')

Answer = Callable[[Request], Response]
"""Answers one inner request; raises a Refusal."""


@dataclass(frozen=True, slots=True)
class Part:
    """One inner request, or (with `members`) a change set."""

    headers: dict[str, str]
    body: bytes
    members: list[Part] | None = None


def answer(call: Call, inner: Answer) -> Response:
    """Raises a Refusal when the batch as a whole cannot be read."""
    parts = read(call.request)
    boundary = f"batchresponse_{uuid.uuid4()}"
    written: list[bytes] = []
    outer_status = 200
    for part in parts:
        status, text = _change_set(call, part, inner) if part.members is not None else _single(call, part, inner)
        written.append(text)
        if status >= 400 and not call.prefer.continue_on_error:
            outer_status = status
            break
    body = b"".join(f"--{boundary}\r\n".encode() + text for text in written) + f"--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/mixed; boundary={boundary}", "OData-Version": "4.0"}
    return Response(outer_status, body, headers)


def read(request: Request) -> list[Part]:
    boundary = _boundary(request.headers.get("content-type", ""))
    parts = [_part(raw, nested=True) for raw in _split(request.body, boundary)]
    count = sum(len(part.members) if part.members is not None else 1 for part in parts)
    if count > MAX_OPERATIONS:
        raise refusals.invalid_argument(
            f"Number of operations in the batch is {count}, which exceeds the maximum of {MAX_OPERATIONS}."
        )
    return parts


def _boundary(content_type: str) -> str:
    found = re.search(r'multipart/mixed\s*;.*boundary=(?:"([^"]+)"|([^;\s]+))', content_type, re.IGNORECASE)
    if not found:
        raise refusals.payload_error("The content type of a batch must be multipart/mixed with a boundary.")
    return found.group(1) or found.group(2)


def _split(body: bytes, boundary: str) -> list[bytes]:
    """What stands between the boundaries. Lines end with CRLF; anything else is not read as a boundary."""
    mark = b"\r\n--" + boundary.encode()
    pieces = (b"\r\n" + body).split(mark)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise refusals.payload_error(
            "The batch could not be read: a boundary is missing, or its lines do not end with CR LF."
        )
    return [piece.removeprefix(b"\r\n") for piece in pieces[1:-1]]


def _part(raw: bytes, *, nested: bool) -> Part:
    head, _, body = raw.partition(b"\r\n\r\n")
    headers = _headers(head)
    kind = headers.get("content-type", "")
    if kind.lower().startswith("multipart/mixed"):
        if not nested:
            raise refusals.payload_error("A change set cannot contain another change set.")
        return Part(headers, body, [_part(one, nested=False) for one in _split(body, _boundary(kind))])
    return Part(headers, body)


def _headers(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in head.decode().split("\r\n"):
        name, colon, value = line.partition(":")
        if line.strip() and not colon:
            raise refusals.payload_error(
                f"The message header '{line}' is invalid. The header value must be of the format "
                "'<header name>: <header value>'."
            )
        if colon:
            found[name.strip().lower()] = value.strip()
    return found


def _request(call: Call, part: Part) -> Request:
    """The inner request; its address may be absolute, from the root, or (clients do that) not encoded."""
    head, _, body = part.body.partition(b"\r\n\r\n")
    line, _, rest = head.partition(b"\r\n")
    found = re.fullmatch(r"([A-Z]+)\s+(\S.*?)(?:\s+HTTP/1\.1)?\s*", line.decode())
    if not found:
        raise refusals.payload_error(f"The request line '{line.decode()}' is invalid.")
    method, url = found.group(1), found.group(2)
    if "://" in url.partition("?")[0]:
        url = "/" + url.split("://", 1)[1].partition("/")[2]
    elif not url.startswith("/"):
        url = f"/api/data/v9.2/{url}"
    path, _, query = url.partition("?")
    return Request(method, path, query, _headers(rest), body.removesuffix(b"\r\n"), call.request.base_url)


def _single(call: Call, part: Part, inner: Answer) -> tuple[int, bytes]:
    try:
        request = _request(call, part)
        if request.path.endswith("$batch"):
            raise refusals.payload_error("A batch cannot contain another batch.")
        response = inner(request)
    except Refusal as refusal:
        response = refusal.to_response()
    return response.status, _written(response, part.headers.get("content-id"))


def _change_set(call: Call, part: Part, inner: Answer) -> tuple[int, bytes]:
    """One transaction. On a refusal everything is undone and one error part is the answer."""
    boundary = f"changesetresponse_{uuid.uuid4()}"
    written: list[bytes] = []
    made: dict[str, str] = {}
    try:
        with call.storage.transaction():
            for member in part.members or []:
                response = inner(_with_references(_request(call, member), made))
                content_id = member.headers.get("content-id")
                if response.status >= 400:
                    raise _Undone(response)
                if content_id and (address := response.headers.get("OData-EntityId")):
                    made[content_id] = address
                written.append(f"--{boundary}\r\n".encode() + _written(response, content_id))
    except Refusal as refusal:
        response = refusal.to_response()
        return response.status, _written(response, None)
    except _Undone as undone:
        return undone.response.status, _written(undone.response, None)
    head = f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n".encode()
    return 200, head + b"".join(written) + f"--{boundary}--\r\n".encode()


class _Undone(Exception):  # noqa: N818 (carries an answer through the transaction's end)
    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def _with_references(request: Request, made: dict[str, str]) -> Request:
    """Puts addresses of rows made earlier in the change set where `$1` stands."""
    if request.method == "GET":
        raise refusals.payload_error("A change set cannot contain a GET request.")

    def address(reference: str) -> str:
        if reference not in made:
            raise refusals.content_id_unknown(f"${reference}")
        return made[reference]

    path = request.path
    tail = path.rpartition("/api/data/")[2].partition("/")[2] or path.lstrip("/")
    found = _REFERENCE.match(tail)
    if found and not tail.startswith("$batch"):
        path = "/" + address(found.group(1)).split("://", 1)[1].partition("/")[2] + tail[found.end() :]
    body = _BOUND.sub(
        lambda match: match.group(1) + b'"' + address(match.group(2).decode()).encode() + b'"', request.body
    )
    return Request(request.method, path, request.query, request.headers, body, request.base_url)


def _written(response: Response, content_id: str | None) -> bytes:
    head = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    head += [f"Content-ID: {content_id}"] if content_id else []
    head += ["", f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    if address := response.headers.get("OData-EntityId"):
        head.append(f"Location: {address}")
    head += [f"{name}: {value}" for name, value in response.headers.items()]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + response.body + b"\r\n"
