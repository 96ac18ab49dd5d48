"""LinkedIn's OAuth 2.0, three-legged: consent address, code, refresh, introspection.

Source: Microsoft Learn "LinkedIn 3-Legged OAuth Flow" (authorization-code-flow), "Refresh Tokens with OAuth 2.0"
(programmatic-refresh-tokens), "Token Introspection"; linkedin-api 1.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from leadferry.clock import Clock, system_clock
from leadferry.errors import LinkedInError
from leadferry.http_client import Answer, Http, HttpClient, NoAnswerError, NotSentError
from leadferry.linkedin.tokens import Tokens, refused, to_tokens
from leadferry.linkedin.wire import Introspection, TokenAnswer
from leadferry.words import _

BASE_URL = "https://www.linkedin.com"
TRIES = 3

_T = TypeVar("_T")
_TOKEN = msgspec.json.Decoder(TokenAnswer)
_INTROSPECTION = msgspec.json.Decoder(Introspection)


class LinkedInOAuthClient:
    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        http: Http | None = None,
        *,
        clock: Clock = system_clock,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.base_url = (base_url or BASE_URL).rstrip("/")
        self.client_id, self._client_secret = client_id, client_secret
        self._http = http or HttpClient()
        self._clock, self._sleep, self._jitter = clock, sleep, jitter

    def authorization_url(self, redirect_uri: str, state: str, scopes: Sequence[str], challenge: str = "") -> str:
        """Where the member consents (1.1). No request is made. `challenge`: PKCE's, of method S256."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "scope": " ".join(scopes),
        }
        if challenge:
            query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        return f"{self.base_url}/oauth/v2/authorization?{urlencode(query, quote_via=quote)}"

    def exchange(self, code: str, redirect_uri: str, verifier: str = "") -> Tokens:
        """POST accessToken, authorization_code (1.2). Never repeated: a code is good once."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        if verifier:
            form["code_verifier"] = verifier
        return to_tokens(self._token(form, tries=1), self._clock())

    def refresh(self, refresh_token: str) -> Tokens:
        """POST accessToken, refresh_token (1.3). May be repeated. The refresh token's own end does not move."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return to_tokens(self._token(form, tries=TRIES), self._clock(), refresh_token)

    def introspect(self, token: str) -> Introspection:
        """POST introspectToken (1.5): times are seconds. May be repeated."""
        answer = self._post("/oauth/v2/introspectToken", {"token": token}, tries=TRIES)
        if answer.status != 200:
            raise self._refused(answer, "introspection")
        return _decoded(_INTROSPECTION, answer)

    def revoke(self, token: str) -> None:
        """POST revoke (1.5). May be repeated."""
        answer = self._post("/oauth/v2/revoke", {"token": token}, tries=TRIES)
        if answer.status != 200:
            raise self._refused(answer, "revocation")

    def check_app(self) -> None:
        """Whether LinkedIn knows the app's id and secret: asks about a token that nobody holds (1.5). A refusal of the
        token, and not of the app, means that it does."""
        answer = self._post("/oauth/v2/introspectToken", {"token": "leadferry-check"}, tries=TRIES)
        if answer.status == 429 or answer.status >= 500:
            raise self._refused(answer, "introspection")
        found = _refusal(answer)
        told = f"{found.error} {found.error_description}".lower()
        if answer.status == 401 or "invalid_client" in told or "client_id" in told or "client id" in told:
            raise refused(answer.status, "invalid_client", "", grant="introspection")

    def _token(self, form: Mapping[str, str], *, tries: int) -> TokenAnswer:
        answer = self._post("/oauth/v2/accessToken", form, tries=tries)
        if answer.status != 200:
            raise self._refused(answer, form["grant_type"])
        found = _decoded(_TOKEN, answer)
        if not found.access_token:
            raise _unreadable(answer.status)
        return found

    def _post(self, path: str, form: Mapping[str, str], *, tries: int) -> Answer:
        body = urlencode({**form, "client_id": self.client_id, "client_secret": self._client_secret}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        for attempt in range(1, tries + 1):
            try:
                answer = self._http.send("POST", self.base_url + path, headers, body, timeout_s=30)
                if attempt == tries or not (answer.status == 429 or answer.status >= 500):
                    return answer
            except (NotSentError, NoAnswerError) as error:
                if attempt == tries or (isinstance(error, NotSentError) and error.unknown_host):
                    raise self._unreachable(str(error)) from error
            self._sleep(self._jitter(0, 2.0 ** (attempt - 1)))
        raise AssertionError

    def _refused(self, answer: Answer, grant: str) -> LinkedInError:
        if answer.status == 429 or answer.status >= 500:
            return LinkedInError(
                _("LinkedIn's sign-in answered {status}.", status=answer.status),
                fix=_("It is tried again by itself."),
                code="linkedin-throttled" if answer.status == 429 else "linkedin-unavailable",
                status=answer.status,
            )
        try:
            found = _TOKEN.decode(answer.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _unreadable(answer.status)
        return refused(answer.status, found.error or "", found.error_description or "", grant=grant)

    def _unreachable(self, reason: str) -> LinkedInError:
        return LinkedInError(
            _("LinkedIn's sign-in at {base_url} cannot be reached: {reason}.", base_url=self.base_url, reason=reason),
            fix=_("Check the network, the proxy and LEADFERRY_LINKEDIN_OAUTH_URL."),
            code="linkedin-unreachable",
        )


def _refusal(answer: Answer) -> TokenAnswer:
    """Empty where LinkedIn did not refuse, or in a way that cannot be read."""
    try:
        return _TOKEN.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return TokenAnswer()


def _decoded(decoder: msgspec.json.Decoder[_T], answer: Answer) -> _T:
    try:
        return decoder.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(answer.status) from error


def _unreadable(status: int) -> LinkedInError:
    return LinkedInError(
        _("The answer of LinkedIn's sign-in cannot be read."),
        fix=_("Check that no proxy answers in its place."),
        code="linkedin-unreadable",
        status=status,
    )
