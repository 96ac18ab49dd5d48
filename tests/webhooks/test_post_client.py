"""HTTP out to receivers nobody trusts, over real connections."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadferry.simulators.certificates import make_certificates
from leadferry.webhooks.addresses import Rules, read_rules
from leadferry.webhooks.post_client import PostClient
from webhooks.conftest import HERE
from webhooks.receiver import Answer, Receiver, receiving


def post(url: str, rules: Rules = HERE, **more: object) -> tuple[int, str]:
    reply = PostClient(rules, **more).post(url, {"webhook-id": "msg_1"}, b'{"a":1}')  # type: ignore[arg-type]
    return reply.status, reply.error


def test_a_message_arrives_with_its_headers(receiver: Receiver) -> None:
    assert post(f"{receiver.url}?sig=KEY") == (204, "")
    (got,) = receiver.got
    assert (got.body, got.path) == (b'{"a":1}', "/hook?sig=KEY")
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == "msg_1"
    assert got.headers["user-agent"].startswith("Leadferry/")
    assert got.headers["host"] == receiver.url.split("/")[2]


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.7", "::1"])
def test_a_name_that_leads_inside_is_refused_when_the_connection_is_made(receiver: Receiver, address: str) -> None:
    """Saved while it led elsewhere, or never checked: what counts is where it leads now."""
    port = receiver.url.split(":")[2].split("/")[0]
    status, error = post(
        f"http://hooks.example.com:{port}/hook", Rules(http=True), resolve=lambda _host, _port: [address]
    )
    assert status == 0
    assert "webhooks are not sent there" in error
    assert receiver.got == []


def test_the_name_is_looked_up_once_and_connected_to_as_it_was_checked(receiver: Receiver) -> None:
    """DNS rebinding: a second look would get another answer."""
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    port = receiver.url.split(":")[2].split("/")[0]
    url = f"http://hooks.example.com:{port}/hook"
    assert post(url, HERE, resolve=lambda _host, _port: answers.pop(0)) == (204, "")
    assert receiver.got[0].headers["host"] == f"hooks.example.com:{port}"
    assert len(answers) == 1


@pytest.mark.parametrize("number", ["2130706433", "0x7f000001", "127.1", "017700000001"])
def test_other_ways_to_write_an_address_inside_are_refused_too(number: str) -> None:
    status, error = post(f"http://{number}:9/", Rules(http=True))
    assert (status, "very machine" in error or "unknown" in error) == (0, True)


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    receiver.otherwise = Answer(302, headers={"Location": receiver.url})
    status, error = post(receiver.url)
    assert status == 302
    assert "redirects are not followed" in error
    assert len(receiver.got) == 1


def test_of_the_answer_only_its_beginning_is_kept(receiver: Receiver) -> None:
    receiver.otherwise = Answer(500, b"x" * 1_000_000)
    reply = PostClient(HERE).post(receiver.url, {}, b"{}")
    assert (reply.status, reply.text) == (500, "x" * 500)
    assert "trouble itself" in reply.error


def test_what_an_answer_holds_beside_letters_is_not_kept(receiver: Receiver) -> None:
    receiver.otherwise = Answer(400, b"a\x1b[31mb\x00c\xff\nd")
    assert PostClient(HERE).post(receiver.url, {}, b"{}").text == "a [31mb c\ufffd\nd"


def test_nothing_that_listens_is_said_so() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert post(f"http://127.0.0.1:{free.getsockname()[1]}/") == (0, "Nothing listens at the address.")


def test_an_unknown_name_is_said_so() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    assert post("https://nowhere.example/", resolve=unknown) == (0, "The name of its host is unknown.")


@contextmanager
def dripping(first: bytes) -> Iterator[int]:
    """Sends one byte after the other and never ends."""
    ended = threading.Event()

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                connection.sendall(first)
                while not ended.wait(0.05):
                    connection.sendall(b"x")
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            ended.set()
            thread.join(5)


@pytest.mark.parametrize(
    "first",
    [b"", b"HTTP/1.1 200 OK\r\nX-Long: "],
    ids=["in the status", "in a header"],
)
def test_a_receiver_that_drips_is_cut_off(first: bytes) -> None:
    with dripping(first) as port:
        assert post(f"http://127.0.0.1:{port}/", timeout_s=0.4) == (
            0,
            "There was no whole answer within 0.4 seconds.",
        )


def test_a_body_that_drips_is_cut_off_and_the_status_counts() -> None:
    with dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n") as port:
        assert post(f"http://127.0.0.1:{port}/", timeout_s=0.4) == (200, "")


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b""], ids=["another protocol", "nothing"])
def test_what_is_no_http_is_said_so(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(answer)
            connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        status, error = post(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        thread.join(5)
    assert status == 0
    assert "no HTTP" in error or "The connection failed" in error


def test_a_certificate_must_be_trusted_and_of_the_name(tmp_path: Path) -> None:
    files = make_certificates(tmp_path, datetime.now(UTC))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    rules = read_rules(False, ["127.0.0.0/8"])
    with receiving(context) as receiver:
        port = receiver.url.split(":")[2].split("/")[0]
        assert "not trusted" in post(receiver.url, rules)[1]
        assert post(receiver.url, rules, ca_file=files.ca) == (204, "")
        other = f"https://hooks.example.com:{port}/hook"
        status, error = post(other, rules, ca_file=files.ca, resolve=lambda *_: ["127.0.0.1"])
        assert (status, "not trusted" in error) == (0, True)
    assert len(receiver.got) == 1


def test_through_a_proxy_the_name_is_the_proxys_to_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def serve() -> None:
            connection, _ = proxy.accept()
            asked.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        monkeypatch.setenv("https_proxy", f"http://ann:s%20x@127.0.0.1:{proxy.getsockname()[1]}")
        status, error = post("https://hooks.example.com/hook", Rules())
        thread.join(5)
    assert asked[0].startswith(b"CONNECT hooks.example.com:443 ")
    assert b"Basic YW5uOnMgeA==" in asked[0]
    assert (status, bool(error)) == (0, True)
