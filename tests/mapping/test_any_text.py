"""Whatever a person writes, the lead is made: nothing raises, and every value fits its column."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadferry.dataverse.metadata import Column, ColumnType, Table
from leadferry.mapping.fit import MAPPABLE
from leadferry.mapping.model import FieldMapping, Mapped, Source
from leadferry.mapping.transforms.registry import TRANSFORMS

Run = Callable[..., Mapped]

ODD = st.sampled_from(
    (
        *("9" * 5000, "1" * 400 + "k", "+1" * 200, "1-" * 2000, "1e999", "00", "+", "-", "½", "²", "٣٫٥"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
        *("@", "<>", "a@" + "b." * 200 + "c", "{}", "%", "(0)", "\ud800", "\u202e", "x" * 5000),
    )
)
ANY_TEXT = st.text(alphabet=st.characters(), max_size=60) | ODD | st.text("0123456789-+.,/() kKmM@", max_size=30)
TYPES = sorted(kind for kind in MAPPABLE if kind not in {ColumnType.LOOKUP, ColumnType.CUSTOMER})


@pytest.mark.parametrize("transform", ["", *TRANSFORMS])
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANY_TEXT)
def test_no_text_breaks_a_transform_or_a_column(run: Run, transform: str, text: str) -> None:
    columns = {
        kind.value: Column(
            kind.value, kind, max_length=10 if kind is ColumnType.TEXT else None, options={1: "One", 2: "Two"}
        )
        for kind in TYPES
    }
    table = Table("lead", "leads", "leadid", "fullname", columns)
    mappings = [FieldMapping(1, Source.QUESTION, "20", "Q", name, transform) for name in columns]
    mapped = run({20: text}, only=mappings, table=table)
    json.dumps(mapped.values, allow_nan=False).encode()
    assert "".join(str(value) for value in mapped.values.values()).encode("utf-8") is not None
    _check_types(mapped.values)


def _check_types(values: dict[str, Any]) -> None:
    assert len(values.get("String", "").encode("utf-16-le")) <= 20
    assert type(values.get("Boolean", True)) is bool
    assert values.get("Picklist", 1) in {1, 2}
    assert type(values.get("Integer", 1)) is int
    assert type(values.get("Money", 1.0)) is float
