"""Around every answer of the API: ETag and 304, and answers that are given once for each idempotency key."""

from __future__ import annotations

from functools import partial
from typing import Any

from anyio import to_thread
from litestar import Request, Response
from litestar.datastructures import MutableScopeHeaders
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from leadferry.api.etags import etag, named
from leadferry.api.idempotency import HEADER, REPLAYED, Answer, fingerprint, key_of
from leadferry.api.idempotency_store import Claim, IdempotencyStore

_CLAIM = "idempotency_claim"
JSON = "application/json"


async def begin_once(request: Request[Any, Any, Any]) -> Response[bytes] | None:
    """Runs after the guard, before the handler. What was answered under the key already is answered again."""
    header = request.headers.get(HEADER, "")
    if request.method != "POST" or not header:
        return None
    store: IdempotencyStore = request.app.state.rooms.idempotency
    address = f"{request.url.path}?{request.url.query}"
    same = fingerprint(request.method, address, request.headers.get("content-type", ""), await request.body())
    repeatable = bool(request.route_handler.opt.get("repeatable"))
    begin = partial(store.begin, request.user, key_of(header), same, repeatable=repeatable)
    found = await to_thread.run_sync(begin)
    if isinstance(found, Claim):
        request.scope["state"][_CLAIM] = found
        return None
    return Response(found.body, status_code=found.status, media_type=found.media_type, headers={REPLAYED: "true"})


class Exchange:
    """Holds an answer back until its body is there, where it comes in one piece; a stream goes through as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message | None = None

        async def sending(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None and message["type"] == "http.response.body":
                first, start = start, None
                if not message.get("more_body"):
                    message = await _finished(scope, first, message)
                await send(first)
            await send(message)

        await self.app(scope, receive, sending)


async def _finished(scope: Any, start: Any, message: Any) -> Any:
    """`start` is changed in place; the body comes back."""
    headers = MutableScopeHeaders.from_message(start)
    claim = scope["state"].pop(_CLAIM, None)
    if claim is not None:
        answer = Answer(start["status"], headers.get("content-type", JSON), message.get("body", b""))
        await to_thread.run_sync(scope["litestar_app"].state.rooms.idempotency.keep, claim, answer)
    if start["status"] != 200 or scope["method"] not in {"GET", "PATCH"} or JSON not in headers.get("content-type", ""):
        return message
    headers["ETag"] = tag = etag(message["body"])
    if scope["method"] == "GET" and named(dict(scope["headers"]).get(b"if-none-match", b"").decode("latin-1"), tag):
        start["status"] = 304
        del headers["content-length"]
        return {**message, "body": b""}
    return message
