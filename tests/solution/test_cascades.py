"""What becomes of submissions when the rows that they point at are merged or deleted (OC-68, OC-71)."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import simulated
from leadferry.dataverse.customizing_client import CustomizingClient
from leadferry.errors import DataverseError
from leadferry.simulators.dataverse.export_interface import _LEVELS
from leadferry.solution.roles import MASKS, ROLES
from leadferry.solution.tables import ANSWERS, LEADS, PAIRS, QUESTIONS, SUBMISSIONS, TABLES
from leadferry.solution.wanted import UNIQUE_NAME
from scripted_service import Time
from services import Dynamics
from solution.conftest import Environment

CRM = "Microsoft.Dynamics.CRM."
ORIGINAL = json.loads((Path(__file__).parent / "original_tables.json").read_text("utf-8"))["relationships"]
OURS = {column.relationship: column for table in (*TABLES, LEADS) for column in table.lookups()}


@pytest.fixture(scope="module")
def environment() -> Iterator[Environment]:
    time = Time()
    with simulated.with_solution(time.clock) as running:
        yield Environment(Dynamics(running), time)


def customizing(environment: Environment) -> CustomizingClient:
    return CustomizingClient(environment.client(), sleep=environment.time.sleep)


def merge(environment: Environment, table: str, target: str, subordinate: str, **content: str) -> None:
    kind = {"@odata.type": f"{CRM}{table}"}
    body: dict[str, Any] = {
        "Target": {f"{table}id": target, **kind},
        "Subordinate": {f"{table}id": subordinate, **kind},
        "PerformParentingChecks": False,
    }
    customizing(environment).action("Merge", body | ({"UpdateContent": {**kind, **content}} if content else {}))


def test_every_relationship_cascades_as_the_original_s_did(environment: Environment) -> None:
    read = customizing(environment).read
    path = f"RelationshipDefinitions/{CRM}OneToManyRelationshipMetadata?$select=SchemaName,CascadeConfiguration"
    rows = (read(path) or {})["value"]
    found = {row["SchemaName"]: row["CascadeConfiguration"] for row in rows}
    assert OURS.keys() <= found.keys()
    known = {one["schema_name"].replace("msdyncrm_", "ferry_").replace("msdyncr2_", "ferry_"): one for one in ORIGINAL}
    for name in OURS.keys() & known.keys():
        assert found[name]["Delete"] == (known[name]["cascade_delete"] or "RemoveLink"), name
        assert found[name]["Merge"] == (known[name]["cascade_merge"] or "NoCascade"), name
        assert {found[name][one] for one in ("Assign", "Share", "Unshare", "Reparent")} == {"NoCascade"}, name


@pytest.mark.parametrize("table", ["lead", "contact"])
def test_submissions_move_along_when_their_lead_or_contact_is_merged(environment: Environment, table: str) -> None:
    client, column = environment.client(), SUBMISSIONS[table]
    kept, given_way = (client.create(f"{table}s", {"lastname": name}) for name in ("Roy", "Roi"))
    row = {SUBMISSIONS.primary_name: "x", column.bind: f"/{table}s({given_way})"}
    submission = client.create(SUBMISSIONS.entity_set, row)
    merge(environment, table, kept, given_way, jobtitle="Captain")
    assert client.get(SUBMISSIONS.entity_set, submission, [column.read_name])[column.read_name] == kept
    assert client.get(f"{table}s", kept, ["jobtitle", "lastname"])["jobtitle"] == "Captain"
    assert client.get(f"{table}s", given_way, ["statecode"])["statecode"] != 0


@pytest.mark.parametrize(("table", "entity_set"), [("lead", "leads"), ("contact", "contacts")])
def test_a_submission_stays_without_its_link_when_what_it_points_at_is_deleted(
    environment: Environment, table: str, entity_set: str
) -> None:
    client, column = environment.client(), SUBMISSIONS[table]
    row_id = client.create(entity_set, {"lastname": "Roy"})
    row = {SUBMISSIONS.primary_name: "x", column.bind: f"/{entity_set}({row_id})"}
    submission = client.create(SUBMISSIONS.entity_set, row)
    client.delete(entity_set, row_id)
    assert client.get(SUBMISSIONS.entity_set, submission, [column.read_name])[column.read_name] is None


@pytest.mark.parametrize("table", [SUBMISSIONS, QUESTIONS], ids=lambda table: table.name)
def test_answers_outlive_their_submission_and_their_question(environment: Environment, table: Any) -> None:
    client = environment.client()
    column = next(one for one in ANSWERS.lookups() if one.target == table.name)
    parent = client.create(table.entity_set, {table.primary_name: "x"})
    row = {ANSWERS.primary_name: "x", column.bind: f"/{table.entity_set}({parent})"}
    answer = client.create(ANSWERS.entity_set, row)
    client.delete(table.entity_set, parent)
    assert client.get(ANSWERS.entity_set, answer, [column.read_name])[column.read_name] is None


def test_two_that_are_not_of_one_table_are_not_merged(environment: Environment) -> None:
    client = environment.client()
    lead = client.create("leads", {"lastname": "Roy"})
    with pytest.raises(DataverseError) as caught:
        merge(environment, "lead", lead, lead)
    assert caught.value.status == 400


def test_the_exported_zip_holds_all_of_the_solution(environment: Environment) -> None:
    body = customizing(environment).action("ExportSolution", {"SolutionName": UNIQUE_NAME, "Managed": True})
    assert body
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(body["ExportSolutionFile"]))) as file:
        whole = ElementTree.fromstring(file.read("customizations.xml"))  # noqa: S314 - our own simulator's
    tables = {one.findtext("Name") for one in whole.iterfind("Entities/Entity")}
    assert tables == {table.schema_name for table in (*TABLES, LEADS)}
    keys = {one.findtext("LogicalName") for one in whole.iter("EntityKey")}
    assert keys == {key.name for table in TABLES for key in table.keys}
    relations = {one.get("Name"): one for one in whole.iter("EntityRelationship")}
    assert relations.keys() == OURS.keys() | {pair.schema_name for pair in PAIRS}
    assert relations[SUBMISSIONS["lead"].relationship].findtext("CascadeMerge") == "Cascade"
    rights = {
        role.get("name"): {one.get("name"): one.get("level") for one in role.iter("RolePrivilege")}
        for role in whole.iterfind("Roles/Role")
    }
    wanted = {role.name: {name: _LEVELS[MASKS[depth]] for name, depth in role.privileges().items()} for role in ROLES}
    assert rights == wanted
