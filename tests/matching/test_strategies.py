from __future__ import annotations

from dataclasses import replace

import pytest

from leadferry.dataverse.metadata import Column, ColumnType, Table
from leadferry.errors import InputError, NotFoundError
from leadferry.mapping.defaults import default_mappings
from leadferry.mapping.model import FieldMapping, Source
from leadferry.matching.checks import check_strategy
from leadferry.matching.model import (
    MatchField,
    OnMatchFail,
    Strategy,
    activated,
    active,
    check_may_deactivate,
    check_may_delete,
    check_may_unmap,
    default_strategy,
    match_fields,
)

MAPPINGS = [replace(mapping, id=number) for number, mapping in enumerate(default_mappings(), 1)]
UNMAPPED = FieldMapping(90, Source.QUESTION, "20", "Which size?")
LOST = FieldMapping(91, Source.QUESTION, "21", "Which colour?", "ferry_colour")
NOTES = FieldMapping(92, Source.QUESTION, "22", "Notes", "description")
SECRET = FieldMapping(93, Source.QUESTION, "23", "Secret", "ferry_secret")
ALL = [*MAPPINGS, UNMAPPED, LOST, NOTES, SECRET]
LEAD = Table(
    "lead",
    "leads",
    "leadid",
    "fullname",
    {
        "emailaddress1": Column("emailaddress1", ColumnType.TEXT),
        "description": Column("description", ColumnType.MEMO),
        "ferry_secret": Column("ferry_secret", ColumnType.TEXT, can_read=False),
    },
)


def test_the_first_strategy_is_active_and_on_the_email_address() -> None:
    strategy = default_strategy(MAPPINGS)
    assert strategy.active
    assert not strategy.always_create
    assert strategy.create_contacts
    assert match_fields(strategy, MAPPINGS) == (MatchField("emailaddress1", "Email address"),)
    assert check_strategy(strategy, MAPPINGS, LEAD) == []


def test_two_fields_of_one_column_compare_it_once() -> None:
    assert match_fields(Strategy(1, "Mail", fields=(3, 4)), MAPPINGS) == (MatchField("emailaddress1", "Email address"),)


@pytest.mark.parametrize(("field", "name"), [(90, "Which size?"), (999, "number 999")])
def test_a_field_without_a_lead_column_is_refused(field: int, name: str) -> None:
    with pytest.raises(InputError) as error:
        match_fields(Strategy(1, "Size", fields=(field,)), ALL)
    assert str(error.value) == (
        f"The matching strategy 'Size' uses the field '{name}', which has no lead column. "
        "Map the field to a lead column, or take it out of the strategy."
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ((), "The strategy 'S' has no field: it would match nothing, and every submission a new lead."),
        ((999,), "The strategy 'S' uses field mapping 999, which is not in the list."),
        ((90,), "The field 'Which size?' has no lead column: map it first, a strategy can compare columns only."),
        ((91,), "The field 'Which colour?' is mapped to ferry_colour, a column that lead does not have."),
        ((92,), "The column description (Memo) cannot be compared: take a text, choice or whole number."),
        ((93,), "The column ferry_secret of lead cannot be read, so it cannot be compared."),
    ],
)
def test_a_strategy_that_cannot_match_is_said_so_in_words(fields: tuple[int, ...], sentence: str) -> None:
    assert check_strategy(Strategy(1, "S", fields=fields), ALL, LEAD) == [sentence]


def test_a_strategy_that_always_creates_needs_no_field() -> None:
    assert check_strategy(Strategy(1, "S", always_create=True), ALL, LEAD) == []


STRATEGIES = (Strategy(1, "E-mail address", active=True), Strategy(2, "Phone"))


def test_activating_one_strategy_deactivates_the_other() -> None:
    after = activated(STRATEGIES, 2)
    assert [(strategy.id, strategy.active) for strategy in after] == [(1, False), (2, True)]
    assert active(after).name == "Phone"


def test_a_strategy_that_is_not_there_cannot_be_activated() -> None:
    with pytest.raises(NotFoundError, match="There is no matching strategy number 3 in this environment"):
        activated(STRATEGIES, 3)


def test_no_active_strategy_is_a_clear_error() -> None:
    with pytest.raises(NotFoundError, match="No matching strategy is active"):
        active(STRATEGIES[1:])


def test_the_strategy_in_force_can_be_neither_switched_off_nor_deleted() -> None:
    with pytest.raises(InputError) as off:
        check_may_deactivate(STRATEGIES[0])
    assert str(off.value) == (
        "The matching strategy 'E-mail address' is in force and cannot be switched off. Activate another one first."
    )
    with pytest.raises(InputError) as deleted:
        check_may_delete(STRATEGIES[0])
    assert str(deleted.value) == (
        "The matching strategy 'E-mail address' is in force and cannot be deleted. Activate another one first."
    )


def test_any_other_strategy_can_be_deleted() -> None:
    check_may_delete(STRATEGIES[1])
    check_may_deactivate(STRATEGIES[1])


def test_a_field_that_a_strategy_uses_keeps_its_column() -> None:
    with pytest.raises(InputError, match="The field 'Email address' is used by the matching strategy 'Mail'"):
        check_may_unmap(MAPPINGS[2], [Strategy(1, "Mail", fields=(3,))])
    check_may_unmap(MAPPINGS[0], [Strategy(1, "Mail", fields=(3,))])


def test_on_match_fail_has_the_originals_values() -> None:
    assert (OnMatchFail.IGNORE.option, OnMatchFail.CREATE.option) == (192350000, 192350001)
