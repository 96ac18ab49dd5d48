"""The Dataverse simulator as one function from request to answer: who calls, may they now, and which operation it is.

Source: dataverse-api reference, sections 1 to 5, 7 and 10.
"""

from __future__ import annotations

import time
from pathlib import Path

from leadferry.clock import Clock
from leadferry.simulators import server
from leadferry.simulators.dataverse import (
    batch,
    bound,
    bulk,
    control,
    crud,
    interface_rows,
    links,
    look,
    operations,
    refusals,
    role_rows,
    solution_rows,
    urls,
    user_rows,
)
from leadferry.simulators.dataverse.auth import Identity
from leadferry.simulators.dataverse.calls import Call, GaveUpWaiting
from leadferry.simulators.dataverse.control import MovableClock
from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.simulators.dataverse.labels import label
from leadferry.simulators.dataverse.model import Catalog, Table
from leadferry.simulators.dataverse.original import original_catalog
from leadferry.simulators.dataverse.original_rows import fill
from leadferry.simulators.dataverse.privileges import Caller
from leadferry.simulators.dataverse.protection import COOKIE, Protection
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.settings import Settings
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.tokens import Signer
from leadferry.simulators.dataverse.users import USER_ID, Users
from leadferry.simulators.dataverse.validation import table_of_set
from leadferry.simulators.server import Request, Response

API = "/api/data/v9.2"
KNOWN = (interface_rows, role_rows, solution_rows, user_rows)
"""What the platform does of itself with certain tables: importing them is enough."""
_BYPASS = "prvBypassCustomBusinessLogic"
_LONGEST_URL = 32_768
"""Of a GET outside `$batch` (section 2.1)."""
_MULTIPLE = {
    "CreateMultiple": bulk.create_multiple,
    "UpdateMultiple": bulk.update_multiple,
    "UpsertMultiple": bulk.upsert_multiple,
}


class DataverseService:
    def __init__(self, storage: Storage, settings: Settings, clock: Clock) -> None:
        self.clock = MovableClock(clock)
        self.storage, self.settings = storage, settings
        storage.clock, storage.settings = self.clock, settings
        key = storage.kept("signing key")
        self.signer = Signer(key)
        if key is None:
            storage.keep("signing key", self.signer.key)
        self.users = Users(storage)
        self.identity = Identity(self.users, settings, self.clock, self.signer)
        self.protection = Protection(settings, self.clock)
        self._first_day = b""

    def reset(self) -> None:
        """Back to the first day: the initial catalog, no rows but the default user's, default settings."""
        self.settings.change(Settings().as_dict())
        self.clock.offset_ms = 0
        if self._first_day:
            self.storage.restore(self._first_day)
            self.users.recall()
        else:
            self._begin_again()
        self.protection.reset()

    def _begin_again(self) -> None:
        """Takes a hundred times as long as to restore what it leads to."""
        self.storage.reset()
        self.storage.set_accent_insensitive(self.settings.accent_insensitive)
        self.storage.keep("signing key", self.signer.key)
        self.users.seed()
        if self.storage.path == ":memory:":
            self._first_day = self.storage.image()

    def answer(self, request: Request) -> Response:
        if request.path.startswith("/__sim/"):
            return control.answer(self, request)
        found = self.identity.answer(request) or look.answer(self.storage, request)
        if found is not None:
            return found
        address = urls.below_root(request.path)
        if address is None:
            return Response(404, b"", {"Content-Type": "text/html"})
        if request.method == "GET" and len(request.path) + len(request.query) > _LONGEST_URL:
            return Response(414, b"", {"Content-Type": "text/html"})
        try:
            caller = self.identity.caller(request, request.base_url + API)
            return caller if isinstance(caller, Response) else self._protected(request, caller)
        except Refusal as refusal:
            return refusal.to_response("include-annotations" in request.headers.get("prefer", ""))

    def _protected(self, request: Request, caller: Caller) -> Response:
        """Answers under the service protection limits; every answer tells how much is left."""
        user = caller.on_behalf or caller.user_id
        cookies = request.headers.get("cookie", "")
        web_server = self.protection.server(cookies)
        self.protection.enter(user, web_server)
        began = time.perf_counter()
        headers: dict[str, str] = {}
        try:
            response = self._timed(request, caller)
        except Refusal as refusal:
            response = refusal.to_response("include-annotations" in request.headers.get("prefer", ""))
        finally:
            headers = self.protection.leave(user, web_server, (time.perf_counter() - began) * 1000)
        if COOKIE not in cookies:
            headers["Set-Cookie"] = f"{COOKIE}={web_server}; path=/; HttpOnly; SameSite=None"
        return Response(response.status, response.body, {**headers, **response.headers})

    def _timed(self, request: Request, caller: Caller) -> Response:
        call = Call.of(self.storage, self.settings, request, caller)
        try:
            response = self.dispatch(call)
            call.give_up(call.rows_touched)
            return response
        except GaveUpWaiting:
            return Response(504, b"", {"Content-Type": "text/html"})
        finally:
            wait_ms = self.settings.latency_ms + self.settings.latency_per_row_ms * call.rows_touched
            if wait_ms > 0:
                time.sleep(wait_ms / 1000)

    def dispatch(self, call: Call) -> Response:
        """One operation of the Web API. Raises a Refusal."""
        address = urls.below_root(call.request.path)
        if address is None:
            raise refusals.segment_not_found(call.request.path)
        if call.header("mscrm.bypassbusinesslogicexecution") and not call.caller.has(_BYPASS):
            raise refusals.organization_privilege_denied(call.caller.user_id, _BYPASS)
        if address == "$batch":
            return batch.answer(call, lambda inner: self._inner(call, inner))
        parts = urls.segments(address)
        table = table_of_set(self.storage, parts[0].name) if parts else None
        if table is None:
            return operations.handle(call, parts)
        return self._collection(call, table, parts) if parts[0].key is None else self._row(call, table, parts)

    def _inner(self, outer: Call, request: Request) -> Response:
        call = Call.of(self.storage, self.settings, request, outer.caller)
        try:
            return self.dispatch(call)
        finally:
            outer.rows_touched += call.rows_touched

    def _collection(self, call: Call, table: Table, parts: list[urls.Segment]) -> Response:
        match call.request.method, [part.name for part in parts[1:]]:
            case "GET", []:
                return operations.list_rows(call, table)
            case "GET", ["$count"]:
                return operations.count_rows(call, table)
            case "POST", []:
                return crud.create(call, table)
            case "POST", [name]:
                return self._collection_action(call, table, name)
            case _, [name, *_]:
                raise refusals.segment_not_found(name)
        raise refusals.not_supported(f"The HTTP method '{call.request.method}' is not supported on {table.entity_set}.")

    def _collection_action(self, call: Call, table: Table, name: str) -> Response:
        action = name.removeprefix("Microsoft.Dynamics.CRM.")
        if action == "DeleteMultiple":
            return bulk.delete_multiple()
        if action not in _MULTIPLE:
            raise refusals.segment_not_found(name)
        return _MULTIPLE[action](call, table)

    def _row(self, call: Call, table: Table, parts: list[urls.Segment]) -> Response:
        row = parts[0]
        match call.request.method, [part.name for part in parts[1:]]:
            case "GET", []:
                return crud.read(call, table, row)
            case "PATCH", []:
                return crud.change(call, table, row)
            case "DELETE", []:
                return crud.delete(call, table, row)
            case "GET" | "POST", [name] if name.startswith(bound.PREFIX):
                return bound.handle(call, table, row, name)
            case _, [_, "$ref"]:
                return links.handle(call, table, row, parts[1])
            case _, [name, *rest] if crud.is_property(table, name):
                return self._property(call, table, row, name, rest)
            case "GET", [_] | [_, "$count"]:
                return operations.related(call, table, row, parts[1:])
            case _, [name, *_]:
                raise refusals.segment_not_found(name)
        raise refusals.not_supported(f"The HTTP method '{call.request.method}' is not supported on a row.")

    def _property(self, call: Call, table: Table, row: urls.Segment, name: str, rest: list[str]) -> Response:
        match call.request.method, rest:
            case "GET", [] | ["$value"]:
                return crud.read_property(call, table, row, name, raw=bool(rest))
            case "PUT", []:
                return crud.write_property(call, table, row, name, crud.put_value(call))
            case "DELETE", []:
                return crud.write_property(call, table, row, name, None)
        raise refusals.not_supported(f"The HTTP method '{call.request.method}' is not supported on a property.")


def start(
    clock: Clock,
    catalog: Catalog | None = None,
    *,
    path: str = ":memory:",
    settings: Settings | None = None,
    port: int = 0,
    certificate: Path | None = None,
    key: Path | None = None,
    original: int | None = None,
    image: bytes = b"",
) -> server.Running:
    """A listening simulator; with a certificate it speaks TLS. `path` is a SQLite file, or `:memory:`.

    Without a catalog it has the standard tables. With `original` those of Microsoft's discontinued connector too, and
    so many submissions in them. `image` is what another one remembered (`Storage.image`), its first catalog included.
    """
    first = catalog
    if catalog is None and not image:
        first = standard_catalog() if original is None else original_catalog()
    storage = Storage(path, clock, first, settings, image)
    service = DataverseService(storage, storage.settings, clock)
    if original is not None:
        fill(storage, original, USER_ID)
    switchboard = server.Switchboard(service.answer, label, service.reset)
    return server.start(switchboard, port=port, certificate=certificate, key=key)
