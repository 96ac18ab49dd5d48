"""`leadFormResponses`: what comes back, in which order, and what does not."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from simulators.linkedin.scene import DAY_MS, FINDER, NOW, OWNER, PAGE, PAGE_OWNER, Scene, form, question, response

RECOMMENDED = (
    "&fields=ownerInfo,associatedEntityInfo,leadMetadataInfo,owner,leadType,versionedLeadGenFormUrn,id,submittedAt,"
    "testLead,formResponse,form:(hiddenFields,creationLocale,name,id,content)"
)


def find(scene: Scene, more: str = "") -> list[Any]:
    return scene.rest(FINDER + more).ids


def by_ids(scene: Scene, *ids: str) -> dict[str, Any]:
    return dict(scene.rest(f"/leadFormResponses?ids=List({','.join(ids)})").json)


def test_newest_come_first_and_the_order_can_be_turned(scene: Scene) -> None:
    scene.add(*[response(f"r{number}", NOW - number * 1000) for number in (3, 1, 4, 2)])
    assert find(scene) == ["r1", "r2", "r3", "r4"]
    scene.settings(order="oldest")
    assert find(scene) == ["r4", "r3", "r2", "r1"]
    scene.settings(order="shuffled")
    shuffled = find(scene)
    assert sorted(shuffled) == ["r1", "r2", "r3", "r4"]
    assert find(scene) == shuffled
    assert find(scene, "&start=1&count=2") == shuffled[1:3]


def test_only_default_fields_come_without_a_projection(scene: Scene) -> None:
    scene.add(response("r1"))
    (element,) = scene.rest(FINDER).json["elements"]
    assert element.keys() == response("r1").keys()
    assert scene.rest("/leadFormResponses/r1").json == element


def test_the_recommended_projection_decorates_and_leaves_out_the_rest(scene: Scene) -> None:
    scene.add(response("r1"))
    (element,) = scene.rest(FINDER + RECOMMENDED).json["elements"]
    assert element["ownerInfo"] == {"sponsoredAccountInfo": {"name": "Crane Works EU"}}
    assert element["associatedEntityInfo"] == {"associatedCreative": {"id": "urn:li:sponsoredCreative:770001"}}
    campaign = {"id": "urn:li:sponsoredCampaign:420001", "name": "Autumn DE", "type": "SPONSORED_UPDATES"}
    assert element["leadMetadataInfo"] == {"sponsoredLeadMetadataInfo": {"campaign": campaign}}
    assert element["form"] == {
        "hiddenFields": [{"name": "utm_source", "value": "linkedin"}],
        "creationLocale": {"country": "US", "language": "en"},
        "name": "Whitepaper autumn",
        "id": 3162,
        "content": form()["content"],
    }
    assert not {"submitter", "associatedEntity", "leadMetadata"} & element.keys()
    assert scene.rest("/leadFormResponses/r1?" + RECOMMENDED[1:]).json == element
    assert scene.rest("/leadFormResponses?ids=List(r1)" + RECOMMENDED).json["results"]["r1"] == element


def test_a_changed_name_shows_in_the_next_decoration(scene: Scene) -> None:
    scene.add(response("r1"))
    assert scene.rest(FINDER + RECOMMENDED).status == 200
    scene.put("accounts", 5001, name="Renamed", reference=9001)
    (element,) = scene.rest(FINDER + RECOMMENDED).json["elements"]
    assert element["ownerInfo"] == {"sponsoredAccountInfo": {"name": "Renamed"}}


def test_the_form_projection_shows_the_version_that_the_member_saw(scene: Scene) -> None:
    scene.add(response("r1"))
    scene.put("forms", 3162, **form(content={"questions": [question(99)]}))
    (element,) = scene.rest(FINDER + "&fields=id,form:(versionId,content:(questions:(questionId)))").json["elements"]
    questions = [{"questionId": number} for number in (11, 12, 13, 14)]
    assert element == {"id": "r1", "form": {"versionId": 1, "content": {"questions": questions}}}


def test_a_projection_reaches_into_the_answers(scene: Scene) -> None:
    scene.add(response("r1"))
    told = scene.rest("/leadFormResponses/r1?fields=formResponse:(consentResponses)").json
    assert told == {"formResponse": {"consentResponses": [{"consentId": 71, "accepted": True}]}}


def test_answers_are_never_in_the_order_of_the_form(scene: Scene) -> None:
    ids = [f"r{number}" for number in range(40)]
    scene.add(*[response(response_id) for response_id in ids])
    orders = set()
    for element in scene.rest(FINDER + "&count=40").json["elements"]:
        order = tuple(answer["questionId"] for answer in element["formResponse"]["answers"])
        assert sorted(order) == [11, 12, 13, 14]
        assert order != (11, 12, 13, 14)
        orders.add(order)
    assert len(orders) > 5
    before = scene.rest("/leadFormResponses/r7").json
    scene.add(response("r7"))
    assert scene.rest("/leadFormResponses/r7").json == before


def test_the_time_range_includes_its_start_and_excludes_its_end(scene: Scene) -> None:
    scene.add(*[response(f"r{at}", NOW - 10 + at) for at in range(5)])
    assert find(scene, f"&submittedAtTimeRange=(start:{NOW - 9},end:{NOW - 7})") == ["r2", "r1"]
    assert find(scene, f"&submittedAtTimeRange=(start:{NOW - 8})") == ["r4", "r3", "r2"]


def test_what_is_older_than_the_retention_is_gone_everywhere(scene: Scene) -> None:
    scene.add(response("old", NOW - 91 * DAY_MS), response("aging", NOW - 89 * DAY_MS), response("new"))
    assert find(scene) == ["new", "aging"]
    assert scene.rest("/leadFormResponses/old").status == 404
    assert "old" in by_ids(scene, "old", "new")["errors"]
    scene.advance(2 * 86_400)
    assert find(scene) == ["new"]
    assert scene.sim("GET", "responses?summary=1")["ids"] == ["new"]
    scene.settings(retention_days=365)
    assert find(scene) == ["new", "aging", "old"]


def test_test_leads_are_told_apart(scene: Scene) -> None:
    scene.add(response("real"))
    made = scene.sim("POST", "test-leads", {"form": 3162, "creative": 770001, "campaign": 420001})["id"]
    assert set(find(scene)) == {"real", made}
    assert find(scene, "&limitedToTestLeads=true") == [made]
    assert set(find(scene, "&limitedToTestLeads=false")) == {"real", made}
    scene.settings(limited_to_test_false_means="real")
    assert find(scene, "&limitedToTestLeads=false") == find(scene) == ["real"]
    assert find(scene, "&limitedToTestLeads=true") == [made]


def test_a_test_lead_answers_every_question_with_a_placeholder(scene: Scene) -> None:
    options = {"multipleChoiceQuestionDetails": {"options": [{"id": 4, "text": {"localized": {"en_US": "Small"}}}]}}
    questions = [question(1, predefinedField="EMAIL"), question(2), question(3, questionDetails=options)]
    scene.put("forms", 7, **form(content={"questions": questions}))
    made = scene.rest(f"/leadFormResponses/{scene.sim('POST', 'test-leads', {'form': 7})['id']}").json
    assert (made["testLead"], made["submittedAt"], made["leadType"]) == (True, NOW, "SPONSORED")
    answers = {answer["questionId"]: answer["answerDetails"] for answer in made["formResponse"]["answers"]}
    assert answers == {
        1: {"textQuestionAnswer": {"answer": "test.lead@example.com"}},
        2: {"textQuestionAnswer": {"answer": "Test q2"}},
        3: {"multipleChoiceAnswer": {"options": [4]}},
    }


def test_the_finder_narrows_to_one_form_version(scene: Scene) -> None:
    spaced = "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162, 2)"
    scene.add(response("one"), response("two", versionedLeadGenFormUrn=spaced))
    urn = quote("urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,2)", safe="")
    assert find(scene, f"&versionedLeadGenFormUrn={urn}") == ["two"]
    assert scene.rest("/leadFormResponses/two").json["versionedLeadGenFormUrn"] == spaced


def test_the_finder_narrows_to_one_event(scene: Scene) -> None:
    at_event: dict[str, Any] = {"leadType": "EVENT", "owner": {"organization": PAGE}}
    scene.add(
        response("here", **at_event, associatedEntity={"event": "urn:li:event:12"}),
        response("there", **at_event, associatedEntity={"event": "urn:li:event:13"}),
        response("ad"),
    )
    target = f"/leadFormResponses?q=owner&owner={PAGE_OWNER}&leadType=(leadType:EVENT)"
    assert sorted(scene.rest(target).ids) == ["here", "there"]
    assert scene.rest(f"{target}&associatedEntity=(event:urn%3Ali%3Aevent%3A12)").ids == ["here"]
    (element,) = scene.rest(f"{target}&associatedEntity=(event:urn%3Ali%3Aevent%3A12)&fields=id,ownerInfo").json[
        "elements"
    ]
    assert element == {"id": "here", "ownerInfo": {"organizationInfo": {"name": "Crane Works"}}}


def test_batch_get_tells_what_is_missing_and_what_is_forbidden(scene: Scene) -> None:
    scene.add(response("mine"), response("foreign", owner={"sponsoredAccount": "urn:li:sponsoredAccount:6"}))
    told = by_ids(scene, "mine", "gone", "foreign")
    assert told["results"]["mine"]["id"] == "mine"
    assert told["statuses"] == {"mine": 200, "gone": 404, "foreign": 403}
    codes = {key: error["code"] for key, error in told["errors"].items()}
    assert codes == {"gone": "NOT_FOUND", "foreign": "NO_PERMISSION_ON_ENTITY"}


def test_a_deleted_response_answers_404_and_leaves_the_finder(scene: Scene) -> None:
    scene.add(response("r1"), response("r2"))
    assert len(find(scene)) == 2
    scene.sim("DELETE", "responses/r1")
    assert find(scene) == ["r2"]
    assert scene.rest("/leadFormResponses/r1").status == 404


def test_pages_link_to_each_other_and_end(scene: Scene) -> None:
    scene.add(*[response(f"r{number}", NOW - number) for number in range(5)])
    target, seen = f"{FINDER}&count=2", []
    while target:
        page = scene.rest(target).json
        seen += [element["id"] for element in page["elements"]]
        links = {link["rel"]: link["href"] for link in page["paging"]["links"]}
        assert page["paging"]["total"] == 5
        target = links.get("next", "").removeprefix("/rest")
    assert seen == ["r0", "r1", "r2", "r3", "r4"]
    assert links["prev"].endswith("&start=2&count=2")
    assert scene.rest(f"{FINDER}&start=10").json == {"paging": scene.rest(f"{FINDER}&start=10").json["paging"],
                                                     "elements": []}  # fmt: skip


def test_a_page_has_ten_rows_unless_asked_and_at_most_the_maximum(scene: Scene) -> None:
    scene.settings(max_count=12)
    scene.add(*[response(f"r{number:02}", NOW - number) for number in range(20)])
    paging = scene.rest(FINDER).json["paging"]
    assert (paging["start"], paging["count"], len(find(scene))) == (0, 10, 10)
    assert len(find(scene, "&count=500")) == 12
    assert scene.rest(FINDER + "&count=500").json["paging"]["count"] == 12


def test_the_total_can_be_left_out(scene: Scene) -> None:
    scene.settings(omit_total=True)
    assert "total" not in scene.rest(FINDER).json["paging"]


def test_a_response_that_arrives_pushes_the_others_down(scene: Scene) -> None:
    scene.add(response("a", NOW - 2000), response("b", NOW - 1000))
    assert find(scene, "&count=1") == ["b"]
    scene.add(response("c", NOW - 500))
    assert find(scene, "&start=1&count=1") == ["b"]


UNKNOWN_VERSION = "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,99)"
ODD: list[dict[str, Any]] = [
    response("unknown version", formResponse={}, versionedLeadGenFormUrn=UNKNOWN_VERSION),
    response("no answers", formResponse={"answers": [], "consentResponses": []}),
    response("answers of no shape", formResponse={"answers": "none"}),
    response("future type of form", formResponse=None),
    {"id": "bare", "submittedAt": NOW, "owner": {"sponsoredAccount": "urn:li:sponsoredAccount:5001"},
     "leadType": "SPONSORED"},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: str(odd["id"]))
def test_odd_responses_are_served_as_they_were_given(scene: Scene, odd: dict[str, Any]) -> None:
    scene.add(odd)
    assert scene.rest(FINDER).json["elements"] == [odd]
    (projected,) = scene.rest(FINDER + RECOMMENDED).json["elements"]
    assert projected["id"] == odd["id"]
    assert "form" not in projected or odd["versionedLeadGenFormUrn"] == response("")["versionedLeadGenFormUrn"]


def test_what_is_no_record_at_all_can_be_filed_under_an_owner(scene: Scene) -> None:
    owner = "urn%3Ali%3AsponsoredAccount%3A5001"
    scene.add("garbage", {"submittedAt": "yesterday"}, query=f"?owner={owner}&leadType=SPONSORED")
    expected = ['"garbage"', '{"submittedAt":"yesterday"}']
    found = [json.dumps(element, separators=(",", ":")) for element in scene.rest(FINDER).json["elements"]]
    assert sorted(found) == sorted(expected)
    assert "garbage" in scene.rest(FINDER + "&fields=id").json["elements"]


def test_a_fault_breaks_the_json_of_one_page_only(scene: Scene) -> None:
    scene.add(response("r1"))
    scene.sim("POST", "faults", {"kind": "status", "status": 200, "body": '{"elements":[{"id"', "path": "start=1"})
    assert scene.rest(FINDER).ids == ["r1"]
    broken = scene.rest(FINDER + "&start=1")
    assert broken.status == 200
    with pytest.raises(json.JSONDecodeError):
        _ = broken.json
    assert scene.rest(FINDER + "&start=1").ids == []


def test_the_ground_truth_counts_all_and_test_leads(scene: Scene) -> None:
    scene.add(response("b", NOW - 5), response("a", NOW - 9), response("t", NOW - 1, testLead=True))
    assert scene.sim("GET", "responses?summary=1") == {"total": 3, "test": 1, "ids": ["a", "b", "t"]}
    assert [one["id"] for one in scene.sim("GET", "responses")["responses"]] == ["a", "b", "t"]


def test_the_same_id_again_replaces(scene: Scene) -> None:
    scene.add(response("r1"))
    scene.add(response("r1", submitter="urn:li:person:other"))
    assert find(scene) == ["r1"]
    assert scene.rest("/leadFormResponses/r1").json["submitter"] == "urn:li:person:other"


def test_calls_are_counted_by_method_and_resource(scene: Scene) -> None:
    scene.sim("POST", "zero")
    scene.rest(FINDER)
    by_ids(scene, "a")
    scene.rest("/leadForms/3162")
    scene.rest(f"/leadForms?q=owner&owner={OWNER}")
    scene.rest("/adAccounts/5001/adCampaigns?q=search")
    scene.refresh(scene.issued["refresh_token"])
    assert scene.sim("GET", "stats")["requests"] == {
        "FINDER leadFormResponses": 1,
        "BATCH_GET leadFormResponses": 1,
        "GET leadForms": 1,
        "FINDER leadForms": 1,
        "FINDER adCampaigns": 1,
        "POST accessToken": 1,
    }
