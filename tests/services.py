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


class LinkedIn(Beside):
    """One app and one member, who manages what is put here."""

    APP, SECRET, MEMBER = "78example", "app-secret", "ada"
    SCOPES = ("r_ads", "r_marketing_leadgen_automation", "r_organization_admin")

    def put(self, kind: str, key: int | str, **values: Any) -> None:
        self.call("PUT", f"{kind}/{key}", values)

    def start_over(self, *, accounts: tuple[int, ...] = (5001,), pages: tuple[int, ...] = ()) -> str:
        """The app, the member with every right, accounts and pages. Returns a refresh token."""
        self.call("POST", "reset")
        self.put("apps", self.APP, secret=self.SECRET, redirect_uris=["http://127.0.0.1:1/back"])
        roles = {str(account): "CAMPAIGN_MANAGER" for account in accounts}
        page_roles = {str(page): "ADMINISTRATOR" for page in pages}
        self.put("members", self.MEMBER, name="Ada", account_roles=roles, page_roles=page_roles)
        for account in accounts:
            self.put("accounts", account, name=f"Account {account}")
        for page in pages:
            self.put("organizations", page, localizedName=f"Page {page}")
        return str(self.tokens()["refresh_token"])

    def tokens(self, *scopes: str) -> dict[str, Any]:
        asked = {"client_id": self.APP, "member": self.MEMBER, "scopes": list(scopes or self.SCOPES)}
        return dict(self.call("POST", "tokens", asked))

    def respond(self, *bodies: dict[str, Any], owner: str = "urn:li:sponsoredAccount:5001") -> None:
        for body in bodies:
            body.setdefault("owner", {owner.split(":")[2]: owner})
        self.call("POST", "responses", list(bodies))

    def shown(self) -> dict[str, Any]:
        return dict(self.call("GET", "responses?summary=1"))
