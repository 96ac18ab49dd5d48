"""A person at the pages: opens them, presses buttons, keeps the cookie."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from simulators.linkedin.scene import ADS, APP, LEADS, REDIRECT, SECRET, Scene

VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
SERVICES = "/psettings/permitted-services"


class Person:
    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.http = httpx2.Client(base_url=scene.running.url, timeout=20)

    def open(self, address: str, **params: str) -> httpx2.Response:
        return self.http.get(address, params=params or None)

    def press(self, page: httpx2.Response, **filled: str) -> httpx2.Response:
        """Sends the page's form; goes on to the next page of this site by itself."""
        action = re.search(r'<form method="post" action="([^"]*)"', page.text)
        assert action, page.text
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text))
        answer = self.http.post(html.unescape(action[1]), data=hidden | filled)
        if answer.status_code == 303:
            return self.open(answer.headers["location"])
        return answer

    def sign_in(self, member: str = "ada") -> None:
        assert self.press(self.open("/login"), member=member).status_code == 200

    def authorize(self, **changed: str) -> httpx2.Response:
        asked = {"response_type": "code", "client_id": APP, "redirect_uri": REDIRECT, "scope": f"{ADS} {LEADS}"}
        return self.open("/oauth/v2/authorization", **(asked | {"state": "x/ y"} | changed))


def landed(answer: httpx2.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(REDIRECT + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def exchange(scene: Scene, code: str, /, **more: str) -> Any:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "client_id": APP}
    return scene.oauth("accessToken", **(form | {"client_secret": SECRET} | more))
