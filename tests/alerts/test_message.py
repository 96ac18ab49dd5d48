from __future__ import annotations

import pytest

from leadferry.alerts.message import MOST_IN_A_MESSAGE, compose
from leadferry.alerts.model import Alert, Event, Level
from leadferry.alerts.reasons import reason

TEN_FORTY = 1_790_000_000_000 - 1_790_000_000_000 % 86_400_000 + (10 * 60 + 40) * 60_000


def leads(number: int, count: int, key: str = "new-lead:7", at: int = TEN_FORTY) -> Alert:
    return Alert(
        number, 1, Event.NEW_LEAD, key, Level.INFO, 'new leads from form "Guide"', "", "", "/e/1", count, at, at
    )


def condition(number: int, level: Level = Level.WARN) -> Alert:
    return Alert(
        number, 1, Event.TOKEN, f"c{number}", level, f"Title {number}", "Body", "Ask Ada.", "/e/1/p", 0, 0, None
    )


def test_one_alert_is_the_title_with_what_to_do_and_where() -> None:
    message = compose([condition(1)], "crane", "UTC", "https://ferry.example/")
    assert message.title == "crane: Title 1"
    assert message.body == "Body\nTo do: Ask Ada.\nhttps://ferry.example/e/1/p"


def test_leads_of_one_form_are_counted_together_since_the_first() -> None:
    message = compose([leads(2, 5, at=TEN_FORTY + 60_000), leads(1, 7)], "crane", "Europe/Berlin", "")
    assert message.title == 'crane: 12 new leads from form "Guide", since 12:40'


def test_one_lead_is_one_lead() -> None:
    assert compose([leads(1, 1)], "crane", "UTC", "").title == 'crane: 1 new lead from form "Guide"'


def test_a_digest_holds_each_and_bears_the_worst_level() -> None:
    message = compose([leads(1, 3), condition(2), condition(3, Level.BAD)], "crane", "UTC", "")
    assert (message.title, message.level) == ("crane: 3 alerts", Level.BAD)
    assert [part.splitlines()[0] for part in message.body.split("\n\n")] == [
        '3 new leads from form "Guide"',
        "Title 2",
        "Title 3",
    ]


def test_a_long_digest_says_how_many_are_left_out() -> None:
    message = compose([condition(number) for number in range(MOST_IN_A_MESSAGE + 13)], "crane", "UTC", "")
    assert message.body.endswith("And 13 more, at the console.")


@pytest.mark.parametrize(
    ("notes", "told"),
    [
        ("Failed to send JSON notification: Not Found, error=404.", "404"),
        ("Failed to send Slack: https://hooks/T/B/hush, error=500.", "500"),
        ("Socket Exception: (535, b'5.7.8 hush is wrong')", "535"),
        ("HTTPConnectionPool(host='hush'): [Errno 111] Connection refused", "Nothing listens"),
        ("Failed to resolve 'hush' ([Errno -2] Name or service not known)", "host is unknown"),
        ("Read timed out. hush", "no answer in time"),
        ("something about hush", "did not take"),
    ],
)
def test_a_reason_quotes_nothing_but_numbers(notes: str, told: str) -> None:
    assert told in reason(notes)
    assert "hush" not in reason(notes)
