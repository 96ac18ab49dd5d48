"""The house around the API: tunnelling, controls, memory, reset, TLS, and the page about it all."""

from __future__ import annotations

import datetime
import ssl
import urllib.request
from pathlib import Path

import pytest

from leadferry.simulators.certificates import make_certificates
from leadferry.simulators.linkedin import coverage, service
from leadferry.simulators.linkedin.settings import Settings
from simulators.linkedin.scene import ADS, FINDER, NOW, OWNER, Scene, response

FORM = "application/x-www-form-urlencoded"
REPOSITORY = Path(__file__).parents[3]


def test_a_long_query_comes_in_the_body(scene: Scene) -> None:
    scene.add(response("r1"))
    path, _, query = FINDER.partition("?")
    answer = scene.rest(path, "POST", query.encode(), X_HTTP_Method_Override="GET", Content_Type=FORM)
    assert answer.ids == ["r1"]
    assert scene.sim("GET", "stats")["requests"]["FINDER leadFormResponses"] == 1


def test_query_and_entity_come_as_two_parts(scene: Scene) -> None:
    parts = "--cut\r\nContent-Type: {}\r\n\r\n{}\r\n--cut\r\nContent-Type: application/json\r\n\r\n{{}}\r\n--cut--"
    body = parts.format(FORM, f"q=owner&owner={OWNER}").encode()
    headers = {"X_HTTP_Method_Override": "GET", "Content_Type": "multipart/mixed; boundary=cut"}
    assert scene.rest("/leadForms", "POST", body, **headers).ids == [3162]
    swapped = parts.format("text/plain", "x").encode()
    assert scene.rest("/leadForms", "POST", swapped, **headers).status == 400


def test_a_tunnelled_call_with_a_query_in_its_address_is_refused(scene: Scene) -> None:
    answer = scene.rest(FINDER, "POST", b"q=owner", X_HTTP_Method_Override="GET", Content_Type=FORM)
    assert answer.json["code"] == "ILLEGAL_ARGUMENT"


def test_a_tunnelled_query_of_broken_text_is_refused(scene: Scene) -> None:
    answer = scene.rest("/leadForms", "POST", b"ids=List(\xff)", X_HTTP_Method_Override="GET", Content_Type=FORM)
    assert answer.status == 400


def test_settings_are_read_and_changed(scene: Scene) -> None:
    assert scene.sim("GET", "settings") == Settings().as_dict()
    scene.settings(retention_days=30, order="oldest")
    assert scene.sim("GET", "settings")["retention_days"] == 30


@pytest.mark.parametrize(
    "body", [b'{"no_such": 1}', b'{"retention_days": "many"}', b'{"order": "random"}', b"[]", b"{"]
)
def test_a_wrong_setting_changes_nothing(scene: Scene, body: bytes) -> None:
    answer = scene.send("PATCH", "/__sim/settings", body)
    assert (answer.status, list(answer.json)) == (400, ["error"])
    assert scene.sim("GET", "settings") == Settings().as_dict()


def test_the_clock_can_be_moved(scene: Scene) -> None:
    scene.advance(90)
    assert scene.sim("GET", "clock") == {"now": NOW + 90_000}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "/__sim/campaigns/1", b"{}", 400),
        ("PUT", "/__sim/accounts/x", b"{}", 400),
        ("POST", "/__sim/tokens", b'{"client_id": "nobody", "member": "ada", "scopes": []}', 400),
        ("POST", "/__sim/test-leads", b'{"form": 1}', 400),
        ("POST", "/__sim/responses", b"{}", 400),
        ("POST", "/__sim/responses", b"[", 400),
        ("DELETE", "/__sim/responses/none", None, 404),
        ("GET", "/__sim/accounts/1", None, 404),
        ("GET", "/__sim/elsewhere", None, 404),
    ],
)
def test_a_wrong_order_is_told(scene: Scene, method: str, path: str, body: bytes | None, status: int) -> None:
    answer = scene.send(method, path, body)
    assert answer.status == status
    assert answer.json["error"]


def test_a_reset_forgets_everything(scene: Scene) -> None:
    scene.add(response("r1"))
    scene.advance(5)
    scene.settings(retention_days=1)
    scene.sim("POST", "reset")
    assert scene.rest("/leadForms/3162").status == 401
    assert scene.sim("GET", "responses?summary=1")["total"] == 0
    assert scene.sim("GET", "clock") == {"now": NOW}
    assert scene.sim("GET", "settings")["retention_days"] == 90


def test_a_file_remembers_beyond_the_process(tmp_path: Path) -> None:
    path = tmp_path / "linkedin.db"
    with service.start(path, clock=lambda: NOW) as running:
        scene = Scene(running)
        scene.build()
        scene.add(response("r1"))
        scene.advance(60)
    with service.start(path, clock=lambda: NOW) as running:
        again = Scene(running, token=scene.token)
        assert again.rest(FINDER).ids == ["r1"]
        assert again.sim("GET", "clock") == {"now": NOW + 60_000}


def test_it_speaks_tls(tmp_path: Path) -> None:
    files = make_certificates(tmp_path, datetime.datetime.now(datetime.UTC))
    context = ssl.create_default_context(cafile=str(files.ca))
    with service.start(certificate=files.certificate, key=files.key) as running:
        assert running.url.startswith("https://localhost:")
        with urllib.request.urlopen(f"{running.url}/__sim/clock", context=context) as answer:
            assert answer.status == 200


def test_two_members_see_their_own(scene: Scene) -> None:
    scene.put("accounts", 6001)
    scene.put("members", "bob", account_roles={"6001": "VIEWER"})
    assert scene.rest("/adAccounts?q=search").ids == [5001]
    scene.token = scene.new_token(ADS, member="bob")
    assert scene.rest("/adAccounts?q=search").ids == [6001]


def test_the_page_about_the_simulator_is_up_to_date() -> None:
    """Made by `python -m leadferry.simulators.linkedin.coverage`."""
    written = (REPOSITORY / "docs" / "reference" / "linkedin-simulator.md").read_text()
    assert written == coverage.page()
