"""`$filter`: dataverse-api reference, sections 3.2 and 3.3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.storage import Storage
from simulators.dataverse_query.conftest import ACME, GLOBEX, lead_id

Names = Callable[..., list[Any]]
ROY, ONEIL, MULLER, PERCENT = "Roy", "O'Neil", "Müller", "100%"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("lastname eq 'roy'", [ROY]),
        ("lastname eq 'Roy  '", [ROY]),
        ("lastname eq 'MULLER'", [MULLER]),
        ("lastname eq 'O''Neil'", [ONEIL]),
        ("'roy' eq lastname", [ROY]),
        ("emailaddress1 eq null", [MULLER, PERCENT]),
        ("emailaddress1 ne null", [ROY, ONEIL]),
        ("firstname ne 'bob'", [ROY, PERCENT]),
        ("leadsourcecode eq 8 and not (firstname eq 'ana')", [MULLER]),
        ("leadsourcecode eq 3 or leadsourcecode eq 8 and firstname eq 'Ana'", [ROY, ONEIL]),
        ("(leadsourcecode eq 3 or leadsourcecode eq 8) and firstname eq 'Bob'", [ONEIL, MULLER]),
        ("revenue gt 100", [ONEIL]),
        ("100 lt revenue", [ONEIL]),
        ("revenue ge 100.0 and revenue le 200", [ROY, ONEIL]),
        ("donotemail", [PERCENT]),
        ("donotemail eq false", [ROY, ONEIL, MULLER]),
        ("createdon ge 2026-11-22T08:00:00Z and createdon lt 2026-11-23T10:00:00+02:00", [ONEIL]),
        ("createdon lt 2026-11-22", [ROY]),
        ("estimatedclosedate eq 2026-11-24", [MULLER]),
        (f"_parentaccountid_value eq {ACME}", [ROY, ONEIL]),
        (f"_parentaccountid_value eq '{GLOBEX.upper()}'", [MULLER]),
        ("_parentaccountid_value eq null", [PERCENT]),
        (f"leadid eq {lead_id(2)}", [ONEIL]),
        ("parentaccountid/name eq 'acme'", [ROY, ONEIL]),
        ("parentaccountid/parentaccountid/name eq 'acme'", [MULLER]),
        ("customerid_account/name eq 'Globex'", [ONEIL]),
        ("customerid_contact/fullname eq 'Globex'", []),
        ("firstname eq lastname", []),
        ("createdon eq modifiedon", []),
        ("contains(emailaddress1,'@X.')", [ROY, ONEIL]),
        ("startswith(lastname,'mu')", [MULLER]),
        ("endswith(lastname,'%') eq true", [ROY, ONEIL, MULLER, PERCENT]),
        ("endswith(lastname,'[%]')", [PERCENT]),
        ("contains(lastname,'R_y')", [ROY]),
        ("contains(lastname,'[^a-z]')", [ONEIL, PERCENT]),
        ("not contains(emailaddress1,'ana')", [ONEIL, MULLER, PERCENT]),
        ("startswith(parentaccountid/name,'glo')", [MULLER]),
        ("statecode eq 2", [MULLER]),
        ("leadsourcecode lt 99999999999999999999", [ROY, ONEIL, MULLER]),
        ("createdon lt 0001-01-01", []),
    ],
)
def test_conditions_find_what_the_platform_finds(names: Names, condition: str, expected: list[str]) -> None:
    assert names(condition) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("""In(PropertyName='emailaddress1',PropertyValues=["ANA@x.io","bob@x.io"])""", [ROY, ONEIL]),
        ("""In(PropertyName='leadsourcecode',PropertyValues=["3"])""", [ONEIL]),
        ("""NotIn(PropertyName='leadsourcecode',PropertyValues=["3","8"])""", [PERCENT]),
        ("""In(PropertyName='parentaccountid/name',PropertyValues=["Globex"])""", [MULLER]),
        ("""Between(PropertyName='revenue',PropertyValues=["100","150"])""", [ROY]),
        ("""NotBetween(PropertyName='revenue',PropertyValues=["100","150"])""", [ONEIL, MULLER, PERCENT]),
        ("""On(PropertyName='createdon',PropertyValue='2026-11-22')""", [ONEIL]),
        ("""OnOrAfter(PropertyName='createdon',PropertyValue='2026-11-23')""", [MULLER, PERCENT]),
        ("""OnOrBefore(PropertyName='createdon',PropertyValue='2026-11-22')""", [ROY, ONEIL]),
        ("""Today(PropertyName='createdon')""", [PERCENT]),
        ("""Yesterday(PropertyName='createdon')""", [MULLER]),
        ("""Today(PropertyName='estimatedclosedate')""", [MULLER]),
        ("""LastXDays(PropertyName='createdon',PropertyValue=2)""", [ONEIL, MULLER, PERCENT]),
        ("""LastXHours(PropertyName='createdon',PropertyValue=3)""", [PERCENT]),
        ("""OlderThanXMinutes(PropertyName='createdon',PropertyValue=1559)""", [ROY, ONEIL, MULLER]),
        ("""ThisWeek(PropertyName='createdon')""", [ONEIL, MULLER, PERCENT]),
        ("""LastWeek(PropertyName='createdon')""", [ROY]),
        ("""ThisYear(PropertyName='createdon')""", [ROY, ONEIL, MULLER, PERCENT]),
        ("""NextMonth(PropertyName='createdon')""", []),
        ("Under(PropertyName='parentaccountid',PropertyValue='" + ACME + "')", [MULLER]),
        ("UnderOrEqual(PropertyName='parentaccountid',PropertyValue='" + ACME + "')", [ROY, ONEIL, MULLER]),
    ],
)
def test_functions_of_the_platform(names: Names, condition: str, expected: list[str]) -> None:
    assert names(f"Microsoft.Dynamics.CRM.{condition}") == expected


def test_aliases_stand_for_values(names: Names) -> None:
    assert names("lastname eq @p1", **{"@p1": "'Roy'"}) == [ROY]
    text = "Microsoft.Dynamics.CRM.In(PropertyName=@n,PropertyValues=@v)"
    assert names(text, **{"@n": "'firstname'", "@v": '["bob"]'}) == [ONEIL, MULLER]


def test_any_and_all_look_into_collections(ask: Callable[..., Any]) -> None:
    def accounts(condition: str) -> list[str]:
        found = ask("accounts", **{"$filter": condition, "$select": "name", "$orderby": "name"})
        return [row["name"] for row in found["value"]]

    assert accounts("lead_parent_account/any(o:o/lastname eq 'roy')") == ["Acme"]
    assert accounts("lead_parent_account/any(o:o/statecode eq 2 and o/createdon gt 2026-01-01)") == ["Globex"]
    assert accounts("lead_parent_account/all(o:o/firstname eq 'bob')") == ["Globex"]
    assert accounts("not lead_parent_account/any()") == []
    assert accounts("account_parent_account/any(o:o/lead_parent_account/any(l:l/firstname eq 'bob'))") == ["Acme"]


def test_accents_count_where_the_environment_says_so(storage: Storage, names: Names) -> None:
    storage.set_accent_insensitive(False)
    assert names("lastname eq 'MULLER'") == []
    assert names("contains(lastname,'muller')") == []
    assert names("lastname eq 'MÜLLER'") == [MULLER]


@pytest.mark.parametrize(
    ("condition", "code", "part"),
    [
        (
            "nosuch eq 1",
            "0x80060888",
            "Could not find a property named 'nosuch' on type 'Microsoft.Dynamics.CRM.lead'.",
        ),
        ("parentaccountid eq 1", "0x80060888", "Could not find a property named 'parentaccountid'"),
        ("ParentAccountId/name eq 'x'", "0x80060888", "Could not find a property named 'ParentAccountId'"),
        ("lastname eq 5", "0x80060888", "incompatible types"),
        ("leadsourcecode eq '8'", "0x80060888", "incompatible types"),
        ("lastname eq", "0x80060888", "Syntax error"),
        ("lastname eq 'a' lastname", "0x80060888", "Syntax error"),
        ("tolower(lastname) eq 'a'", "0x80060888", "unknown function with name 'tolower'"),
        ("contains(leadsourcecode,'a')", "0x80060888", "not of type Edm.String"),
        ("lastname", "0x80060888", "single boolean value"),
        ("lastname eq @p", "0x80060888", "alias '@p' is not declared"),
        ("campaignid/campaign_leads/any(o:o/lastname eq 'a')", "0x80060888", "Lambda operators"),
        ("Microsoft.Dynamics.CRM.Nonsense(PropertyName='a')", "0x80060888", "unknown function"),
        ("Microsoft.Dynamics.CRM.In(PropertyName='leadsourcecode',PropertyValues=[8])", "0x80048d19", "Edm.String"),
        ("Microsoft.Dynamics.CRM.In(PropertyName='leadsourcecode',PropertyValues=['8'])", "0x80060888", "Syntax"),
        ("Microsoft.Dynamics.CRM.In(PropertyName='leadid',PropertyValues=[\"x\"])", "0x80040203", "'x'"),
        ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='revenue',PropertyValue=2)", "0x80060888", "not a date"),
        ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=10000000)", "0x80040203", "range"),
        ("Microsoft.Dynamics.CRM.NextXYears(PropertyName='createdon',PropertyValue=10000)", "0x80040203", "range"),
        ("Microsoft.Dynamics.CRM.On(PropertyName='createdon',PropertyValue='9999-12-31')", "0x80040203", "9999-12-31"),
        (
            "Microsoft.Dynamics.CRM.ContainValues(PropertyName='revenue',PropertyValues=[\"1\"])",
            "0x80060888",
            "several",
        ),
        (" or ".join(["revenue eq 1"] * 501), "0x8004430C", "500"),
    ],
)
def test_what_cannot_be_read_is_refused(names: Names, condition: str, code: str, part: str) -> None:
    with pytest.raises(Refusal) as caught:
        names(condition)
    assert (caught.value.code, caught.value.status) == (code, 400)
    assert part in caught.value.message


def test_five_hundred_conditions_pass(names: Names) -> None:
    assert names(" or ".join(["lastname eq 'Roy'"] * 500)) == [ROY]


def test_the_limits_can_be_switched_off(storage: Storage, names: Names) -> None:
    many = "Microsoft.Dynamics.CRM.In(PropertyName='lastname',PropertyValues=[" + ",".join(['"Roy"'] * 2_001) + "])"
    with pytest.raises(Refusal) as caught:
        names(many)
    assert (caught.value.status, caught.value.code) == (500, "0x80044150")
    storage.settings.query_limits = False
    assert names(many) == [ROY]
    assert names(" or ".join(["lastname eq 'Roy'"] * 1_500)) == [ROY]


def test_values_never_become_sql(names: Names) -> None:
    assert names("lastname eq '\" OR 1=1 --'") == []
    assert names("contains(lastname,''') OR 1=1 --')") == []
