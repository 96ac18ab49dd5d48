"""Tells the two running simulators about the world, over their control endpoints."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2

from leadferry.simulators.world.building import World
from leadferry.simulators.world.sales import sold
from leadferry.simulators.world.staff import STAFF

CHUNK = 5_000


@dataclass(frozen=True)
class Loaded:
    """The tokens that the member's consent gave; times in ms UTC."""

    access_token: str
    refresh_token: str
    access_expires_at: int
    refresh_expires_at: int


def load_world(linkedin_url: str, dataverse_url: str, world: World, *, ca_file: Path | None = None) -> Loaded:
    """`ca_file`: who signed the simulators' certificates, where they speak TLS."""
    verify = ssl.create_default_context(cafile=str(ca_file)) if ca_file else True
    with httpx2.Client(verify=verify, timeout=60) as http:
        for kind, things in world.linkedin.items():
            for key, thing in things:
                _tell(http, "PUT", f"{linkedin_url}/__sim/{kind}/{quote(key, safe='')}", thing)
        for table, rows in world.dynamics.items():
            for some in _chunks(rows):
                _tell(http, "POST", f"{dataverse_url}/__sim/rows/{table}", some)
        _send(http, linkedin_url, world.responses)
        wanted = {"client_id": world.client_id, "member": world.member_id, "scopes": list(world.scopes)}
        given = _tell(http, "POST", f"{linkedin_url}/__sim/tokens", wanted)
        return Loaded(
            given["access_token"],
            given.get("refresh_token", ""),
            given["expires_at"],
            given.get("refresh_token_expires_at", 0),
        )


def put_to_work(
    entra_url: str,
    dataverse_url: str,
    client_id: str,
    client_secret: str,
    redirect_urls: Iterable[str],
    *,
    ca_file: Path | None = None,
) -> None:
    """The app registration at Entra, and the people who sign in, with their roles in Dynamics."""
    verify = ssl.create_default_context(cafile=str(ca_file)) if ca_file else True
    app = {
        "name": "Leadferry",
        "secrets": [{"value": client_secret}],
        "redirect_uris": list(redirect_urls),
        "resources": [dataverse_url],
    }
    with httpx2.Client(verify=verify, timeout=60) as http:
        _tell(http, "PUT", f"{entra_url}/__sim/apps/{client_id}", app)
        for one in STAFF:
            _tell(http, "PUT", f"{entra_url}/__sim/people/{one.object_id}", one.in_entra)
            _tell(http, "PUT", f"{dataverse_url}/__sim/users/{one.user_id}", one.in_dynamics)


def send_responses(linkedin_url: str, responses: list[Mapping[str, Any]]) -> None:
    """People send forms."""
    with httpx2.Client(timeout=60) as http:
        _send(http, linkedin_url, responses)


def sell(dataverse_url: str, now_ms: int) -> None:
    """Salespeople work on the leads that are there."""
    with httpx2.Client(timeout=60) as http:
        leads = http.get(f"{dataverse_url}/__sim/rows/lead").json()
        for table, rows in sold(leads, now_ms).items():
            for some in _chunks(rows):
                _tell(http, "POST", f"{dataverse_url}/__sim/rows/{table}", some)


def _send(http: httpx2.Client, linkedin_url: str, responses: list[Any]) -> None:
    for some in _chunks(responses):
        _tell(http, "POST", f"{linkedin_url}/__sim/responses", some)


def _chunks(rows: list[Any]) -> Iterable[list[Any]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _tell(http: httpx2.Client, method: str, url: str, body: Any) -> Any:
    answer = http.request(method, url, json=body)
    if answer.status_code >= 400:
        raise RuntimeError(f"The simulator refused {method} {url}: {answer.text}")
    return answer.json() if answer.content else None
