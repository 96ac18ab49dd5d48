"""The pages of tokens and audit, the limits, the cookies: over HTTP, as the operator."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import httpx2
import pytest

from console.entra_scene import ADA_PERSON
from leadferry.console.limits_worker import Limit, client_key
from leadferry.console.rights import Scope
from visitor import Visitor, text_of
from web import Console, new_console, serving


@pytest.fixture
def connected(console: Console) -> Console:
    """Two environments."""
    for name in ("crane", "other"):
        console.app.environments.add(
            name, f"https://{name}.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s"
        )
    return console


def make_token(visitor: Visitor, **changed: str) -> httpx2.Response:
    return visitor.post("/e/1/tokens", {"name": "nightly", "days": "30", "scope-read": "on", **changed})


def token_on(page: httpx2.Response) -> str:
    return page.text.split('value="lf_')[1].split('"')[0]


def test_a_token_is_shown_once_and_revoked_by_a_press(connected: Console) -> None:
    visitor = connected.operator()
    page = make_token(visitor)
    token = f"lf_{token_on(page)}"
    assert "it is not shown again" in text_of(page)
    assert connected.app.tokens.find(token)
    later = visitor.get("/e/1/tokens")
    assert token not in later.text
    assert token[:8] in later.text
    page = visitor.post("/e/1/tokens/1/revoke")
    assert '"nightly" revoked' in text_of(page)
    assert connected.app.tokens.find(token) is None
    actions = [(one.action, one.record) for one in connected.app.audit.list(connected.app.environments.by_id(1))]
    assert actions == [("token.manage", "nightly")] * 2
    assert token not in repr(connected.app.audit.list(connected.app.environments.by_id(1)))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": " "}, "1 to 100 printable characters"),
        ({"scope-read": ""}, "Choose at least one scope"),
        ({"days": "366"}, "A token lives 1 to 365 days."),
        ({"days": "soon"}, "A token lives 1 to 365 days."),
    ],
)
def test_a_token_that_cannot_be_keeps_what_was_typed(connected: Console, changed: dict[str, str], words: str) -> None:
    page = make_token(connected.operator(), **{"scope-sync": "", **changed})
    assert page.status_code == 422
    assert words in text_of(page)
    assert f'value="{changed.get("name", "nightly")}"' in page.text
    assert connected.app.tokens.list(1) == []


def test_what_people_type_is_text_on_every_page(connected: Console) -> None:
    page = make_token(connected.operator(), name="<b onclick=x>&")
    assert "<b onclick" not in page.text
    assert "&lt;b onclick=x&gt;&amp;" in page.text
    assert "<b onclick" not in connected.operator().get("/e/1/audit").text


def test_the_audit_page_shows_before_and_after_and_filters(connected: Console) -> None:
    app, visitor = connected.app, connected.operator()
    for number in range(3):
        app.audit.add(
            "configuration.change", person_id="p", person=f"Ada {number}", via="api", environment_id=1,
            record_kind="option", record_id="parallel", record="parallel", before={"parallel": number},
            after={"parallel": number + 1},
        )  # fmt: skip
    app.audit.add("session.begin", person_id="p", person="Eve", via="console")
    app.audit.add("rule.change", person_id="p", person="Bob", via="api", environment_id=2, environment="other")
    page = text_of(visitor.get("/e/1/audit"))
    assert "before: 2" in page
    assert "after: 3" in page
    assert "Bob" not in page
    assert "Eve" not in page
    page = text_of(visitor.get("/e/1/audit?person=aDa 1&action=configuration.change"))
    assert "Ada 1" in page
    assert "Ada 2" not in page
    assert "No entry" in text_of(visitor.get("/e/1/audit?until=2020-01-01"))
    assert "Eve" in text_of(visitor.get("/audit"))


def test_older_entries_are_a_press_away(connected: Console) -> None:
    app, visitor = connected.app, connected.operator()
    for number in range(120):
        app.audit.add("sync.run", person_id="p", person=f"n{number:03}", via="api", environment_id=1)
    seen, path = [], "/e/1/audit?action=sync.run"
    while path:
        page = visitor.get(path).text
        seen += [part[:4] for part in page.split('data-name="Who">')[1:]]
        more = page.split('">Older ones</a>')[0].rpartition('href="')[2] if "Older ones" in page else ""
        path = more.replace("&amp;", "&")
    assert seen == [f"n{number:03}" for number in reversed(range(120))]


def test_the_audit_is_a_file_that_no_spreadsheet_takes_for_a_formula(connected: Console) -> None:
    connected.app.audit.add("sync.run", person_id="p", person="=cmd()", via="api", environment_id=1)
    visitor = connected.operator()
    rows = list(csv.DictReader(io.StringIO(visitor.get("/e/1/audit/audit.csv").text)))
    assert rows[0]["person"] == "'=cmd()"
    assert visitor.get("/e/1/audit/audit.json").json()[0]["person"] == "=cmd()"
    assert visitor.get("/e/2/audit/audit.json").json() == []


def test_a_number_that_comes_again_brings_no_old_entries(connected: Console) -> None:
    app = connected.app
    app.audit.add("rule.change", person_id="p", person="Bob", via="api", environment_id=2, environment="other")
    app.environments.remove("other")
    app.environments.clock = lambda: app.clock() + 10
    new = app.environments.add("new", "https://new.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s")
    assert app.audit.list(new) == []
    assert "rule.change" in [one.action for one in app.audit.list(None)]


# Limits


def test_links_that_do_not_work_are_tried_ten_times_a_quarter_of_an_hour(console: Console) -> None:
    visitor = console.visitor()
    found = [visitor.post("/sign-in/link", {"token": "guess"}) for _ in range(11)]
    assert [answer.status_code for answer in found] == [403] * 10 + [429]
    assert 0 < int(found[-1].headers["retry-after"]) <= 900
    assert "Too many attempts" in text_of(found[-1])
    good = console.app.sessions.make_link()
    assert visitor.post("/sign-in/link", {"token": good}).status_code == 429


def test_sign_ins_are_limited_by_address(console: Console) -> None:
    console.app.limits.sign_ins.attempts = 2
    visitor = console.visitor()
    assert [visitor.post("/sign-in").status_code for _ in range(3)] == [200, 200, 429]
    assert visitor.get("/sign-in/back?state=x&code=y").status_code == 429


def test_a_limit_forgets_with_time_and_is_bounded() -> None:
    now = [0]
    limit = Limit(lambda: now[0], 2, 60_000, keys=3)
    assert [limit.take("a") for _ in range(3)] == [0, 0, 60]
    now[0] = 59_999
    assert limit.take("a") == 1
    now[0] = 60_000
    assert limit.take("a") == 0
    for key in "bcdef":
        limit.count(key)
    assert len(limit._seen) == 3


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_attempts_count_by_network(host: str, key: str) -> None:
    assert client_key((host, 1)) == key


# Cookies


def test_behind_tls_cookies_are_for_this_host_over_tls_only(tmp_path: Path) -> None:
    settings = {"entra_client_id": "c", "entra_tenant_id": "t", "entra_client_secret": "s"}
    with (
        new_console(tmp_path, None or "", None, **settings) as plain,
        serving(plain.app, "https://console.example") as console,
    ):
        visitor = Visitor(console.url)
        page = visitor.get("/sign-in")
        csrf = page.headers["set-cookie"]
        assert csrf.startswith("__Host-leadferry-csrf=")
        token = console.app.sessions.make_link()
        jar = {"Cookie": csrf.partition(";")[0]}
        data = {"token": token, "_csrf_token": csrf.partition("=")[2].partition(";")[0]}
        answer = visitor.client.post("/sign-in/link", data=data, headers=jar, follow_redirects=False)
        session = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-leadferry="))
        for flag in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert flag in session, session
        assert "Domain" not in session
        jar["Cookie"] += f"; {session.partition(';')[0]}"
        answer = visitor.client.post("/sign-out", data=data, headers=jar, follow_redirects=False)
        ended = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-leadferry="))
        assert "Secure" in ended
        assert "Max-Age=0" in ended


def test_a_token_dies_with_its_environment(connected: Console) -> None:
    _, token = connected.app.tokens.make(1, "nightly", [Scope.READ], 1, ADA_PERSON.name)
    connected.app.environments.remove("crane")
    assert connected.app.tokens.find(token) is None
