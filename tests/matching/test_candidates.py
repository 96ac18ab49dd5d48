from __future__ import annotations

from typing import Any

import pytest

from leadferry.matching.candidates import PARTIAL_SHOWN, CandidateIndex, MatchKind
from leadferry.matching.match import Partial

BOTH = ("emailaddress1", "lastname")


def row(
    key: str, mail: str | None = None, last: str | None = None, modified: str = "2026-01-01", **more: Any
) -> dict[str, Any]:
    return {"leadid": key, "emailaddress1": mail, "lastname": last, "modifiedon": modified, **more}


def index(*rows: dict[str, Any], columns: tuple[str, ...] = BOTH, **more: Any) -> CandidateIndex:
    return CandidateIndex(rows, columns, "leadid", **more)


ADA = row("1", "ada@x.example", "Lovelace")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"emailaddress1": "ADA@x.example", "lastname": "lovelace "}, MatchKind.ALL),
        ({"emailaddress1": "ada@x.example", "lastname": "Byron"}, MatchKind.SOME),
        ({"emailaddress1": "ada@x.example"}, MatchKind.SOME),
        ({"emailaddress1": "ada@x.example", "lastname": "  "}, MatchKind.SOME),
        ({"emailaddress1": "b@x.example", "lastname": "Lovelace"}, MatchKind.SOME),
        ({"emailaddress1": "b@x.example", "lastname": "Byron"}, MatchKind.NONE),
        ({"emailaddress1": "b@x.example"}, MatchKind.NONE),
        ({"emailaddress1": "", "lastname": None, "firstname": "Ada"}, MatchKind.NO_FIELDS),
        ({}, MatchKind.NO_FIELDS),
    ],
)
def test_all_strategy_fields_must_be_answered_and_equal(values: dict[str, Any], kind: MatchKind) -> None:
    assert index(ADA).find(values).kind is kind


def test_fields_of_two_leads_do_not_add_up_to_one() -> None:
    match = index(row("1", "ada@x.example", "Byron"), row("2", "b@x.example", "Lovelace")).find(
        {"emailaddress1": "ada@x.example", "lastname": "Lovelace"}
    )
    assert match.kind is MatchKind.SOME
    assert match.candidate_ids == ("1", "2")


def test_an_empty_column_is_not_equal_to_an_unanswered_field() -> None:
    assert index(row("1", "ada@x.example", None)).find({"emailaddress1": "ada@x.example"}).kind is MatchKind.SOME


def test_the_newest_modified_is_taken_then_the_lowest_id_and_the_others_are_duplicates() -> None:
    rows = [
        row("4", "a@x"),
        row("3", "a@x", modified="2026-02-01"),
        row("2", "a@x", modified="2026-02-01"),
        row("1", "a@x"),
    ]
    match = index(*rows, columns=("emailaddress1",)).find({"emailaddress1": "A@x"})
    assert match.best["leadid"] == "2"
    assert match.duplicates == ("3", "1", "4")
    assert match.explain() == "Matched on emailaddress1. 3 further leads match: 3, 1, 4."


def test_a_row_without_a_time_counts_as_the_oldest() -> None:
    match = index(row("1", "a@x", modified=""), row("2", "a@x"), columns=("emailaddress1",)).find(
        {"emailaddress1": "a@x"}
    )
    assert (match.best["leadid"], match.duplicates) == ("2", ("1",))


def test_a_lead_planned_in_this_claim_is_found_by_the_next_submission_of_the_person() -> None:
    leads = index(columns=("emailaddress1",))
    assert leads.find({"emailaddress1": "ada@x.example"}).kind is MatchKind.NONE
    leads.add({"leadid": "new", "emailaddress1": "ada@x.example", "statecode": 0})
    match = leads.find({"emailaddress1": "Ada@X.example"})
    assert (match.kind, match.best["leadid"]) == (MatchKind.ALL, "new")


def test_a_lead_changed_in_this_claim_is_the_newest_and_is_found_by_what_it_will_hold() -> None:
    leads = index(row("1", "a@x", "Byron"), row("2", "a@x", "Byron", "2026-09-09"))
    leads.update("1", {"lastname": "Lovelace", "jobtitle": "Countess"})
    assert leads.find({"emailaddress1": "a@x", "lastname": "Lovelace"}).best["jobtitle"] == "Countess"
    byron = leads.find({"emailaddress1": "a@x", "lastname": "Byron"})
    assert (byron.best["leadid"], byron.duplicates) == ("2", ())
    leads.update("1", {"lastname": "Byron"})
    assert leads.find({"emailaddress1": "a@x", "lastname": "Byron"}).best["leadid"] == "1"


def test_rows_that_the_caller_holds_are_not_changed() -> None:
    mine = row("1", "a@x")
    index(mine).update("1", {"lastname": "Lovelace"})
    assert mine["lastname"] is None


def test_an_update_of_a_lead_that_was_not_read_is_no_error() -> None:
    leads = index()
    leads.update("9", {"lastname": "Lovelace"})
    assert len(leads) == 0


JOSE = row("1", "josé@x.example")


def test_a_row_of_the_service_is_claimed_without_accents_when_nobody_claims_it_exactly() -> None:
    leads = index(JOSE, columns=("emailaddress1",), asked={"emailaddress1": ["jose@x.example"]})
    assert leads.find({"emailaddress1": "jose@x.example"}).kind is MatchKind.ALL


def test_a_row_that_somebody_asked_for_exactly_is_not_claimed_by_another_spelling() -> None:
    leads = index(JOSE, columns=("emailaddress1",), asked={"emailaddress1": ["jose@x.example", "josé@x.example"]})
    assert leads.find({"emailaddress1": "jose@x.example"}).kind is MatchKind.NONE
    assert leads.find({"emailaddress1": "JOSÉ@x.example"}).kind is MatchKind.ALL


def test_the_exact_spelling_goes_before_the_one_without_accents() -> None:
    leads = index(JOSE, row("2", "jose@x.example"), columns=("emailaddress1",))
    match = leads.find({"emailaddress1": "jose@x.example"})
    assert (match.best["leadid"], match.duplicates) == ("2", ())


def test_a_lead_that_we_planned_ourselves_is_never_claimed_by_accents() -> None:
    leads = index(columns=("emailaddress1",))
    leads.add(JOSE)
    assert leads.find({"emailaddress1": "jose@x.example"}).kind is MatchKind.NONE


def test_numbers_compare_as_numbers() -> None:
    leads = CandidateIndex([{"leadid": "1", "numberofemployees": 51}], ("numberofemployees",))
    assert leads.find({"numberofemployees": 51.0}).kind is MatchKind.ALL


def test_partial_matches_say_which_fields_agree_the_closest_first() -> None:
    columns = ("emailaddress1", "lastname", "companyname")
    rows = [row("1", "z@x", "Lovelace", companyname="Heron"), row("2", "z@x", "Lovelace", companyname="Crane")]
    match = index(*rows, columns=columns).find({"emailaddress1": "a@x", "lastname": "Lovelace", "companyname": "Crane"})
    assert match.partial == (
        Partial("2", ("lastname", "companyname"), ("emailaddress1",)),
        Partial("1", ("lastname",), ("emailaddress1", "companyname")),
    )
    assert match.explain() == (
        "No lead matches on all of emailaddress1, lastname and companyname; 2 leads agree on some. "
        "Closest is 2: lastname and companyname equal, emailaddress1 differs."
    )


def test_an_unanswered_field_is_named_as_such() -> None:
    assert index(ADA).find({"emailaddress1": "ada@x.example"}).explain() == (
        "No lead matches on all of emailaddress1 and lastname; 1 lead agrees on some. "
        "Closest is 1: emailaddress1 equal, lastname not answered."
    )


def test_a_common_name_lists_only_the_first_candidates_and_counts_all() -> None:
    match = index(*(row(f"{n:03}", None, "Smith") for n in range(100))).find(
        {"emailaddress1": "a@x", "lastname": "Smith"}
    )
    assert len(match.candidate_ids) == PARTIAL_SHOWN
    assert match.partial_count == 100


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"emailaddress1": "b@x", "lastname": "Byron"}, "No lead matches on emailaddress1 and lastname."),
        ({}, "No field of the matching strategy was answered (emailaddress1 and lastname)."),
        ({"emailaddress1": "ada@x.example", "lastname": "Lovelace"}, "Matched on emailaddress1 and lastname."),
    ],
)
def test_an_explanation_names_columns_and_ids_but_no_person(values: dict[str, Any], words: str) -> None:
    assert index(ADA).find(values).explain() == words


def test_a_lead_that_a_person_chose_is_taken_whatever_it_holds() -> None:
    match = index(ADA).find({"emailaddress1": "other@x"}, only="1")
    assert (match.kind, match.best["leadid"], match.explain()) == (MatchKind.ALL, "1", "A person chose this lead.")


def test_a_chosen_lead_that_is_gone_is_not_found() -> None:
    match = index(ADA).find({"emailaddress1": "ada@x.example"}, only="2")
    assert match.kind is MatchKind.NONE
    assert match.explain() == "The lead that a person chose is not there any more."
