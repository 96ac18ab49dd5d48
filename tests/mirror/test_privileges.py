"""What the mirror may do in Dynamics: a check names what is missing, and a missing one costs no lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from delivery.conftest import Ferry
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.refusals import DataversePrivilegeError, to_error
from leadferry.engine.needed_privileges import CAMPAIGNS, mirror_lacks, mirror_needs
from leadferry.mirror.model import DYNAMICS_CAMPAIGN, LOOKUPS
from leadferry.simulators.dataverse.users import USER_ID
from leadferry.solution.roles import ROLES
from leadferry.solution.tables import LEADS
from services import Dynamics
from solution.test_rights_and_removal import keep_all_but

INBOUND = ROLES[2]
SALES = ("Lead", "Contact", "User")


def allow(ferry: Ferry, *privileges: str) -> None:
    sales = [f"prv{verb}{table}" for verb in ("Create", "Read", "Write", "Append", "AppendTo") for table in SALES]
    definitions = [f"prvRead{one}" for one in ("Entity", "Attribute", "Relationship", "OptionSet", "EntityKey")]
    given = {"privileges": [*sales, *definitions, "prvAssignLead", "prvReadRole", *privileges]}
    ferry.dynamics.call("PUT", f"users/{USER_ID}", given)


@dataclass
class StandIn:
    """As the tests of the solution hold an environment."""

    ferry: Ferry

    @property
    def dynamics(self) -> Dynamics:
        return self.ferry.dynamics

    def client(self) -> DataverseClient:
        return self.ferry.app.dataverse(self.ferry.environment)


def checked(ferry: Ferry) -> str:
    steps = ferry.app.check_environment(ferry.environment)
    return next(step.detail for step in steps if step.name == "Privileges")


def refused(privilege: str) -> DataversePrivilegeError:
    text = f"Principal user (Id=1, type=8) is missing {privilege} privilege on OTC=10071 for entity 'x'."
    body = f'{{"error": {{"code": "0x80040220", "message": "{text}"}}}}'.encode()
    error = to_error(403, body, what="POST leads")
    assert isinstance(error, DataversePrivilegeError)
    return error


@pytest.mark.parametrize(
    ("privilege", "table"),
    [
        ("prvAppendToferry_LinkedInForm", "ferry_linkedinform"),
        ("prvAppendToCampaign", "campaign"),
        ("prvReadferry_LinkedInCampaign", "ferry_linkedincampaign"),
        ("prvAppendLead", "lead"),
        ("prvBulkDelete", ""),
    ],
)
def test_a_refusal_carries_the_missing_privilege_and_its_table(privilege: str, table: str) -> None:
    error = refused(privilege)
    assert (error.code, error.privilege, error.table) == ("dataverse-missing-privilege", privilege, table)


def test_the_lead_s_lookups_are_known_with_their_tables() -> None:
    ours = {column.bind: column.target for column in LEADS.lookups()}
    assert {name: table for name, table in LOOKUPS.items() if name != DYNAMICS_CAMPAIGN} == ours


def test_what_the_mirror_needs_is_what_its_role_has() -> None:
    needs = mirror_needs(dynamics_campaigns=True)
    assert set(needs) <= INBOUND.privileges().keys()
    assert {name for name in INBOUND.privileges() if "ferry_" in name} | set(CAMPAIGNS) == set(needs)
    assert mirror_lacks(needs, dynamics_campaigns=True) == ""
    lacking = mirror_lacks(needs[1:], dynamics_campaigns=False)
    assert lacking == f"{needs[0]} (the mirror); the role LinkedIn Lead Gen S2S Inbound has them all"
    assert " and " in mirror_lacks([], dynamics_campaigns=False)
    assert not mirror_lacks(mirror_needs(dynamics_campaigns=False), dynamics_campaigns=False)
    assert "prvCreateCampaign" in mirror_lacks(mirror_needs(dynamics_campaigns=False), dynamics_campaigns=True)


def test_the_environment_s_check_names_them_while_the_mirror_is_on(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    keep_all_but(StandIn(ferry), {mirror_needs(dynamics_campaigns=False)[0]})  # type: ignore[arg-type]
    assert mirror_needs(dynamics_campaigns=False)[0] in checked(ferry)
    ferry.configure("mirror", "no")
    assert "mirror" not in checked(ferry)


@pytest.mark.parametrize("lacking", ["prvAppendToferry_linkedinform", "prvAppendToferry_linkedincampaign"])
def test_only_the_lookup_whose_privilege_is_missing_is_left_out(sqlite_ferry: Ferry, lacking: str) -> None:
    ferry = sqlite_ferry
    answers: dict[str, Any] = {"first_name": "Ada", "email": "ada@x.test"}
    ferry.respond(**answers)
    assert ferry.deliver().created == 1, "now the form has its row, and leads point at it"
    allow(ferry, *(name for name in mirror_needs(dynamics_campaigns=False) if name != lacking))
    key = ferry.respond(**{**answers, "email": "ben@x.test"})
    assert ferry.deliver().created == 1
    lead = next(row for row in ferry.dynamics.leads("ferry_sourceform") if row["emailaddress1"] == "ben@x.test")
    problems = [one["column"] for one in ferry.show(key)["events"][-1]["detail"].get("problems", ())]
    form_is_missing = lacking.endswith("form")
    assert problems == (["ferry_sourceform@odata.bind"] if form_is_missing else [])
    assert (lead["ferry_sourceform"] is None) == form_is_missing


def test_a_privilege_that_leads_themselves_need_still_stops_the_delivery(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    ferry.respond(first_name="Ada", email="ada@x.test")
    allow(ferry)
    user = next(one for one in ferry.dynamics.call("GET", "users") if one["id"] == USER_ID)
    without = [one for one in user["privileges"] if one != "prvCreateLead"]
    ferry.dynamics.call("PUT", f"users/{USER_ID}", {"privileges": without})
    result = ferry.deliver()
    assert result.created == 0
    assert any("prvCreateLead" in text for text in result.troubles)
