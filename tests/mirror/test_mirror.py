"""The mirror against the simulated Dynamics over HTTP, on both databases."""

from __future__ import annotations

from typing import Any

from delivery.conftest import Ferry

ADA: dict[str, Any] = {"first_name": "Ada", "last_name": "Crane", "email": "ada@x.test", "company_name": "Crane Works"}


def test_a_submission_and_its_answers_stand_in_dynamics_with_lead_contact_and_form(ferry: Ferry) -> None:
    key = ferry.respond(**ADA)
    assert ferry.deliver().notes == []
    shown = ferry.show(key)
    [row] = ferry.dynamics.rows("ferry_linkedinformsubmission")
    assert row["ferry_linkedinformsubmission_textid"] == key
    assert (row["ferry_lead"], row["ferry_contact"]) == (shown["lead_id"], shown["contact_id"])
    assert (row["ferry_matchingstatus"], row["ferry_processingstate"]) == (192350001, 192350001)
    answers = ferry.dynamics.rows("ferry_linkedinformanswer", "ferry_name", "ferry_answertext")
    assert {answer["ferry_answertext"] for answer in answers} == set(ADA.values())
