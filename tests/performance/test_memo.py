from __future__ import annotations

from leadferry.performance.memo import Memo


def test_an_answer_holds_until_its_revision_changes_and_the_least_used_is_forgotten() -> None:
    memo, made = Memo(most=2), []

    def make(name: str) -> str:
        made.append(name)
        return name

    for key, revision in (("a", 1), ("a", 1), ("b", 1), ("a", 1), ("c", 1), ("a", 1), ("b", 1), ("a", 2)):
        assert memo.get(key, revision, lambda name=key: make(name)) == key  # type: ignore[misc]
    assert made == ["a", "b", "c", "b", "a"]
