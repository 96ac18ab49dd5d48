from __future__ import annotations

import pytest

from leadferry.console.paging import PAGE, Paged, paged

NAMES = [f"Form {number}" for number in range(2 * PAGE + 3)]


@pytest.mark.parametrize(
    ("asked", "number", "first", "last"),
    [
        ({}, 1, 1, PAGE),
        ({"page": "2"}, 2, PAGE + 1, 2 * PAGE),
        ({"page": "3"}, 3, 2 * PAGE + 1, 2 * PAGE + 3),
        ({"page": "99"}, 3, 2 * PAGE + 1, 2 * PAGE + 3),
        ({"page": "0"}, 1, 1, PAGE),
        ({"page": "-1"}, 1, 1, PAGE),
        ({"page": "9" * 40}, 1, 1, PAGE),
    ],
)
def test_a_page_that_there_is_not_is_the_nearest_one(asked: dict[str, str], number: int, first: int, last: int) -> None:
    found = paged(NAMES, asked, str)
    assert (found.number, found.first, found.last, found.pages) == (number, first, last, 3)
    assert list(found.rows) == NAMES[first - 1 : last]


def test_together_the_pages_show_every_row_once() -> None:
    shown = [name for page in range(1, 4) for name in paged(NAMES, {"page": str(page)}, str).rows]
    assert shown == NAMES


def test_a_search_leaves_those_that_have_the_text_and_stays_in_the_addresses() -> None:
    found = paged(NAMES, {"q": " FORM 10 "}, str)
    assert list(found.rows) == ["Form 10", "Form 100", "Form 101", "Form 102"]
    assert (found.every, found.query(1), found.query(2)) == (len(NAMES), "?q=FORM+10", "?q=FORM+10&page=2")


def test_of_nothing_there_is_one_empty_page() -> None:
    found: Paged[str] = paged([], {"page": "4"}, str)
    assert (found.number, found.first, found.last, found.pages, found.query(1)) == (1, 0, 0, 1, "")
