"""QualifyLead. Contract: dataverse-api, section 7.4."""

from __future__ import annotations

import pytest

from simulators.dataverse.talking import NOBODY, Api, code

ACTION = "Microsoft.Dynamics.CRM.QualifyLead"
BODY = {"CreateAccount": True, "CreateContact": True, "CreateOpportunity": False, "Status": 3}


def test_a_lead_becomes_an_account_and_a_contact(api: Api) -> None:
    lead = api.make("leads", firstname="Ana", lastname="Roy", companyname="Acme", emailaddress1="ana@x.io")
    answer = api("POST", f"leads({lead})/{ACTION}", BODY)
    assert answer.status_code == 200
    made = {one["@odata.type"]: one for one in answer.json()["value"]}
    account = made["#Microsoft.Dynamics.CRM.account"]["accountid"]
    contact = made["#Microsoft.Dynamics.CRM.contact"]["contactid"]
    assert api.rows("account", "name", "originatingleadid") == [{"name": "Acme", "originatingleadid": lead}]
    (person,) = api.rows("contact", "fullname", "emailaddress1", "parentcustomerid")
    assert person == {"fullname": "Ana Roy", "emailaddress1": "ana@x.io", "parentcustomerid": account}
    (row,) = api.rows("lead", "statecode", "statuscode", "parentaccountid", "parentcontactid")
    assert row == {"statecode": 1, "statuscode": 3, "parentaccountid": account, "parentcontactid": contact}


def test_a_qualified_lead_is_not_qualified_again(api: Api) -> None:
    lead = api.make("leads", lastname="Roy")
    body = {**BODY, "CreateAccount": False, "CreateContact": False}
    assert api("POST", f"leads({lead})/{ACTION}", body).json()["value"] == []
    assert api("POST", f"leads({lead})/{ACTION}", body).status_code == 400
    assert code(api("POST", f"leads({NOBODY})/{ACTION}", body)) == (404, "0x80040217")


@pytest.mark.parametrize("missing", list(BODY))
def test_the_first_four_parameters_may_not_be_left_out(api: Api, missing: str) -> None:
    lead = api.make("leads", lastname="Roy")
    body = {name: value for name, value in BODY.items() if name != missing}
    assert code(api("POST", f"leads({lead})/{ACTION}", body)) == (400, "0x80048d19")


def test_a_status_of_another_state_is_refused_and_nothing_is_made(api: Api) -> None:
    lead = api.make("leads", lastname="Roy")
    assert code(api("POST", f"leads({lead})/{ACTION}", {**BODY, "Status": 6})) == (400, "0x80048408")
    assert api.rows("account") == []
