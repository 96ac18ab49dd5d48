"""However many submissions there are, one page of them is in memory."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator, Sequence

import pytest

from adoption.conftest import Succession
from environments import StandingClock
from leadferry.adoption import adopt_worker
from leadferry.adoption.adopt_worker import Adoption
from leadferry.adoption.adoption_store import AdoptionStore
from leadferry.adoption.model import Report
from leadferry.adoption.original import ANSWERS, SUBMISSIONS, Original, OriginalTable
from leadferry.adoption.original_client import OriginalClient
from leadferry.simulators.dataverse.original_rows import QUESTIONS, original_id, submitted_at


class Endless(OriginalClient):
    """As many submissions as are wanted, made as they are asked for."""

    def __init__(self, number: int) -> None:
        self.number = number

    def find(self) -> list[str]:
        return []

    def rows(self, table: OriginalTable) -> Iterator[Original]:  # noqa: ARG002
        yield from ()

    def strategies(self) -> Iterator[tuple[Original, tuple[str, ...]]]:
        yield from ()

    def lead(self) -> object:  # type: ignore[override]
        return None

    def submissions(self, page_size: int) -> Iterator[list[Original]]:
        for first in range(0, self.number, page_size):
            yield [_submission(number) for number in range(first, min(first + page_size, self.number))]

    def answers(self, submission_ids: Sequence[str]) -> dict[str, list[Original]]:
        return {row_id: [_answer(row_id, number) for number in range(len(QUESTIONS))] for row_id in submission_ids}


def _submission(number: int) -> Original:
    row = {
        SUBMISSIONS.primary_id: original_id("submission", number),
        "msdyncrm_linkedinformsubmission_textid": f"response-{number}",
        "msdyncrm_submissiondate": submitted_at(number).isoformat(),
        "msdyncrm_matchingstatus": 192350001,
    }
    return Original(SUBMISSIONS, row)


def _answer(row_id: str, number: int) -> Original:
    return Original(ANSWERS, {"msdyncrm_answertext": f"{row_id} {number}", "msdyncrm_linkedinquestionid": str(number)})


def adopted(succession: Succession, number: int) -> tuple[Report, int]:
    """The report, and the most that was in memory at once."""
    store = AdoptionStore(succession.app.database, StandingClock())
    work = Adoption(succession.environment, Endless(number), succession.app.stores, store, StandingClock())
    tracemalloc.start()
    report = work.run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return report, peak


def test_three_times_as_many_need_no_more_memory(succession: Succession) -> None:
    _, few = adopted(succession, 1_000)
    report, many = adopted(succession, 3_000)
    assert report.submissions.as_json() == {"found": 3_000, "new": 2_000, "known": 1_000}
    assert many < few * 1.3


def test_of_all_submissions_one_page_is_held_and_the_next_is_asked_for_when_it_is_done(
    succession: Succession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over HTTP, page by page; what the interpreter still holds is counted, whoever holds it."""
    monkeypatch.setattr(adopt_worker, "PAGE", 5)
    told: list[tuple[int, int, int]] = []

    def note(looked_at: int) -> None:
        gc.collect()
        held = [one for one in gc.get_objects() if isinstance(one, Original)]
        pages = succession.dynamics.counts()["GET msdyncrm_linkedinformsubmissions"]
        told.append((looked_at, sum(one.table is SUBMISSIONS for one in held), pages))
        assert sum(one.table is ANSWERS for one in held) <= 5 * len(QUESTIONS)

    succession.adopt(on_progress=note)
    assert told == [(5, 5, 1), (10, 5, 2), (15, 5, 3), (20, 5, 4)]


@pytest.mark.long
def test_a_hundred_thousand_fit_into_a_few_megabytes(succession: Succession) -> None:
    report, peak = adopted(succession, 100_000)
    assert report.submissions.new == succession.count() == 100_000
    assert peak < 25_000_000
