"""Messages to services whose certificates only the setting LEADFERRY_CA_FILE knows."""

from __future__ import annotations

import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.catchers import http_catcher
from leadferry.alerts.apprise_client import sender
from leadferry.alerts.message import Message
from leadferry.alerts.model import Level
from leadferry.simulators.certificates import make_certificates

MESSAGE = Message("crane: test", "Arrives.", Level.INFO)
VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture(autouse=True)
def _variables_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_a_service_of_ones_own_authority_is_trusted_where_the_setting_names_it(tmp_path: Path) -> None:
    files = make_certificates(tmp_path, datetime.now(UTC) - timedelta(days=1))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    with http_catcher(context) as caught:
        address = f"jsons://127.0.0.1:{caught.port}/"
        assert sender(None)(address, MESSAGE) == "Its certificate is not trusted."
        assert sender(files.ca)(address, MESSAGE) == ""
    assert [one["message"] for one in caught.messages] == ["Arrives."]
    trusted = Path(os.environ["REQUESTS_CA_BUNDLE"]).read_text()
    assert trusted.count("BEGIN CERTIFICATE") > 50, "the usual authorities stay trusted"


def test_certificates_that_cannot_be_read_are_the_reason(tmp_path: Path) -> None:
    assert "LEADFERRY_CA_FILE" in sender(tmp_path / "none.pem")("jsons://127.0.0.1:9/", MESSAGE)


def test_what_the_operator_has_set_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = make_certificates(tmp_path, datetime.now(UTC) - timedelta(days=1))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/own/bundle.pem")
    sender(files.ca)("jsons://127.0.0.1:9/", MESSAGE)
    assert os.environ["REQUESTS_CA_BUNDLE"] == "/own/bundle.pem"
