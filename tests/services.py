"""The simulators as tests hold them: started, filled and asked from beside, over HTTP."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from leadferry.simulators.server import Running


class Beside:
    """A running simulator's control addresses."""

    def __init__(self, running: Running) -> None:
        self.running, self.url = running, running.url

    def call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/__sim/{path}", data, method=method)
        with urllib.request.urlopen(request) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def fault(self, kind: str, **more: Any) -> None:
        self.call("POST", "faults", {"kind": kind, **more})

    def no_faults(self) -> None:
        self.call("DELETE", "faults")

    def settings(self, **values: Any) -> None:
        self.call("PATCH", "settings", values)

    def counts(self) -> dict[str, int]:
        return dict(self.call("GET", "stats")["requests"])


class Dynamics(Beside):
    def seed(self, table: str, rows: list[dict[str, Any]]) -> list[str]:
        return list(self.call("POST", f"rows/{table}", rows)["ids"])

    def rows(self, table: str, *columns: str) -> list[dict[str, Any]]:
        return list(self.call("GET", f"rows/{table}?columns={','.join(columns)}"))

    def leads(self, *columns: str) -> list[dict[str, Any]]:
        """Sorted by e-mail address, then id."""
        rows = self.rows("lead", "leadid", "emailaddress1", *columns)
        return sorted(rows, key=lambda row: (str(row["emailaddress1"]).lower(), row["leadid"]))
