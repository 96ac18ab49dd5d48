"""Long queries sent in the body of a POST, put back where they belong.

Source: linkedin-api reference, section 2.6.
"""

from __future__ import annotations

from dataclasses import replace
from email.parser import BytesParser
from email.policy import HTTP

from leadferry.simulators.linkedin import refusals
from leadferry.simulators.server import Request

FORM = "application/x-www-form-urlencoded"


def untunnel(request: Request) -> Request:
    """The request as meant: method of the override header, query from the body. Others come back unchanged."""
    override = request.headers.get("x-http-method-override", "").upper()
    if request.method != "POST" or not override:
        return request
    if request.query:
        raise refusals.illegal_argument("A tunnelled request must not have a query string in its address")
    content_type = request.headers.get("content-type", "")
    if content_type.startswith(FORM):
        return replace(request, method=override, query=request.body.decode("utf-8", "replace").strip(), body=b"")
    if content_type.startswith("multipart/mixed"):
        query, body = _parts(content_type, request.body)
        return replace(request, method=override, query=query, body=body)
    raise refusals.illegal_argument(f"Content-Type '{content_type}' cannot carry a tunnelled query")


def _parts(content_type: str, body: bytes) -> tuple[str, bytes]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    parts = [part for part in message.walk() if not part.is_multipart()]
    types = [part.get_content_type() for part in parts]
    if types != [FORM, "application/json"]:
        raise refusals.illegal_argument("A tunnelled multipart body has a query part first and a JSON part second")
    query, entity = (part.get_payload(decode=True) for part in parts)
    if not isinstance(query, bytes) or not isinstance(entity, bytes):
        raise refusals.illegal_argument("A part of the tunnelled body cannot be read")
    return query.decode("utf-8", "replace").strip(), entity
