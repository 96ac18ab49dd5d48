"""LinkedIn, Entra and Dynamics as their administrators have set them up, over TLS, before Leadferry comes."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

import simulated
from acceptance.conftest import now_ms
from leadferry.simulators.certificates import make_certificates
from leadferry.simulators.dataverse.settings import Settings
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from leadferry.simulators.entra import service as entra
from leadferry.simulators.linkedin import service as linkedin
from leadferry.simulators.world.loading import put_to_work
from samples import form
from services import LinkedIn


@dataclass
class Vendors:
    linkedin: str
    entra: str
    dynamics: str
    ca_file: Path
    http: httpx2.Client

    @property
    def environ(self) -> dict[str, str]:
        """What points an installation at them."""
        return {
            "LEADFERRY_LINKEDIN_API_URL": self.linkedin,
            "LEADFERRY_LINKEDIN_OAUTH_URL": self.linkedin,
            "LEADFERRY_ENTRA_AUTHORITY": self.entra,
            "LEADFERRY_CA_FILE": str(self.ca_file),
        }

    @property
    def origins(self) -> set[str]:
        return {self.linkedin, self.entra, self.dynamics}

    def ask(self, method: str, address: str, body: Any = None) -> Any:
        answer = self.http.request(method, address, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def put(self, kind: str, key: str | int, **values: Any) -> None:
        """Something at LinkedIn."""
        self.ask("PUT", f"{self.linkedin}/__sim/{kind}/{key}", values)

    def register(self, console: str) -> None:
        """Leadferry's redirect addresses, as the vendors' portals take them; people and their roles."""
        put_to_work(
            self.entra,
            self.dynamics,
            CLIENT_ID,
            CLIENT_SECRET,
            [f"{console}/sign-in/back", f"{console}/sign-in"],
            ca_file=self.ca_file,
        )
        app = {"secret": LinkedIn.SECRET, "redirect_uris": [f"{console}/linkedin/back"], "consent": "page"}
        self.put("apps", LinkedIn.APP, name="Leadferry", **app)

    def leads(self, *columns: str) -> list[dict[str, Any]]:
        """By the Web API, as any other application of the tenant would read them."""
        asked = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        answer = self.http.post(
            f"{self.entra}/{TENANT_ID}/oauth2/v2.0/token", data={**asked, "scope": f"{self.dynamics}/.default"}
        )
        found = self.http.get(
            f"{self.dynamics}/api/data/v9.2/leads?$select={','.join(columns)}",
            headers={"Authorization": f"Bearer {answer.json()['access_token']}"},
        )
        return list(found.json()["value"])


@contextmanager
def vendors(folder: Path) -> Iterator[Vendors]:
    files = make_certificates(folder / "tls", datetime.now(UTC) - timedelta(days=1))
    tls: dict[str, Any] = {"certificate": files.certificate, "key": files.key}
    with entra.start(now_ms, **tls) as one, linkedin.start(clock=now_ms, **tls) as two:
        trust = Settings(trusted_authority=f"{one.url}/{TENANT_ID}", trusted_ca_file=str(files.ca))
        verify = ssl.create_default_context(cafile=str(files.ca))
        with (
            simulated.fresh(now_ms, settings=trust, **tls) as three,
            httpx2.Client(verify=verify, timeout=30) as http,
        ):
            made = Vendors(two.url, one.url, three.url, files.ca, http)
            _campaign(made)
            yield made


def _campaign(made: Vendors) -> None:
    """Grace manages an ad account with a campaign and a lead form; Ida is somebody who will see the ad."""
    made.put("members", "grace", name="Grace", account_roles={"5001": "VIEWER"}, page_roles={})
    made.put("members", "ida", name="Ida Holm", profile={"FIRST_NAME": "Ida", "LAST_NAME": "Holm"})
    made.put("accounts", 5001, name="Crane Works")
    made.put("campaigns", 420001, account=5001, name="Autumn")
    made.put("forms", 3162, **form())
