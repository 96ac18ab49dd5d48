"""What roles let a user do, and to which rows. Contract: dataverse-api, sections 2.9 and 6.10."""

from __future__ import annotations

import pytest

from leadferry.simulators.dataverse.users import USER_ID
from simulators.dataverse.talking import MULTIPLE, TARGET, Api, code, message
from simulators.dataverse_roles.conftest import ADA, BEN, Person, grant, role_id, unit_of

ALL_OF_LEADS = ("prvCreateLead", "prvReadLead", "prvWriteLead", "prvDeleteLead", "prvAssignLead")


def names(api: Api, query: str = "leads?$select=lastname&$orderby=lastname") -> list[str]:
    return [row["lastname"] for row in api("GET", query).json()["value"]]


def of_leads(depth: str) -> dict[str, str]:
    return dict.fromkeys(ALL_OF_LEADS, depth)


@pytest.fixture
def other_unit(api: Api) -> str:
    """A business unit below the root one."""
    return api.make("businessunits", name="North", **{"parentbusinessunitid@odata.bind": unit_of(api)})


def test_a_user_without_roles_may_nothing_and_the_privilege_is_named(person: Person) -> None:
    answer = person(ADA)("GET", "leads")
    assert code(answer) == (403, "0x80040220")
    assert "prvReadLead" in message(answer)


def test_a_role_given_over_the_web_api_counts_at_the_next_request_and_one_taken_away_does_not(
    api: Api, person: Person
) -> None:
    ada = person(ADA)
    grant(api, "Reader", prvReadLead="Global")
    role = f"{api.root}/roles({role_id(api, 'Reader')})"
    address = f"systemusers({ADA})/systemuserroles_association"
    assert api("POST", f"{address}/$ref", {"@odata.id": role}).status_code == 204
    assert ada("GET", "leads").status_code == 200
    assert api("DELETE", f"{address}({role_id(api, 'Reader')})/$ref").status_code == 204
    assert ada("GET", "leads").status_code == 403


def test_basic_reaches_only_own_rows(api: Api, person: Person) -> None:
    grant(api, "Own", **of_leads("Basic"))
    ada = person(ADA, "Own")
    theirs, own = api.make("leads", lastname="theirs"), ada.make("leads", lastname="own")
    assert names(ada) == ["own"]
    assert ada("GET", "leads/$count").text == "1"
    for method, body in (("GET", None), ("PATCH", {"subject": "x"}), ("DELETE", None)):
        assert code(ada(method, f"leads({theirs})", body)) == (403, "0x80048306")
        assert ada(method, f"leads({own})", body).status_code < 300
    assert code(ada("GET", f"leads({theirs})/subject")) == (403, "0x80048306")
    assert [row["lastname"] for row in api.rows("lead", "lastname")] == ["theirs"]


@pytest.mark.parametrize("query", [
    "leads?$apply=aggregate($count as n)",
    ("leads?fetchXml=<fetch aggregate='true'><entity name='lead'>"
     "<attribute name='leadid' alias='n' aggregate='count'/></entity></fetch>"),
    "leads?sql=SELECT COUNT(*) AS n FROM lead",
])  # fmt: skip
def test_no_way_to_ask_counts_rows_out_of_reach(api: Api, person: Person, query: str) -> None:
    grant(api, "Own", **of_leads("Basic"))
    ada = person(ADA, "Own")
    ada.make("leads", lastname="own")
    api.make("leads", lastname="theirs")
    assert ada("GET", query).json()["value"] == [{"n": 1}]


def test_a_row_out_of_reach_is_not_expanded_and_not_listed_as_related(api: Api, person: Person) -> None:
    grant(api, "Own", **of_leads("Basic"), prvReadAccount="Basic")
    ada = person(ADA, "Own")
    account = api.make("accounts", name="Acme")
    lead = api.make("leads", **{"parentaccountid@odata.bind": f"/accounts({account})",
                                "ownerid@odata.bind": f"/systemusers({ADA})"})  # fmt: skip
    body = ada("GET", f"leads({lead})?$select=_parentaccountid_value&$expand=parentaccountid($select=name)").json()
    assert body["_parentaccountid_value"] == account
    assert body["parentaccountid"] is None
    assert code(ada("GET", f"accounts({account})/lead_parent_account")) == (403, "0x80048306")


def test_local_reaches_the_business_unit_and_deep_those_below(api: Api, person: Person, other_unit: str) -> None:
    for depth in ("Local", "Deep"):
        grant(api, depth, **of_leads(depth))
    api.control("PUT", f"users/{BEN}", {"business_unit_id": other_unit})
    for owner, name in ((USER_ID, "here"), (BEN, "below")):
        api.make("leads", lastname=name, **{"ownerid@odata.bind": f"/systemusers({owner})"})
    assert names(person(ADA, "Local")) == ["here"]
    assert names(person(ADA, "Deep")) == ["below", "here"]


def test_rows_of_a_team_are_its_members_own(api: Api, person: Person) -> None:
    grant(api, "Own", **of_leads("Basic"))
    team = api.make("teams", name="Sales", **{"businessunitid@odata.bind": unit_of(api)})
    api.make("leads", lastname="the team's", **{"ownerid@odata.bind": f"/teams({team})"})
    ada = person(ADA, "Own")
    assert names(ada) == []
    member = {"@odata.id": f"{api.root}/systemusers({ADA})"}
    assert api("POST", f"teams({team})/teammembership_association/$ref", member).status_code == 204
    assert names(ada) == ["the team's"]


def test_a_team_passes_its_roles_to_its_members(api: Api, person: Person) -> None:
    grant(api, "Reader", prvReadLead="Global")
    team = api.make("teams", name="Sales", **{"businessunitid@odata.bind": unit_of(api)})
    ada = person(ADA)
    api("POST", f"teams({team})/teammembership_association/$ref", {"@odata.id": f"{api.root}/systemusers({ADA})"})
    role = {"@odata.id": f"{api.root}/roles({role_id(api, 'Reader')})"}
    assert ada("GET", "leads").status_code == 403
    assert api("POST", f"teams({team})/teamroles_association/$ref", role).status_code == 204
    assert ada("GET", "leads").status_code == 200


def test_the_greatest_depth_of_all_roles_counts(api: Api, person: Person) -> None:
    grant(api, "Own", prvReadLead="Basic")
    grant(api, "Every", prvReadLead="Global")
    api.make("leads", lastname="theirs")
    assert names(person(ADA, "Own", "Every")) == ["theirs"]


def test_a_new_row_for_an_owner_out_of_reach_is_refused(api: Api, person: Person) -> None:
    grant(api, "Own", **of_leads("Basic"))
    ada = person(ADA, "Own")
    body = {"ownerid@odata.bind": f"/systemusers({USER_ID})"}
    assert code(ada("POST", "leads", body)) == (403, "0x80048306")
    assert code(ada("POST", f"{MULTIPLE}CreateMultiple", {"Targets": [{**TARGET, **body}]})) == (403, "0x80048306")
    assert api.rows("lead") == []


def test_a_lookup_needs_append_to_at_the_row_that_it_points_to(api: Api, person: Person) -> None:
    grant(api, "Own", **of_leads("Basic"), prvAppendLead="Basic", prvAppendToAccount="Basic")
    ada = person(ADA, "Own")
    theirs = api.make("accounts", name="theirs")
    own = api.make("accounts", name="own", **{"ownerid@odata.bind": f"/systemusers({ADA})"})
    refused = ada("POST", "leads", {"parentaccountid@odata.bind": f"/accounts({theirs})"})
    assert code(refused) == (403, "0x80048306")
    assert ada("POST", "leads", {"parentaccountid@odata.bind": f"/accounts({own})"}).status_code == 204


@pytest.mark.parametrize("lacking", ["prvAppendAccount", "prvAppendLead"])
def test_a_many_to_many_relationship_needs_append_on_both_sides(api: Api, person: Person, lacking: str) -> None:
    account, lead = api.make("accounts", name="one"), api.make("leads", lastname="one")
    both = dict.fromkeys(("prvReadAccount", "prvReadLead", "prvAppendAccount", "prvAppendLead"), "Global")
    grant(api, "Both", **both)
    grant(api, "One", **{name: depth for name, depth in both.items() if name != lacking})
    path, body = f"accounts({account})/accountleads_association/$ref", {"@odata.id": f"{api.root}/leads({lead})"}
    assert lacking in message(person(ADA, "One")("POST", path, body))
    assert person(BEN, "Both")("POST", path, body).status_code == 204


def test_a_row_of_the_organization_is_read_by_all_and_made_by_few(person: Person) -> None:
    assert person(ADA, "Basic User")("GET", "transactioncurrencies").status_code == 200
    assert "prvCreateTransactionCurrency" in message(person(ADA, "Basic User")("POST", "transactioncurrencies", {}))


def test_the_system_administrator_may_all_and_a_salesperson_sells(api: Api, person: Person) -> None:
    admin, seller = person(ADA, "System Administrator"), person(BEN, "Salesperson")
    admin.make("leads", lastname="of the administrator")
    lead = seller.make("leads", lastname="of the seller")
    assert names(admin) == ["of the administrator", "of the seller"]
    assert seller("PATCH", f"leads({lead})", {"subject": "x"}).status_code == 204
    assert "prvDeleteLead" in message(seller("DELETE", f"leads({lead})"))


def test_who_acts_for_another_reaches_what_both_may(api: Api, person: Person) -> None:
    grant(api, "Own", prvReadLead="Basic")
    grant(api, "Every", prvReadLead="Global")
    ada = person(ADA, "Every", "Delegate", entra_object_id=ADA)
    person(BEN, "Own", entra_object_id=BEN)
    api.make("leads", lastname="Ben's", **{"ownerid@odata.bind": f"/systemusers({BEN})"})
    api.make("leads", lastname="nobody's")
    assert names(ada) == ["Ben's", "nobody's"]
    acting = ada("GET", "leads?$select=lastname", CallerObjectId=BEN).json()["value"]
    assert [row["lastname"] for row in acting] == ["Ben's"]


def test_a_user_whose_privileges_are_set_has_just_those_whatever_the_roles(api: Api, person: Person) -> None:
    ada = person(ADA, "System Administrator")
    api.control("PUT", f"users/{ADA}", {"privileges": ["prvReadLead"]})
    assert ada("GET", "leads").status_code == 200
    assert ada("POST", "leads", {}).status_code == 403
