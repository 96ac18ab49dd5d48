"""History shows in our views and figures, and can be decided upon, as if Leadferry had carried it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adoption.conftest import Succession
from leadferry.simulators.dataverse.original_rows import STATUSES, response_id
from visitor import Visitor, text_of
from web import serving


@pytest.fixture
def visitor(succession: Succession) -> Iterator[Visitor]:
    succession.adopt()
    with serving(succession.app) as console:
        yield console.operator()


def page(succession: Succession, visitor: Visitor, path: str) -> str:
    answer = visitor.get(f"/e/{succession.environment.id}/{path}")
    assert answer.status_code == 200, path
    return text_of(answer)


def number(succession: Succession, status: int) -> int:
    return int(succession.show(response_id(STATUSES.index(status)))["id"])


def test_the_list_and_a_submission_tell_who_when_and_what_became_of_it(
    succession: Succession, visitor: Visitor
) -> None:
    listed = page(succession, visitor, "submissions")
    for words in ("First0 Last0", "person0@crane.example", "Whitepaper autumn", "New lead created"):
        assert words in listed
    shown = page(succession, visitor, f"submissions/{number(succession, 192350001)}")
    for words in ("Settled by Microsoft's connector", "from Microsoft's connector", "What is your budget?", "10,000"):
        assert words in shown.replace("&#39;", "'")


def test_a_failed_match_can_be_decided_in_the_review_queue(succession: Succession, visitor: Visitor) -> None:
    queue = page(succession, visitor, "review")
    assert "2 waiting" in queue
    assert "First3 Last3" in queue
    assert "person3@crane.example" in page(succession, visitor, f"submissions/{number(succession, 192350003)}")


def test_accounts_are_listed(succession: Succession, visitor: Visitor) -> None:
    assert "Crane Works US" in page(succession, visitor, "accounts")
