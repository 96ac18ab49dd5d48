"""Who may do what, as a table of cases (OC-19 to OC-22)."""

from __future__ import annotations

import pytest

from leadferry.console.rights import ROLE_TO_ASK_FOR
from leadferry.solution.roles import MASKS, ROLES, Depth, short_of
from leadferry.solution.tables import TABLES

ADMINISTRATOR, SALESPERSON, INBOUND = (role.privileges() for role in ROLES)


@pytest.mark.parametrize(
    ("name", "administrator", "salesperson", "inbound"),
    [
        ("prvWriteferry_linkedinleadmatchingstrategy", Depth.ALL, None, Depth.ALL),
        ("prvReadferry_linkedinleadmatchingstrategy", Depth.ALL, Depth.ALL, Depth.ALL),
        ("prvCreateferry_linkedinfieldmapping", Depth.ALL, None, Depth.ALL),
        ("prvWriteferry_linkedinconfiguration", Depth.ALL, None, Depth.ALL),
        ("prvReadferry_linkedinconfiguration", Depth.ALL, None, Depth.ALL),
        ("prvCreateferry_linkedinuserprofile", Depth.ALL, Depth.OWN, Depth.ALL),
        ("prvReadferry_linkedinuserprofile", Depth.ALL, Depth.ALL, Depth.ALL),
        ("prvReadferry_linkedinformsubmission", Depth.ALL, Depth.ALL, Depth.ALL),
        ("prvReadferry_linkedinformanswer", Depth.ALL, Depth.ALL, Depth.ALL),
        ("prvWriteferry_linkedinformsubmission", Depth.ALL, None, Depth.ALL),
        ("prvDeleteferry_linkedinformsubmission", None, None, Depth.ALL),
        ("prvCreateLead", None, None, Depth.ALL),
        ("prvReadLead", Depth.ALL, Depth.OWN, Depth.ALL),
        ("prvAssignLead", None, None, Depth.ALL),
        ("prvAppendToCampaign", None, None, Depth.ALL),
        ("prvAssignferry_leadentityfield", None, None, None),
        ("prvWriteferry_leadentityfield", Depth.ALL, None, Depth.ALL),
    ],
)
def test_the_table_of_rights(
    name: str, administrator: Depth | None, salesperson: Depth | None, inbound: Depth | None
) -> None:
    assert (ADMINISTRATOR.get(name), SALESPERSON.get(name), INBOUND.get(name)) == (administrator, salesperson, inbound)


def test_no_role_changes_roles_or_definitions() -> None:
    held = [name for role in ROLES for name in role.privileges()]
    assert [name for name in held if name.endswith("Role") and name != "prvReadRole"] == []
    assert [name for name in held if name.startswith(("prvWriteEntity", "prvCreateEntity", "prvPublish"))] == []


def test_the_inbound_role_reaches_every_table() -> None:
    assert all(f"prvCreate{table.schema_name}" in INBOUND for table in TABLES)


def test_the_console_asks_for_roles_that_the_solution_brings() -> None:
    ours = {role.name for role in ROLES}
    assert {name for name in ROLE_TO_ASK_FOR.values() if name.startswith("LinkedIn")} <= ours


def test_a_shallower_depth_is_short_and_a_deeper_one_is_not() -> None:
    wanted = {"a": Depth.UNIT, "b": Depth.UNIT, "c": Depth.UNIT}
    assert short_of(wanted, {"a": MASKS[Depth.OWN], "b": MASKS[Depth.ALL]}) == {"a": Depth.UNIT, "c": Depth.UNIT}
