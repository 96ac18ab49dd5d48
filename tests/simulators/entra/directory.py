"""The directory of these tests, and a browser that fills in its pages."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from leadferry.simulators.entra.settings import TENANT_ID

NOW_MS = 1_795_428_000_000
"""2026-11-23T10:00:00Z."""
APP, SECRET = "2b1c7f52-0000-4b64-9c39-5f2f0f6c0002", "s3cret~value"
REDIRECT, SIGNED_OUT = "https://console.example/sign-in/callback", "https://console.example/signed-out"
RESOURCE = "https://contoso.crm4.dynamics.com"
ADA, BOB = "a0000000-0000-4000-8000-0000000000ad", "b0000000-0000-4000-8000-0000000000b0"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class Directory:
    def __init__(self, url: str, verify: Any = True) -> None:
        self.url, self.root = url, f"{url}/{TENANT_ID}"
        self.http = httpx2.Client(timeout=20, verify=verify)

    def build(self, **app: Any) -> None:
        known = {"secrets": [{"value": SECRET}], "redirect_uris": [REDIRECT, SIGNED_OUT], "resources": [RESOURCE]}
        self.put("apps", APP, name="Crane console", **(known | app))
        self.put("people", ADA, name="Ada Crane", email="ada@crane.example", title="Administrator")
        self.put("people", BOB, name="Bob Beam", email="bob@crane.example", disabled=True)

    def sim(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"{self.url}/__sim/{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def put(self, kind: str, key: str, **values: Any) -> Any:
        return self.sim("PUT", f"{kind}/{key}", values)

    def advance(self, seconds: int) -> None:
        self.sim("POST", "clock", {"advance_ms": seconds * 1000})

    def authorize(self, /, tenant: str = TENANT_ID, **changed: str) -> httpx2.Response:
        """Values that are empty are left out."""
        asked = {
            "client_id": APP, "redirect_uri": REDIRECT, "response_type": "code", "scope": "openid profile email",
            "state": "x/ y", "nonce": "n-1",
        }  # fmt: skip
        params = {name: text for name, text in (asked | changed).items() if text}
        return self.http.get(f"{self.url}/{tenant}/oauth2/v2.0/authorize", params=params)

    def press(self, page: httpx2.Response, **pressed: str) -> httpx2.Response:
        """Sends the page's form with its hidden fields and the button that was pressed."""
        action, fields = form_of(page)
        return self.http.post(f"{self.url}{action}", data=fields | pressed)

    def sign_in(self, person: str = ADA, /, **changed: str) -> str:
        """The code."""
        return landed(self.press(self.authorize(**changed), person=person))["code"]

    def token(self, /, **form: str) -> httpx2.Response:
        known = {"client_id": APP, "client_secret": SECRET}
        sent = {name: text for name, text in (known | form).items() if text}
        return self.http.post(f"{self.root}/oauth2/v2.0/token", data=sent)

    def exchange(self, code: str, /, **changed: str) -> httpx2.Response:
        return self.token(**({"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT} | changed))


def form_of(page: httpx2.Response) -> tuple[str, dict[str, str]]:
    """Address and hidden fields of the page's form."""
    assert page.headers["content-type"].startswith("text/html"), page.text
    action = re.search(r'<form method="post" action="([^"]*)"', page.text)
    assert action, page.text
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    return html.unescape(action[1]), {html.unescape(name): html.unescape(value) for name, value in hidden}


def landed(answer: httpx2.Response) -> dict[str, str]:
    """What the application was sent back with."""
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(f"{REDIRECT}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def refused(answer: httpx2.Response) -> tuple[int, str, str]:
    """Status, error and AADSTS code."""
    body = answer.json()
    return answer.status_code, body["error"], body["error_description"].partition(":")[0]
