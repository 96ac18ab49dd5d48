"""Forms, accounts, campaigns, creatives, pages and events."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.linkedin.scene import ACCOUNT, NOW, OWNER, PAGE, PAGE_OWNER, Scene, form, question

CREATIVE = "urn%3Ali%3AsponsoredCreative%3A770001"


def test_a_form_is_served_without_nulls_and_with_its_administrative_fields(scene: Scene) -> None:
    scene.put("forms", 7, **form(reviewInfo=None, hiddenFields=None, content={"description": None, "questions": []}))
    assert scene.rest("/leadForms/7").json == {
        "id": 7, "versionId": 1, "created": NOW, "lastModified": NOW, "name": "Whitepaper autumn", "state": "PUBLISHED",
        "owner": {"sponsoredAccount": ACCOUNT}, "creationLocale": {"country": "US", "language": "en"},
        "hiddenFields": [], "content": {"questions": []},
    }  # fmt: skip


def test_changed_content_makes_a_new_version_and_the_same_content_none(scene: Scene) -> None:
    assert scene.put("forms", 3162, **form())["versionId"] == 1
    assert scene.put("forms", 3162, **form(content={"questions": [question(1)]}))["versionId"] == 2
    assert scene.rest("/leadForms/3162").json["versionId"] == 2


def test_archiving_a_form_makes_no_new_version(scene: Scene) -> None:
    scene.put("forms", 3162, **form(state="ARCHIVED"))
    told = scene.rest("/leadForms/3162?fields=state,versionId").json
    assert told == {"state": "ARCHIVED", "versionId": 1}


def test_the_finder_shows_the_latest_version_of_each_form_of_the_owner(scene: Scene) -> None:
    scene.put("forms", 3162, **form(name="Renamed"))
    scene.put("forms", 20, **form())
    scene.put("forms", 30, **form(owner={"organization": PAGE}))
    found = scene.rest(f"/leadForms?q=owner&owner={OWNER}&fields=id,versionId").json["elements"]
    assert found == [{"id": 20, "versionId": 1}, {"id": 3162, "versionId": 2}]
    assert scene.rest(f"/leadForms?q=owner&owner={PAGE_OWNER}").ids == [30]
    page = scene.rest(f"/leadForms?q=owner&owner={OWNER}&start=1&count=1").json
    assert [element["id"] for element in page["elements"]] == [3162]


def test_batch_get_of_forms(scene: Scene) -> None:
    told = scene.rest("/leadForms?ids=List(3162,99)&fields=name").json
    assert told["results"] == {"3162": {"name": "Whitepaper autumn"}}
    assert told["errors"]["99"]["status"] == 404


def test_ad_accounts_are_those_of_the_member_and_come_by_cursor(scene: Scene) -> None:
    roles = {"5001": "VIEWER"}
    for number in range(6001, 6006):
        scene.put("accounts", number)
        roles[str(number)] = "CAMPAIGN_MANAGER"
    scene.put("accounts", 7001)
    scene.put("members", "ada", account_roles=roles, page_roles={"9001": "ADMINISTRATOR"})
    seen: list[int] = []
    target = "/adAccounts?q=search&pageSize=4"
    while target:
        page = scene.rest(target).json
        seen += [element["id"] for element in page["elements"]]
        token = page["metadata"].get("nextPageToken")
        target = f"/adAccounts?q=search&pageSize=4&pageToken={token}" if token else ""
    assert seen == [5001, 6001, 6002, 6003, 6004, 6005]
    assert scene.rest("/adAccounts?q=search&start=0").json["code"] == "QUERY_PARAM_NOT_ALLOWED"
    assert scene.rest("/adAccounts?q=search&pageToken=abc").status == 400


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("(status:(values:List(ACTIVE)),test:false)", [5001]),
        ("(status:(values:List(CANCELED,DRAFT)))", [5002]),
        ("(test:true)", [5002]),
        ("(id:(values:List(urn%3Ali%3AsponsoredAccount%3A5001)))", [5001]),
        ("(reference:(values:List(urn%3Ali%3Aorganization%3A9001)))", [5001]),
    ],
)
def test_the_search_of_accounts_filters(scene: Scene, search: str, found: list[int]) -> None:
    scene.put("accounts", 5002, status="DRAFT", test=True)
    scene.put("members", "ada", account_roles={"5001": "VIEWER", "5002": "VIEWER"})
    assert scene.rest(f"/adAccounts?q=search&search={search}").ids == found


def test_the_page_behind_an_account_is_told_when_asked(scene: Scene) -> None:
    told = scene.rest("/adAccounts/5001?fields=id,reference,referenceInfo:(organization:(id,localizedName))").json
    info = {"organization": {"id": 9001, "localizedName": "Crane Works"}}
    assert told == {"id": 5001, "reference": PAGE, "referenceInfo": info}
    assert "referenceInfo" not in scene.rest("/adAccounts/5001").json


def test_account_users_report_the_largest_count_when_none_is_given(scene: Scene) -> None:
    told = scene.rest("/adAccountUsers?q=authenticatedUser").json
    assert told["elements"] == [{"user": "urn:li:person:ada", "account": ACCOUNT, "role": "VIEWER"}]
    assert told["paging"]["count"] == 2_147_483_647


def test_account_users_of_an_account(scene: Scene) -> None:
    scene.put("members", "bob", account_roles={"5001": "ACCOUNT_MANAGER"})
    told = scene.rest("/adAccountUsers?q=accounts&accounts=urn%3Ali%3AsponsoredAccount%3A5001").json["elements"]
    assert {element["user"]: element["role"] for element in told} == {
        "urn:li:person:ada": "VIEWER",
        "urn:li:person:bob": "ACCOUNT_MANAGER",
    }


def test_campaigns_groups_and_creatives_lie_below_their_account(scene: Scene) -> None:
    scene.put("accounts", 5002)
    scene.put("campaigns", 420002, account=5002)
    scene.put("campaigns", 420003, account=5001, status="PAUSED")
    assert scene.rest("/adAccounts/5001/adCampaigns?q=search").ids == [420001, 420003]
    assert scene.rest("/adAccounts/5001/adCampaigns?q=search&search=(status:(values:List(PAUSED)))").ids == [420003]
    assert scene.rest("/adAccounts/5001/adCampaigns/420001").json["name"] == "Autumn DE"
    assert scene.rest("/adAccounts/5001/adCampaigns/420002").status == 404
    assert scene.rest("/adAccounts/5002/adCampaigns?q=search").status == 403
    assert scene.rest("/adAccounts/5001/adCampaignGroups?q=search").ids == [31]
    assert scene.rest("/adAccounts/5001/adCampaignGroups/31").json["account"] == ACCOUNT


def test_a_creative_is_named_by_its_urn_and_points_to_its_form(scene: Scene) -> None:
    told: dict[str, Any] = scene.rest(f"/adAccounts/5001/creatives/{CREATIVE}").json
    assert (told["id"], told["campaign"]) == ("urn:li:sponsoredCreative:770001", "urn:li:sponsoredCampaign:420001")
    assert told["leadgenCallToAction"]["destination"] == "urn:li:adForm:3162"
    target = "/adAccounts/5001/creatives?q=criteria&campaigns=List(urn%3Ali%3AsponsoredCampaign%3A{})"
    assert scene.rest(target.format(420001), X_RestLi_Method="FINDER").ids == ["urn:li:sponsoredCreative:770001"]
    assert scene.rest(target.format(1)).ids == []


def test_the_roles_on_pages_can_be_narrowed(scene: Scene) -> None:
    scene.put("members", "ada", page_roles={"9001": ["ANALYST", "ADMINISTRATOR"], "9002": "CURATOR"})
    found = scene.rest("/organizationAcls?q=roleAssignee&state=APPROVED").json["elements"]
    assert [(acl["organization"], acl["role"]) for acl in found] == [
        (PAGE, "ADMINISTRATOR"),
        (PAGE, "ANALYST"),
        ("urn:li:organization:9002", "CURATOR"),
    ]
    assert {acl["roleAssignee"] for acl in found} == {"urn:li:person:ada"}
    narrowed = scene.rest("/organizationAcls?q=roleAssignee&state=APPROVED&role=ANALYST").json["elements"]
    assert [acl["organization"] for acl in narrowed] == [PAGE]
    assert scene.rest("/organizationAcls?q=roleAssignee&state=REVOKED").json["elements"] == []


def test_names_of_pages_are_told_to_anyone_by_the_lookup(scene: Scene) -> None:
    scene.put("members", "ada", page_roles={})
    told = scene.rest("/organizationsLookup?ids=List(9001,9)").json
    names = {"id": 9001, "localizedName": "Crane Works", "vanityName": "crane-works"}
    assert (told["results"], told["errors"]["9"]["status"]) == ({"9001": names}, 404)


def test_events_have_ids_beyond_what_a_float_can_hold(scene: Scene) -> None:
    told = scene.rest("/events/9007199254740993").json
    assert (told["id"], told["organizer"]) == (9007199254740993, PAGE)
    target = "/events?q=organizer&organizer=urn%3Ali%3Aorganization%3A9001&excludeCancelled=true"
    assert scene.rest(target).ids == [9007199254740993]
    scene.put("members", "ada", page_roles={"9001": "LEAD_GEN_FORMS_MANAGER"})
    assert scene.rest("/events/9007199254740993").status == 403
    assert scene.rest(target).json["message"] == "Not enough permissions to access: events.FINDER-organizer.20260901"
