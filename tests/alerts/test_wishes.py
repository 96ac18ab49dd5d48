from __future__ import annotations

import pytest

from leadferry.alerts.wishes import WrongFieldsError, read_wishes

GOOD = {"name": " Ops ", "digest_minutes": "30", "quiet_from": "22:00", "quiet_to": "07:00", "time_zone": "Asia/Tokyo"}


def test_what_is_left_empty_has_its_default() -> None:
    wishes = read_wishes({"name": " Ops "}, ["gap", "token"])
    assert (wishes.name, wishes.digest_minutes, wishes.quiet_from, wishes.time_zone) == ("Ops", 0, "", "UTC")


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("name", "", "name"),
        ("name", "x" * 101, "name"),
        ("name", "a\nb", "name"),
        ("digest_minutes", "-1", "digest_minutes"),
        ("digest_minutes", "1.5", "digest_minutes"),
        ("digest_minutes", "999999", "digest_minutes"),
        ("quiet_from", "24:00", "quiet_from"),
        ("quiet_to", "", "quiet_from"),
        ("quiet_to", "22:00", "quiet_from"),
        ("time_zone", "Mars/Olympus", "time_zone"),
        ("time_zone", "../etc/passwd", "time_zone"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(field: str, value: str, named: str) -> None:
    with pytest.raises(WrongFieldsError) as caught:
        read_wishes({**GOOD, field: value}, ["gap"])
    assert list(caught.value.wrong) == [named]


@pytest.mark.parametrize("events", [[], ["nonsense"]])
def test_events_must_be_known_and_chosen(events: list[str]) -> None:
    with pytest.raises(WrongFieldsError) as caught:
        read_wishes(GOOD, events)
    assert list(caught.value.wrong) == ["events"]
