"""Service protection limits. Contract: dataverse-api, sections 5.1 to 5.3."""

from __future__ import annotations

import threading

import pytest

from leadferry.simulators.dataverse.protection import Protection
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.settings import Settings
from simulators.dataverse.talking import Api, code, message


def test_too_many_requests_are_429_until_the_window_has_moved(api: Api) -> None:
    api.control("PATCH", "settings", {"limit_requests": 3})
    left = [api("GET", "WhoAmI").headers["x-ms-ratelimit-burst-remaining-xrm-requests"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    answer = api("GET", "WhoAmI")
    assert code(answer) == (429, "0x80072322")
    assert message(answer) == "Number of requests exceeded the limit of 3 over time window of 300 seconds."
    assert answer.headers["Retry-After"] == "300"
    api.control("POST", "clock", {"advance_ms": 300_000})
    assert api("GET", "WhoAmI").status_code == 200


def test_whoever_keeps_pushing_waits_longer(api: Api) -> None:
    api.control("PATCH", "settings", {"limit_requests": 1})
    api("GET", "WhoAmI")
    api.control("POST", "clock", {"advance_ms": 200_000})
    waits = [int(api("GET", "WhoAmI").headers["Retry-After"]) for _ in range(20)]
    assert waits[0] == 100
    assert waits == sorted(waits)
    assert waits[-1] == 104
    api.control("POST", "clock", {"advance_ms": 101_000})
    assert api("GET", "WhoAmI").status_code == 429


def test_execution_time_is_limited(api: Api) -> None:
    api.control("PATCH", "settings", {"limit_execution_ms": 5, "latency_ms": 6.0})
    assert api("GET", "WhoAmI").status_code == 200
    answer = api("GET", "WhoAmI")
    assert code(answer) == (429, "0x80072321")
    assert message(answer).startswith(
        "Combined execution time of incoming requests exceeded limit of 5 milliseconds over"
    )


def test_limits_count_per_server_and_the_cookie_names_one(api: Api) -> None:
    api.control("PATCH", "settings", {"limit_requests": 1, "servers": 2})
    assert [api("GET", "WhoAmI").status_code for _ in range(4)] == [200, 200, 429, 429]
    headers = {"Cookie": "ARRAffinity=server7"}
    assert api("GET", "WhoAmI", **headers).status_code == 200
    assert "set-cookie" not in api("GET", "WhoAmI", **headers).headers


def test_users_do_not_share_limits(api: Api) -> None:
    other = "11111111-1111-4111-8111-111111111111"
    api.control("PUT", f"users/{other}", {"application_id": other, "secret": "s"})
    api.control("PATCH", "settings", {"limit_requests": 1})
    second = Api(api.url, other, "s")
    assert [api("GET", "WhoAmI").status_code, second("GET", "WhoAmI").status_code] == [200, 200]
    assert [api("GET", "WhoAmI").status_code, second("GET", "WhoAmI").status_code] == [429, 429]


def test_a_request_too_many_at_once_is_refused_at_once() -> None:
    protection = Protection(Settings(limit_concurrency=2), lambda: 0)
    protection.enter("user", "server")
    protection.enter("user", "server")
    with pytest.raises(Refusal) as raised:
        protection.enter("user", "server")
    assert (raised.value.status, raised.value.code) == (429, "0x80072326")
    assert raised.value.message == "Number of concurrent requests exceeded the limit of 2."
    assert raised.value.headers == {"Retry-After": "1"}
    protection.leave("user", "server", 0)
    protection.enter("user", "server")


def test_concurrency_is_counted_over_http(api: Api) -> None:
    api.control("PATCH", "settings", {"limit_concurrency": 1, "latency_ms": 400.0})
    found: list[int] = []
    clients = [Api(api.url) for _ in range(3)]
    threads = [
        threading.Thread(target=lambda one=one: found.append(one("GET", "WhoAmI").status_code)) for one in clients
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 429 in found
    assert 200 in found


def test_control_requests_and_tokens_are_not_limited(api: Api) -> None:
    api.control("PATCH", "settings", {"limit_requests": 1})
    for _ in range(3):
        api.control("POST", "rows/lead", [{"lastname": "x"}])
        api.sign_in("x", "y")
    assert api("GET", "WhoAmI").status_code == 200
