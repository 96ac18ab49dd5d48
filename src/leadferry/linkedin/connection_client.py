"""LinkedIn's REST API as requests and answers: headers, tokens, tunnelling, what may be repeated, refusals as errors.

Everything here reads, so everything may be repeated: 408, 429, 5xx and broken connections up to five times with full
jitter, a 401 once with a renewed token and once more some seconds later. A daily limit is not waited for.
Source: linkedin-api 2.1, 2.6, 3.2.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from leadferry.clock import Clock, system_clock
from leadferry.errors import LinkedInError
from leadferry.http_client import Answer, Http, NoAnswerError, NotSentError
from leadferry.linkedin.refusals import is_daily_limit, read_error, to_error
from leadferry.linkedin.restli import TUNNEL_ABOVE, query_string
from leadferry.linkedin.tokens import TokenSource
from leadferry.words import _

TRIES = 5
BASE_S, CAP_S = 1.0, 60.0
PASSING = frozenset({408, 429, 500, 502, 503, 504})


@dataclass
class _Tries:
    """What one call has gone through so far."""

    failures: int = 0
    unauthorized: int = 0


class Connection:
    def __init__(
        self,
        base_url: str,
        version: str,
        tokens: TokenSource,
        http: Http,
        *,
        clock: Clock = system_clock,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.base_url, self.version = base_url.rstrip("/"), version
        self.requests = 0
        self._tokens, self._http = tokens, http
        self._clock, self._sleep, self._jitter = clock, sleep, jitter
        self._lock = threading.Lock()

    def get(self, path: str, parameters: Mapping[str, Any] | None = None, *, method: str = "GET") -> Answer:
        """`path` below /rest/; `method` is Rest.li's: GET, BATCH_GET, FINDER. Raises LinkedInError unless 2xx."""
        resource = _resource(path)
        query = query_string(parameters or {})
        tries, token = _Tries(), self._tokens.token()
        while True:
            try:
                answer = self._send(path, query, method, token)
            except (NotSentError, NoAnswerError) as error:
                self._failed(error, tries)
                continue
            if answer.status < 300:
                return answer
            if answer.status == 401 and self._try_again(answer, tries):
                token = self._next_token(token, tries)
            else:
                self._refused(answer, tries, resource, token)

    def _send(self, path: str, query: str, method: str, token: str) -> Answer:
        headers = {
            "Authorization": f"Bearer {token}",
            "LinkedIn-Version": self.version,
            "X-Restli-Protocol-Version": "2.0.0",
            "X-RestLi-Method": method,
            "Accept": "application/json",
        }
        with self._lock:
            self.requests += 1
        url = f"{self.base_url}/rest/{path}"
        if len(query) <= TUNNEL_ABOVE:
            target = f"{url}?{query}" if query else url
            return self._http.send("GET", target, headers)
        headers |= {"X-HTTP-Method-Override": "GET", "Content-Type": "application/x-www-form-urlencoded"}
        return self._http.send("POST", url, headers, query.encode())

    def _try_again(self, answer: Answer, tries: _Tries) -> bool:
        tries.unauthorized += 1
        return tries.unauthorized <= 2 and read_error(answer.body).code != "RESTRICTED_MEMBER"

    def _next_token(self, token: str, tries: _Tries) -> str:
        if tries.unauthorized == 1:
            return self._tokens.after_refusal(token)
        self._tokens.wait_for_fresh()
        return token

    def _failed(self, error: NotSentError | NoAnswerError, tries: _Tries) -> None:
        tries.failures += 1
        if tries.failures >= TRIES or (isinstance(error, NotSentError) and error.unknown_host):
            raise LinkedInError(
                _("LinkedIn at {base_url} cannot be reached: {error}.", base_url=self.base_url, error=error),
                fix=_("Check the network, the proxy and LEADFERRY_LINKEDIN_API_URL."),
                code="linkedin-unreachable",
            ) from error
        self._back_off(tries, None)

    def _refused(self, answer: Answer, tries: _Tries, resource: str, token: str) -> None:
        retry_after_s = retry_after(answer, self._clock())
        tries.failures += 1
        passing = answer.status in PASSING and not is_daily_limit(answer.status, answer.body)
        if not passing or tries.failures >= TRIES or (retry_after_s or 0) > CAP_S:
            error = to_error(
                answer.status,
                answer.body,
                resource=resource,
                version=self.version,
                scopes=self._tokens.scopes,
                now=self._clock(),
                request_id=request_id(answer),
                retry_after_s=retry_after_s,
            )
            if answer.status == 401:
                self._tokens.given_up(token, error)
            raise error
        self._back_off(tries, retry_after_s)

    def _back_off(self, tries: _Tries, retry_after_s: float | None) -> None:
        longest = min(CAP_S, BASE_S * 2 ** (tries.failures - 1))
        self._sleep(retry_after_s if retry_after_s is not None else self._jitter(0, longest))


def request_id(answer: Answer) -> str:
    return answer.headers.get("x-li-uuid") or answer.headers.get("x-li-request-id", "")


def retry_after(answer: Answer, now: int) -> float | None:
    """Seconds; the header is not documented for LinkedIn, so both its forms are read."""
    text = answer.headers.get("retry-after", "")
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now / 1000)
    except ValueError:
        return None


def _resource(path: str) -> str:
    """`adAccounts/5001/creatives` -> `creatives`; `leadForms/7` -> `leadForms`."""
    names = [part for part in path.split("/") if part[:1].isalpha() and not part.startswith("urn")]
    if path.startswith(("leadFormResponses", "leadForms", "organizations", "events")):
        return path.partition("/")[0]
    return names[-1] if names else path
