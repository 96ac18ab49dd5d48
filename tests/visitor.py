"""A person at the console without a browser: keeps cookies, sends forms with their CSRF field, follows redirects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any, Self

import httpx2


@dataclass
class Visitor:
    url: str
    last: httpx2.Response | None = None

    def __post_init__(self) -> None:
        self.client = httpx2.Client(base_url=self.url, follow_redirects=True, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def get(self, path: str, **more: Any) -> httpx2.Response:
        return self.client.get(path, **more)

    def post(self, path: str, values: dict[str, str] | None = None, **more: Any) -> httpx2.Response:
        """As a form of a page just opened would send it."""
        return self.client.post(path, data={**(values or {}), "_csrf_token": self.csrf()}, **more)

    def csrf(self) -> str:
        for name in ("leadferry-csrf", "__Host-leadferry-csrf"):
            if name in self.client.cookies:
                return str(self.client.cookies[name])
        self.client.get("/sign-in/link/none")
        return self.csrf()

    def sign_in_by_link(self, token: str) -> Self:
        self.get(f"/sign-in/link/{token}")
        self.post("/sign-in/link", {"token": token})
        return self


def text_of(response: httpx2.Response) -> str:
    """What a reader sees: tags and white space taken away."""
    body = re.sub(r"<(script|style|head).*?</\1>", " ", response.text, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))
