from __future__ import annotations

import json
from typing import Any

import pytest

from leadferry.errors import LinkedInError
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.tokens import Tokens
from leadferry.simulators.server import Response, json_response
from scripted_service import CUT, NOW_MS, Service, Time, refusal

ACCOUNT = "urn:li:sponsoredAccount:5001"
RENEWED = json_response({"access_token": "t2", "expires_in": 5184000, "refresh_token": "r2"})
REVOKED = refusal(401, "The token used in the request has been revoked", "REVOKED_ACCESS_TOKEN", 65601)


def page(*elements: Any, count: int = 2, more: bool = False, **paging: Any) -> Response:
    links = [{"rel": "next", "href": "/rest/x", "type": "application/json"}] if more else []
    return json_response({"elements": elements, "paging": {"start": 0, "count": count, "links": links, **paging}})


def find(client: LinkedInClient, **changes: Any) -> Any:
    asked: dict[str, Any] = {"start_ms": 1793000000000, "end_ms": 1793086400000, "start": 0, "count": 500, **changes}
    return client.find_responses(ACCOUNT, "SPONSORED", **asked)


# What is asked


def test_every_request_carries_the_headers_of_the_contract(client: LinkedInClient, service: Service) -> None:
    service.will(page())
    find(client)
    headers = service.asked[0].headers
    assert headers["authorization"] == "Bearer t1"
    assert headers["linkedin-version"] == "202609"
    assert headers["x-restli-protocol-version"] == "2.0.0"
    assert headers["x-restli-method"] == "FINDER"


def test_responses_are_asked_for_by_owner_type_and_time(client: LinkedInClient, service: Service) -> None:
    service.will(page({"id": "a"}, {"id": "é"}, count=100, more=True, total=7))
    found = find(client, limited_to_test=True, start=200)
    asked = service.asked[0]
    assert (asked.method, asked.path) == ("GET", "/rest/leadFormResponses")
    assert asked.query == (
        "q=owner&owner=(sponsoredAccount:urn%3Ali%3AsponsoredAccount%3A5001)&leadType=(leadType:SPONSORED)"
        "&submittedAtTimeRange=(start:1793000000000,end:1793086400000)&limitedToTestLeads=true&start=200&count=500"
    )
    assert [json.loads(element) for element in found.elements] == [{"id": "a"}, {"id": "é"}]
    assert (found.total, found.next, found.count) == (7, True, 100)


@pytest.mark.parametrize("paging", [None, {}, {"total": -1}])
def test_a_page_without_its_figures(client: LinkedInClient, service: Service, paging: Any) -> None:
    service.will(json_response({"elements": [], "paging": paging}))
    found = find(client)
    assert (found.elements, found.total, found.next, found.count) == ([], None, False, 500)


def test_a_page_with_a_row_of_another_shape_keeps_its_other_rows(client: LinkedInClient, service: Service) -> None:
    service.will(page({"id": "a"}, 5, None))
    assert find(client).elements == [b'{"id":"a"}', b"5", b"null"]


def test_responses_by_id(client: LinkedInClient, service: Service) -> None:
    service.will(
        json_response(
            {
                "results": {"a-4": {"id": "a-4"}},
                "statuses": {"a-4": 200},
                "errors": {"b-4": {"status": 404}, "d-4": {"status": 403}},
            }
        )
    )
    found = client.get_responses(["a-4", "b-4", "c-4", "d-4"])
    assert service.asked[0].query == "ids=List(a-4,b-4,c-4,d-4)"
    assert service.asked[0].headers["x-restli-method"] == "BATCH_GET"
    assert found.found == {"a-4": b'{"id":"a-4"}'}
    assert found.missing == ["b-4", "c-4"]
    assert found.failed == {"d-4": 403}


def test_a_long_query_travels_in_the_body(client: LinkedInClient, service: Service) -> None:
    service.otherwise = json_response({"results": {}})
    ids = [f"1f0c7a52-0b7e-4c0e-9c55-{n:012d}-4" for n in range(700)]
    assert client.get_responses(ids).missing == ids
    assert [(asked.method, asked.query) for asked in service.asked] == [("POST", "")] * 2
    for asked, some in zip(service.asked, (ids[:500], ids[500:]), strict=True):
        assert asked.headers["x-http-method-override"] == "GET"
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        assert asked.body.decode() == f"ids=List({','.join(some)})"


def test_no_ids_are_no_request(client: LinkedInClient, service: Service) -> None:
    assert client.get_responses([]).found == client.lead_forms_batch([]) == {}
    assert service.asked == []


def test_one_response_and_one_form(client: LinkedInClient, service: Service) -> None:
    client.get_response("a/4")
    client.lead_form(3162)
    client.lead_form("urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,2)")
    paths = [asked.path for asked in service.asked]
    assert paths == ["/rest/leadFormResponses/a%2F4", "/rest/leadForms/3162", "/rest/leadForms/3162"]


def test_forms_are_paged_by_offset_until_a_short_page(client: LinkedInClient, service: Service) -> None:
    service.will(page({"id": 1}, {"id": 2}), page({"id": 3}))
    assert [json.loads(form)["id"] for form in client.lead_forms("urn:li:organization:9001")] == [1, 2, 3]
    assert [asked.query for asked in service.asked] == [
        f"q=owner&owner=(organization:urn%3Ali%3Aorganization%3A9001)&start={start}&count=500" for start in (0, 2)
    ]


def test_a_short_page_with_a_next_link_is_not_the_end_and_an_empty_one_is(
    client: LinkedInClient, service: Service
) -> None:
    service.will(page({"id": 1}, more=True), page(more=True))
    assert len(list(client.lead_forms(ACCOUNT))) == 1
    assert len(service.asked) == 2


def test_accounts_are_paged_by_cursor(client: LinkedInClient, service: Service) -> None:
    service.will(
        json_response({"elements": [{"id": 5001, "name": "EU", "new": 1}], "metadata": {"nextPageToken": "a b"}}),
        json_response({"elements": [{"id": "5002"}], "metadata": {}}),
    )
    assert [account.urn for account in client.ad_accounts()] == [ACCOUNT, "urn:li:sponsoredAccount:5002"]
    assert [asked.query for asked in service.asked] == [
        "q=search&pageSize=500",
        "q=search&pageSize=500&pageToken=a%20b",
    ]


def test_campaigns_of_every_status_and_creatives_by_campaign(client: LinkedInClient, service: Service) -> None:
    service.will(
        json_response({"elements": [{"id": 420001, "name": "Autumn"}]}),
        json_response(
            {"elements": [{"id": "urn:li:sponsoredCreative:7", "campaign": "urn:li:sponsoredCampaign:420001"}]}
        ),
    )
    assert client.campaigns(ACCOUNT)[0].urn == "urn:li:sponsoredCampaign:420001"
    assert client.creatives(5001, ["urn:li:sponsoredCampaign:420001"])[0].id == "urn:li:sponsoredCreative:7"
    first, second = service.asked
    assert first.path == "/rest/adAccounts/5001/adCampaigns"
    assert "search=(status:(values:List(ACTIVE,PAUSED,ARCHIVED," in first.query
    assert second.path == "/rest/adAccounts/5001/creatives"
    assert "campaigns=List(urn%3Ali%3AsponsoredCampaign%3A420001)" in second.query


def test_roles_pages_and_events(client: LinkedInClient, service: Service) -> None:
    service.will(
        page({"account": ACCOUNT, "role": "VIEWER"}, count=2147483647),
        page({"organizationTarget": "urn:li:organization:9001", "role": "ADMINISTRATOR", "state": "APPROVED"}),
        json_response({"results": {"9001": {"id": 9001, "localizedName": "Crane"}}}),
        json_response({"id": 9007199254740993, "name": {"localized": {"de_DE": "Messe"}}, "organizer": "urn:li:o:1"}),
    )
    assert client.ad_account_users()[0].role == "VIEWER"
    assert client.organization_acls()[0].organization_urn == "urn:li:organization:9001"
    assert client.organizations(["urn:li:organization:9001"])[0].localizedName == "Crane"
    event = client.event("urn:li:event:9007199254740993")
    assert (event.id, event.text) == (9007199254740993, "Messe")
    assert service.asked[1].query.startswith("q=roleAssignee&state=APPROVED")
    assert (service.asked[2].path, service.asked[2].query) == ("/rest/organizationsLookup", "ids=List(9001)")


# Trouble


@pytest.mark.parametrize("trouble", [CUT, refusal(408, "t"), refusal(429, "burst"), Response(500), Response(503)])
def test_passing_trouble_is_repeated(client: LinkedInClient, service: Service, time: Time, trouble: Any) -> None:
    service.will(trouble, trouble, trouble, page())
    find(client)
    assert time.slept == [1.0, 2.0, 4.0]
    assert client.requests == 4


def test_trouble_that_stays_is_raised_after_five_tries(client: LinkedInClient, service: Service, time: Time) -> None:
    service.otherwise = Response(502, b"<html>bad gateway</html>")
    with pytest.raises(LinkedInError) as caught:
        find(client)
    assert (caught.value.code, caught.value.status) == ("linkedin-unavailable", 502)
    assert client.requests == 5
    assert all(pause <= 60 for pause in time.slept)


def test_a_connection_that_stays_broken_is_unreachable(client: LinkedInClient, service: Service) -> None:
    service.otherwise = CUT
    with pytest.raises(LinkedInError) as caught:
        find(client)
    assert caught.value.code == "linkedin-unreachable"
    assert client.requests == 5


def test_retry_after_is_obeyed(client: LinkedInClient, service: Service, time: Time) -> None:
    service.will(refusal(429, "burst", Retry_After="7"), page())
    find(client)
    assert time.slept == [7.0]


def test_the_daily_limit_is_not_waited_for(client: LinkedInClient, service: Service, time: Time) -> None:
    text = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."
    service.otherwise = refusal(429, text, "", 101)
    with pytest.raises(LinkedInError) as caught:
        find(client)
    assert caught.value.code == "linkedin-daily-limit"
    assert caught.value.retry_after_s == 14 * 3600  # it is 10:00 UTC
    assert NOW_MS % 86_400_000 == 10 * 3_600_000
    assert (client.requests, time.slept) == (1, [])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refusal(400, "Invalid param", "ILLEGAL_ARGUMENT"), "linkedin-bad-request"),
        (refusal(404, "gone", "NOT_FOUND"), "linkedin-not-found"),
        (refusal(426, "Requested version 20251101 is not active", "NONEXISTENT_VERSION"), "linkedin-version-sunset"),
        (refusal(403, "Not enough permissions to access: x", "ACCESS_DENIED", 100), "linkedin-forbidden"),
        (refusal(401, "no", "RESTRICTED_MEMBER", 65608), "linkedin-reauthorize"),
        (refusal(422, "no"), "linkedin-refused"),
    ],
)
def test_a_refusal_is_not_repeated(client: LinkedInClient, service: Service, answer: Response, code: str) -> None:
    service.otherwise = answer
    with pytest.raises(LinkedInError) as caught:
        find(client)
    assert caught.value.code == code
    assert caught.value.fix
    assert client.requests == 1


def test_a_sunset_version_names_itself_and_the_setting(client: LinkedInClient, service: Service) -> None:
    service.will(refusal(426, "Requested version 20260901 is not active", "NONEXISTENT_VERSION"))
    with pytest.raises(LinkedInError, match=r"202609.*LEADFERRY_LINKEDIN_VERSION"):
        find(client)


def test_a_missing_scope_and_a_missing_role_are_told_apart(client: LinkedInClient, service: Service) -> None:
    """The authorization of these tests has r_marketing_leadgen_automation alone."""
    service.otherwise = refusal(403, "Not enough permissions to access: x.FINDER-owner.20260901", "ACCESS_DENIED", 100)
    with pytest.raises(LinkedInError, match=r"leadFormResponses: the member's role is missing.*LEAD_GEN_FORMS_MANAGER"):
        find(client)
    with pytest.raises(LinkedInError, match="adAccounts: the authorization lacks the scope r_ads"):
        client.ad_accounts()
    with pytest.raises(LinkedInError, match=r"organizationAcls: .* scope r_organization_admin"):
        client.organization_acls()


def test_a_401_renews_the_token_once(
    client: LinkedInClient, service: Service, sign_in: Service, saved: list[Tokens]
) -> None:
    sign_in.will(RENEWED)
    service.will(REVOKED, page())
    find(client)
    assert [asked.headers["authorization"] for asked in service.asked] == ["Bearer t1", "Bearer t2"]
    assert [tokens.access for tokens in saved] == ["t2"]
    assert saved[0].scopes == ("r_marketing_leadgen_automation",)


def test_a_fresh_token_is_given_some_seconds(
    client: LinkedInClient, service: Service, sign_in: Service, time: Time
) -> None:
    sign_in.will(RENEWED)
    service.will(REVOKED, REVOKED, page())
    find(client)
    assert time.slept == [5]
    assert len(sign_in.asked) == 1


def test_a_third_401_asks_for_the_member(client: LinkedInClient, service: Service, sign_in: Service) -> None:
    sign_in.will(RENEWED)
    service.otherwise = REVOKED
    with pytest.raises(LinkedInError) as caught:
        find(client)
    assert caught.value.code == "linkedin-reauthorize"
    assert (len(service.asked), len(sign_in.asked)) == (3, 1)


def test_a_refused_refresh_asks_for_the_member(client: LinkedInClient, service: Service, sign_in: Service) -> None:
    sign_in.will(json_response({"error": "invalid_grant"}, 400))
    service.will(REVOKED)
    with pytest.raises(LinkedInError) as caught:
        find(client)
    assert caught.value.code == "linkedin-reauthorize"
    assert "leadferry profile authorize" in caught.value.fix


def test_a_broken_page_is_asked_for_once_more(client: LinkedInClient, service: Service) -> None:
    broken = Response(200, b'{"elements":[{"id":"a"', {"x-li-uuid": "u1"})
    service.will(broken, page({"id": "a"}))
    assert len(find(client).elements) == 1
    service.will(broken, broken)
    with pytest.raises(LinkedInError) as caught:
        find(client)
    assert (caught.value.code, caught.value.request_id) == ("linkedin-unreadable", "u1")
