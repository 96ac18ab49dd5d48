"""The page *Personal data*: what is found of a person, downloaded, erased; retention tried before it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from delivery.conftest import Ferry, open_ferry
from leadferry.console.audit_store import Wanted
from privacy.conftest import ADA, BOB, NAMES, dynamics, everything, number_of, traces_of
from services import Dynamics
from visitor import Visitor, text_of
from web import Console, serving

__all__ = ["dynamics"]

PAGE = "/e/1/privacy"
YEAR_MS = 365 * 86_400_000


@dataclass
class Desk:
    ferry: Ferry
    console: Console
    visitor: Visitor

    def a_year_later(self) -> None:
        """No session lasts so long."""
        self.ferry.clock.now += YEAR_MS
        self.visitor = self.console.operator()

    def page(self) -> str:
        return text_of(self.visitor.get(PAGE))

    def search(self, who: str) -> str:
        return text_of(self.visitor.post(f"{PAGE}/person", {"who": who}))


@pytest.fixture
def desk(dynamics: Dynamics, tmp_path: Path) -> Iterator[Desk]:
    with open_ferry(dynamics, tmp_path, "sqlite") as ferry, serving(ferry.app) as console:
        yield Desk(ferry, console, console.operator())


def two_people(desk: Desk) -> list[int]:
    keys = [desk.ferry.respond(**ADA), desk.ferry.respond(**BOB)]
    desk.ferry.deliver()
    return [number_of(desk.ferry, key) for key in keys]


def test_a_person_is_found_and_what_is_held_is_shown(desk: Desk) -> None:
    two_people(desk)
    shown = desk.search(ADA["email"])
    assert "1 form submission found by e-mail address" in shown
    assert "Adalinde Quensel" in shown
    assert "4 answers, 1 line of timeline" in shown
    assert "A lead in Dynamics" in shown
    assert "Crane" not in shown.replace("Adalinde Quensel", "")


def test_nobody_is_told_kindly_and_nothing_typed_is_lost(desk: Desk) -> None:
    assert "Nothing is held of this person" in desk.search("nobody@x.test")
    answer = desk.visitor.post(f"{PAGE}/person", {"who": "x"})
    assert answer.status_code == 422
    assert 'value="x"' in answer.text


def test_who_is_looked_for_is_never_in_an_address(desk: Desk) -> None:
    two_people(desk)
    answer = desk.visitor.post(f"{PAGE}/person", {"who": ADA["email"]})
    assert "quensel" not in str(answer.url).lower()
    assert "quensel" not in " ".join(part for part in answer.text.split('"') if part.startswith("/e/")).lower()


def test_everything_of_the_person_is_downloaded_and_that_is_in_the_audit(desk: Desk) -> None:
    number, _ = two_people(desk)
    answer = desk.visitor.post(f"{PAGE}/person/file", {"id": str(number)})
    assert answer.headers["content-disposition"] == 'attachment; filename="person.json"'
    assert answer.json()["submissions"][0]["answers"][2]["answer"] == ADA["email"]
    entry = desk.ferry.app.audit.list(desk.ferry.environment)[0]
    assert (entry.action, entry.record_kind, entry.after) == ("submission.read", "person", {"numbers": [number]})


def test_a_person_is_erased_with_rows_and_lead_and_the_page_tells_it_later(desk: Desk) -> None:
    number, _ = two_people(desk)
    wishes = {"id": str(number), "who": ADA["email"], "mirror": "yes", "leads": "yes"}
    shown = text_of(desk.visitor.post(f"{PAGE}/person/erase", wishes))
    assert "1 form submission erased" in shown
    assert [lead["emailaddress1"] for lead in desk.ferry.dynamics.leads()] == [BOB["email"]]
    assert len(desk.ferry.dynamics.rows("ferry_linkedinformsubmission", "ferry_name")) == 1
    assert not any(name in everything(desk.ferry.app.database) for name in NAMES)
    assert traces_of(desk.ferry) == []
    assert "A person" in desk.page()
    assert "This address was erased here before" in desk.search(ADA["email"].upper())
    submission = text_of(desk.visitor.get(f"/e/1/submissions/{number}"))
    assert "Its answers are no longer here" in submission
    assert "Replay" not in submission.partition("Journey")[0]


def test_the_audit_of_an_erasure_names_nobody(desk: Desk) -> None:
    number, _ = two_people(desk)
    desk.visitor.post(f"{PAGE}/person/erase", {"id": str(number), "who": ADA["email"]})
    [entry] = desk.ferry.app.audit.list(desk.ferry.environment, Wanted(action="submission.delete"))
    assert entry.after is not None
    assert (entry.record, entry.after["numbers"], entry.after["mirror"]) == ("One person, erased", [number], False)
    assert len(entry.after["proofs"]) == 1
    assert not any(name in str(entry).lower() for name in NAMES)


def test_nothing_selected_erases_nothing(desk: Desk) -> None:
    two_people(desk)
    answer = desk.visitor.post(f"{PAGE}/person/erase", {"who": ADA["email"]})
    assert "No form submission is selected" in text_of(answer)
    assert "quensel" in everything(desk.ferry.app.database)


def test_test_leads_are_counted_and_deleted_by_one_button(desk: Desk) -> None:
    two_people(desk)
    desk.ferry.respond(test=True, **ADA | {"email": "test@x.test"})
    desk.ferry.deliver()
    assert "1 test lead of Campaign Manager came in; 1 of the leads in Dynamics was made by them alone" in desk.page()
    shown = text_of(desk.visitor.post(f"{PAGE}/test-leads"))
    assert "1 test leads deleted" in shown
    assert len(desk.ferry.dynamics.leads()) == 2
    assert "There are none, or they were deleted already" in desk.page()


def test_retention_is_tried_before_it_is_saved(desk: Desk) -> None:
    two_people(desk)
    desk.a_year_later()
    tried = {"keep_answers_days": "90", "keep_audit_days": "0"}
    shown = text_of(desk.visitor.post(f"{PAGE}/dry-run", tried))
    assert "2 form submissions lose their answers and raw payload" in shown
    assert desk.ferry.app.environments.configuration(desk.ferry.environment).keep_answers_days == 0
    part = desk.visitor.post(f"{PAGE}/dry-run", tried, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "2 form submissions" in part.text
    wrong = text_of(desk.visitor.post(f"{PAGE}/dry-run", {"keep_answers_days": "3"}))
    assert "younger than 30 days" in wrong


def test_what_is_due_is_on_the_page_and_goes_at_a_press(desk: Desk) -> None:
    two_people(desk)
    desk.a_year_later()
    desk.ferry.configure("keep_answers_days", "90")
    assert "2 form submissions lose their answers" in text_of(desk.visitor.get(f"{PAGE}?count=1"))
    assert "2 form submissions lose their answers" in text_of(desk.visitor.get(f"{PAGE}/due"))
    assert "Retention has begun" in text_of(desk.visitor.post(f"{PAGE}/run"))
    desk.ferry.app.retention.wait()
    shown = text_of(desk.visitor.get(f"{PAGE}?count=1"))
    assert "Nothing is due now" in shown
    assert "By retention" in shown
    assert "Answers and raw payload 2 taken by the last run 90 days" in shown
    assert desk.ferry.show("response-1")["body"] is None
