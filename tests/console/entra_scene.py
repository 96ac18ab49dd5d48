"""A console whose people sign in at the simulated Entra, and whose roles stand in the simulated Dataverse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

import simulated
from leadferry.accounts.model import Environment
from leadferry.app import Tools
from leadferry.console.person import Person, PersonKind
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from scripted_service import Time
from services import Dynamics
from simulators.entra.directory import ADA, APP, SECRET, Directory
from visitor import Visitor
from web import Console, new_console

SALES = "LinkedIn Lead Gen Forms Salesperson"
ADMIN = "LinkedIn Lead Gen Forms Administrator"
USER_ID = "5e000000-0000-4000-8000-0000000000ad"
ADA_PERSON = Person(PersonKind.ENTRA, ADA, "Ada Crane", "ada@crane.example", TENANT_ID)


@dataclass
class Scene:
    console: Console
    directory: Directory
    dynamics: Dynamics
    time: Time

    @property
    def environment(self) -> Environment:
        return self.console.app.environments.list()[0]

    def give(self, *roles: str, user_id: str = USER_ID, oid: str = ADA, **more: Any) -> None:
        """Ada's security roles in Dynamics; made where they are not there."""
        self.dynamics.call(
            "PUT",
            f"users/{user_id}",
            {"entra_object_id": oid, "name": "Ada Crane", "roles": list(roles), "create_roles": True, **more},
        )

    def begin(self, visitor: Visitor, return_to: str = "/") -> httpx2.Response:
        """The press on the button: the redirect to Entra."""
        return visitor.client.post(
            "/sign-in", data={"return_to": return_to, "_csrf_token": visitor.csrf()}, follow_redirects=False
        )

    def back(self, visitor: Visitor, person: str = ADA, return_to: str = "/", **press: str) -> str:
        """The address that Entra sends the browser back to."""
        page = self.directory.http.get(self.begin(visitor, return_to).headers["location"])
        answer = page if page.is_redirect else self.directory.press(page, **(press or {"person": person}))
        return str(answer.headers["location"])

    def sign_in(self, visitor: Visitor | None = None, person: str = ADA, return_to: str = "/") -> Visitor:
        visitor = visitor or self.console.visitor()
        visitor.last = visitor.get(self.back(visitor, person, return_to))
        return visitor


@contextmanager
def entra_scene(folder: Path, **settings: Any) -> Iterator[Scene]:
    time = Time()
    known = {"entra_tenant_id": TENANT_ID, "entra_client_id": APP, "entra_client_secret": SECRET}
    with simulated.directory(time.clock) as provider, simulated.fresh(time.clock) as service:
        tools = Tools(time.clock, time.sleep)
        with new_console(folder, tools=tools, **{"entra_authority": provider.url, **known, **settings}) as console:
            directory, dynamics = Directory(provider.url), Dynamics(service)
            directory.build(redirect_uris=[f"{console.url}/sign-in/back"])
            console.app.environments.add(
                "crane",
                service.url,
                tenant_id=TENANT_ID,
                client_id=CLIENT_ID,
                secret=CLIENT_SECRET,
                authority=service.url,
            )
            yield Scene(console, directory, dynamics, time)
            directory.http.close()
