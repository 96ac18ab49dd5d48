"""One environment's Web API as requests and answers: tokens, pacing, what may be repeated, refusals as errors.

What is repeated here, and nothing else is:

| happened                                   | reading | writing |
|--------------------------------------------|---------|---------|
| no connection could be made                | yes     | yes: the service saw nothing |
| 401, once, with a new token                | yes     | yes: nothing was done |
| 429, after `Retry-After`, up to max_wait_s | yes     | yes: nothing was done |
| 408, 500, 502, 503, 504                    | yes     | no      |
| connection broken, no answer in time       | yes     | no: `unknown_outcome` |
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from leadferry.clock import Clock, system_clock
from leadferry.dataverse.gate import Gate
from leadferry.dataverse.pacing import Pace
from leadferry.dataverse.refusals import DataverseTimeoutError, to_error
from leadferry.dataverse.tokens_client import Tokens
from leadferry.errors import DataverseError
from leadferry.http_client import Answer, Http, NoAnswerError, NotSentError
from leadferry.words import _

API = "/api/data/v9.2/"
READ_TRIES = 5
CONNECT_TRIES = 3
MAX_REFUSALS = 20
CAP_S = 60.0
PASSING = frozenset({408, 500, 502, 503, 504})
LONG_MS = 60_000
"""What is cut after so long was being worked on: Dynamics ends what takes longer than two minutes, and so do we."""


@dataclass
class _Tries:
    """What one call has gone through so far."""

    failures: int = 0
    refusals: int = 0
    waited_s: float = 0.0
    token_renewed: bool = False


class Connection:
    def __init__(
        self,
        url: str,
        tokens: Tokens,
        http: Http,
        *,
        parallel: int = 4,
        max_wait_s: float = 330.0,
        clock: Clock = system_clock,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.url = url.rstrip("/")
        self.requests = 0
        self.last_request_id = ""
        self.gate = Gate(Pace(parallel), clock, sleep)
        self._tokens, self._http, self._max_wait_s, self._clock = tokens, http, max_wait_s, clock
        self._sleep, self._jitter, self._lock = sleep, jitter, threading.Lock()

    def call(
        self,
        method: str,
        path: str,
        *,
        what: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        repeatable: bool = False,
        timeout_s: float | None = None,
    ) -> Answer:
        """`path` is below the API's root, or an address that the service gave. Answers 2xx and those of a batch;
        raises DataverseError for all others. `what` names the request in messages, without any value."""
        tries = _Tries()
        token = self._tokens.token()
        while True:
            self._check_wait(what)
            try:
                answer = self._send(method, path, headers or {}, body, token, timeout_s)
            except NotSentError as error:
                self._not_sent(error, tries)
            except NoAnswerError as error:
                self._no_answer(error, tries, what, repeatable)
            else:
                if answer.status < 300 or answer.headers.get("content-type", "").startswith("multipart/"):
                    return answer
                if answer.status == 401 and not tries.token_renewed:
                    tries.token_renewed, token = True, self._tokens.renewed(token)
                else:
                    self._refused(answer, tries, what, repeatable)

    def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
        token: str,
        timeout_s: float | None,
    ) -> Answer:
        sent = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "OData-Version": "4.0",
            "OData-MaxVersion": "4.0",
            **headers,
        }
        if body is not None and "Content-Type" not in sent:
            sent["Content-Type"] = "application/json; charset=utf-8"
        with self.gate.passed():
            with self._lock:
                self.requests += 1
            answer = self._timed(method, self._address(path), sent, body, timeout_s)
        self.last_request_id = request_id(answer)
        if answer.status < 300:
            hint = answer.headers.get("x-ms-dop-hint", "")
            self.gate.answered(int(hint) if hint.isdigit() else None)
        return answer

    def _timed(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout_s: float | None
    ) -> Answer:
        began = self._clock()
        try:
            return self._http.send(method, url, headers, body, timeout_s=timeout_s)
        except NoAnswerError as error:
            error.waited_ms = self._clock() - began
            raise

    def _address(self, path: str) -> str:
        if "://" not in path[:8]:
            return f"{self.url}{path if path.startswith('/') else API + path}"
        # An address given by the service: only its path is used, so that a token never goes to another host.
        parts = urlsplit(path)
        return f"{self.url}{parts.path}?{parts.query}"

    def _check_wait(self, what: str) -> None:
        wait = self.gate.wait_s()
        if wait > self._max_wait_s:
            raise DataverseError(
                _("Dynamics asks to wait {wait} s before {what}.", wait=f"{wait:.0f}", what=what),
                fix=_("Nothing was sent; it is tried again by itself."),
                code="dataverse-throttled",
                status=429,
                retry_after_s=wait,
            )

    def _not_sent(self, error: NotSentError, tries: _Tries) -> None:
        tries.failures += 1
        if error.unknown_host or tries.failures >= CONNECT_TRIES:
            raise self._unreachable(str(error)) from error
        self._sleep(self._jitter(0, 0.5 * 2**tries.failures))

    def _no_answer(self, error: NoAnswerError, tries: _Tries, what: str, repeatable: bool) -> None:
        tries.failures += 1
        if not repeatable:
            kind = DataverseTimeoutError if error.waited_ms >= LONG_MS else DataverseError
            raise kind(
                _("No answer to {what}: {error}. Whether Dynamics carried it out is unknown.", what=what, error=error),
                fix=_("It is checked before anything is sent again."),
                code="dataverse-unavailable",
                unknown_outcome=True,
            ) from error
        if tries.failures >= READ_TRIES:
            raise self._unreachable(str(error)) from error
        self._back_off(tries, None)

    def _refused(self, answer: Answer, tries: _Tries, what: str, repeatable: bool) -> None:
        error = to_error(
            answer.status,
            answer.body,
            what=what,
            request_id=request_id(answer),
            retry_after_s=retry_after(answer),
            write=not repeatable,
        )
        if answer.status == 429:
            tries.refusals += 1
            tries.waited_s += self.gate.refused(error.retry_after_s, error.vendor_code)
            if tries.waited_s > self._max_wait_s or tries.refusals >= MAX_REFUSALS:
                raise error
        elif repeatable and answer.status in PASSING and tries.failures + 1 < READ_TRIES:
            tries.failures += 1
            self._back_off(tries, error.retry_after_s)
        else:
            raise error

    def _back_off(self, tries: _Tries, retry_after_s: float | None) -> None:
        self._sleep(min(CAP_S, retry_after_s or self._jitter(0, min(CAP_S, 2.0 ** (tries.failures - 1)))))

    def _unreachable(self, reason: str) -> DataverseError:
        return DataverseError(
            _("The environment {url} cannot be reached: {reason}.", url=self.url, reason=reason),
            fix=_("Check its address, the network and the proxy."),
            code="dataverse-unreachable",
        )


def request_id(answer: Answer) -> str:
    return answer.headers.get("x-ms-service-request-id") or answer.headers.get("req_id", "")


def retry_after(answer: Answer) -> float | None:
    """Seconds; the date form of the header is not used by Dynamics."""
    text = answer.headers.get("retry-after", "")
    try:
        return max(0.0, float(text))
    except ValueError:
        return None
