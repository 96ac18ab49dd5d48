"""Environments are sealed: each address of the console and the API, and each command, tried with the other one's ids.

The cases come from the routes, the API's description and the command tree: what is new without a case fails here.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import httpx2
import pytest

from acceptance.conftest import Scene
from acceptance.two_environments import MARK, Pair, copied, two_environments
from console.entra_scene import ADA_PERSON
from leadferry.cli.main import run
from leadferry.cli.reference import commands
from leadferry.cli.reference_rights import Address, addresses_of
from leadferry.console.person import OPERATOR, Person, Role
from leadferry.console.rights import Scope
from leadferry.console.session_store import hash_of
from leadferry.simulators.dataverse.users import CLIENT_SECRET
from leadferry.store.tables import consents
from services import Dynamics, LinkedIn
from visitor import Visitor
from web import Console, serving

NO_RECORD = {"kind": "audit.csv", "token": "none", "path": "x", "name": "campaign", "place": "0"}
"""Parameters of an address that name no record, and what stands for them."""

ANYWHERE = {
    "GET /",
    "GET /audit",
    "GET /audit/{kind}",
    "GET /environments",
    "GET /environments/new",
    "GET /linkedin/back",
    "POST /environments/new",
}
"""Of no one environment. They show what the person may see: `test_a_page_of_no_environment_...`."""


@pytest.fixture(scope="module")
def filled_once(
    services: tuple[LinkedIn, Dynamics], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Scene, Pair]]:
    scene = Scene(*services, tmp_path_factory.mktemp("pair") / "data")
    scene.start_over()
    with two_environments(scene) as pair:
        yield scene, pair


@pytest.fixture
def scene(filled_once: tuple[Scene, Pair], tmp_path: Path) -> Scene:
    """The same services, another data folder."""
    return replace(filled_once[0], folder=tmp_path / "data")


@pytest.fixture
def pair(filled_once: tuple[Scene, Pair], scene: Scene) -> Iterator[Pair]:
    """A copy for each test."""
    with copied(filled_once[1], scene) as pair:
        yield pair


@pytest.fixture
def console(pair: Pair) -> Iterator[Console]:
    with serving(pair.app) as console:
        yield console


def known(console: Console) -> list[Address]:
    """Those behind a sign-in; what ends records comes last."""
    ends = ("/delete", "/disconnect", "/remove")
    found = [one for one in addresses_of(console.app.web(console.url).app) if one.action is not None]
    return sorted(found, key=lambda one: (one.method != "GET", one.path.endswith(ends), one.path.count("/") < 4))


def parameters(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def filled(path: str, values: Mapping[str, int | str]) -> str:
    return re.sub(r"{(\w+)}", lambda found: str(values[found[1]]), path)


def records(path: str) -> list[str]:
    return [name for name in parameters(path) if name not in NO_RECORD and name != "environment_id"]


def visitor_of(console: Console, person: Person) -> Visitor:
    visitor = Visitor(console.url)
    visitor.client.cookies.set("leadferry", console.app.sessions.begin(person))
    return visitor


def ask(visitor: Visitor, method: str, path: str, data: dict[str, str] | None = None) -> httpx2.Response:
    sent = {**(data or {}), "_csrf_token": visitor.csrf()} if method != "GET" else None
    return visitor.client.request(method, path, data=sent, follow_redirects=False)


def herons_in_a_form(pair: Pair) -> dict[str, str]:
    """Every name under which a form takes an id, with heron's."""
    ids = {name: str(values["heron"]) for name, values in pair.ids.items()}
    owner = ids["owner_id"]
    return {
        **ids,
        "id": ids["number"],
        "decision": "create",
        f"sync-{owner}": "on",
        f"owner-{owner}": "",
        "name": "other",
        "sync": "on",
        "enabled": "yes",
        "back": f"/e/{ids['environment_id']}/profiles",
        "then": "authorize",
        "days": "1",
        "scope": "read",
    }


def test_every_address_has_a_case(pair: Pair, console: Console) -> None:
    addresses = known(console)
    named = {name for one in addresses for name in parameters(one.path)}
    assert named <= {*pair.ids, *NO_RECORD}
    free = {f"{one.method} {one.path}" for one in addresses if not one.api and "environment_id" not in one.path}
    assert free == ANYWHERE
    described = httpx2.get(f"{console.url}/api/v1/openapi.json", timeout=60).json()["paths"]
    of_routes = {(one.path, one.method.lower()) for one in addresses if one.path.startswith("/api/v1")}
    of_description = {(path, method) for path, methods in described.items() for method in methods}
    assert {(re.sub(r":\w+}", "}", path), method) for path, method in of_description} == of_routes


def test_a_person_of_one_environment_meets_nothing_of_the_other(
    pair: Pair, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator of crane, at heron's own addresses."""
    crane = pair.crane.id
    monkeypatch.setattr(
        pair.app.roles, "ask", lambda _, one: frozenset({Role.ADMINISTRATOR} if one.id == crane else ())
    )
    visitor, before = visitor_of(console, ADA_PERSON), pair.rows()
    herons: Mapping[str, int | str] = {name: values["heron"] for name, values in pair.ids.items()}
    for one in known(console):
        if one.api or "environment_id" not in one.path:
            continue
        answer = ask(visitor, one.method, filled(one.path, {**herons, **NO_RECORD}))
        assert (answer.status_code, MARK in answer.text) == (404, False), f"{one.method} {one.path}"
    assert pair.rows() == before


def test_a_record_of_the_other_environment_does_not_exist_for_the_operator_either(pair: Pair, console: Console) -> None:
    """Crane's address with one id, or more, of heron's."""
    visitor, before = visitor_of(console, OPERATOR), pair.rows()
    for one in known(console):
        if one.api or "environment_id" not in one.path:
            continue
        for places in mixtures(records(one.path)):
            ids: dict[str, int | str] = {name: pair.ids[name][place] for name, place in places.items()}
            path = filled(one.path, {"environment_id": pair.crane.id, **NO_RECORD, **ids})
            answer = ask(visitor, one.method, path, herons_in_a_form(pair))
            assert (answer.status_code, MARK in answer.text) == (404, False), f"{one.method} {one.path} {places}"
    assert pair.rows() == before


def mixtures(names: list[str]) -> Iterator[dict[str, str]]:
    """Every way to take the records from both environments, but all from crane."""
    for places in itertools.product(("crane", "heron"), repeat=len(names)):
        if "heron" in places:
            yield dict(zip(names, places, strict=True))


def test_ids_in_a_form_reach_no_record_of_the_other_environment(pair: Pair, console: Console) -> None:
    """Crane's own addresses, with heron's ids wherever a form takes one; crane is removed at the end."""
    for one in known(console):
        if one.api or "environment_id" not in one.path:
            continue
        visitor = visitor_of(console, OPERATOR)
        cranes: Mapping[str, int | str] = {name: values["crane"] for name, values in pair.ids.items()}
        query = f"?id={pair.ids['number']['heron']}" if one.method == "GET" else ""
        path = filled(one.path, {**cranes, **NO_RECORD}) + query
        named = {"name": "crane"} if one.path == "/e/{environment_id}/remove" else {}
        answer = ask(visitor, one.method, path, herons_in_a_form(pair) | named)
        assert answer.status_code < 500, f"{one.method} {one.path}"
        if one.method == "GET" and "consent_id" not in parameters(one.path):  # its own records are there
            assert answer.status_code < 400, one.path
        assert MARK not in answer.text, f"{one.method} {one.path}"
        pair.app.background.wait()
    assert [one.name for one in pair.app.environments.list()] == ["heron"]
    assert (pair.lost(), pair.added()) == ({}, {})


def test_a_page_of_no_environment_shows_what_the_person_may_see(
    pair: Pair, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    crane = pair.crane.id
    monkeypatch.setattr(
        pair.app.roles, "ask", lambda _, one: frozenset({Role.ADMINISTRATOR} if one.id == crane else ())
    )
    visitor, before = visitor_of(console, ADA_PERSON), pair.rows()
    for address in ANYWHERE:
        method, _, path = address.partition(" ")
        if method == "GET":
            answer = visitor.client.get(filled(path, NO_RECORD))
            assert not {MARK, "heron"} & set(re.findall(r"\w+", answer.text)), path
    visitor.client.cookies.set("environment", str(pair.heron.id))
    assert visitor.client.get("/").url.path.startswith(f"/e/{crane}")
    assert pair.rows() == before


def test_a_consent_of_the_other_environment_is_not_answered(
    pair: Pair, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same browser session began it, and has lost its role in heron meanwhile."""
    crane, token = pair.crane.id, pair.app.sessions.begin(ADA_PERSON)
    with pair.app.database.write() as connection:
        connection.execute(consents.update().values(session_hash=hash_of(token)))
    monkeypatch.setattr(
        pair.app.roles, "ask", lambda _, one: frozenset({Role.ADMINISTRATOR} if one.id == crane else ())
    )
    visitor, before = Visitor(console.url), pair.rows()
    visitor.client.cookies.set("leadferry", token)
    answer = visitor.client.get(f"/linkedin/back?code=AQT&state={pair.state}")
    assert (answer.status_code, MARK in answer.text) == (404, False)
    assert pair.rows() == before


Ids = Mapping[str, int]
CSV = b"Email\ncrane@x.test\n"
Body = Callable[[Ids], dict[str, object]]
CHANNEL: dict[str, object] = {"name": "Desk", "address": "json://127.0.0.1:9/", "events": ["gap"]}
BODIES: Mapping[str, Body] = {
    "PATCH accounts/{account_id}": lambda _: {"sync_enabled": False},
    "POST alerts/channels": lambda _: CHANNEL,
    "PATCH alerts/channels/{channel_id}": lambda _: {"digest_minutes": 5},
    "PATCH configuration": lambda _: {"pull_leads": True},
    "POST configuration/document": lambda _: {"text": "leadferry: 1\nconfiguration:\n  pull_leads: yes\n"},
    "POST dashboards": lambda _: {"name": "Desk"},
    "PATCH dashboards/{dashboard_id}": lambda _: {"charts": [{"shape": "funnel"}]},
    "PATCH dashboards/{dashboard_id}/sharing": lambda _: {"shared": True},
    "POST deleted-responses": lambda _: {"response_ids": ["none"]},
    "PATCH environment": lambda _: {"name": "crane"},
    "POST environment/credential": lambda _: {"secret": CLIENT_SECRET},
    "POST environment/linkedin-version": lambda _: {"version": "202609"},
    "PATCH imports/{key}": lambda _: {"columns": {"0": "field:EMAIL"}},
    "POST mappings": lambda _: {"source": "hidden", "key": "utm_medium"},
    "PATCH mappings/{mapping_id}": lambda _: {"name": "Another name"},
    "POST mappings/{mapping_id}/preview": lambda _: {"name": "Another name"},
    "POST people/document": lambda ids: {"numbers": [ids["number"]]},
    "POST people/erase": lambda ids: {"numbers": [ids["number"]]},
    "POST people/find": lambda _: {"who": "crane@x.test"},
    "PATCH profiles/{profile_id}": lambda _: {"name": "Another name"},
    "POST retention/dry-run": lambda _: {"days": {"answers": 30}},
    "POST review/decisions": lambda ids: {"ids": [ids["number"]], "decision": "create"},
    "POST strategies": lambda ids: {"name": "By mail", "fields": [ids["email_mapping_id"]]},
    "PATCH strategies/{strategy_id}": lambda ids: {"fields": [ids["email_mapping_id"]]},
    "POST strategies/preview": lambda ids: {"fields": [ids["email_mapping_id"]]},
    "POST submissions/replay": lambda ids: {"ids": [ids["number"]]},
    "POST sync/reset": lambda ids: {"dry_run": True, "account_ids": [ids["owner_id"]]},
    "POST tokens": lambda _: {"name": "child", "scopes": ["read"], "days": 1},
    "POST views": lambda _: {"name": "Failed", "query": "state=failed"},
    "POST webhooks": lambda ids: {
        "name": "Desk",
        "url": "https://hooks.example.com/leads",
        "form_ids": [ids["linkedin_form_id"]],
    },
    "PATCH webhooks/{webhook_id}": lambda ids: {"name": "Another name", "form_ids": [ids["linkedin_form_id"]]},
}
"""What addresses of the API take, so that they do their work; the others take nothing."""
MAY_REFUSE = {
    "GET review/{number}": "Crane's submission is not in review.",
    "DELETE submissions/{number}/lead": "It is no test.",
}
"""Own records with which an address cannot do its work, and why."""
MISSES = {"POST review/decisions", "POST submissions/replay"}
"""Of many records at once: what is not there is told beside what is."""
LATE = {"POST profiles/{profile_id}/disconnect": 1, "POST people/erase": 3}
"""Ends what others need: after them, but for what deletes (2) a profile with its tokens."""


def _named(one: Address) -> str:
    return f"{one.method} {one.path.removeprefix('/api/v1/')}"


def _nothing(_: Ids) -> dict[str, object]:
    return {}


def of_the_api(console: Console) -> list[Address]:
    """What ends records comes last."""
    found = [one for one in known(console) if one.path.startswith("/api/v1")]
    return sorted(
        found, key=lambda one: (LATE.get(_named(one), 2 if one.method == "DELETE" else 0), one.path.count("/") < 4)
    )


def call(
    pair: Pair, console: Console, token: str, one: Address, names: str, *, in_body: str = "crane"
) -> httpx2.Response:
    """As crane's token. `names`, `in_body`: whose ids stand in the address, and in the body."""
    ids = {name: values[names] for name, values in pair.ids.items()}
    body = BODIES.get(_named(one), _nothing)
    sent = body({name: values[in_body] for name, values in pair.ids.items()}) if one.method != "GET" else None
    file = {"files": {"file": ("leads.csv", CSV, "text/csv")}}
    more: dict[str, Any] = file if _named(one) == "POST imports" else {"json": sent}
    query = f"?environment_id={pair.heron.id}&environment=heron" if one.method == "GET" else ""
    address = console.url + filled(one.path, {**NO_RECORD, **ids}) + query
    answer = httpx2.request(one.method, address, headers={"Authorization": f"Bearer {token}"}, timeout=60, **more)
    pair.app.background.wait()
    assert MARK not in answer.text, f"{one.method} {one.path}"
    return answer


def test_a_token_reaches_its_own_environment_only(pair: Pair, console: Console) -> None:
    """Of one address after the other: its own records are there, the other environment's are not."""
    made, token = pair.app.tokens.make(pair.crane.id, "all", list(Scope), 1, "Ada")
    pair.upload(f"token:{made.id}")
    pair.herons = {**pair.herons, **pair.heron_uploads()}
    refused = set()
    for one in of_the_api(console):
        if records(one.path):
            assert call(pair, console, token, one, "heron").status_code == 404, _named(one)
        own = call(pair, console, token, one, "crane")
        if not own.is_success:
            refused.add((_named(one), own.status_code, own.text))
    assert {name for name, *_ in refused} <= MAY_REFUSE.keys(), refused
    assert (pair.lost(), pair.added()) == ({}, {})


def test_ids_of_the_other_environment_in_a_body_are_refused(pair: Pair, console: Console) -> None:
    _, token = pair.app.tokens.make(pair.crane.id, "all", list(Scope), 1, "Ada")
    naming = [one for one in of_the_api(console) if _names_records(_named(one))]
    assert len(naming) >= 4
    for one in naming:
        answer = call(pair, console, token, one, "crane", in_body="heron")
        if _named(one) in MISSES:
            assert answer.json().get("ids", []) == [], (_named(one), answer.text)
        else:
            assert answer.status_code in {404, 422}, (_named(one), answer.text)
    assert (pair.lost(), pair.added()) == ({}, {})


def _names_records(name: str) -> bool:
    asked: set[str] = set()

    class Asked(dict[str, int]):
        def __getitem__(self, key: str) -> int:
            asked.add(key)
            return 0

    BODIES.get(name, _nothing)(Asked())
    return bool(asked)


# Commands

LEAVES = {path: command for path, command, _ in commands() if not isinstance(command, click.Group)}
OF_THE_INSTALLATION = {
    *("demo", "web", "sign-in-link", "environment add", "environment list", "environment check", "environment change"),
    *("environment linkedin-app", "environment set-secret", "environment remove", "linkedin-version list"),
    *("key rotate", "key status", "mappings transforms", "config validate", "retention clean"),
    *("simulate dataverse", "simulate entra", "simulate linkedin"),
}
"""They name their environment as their argument, or work on the installation as a whole."""

CHANGES_DYNAMICS_ONLY = {"solution install", "solution upgrade", "solution uninstall"}
"""They take no id, and touch what is in Dynamics alone: `tests/solution`."""

EXISTING = {
    *("profile_name", "account", "form", "reference", "references", "strategy", "field", "fields", "channel_name"),
    *("webhook_name", "who"),
}
"""Arguments that name a record; where a command adds one, its new name."""

FREE = {"option": "pull_leads", "value": "yes", "source": "hidden", "key": MARK + "-new", "version": "202609"}


@pytest.fixture
def line(scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., object]:
    for name, value in scene.environ.items():
        monkeypatch.setenv(name, value)

    def said(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("json://127.0.0.1:9/\n"))
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return code, out + err

    return said


def arguments_of(pair: Pair, command: click.Command, file: Path) -> list[str]:
    ids = {name: str(values["heron"]) for name, values in pair.ids.items()}
    named = {
        **dict.fromkeys(("profile_name", "strategy", "channel_name", "webhook_name"), MARK),
        **dict.fromkeys(("reference", "references"), ids["number"]),
        **dict.fromkeys(("field", "fields"), ids["mapping_id"]),
        **FREE,
        "account": "6001",
        "who": f"{MARK}@x.test",
        "form": "4001",
        "file": str(file),
    }
    options = {"yes": "--yes", "once": "--once", "reject": "--reject", "refresh_token_stdin": "--refresh-token-stdin"}
    options |= {"active": "--paused", "sync": "--no-sync", "title": "--name=other", "new_name": "--name=other"}
    given = []
    for parameter in command.params:
        name = str(parameter.name)
        if isinstance(parameter, click.Argument):
            given.append(named[name])
        elif name == "fields":
            given.append(f"--field={ids['mapping_id']}")
        elif name in options:
            given.append(options[name])
    return given


def test_every_command_has_a_case() -> None:
    short = {path.removeprefix("leadferry "): command for path, command in LEAVES.items()}
    free = {path for path, one in short.items() if not any("--environment" in option.opts for option in one.params)}
    assert free == OF_THE_INSTALLATION
    named = {str(p.name) for path in short for p in short[path].params if isinstance(p, click.Argument)}
    assert named <= {*EXISTING, *FREE, "file", "name"}


def test_no_command_reaches_a_record_of_the_other_environment(
    scene: Scene, pair: Pair, line: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    file = tmp_path / "none.csv"
    file.write_text("a\n")
    for path, command in sorted(LEAVES.items(), key=lambda one: one[0].endswith(" add")):
        short = path.removeprefix("leadferry ")
        if short in OF_THE_INSTALLATION | CHANGES_DYNAMICS_ONLY:
            continue
        given = arguments_of(pair, command, file)
        code, said = line(*short.split(), *given, "-e", "crane")
        names_a_record = any(str(one.name) in EXISTING for one in command.params) and not short.endswith(" add")
        assert "Usage:" not in said, f"{short}: {said}"
        if names_a_record:
            assert code == 2, f"{short}: {said}"
            assert "There is no" in said or "is known" in said, f"{short}: {said}"
        said = said.replace(f"{MARK}-new", "")
        assert names_a_record or MARK not in said or short.endswith(" add"), f"{short}: {said}"
    assert (pair.lost(), pair.added()) == ({}, {})
