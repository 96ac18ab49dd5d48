"""Alternate keys and upsert. Contract: dataverse-api, section 2.4."""

from __future__ import annotations

import pytest

from simulators.dataverse.talking import MULTIPLE, TARGET, Api, code, message

KEY = "leads(li_responseid='abc')"


def test_an_upsert_by_key_creates_then_updates_and_echoes_the_key(api: Api) -> None:
    for subject in ("first", "second"):
        answer = api("PATCH", KEY, {"subject": subject})
        assert answer.status_code == 204
        assert answer.headers["OData-EntityId"] == f"{api.root}/{KEY}"
    assert api.rows("lead", "li_responseid", "subject") == [{"li_responseid": "abc", "subject": "second"}]


def test_only_a_preferred_representation_tells_create_from_update(api: Api) -> None:
    tail = f"{KEY}?$select=leadid"
    made = api("PATCH", tail, {"subject": "x"}, Prefer="return=representation")
    again = api("PATCH", tail, {"subject": "y"}, Prefer="return=representation")
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["leadid"] == again.json()["leadid"]


def test_on_create_the_body_wins_over_the_key_in_the_address(api: Api) -> None:
    api("PATCH", KEY, {"li_responseid": "other"})
    assert api.rows("lead", "li_responseid") == [{"li_responseid": "other"}]


def test_on_update_the_key_in_the_body_is_dropped(api: Api) -> None:
    api("PATCH", KEY, {})
    api("PATCH", KEY, {"li_responseid": "other", "subject": "x"})
    assert api.rows("lead", "li_responseid", "subject") == [{"li_responseid": "abc", "subject": "x"}]


def test_keys_are_equal_without_regard_to_case_accents_and_trailing_blanks(api: Api) -> None:
    api.make("leads", li_responseid="Éa")
    answer = api("POST", "leads", {"li_responseid": "eA  "})
    assert code(answer) == (412, "0x80060892")
    assert message(answer).startswith(
        "Entity Key li_ResponseKey violated. A record with the same value for li_responseid already exists."
    )
    assert api("GET", "leads(li_responseid='EA')").status_code == 200


def test_accents_count_where_the_language_says_so(api: Api) -> None:
    api.control("PATCH", "settings", {"accent_insensitive": False})
    api.make("leads", li_responseid="éa")
    assert api("POST", "leads", {"li_responseid": "ea"}).status_code == 204
    assert code(api("POST", "leads", {"li_responseid": "ÉA"})) == (412, "0x80060892")


def test_a_clash_names_the_row_that_was_there(api: Api) -> None:
    lead = api.make("leads", li_responseid="abc")
    answer = api("POST", "leads", {"li_responseid": "ABC"})
    assert lead in answer.json()["error"]["innererror"]["message"]


def test_rows_without_a_key_value_are_not_constrained(api: Api) -> None:
    api.make("leads", subject="x")
    api.make("leads", subject="y")
    assert len(api.rows("lead")) == 2


def test_an_absent_key_is_404_with_80060891(api: Api) -> None:
    assert code(api("GET", KEY)) == (404, "0x80060891")
    assert code(api("PATCH", KEY, {}, If_Match="*")) == (404, "0x80060891")
    assert code(api("DELETE", KEY)) == (404, "0x80060891")


@pytest.mark.parametrize("letter", ["/", "<", ">", "*", "&", ":", "?", "+", "%25", "%5C"])
def test_key_values_with_unusable_letters_cannot_stand_in_an_address(api: Api, letter: str) -> None:
    encoded = letter.replace("?", "%3F").replace("&", "%26")
    assert api("PATCH", f"leads(li_responseid='a{encoded}b')", {}).status_code == 400
    assert api.rows("lead") == []


def test_columns_that_are_no_key_are_refused(api: Api) -> None:
    answer = api("GET", "leads(subject='x')")
    assert answer.status_code == 400
    assert message(answer).startswith(
        "The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.lead'."
    )


def test_the_primary_key_may_be_named_and_apostrophes_are_doubled(api: Api) -> None:
    lead = api.make("leads", li_responseid="O'Neil")
    assert api("GET", f"leads(leadid={lead})").json()["leadid"] == lead
    assert api("GET", "leads(li_responseid='O''Neil')").json()["leadid"] == lead


def test_a_race_of_two_upserts_ends_as_412(api: Api) -> None:
    api.control("PATCH", "settings", {"key_race": True})
    assert code(api("PATCH", KEY, {"subject": "x"})) == (412, "0x80060892")


def test_upsert_multiple_creates_and_updates_by_key_and_by_id(api: Api) -> None:
    lead = api.make("leads", li_responseid="a", subject="old")
    targets = [
        {**TARGET, "@odata.id": "leads(li_responseid='A')", "subject": "one"},
        {**TARGET, "@odata.id": "leads(li_responseid='b:/')", "subject": "two"},
        {**TARGET, "leadid": "33333333-3333-4333-8333-333333333333", "subject": "three"},
    ]
    answer = api("POST", f"{MULTIPLE}UpsertMultiple", {"Targets": targets})
    assert (answer.status_code, answer.content) == (204, b"")
    found = {row["subject"]: row for row in api.rows("lead", "leadid", "li_responseid", "subject")}
    assert found["one"]["leadid"] == lead
    assert found["two"]["li_responseid"] == "b:/"
    assert found["three"]["leadid"] == "33333333-3333-4333-8333-333333333333"


def test_one_key_twice_in_an_upsert_multiple_is_an_error(api: Api) -> None:
    target = {**TARGET, "@odata.id": "leads(li_responseid='a')"}
    answer = api("POST", f"{MULTIPLE}UpsertMultiple", {"Targets": [target, target]})
    assert answer.status_code == 412
    assert api.rows("lead") == []
