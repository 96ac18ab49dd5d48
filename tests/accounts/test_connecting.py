from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

import simulated
from connecting import PERSON_ID, Desk, new_desk, now_ms, path_of, query_of
from databases import KINDS, database_url
from leadferry.accounts.model import Authorization
from leadferry.accounts.permissions import Verdict
from leadferry.console.person import Person, PersonKind, Role
from leadferry.console.session_store import hash_of
from leadferry.dataverse.batch import Operation
from leadferry.dataverse.client import DataverseClient
from leadferry.simulators.dataverse.users import CLIENT_SECRET, TENANT_ID, USER_ID
from leadferry.simulators.linkedin import service as linkedin
from samples import response
from services import Dynamics, LinkedIn
from visitor import Visitor, text_of

MAYA, JONAS = (Person(PersonKind.ENTRA, name, name, "", TENANT_ID) for name in ("Maya", "Jonas"))


@pytest.fixture(scope="module")
def services() -> Iterator[tuple[LinkedIn, Dynamics]]:
    with linkedin.start() as one, simulated.fresh(now_ms) as other:
        yield LinkedIn(one), Dynamics(other)


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, services: tuple[LinkedIn, Dynamics], tmp_path: Path) -> Iterator[Desk]:
    with database_url(request.param) as url, new_desk(*services, tmp_path, url) as desk:
        yield desk


@pytest.fixture
def lite(services: tuple[LinkedIn, Dynamics], tmp_path: Path) -> Iterator[Desk]:
    """On SQLite only: where the claim is about pages and not about storage."""
    with new_desk(*services, tmp_path) as desk:
        yield desk


# The way that a person goes


def test_environment_app_profile_accounts_and_the_first_sync(desk: Desk) -> None:
    visitor = desk.visitor
    stored = visitor.post("/environments/new", desk.connection(expires="2027-11-30"))
    assert "Production is stored" in text_of(stored)
    checked = text_of(visitor.get(desk.at("connect/dynamics?check=1")))
    for step in ("Sign-in and application user", "Privileges", "Lead table", "Read leads", "Bulk writing"):
        assert f"{step} : works" in checked
    assert desk.back in text_of(visitor.get(desk.at("connect/app")))
    app = {"linkedin_client_id": LinkedIn.APP, "linkedin_client_secret": LinkedIn.SECRET}
    assert "LinkedIn knows the app" in text_of(visitor.post(desk.at("connect/app"), app))
    profile = desk.add_profile()
    asked = visitor.get(desk.from_linkedin(profile))
    assert "Confirm the environment" in text_of(asked)
    assert "Production" in text_of(asked)
    assert desk.profile().authorization is Authorization.NOT_AUTHORIZED
    assert desk.app.owners.list(desk.environment().id) == []
    shown = visitor.post(path_of(str(asked.url)), {"answer": "yes"})
    assert "Account 5001" in text_of(shown)
    assert desk.app.background.running(desk.environment().id) is False
    (owner,) = desk.app.owners.list(desk.environment().id)
    choices = {f"sync-{owner.id}": "on", f"owner-{owner.id}": PERSON_ID, "older": "yes"}
    visitor.post(desk.at("connect/accounts"), choices)
    desk.linkedin.respond(response("r-1", now_ms() - 3_600_000))
    assert desk.dynamics.leads() == []
    assert "The first sync has started" in text_of(visitor.post(desk.at("connect/start")))
    desk.app.background.wait()
    (lead,) = desk.dynamics.leads("ownerid")
    assert lead["ownerid"] == PERSON_ID
    profile = desk.profile()
    assert (profile.authorization, profile.authorized_by) == (Authorization.AUTHORIZED, "Operator")
    assert profile.member_urn == "urn:li:person:ada"
    assert profile.authorized_at is not None


def test_what_the_member_may_do_is_known_as_soon_as_the_profile_is_connected(lite: Desk) -> None:
    lite.connect()
    lite.confirm(lite.add_profile())
    known = lite.app.permissions.of_profile(lite.environment().id, lite.profile().id)
    assert {one.verdict for one in known} == {Verdict.YES, Verdict.NOT_NEEDED}
    assert lite.profile().rights_checked_at is not None
    assert "Unknown" not in text_of(lite.visitor.get(lite.at(f"profiles/{lite.profile().id}/access")))


def test_rights_that_cannot_be_asked_keep_nothing_from_being_connected(lite: Desk) -> None:
    lite.connect()
    profile = lite.add_profile()
    path = lite.from_linkedin(profile)
    shown = lite.visitor.get(path)
    gone = '{"status": 426, "code": "NONEXISTENT_VERSION", "message": "Requested version 20260901 is not active"}'
    lite.linkedin.fault("status", status=426, path="leadNotifications", body=gone)
    told = text_of(lite.visitor.post(path_of(str(shown.url)), {"answer": "yes"}))
    assert "switched off version 202609" in told
    assert lite.profile().authorization is Authorization.AUTHORIZED
    assert lite.app.permissions.of_profile(lite.environment().id, lite.profile().id) == []


def test_nothing_is_pulled_before_the_last_step(lite: Desk) -> None:
    lite.connect()
    lite.confirm(lite.add_profile())
    lite.linkedin.respond(response("r-1", now_ms() - 3_600_000))
    assert lite.app.sync_once(lite.environment()).stored == 0
    assert "The connection is not finished" in text_of(lite.visitor.get(lite.at("profiles")))


def test_only_new_leads_where_that_was_chosen(lite: Desk) -> None:
    lite.connect()
    lite.confirm(lite.add_profile())
    (owner,) = lite.app.owners.list(lite.environment().id)
    lite.linkedin.respond(response("r-old", now_ms() - 86_400_000))
    lite.visitor.post(lite.at("connect/accounts"), {f"sync-{owner.id}": "on", f"owner-{owner.id}": "", "older": "no"})
    lite.visitor.post(lite.at("connect/start"))
    lite.app.background.wait()
    assert lite.dynamics.leads() == []
    lite.linkedin.respond(response("r-new", now_ms()))
    assert lite.app.sync_once(lite.environment()).created == 1


# What can go wrong on the way back from LinkedIn


@pytest.mark.parametrize(
    ("consent", "words"),
    [
        ("user_cancelled_login", "The sign-in at LinkedIn was cancelled"),
        ("user_cancelled_authorize", "The member did not allow it"),
    ],
)
def test_a_refusal_changes_nothing(lite: Desk, consent: str, words: str) -> None:
    lite.connect()
    profile = lite.add_profile()
    lite.linkedin.call("PUT", f"apps/{LinkedIn.APP}", app_of(lite, consent=consent))
    refused = lite.visitor.get(lite.from_linkedin(profile))
    assert (refused.status_code, words in text_of(refused)) == (400, True)
    assert lite.profile() == profile


def test_a_permission_that_the_app_does_not_hold_is_named_as_the_cause(lite: Desk) -> None:
    lite.connect()
    profile = lite.add_profile()
    lite.linkedin.call("PUT", f"apps/{LinkedIn.APP}", app_of(lite, scopes=["r_ads"]))
    refused = text_of(lite.visitor.get(lite.from_linkedin(profile)))
    assert "does not hold all permissions" in refused
    assert "LEADFERRY_LINKEDIN_SCOPES" in refused


def app_of(desk: Desk, **values: Any) -> dict[str, Any]:
    plain = {"secret": LinkedIn.SECRET, "redirect_uris": [desk.back], "default_member": LinkedIn.MEMBER}
    return {**plain, **values}


def test_an_answer_for_another_session_is_refused_and_stays_good_for_its_own(desk: Desk) -> None:
    desk.connect()
    profile = desk.add_profile()
    path = desk.from_linkedin(profile)
    other = desk.console.operator().get(path)
    assert (other.status_code, "begun by somebody else" in text_of(other)) == (400, True)
    assert "Confirm the environment" in text_of(desk.visitor.get(path))


@pytest.fixture
def people(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[Person], tuple[Visitor, bytes]]:
    """Signs in at once, as a salesperson; with the hash that names the session."""
    monkeypatch.setattr(desk.app.roles, "ask", lambda _person, _environment: frozenset({Role.SALESPERSON}))

    def signed_in(person: Person) -> tuple[Visitor, bytes]:
        visitor, token = desk.console.visitor(), desk.app.sessions.begin(person)
        visitor.client.cookies.set("leadferry", token)
        return visitor, hash_of(token)

    return signed_in


def test_a_consent_outlives_the_session_of_the_person_who_began_it(
    desk: Desk, people: Callable[[Person], tuple[Visitor, bytes]]
) -> None:
    """It ended while the member was at LinkedIn, and again before the environment was confirmed."""
    desk.connect()
    profile = desk.add_profile()
    first, session = people(MAYA)
    address = desk.to_linkedin(profile, first).headers["location"]
    path = path_of(httpx2.get(address, follow_redirects=False).headers["location"])
    desk.app.sessions.end(session)
    to_sign_in = first.client.get(path, follow_redirects=False)
    assert query_of(to_sign_in.headers["location"])["return_to"] == path
    second, session = people(MAYA)
    confirmation = path_of(str(second.get(path).url))
    assert "confirm" in confirmation
    desk.app.sessions.end(session)
    third, _ = people(MAYA)
    assert "Confirm the environment" in text_of(third.get(confirmation))
    assert "is connected to Production" in text_of(third.post(confirmation, {"answer": "yes"}))
    assert desk.profile().authorized_by == "Maya"


def test_a_consent_goes_on_for_nobody_else_and_beside_no_living_session(
    desk: Desk, people: Callable[[Person], tuple[Visitor, bytes]]
) -> None:
    desk.connect()
    profile = desk.add_profile()
    first, session = people(MAYA)
    address = desk.to_linkedin(profile, first).headers["location"]
    path = path_of(httpx2.get(address, follow_redirects=False).headers["location"])
    beside, _ = people(MAYA)
    assert "begun by somebody else" in text_of(beside.get(path))
    desk.app.sessions.end(session)
    assert "begun by somebody else" in text_of(people(JONAS)[0].get(path))
    assert "Confirm the environment" in text_of(beside.get(path))


def test_the_same_answer_is_taken_once(desk: Desk) -> None:
    desk.connect()
    path = desk.from_linkedin(desk.add_profile())
    confirmation = path_of(str(desk.visitor.get(path).url))
    assert "was used already" in text_of(desk.visitor.get(path))
    assert "is connected to Production" in text_of(desk.visitor.post(confirmation, {"answer": "yes"}))
    assert desk.visitor.post(confirmation, {"answer": "yes"}).status_code == 404


def test_an_answer_after_half_an_hour_is_too_late(lite: Desk) -> None:
    lite.connect()
    path = lite.from_linkedin(lite.add_profile())
    lite.app.clock = lambda: now_ms() + 1_800_001
    assert "more than 30 minutes ago" in text_of(lite.visitor.get(path))


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=guessed", "?error=x&state="])
def test_an_answer_to_no_question_is_refused(lite: Desk, query: str) -> None:
    lite.connect()
    answer = lite.visitor.get(f"/linkedin/back{query}")
    assert (answer.status_code, "Nothing is known of this authorization" in text_of(answer)) == (400, True)


def test_no_connects_nothing_and_gives_the_tokens_back(desk: Desk) -> None:
    desk.connect()
    profile = desk.add_profile()
    assert "Nothing was connected" in text_of(desk.confirm(profile, "no"))
    assert desk.app.profiles.tokens(profile.environment_id, profile.id) is None
    assert any("revoke" in address for address in desk.linkedin.counts())
    assert desk.profile().authorization is Authorization.NOT_AUTHORIZED


def test_another_member_takes_a_profile_over_only_after_a_yes(desk: Desk) -> None:
    desk.connect()
    profile = desk.add_profile()
    desk.confirm(profile)
    desk.linkedin.put("members", "bob", name="Bob", account_roles={"5001": "VIEWER"}, page_roles={})
    desk.linkedin.call("PUT", f"apps/{LinkedIn.APP}", app_of(desk, default_member="bob"))
    shown = desk.visitor.get(desk.from_linkedin(profile))
    assert "This is another member than before" in text_of(shown)
    refused = desk.visitor.post(path_of(str(shown.url)), {"answer": "yes"})
    assert refused.status_code == 422
    assert desk.profile().member_urn == "urn:li:person:ada"
    desk.visitor.post(path_of(str(shown.url)), {"answer": "yes", "changed": "yes"})
    assert desk.profile().member_urn == "urn:li:person:bob"


def test_authorizing_again_heals_the_same_profile(desk: Desk) -> None:
    desk.connect()
    profile = desk.add_profile()
    desk.confirm(profile)
    environment = desk.environment()
    held = desk.app.profiles.tokens(environment.id, profile.id)
    assert held is not None
    desk.app.profiles.expire(environment.id, profile.id, held, "LinkedIn refused the token.")
    assert "LinkedIn does not take this authorization any more" in text_of(
        desk.visitor.get(desk.at(f"profiles/{profile.id}"))
    )
    desk.confirm(profile)
    assert [one.authorization for one in desk.app.profiles.list(environment.id)] == [Authorization.AUTHORIZED]


def test_who_the_member_is_comes_from_openid_where_it_is_asked_for(
    services: tuple[LinkedIn, Dynamics], tmp_path: Path
) -> None:
    scopes = "openid profile r_ads r_marketing_leadgen_automation r_organization_admin"
    with new_desk(*services, tmp_path, linkedin_scopes=scopes) as desk:
        desk.connect()
        desk.confirm(desk.add_profile("The marketing account"))
        assert desk.profile("The marketing account").member_name == "Ada"


def test_a_code_challenge_goes_along_where_the_setting_says_so(
    services: tuple[LinkedIn, Dynamics], tmp_path: Path
) -> None:
    with new_desk(*services, tmp_path, linkedin_pkce="yes") as desk:
        desk.connect()
        profile = desk.add_profile()
        asked = query_of(desk.to_linkedin(profile).headers["location"])
        assert asked["code_challenge_method"] == "S256"
        assert "is connected to Production" in text_of(desk.confirm(profile))


# Several profiles


def test_an_account_of_two_profiles_is_pulled_once_and_survives_the_loss_of_one(desk: Desk) -> None:
    desk.connect()
    ada = desk.add_profile("Ada")
    desk.confirm(ada)
    desk.linkedin.put("members", "bob", name="Bob", account_roles={"5001": "VIEWER"}, page_roles={})
    desk.linkedin.call("PUT", f"apps/{LinkedIn.APP}", app_of(desk, default_member="bob"))
    bob = desk.add_profile("Bob")
    desk.confirm(bob)
    environment = desk.environment()
    (owner,) = desk.app.owners.list(environment.id)
    assert "Bob" in text_of(desk.visitor.get(desk.at(f"profiles/{ada.id}")))
    desk.visitor.post(desk.at("connect/accounts"), {f"sync-{owner.id}": "on", f"owner-{owner.id}": "", "older": "yes"})
    desk.visitor.post(desk.at("connect/start"))
    desk.app.background.wait()
    desk.linkedin.respond(response("r-1", now_ms() - 60_000))
    assert desk.app.sync_once(desk.environment()).stored == 1
    gone = desk.visitor.post(desk.at(f"profiles/{ada.id}/disconnect"))
    assert "Ada is disconnected" in text_of(gone)
    desk.linkedin.respond(response("r-2", now_ms()))
    result = desk.app.sync_once(desk.environment())
    assert (result.created, result.troubles) == (1, [])
    assert len(desk.dynamics.leads()) == 2


def test_a_profile_that_nobody_authorized_yet_stops_no_sync(lite: Desk) -> None:
    lite.connect()
    lite.confirm(lite.add_profile("Ada"))
    lite.add_profile("Bob")
    lite.visitor.post(lite.at("connect/start"))
    lite.app.background.wait()
    assert lite.app.sync_once(lite.environment()).troubles == []


def test_the_dialog_names_the_accounts_that_lose_their_only_profile(lite: Desk) -> None:
    lite.connect()
    profile = lite.add_profile()
    lite.confirm(profile)
    page = text_of(lite.visitor.get(lite.at(f"profiles/{profile.id}")))
    assert "Account 5001 has no other profile: new leads stay at LinkedIn" in page
    lite.visitor.post(lite.at(f"profiles/{profile.id}/delete"))
    assert lite.app.profiles.list(lite.environment().id) == []
    assert [one.name for one in lite.app.owners.list(lite.environment().id)] == ["Account 5001"]


def test_asking_for_other_permissions_warns_of_the_tokens_that_it_ends(
    services: tuple[LinkedIn, Dynamics], tmp_path: Path
) -> None:
    with new_desk(*services, tmp_path) as desk:
        desk.connect()
        desk.confirm(desk.add_profile("Ada"))
    with new_desk(*services, tmp_path, linkedin_scopes="r_ads r_marketing_leadgen_automation") as desk:
        bob = desk.add_profile("Bob")
        asked = desk.to_linkedin(bob)
        assert (asked.status_code, "Other authorizations may end" in text_of(asked)) == (422, True)
        assert desk.to_linkedin(bob, sure="yes").status_code == 303


def test_another_linkedin_app_is_taken_only_after_a_yes(desk: Desk) -> None:
    environment = desk.connect()
    desk.confirm(desk.add_profile())
    desk.linkedin.put("apps", "other", secret="other-secret", redirect_uris=[desk.back])
    new = {"linkedin_client_id": "other", "linkedin_client_secret": "other-secret"}
    refused = desk.visitor.post(desk.at("settings/linkedin-app"), new)
    assert (refused.status_code, "The tokens of Ada belong to the app of before" in text_of(refused)) == (422, True)
    assert desk.app.linkedin_app(environment).client_id == LinkedIn.APP
    desk.visitor.post(desk.at("settings/linkedin-app"), {**new, "sure": "yes"})
    assert desk.app.linkedin_app(environment).client_id == "other"


# Environments


def test_a_linkedin_app_that_linkedin_does_not_know_is_not_stored(lite: Desk) -> None:
    lite.visitor.post("/environments/new", lite.connection())
    wrong = {"linkedin_client_id": LinkedIn.APP, "linkedin_client_secret": "guessed-secret"}
    refused = lite.visitor.post(lite.at("connect/app"), wrong)
    assert (refused.status_code, "LinkedIn refused the app" in text_of(refused)) == (422, True)
    assert "guessed-secret" not in refused.text
    assert not lite.app.linkedin_app(lite.environment()).known


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "must have 1 to 100"),
        ({"url": "ftp://x"}, "is not a web address"),
        ({"tenant_id": ""}, "The tenant id is missing"),
        ({"secret": ""}, "needs either a client secret or a certificate"),
        ({"expires": "soon"}, "is no day"),
        ({"kind": "certificate", "certificate": "x"}, "must hold a certificate and its private key"),
    ],
)
def test_what_was_typed_comes_back_with_what_is_wrong(lite: Desk, changed: dict[str, str], words: str) -> None:
    page = lite.visitor.post("/environments/new", lite.connection(**changed))
    assert (page.status_code, words in text_of(page)) == (422, True)
    assert lite.connection()["client_id"] in page.text
    assert CLIENT_SECRET not in page.text
    assert lite.app.environments.list() == []


def test_each_missing_privilege_is_named(lite: Desk) -> None:
    lite.visitor.post("/environments/new", lite.connection())
    client = lite.app.dataverse(lite.environment())
    (unit,) = [row["businessunitid"] for row in client.query("businessunits", select=["businessunitid"])]
    role = client.create("roles", {"name": "Reader", "businessunitid@odata.bind": f"businessunits({unit})"})
    give(client, role, ["prvReadLead", "prvReadUser", "prvReadRole"])
    lite.dynamics.call("PUT", f"users/{USER_ID}", {"roles": ["Reader"]})
    checked = text_of(lite.visitor.get(lite.at("connect/dynamics?check=1")))
    for name in ("prvCreateLead", "prvWriteLead", "prvAppendLead", "prvAppendToLead", "prvAssignLead"):
        assert name in checked
    assert "prvReadLead" not in checked
    assert "Edit security roles" in checked


def give(client: DataverseClient, role: str, privileges: list[str]) -> None:
    """As an administrator does it at the Power Platform admin center."""
    named = " or ".join(f"name eq '{name}'" for name in privileges)
    rows = client.query("privileges", select=["privilegeid"], filter=named)
    body = {"Privileges": [{"PrivilegeId": row["privilegeid"], "Depth": "Global"} for row in rows]}
    path = f"roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole"
    (done,) = client.batch([Operation("POST", path, body)])
    assert done.status == 204


def test_removing_an_environment_leaves_the_leads_in_dynamics(desk: Desk) -> None:
    environment = desk.connect()
    desk.confirm(desk.add_profile())
    desk.dynamics.seed("lead", [{"lastname": "Lovelace"}])
    page = text_of(desk.visitor.get(desk.at("settings")))
    assert "1 user profiles with their authorizations" in page
    desk.visitor.post(f"/e/{environment.id}/remove", {"name": environment.name})
    assert desk.app.environments.list() == []
    assert len(desk.dynamics.leads()) == 1


def test_the_secret_is_replaced_and_its_end_kept(desk: Desk) -> None:
    environment = desk.connect()
    new = {"kind": "secret", "secret": "new-secret", "expires": "2027-11-30"}
    desk.visitor.post(desk.at("settings/credential"), new)
    assert desk.app.environments.credential(environment).text == "new-secret"
    assert "30 Nov 2027" in text_of(desk.visitor.get(desk.at("settings")))
    desk.visitor.post(desk.at("settings/credential"), {"kind": "secret", "secret": "", "expires": "2028-01-31"})
    assert desk.app.environments.credential(environment).text == "new-secret"
    assert "31 Jan 2028" in text_of(desk.visitor.get(desk.at("settings")))


# Accounts, rights, audit, secrets


def test_an_account_is_switched_off_and_given_an_owner(desk: Desk) -> None:
    desk.connect()
    desk.confirm(desk.add_profile())
    (owner,) = desk.app.owners.list(desk.environment().id)
    saved = desk.visitor.post(desk.at(f"accounts/{owner.id}"), {"owner": PERSON_ID})
    assert "Account 5001 is saved" in text_of(saved)
    changed = desk.app.owners.by_id(owner.environment_id, owner.id)
    assert (changed.sync_enabled, changed.default_lead_owner_id) == (False, PERSON_ID)
    assert "Not Syncing" in text_of(desk.visitor.get(desk.at("accounts")))
    stranger = desk.visitor.post(desk.at(f"accounts/{owner.id}"), {"owner": "6b0d3c11-0000-4000-8000-000000000999"})
    assert "cannot own leads" in text_of(stranger)


def test_a_salesperson_authorizes_and_reads_and_changes_nothing(lite: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lite.connect()
    profile = lite.add_profile()
    owner = lite.app.owners.known(profile.environment_id, "urn:li:sponsoredAccount:5009", "Crane Works")
    lite.app.owners.set_default_lead_owner(profile.environment_id, owner.id, PERSON_ID)
    as_salesperson(lite, monkeypatch)
    shown = text_of(lite.visitor.get(lite.at("accounts")))
    assert (PERSON_ID in shown, "Ines Haddad" in shown) == (False, True), "the lead owner by name, not by number"
    for path in ("profiles", f"profiles/{profile.id}", "accounts", "settings", f"profiles/{profile.id}/history"):
        assert lite.visitor.get(lite.at(path)).status_code == 200
    assert lite.to_linkedin(profile).status_code == 303
    for path in (f"profiles/{profile.id}/delete", f"profiles/{profile.id}", "settings", "remove", "connect/start"):
        assert lite.visitor.post(lite.at(path), {"name": "x"}).status_code == 403
    assert lite.profile() == profile


def as_salesperson(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from leadferry.console.person import Role

    person = Person(PersonKind.ENTRA, "sales", "Sal Es")
    token = desk.app.sessions.begin(person)
    desk.visitor.client.cookies.clear()
    desk.visitor.client.cookies.set("leadferry", token)
    roles = frozenset({Role.SALESPERSON})
    monkeypatch.setattr(type(desk.app), "roles_in", lambda _self, _person, _environment: roles)


def test_every_change_is_in_the_audit_and_no_secret_anywhere(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    environment = desk.connect()
    profile = desk.add_profile()
    shown = desk.confirm(profile)
    tokens = desk.app.profiles.tokens(environment.id, profile.id)
    assert tokens is not None
    entries = desk.app.audit.list(environment)
    assert [one.action for one in entries] == [
        "profile.authorize", "profile.authorize", "profile.change", "environment.change", "environment.add",
    ]  # fmt: skip
    pages = [shown.text, *(desk.visitor.get(desk.at(path)).text for path in ("settings", f"profiles/{profile.id}"))]
    kept = "".join([*pages, str(entries), caplog.text])
    for secret in (CLIENT_SECRET, LinkedIn.SECRET, tokens.access, tokens.refresh):
        assert secret not in kept
    assert "Authorization" in text_of(desk.visitor.get(desk.at(f"profiles/{profile.id}/history")))


def test_pages_of_another_environment_know_nothing_of_a_profile(lite: Desk) -> None:
    lite.connect()
    profile = lite.add_profile()
    lite.visitor.post("/environments/new", lite.connection(name="Sandbox"))
    other = lite.app.environments.get("Sandbox")
    for path in (f"profiles/{profile.id}", f"profiles/{profile.id}/authorize", f"profiles/{profile.id}/confirm/1"):
        assert lite.visitor.get(f"/e/{other.id}/{path}").status_code == 404
    assert lite.visitor.post(f"/e/{other.id}/profiles/{profile.id}/delete").status_code == 404


def test_a_page_is_shown_where_dynamics_cannot_be_asked_for_people(lite: Desk) -> None:
    lite.connect()
    lite.confirm(lite.add_profile())
    lite.dynamics.fault("status", status=403)
    lite.app._people.clear()
    try:
        page = lite.visitor.get(lite.at("accounts"))
    finally:
        lite.dynamics.no_faults()
    assert page.status_code == 200
    assert "People of Dynamics cannot be listed" in text_of(page)


def test_linkedin_is_given_the_fixed_permissions_and_our_address(lite: Desk) -> None:
    lite.connect()
    asked = query_of(lite.to_linkedin(lite.add_profile()).headers["location"])
    assert asked["scope"] == "r_marketing_leadgen_automation r_ads r_organization_admin"
    assert asked["redirect_uri"] == lite.back
    assert "code_challenge" not in asked
    assert len(asked["state"]) >= 40
