"""The client against the Dataverse simulator, which shares no code with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from leadferry.dataverse.batch import ChangeSet, Operation
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.refusals import DataverseRowError
from leadferry.errors import DataverseError
from leadferry.simulators.dataverse.users import ORGANIZATION_ID, USER_ID
from scripted_service import Time
from services import Dynamics

IDS = [f"5b0b7a1e-0000-4000-8000-{number:012d}" for number in range(500)]


def rows() -> list[dict[str, object]]:
    return [
        {"leadid": row_id, "lastname": f"O'Neil {n}", "subject": "é", "emailaddress1": f"Person{n}@example{n}.test"}
        for n, row_id in enumerate(IDS)
    ]


def test_who_am_i(simulated: DataverseClient) -> None:
    found = simulated.who_am_i()
    assert (found.user_id, found.organization_id) == (USER_ID, ORGANIZATION_ID)


def test_a_wrong_secret(make_client: Callable[[str], DataverseClient]) -> None:
    with pytest.raises(DataverseError) as caught:
        make_client("wrong").who_am_i()
    assert caught.value.code == "dataverse-bad-secret"


def test_500_leads_are_written_found_and_changed_in_a_request_each(simulated: DataverseClient) -> None:
    assert simulated.create_multiple("leads", "lead", rows()) == IDS
    absent = "5b0b7a1e-0000-4000-8000-ffffffffffff"
    assert simulated.existing_ids("leads", "leadid", [*IDS[1:], absent.upper()]) == set(IDS[1:])
    emails = [f"PERSON{n}@EXAMPLE{n}.TEST" for n in range(500)]
    found = simulated.find_any("leads", {"emailaddress1": emails}, select=["leadid"], extra_filter="statecode eq 0")
    assert {row["leadid"] for row in found} == set(IDS)
    simulated.update_multiple("leads", "lead", [{"leadid": row_id, "subject": "new"} for row_id in IDS])
    subjects = simulated.rows_by_id("leads", "leadid", IDS, ["subject"])
    assert {row["subject"] for row in subjects.values()} == {"new"}
    assert simulated.requests == 5


def test_more_than_an_address_holds_is_one_batch(simulated: DataverseClient) -> None:
    simulated.create_multiple("leads", "lead", rows())
    asked = {
        "emailaddress1": [str(row["emailaddress1"]) for row in rows()],
        "lastname": [str(r["lastname"]) for r in rows()],
    }
    before = simulated.requests
    found = simulated.find_any("leads", asked, select=["leadid"])
    assert sorted(row["leadid"] for row in found) == IDS
    assert simulated.requests == before + 1


def test_pages_are_followed(simulated: DataverseClient) -> None:
    simulated.create_multiple("leads", "lead", rows()[:7])
    found = simulated.query("leads", select=["leadid"], orderby="leadid asc", page_size=3)
    assert [row["leadid"] for row in found] == IDS[:7]
    assert len(list(simulated.query("leads", select=["leadid"], filter="lastname eq 'O''Neil 3'"))) == 1


def test_single_rows(simulated: DataverseClient) -> None:
    made = simulated.create("accounts", {"name": "Crane"})
    lead = simulated.create("leads", {"lastname": "x", "parentaccountid@odata.bind": f"/accounts({made})"})
    assert simulated.get("leads", lead, ["_parentaccountid_value"])["_parentaccountid_value"] == made
    simulated.patch("leads", lead, {"lastname": "y"})
    simulated.delete("leads", lead)
    for call in (
        lambda: simulated.get("leads", lead, ["lastname"]),
        lambda: simulated.patch("leads", lead, {"lastname": "z"}),
    ):
        with pytest.raises(DataverseError) as caught:
            call()
        assert caught.value.code == "dataverse-not-found"


@pytest.mark.parametrize(
    ("row", "code", "attribute"),
    [
        ({"subject": "x" * 301}, "dataverse-invalid-value", "subject"),
        ({"leadsourcecode": 99}, "dataverse-invalid-value", "leadsourcecode"),
        ({"nonsense": "Ada"}, "dataverse-unknown-column", "nonsense"),
        ({"leadid": IDS[0]}, "dataverse-duplicate", ""),
    ],
)
def test_refused_rows(simulated: DataverseClient, row: dict[str, object], code: str, attribute: str) -> None:
    simulated.create("leads", {"leadid": IDS[0]})
    with pytest.raises(DataverseError) as caught:
        simulated.create("leads", row)
    assert caught.value.code == code
    assert getattr(caught.value, "attribute", "") == attribute
    assert isinstance(caught.value, DataverseRowError) is bool(attribute)
    assert "Ada" not in str(caught.value)


def test_batches_and_change_sets(simulated: DataverseClient) -> None:
    simulated.create("leads", {"leadid": IDS[0], "lastname": "old"})
    together = ChangeSet([
        Operation("POST", "accounts", {"name": "Crane"}),
        Operation("PATCH", f"leads({IDS[0]})", {"parentaccountid@odata.bind": "$1"}, {"If-Match": "*"}),
    ])  # fmt: skip
    apart = ChangeSet([
        Operation("PATCH", f"leads({IDS[0]})", {"lastname": "rolled back"}, {"If-Match": "*"}),
        Operation("PATCH", f"leads({IDS[9]})", {"lastname": "gone"}, {"If-Match": "*"}),
    ])  # fmt: skip
    results = simulated.batch(
        [together, Operation("POST", "leads", {"leadid": IDS[0]}), apart, Operation("GET", f"leads({IDS[0]})")],
        continue_on_error=True,
    )
    codes = [result.error.code if result.error else "" for result in results]
    assert codes == ["", "", "dataverse-duplicate", "dataverse-not-found", "dataverse-not-found", ""]
    assert results[5].row is not None
    assert results[5].row["lastname"] == "old"
    assert results[5].row["_parentaccountid_value"] == results[0].row_id


def test_a_lead_is_qualified(simulated: DataverseClient) -> None:
    lead = simulated.create("leads", {"lastname": "x", "companyname": "Crane"})
    assert simulated.qualify_lead(lead, create_account=True, create_contact=True, create_opportunity=False)
    assert simulated.get("leads", lead, ["statecode"])["statecode"] == 1


def test_a_missing_privilege_is_named(simulated: DataverseClient, dynamics: Dynamics) -> None:
    dynamics.call("PUT", f"users/{USER_ID}", {"privileges": ["prvReadLead"]})
    with pytest.raises(DataverseError, match="prvCreateLead") as caught:
        simulated.create("leads", {"lastname": "x"})
    assert caught.value.code == "dataverse-missing-privilege"


def test_an_app_without_a_user(simulated: DataverseClient, dynamics: Dynamics) -> None:
    dynamics.call("PUT", f"users/{USER_ID}", {"member": False})
    with pytest.raises(DataverseError) as caught:
        simulated.who_am_i()
    assert caught.value.code == "dataverse-not-a-member"


def test_a_token_that_ends_early_is_renewed(simulated: DataverseClient, dynamics: Dynamics) -> None:
    simulated.who_am_i()
    dynamics.call("POST", "clock", {"advance_ms": 4_000_000})
    simulated.who_am_i()
    assert simulated.requests == 3


def test_service_protection_is_waited_out(simulated: DataverseClient, dynamics: Dynamics, time: Time) -> None:
    dynamics.settings(limit_requests=3)
    for _ in range(6):
        simulated.who_am_i()
    assert sum(time.slept) >= 1


def test_a_cut_after_the_commit_leaves_the_outcome_open(simulated: DataverseClient, dynamics: Dynamics) -> None:
    dynamics.fault("cut_after", method="POST", path="CreateMultiple")
    with pytest.raises(DataverseError) as caught:
        simulated.create_multiple("leads", "lead", rows()[:2])
    assert caught.value.unknown_outcome
    assert simulated.existing_ids("leads", "leadid", IDS[:3]) == set(IDS[:2])
