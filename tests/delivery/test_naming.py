"""What a page says of lead columns is said in the words of Dynamics, and links and times in a person's."""

from __future__ import annotations

import pytest

from leadferry.dataverse.metadata import Column, ColumnType
from leadferry.delivery.naming import named
from leadferry.delivery.story import label, value_words

COLUMNS = {"emailaddress1": Column("emailaddress1", ColumnType.TEXT, label="Email")}
FORM = "/ferry_linkedinforms(dd3ab636-c3b9-558c-acdd-57054d3894ec)"


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("Matched on emailaddress1.", ["emailaddress1"], 'Matched on <span title="emailaddress1">Email</span>.'),
        ("No subject was answered.", ["emailaddress1"], "No subject was answered."),
        ("emailaddress12 <b>", ["emailaddress1"], "emailaddress12 &lt;b&gt;"),
        ("<b>", [], "&lt;b&gt;"),
    ],
)
def test_columns_that_were_compared_are_called_as_dynamics_calls_them(text: str, columns: list[str], said: str) -> None:
    assert str(named(text, columns, lambda column: label(column, COLUMNS))) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (FORM, "Paper"),
        ("/ferry_linkedincampaigns(dd3ab636-c3b9-558c-acdd-57054d3894ec)", "dd3ab636-c3b9-558c-acdd-57054d3894ec"),
        ("2026-11-26T01:39:26Z", "at 1795657166000"),
        ("2026-11-26T01:39:26Z, or so", "2026-11-26T01:39:26Z, or so"),
        (None, ""),
    ],
)
def test_a_link_is_called_by_its_name_and_a_time_is_the_readers(value: str | None, said: str) -> None:
    linked = {"form": "Paper", "campaign": None}
    assert value_words("x", value, COLUMNS, linked, lambda at: f"at {at}") == said
