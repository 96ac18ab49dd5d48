"""The client against the LinkedIn simulator, which shares no code with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from leadferry.errors import LinkedInError
from leadferry.http_client import HttpClient
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.oauth_client import LinkedInOAuthClient
from leadferry.linkedin.reading import to_form_response, to_form_version
from leadferry.linkedin.tokens import OwnTokens, Tokens, TokenSource
from leadferry.linkedin.versions import TESTED
from leadferry.simulators.linkedin import service as simulator
from scripted_service import NOW_MS, Time, longest
from services import LinkedIn

ACCOUNT, PAGE = "urn:li:sponsoredAccount:5001", "urn:li:organization:9001"
FORM = {
    "id": 3162,
    "name": "Paper",
    "state": "PUBLISHED",
    "owner": {"sponsoredAccount": ACCOUNT},
    "creationLocale": {"country": "US", "language": "en"},
    "content": {
        "headline": {"localized": {"en_US": "Paper"}},
        "questions": [
            {
                "questionId": 10107000002,
                "predefinedField": "EMAIL",
                "name": "Email",
                "question": {"localized": {"en_US": "Email"}},
                "questionDetails": {"textQuestionDetails": {"maxResponseLength": 300}},
            }
        ],
    },
}


@dataclass
class Scene:
    linkedin: LinkedIn
    oauth: LinkedInOAuthClient
    client: LinkedInClient
    time: Time


def client_of(linkedin: LinkedIn, oauth: LinkedInOAuthClient, time: Time, version: str, *scopes: str) -> LinkedInClient:
    given = linkedin.tokens(*scopes)
    held = Tokens("", given["refresh_token"])
    tokens = TokenSource(held, oauth.refresh, OwnTokens(), clock=time.clock, sleep=time.sleep, jitter=longest)
    return LinkedInClient(linkedin.url, version, tokens, clock=time.clock, sleep=time.sleep, jitter=longest)


@pytest.fixture
def scene() -> Iterator[Scene]:
    time = Time()
    with simulator.start(clock=time.clock) as running:
        linkedin = LinkedIn(running)
        linkedin.start_over(accounts=(5001, 5002), pages=(9001,))
        linkedin.put("forms", 3162, **FORM)
        linkedin.put("campaigns", 420001, account=ACCOUNT, name="Autumn")
        creative = {"account": ACCOUNT, "campaign": "urn:li:sponsoredCampaign:420001"}
        linkedin.put("creatives", "urn:li:sponsoredCreative:770001", **creative)
        oauth = LinkedInOAuthClient(
            running.url, LinkedIn.APP, LinkedIn.SECRET, HttpClient(), clock=time.clock, sleep=time.sleep, jitter=longest
        )
        yield Scene(linkedin, oauth, client_of(linkedin, oauth, time, "202609"), time)


def respond(scene: Scene, count: int) -> list[str]:
    ids = [f"1f0c7a52-0b7e-4c0e-9c55-{number:012d}-4" for number in range(count)]
    answer = {"questionId": 10107000002, "answerDetails": {"textQuestionAnswer": {"answer": "王 & ada@crane.example"}}}
    scene.linkedin.respond(*[
        {
            "id": one, "submittedAt": NOW_MS - 1_000_000 + number, "leadType": "SPONSORED", "testLead": False,
            "submitter": "urn:li:person:x",
            "versionedLeadGenFormUrn": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)",
            "formResponse": {"answers": [answer], "consentResponses": []},
        }
        for number, one in enumerate(ids)
    ])  # fmt: skip
    return ids


def walk(client: LinkedInClient, owner: str = ACCOUNT, lead_type: str = "SPONSORED", count: int = 4) -> list[str]:
    ids: list[str] = []
    while True:
        page = client.find_responses(
            owner, lead_type, start_ms=NOW_MS - 2_000_000, end_ms=NOW_MS, start=len(ids), count=count
        )
        if not page.elements:
            return ids
        ids += [to_form_response(element).id for element in page.elements]


def test_accounts_roles_and_pages(scene: Scene) -> None:
    assert {account.urn for account in scene.client.ad_accounts()} >= {ACCOUNT}
    roles = {user.account: user.role for user in scene.client.ad_account_users()}
    assert roles == {ACCOUNT: "CAMPAIGN_MANAGER", "urn:li:sponsoredAccount:5002": "CAMPAIGN_MANAGER"}
    assert {acl.organization_urn for acl in scene.client.organization_acls()} == {PAGE}
    assert [page.localizedName for page in scene.client.organizations([PAGE])] == ["Page 9001"]


def test_campaigns_and_creatives(scene: Scene) -> None:
    assert [campaign.name for campaign in scene.client.campaigns(5001)] == ["Autumn"]
    found = scene.client.creatives(5001, ["urn:li:sponsoredCampaign:420001"])
    assert [creative.id for creative in found] == ["urn:li:sponsoredCreative:770001"]


def test_forms_by_owner_id_and_ids(scene: Scene) -> None:
    (raw,) = scene.client.lead_forms(ACCOUNT)
    assert to_form_version(raw).questions[0].predefined == "EMAIL"
    assert to_form_version(scene.client.lead_form(3162)) == to_form_version(raw)
    assert set(scene.client.lead_forms_batch([3162, 99])) == {"3162"}


def test_every_response_is_seen_once(scene: Scene) -> None:
    ids = respond(scene, 11)
    assert sorted(walk(scene.client)) == ids
    assert walk(scene.client, PAGE, "COMPANY") == []


def test_responses_by_id(scene: Scene) -> None:
    ids = respond(scene, 200)
    before = scene.client.requests
    found = scene.client.get_responses([*ids, "nope"])
    assert scene.client.requests == before + 1
    assert sorted(found.found) == ids
    assert found.missing == ["nope"]
    assert to_form_response(found.found[ids[0]]).answers[0].text == "王 & ada@crane.example"
    assert to_form_response(scene.client.get_response(ids[0])).id == ids[0]
    with pytest.raises(LinkedInError) as caught:
        scene.client.get_response("nope")
    assert caught.value.code == "linkedin-not-found"


def test_a_revoked_token_is_renewed_and_a_withdrawn_consent_is_not(scene: Scene) -> None:
    scene.client.ad_accounts()
    scene.linkedin.call("POST", "tokens/expire", {"kind": "access"})
    scene.client.ad_accounts()
    scene.linkedin.call("POST", "tokens/revoke", {})
    with pytest.raises(LinkedInError) as caught:
        scene.client.ad_accounts()
    assert caught.value.code == "linkedin-reauthorize"


def test_a_wrong_secret(scene: Scene) -> None:
    oauth = LinkedInOAuthClient(scene.linkedin.url, LinkedIn.APP, "wrong", HttpClient(), sleep=scene.time.sleep)
    with pytest.raises(LinkedInError) as caught:
        oauth.refresh(scene.linkedin.tokens()["refresh_token"])
    assert caught.value.code == "linkedin-bad-client-secret"


def test_a_sunset_version(scene: Scene) -> None:
    client = client_of(scene.linkedin, scene.oauth, scene.time, "202511")
    with pytest.raises(LinkedInError, match="202511") as caught:
        client.ad_accounts()
    assert caught.value.code == "linkedin-version-sunset"


@pytest.mark.parametrize("version", TESTED)
def test_all_that_is_read_is_read_with_each_tested_version(scene: Scene, version: str) -> None:
    ids = respond(scene, 3)
    client = client_of(scene.linkedin, scene.oauth, scene.time, version)
    assert {account.urn for account in client.ad_accounts()} >= {ACCOUNT}
    assert len(client.ad_account_users()) == 2
    assert [acl.organization_urn for acl in client.organization_acls()] == [PAGE]
    assert [page.localizedName for page in client.organizations([PAGE])] == ["Page 9001"]
    assert [campaign.name for campaign in client.campaigns(5001)] == ["Autumn"]
    assert len(client.creatives(5001, ["urn:li:sponsoredCampaign:420001"])) == 1
    assert [to_form_version(raw).form_id for raw in client.lead_forms(ACCOUNT)] == [3162]
    assert set(client.lead_forms_batch([3162])) == {"3162"}
    assert to_form_version(client.lead_form(3162)).form_id == 3162
    assert sorted(walk(client)) == ids == sorted(client.get_responses(ids).found)
    client.try_notifications(ACCOUNT, "SPONSORED")
    scene.linkedin.settings(active_versions=[one for one in TESTED if one != version])
    with pytest.raises(LinkedInError) as caught:
        client.ad_accounts()
    assert caught.value.code == "linkedin-version-sunset"


def test_a_missing_scope_and_a_lost_role(scene: Scene) -> None:
    narrow = client_of(scene.linkedin, scene.oauth, scene.time, "202609", "r_ads")
    with pytest.raises(LinkedInError, match="lacks the scope r_marketing_leadgen_automation"):
        walk(narrow)
    wide = client_of(scene.linkedin, scene.oauth, scene.time, "202609")
    scene.linkedin.put("members", LinkedIn.MEMBER, name="Ada", account_roles={}, page_roles={})
    with pytest.raises(LinkedInError, match="the member's role is missing"):
        walk(wide)


def test_introspection(scene: Scene) -> None:
    found = scene.oauth.introspect(scene.linkedin.tokens()["access_token"])
    assert found.active
    assert found.status == "active"


def test_broken_connections_and_server_errors_are_passed_over(scene: Scene) -> None:
    ids = respond(scene, 5)
    scene.linkedin.fault("cut_before", path="leadFormResponses")
    scene.linkedin.fault("status", status=503, path="leadFormResponses", skip=1)
    assert sorted(walk(scene.client)) == ids
