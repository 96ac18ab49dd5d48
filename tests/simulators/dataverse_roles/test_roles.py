"""Roles, privileges and people as rows, and the actions about them. Contract: dataverse-api, sections 1.2 and 6.10."""

from __future__ import annotations

from typing import Any

import pytest

from leadferry.simulators.dataverse.users import USER_ID
from simulators.dataverse.talking import NOBODY, Api, code, message
from simulators.dataverse_definitions.conftest import table_body
from simulators.dataverse_roles.conftest import ADA, BEN, Person, grant, privilege_id, role_id, unit_of

CRM = "Microsoft.Dynamics.CRM."
SHIPPED = {"System Administrator", "System Customizer", "Salesperson", "Sales Manager", "Basic User", "Delegate"}


def granted(api: Api, role: str) -> dict[str, str]:
    found = api("GET", f"roles({role_id(api, role)})/{CRM}RetrieveRolePrivilegesRole()").json()
    return {one["PrivilegeName"]: one["Depth"] for one in found["RolePrivileges"]}


def test_a_fresh_environment_has_the_platforms_roles(api: Api) -> None:
    assert {row["name"] for row in api("GET", "roles?$select=name").json()["value"]} == SHIPPED


@pytest.mark.parametrize(("name", "basic", "right"), [
    ("prvCreateLead", True, 32), ("prvReadUser", True, 1), ("prvReadNote", True, 1), ("prvWriteActivity", True, 2),
    ("prvAppendToTransactionCurrency", False, 16), ("prvActOnBehalfOfAnotherUser", False, 0),
    ("prvCreateEntity", False, 0), ("prvAssignRole", True, 524_288),
])  # fmt: skip
def test_there_is_a_privilege_for_each_thing_to_do(api: Api, name: str, basic: bool, right: int) -> None:
    row = api("GET", f"privileges?$filter=name eq '{name}'").json()["value"][0]
    assert (row["canbebasic"], row["canbeglobal"], row["accessright"]) == (basic, True, right)


def test_a_new_table_has_privileges_and_the_mighty_roles_have_them(api: Api) -> None:
    assert api("POST", "EntityDefinitions", table_body("li_Event")).status_code == 204
    for role in ("System Administrator", "System Customizer"):
        assert granted(api, role)["prvReadli_Event"] == "Global"
    assert "prvReadli_Event" not in granted(api, "Salesperson")
    assert api("DELETE", "EntityDefinitions(LogicalName='li_event')").status_code == 204
    assert api("GET", "privileges?$filter=contains(name,'li_Event')").json()["value"] == []
    assert "prvReadli_Event" not in granted(api, "System Administrator")


def test_privileges_of_a_role_are_added_replaced_and_removed(api: Api) -> None:
    grant(api, "Mine", prvReadLead="Basic", prvCreateLead="Local")
    grant(api, "Mine", prvReadLead="Global")
    assert granted(api, "Mine") == {"prvReadLead": "Global", "prvCreateLead": "Local"}
    role, account = role_id(api, "Mine"), privilege_id(api, "prvReadAccount")
    body: dict[str, Any] = {"Privileges": [{"PrivilegeId": account, "Depth": "Deep"}]}
    assert api("POST", f"roles({role})/{CRM}ReplacePrivilegesRole", body).status_code == 204
    assert granted(api, "Mine") == {"prvReadAccount": "Deep"}
    masks = f"roleprivilegescollection?$select=privilegedepthmask&$filter=roleid eq {role}"
    assert [row["privilegedepthmask"] for row in api("GET", masks).json()["value"]] == [4]
    linked = api("GET", f"roles({role})?$select=name&$expand=roleprivileges_association($select=name)").json()
    assert [row["name"] for row in linked["roleprivileges_association"]] == ["prvReadAccount"]
    assert api("POST", f"roles({role})/{CRM}RemovePrivilegeRole", {"PrivilegeId": account}).status_code == 204
    assert granted(api, "Mine") == {}


@pytest.mark.parametrize(("change", "expected"), [
    ({"Depth": "Widest"}, (400, "0x80048d19")), ({"PrivilegeId": "x"}, (400, "0x80048d19")),
    ({"PrivilegeId": NOBODY}, (404, "0x80040217")),
])  # fmt: skip
def test_a_privilege_or_depth_that_does_not_exist_is_refused(
    api: Api, change: dict[str, str], expected: tuple[int, str]
) -> None:
    grant(api, "Mine")
    one = {"PrivilegeId": privilege_id(api, "prvReadLead"), "Depth": "Basic", **change}
    answer = api("POST", f"roles({role_id(api, 'Mine')})/{CRM}AddPrivilegesRole", {"Privileges": [one]})
    assert code(answer) == expected
    assert granted(api, "Mine") == {}


def test_a_privilege_of_the_organization_cannot_be_basic(api: Api) -> None:
    grant(api, "Mine")
    one = {"PrivilegeId": privilege_id(api, "prvReadTransactionCurrency"), "Depth": "Basic"}
    answer = api("POST", f"roles({role_id(api, 'Mine')})/{CRM}AddPrivilegesRole", {"Privileges": [one]})
    assert "prvReadTransactionCurrency cannot have the depth Basic" in message(answer)


def test_a_role_needs_a_name_of_its_own_and_a_business_unit(api: Api) -> None:
    bind = {"businessunitid@odata.bind": unit_of(api)}
    assert code(api("POST", "roles", {"name": "Mine"})) == (400, "0x80040203")
    assert code(api("POST", "roles", bind)) == (400, "0x80040203")
    api.make("roles", name="Mine", **bind)
    assert code(api("POST", "roles", {"name": "Mine", **bind})) == (412, "0x80040237")


def test_the_administrators_role_stays_as_it_is(api: Api) -> None:
    role = role_id(api, "System Administrator")
    body = {"PrivilegeId": privilege_id(api, "prvReadLead")}
    assert api("POST", f"roles({role})/{CRM}RemovePrivilegeRole", body).status_code == 405
    assert api("PATCH", f"roles({role})", {"name": "Other"}).status_code == 405
    assert api("DELETE", f"roles({role})").status_code == 405


def test_a_role_of_another_business_unit_is_refused_and_its_copy_there_counts(api: Api, person: Person) -> None:
    grant(api, "Reader", prvReadLead="Global")
    unit = api.make("businessunits", name="North", **{"parentbusinessunitid@odata.bind": unit_of(api)})
    ada = person(ADA, business_unit_id=unit)
    address = f"systemusers({ADA})/systemuserroles_association/$ref"
    for wanted, status in (("eq null", 400), ("ne null", 204)):
        found = api("GET", f"roles?$filter=name eq 'Reader' and _parentroleid_value {wanted}").json()["value"]
        body = {"@odata.id": f"{api.root}/roles({found[0]['roleid']})"}
        assert api("POST", address, body).status_code == status
    assert ada("GET", "leads").status_code == 200


def test_copies_of_a_role_go_with_it_and_not_without(api: Api) -> None:
    grant(api, "Reader", prvReadLead="Global")
    root = role_id(api, "Reader")
    api.make("businessunits", name="North", **{"parentbusinessunitid@odata.bind": unit_of(api)})
    copy = api("GET", f"roles?$filter=_parentroleid_value eq {root}").json()["value"][0]["roleid"]
    assert api("DELETE", f"roles({copy})").status_code == 405
    assert api("PATCH", f"roles({root})", {"name": "Looker"}).status_code == 204
    assert api("GET", f"roles({copy})").json()["name"] == "Looker"
    assert api("DELETE", f"roles({root})").status_code == 204
    assert api("GET", f"roles({copy})").status_code == 404


def test_a_deleted_role_takes_its_privileges_and_members_along(api: Api, person: Person) -> None:
    grant(api, "Reader", prvReadLead="Global")
    ada = person(ADA, "Reader")
    assert ada("GET", "leads").status_code == 200
    role = role_id(api, "Reader")
    assert api("DELETE", f"roles({role})").status_code == 204
    assert ada("GET", "leads").status_code == 403
    assert api("GET", f"roleprivilegescollection?$filter=roleid eq {role}").json()["value"] == []


def test_privileges_and_pairs_are_made_by_the_platform_only(api: Api) -> None:
    for entity_set in ("privileges", "roleprivilegescollection", "systemuserrolescollection", "teamrolescollection"):
        assert code(api("POST", entity_set, {})) == (405, "0x80040315")
    role, one = role_id(api, "Basic User"), privilege_id(api, "prvReadLead")
    body = {"@odata.id": f"{api.root}/privileges({one})"}
    assert api("POST", f"roles({role})/roleprivileges_association/$ref", body).status_code == 405


def test_to_give_a_role_its_own_privilege_is_needed(api: Api, person: Person) -> None:
    body = {"@odata.id": f"{api.root}/roles({role_id(api, 'Salesperson')})"}
    address = f"systemusers({BEN})/systemuserroles_association/$ref"
    api.control("PUT", f"users/{BEN}", {"roles": []})
    assert "prvAssignRole" in message(person(ADA, "System Customizer")("POST", address, body))
    grant(api, "Assigner", prvAssignRole="Global", prvReadRole="Global", prvReadUser="Global")
    assert person(ADA, "Assigner")("POST", address, body).status_code == 204


def test_roles_of_a_directory_user_are_their_own_and_their_teams(api: Api) -> None:
    body = {"entra_object_id": BEN, "name": "Ben", "email": "ben@contoso.example", "roles": ["Salesperson"]}
    assert api.control("PUT", f"users/{ADA}", body)["roles"] == ["Salesperson"]
    team = api.make("teams", name="Sales", **{"businessunitid@odata.bind": unit_of(api)})
    api("POST", f"teams({team})/teammembership_association/$ref", {"@odata.id": f"{api.root}/systemusers({ADA})"})
    role = {"@odata.id": f"{api.root}/roles({role_id(api, 'Delegate')})"}
    api("POST", f"teams({team})/teamroles_association/$ref", role)
    for address in (f"RetrieveAadUserRoles(DirectoryObjectId={BEN})?$select=name",
                    f"RetrieveAadUserRoles(DirectoryObjectId=@p1)?$select=name&@p1={BEN}"):  # fmt: skip
        found = api("GET", address).json()["value"]
        assert {row["name"] for row in found} == {"Salesperson", "Delegate"}
    assert code(api("GET", f"RetrieveAadUserRoles(DirectoryObjectId={NOBODY})")) == (404, "0x80040217")


def test_privileges_of_a_user_are_told(api: Api) -> None:
    grant(api, "Mine", prvReadLead="Local")
    api.control("PUT", f"users/{ADA}", {"roles": ["Mine", "Delegate"]})
    found = api("GET", f"systemusers({ADA})/{CRM}RetrieveUserPrivileges()").json()["RolePrivileges"]
    assert {one["PrivilegeName"]: one["Depth"] for one in found} == {
        "prvReadLead": "Local", "prvActOnBehalfOfAnotherUser": "Global",
    }  # fmt: skip


def test_a_person_is_a_row_with_name_mail_and_directory_id(api: Api) -> None:
    api.control("PUT", f"users/{ADA}", {
        "entra_object_id": BEN, "name": "Ada Berg", "email": "ada@contoso.example", "roles": [],
    })  # fmt: skip
    select = "fullname,internalemailaddress,domainname,azureactivedirectoryobjectid,accessmode"
    row = api("GET", f"systemusers({ADA})?$select={select}").json()
    assert [row[name] for name in select.split(",")] == [
        "Ada Berg", "ada@contoso.example", "ada@contoso.example", BEN, 0,
    ]  # fmt: skip


def test_a_role_that_does_not_exist_is_made_only_when_told_so(api: Api) -> None:
    body: dict[str, Any] = {"roles": ["LinkedIn Lead Gen Forms Administrator"]}
    assert api.http.put(f"{api.url}/__sim/users/{ADA}", json=body).status_code == 400
    assert api.control("PUT", f"users/{ADA}", {**body, "create_roles": True})["roles"] == body["roles"]


def test_an_application_user_is_made_over_the_web_api(api: Api, person: Person) -> None:
    api.control("PUT", f"users/{BEN}", {"application_id": BEN, "secret": "s", "member": False})
    newcomer = Api(api.url, BEN, "s")
    assert code(newcomer("GET", "WhoAmI")) == (403, "0x80072560")
    body = {"applicationid": BEN, "businessunitid@odata.bind": unit_of(api)}
    assert "prvCreateUser" in message(person(ADA, "Basic User")("POST", "systemusers", body))
    assert code(api("POST", "systemusers", {"applicationid": BEN})) == (400, "0x80040203")
    user = api.make("systemusers", **body)
    assert newcomer("GET", "WhoAmI").json()["UserId"] == user
    assert newcomer("GET", "leads").status_code == 403
    assert code(api("POST", "systemusers", body)) == (412, "0x80040237")
    role = {"@odata.id": f"{api.root}/roles({role_id(api, 'Salesperson')})"}
    assert api("POST", f"systemusers({user})/systemuserroles_association/$ref", role).status_code == 204
    assert newcomer("GET", "leads").status_code == 200
    assert api("PATCH", f"systemusers({user})", {"isdisabled": True}).status_code == 204
    assert code(newcomer("GET", "leads")) == (403, "0x80040225")


def test_definitions_are_changed_only_by_who_may_customize(api: Api, person: Person) -> None:
    seller, maker = person(ADA, "Salesperson"), person(BEN, "System Customizer")
    attribute = {"@odata.type": f"{CRM}StringAttributeMetadata", "SchemaName": "li_Code", "MaxLength": 10}
    for method, tail, body, privilege in (
        ("POST", "EntityDefinitions", table_body("li_Event"), "prvCreateEntity"),
        ("POST", "EntityDefinitions(LogicalName='lead')/Attributes", attribute, "prvCreateAttribute"),
        ("DELETE", "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='li_code')", None,
         "prvDeleteAttribute"),
        ("POST", "PublishAllXml", {}, "prvPublishCustomization"),
    ):  # fmt: skip
        assert f"is missing {privilege} privilege" in message(seller(method, tail, body))
        assert maker(method, tail, body).status_code == 204
    assert seller("GET", "EntityDefinitions(LogicalName='lead')").status_code == 200


def test_the_privileges_for_definitions_can_be_switched(api: Api, person: Person) -> None:
    ada = person(ADA)
    api.control("PATCH", "settings", {
        "customizing_needs_privileges": False, "reading_definitions_needs_privileges": True,
    })  # fmt: skip
    assert ada("POST", "EntityDefinitions", table_body("li_Event")).status_code == 204
    assert "prvReadEntity" in message(ada("GET", "EntityDefinitions"))


def test_a_reset_brings_the_shipped_roles_back(api: Api) -> None:
    grant(api, "Mine")
    api.control("POST", "reset")
    assert {row["name"] for row in api("GET", "roles?$select=name").json()["value"]} == SHIPPED
    assert api.control("GET", "users")[0]["roles"] == ["System Administrator"]
    assert api("GET", f"systemusers({USER_ID})?$select=fullname").status_code == 200


def test_every_reset_leads_to_the_same_and_numbers_go_on(api: Api) -> None:
    first, version = None, 0
    for number in range(3):
        api.make("leads", lastname="x")
        grant(api, "Mine")
        api.control("PUT", f"users/{NOBODY}", {"application_id": NOBODY})
        assert api("POST", "EntityDefinitions", table_body(f"li_Event{number}")).status_code == 204
        before, version = version, api.rows("lead", "versionnumber")[0]["versionnumber"]
        assert version > before
        api.control("POST", "reset")
        assert api("GET", f"EntityDefinitions(LogicalName='li_event{number}')").status_code == 404
        first = first or left(api)
        assert left(api) == first


def left(api: Api) -> object:
    roles = sorted(row["name"] for row in api.rows("role", "name"))
    return api("GET", "WhoAmI").json(), api.control("GET", "users"), roles, api.rows("lead")
