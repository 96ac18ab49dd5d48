from __future__ import annotations

import pytest

from leadferry.guardian.redaction import Redactor

NAMED = [
    ("environment", "Crane Production"),
    ("profile", "Ada Byron"),
    ("account", "Crane Works EMEA"),
    ("account", "Crane"),
    ("app", "78example"),
]
redact = Redactor(b"secret", NAMED)


@pytest.mark.parametrize(
    ("text", "gone", "kept"),
    [
        ("Ada Byron's authorization ends in 3 days.", "Ada", "'s authorization ends in 3 days."),
        ("ADA BYRON has no role.", "BYRON", " has no role."),
        ("Crane Works EMEA: leads cannot be read.", "Works", ": leads cannot be read."),
        ("app 2b6c7f04-6f0e-4d0e-8f47-0d4c4c2f2a11 has expired", "2b6c7f04", " has expired"),
        ("The environment https://crane.crm4.dynamics.com/api cannot be reached", "crane.crm4", "https://<host "),
        ("host crane.crm4.dynamics.com", "crane", "host "),
        ("urn:li:sponsoredAccount:5001 is gone", "5001", " is gone"),
        ("account 507001234 is gone", "507001234", "account "),
        ("mail someone@crane.example", "someone", "mail "),
        ("The file /home/ada/leadferry.db is gone", "ada", "The file "),
        ("LinkedIn app 78example", "78example", "LinkedIn app "),
    ],
)
def test_nothing_of_the_customer_is_left(text: str, gone: str, kept: str) -> None:
    assert gone not in redact(text)
    assert kept in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "Version 202609 of LinkedIn's API ends in 46 days.",
        "1,234,567 of 500,000 Power Platform requests are used today.",
        "LinkedIn at https://api.linkedin.com cannot be reached",
        "`leadferry linkedin-version adopt 202609`.",
        "It lives until 2027-07-15.",
        "Set LEADFERRY_LINKEDIN_CLIENT_SECRET.",
    ],
)
def test_what_tells_nothing_of_the_customer_stays(text: str) -> None:
    assert redact(text) == text


def test_the_same_thing_gets_the_same_word_and_another_thing_another() -> None:
    assert redact("Ada Byron") == redact("ada byron")
    assert redact("Crane") != redact("Crane Works EMEA")
    assert Redactor(b"other", NAMED)("Ada Byron") != redact("Ada Byron")


def test_nothing_is_named() -> None:
    assert Redactor(b"s", [("profile", ""), ("profile", " ")])("All is well.") == "All is well."
