"""Requests to both services, as logs and metrics name them: by service and resource, never by address. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

OTHER = "other"
_DYNAMICS = re.compile(r"/api/data/v[0-9.]+/(\$?[A-Za-z_]\w*)(?:\([^/]*\))?(?:/Microsoft\.Dynamics\.CRM\.(\w+))?")
_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Exchange:
    """`status` 0: no answer came. `request_id`: the service's own, for a support case."""

    service: str
    resource: str
    method: str
    status: int
    seconds: float
    request_id: str = ""

    @property
    def status_class(self) -> str:
        """`2xx`, or `none`."""
        return f"{self.status // 100}xx" if self.status else "none"


def named(url: str) -> tuple[str, str]:
    """(service, resource): `/api/data/v9.2/leads(...)` is dynamics, leads; `/rest/adAccounts/5/creatives` is linkedin,
    creatives."""
    path = urlsplit(url).path
    if found := _DYNAMICS.match(path):
        return "dynamics", f"{found[1]}/{found[2]}" if found[2] else found[1]
    if path.startswith("/rest/"):
        return "linkedin", _of_linkedin(path.removeprefix("/rest/"))
    if path.startswith("/oauth/v2/"):
        return "linkedin", "token" if path.endswith("/accessToken") else "oauth"
    if path.endswith("/oauth2/v2.0/token"):
        return "entra", "token"
    return OTHER, OTHER


def _of_linkedin(path: str) -> str:
    """Keys are numbers, URNs or in brackets; names are words."""
    words = [part for part in path.split("/") if _WORD.fullmatch(part)]
    return words[-1] if words else OTHER
