"""Which values to ask Dynamics for: one question for many submissions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadferry.mapping.model import Mapped
from leadferry.matching.collation import comparable, fold, is_answered


def values_to_ask(submissions: Iterable[Mapped], columns: Sequence[str]) -> dict[str, list[str]]:
    """Strategy column -> distinct answers, in order of first sight, for `DataverseClient.find_any`.

    Two spellings that Dataverse compares equal are asked once. Columns that nobody answered are absent.
    """
    asked: dict[str, dict[str, str]] = {column: {} for column in columns}
    for mapped in submissions:
        for column, seen in asked.items():
            value = mapped.values.get(column)
            if is_answered(value):
                text = comparable(value)
                seen.setdefault(fold(text), text.rstrip(" "))
    return {column: list(seen.values()) for column, seen in asked.items() if seen}
