"""One request to the Web API on its way through the simulator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.prefer import Prefer, parse_prefer
from leadferry.simulators.dataverse.privileges import Caller
from leadferry.simulators.dataverse.settings import Settings
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.server import Request, Response

ODATA = {"OData-Version": "4.0"}
_JSON = "application/json; odata.metadata=minimal"


class GaveUpWaiting(Exception):  # noqa: N818 (what the gateway does, not a fault of ours)
    """Raised inside a transaction it rolls that transaction back; the whole request is answered with 504."""


@dataclass
class Call:
    storage: Storage
    settings: Settings
    request: Request
    caller: Caller
    prefer: Prefer
    rows_touched: int = 0

    @classmethod
    def of(cls, storage: Storage, settings: Settings, request: Request, caller: Caller) -> Call:
        return cls(storage, settings, request, caller, parse_prefer(request.headers.get("prefer")))

    @property
    def json(self) -> Any:
        try:
            return msgspec.json.decode(self.request.body or b"{}")
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise refusals.payload_error(f"Invalid JSON. {error}") from None

    def header(self, name: str) -> str | None:
        return self.request.headers.get(name)

    def url(self, tail: str) -> str:
        return f"{self.caller.base_url}/{tail}"

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction; the rows it touched are counted for the simulated time that writing takes."""
        with self.storage.transaction() as conn:
            writing = Writing(self.storage, conn, self.caller, self.header("mscrm.solutionuniquename") or "")
            yield writing
            if self.settings.gateway_undoes:
                self.give_up(writing.rows_touched)
        self.rows_touched += writing.rows_touched

    def give_up(self, rows: int) -> None:
        if 0 < self.settings.gateway_rows < rows:
            raise GaveUpWaiting


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, msgspec.json.encode(value), {"Content-Type": _JSON, **ODATA, **(headers or {})})


def no_content(headers: Mapping[str, str] | None = None) -> Response:
    return Response(204, b"", {**ODATA, **(headers or {})})
