"""What a column takes. Contract: dataverse-api, sections 2.8 and 2.9."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.dataverse.talking import Api, code, message


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"subject": "x" * 301}, "0x80044331"),
        ({"mobilephone": "+49 170 123 456 789 0"}, "0x80044331"),
        ({"leadsourcecode": 99}, "0x8004431A"),
        ({"li_topics": "1,99"}, "0x8004431A"),
        ({"statuscode": 6}, "0x80048408"),
        ({"statecode": 1, "statuscode": 6}, "0x80048408"),
        ({"numberofemployees": -1}, "0x80044330"),
        ({"revenue": -1}, "0x8004432E"),
        ({"address1_latitude": 90.1}, "0x8004432E"),
        ({"numberofemployees": "51-200"}, "0x80048d19"),
        ({"numberofemployees": 1.5}, "0x80048d19"),
        ({"numberofemployees": 2**31}, "0x80048d19"),
        ({"revenue": "10"}, "0x80048d19"),
        ({"donotemail": "true"}, "0x80048d19"),
        ({"donotemail": 1}, "0x80048d19"),
        ({"leadsourcecode": "8"}, "0x80048d19"),
        ({"subject": 5}, "0x80048d19"),
        ({"estimatedclosedate": "2026-11-23T10:00:00Z"}, "0x80048d19"),
        ({"lastonholdtime": "tomorrow"}, "0x80048d19"),
        ({"lastonholdtime": "9999-12-31T23:59:59-05:00"}, "0x80048d19"),
        ({"lastonholdtime": "1000-01-01T00:00:00Z"}, "0x80040239"),
        ({"leadid": "7"}, "0x80048d19"),
        ({"nosuchcolumn": 1}, "0x80048d19"),
        ({"Subject": "x"}, "0x80048d19"),
        ({"ownerid@odata.bind": None}, "0x80040203"),
        ([], "0x80048d19"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_nothing_is_stored(api: Api, body: Any, refused: str) -> None:
    assert code(api("POST", "leads", body)) == (400, refused)
    assert api.rows("lead") == []


def test_a_text_too_long_is_told_with_two_spaces(api: Api) -> None:
    assert message(api("POST", "leads", {"subject": "x" * 301})) == (
        "A validation error occurred.  The length of the 'subject' attribute of the 'lead' entity exceeded the maximum "
        "allowed length of '300'."
    )


def test_a_letter_beyond_the_basic_plane_counts_twice(api: Api) -> None:
    assert api("POST", "leads", {"mobilephone": "😀" * 10}).status_code == 204
    assert code(api("POST", "leads", {"mobilephone": "😀" * 11})) == (400, "0x80044331")


def test_a_choice_out_of_range_names_the_accepted_values(api: Api) -> None:
    assert message(api("POST", "leads", {"leadsourcecode": 99})) == (
        "A validation error occurred.  The value 99 of 'leadsourcecode' on record of type 'lead' is outside the valid "
        "range. Accepted Values: 1,2,3,4,5,6,7,8,9,10"
    )


def test_values_are_kept_in_the_platforms_formats(api: Api) -> None:
    api.make(
        "leads", estimatedclosedate="2026-12-01", lastonholdtime="2026-11-23T12:30:00.5+02:00", li_topics="8, 2",
        revenue=1234.567, donotemail=True, numberofemployees=51,
    )  # fmt: skip
    (row,) = api.rows("lead")
    assert row["estimatedclosedate"] == "2026-12-01"
    assert row["lastonholdtime"] == "2026-11-23T10:30:00Z"
    assert (row["li_topics"], row["revenue"], row["donotemail"]) == ("2,8", 1234.57, 1)


def test_writing_only_the_state_gives_its_default_status(api: Api) -> None:
    lead = api.make("leads", subject="x")
    api("PATCH", f"leads({lead})", {"statecode": 2})
    assert api.rows("lead", "statecode", "statuscode") == [{"statecode": 2, "statuscode": 4}]


def test_an_unknown_status_of_the_current_state_is_named(api: Api) -> None:
    lead = api.make("leads", subject="x")
    answer = api("PATCH", f"leads({lead})", {"statuscode": 6})
    assert code(answer) == (400, "0x80048408")
    assert message(answer).startswith("6 is not a valid status code for state code LeadState.Open on lead with Id ")
