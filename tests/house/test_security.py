"""docs/security.md: what it says of OWASP ASVS is shown by tests that exist, or has its reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
TEXT = (HOUSE / "docs" / "security.md").read_text("utf-8")
ITEMS = re.findall(r"^\| (V\d+\.\d+[^|]*) \| ([^|]+) \| ([^|]*) \|$", TEXT, re.MULTILINE)


def test_every_chapter_of_the_standard_is_there_or_does_not_apply() -> None:
    told = {int(number) for number in re.findall(r"\bV(\d+)\b", TEXT.partition("## OWASP ASVS")[2])}
    assert told == set(range(1, 18))


@pytest.mark.parametrize(("item", "how", "shown"), ITEMS, ids=[item for item, _, _ in ITEMS])
def test_an_item_names_a_test_that_exists_or_its_reason(item: str, how: str, shown: str) -> None:
    named = re.findall(r"`(tests/[^`:]+)(?:::(\w+))?`", shown)
    assert named or how.startswith("reason: "), item
    for path, test in named:
        source = (HOUSE / path).read_text("utf-8")
        assert f"def {test or 'test_'}" in source, f"{item}: {path}"


def test_every_file_that_the_page_names_exists() -> None:
    named = re.findall(r"`((?:tests|docs|requirements|src)/[^`:]*)`", TEXT)
    assert len(named) > len(ITEMS)
    assert [path for path in named if not (HOUSE / path).exists()] == []
