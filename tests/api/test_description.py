"""The description is true: it is valid OpenAPI, and what each address really answers is what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
from openapi_spec_validator import validate

from api.conftest import asking
from delivery.conftest import Ferry, open_ferry
from leadferry.alerts.model import Event
from leadferry.guardian.model import Level
from services import Dynamics
from web import serving

CSV = b"First Name,Last Name,Email\nAnna,Brandt,anna@nord.test\n"
CHANNEL = {"name": "ops", "address": "json://127.0.0.1:9/", "events": ["review", "gap"]}
CHARTS = [{"shape": shape, "measure": "per-lead", "by": "owner"} for shape in ("number", "line", "table", "funnel")]
WALK: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "environment", {}),
    ("PATCH", "environment", {"json": {"name": "walk"}}),
    ("GET", "environment/checks", {}),
    ("POST", "environment/linkedin-version", {"json": {"version": "202609"}}),
    ("GET", "profiles", {}),
    ("GET", "profiles/1", {}),
    ("PATCH", "profiles/1", {"json": {"name": "Bo"}}),
    ("POST", "profiles/1/disconnect", {}),
    ("DELETE", "profiles/1", {}),
    ("GET", "accounts", {}),
    ("GET", "accounts/1", {}),
    ("PATCH", "accounts/1", {"json": {"sync_enabled": False}}),
    ("GET", "people", {}),
    ("GET", "submissions", {}),
    ("GET", "submissions?q=crane", {}),
    ("GET", "submissions/1", {}),
    ("GET", "submissions/2", {}),
    ("GET", "submissions/1/raw", {}),
    ("GET", "submissions/export", {}),
    ("GET", "submissions/export?format=jsonl", {}),
    ("GET", "review", {}),
    ("GET", "review/2", {}),
    ("POST", "review/decisions", {"json": {"ids": [2], "decision": "create"}}),
    ("POST", "submissions/replay", {"json": {"ids": [1, 77]}}),
    ("POST", "submissions/1/replay", {}),
    ("POST", "submissions/2/undo", {}),
    ("DELETE", "submissions/3/lead", {}),
    ("POST", "views", {"json": {"name": "Failed", "query": "state=failed"}}),
    ("GET", "views", {}),
    ("GET", "views/1", {}),
    ("DELETE", "views/1", {}),
    ("POST", "imports", {"files": {"file": ("leads.csv", CSV, "text/csv")}}),
    ("GET", "imports/{key}", {}),
    ("PATCH", "imports/{key}", {"json": {"columns": {"0": "out"}}}),
    ("POST", "imports/{key}/commit", {}),
    ("GET", "imports/{key}", {}),
    ("DELETE", "imports/{key}", {}),
    ("GET", "sync", {}),
    ("POST", "sync", {}),
    ("POST", "sync/reset", {"json": {"dry_run": True}}),
    ("GET", "forms", {}),
    ("GET", "forms/1", {}),
    ("GET", "forms/1/versions", {}),
    ("GET", "campaigns", {}),
    ("GET", "figures", {}),
    ("GET", "figures/time-to-lead", {}),
    ("GET", "figures/reconciliation", {}),
    ("GET", "figures/conversion", {}),
    ("GET", "figures/costs", {}),
    ("POST", "dashboards", {"json": {"name": "Monday"}}),
    ("GET", "dashboards", {}),
    ("GET", "dashboards/1", {}),
    ("PATCH", "dashboards/1", {"json": {"charts": CHARTS}}),
    ("GET", "dashboards/1/figures", {}),
    ("PATCH", "dashboards/1/sharing", {"json": {"shared": True}}),
    ("DELETE", "dashboards/1", {}),
    ("GET", "lead-columns", {}),
    ("GET", "strategies", {}),
    ("GET", "strategies/1", {}),
    ("POST", "strategies", {"json": {"name": "second", "fields": [1]}}),
    ("PATCH", "strategies/2", {"json": {"create_contacts": False}}),
    ("POST", "strategies/preview", {"json": {"always_create": True}}),
    ("DELETE", "strategies/2", {}),
    ("GET", "mappings", {}),
    ("GET", "mappings/1", {}),
    ("POST", "mappings", {"json": {"source": "hidden", "key": "utm"}}),
    ("PATCH", "mappings/1", {"json": {"on_update": "fill"}}),
    ("POST", "mappings/1/preview", {"json": {}}),
    ("DELETE", "mappings/{mapping}", {}),
    ("POST", "webhooks", {"json": {"name": "crm", "url": "https://receiver.invalid/hook"}}),
    ("GET", "webhooks", {}),
    ("GET", "webhooks/1", {}),
    ("PATCH", "webhooks/1", {"json": {"name": "other"}}),
    ("POST", "webhooks/1/rotate", {}),
    ("POST", "webhooks/1/test", {}),
    ("POST", "webhooks/1/redeliver", {}),
    ("GET", "webhooks/1/deliveries", {}),
    ("DELETE", "webhooks/1", {}),
    ("GET", "retention", {}),
    ("POST", "retention/dry-run", {"json": {"days": {"answers": 30}}}),
    ("POST", "retention/run", {}),
    ("GET", "test-leads", {}),
    ("DELETE", "test-leads", {}),
    ("POST", "people/find", {"json": {"who": "crane@x.test"}}),
    ("POST", "people/document", {"json": {"numbers": [1]}}),
    ("POST", "people/erase", {"json": {"numbers": [1]}}),
    ("POST", "deleted-responses", {"json": {"response_ids": ["none"]}}),
    ("GET", "configuration", {}),
    ("PATCH", "configuration", {"json": {"update_matched": True}}),
    ("GET", "configuration/document", {}),
    ("POST", "configuration/document", {"json": {"text": "leadferry: 1\nconfiguration:\n  update_matched: no\n"}}),
    ("GET", "alerts", {}),
    ("GET", "alerts?open=true", {}),
    ("POST", "alerts/channels", {"json": CHANNEL}),
    ("GET", "alerts/channels", {}),
    ("GET", "alerts/channels/1", {}),
    ("PATCH", "alerts/channels/1", {"json": {"enabled": False, "digest_minutes": 5}}),
    ("POST", "alerts/channels/1/test", {}),
    ("POST", "alerts/channels/1/retry", {}),
    ("DELETE", "alerts/channels/1", {}),
    ("GET", "health", {}),
    ("POST", "health/check", {}),
    ("GET", "audit", {}),
    ("GET", "audit/export", {}),
    ("GET", "audit/export?format=jsonl", {}),
    ("POST", "tokens", {"json": {"name": "child", "scopes": ["read"], "days": 1}}),
    ("GET", "tokens", {}),
    ("GET", "tokens/1", {}),
    ("DELETE", "tokens/2", {}),
    ("POST", "environment/credential", {"json": {"secret": "another"}}),
]
"""One after the other: what a request needs was made by one before it."""

REFUSED = {
    "GET /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}": "`test_webhooks.py` has deliveries.",
    "POST /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver": "`test_webhooks.py` has deliveries.",
    "POST /api/v1/profiles/{profile_id}/check": "The profile holds no tokens; `tests/acceptance` has one that does.",
}
"""Answered with a problem only."""


@pytest.fixture
def scene(dynamics: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    """A submission that crossed, one in review, one of a test; a profile, an account, an alert."""
    with open_ferry(dynamics, tmp_path, "sqlite") as ferry:
        ferry.match_by("emailaddress1", "lastname")
        dynamics.seed("lead", [{"emailaddress1": "old@x.test", "lastname": "Aasen"}])
        for name, test in (("Crane", False), ("Aasen", False), ("Tried", True)):
            ferry.respond(last_name=name, email=f"{name.lower()}@x.test", test=test)
        ferry.deliver()
        ferry.app.profiles.add(1, "Ada")
        ferry.app.owners.known(1, "urn:li:sponsoredAccount:5001", "crane ads")
        ferry.app.alerts.open(1, Event.GAP, "gap", Level.BAD, "A gap", "Two are missing")
        yield ferry


def operation_of(description: dict[str, Any], method: str, path: str) -> tuple[str, dict[str, Any]]:
    for template, methods in sorted(description["paths"].items(), key=lambda one: "{" in one[0]):
        pattern = re.sub(r"{\w+}", r"[^/]+", template)
        if re.fullmatch(pattern, f"/api/v1/{path}") and method.lower() in methods:
            return f"{method} {template}", methods[method.lower()]
    raise AssertionError(f"{method} {path} is not described")


def wrong(description: dict[str, Any], operation: dict[str, Any], answer: httpx2.Response) -> str:
    """What of the answer is not as the description says."""
    told = operation["responses"].get(str(answer.status_code)) or operation["responses"]["default"]
    content = told.get("content", {})
    if not content:
        return "" if not answer.content else "a body"
    media_type = answer.headers["content-type"].partition(";")[0]
    if media_type not in content:
        return f"{media_type} instead of {', '.join(content)}"
    if "json" not in media_type or media_type.endswith("ndjson"):
        return ""
    schema = {**content[media_type]["schema"], "components": description["components"]}
    errors = jsonschema.Draft202012Validator(schema).iter_errors(answer.json())
    return "; ".join(f"{one.json_path}: {one.message[:200]}" for one in errors)


def test_every_answer_is_what_the_description_says(scene: Ferry) -> None:
    with serving(scene.app) as console:
        description = httpx2.get(f"{console.url}/api/v1/openapi.json").json()
        ask, made, found = asking(scene, console.url), {"key": ""}, []
        seen: dict[str, bool] = {}
        for method, path, more in WALK:
            path = path.format(**made)
            answer = ask(method, path, **more)
            name, operation = operation_of(description, method, path.partition("?")[0])
            seen[name] = seen.get(name, False) or answer.is_success
            if trouble := wrong(description, operation, answer):
                found.append(f"{name} ({answer.status_code}): {trouble}")
            if answer.status_code == 201:
                made |= {"key": answer.json().get("key", ""), "mapping": answer.json().get("id", "")}
        for name in REFUSED:
            method, _, path = name.partition(" /api/v1/")
            answer = ask(method, path.format(profile_id=1, webhook_id=1, delivery_id=1))
            seen[name] = answer.status_code >= 400 and not wrong(
                description, operation_of(description, method, path)[1], answer
            )
    every = {f"{m.upper()} {p}" for p, methods in description["paths"].items() for m in methods}
    assert found == []
    assert {name for name in every if not seen.get(name)} == set()


def test_the_description_is_valid_and_the_same_each_time(scene: Ferry) -> None:
    with serving(scene.app) as console:
        first, again = (httpx2.get(f"{console.url}/api/v1/openapi.json").json() for _ in range(2))
    validate(first)
    assert first == again
    posts = [methods["post"] for methods in first["paths"].values() if "post" in methods]
    assert all("Idempotency-Key" in {one["name"] for one in post["parameters"]} for post in posts)
