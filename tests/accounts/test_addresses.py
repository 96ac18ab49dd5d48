from __future__ import annotations

import io
from pathlib import Path

import httpx2
import pytest

from leadferry.accounts.addresses import environment_root
from leadferry.cli.main import run
from leadferry.console.rights import Scope
from leadferry.errors import InputError
from visitor import text_of
from web import new_console


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("https://crane.crm4.dynamics.com", "https://crane.crm4.dynamics.com"),
        ("https://crane.crm4.dynamics.com/", "https://crane.crm4.dynamics.com"),
        ("https://Crane.CRM4.dynamics.com/api/data/v9.2/", "https://crane.crm4.dynamics.com"),
        ("https://crane.crm4.dynamics.com/main.aspx?appid=1#x", "https://crane.crm4.dynamics.com"),
        ("https://crane.crm4.dynamics.com:443", "https://crane.crm4.dynamics.com"),
        (" crane.crm4.dynamics.com ", "https://crane.crm4.dynamics.com"),
        ("https://localhost:8802/api/data/v9.2", "https://localhost:8802"),
        ("http://127.0.0.1:8802", "http://127.0.0.1:8802"),
        ("http://[::1]:8802", "http://[::1]:8802"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("https://10.0.0.5", "https://10.0.0.5"),
    ],
)
def test_an_address_as_pasted_becomes_the_root_of_the_environment(typed: str, root: str) -> None:
    assert environment_root(typed) == root


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("http://crane.crm4.dynamics.com", "is not https: secrets and leads would travel in the open"),
        ("ftp://crane", "is not a web address"),
        ("", "is not a web address"),
        ("https://", "is not a web address"),
        ("https://crane .com", "is not a web address"),
        ("https://crane:99999", "is not a web address"),
        ("https://ann:hush@crane.crm4.dynamics.com", "is not a web address"),
        ("crane", "is a name alone: no site is called so"),
        ("https://crane/main.aspx", "is a name alone: no site is called so"),
        ("crane.", "is a name alone: no site is called so"),
        ("https://make.powerapps.com/environments/1", "is a site of Microsoft's, not an environment"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_the_reason(typed: str, message: str) -> None:
    with pytest.raises(InputError) as refusal:
        environment_root(typed)
    assert message in str(refusal.value)
    assert refusal.value.fix
    assert "hush" not in str(refusal.value)


def test_a_name_alone_is_refused_by_the_same_words_at_the_console_over_the_api_and_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = 'The address of the environment, "crane", is a name alone'
    app = {"name": "crane", "tenant_id": "t", "client_id": "c"}
    with new_console(tmp_path) as console:
        here = console.app.environments.add(
            "one", "https://one.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s"
        )
        visitor = console.operator()
        for path in ("/environments/new", f"/e/{here.id}/settings"):
            page = visitor.post(path, {**app, "url": "crane", "secret": "s"})
            assert page.status_code == 422
            assert words in text_of(page)
            assert 'value="crane"' in page.text, "what was typed comes back"
        token = console.app.tokens.make(here.id, "script", list(Scope), 1, "Ada")[1]
        address = f"{console.url}/api/v1/environment"
        answer = httpx2.patch(address, json={"url": "crane"}, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad-address")
        assert words in answer.json()["detail"]
    arguments = [
        "environment",
        "add",
        "crane",
        "--url",
        "crane",
        "--tenant-id",
        "t",
        "--client-id",
        "c",
        "--secret-stdin",
    ]
    monkeypatch.setenv("LEADFERRY_DATA", str(tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO("s"))
    assert run(arguments) != 0
    assert words in capsys.readouterr().err
