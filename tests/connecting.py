"""The console before both simulators: what the tests about connecting share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from leadferry.accounts.model import Environment, UserProfile
from leadferry.app import App
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from samples import form
from services import Dynamics, LinkedIn
from visitor import Visitor
from web import Console, new_console

PERSON_ID = "6b0d3c11-0000-4000-8000-000000000001"


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class Desk:
    """An operator at a console, LinkedIn and Dynamics behind it."""

    console: Console
    linkedin: LinkedIn
    dynamics: Dynamics

    def __post_init__(self) -> None:
        self.visitor = self.console.operator()

    @property
    def app(self) -> App:
        return self.console.app

    @property
    def back(self) -> str:
        return f"{self.console.url}/linkedin/back"

    def environment(self) -> Environment:
        return self.app.environments.list()[0]

    def profile(self, name: str = "Ada") -> UserProfile:
        return self.app.profiles.get(self.environment().id, name)

    def connection(self, **changed: str) -> dict[str, str]:
        """What a person types in the first step."""
        typed = {
            "name": "Production",
            "url": self.dynamics.url,
            "tenant_id": TENANT_ID,
            "client_id": CLIENT_ID,
            "authority": self.dynamics.url,
            "kind": "secret",
            "secret": CLIENT_SECRET,
        }
        return {**typed, **changed}

    def connect(self) -> Environment:
        """By the page, with the LinkedIn app of the simulator."""
        self.visitor.post("/environments/new", self.connection())
        app = {"linkedin_client_id": LinkedIn.APP, "linkedin_client_secret": LinkedIn.SECRET}
        self.visitor.post(f"/e/{self.environment().id}/connect/app", app)
        return self.environment()

    def at(self, path: str) -> str:
        return f"/e/{self.environment().id}/{path}"

    def add_profile(self, name: str = "Ada") -> UserProfile:
        self.visitor.post(self.at("profiles/new"), {"name": name})
        return self.profile(name)

    def to_linkedin(self, profile: UserProfile, visitor: Visitor | None = None, **values: str) -> httpx2.Response:
        """The press on *Go on to LinkedIn*; not followed."""
        path = self.at(f"profiles/{profile.id}/authorize")
        return (visitor or self.visitor).post(path, values, follow_redirects=False)

    def from_linkedin(self, profile: UserProfile, **values: str) -> str:
        """The path that LinkedIn's redirect leads to, once the member has decided."""
        address = self.to_linkedin(profile, None, **values).headers["location"]
        return path_of(httpx2.get(address, follow_redirects=False).headers["location"])

    def confirm(self, profile: UserProfile, decision: str = "yes", **values: str) -> httpx2.Response:
        shown = self.visitor.get(self.from_linkedin(profile))
        return self.visitor.post(path_of(str(shown.url)), {"answer": decision, **values})


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@contextmanager
def new_desk(
    linkedin: LinkedIn, dynamics: Dynamics, folder: Path, database_url: str = "", **settings: Any
) -> Iterator[Desk]:
    """Services started over: one app, the member Ada with one account, one form; one person who can own leads."""
    linkedin.start_over()
    linkedin.put("forms", 3162, **form())
    linkedin.put("campaigns", 420001, account=5001, name="Autumn")
    dynamics.call("POST", "reset")
    dynamics.call("PUT", f"users/{PERSON_ID}", {"name": "Ines Haddad", "email": "ines@crane.example"})
    urls = {"linkedin_api_url": linkedin.url, "linkedin_oauth_url": linkedin.url}
    with new_console(folder, database_url, **{**urls, **settings}) as console:
        desk = Desk(console, linkedin, dynamics)
        linkedin.put(
            "apps",
            LinkedIn.APP,
            secret=LinkedIn.SECRET,
            redirect_uris=["http://127.0.0.1:1/back", desk.back],
            default_member=LinkedIn.MEMBER,
        )
        yield desk
