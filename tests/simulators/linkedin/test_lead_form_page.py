"""A lead form that a person fills in. Contract: linkedin-api, sections 4.2 and 4.3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from simulators.linkedin.browsing import Person
from simulators.linkedin.scene import ACCOUNT, FINDER, NOW, PAGE, PAGE_OWNER, Scene, form, question, response

COMPANY = f"/leadFormResponses?q=owner&owner={PAGE_OWNER}&leadType=(leadType:COMPANY)"
EVENT = f"/leadFormResponses?q=owner&owner={PAGE_OWNER}&leadType=(leadType:EVENT)"


def local(text: str) -> dict[str, Any]:
    return {"localized": {"en_US": text, "de_DE": f"{text} (de)"}}


def choice(number: int, *texts: str) -> dict[str, Any]:
    options = [{"id": place, "text": local(text)} for place, text in enumerate(texts, start=1)]
    return question(
        number, question=local("Which size?"), questionDetails={"multipleChoiceQuestionDetails": {"options": options}}
    )


def content() -> dict[str, Any]:
    consents = [
        {"id": 71, "checkRequired": False, "consent": local("Send me the newsletter")},
        {"id": 72, "checkRequired": True, "consent": local("I have read the policy")},
    ]
    target = {"landingPageUrl": "https://crane.example/paper"}
    return {
        "headline": local("Get the <paper>"),
        "description": local("Ten pages on cranes."),
        "questions": [
            question(11, predefinedField="FIRST_NAME", question=local("First name"), responseRequired=True),
            question(12, predefinedField="EMAIL", question=local("Email address"), responseRequired=True,
                     responseEditable=False),
            question(13, predefinedField="JOB_TITLE", question=local("Job title")),
            choice(14, "Small", "Large"),
            question(15, question=local("Remarks"), questionDetails={"textQuestionDetails": {"maxResponseLength": 10}}),
        ],
        "legalInfo": {"privacyPolicyUrl": "https://crane.example/privacy", "consents": consents,
                      "legalDisclaimer": local("We keep your data two years.")},
        "postSubmissionInfo": {"message": local("Thank you"),
                               "callToAction": {"callToActionLabel": "DOWNLOAD_NOW", "callToActionTarget": target}},
    }  # fmt: skip


@pytest.fixture
def person(scene: Scene) -> Iterator[Person]:
    """Ada, signed in."""
    scene.put("members", "ada", name="Ada Crane", email="ada@crane.example", profile={"JOB_TITLE": "Engineer"},
              account_roles={"5001": "VIEWER"}, page_roles={"9001": "ADMINISTRATOR"})  # fmt: skip
    scene.put("forms", 3162, **form(content=content()))
    found = Person(scene)
    found.sign_in()
    yield found
    found.http.close()


def filled(**changed: str) -> dict[str, str]:
    return {"q11": "Ada", "q14": "2", "c72": "1"} | changed


def test_the_form_shows_its_words_and_the_members_profile(person: Person) -> None:
    text = person.open("/forms/3162").text
    for shown in (
        "Get the &lt;paper&gt;", "Ten pages on cranes.", "Crane Works EU", "Which size?", "Large",
        "Send me the newsletter", "We keep your data two years.", 'href="https://crane.example/privacy"',
    ):  # fmt: skip
        assert shown in text
    assert re.search(r'name="q11"[^>]*value="Ada"', text)
    assert re.search(r'name="q12"[^>]*value="ada@crane.example"[^>]*readonly', text)
    assert re.search(r'name="q13"[^>]*value="Engineer"', text)
    assert "(de)" not in text
    assert "utm_source" not in text


def test_what_a_person_sends_is_a_form_response_at_once(scene: Scene, person: Person) -> None:
    thanks = person.press(person.open("/forms/3162"), **filled(q13="Chief Engineer"))
    assert "Thank you" in thanks.text
    assert 'href="https://crane.example/paper"' in thanks.text
    (found,) = scene.rest(FINDER).json["elements"]
    assert found["id"] in thanks.text
    answers = {one["questionId"]: one["answerDetails"] for one in found["formResponse"].pop("answers")}
    assert answers == {
        11: {"textQuestionAnswer": {"answer": "Ada"}},
        12: {"textQuestionAnswer": {"answer": "ada@crane.example"}},
        13: {"textQuestionAnswer": {"answer": "Chief Engineer"}},
        14: {"multipleChoiceAnswer": {"options": [2]}},
    }
    assert found == {
        "id": found["id"], "submittedAt": NOW, "submitter": "urn:li:person:ada", "testLead": False,
        "leadType": "SPONSORED", "owner": {"sponsoredAccount": ACCOUNT},
        "versionedLeadGenFormUrn": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,2)",
        "associatedEntity": {"associatedCreative": "urn:li:sponsoredCreative:770001"},
        "leadMetadata": {"sponsoredLeadMetadata": {"campaign": "urn:li:sponsoredCampaign:420001"}},
        "formResponse": {
            "consentResponses": [{"consentId": 71, "accepted": False}, {"consentId": 72, "accepted": True}],
        },
    }  # fmt: skip


def test_the_response_comes_through_the_ad_that_was_clicked(scene: Scene, person: Person) -> None:
    scene.put("campaigns", 420002, account=5001, name="Winter")
    scene.put("creatives", 770002, account=5001, campaign=420002, form=3162)
    assert 'href="/forms/3162?creative=770002"' in person.open("/").text
    person.press(person.open("/forms/3162?creative=770002"), **filled())
    (found,) = scene.rest(FINDER).json["elements"]
    assert found["associatedEntity"] == {"associatedCreative": "urn:li:sponsoredCreative:770002"}
    assert found["leadMetadata"] == {"sponsoredLeadMetadata": {"campaign": "urn:li:sponsoredCampaign:420002"}}


def test_what_is_not_editable_stays_as_the_profile_says(scene: Scene, person: Person) -> None:
    person.press(person.open("/forms/3162"), **filled(q12="someone@else.example"))
    (found,) = scene.rest(FINDER).json["elements"]
    texts = [
        one["answerDetails"].get("textQuestionAnswer", {}).get("answer") for one in found["formResponse"]["answers"]
    ]
    assert "ada@crane.example" in texts
    assert "someone@else.example" not in texts


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"q11": " "}, "Please fill this in."),
        ({"q14": "3"}, "Please choose one of these."),
        ({"q15": "x" * 11}, "At most 10 characters"),
        ({"c72": ""}, "Please agree"),
    ],
)
def test_a_wrong_answer_is_marked_kept_and_not_sent(
    scene: Scene, person: Person, changed: dict[str, str], told: str
) -> None:
    sent = {name: text for name, text in filled(q13="Kept", **changed).items() if text}
    page = person.press(person.open("/forms/3162"), **sent)
    assert page.status_code == 400
    assert told in page.text
    assert 'value="Kept"' in page.text
    assert scene.rest(FINDER).json["elements"] == []


def test_nobody_in_particular_can_fill_it_in_too(scene: Scene, person: Person) -> None:
    guest = Person(scene)
    page = guest.open("/forms/3162")
    assert "Nobody is signed in" in page.text
    assert "does not look like" in guest.press(page, **filled(q12="nowhere")).text
    assert guest.press(page, **filled(q12="guest@crane.example")).status_code == 200
    (found,) = scene.rest(FINDER).json["elements"]
    assert found["submitter"].startswith("urn:li:person:g")


def test_a_form_of_a_page_comes_as_its_last_response_did(scene: Scene, person: Person) -> None:
    scene.put("forms", 3163, **form(owner={"organization": PAGE}, content=content()))
    person.press(person.open("/forms/3163"), **filled())
    (found,) = scene.rest(COMPANY).json["elements"]
    assert found["associatedEntity"] == {"organization": PAGE}
    urn = "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3163,1)"
    entity = {"event": "urn:li:event:9007199254740993"}
    scene.add(response("r1", NOW + 1, leadType="EVENT", owner={"organization": PAGE}, versionedLeadGenFormUrn=urn,
                       associatedEntity=entity))  # fmt: skip
    person.press(person.open("/forms/3163"), **filled())
    assert [one["associatedEntity"] for one in scene.rest(EVENT).json["elements"]] == [entity, entity]


def test_a_form_from_elsewhere_is_refused(scene: Scene, person: Person) -> None:
    page = person.open("/forms/3162")
    person.http.cookies.clear()
    assert person.press(page, **filled()).status_code == 403
    assert scene.rest(FINDER).json["elements"] == []


def test_a_form_that_is_not_published_has_no_page(scene: Scene, person: Person) -> None:
    scene.put("forms", 3162, **form(state="ARCHIVED"))
    assert person.open("/forms/3162").status_code == person.open("/forms/1").status_code == 404
    assert "/forms/3162" not in person.open("/").text


def test_the_way_in_lists_forms_and_members(person: Person) -> None:
    text = person.open("/").text
    for shown in ("Get the &lt;paper&gt;", "Crane Works EU", "Autumn DE, ad 770001", "You are Ada Crane", "Engineer"):
        assert shown in text
    assert "Who are you?" in person.http.post("/login", data={"csrf": token_of(text)}, follow_redirects=True).text


def token_of(text: str) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("address", "forms"),
    [
        ("/campaignmanager/accounts/5001", ["Get the &lt;paper&gt;"]),
        ("/company/9001/admin/", ["Ask the page"]),
        ("/campaignmanager/accounts/77", []),
    ],
)
def test_linkedins_own_address_of_an_owner_shows_its_forms(person: Person, address: str, forms: list[str]) -> None:
    person.scene.put("forms", 3163, **form(owner={"organization": PAGE}, content={"headline": local("Ask the page")}))
    text = person.scene.send("GET", address).body.decode()
    assert [title for title in ("Get the &lt;paper&gt;", "Ask the page") if f"<b>{title}</b>" in text] == forms
    assert ("Nobody has published a form here." in text) is not bool(forms)
