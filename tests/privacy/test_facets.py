"""What a person answered to LinkedIn's question for the industry is told of in figures, and goes with them."""

from __future__ import annotations

import msgspec
import pytest

from delivery.conftest import FORM, Ferry
from leadferry.intake.inbox_store import InboxStore
from leadferry.linkedin.reading import to_form_version
from privacy.conftest import everything, number_of, traces_of

ASKED = {"questionId": 61, "predefinedField": "INDUSTRY", "name": "i", "question": {"localized": {"en_US": "Industry"}}}
ADAS, BEES = "Quensel's own", "Beekeeping"


@pytest.fixture
def asking(ferry: Ferry) -> Ferry:
    """Its form asks for the industry too."""
    raw = msgspec.json.encode(FORM | {"id": 4001, "content": {"questions": [ASKED]}})
    ferry.version_key, _ = ferry.app.forms.save_version(ferry.environment.id, None, to_form_version(raw), raw)
    return ferry


def answer(ferry: Ferry, key: str, industry: str, inbox: InboxStore | None = None) -> int:
    told = {"questionId": 61, "answerDetails": {"textQuestionAnswer": {"answer": industry}}}
    body = {"id": key, "submittedAt": ferry.clock.now, "leadType": "SPONSORED", "formResponse": {"answers": [told]}}
    if inbox:
        ferry.app.inbox = inbox
    ferry.receive(msgspec.json.encode(body), key, ferry.clock.now)
    return number_of(ferry, key)


def by_industry(ferry: Ferry) -> dict[str, int]:
    app, here = ferry.app, ferry.environment.id
    app.keep_figures(ferry.environment)
    names = app.figures.names(here)["industry"]
    return {names.get(key, ""): count for (key,), count in app.figures.sums(here, ["industry"]).items()}


def test_an_industry_that_nobody_else_has_is_forgotten_and_the_others_stay(asking: Ferry) -> None:
    ferry = asking
    adas, bees = answer(ferry, "a", ADAS), [answer(ferry, "b", BEES), answer(ferry, "c", BEES)]
    assert by_industry(ferry) == {ADAS: 1, BEES: 2}
    ferry.app.erase(ferry.environment, [adas], mirror=False)
    assert by_industry(ferry) == {"": 1, BEES: 2}
    assert "quensel" not in everything(ferry.app.database)
    assert traces_of(ferry, ("quensel",)) == []
    ferry.app.erase(ferry.environment, bees[:1], mirror=False)
    assert by_industry(ferry) == {"": 2, BEES: 1}


def test_another_process_does_not_use_the_number_of_a_forgotten_one(asking: Ferry) -> None:
    """It remembers the number, and that number may stand for another industry by now."""
    ferry = asking
    ours, theirs = ferry.app.inbox, InboxStore(ferry.app.database, ferry.clock)
    answer(ferry, "a", BEES, ours)
    adas = answer(ferry, "b", ADAS, theirs)
    answer(ferry, "c", ADAS, ours)
    ferry.app.erase(ferry.environment, [adas, adas + 1], mirror=False)
    answer(ferry, "d", "Boatbuilding", ours)
    answer(ferry, "e", ADAS, theirs)
    assert by_industry(ferry) == {"": 2, BEES: 1, "Boatbuilding": 1, ADAS: 1}
