from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from environments import StandingClock, connect
from leadferry.accounts.model import Environment
from leadferry.forms.form_store import FormStore
from leadferry.store.database import Database

MakeForm = Callable[..., bytes]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def forms(database: Database, clock: StandingClock) -> FormStore:
    return FormStore(database, clock)


@pytest.fixture
def crane(database: Database) -> Environment:
    return connect(database, "crane")


@pytest.fixture
def heron(database: Database) -> Environment:
    return connect(database, "heron")


@pytest.fixture
def linkedin_form() -> MakeForm:
    """A lead form as LinkedIn sends it (linkedin-api 4.2)."""

    def make(version: int = 1, **changes: Any) -> bytes:
        return msgspec.json.encode({**_FORM, "versionId": version, **changes})

    return make


def _text(text: str) -> dict[str, Any]:
    return {"localized": {"en_US": text}}


_FORM: dict[str, Any] = {
    "id": 3162,
    "state": "PUBLISHED",
    "name": "Whitepaper autumn",
    "creationLocale": {"country": "US", "language": "en"},
    "owner": {"sponsoredAccount": "urn:li:sponsoredAccount:5001"},
    "hiddenFields": [{"name": "utm_source", "value": "linkedin"}],
    "content": {
        "headline": _text("Get the paper"),
        "questions": [
            {
                "questionId": 10107000002,
                "predefinedField": "EMAIL",
                "name": "Email address",
                "question": _text("E-Mail-Adresse"),
                "responseRequired": True,
                "responseEditable": False,
                "questionDetails": {"textQuestionDetails": {"maxResponseLength": 300}},
            },
            {
                "questionId": 10107000003,
                "name": "Custom question 0",
                "question": _text("Which size?"),
                "responseRequired": False,
                "responseEditable": True,
                "questionDetails": {
                    "multipleChoiceQuestionDetails": {
                        "options": [{"id": 1, "text": _text("Small")}, {"id": 2, "text": _text("大")}]
                    }
                },
            },
        ],
        "legalInfo": {
            "consents": [{"id": 71, "checkRequired": True, "consent": _text("Send me the newsletter")}],
        },
    },
}
