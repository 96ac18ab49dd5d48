"""Table privileges of application users. Contract: dataverse-api, sections 1.2, 2.9, 6.10."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.dataverse.talking import MULTIPLE, TARGET, Api, code, message

LIMITED = "11111111-1111-4111-8111-111111111111"


def limited(api: Api, *privileges: str) -> Api:
    body = {"application_id": LIMITED, "secret": "s", "privileges": list(privileges)}
    api.control("PUT", f"users/{LIMITED}", body)
    return Api(api.url, LIMITED, "s")


@pytest.mark.parametrize(
    ("method", "tail", "body", "privilege"),
    [
        ("POST", "leads", {}, "prvCreateLead"),
        ("POST", f"{MULTIPLE}CreateMultiple", {"Targets": [TARGET]}, "prvCreateLead"),
        ("GET", "leads({})", None, "prvReadLead"),
        ("PATCH", "leads({})", {"subject": "y"}, "prvWriteLead"),
        ("DELETE", "leads({})", None, "prvDeleteLead"),
    ],
)
def test_a_missing_privilege_is_403_and_named(api: Api, method: str, tail: str, body: Any, privilege: str) -> None:
    lead = api.make("leads", subject="x")
    user = limited(api)
    answer = user(method, tail.replace("{}", lead), body)
    assert code(answer) == (403, "0x80040220")
    assert message(answer).startswith(f"Principal user (Id={LIMITED}, type=8, ")
    assert f"is missing {privilege} privilege (Id=" in message(answer)
    assert "on OTC=4 for entity 'lead'" in message(answer)
    assert api.rows("lead", "subject") == [{"subject": "x"}]
    allowed = limited(api, privilege)
    assert allowed(method, tail.replace("{}", lead), body).status_code < 300


def test_a_lookup_needs_append_here_and_append_to_there(api: Api) -> None:
    account = api.make("accounts", name="Acme")
    body = {"parentaccountid@odata.bind": f"/accounts({account})"}
    for held, missing in (
        ([], "prvAppendLead"),
        (["prvAppendLead"], "prvAppendToAccount"),
    ):
        assert missing in message(limited(api, "prvCreateLead", *held)("POST", "leads", body))
    every = limited(api, "prvCreateLead", "prvAppendLead", "prvAppendToAccount")
    assert every("POST", "leads", body).status_code == 204


def test_another_owner_needs_assign(api: Api) -> None:
    body = {"ownerid@odata.bind": "/systemusers(7a0c1f52-3d1e-4b64-9c39-5f2f0f6c0003)"}
    assert "prvAssignLead" in message(limited(api, "prvCreateLead")("POST", "leads", body))
    assert limited(api, "prvCreateLead", "prvAssignLead")("POST", "leads", body).status_code == 204


def test_skipping_logic_needs_its_privilege(api: Api) -> None:
    headers = {"MSCRM.BypassBusinessLogicExecution": "CustomAsync"}
    answer = limited(api, "prvCreateLead")("POST", "leads", {}, **headers)
    assert "prvBypassCustomBusinessLogic" in message(answer)
    assert api("POST", "leads", {}, **headers).status_code == 204
