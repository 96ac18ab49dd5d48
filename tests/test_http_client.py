from __future__ import annotations

import datetime
import gzip
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from leadferry.errors import InputError
from leadferry.http_client import HttpClient, NoAnswerError, NotSentError
from leadferry.simulators.certificates import make_certificates
from leadferry.simulators.server import Request, Response, Switchboard, json_response, start
from scripted_service import CUT, Service, listening


@pytest.fixture
def service() -> Iterator[Service]:
    with listening(Service()) as service:
        yield service


def test_the_address_goes_out_as_it_was_written(service: Service) -> None:
    HttpClient().send("GET", f"{service.url}/rest/x?owner=(a:urn%3Ali%3A5)&ids=List(1,2)", {})
    assert service.asked[0].path == "/rest/x"
    assert service.asked[0].query == "owner=(a:urn%3Ali%3A5)&ids=List(1,2)"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a=%c3%a9&b=$select", "a=%c3%a9&b=$select"),  # nothing to encode: not a letter is changed
        ('a="b c"&d=é', "a=%22b%20c%22&d=%C3%A9"),
        ("a=1#part", "a=1"),
    ],
)
def test_an_address_is_encoded_only_where_it_is_not_yet(service: Service, written: str, sent: str) -> None:
    HttpClient().send("GET", f"{service.url}/rest/x?{written}", {"Accept": "a/b"})
    assert (service.asked[0].path, service.asked[0].query) == ("/rest/x", sent)
    assert {name for name in service.asked[0].headers if "leadferry" in name} == set()


def test_connections_are_kept_and_cookies_are_not() -> None:
    def answer(request: Request) -> Response:
        return json_response({"cookie": request.headers.get("cookie")}, 200, {"Set-Cookie": "ARRAffinity=a; path=/"})

    with listening(Service(answer)) as service:
        http = HttpClient()
        for _ in range(3):
            assert http.send("GET", f"{service.url}/", {}).body == b'{"cookie":null}'
        pool = http._manager(urlsplit(service.url)).connection_from_url(service.url)
        assert (pool.num_connections, pool.num_requests) == (1, 3)


def test_a_file_of_certificates_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "ca.pem"
    with pytest.raises(InputError, match="LEADFERRY_CA_FILE must name a file"):
        HttpClient(ca_file=missing).send("GET", "https://localhost:9", {})


def test_a_compressed_answer_is_unpacked(service: Service) -> None:
    service.will(Response(200, gzip.compress(b"many leads"), {"Content-Encoding": "gzip"}))
    answer = HttpClient().send("GET", service.url, {})
    assert answer.body == b"many leads"
    assert service.asked[0].headers["accept-encoding"] == "gzip"


def test_a_refused_connection_was_not_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(NotSentError, match="Connection refused") as caught:
            HttpClient().send("POST", f"http://127.0.0.1:{port}/", {}, b"x")
    assert not caught.value.unknown_host


def test_a_name_without_address_is_told_apart() -> None:
    with pytest.raises(NotSentError) as caught:
        HttpClient().send("GET", "http://leadferry.invalid/", {})
    assert caught.value.unknown_host


def test_a_connection_cut_after_sending_is_no_answer(service: Service) -> None:
    service.will(CUT)
    with pytest.raises(NoAnswerError):
        HttpClient().send("POST", service.url, {}, b"x")
    assert service.asked[0].body == b"x"


def test_a_body_shorter_than_promised_is_no_answer(service: Service) -> None:
    service.will(Response(200, b"gzip? no", {"Content-Encoding": "gzip"}))
    with pytest.raises(NoAnswerError):
        HttpClient().send("GET", service.url, {})


def test_our_own_authority_is_trusted_and_others_are_not(tmp_path: Path) -> None:
    made = make_certificates(tmp_path, datetime.datetime.now(datetime.UTC))
    switchboard = Switchboard(lambda _: json_response({}), lambda _: "", lambda: None)
    with start(switchboard, certificate=made.certificate, key=made.key) as running:
        assert HttpClient(ca_file=made.ca).send("GET", running.url, {}).status == 200
        with pytest.raises(NotSentError, match="its certificate is not trusted: "):
            HttpClient().send("GET", running.url, {})


def test_a_proxy_of_the_environment_is_asked_with_the_whole_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(Service()) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("http://", "http://ann:s%20x@"))
        monkeypatch.setenv("no_proxy", "direct.example")
        answer = HttpClient().send("GET", "http://api.example/rest/leadForms?q=owner", {})
        assert answer.status == 200
        assert proxy.asked[0].path == "http://api.example/rest/leadForms"
        assert proxy.asked[0].headers["host"] == "api.example"
        assert proxy.asked[0].headers["proxy-authorization"] == "Basic YW5uOnMgeA=="


def test_this_machine_is_never_reached_through_a_proxy(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://leadferry.invalid:9")
    assert HttpClient().send("GET", service.url, {}).status == 200
