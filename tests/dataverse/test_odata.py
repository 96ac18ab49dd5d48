from __future__ import annotations

from urllib.parse import quote

import pytest

from leadferry.dataverse import odata


@pytest.mark.parametrize(
    ("value", "written"),
    [("O'Neil", "'O''Neil'"), (None, "null"), (True, "true"), (5, "5"), ("", "''"), ('a"b', "'a\"b'")],
)
def test_literals(value: object, written: str) -> None:
    assert odata.literal(value) == written


def test_the_values_of_in_are_double_quoted_and_escaped() -> None:
    assert odata.in_list("emailaddress1", ["a@x.io", 'q"\\', "O'N"]) == (
        'Microsoft.Dynamics.CRM.In(PropertyName=\'emailaddress1\',PropertyValues=["a@x.io","q\\"\\\\","O\'N"])'
    )


def test_wildcards_of_like_are_escaped() -> None:
    assert odata.like_text("50%_[a]'s") == "'50[%][_][[]a]''s'"


def test_key_addresses() -> None:
    assert odata.key_url("leads", "{AB-1}") == "leads(ab-1)"
    assert odata.alternate_key_url("leads", {"new_key": "O'N é", "new_part": 5}) == (
        "leads(new_key='O''N%20%C3%A9',new_part=5)"
    )
    assert odata.bind("accounts", "AB-1") == "/accounts(ab-1)"


@pytest.mark.parametrize("character", list("/<>*%&:\\?+"))
def test_a_key_value_that_no_address_can_carry_is_refused(character: str) -> None:
    with pytest.raises(ValueError, match="new_key"):
        odata.alternate_key_url("leads", {"new_key": f"a{character}b"})


def test_a_query_string_leaves_out_what_is_not_given() -> None:
    options = {"$select": "a,b", "$filter": "x eq 'ü&#+'", "$top": None, "$orderby": ""}
    assert odata.query_string(options) == "?$select=a,b&$filter=x%20eq%20'%C3%BC%26%23%2B'"
    assert odata.query_string({}) == ""


@pytest.mark.parametrize("value", ["a b", 'é"', "100%", "#?&+|\\^`{}<>[]", "李小龙", "plain'()$,:;@/=*!-._~", ""])
def test_encoding_is_that_of_the_standard_library(value: str) -> None:
    assert odata.encode(value) == quote(value, safe="$()',:;@/=*!-._~")


def test_columns_are_joined_by_or_and_the_other_filter_by_and() -> None:
    found = odata.any_in({"a": ["1"], "b": [], "c": ["2"]}, "statecode eq 0")
    assert found == f"({odata.in_list('a', ['1'])} or {odata.in_list('c', ['2'])}) and (statecode eq 0)"


def test_every_value_is_in_exactly_one_chunk_and_every_chunk_fits() -> None:
    values = {
        "emailaddress1": [f"pérson{n}@example.test" for n in range(400)],
        "lastname": [f'N"{n}' for n in range(90)],
    }
    chunks = list(odata.in_chunks(values, 1800, 70))
    for column, listed in values.items():
        assert [value for chunk in chunks for value in chunk.get(column, [])] == listed
    assert all(len(odata.encode(odata.any_in(chunk))) <= 1800 for chunk in chunks)
    assert all(sum(map(len, chunk.values())) <= 70 for chunk in chunks)
    assert len(chunks) > 490 // 70


def test_500_usual_addresses_fit_one_chunk() -> None:
    values = [f"some.long.person{n}@example-company{n}.example" for n in range(500)]
    assert len(list(odata.in_chunks({"emailaddress1": values}, 60_000))) == 1
