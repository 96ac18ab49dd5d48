"""Lookups, binding, `$ref`, deep insert, and what a delete does to others. Contract: dataverse-api, 2.6, 2.7, 7.2."""

from __future__ import annotations

import pytest

from simulators.dataverse.talking import NOBODY, Api, code, message


@pytest.mark.parametrize("form", ["/accounts({})", "accounts({})", "{root}/accounts({})"])
def test_a_lookup_is_bound_by_address(api: Api, form: str) -> None:
    account = api.make("accounts", name="Acme")
    reference = form.replace("{root}", api.root).replace("{}", account)
    api.make("leads", **{"parentaccountid@odata.bind": reference})
    expected = {"parentaccountid": account, "parentaccountid__table": "account"}
    assert api.rows("lead", "parentaccountid", "parentaccountid__table") == [expected]


def test_a_lookup_is_bound_by_alternate_key(api: Api, catalog: object) -> None:
    lead = api.make("leads", li_responseid="abc")
    api.make("contacts", **{"originatingleadid@odata.bind": "/leads(li_responseid='ABC')"})
    assert api.rows("contact", "originatingleadid") == [{"originatingleadid": lead}]


def test_a_lookup_is_cleared_three_ways(api: Api) -> None:
    account = api.make("accounts", name="Acme")
    for method, tail, body in (
        ("PATCH", "", {"parentaccountid@odata.bind": None}),
        ("PATCH", "", {"parentaccountid": None}),
        ("DELETE", "/parentaccountid/$ref", None),
    ):
        lead = api.make("leads", **{"parentaccountid@odata.bind": f"/accounts({account})"})
        assert api(method, f"leads({lead}){tail}", body).status_code == 204
        assert api("GET", f"leads({lead})").json()["_parentaccountid_value"] is None


def test_a_navigation_name_in_the_wrong_case_is_refused(api: Api) -> None:
    campaign = api.make("campaigns", name="Spring")
    reference = f"/campaigns({campaign})"
    answer = api("POST", "leads", {"li_campaignid@odata.bind": reference})
    assert code(answer) == (400, "0x80048d19")
    assert "An undeclared property 'li_campaignid' which only has property annotations" in message(answer)
    assert api("POST", "leads", {"li_CampaignId@odata.bind": reference}).status_code == 204


def test_a_customer_has_one_navigation_per_target(api: Api) -> None:
    contact = api.make("contacts", lastname="Roy")
    reference = f"/contacts({contact})"
    assert code(api("POST", "leads", {"customerid@odata.bind": reference})) == (400, "0x80048d19")
    assert code(api("POST", "leads", {"customerid_account@odata.bind": reference})) == (400, "0x80048d19")
    assert api("POST", "leads", {"customerid_contact@odata.bind": reference}).status_code == 204
    assert api.rows("lead", "customerid", "customerid__table") == [
        {"customerid": contact, "customerid__table": "contact"}
    ]


def test_binding_to_a_row_that_does_not_exist_is_404(api: Api) -> None:
    answer = api("POST", "leads", {"parentaccountid@odata.bind": f"/accounts({NOBODY})"})
    assert code(answer) == (404, "0x80040217")
    assert api.rows("lead") == []


def test_a_lookup_is_not_written_by_its_plain_name(api: Api) -> None:
    account = api.make("accounts", name="Acme")
    for name in ("parentaccountid", "_parentaccountid_value"):
        assert code(api("POST", "leads", {name: account})) == (400, "0x80048d19")


def test_an_owner_may_be_bound_to_a_team(api: Api) -> None:
    api.control("POST", "rows/team", [{"teamid": NOBODY, "name": "Sales"}])
    api.make("leads", **{"ownerid@odata.bind": f"/teams({NOBODY})"})
    (row,) = api.rows("lead", "ownerid", "ownerid__table", "owninguser", "owningteam")
    assert row == {"ownerid": NOBODY, "ownerid__table": "team", "owninguser": None, "owningteam": NOBODY}


def test_a_single_valued_ref_is_put_read_and_followed(api: Api) -> None:
    account, lead = api.make("accounts", name="Acme"), api.make("leads", subject="x")
    assert api("GET", f"leads({lead})/parentaccountid").status_code == 204
    body = {"@odata.id": f"{api.root}/accounts({account})"}
    assert api("PUT", f"leads({lead})/parentaccountid/$ref", body).status_code == 204
    answer = api("GET", f"leads({lead})/parentaccountid/$ref")
    assert answer.json()["@odata.id"] == f"{api.root}/accounts({account})"
    assert api("GET", f"leads({lead})/parentaccountid?$select=name").json()["name"] == "Acme"


def test_rows_are_linked_through_a_collection_and_unlinked(api: Api) -> None:
    account, lead = api.make("accounts", name="Acme"), api.make("leads", subject="x")
    body = {"@odata.id": f"{api.root}/leads({lead})"}
    assert api("POST", f"accounts({account})/lead_parent_account/$ref", body).status_code == 204
    assert api.rows("lead", "parentaccountid") == [{"parentaccountid": account}]
    assert api("DELETE", f"accounts({account})/lead_parent_account({lead})/$ref").status_code == 204
    assert api.rows("lead", "parentaccountid") == [{"parentaccountid": None}]
    assert api("DELETE", f"accounts({account})/lead_parent_account({lead})/$ref").status_code == 404


def test_a_pair_is_linked_once(api: Api) -> None:
    tag, lead = api.make("li_tags", name="hot"), api.make("leads", subject="x")
    body = {"@odata.id": f"{api.root}/li_tags({tag})"}
    assert api("POST", f"leads({lead})/li_lead_tags/$ref", body).status_code == 204
    again = api("POST", f"li_tags({tag})/li_tag_leads/$ref", {"@odata.id": f"{api.root}/leads({lead})"})
    assert code(again) == (412, "0x80040237")
    assert message(again) == "Cannot insert duplicate key."
    address = f"{api.root}/li_tags({tag})"
    assert api("DELETE", f"leads({lead})/li_lead_tags/$ref?$id={address}").status_code == 204
    assert api("DELETE", f"leads({lead})/li_lead_tags({tag})/$ref").status_code == 404


def test_a_deep_insert_makes_everything_or_nothing(api: Api) -> None:
    body = {
        "subject": "x",
        "parentaccountid": {"name": "Acme", "contact_customer_accounts": [{"lastname": "Roy"}, {"lastname": "Lee"}]},
        "li_lead_tags": [{"name": "hot"}],
    }
    assert api("POST", "leads", body).status_code == 204
    (account,) = api.rows("account", "accountid", "name")
    assert api.rows("lead", "parentaccountid") == [{"parentaccountid": account["accountid"]}]
    assert {row["parentcustomerid"] for row in api.rows("contact", "parentcustomerid")} == {account["accountid"]}
    assert len(api.rows("li_tag")) == 1
    body["li_lead_tags"] = [{"name": "x" * 500}]
    assert code(api("POST", "leads", body)) == (400, "0x80044331")
    assert (len(api.rows("lead")), len(api.rows("account")), len(api.rows("contact"))) == (1, 1, 2)


def test_deleting_a_parent_unlinks_cascades_or_is_refused(api: Api) -> None:
    account, customer = api.make("accounts", name="parent"), api.make("accounts", name="customer")
    campaign = api.make("campaigns", name="Spring")
    kept = api.make(
        "leads",
        **{"parentaccountid@odata.bind": f"/accounts({account})", "campaignid@odata.bind": f"/campaigns({campaign})"},
    )
    api.make("leads", **{"customerid_account@odata.bind": f"/accounts({customer})"})
    assert code(api("DELETE", f"campaigns({campaign})"))[0] == 405
    assert api("DELETE", f"accounts({account})").status_code == 204
    assert api("DELETE", f"accounts({customer})").status_code == 204
    assert api.rows("lead", "leadid", "parentaccountid") == [{"leadid": kept, "parentaccountid": None}]
