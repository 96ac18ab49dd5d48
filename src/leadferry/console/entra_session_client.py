"""Our HTTP in the shape that authlib asks for, so that proxies and trusted certificates hold for Entra too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from leadferry.console.entra_refusals import refused
from leadferry.errors import SignInError
from leadferry.http_client import Answer, Http, NoAnswerError, NotSentError

TIMEOUT_S = 20


@dataclass(frozen=True, slots=True)
class _Answered:
    """An answer in the shape that authlib asks for."""

    status_code: int
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise refused("server_error" if self.status_code >= 500 else "", "", status=self.status_code)


class Session:
    def __init__(self, http: Http) -> None:
        self._http = http

    def post(self, url: str, *, data: Any, headers: Mapping[str, str], auth: Any, **_: Any) -> _Answered:
        prepared_url, prepared_headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        answer = sent(self._http, "POST", prepared_url, prepared_headers, body.encode())
        return _Answered(answer.status, answer.body)


def sent(http: Http, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    try:
        return http.send(method, url, headers, body, timeout_s=TIMEOUT_S)
    except (NotSentError, NoAnswerError) as error:
        raise SignInError(
            f"Microsoft Entra at {urlsplit(url).netloc} cannot be reached: {error}.",
            fix="Sign in again in a minute. The operator checks the network, the proxy and LEADFERRY_ENTRA_AUTHORITY.",
            code="sign-in-unreachable",
        ) from None
