"""Our records as rows, case by case."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from leadferry.accounts.model import Authorization, ProfileSync, UserProfile
from leadferry.dataverse.refusals import DataverseRowError
from leadferry.delivery.plan import Action, ActionKind
from leadferry.errors import DataverseError
from leadferry.forms.model import Answer, Consent, FormResponse, FormVersion, Option, Question
from leadferry.mirror import master_rows, submission_rows
from leadferry.mirror.ids import LONGEST_KEY, Ids, bare, key_text
from leadferry.mirror.lead_columns import LeadColumns
from leadferry.mirror.model import Bulk, Form, Journey, Submission, Tally, Target, There, Way
from leadferry.mirror.operations import bulk_operations, halves, lighter
from leadferry.mirror.submission_rows import Around

IDS = Ids(uuid.UUID(int=1))
SIZE = Question(9, "Which size?", options=(Option(1, "Small"), Option(2, "Large")), multiple_choice=True)
FORM = FormVersion(
    7, 1, "Paper", "urn:li:sponsoredAccount:5", questions=(Question(1, "E-mail", "EMAIL", "EMAIL"), SIZE),
    consents=(Consent(71, "News"),),
)  # fmt: skip
ONE = Submission(1, "r-1", None, 1, None, "SPONSORED", False, 1_790_000_000_000, 192350001, 192350001, "L", None, b"")
ROW = Target("ferry_x", "ferry_xs", "ferry_xid")


def around(**there: Any) -> Around:
    return Around(IDS, There(**there), {}, {}, {}, {7: "Paper"})


def answered(*answers: Answer, form: FormVersion | None = FORM, **consents: bool) -> dict[str, str]:
    given = {int(name[1:]): accepted for name, accepted in consents.items()}
    response = FormResponse("r-1", 0, "SPONSORED", "", 7, 1, answers=answers, consents=given)
    rows = submission_rows.answers(around(), ONE, response, form)
    return {row["ferry_name"]: row["ferry_answertext"] for row in rows}


@pytest.mark.parametrize(
    ("answer", "name", "text"),
    [
        (Answer(1, "ada@x.test"), "E-mail", "ada@x.test"),
        (Answer(9, None, (2, 1)), "Which size?", "Large; Small"),
        (Answer(9, None, (5,)), "Which size?", "5"),
        (Answer(1), "E-mail", ""),
        (Answer(1, "x" * 5000), "E-mail", "x" * 4000),
        (Answer(4, "of a question that nobody knows"), "4", "of a question that nobody knows"),
    ],
)
def test_an_answer_is_told_in_words(answer: Answer, name: str, text: str) -> None:
    assert answered(answer) == {name: text}


def test_consents_are_answers_and_one_question_answered_twice_is_one_row() -> None:
    assert answered(c71=True) == {"News": "Yes"}
    assert answered(c72=False) == {"Consent": "No"}
    assert answered(Answer(1, "a"), Answer(1, "b")) == {"E-mail": "a"}
    assert answered(Answer(1, "a"), form=None) == {"1": "a"}


def test_only_what_stands_in_dynamics_is_pointed_at() -> None:
    response = FormResponse("r-1", 0, "SPONSORED", "", 7, 1)
    column = "ferry_LinkedInFormID@odata.bind"
    assert column not in submission_rows.submission(around(), ONE, response)
    known = submission_rows.submission(around(forms={7: "F"}), ONE, response)
    assert known[column] == "/ferry_linkedinforms(F)"
    assert known["ferry_Lead@odata.bind"] == "/leads(L)"


def test_a_question_is_worded_as_the_newest_version_words_it() -> None:
    older = FormVersion(7, 0, "Paper", "", questions=(Question(1, "Mail"), Question(2, "Gone")))
    rows = [one.row for one in master_rows.questions(IDS, Form(7, None, "Paper", 0, None, (older, FORM)), ())]
    assert [row["ferry_displayname"] for row in rows] == ["E-mail", "Gone", "Which size?", "News"]
    assert [row["ferry_isconsentcheckbox"] for row in rows] == [False, False, False, True]


def test_a_profile_shows_nothing_of_its_tokens() -> None:
    profile = UserProfile(
        3, 1, "Ada", "urn:li:person:secret", "Ada C.", "", Authorization.AUTHORIZED, ProfileSync.ACTIVE, "",
        "r_ads scopes", 1, 1_790_000_000_000, None, 1,
    )  # fmt: skip
    row = master_rows.profile(IDS, profile).row
    assert row["ferry_expiresin"] == "2026-09-21T14:13:20Z"
    assert not any("secret" in str(value) or "scopes" in str(value) for value in row.values())


def test_a_look_at_linkedin_alone_changes_a_row_once_an_hour() -> None:
    def digest(at: int) -> bytes:
        return master_rows.form(IDS, Form(7, None, "Paper", 1, at, (FORM,)), {}).digest

    hour = 3_600_000
    assert digest(0) == digest(hour - 1) != digest(hour)


@pytest.mark.parametrize(
    ("urn", "text"),
    [("urn:li:sponsoredAccount:5", "5"), ("urn:li:organization:5", "organization-5"), ("", "")],
)
def test_ids_are_bare_and_a_page_is_no_account(urn: str, text: str) -> None:
    assert bare(urn) == text


def test_a_long_id_is_cut_and_still_told_apart() -> None:
    first, second = key_text("x" * 200 + "1"), key_text("x" * 200 + "2")
    assert first != second
    assert len(first) <= LONGEST_KEY
    assert key_text("r-1") == "r-1"


def test_rows_go_in_bulk_and_in_halves_without_loss() -> None:
    bulks = [Bulk(ROW, [{"ferry_xid": str(n)} for n in range(700)]), Bulk(ROW, [{"ferry_xid": "z"}], Way.UPDATE)]
    sizes = [len((one.row or {})["Targets"]) for one in bulk_operations(bulks)]
    assert sizes == [500, 200, 1]
    parts = [row["ferry_xid"] for half in halves(bulks) for bulk in half for row in bulk.rows]
    assert parts == [*(str(n) for n in range(700)), "z"]
    assert [len(list(half)) for half in halves([Bulk(ROW, [{"ferry_xid": "1"}])])] == [1]


def test_a_refused_row_goes_without_what_may_be_at_fault() -> None:
    row = {"ferry_xid": "1", "ferry_name": "x", "ferry_Lead@odata.bind": "/leads(1)", "ownerid@odata.bind": "/s(1)"}
    named = DataverseRowError("no", code="x", status=400)
    named.attribute = "ferry_name"
    assert lighter(row, named) == {"ferry_xid": "1"}
    assert lighter(row, DataverseError("no", code="x", status=404)) == {"ferry_xid": "1", "ferry_name": "x"}


def test_a_lead_is_counted_on_from_what_it_has_whatever_is_replayed() -> None:
    known = {"ferry_linkedinsubmissioncount", "ferry_latestsubmissiondate"}
    journeys = {1: Journey(5_000, 7, None, "A"), 2: Journey(9_000, 7, None, None)}
    columns = LeadColumns(There(), known, {"B": Tally(4, 7_000)}, 0, journeys)
    moved, second = Action(1, ActionKind.UPDATE, "B"), Action(2, ActionKind.LINK, "B")
    columns.add(moved, {})
    columns.add(second, {})
    assert moved.row == {"ferry_linkedinsubmissioncount": 5, "ferry_latestsubmissiondate": "1970-01-01T00:00:07Z"}
    assert (moved.recount, second.recount) == (("A",), ("B",))
