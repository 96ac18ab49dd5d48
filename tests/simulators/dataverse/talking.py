"""How these tests talk to the simulator: real HTTP, as one application user."""

from __future__ import annotations

from typing import Any

import httpx2

from leadferry.simulators.dataverse import users

NOW_MS = 1_795_428_000_000
"""2026-11-23T10:00:00Z. The clock of these tests stands still unless told."""
TARGET = {"@odata.type": "Microsoft.Dynamics.CRM.lead"}
MULTIPLE = "leads/Microsoft.Dynamics.CRM."
NOBODY = "00000000-0000-4000-8000-000000000000"


class Api:
    """Requests below the root of the Web API, as one application user."""

    def __init__(self, url: str, client_id: str = users.CLIENT_ID, secret: str = users.CLIENT_SECRET) -> None:
        self.url, self.root = url, f"{url}/api/data/v9.2"
        self.http = httpx2.Client(timeout=20)
        self.token = self.sign_in(client_id, secret)["access_token"]

    def sign_in(self, client_id: str, secret: str, **more: str) -> dict[str, Any]:
        form = {
            "grant_type": "client_credentials", "client_id": client_id, "client_secret": secret,
            "scope": f"{self.url}/.default", **more,
        }  # fmt: skip
        answer = self.http.post(f"{self.url}/{users.TENANT_ID}/oauth2/v2.0/token", data=form)
        found: dict[str, Any] = answer.json()
        return found

    def __call__(self, method: str, tail: str, body: Any = None, **headers: str) -> httpx2.Response:
        sent = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", "OData-Version": "4.0"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.http.cookies.clear()
        return self.http.request(method, f"{self.root}/{tail}", json=body, headers=sent)

    def control(self, method: str, tail: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"{self.url}/__sim/{tail}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def rows(self, table: str, *columns: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("GET", f"rows/{table}?columns={','.join(columns)}")
        return found

    def make(self, entity_set: str, **body: Any) -> str:
        answer = self("POST", entity_set, body)
        assert answer.status_code == 204, answer.text
        return answer.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")

    def close(self) -> None:
        self.http.close()


def code(answer: httpx2.Response) -> tuple[int, str]:
    """Status and error code."""
    return answer.status_code, answer.json()["error"]["code"]


def message(answer: httpx2.Response) -> str:
    found: str = answer.json()["error"]["message"]
    return found
