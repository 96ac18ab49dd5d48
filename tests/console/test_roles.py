"""Rights are the security roles in Dynamics: asked live, kept for minutes, lost when they are taken."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.entra_scene import ADA_PERSON, ADMIN, SALES, USER_ID, Scene
from databases import new_database
from environments import connect
from leadferry.accounts.model import Environment
from leadferry.console.person import Person, Role
from leadferry.console.roles_worker import AGAIN_MS, FRESH_MS, STALE_MS, RolesKept
from leadferry.dataverse.people_client import security_roles
from leadferry.errors import DataverseError, ServiceError
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from visitor import text_of


class Asked:
    """Dynamics as the test says it is."""

    def __init__(self) -> None:
        self.count, self.roles, self.down, self.now = 0, frozenset({Role.SALESPERSON}), False, 1_790_000_000_000

    def __call__(self, _person: Person, _environment: object) -> frozenset[Role]:
        self.count += 1
        if self.down:
            raise DataverseError("Dynamics is away.", code="dataverse-unreachable")
        return self.roles


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def kept(asked: Asked) -> RolesKept:
    return RolesKept(asked, lambda: asked.now)


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Environment]:
    with new_database("sqlite", tmp_path) as database:
        yield connect(database, "crane")


def test_an_answer_counts_for_five_minutes(kept: RolesKept, asked: Asked, environment: Environment) -> None:
    for at in (0, FRESH_MS - 1, FRESH_MS):
        asked.now = 1_790_000_000_000 + at
        assert kept.roles_in(ADA_PERSON, environment) == {Role.SALESPERSON}
    assert asked.count == 2


def test_while_dynamics_is_away_the_last_answer_counts_ten_minutes_more(
    kept: RolesKept, asked: Asked, environment: Environment
) -> None:
    kept.roles_in(ADA_PERSON, environment)
    asked.down, asked.now = True, asked.now + FRESH_MS + STALE_MS - 1
    assert kept.roles_in(ADA_PERSON, environment) == {Role.SALESPERSON}
    asked.now += 1
    with pytest.raises(ServiceError, match="Dynamics cannot be asked"):
        kept.roles_in(ADA_PERSON, environment)


def test_after_a_failure_dynamics_is_left_alone_for_a_moment(
    kept: RolesKept, asked: Asked, environment: Environment
) -> None:
    asked.down = True
    for _ in range(5):
        with pytest.raises(ServiceError):
            kept.roles_in(ADA_PERSON, environment)
    assert asked.count == 1
    asked.down, asked.now = False, asked.now + AGAIN_MS
    assert kept.roles_in(ADA_PERSON, environment) == {Role.SALESPERSON}


def test_however_many_wait_dynamics_is_asked_once(asked: Asked, environment: Environment) -> None:
    began, go_on = threading.Event(), threading.Event()

    def slow(person: Person, place: object) -> frozenset[Role]:
        began.set()
        go_on.wait(10)
        return asked(person, place)

    kept = RolesKept(slow, lambda: asked.now)
    threads = [threading.Thread(target=kept.roles_in, args=(ADA_PERSON, environment)) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert began.wait(10)
    go_on.set()
    for thread in threads:
        thread.join()
    assert asked.count == 1


def test_memory_is_bounded(asked: Asked, environment: Environment) -> None:
    kept = RolesKept(asked, lambda: asked.now, size=3)
    for number in range(9):
        kept.roles_in(Person(ADA_PERSON.kind, str(number), "Somebody"), environment)
    assert (len(kept._kept), len(kept._held)) == (3, 3)


# In Dynamics


def test_roles_of_teams_count_and_a_disabled_user_has_none(scene: Scene) -> None:
    scene.give("Salesperson")
    client = scene.console.app.dataverse(scene.environment)
    assert security_roles(client, ADA_PERSON.id) == {"Salesperson"}
    unit = client.who_am_i().business_unit_id
    team = client.create("teams", {"name": "Sales", "businessunitid@odata.bind": f"/businessunits({unit})"})
    role = next(client.query("roles", select=["roleid"], filter="name eq 'Sales Manager'"))["roleid"]
    for relationship, target in (
        ("teammembership_association", f"systemusers({USER_ID})"),
        ("teamroles_association", f"roles({role})"),
    ):
        link = {"@odata.id": f"{client.url}/api/data/v9.2/{target}"}
        body = json.dumps(link).encode()
        client._connection.call("POST", f"teams({team})/{relationship}/$ref", what="link", body=body)
    assert security_roles(client, ADA_PERSON.id) == {"Salesperson", "Sales Manager"}
    scene.give("Salesperson", disabled=True)
    assert security_roles(client, ADA_PERSON.id) == frozenset()


# At the console


@pytest.mark.parametrize(("role", "path", "status"), [(SALES, "audit", 403), (ADMIN, "audit", 200)])
def test_a_role_that_bears_our_name_because_microsoft_s_stands_beside_it_counts(
    scene: Scene, role: str, path: str, status: int
) -> None:
    scene.give(f"{role} (Leadferry)")
    visitor = scene.sign_in()
    assert visitor.get("/e/1/profiles").status_code == 200
    assert visitor.get(f"/e/1/{path}").status_code == status


def test_who_has_no_role_is_told_which_to_ask_for(scene: Scene) -> None:
    scene.give("Basic User")
    visitor = scene.sign_in()
    page = visitor.get("/")
    assert page.status_code == 403
    words = text_of(page)
    assert all(name in words for name in (SALES, ADMIN, "Sales Manager"))
    assert "Sees lead performance." in words
    for path in ("/e/1/audit", "/e/999/audit"):
        assert text_of(visitor.get(path)) == words


def test_what_only_the_operator_may_is_said_with_the_command_as_one(scene: Scene) -> None:
    scene.give(ADMIN)
    page = scene.sign_in().get("/audit")
    assert page.status_code == 403
    assert "<code>leadferry sign-in-link</code>" in page.text


def test_a_role_that_is_given_counts_when_dynamics_is_asked_again(scene: Scene) -> None:
    scene.give("Basic User")
    visitor = scene.sign_in()
    scene.give(ADMIN)
    assert visitor.get("/").status_code == 403
    visitor.post("/sign-in/again")
    assert visitor.get("/e/1/audit").status_code == 200


def test_a_role_that_is_lost_shows_which_one_to_ask_for(scene: Scene) -> None:
    scene.give(ADMIN)
    visitor = scene.sign_in()
    assert visitor.get("/e/1/audit").status_code == 200
    scene.give(SALES)
    scene.time.sleep(301)
    page = visitor.get("/e/1/audit")
    assert page.status_code == 403
    assert f"It needs the security role {ADMIN}" in text_of(page)


def test_who_loses_the_last_role_is_signed_out_everywhere(scene: Scene) -> None:
    scene.give(ADMIN)
    first, second = scene.sign_in(), scene.sign_in()
    assert first.get("/e/1/audit").status_code == second.get("/e/1/audit").status_code == 200
    scene.give("Basic User")
    scene.time.sleep(301)
    page = first.get("/e/1/audit")
    assert page.url.path == "/sign-in"
    assert "you have no role for Leadferry any more" in text_of(page)
    assert second.client.get("/environments", follow_redirects=False).status_code == 303


def test_a_page_says_when_dynamics_cannot_be_asked(scene: Scene) -> None:
    scene.dynamics.fault("status", status=503, times=1000)
    page = scene.sign_in().get("/e/1/audit")
    assert page.status_code == 503
    assert "Dynamics cannot be asked what you may do here" in text_of(page)


def test_an_environment_of_another_tenant_is_never_asked(scene: Scene) -> None:
    scene.give(ADMIN)
    app = scene.console.app
    app.environments.add(
        "elsewhere",
        scene.environment.url,
        tenant_id="another",
        client_id="c",
        secret="s",
        authority=scene.environment.url,
    )
    visitor = scene.sign_in()
    assert visitor.get("/e/2/audit").status_code == 404
    assert [one.name for one in app.environments_of(ADA_PERSON)] == ["crane"]


def test_the_environment_seen_last_is_where_the_first_page_leads(scene: Scene) -> None:
    scene.give(ADMIN)
    app, url = scene.console.app, scene.environment.url
    app.environments.add("second", url, tenant_id=TENANT_ID, client_id=CLIENT_ID, secret=CLIENT_SECRET, authority=url)
    visitor = scene.sign_in()
    assert visitor.client.get("/", follow_redirects=False).headers["location"] == "/environments"
    visitor.get("/e/2/audit")
    assert visitor.client.get("/", follow_redirects=False).headers["location"] == "/e/2"
