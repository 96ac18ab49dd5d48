"""What Microsoft's connector left behind, as the simulator has it. Contract: original-tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from leadferry.simulators.dataverse import service
from leadferry.simulators.dataverse.original_rows import original_id
from simulators.dataverse.talking import NOW_MS, Api

P = "msdyncrm_linkedin"


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with service.start(lambda: NOW_MS, original=12) as running:
        found = Api(running.url)
        yield found
        found.close()


@pytest.mark.parametrize(
    ("entity_set", "number"),
    [("accounts", 2), ("fieldmappings", 8), ("leadmatchingstrategies", 4), ("forms", 2), ("formquestions", 18),
     ("formsubmissions", 12), ("formanswers", 108), ("configurations", 1), ("campaigns", 2), ("userprofiles", 1)],
)  # fmt: skip
def test_its_tables_stand_and_are_filled(api: Api, entity_set: str, number: int) -> None:
    rows = api("GET", f"{P}{entity_set}?$select=createdon").json()["value"]
    assert len(rows) == number


def test_a_submission_leads_to_its_lead_its_form_and_its_answers(api: Api) -> None:
    key = original_id("submission", 0)
    expand = "msdyncrm_lead($select=emailaddress1),msdyncrm_linkedinformid($select=msdyncrm_linkedinid)"
    row = api("GET", f"{P}formsubmissions({key})?$select=msdyncrm_matchingstatus&$expand={expand}").json()
    assert row["msdyncrm_matchingstatus"] == 192350001
    assert row["msdyncrm_lead"]["emailaddress1"] == "person0@crane.example"
    assert row["msdyncrm_linkedinformid"]["msdyncrm_linkedinid"] == "3162"
    answers = f"{P}formanswers?$filter=_msdyncrm_linkedinformsubmission_value eq {key}&$select=msdyncrm_answertext"
    assert len(api("GET", answers).json()["value"]) == 9


def test_a_strategy_leads_to_its_fields(api: Api) -> None:
    path = f"{P}leadmatchingstrategies({original_id('strategy', 'Name and company')})"
    found = api("GET", f"{path}/msdyncrm_msdyncrm_linkedinlms_fieldmapping?$select=msdyncrm_name").json()["value"]
    assert {row["msdyncrm_name"] for row in found} == {"Last name", "Company name"}


def test_more_can_be_left_behind_later(api: Api) -> None:
    api.control("POST", "original", {"submissions": 15})
    rows = api("GET", f"{P}formsubmissions?$select=createdon").json()["value"]
    assert len(rows) == 15
