"""What scripts change over the API: conditionally, files, tokens, channels, the whole configuration."""

from __future__ import annotations

import threading
from typing import Any

import httpx2
import pytest

from api.conftest import Ask
from api.test_api import code
from delivery.conftest import Ferry
from leadferry.alerts.model import Event
from leadferry.console.rights import Scope
from leadferry.guardian.model import Level

CSV = "First Name,Last Name,Email,Their budget\nAnna,Brandt,anna@nord.test,9\nBo,Holm,bo@x.test,8\n".encode("utf-16")


# ETags


def test_a_record_that_did_not_change_is_not_sent_again(ask: Ask) -> None:
    first = ask("GET", "strategies/1")
    again = ask("GET", "strategies/1", headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    ask("PATCH", "strategies/1", json={"create_contacts": False})
    other = ask("GET", "strategies/1", headers={"If-None-Match": first.headers["etag"]})
    assert (other.status_code, other.json()["create_contacts"]) == (200, False)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("strategies/1", {"create_contacts": False}),
        ("mappings/1", {"on_update": "fill"}),
        ("configuration", {"update_matched": False}),
        ("environment", {"name": "other"}),
        ("alerts/channels/1", {"digest_minutes": 5}),
    ],
)
def test_a_change_to_what_has_changed_since_is_refused(ask: Ask, path: str, change: dict[str, Any]) -> None:
    ask("POST", "alerts/channels", json={"name": "ops", "address": "json://127.0.0.1:9/", "events": ["gap"]})
    read = ask("GET", path).headers["etag"]
    done = ask("PATCH", path, headers={"If-Match": read}, json=change)
    assert done.status_code == 200
    assert done.headers["etag"] == ask("GET", path).headers["etag"] != read
    assert code(ask("PATCH", path, headers={"If-Match": read}, json=change)) == (412, "changed-meanwhile")
    assert ask("PATCH", path, headers={"If-Match": "*"}, json=change).status_code == 200


def test_a_record_that_has_changed_since_is_not_removed(ask: Ask) -> None:
    made = ask("POST", "strategies", json={"name": "second"}).json()["id"]
    read = ask("GET", f"strategies/{made}").headers["etag"]
    ask("PATCH", f"strategies/{made}", json={"name": "renamed"})
    assert code(ask("DELETE", f"strategies/{made}", headers={"If-Match": read})) == (412, "changed-meanwhile")
    now = ask("GET", f"strategies/{made}").headers["etag"]
    assert ask("DELETE", f"strategies/{made}", headers={"If-Match": now}).status_code == 204


def test_of_two_who_read_the_same_one_changes_it(crossing: Ask) -> None:
    read = crossing("GET", "configuration").headers["etag"]
    answers: list[httpx2.Response] = []

    def change(days: int) -> None:
        answers.append(crossing("PATCH", "configuration", headers={"If-Match": read}, json={"parallel": days}))

    threads = [threading.Thread(target=change, args=(number,)) for number in (2, 3, 4, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.status_code for one in answers) == [200, 412, 412, 412]


# Files


def test_a_file_goes_from_upload_over_its_columns_into_the_inbox(ferry: Ferry, crossing: Ask) -> None:
    made = crossing("POST", "imports", files={"file": ("C:\\leads.csv", CSV, "text/csv")})
    shown = made.json()
    assert (made.status_code, shown["name"], shown["rows"], shown["form"]) == (201, "leads.csv", 2, None)
    assert [column["value"] for column in shown["columns"]] == [
        "field:FIRST_NAME",
        "field:LAST_NAME",
        "field:EMAIL",
        "own",
    ]
    assert shown["preview"][0] == ["Anna", "Brandt", "anna@nord.test", "9"]
    path = f"imports/{shown['key']}"
    assert code(crossing("PATCH", path, json={"columns": {"3": "nonsense"}})) == (422, "bad-column")
    assert code(crossing("PATCH", path, json={"columns": {"9": "out"}})) == (422, "bad-column")
    bound = crossing("PATCH", path, json={"columns": {"3": "out"}}).json()
    assert bound["preview"][0] == ["Anna", "Brandt", "anna@nord.test"]
    result = crossing("POST", f"{path}/commit").json()
    assert (result["rows"], result["new"], result["known"], result["forms"]) == (2, 2, 0, ["leads"])
    assert crossing("POST", f"{path}/commit").json() == result == crossing("GET", path).json()["result"]
    again = crossing("POST", "imports", files={"file": ("leads.csv", CSV, "text/csv")}).json()["key"]
    crossing("PATCH", f"imports/{again}", json={"columns": {"3": "out"}})
    assert crossing("POST", f"imports/{again}/commit").json()["known"] == 2
    assert crossing("GET", "submissions").json()["items"][0]["email"].endswith(".test")


def test_an_upload_with_an_idempotency_key_is_taken_once(ask: Ask) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="l.csv"\r\n\r\nEmail\nada@x.test\n\r\n--b--\r\n'
    )
    headers = {"Idempotency-Key": "k", "Content-Type": "multipart/form-data; boundary=b"}
    first, again = (ask("POST", "imports", headers=headers, content=body) for _ in range(2))
    assert (first.status_code, first.json()["key"]) == (201, again.json()["key"])


def test_a_file_is_its_uploaders_own_and_can_be_forgotten(ask: Ask) -> None:
    key = ask("POST", "imports", files={"file": ("leads.csv", CSV, "text/csv")}).json()["key"]
    assert code(ask("GET", f"imports/{key}", Scope.SYNC)) == (404, "upload-gone")
    assert ask("DELETE", f"imports/{key}").status_code == 204
    assert code(ask("POST", f"imports/{key}/commit")) == (404, "upload-gone")


@pytest.mark.parametrize("data", [{"encoding": "x"}, {"form": "9"}, {}])
def test_a_file_that_cannot_be_read_is_a_problem(ask: Ask, data: dict[str, str]) -> None:
    raw = CSV if data else b""
    assert code(ask("POST", "imports", files={"file": ("leads.csv", raw, "text/csv")}, data=data))[0] == 422


# Tokens


def test_a_token_makes_one_that_may_no_more_and_ends_with_it(sqlite_ferry: Ferry, ask: Ask) -> None:
    made = ask("POST", "tokens", Scope.TOKENS, Scope.READ, json={"name": "child", "scopes": ["read"], "days": 300})
    shown = made.json()
    assert (made.status_code, shown["scopes"], shown["state"]) == (201, ["read"], "good")
    parent = ask("GET", f"tokens/{shown['made_by_token']}").json()
    assert shown["expires_at"] == parent["expires_at"]
    assert sqlite_ferry.app.tokens.find(shown["token"])
    assert "token" not in ask("GET", f"tokens/{shown['id']}").json()
    beyond = {"name": "x", "scopes": ["read", "admin"]}
    assert code(ask("POST", "tokens", Scope.TOKENS, Scope.READ, json=beyond)) == (422, "scope-beyond")
    assert ask("DELETE", f"tokens/{parent['id']}").status_code == 204
    assert sqlite_ferry.app.tokens.find(shown["token"]) is None


def test_a_new_token_stands_in_no_table_and_no_audit(sqlite_ferry: Ferry, ask: Ask) -> None:
    body = {"name": "child", "scopes": ["read"]}
    first, again = (ask("POST", "tokens", headers={"Idempotency-Key": "k"}, json=body) for _ in range(2))
    secret = first.json()["token"]
    assert again.json()["token"] == secret
    data = (sqlite_ferry.app.settings.data_folder / "leadferry.db").read_bytes()
    data += (sqlite_ferry.app.settings.data_folder / "leadferry.db-wal").read_bytes()
    assert secret[8:].encode() not in data


# Channels


def test_a_channel_is_made_changed_tried_and_removed_and_never_shows_its_address(sqlite_ferry: Ferry, ask: Ask) -> None:
    address = "mailto://ada:hushbird@example.com"
    made = ask("POST", "alerts/channels", json={"name": "ops", "address": address, "events": ["gap"]})
    assert (made.status_code, made.json()["shown"], made.json()["enabled"]) == (201, "mailto://example.com", True)
    changed = ask(
        "PATCH", "alerts/channels/1", json={"events": ["gap", "role"], "quiet_from": "22:00", "quiet_to": "7:00"}
    )
    assert code(changed) == (422, "bad-channel")
    changed = ask("PATCH", "alerts/channels/1", json={"events": ["gap", "role"], "enabled": False}).json()
    assert (sorted(changed["events"]), changed["enabled"], changed["shown"]) == (
        ["gap", "role"],
        False,
        "mailto://example.com",
    )
    tried = ask("POST", "alerts/channels/1/test").json()
    assert tried["error"]
    assert ask("DELETE", "alerts/channels/1").status_code == 204
    entries = sqlite_ferry.app.audit.list(sqlite_ferry.environment)
    assert len(entries) == 4
    assert "hushbird" not in repr(entries) + made.text


def test_an_alert_tells_what_became_of_it_at_each_channel(sqlite_ferry: Ferry, ask: Ask) -> None:
    ask("POST", "alerts/channels", json={"name": "ops", "address": "json://127.0.0.1:9/", "events": ["gap"]})
    alerts = sqlite_ferry.app.alerts
    alerts.open(1, Event.GAP, "gap", Level.BAD, "A gap", "Two are missing", address="/e/1/health")
    alerts.open(1, Event.ROLE, "role", Level.BAD, "A role", "Gone")
    alerts.resolve(1, "role")
    assert [one["title"] for one in ask("GET", "alerts").json()["items"]] == ["A role", "A gap"]
    [gap] = ask("GET", "alerts?open=true").json()["items"]
    assert (gap["title"], gap["address"], gap["resolved_at"]) == ("A gap", "/e/1/health", None)
    [delivery] = gap["deliveries"]
    assert (delivery["channel"], delivery["state"], delivery["attempts"]) == ("ops", "waiting", 0)


# Audit, configuration


def test_the_audit_is_filtered_and_exported(ask: Ask) -> None:
    ask("PATCH", "configuration", json={"update_matched": False})
    ask("POST", "strategies", json={"name": "second"})
    assert [one["action"] for one in ask("GET", "audit?action=rule.change").json()["items"]] == ["rule.change"]
    assert ask("GET", "audit?person=nobody").json()["items"] == []
    assert ask("GET", "audit?until=1999-01-01").json()["items"] == []
    assert code(ask("GET", "audit?since=monday")) == (422, "bad-filter")
    assert len(ask("GET", "audit/export?format=jsonl").text.splitlines()) == 2
    assert ask("GET", "audit/export?action=rule.change").text.count("\n") == 2


def test_the_whole_configuration_is_tried_before_it_is_applied(sqlite_ferry: Ferry, ask: Ask) -> None:
    file = ask("GET", "configuration/document")
    assert file.headers["content-type"].startswith("application/yaml")
    assert ask("POST", "configuration/document", json={"text": file.text, "apply": True}).json()["changes"] == []
    text = "leadferry: 1\nconfiguration:\n  update_matched: no\n"
    tried = ask("POST", "configuration/document", json={"text": text}).json()
    assert (tried["applied"], [(one["verb"], one["name"]) for one in tried["changes"]]) == (
        False,
        [("change", "update_matched")],
    )
    assert sqlite_ferry.app.environments.configuration(sqlite_ferry.environment).update_matched
    assert ask("POST", "configuration/document", json={"text": text, "apply": True}).json()["applied"] is True
    assert not sqlite_ferry.app.environments.configuration(sqlite_ferry.environment).update_matched
    wrong = ask("POST", "configuration/document", json={"text": "leadferry: 1\nnonsense: 1\n"})
    assert code(wrong) == (422, "bad-configuration-file")
    assert "Line 2" in wrong.json()["detail"]


def test_a_credential_is_replaced_and_checked_and_never_shown(sqlite_ferry: Ferry, ask: Ask) -> None:
    answer = ask("POST", "environment/credential", json={"secret": "hushbird", "expires": "2027-11-30"})
    assert (answer.status_code, answer.json()[0]["ok"]) == (200, False)
    assert "hushbird" not in answer.text + repr(sqlite_ferry.app.audit.list(sqlite_ferry.environment))
    assert sqlite_ferry.app.environments.credential(sqlite_ferry.environment).text == "hushbird"
    assert code(ask("POST", "environment/credential", json={"secret": "x", "expires": "soon"})) == (422, "bad-day")
