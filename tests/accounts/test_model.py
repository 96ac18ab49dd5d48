from __future__ import annotations

from enum import IntEnum

import pytest

from leadferry.accounts.model import (
    Authorization,
    CampaignSync,
    Credential,
    FormSync,
    ProfileSync,
    lead_types,
    owner_kind,
)
from leadferry.forms.status import LeadFormSync


@pytest.mark.parametrize(
    ("statuses", "labels"),
    [
        (Authorization, ["Not Authorized", "Authorized", "Expired", "Reauthorizing"]),
        (ProfileSync, ["Not Syncing", "Syncing Accounts", "Active", "No Accounts Available"]),
        (FormSync, ["Pending Synchronization", "Active", "Not Syncing", "No Forms Available", "Forbidden"]),
        (CampaignSync, ["Pending Synchronization", "Active", "No Active Campaigns Available", "Forbidden"]),
        (LeadFormSync, ["Pending Synchronization", "Active", "No Form Submissions", "Forbidden"]),
    ],
)
def test_statuses_have_the_originals_values_and_labels(statuses: type[IntEnum], labels: list[str]) -> None:
    expected = [(192350000 + place, label) for place, label in enumerate(labels)]
    assert [(int(status), str(getattr(status, "label"))) for status in statuses] == expected  # noqa: B009


@pytest.mark.parametrize(
    ("urn", "roles", "types"),
    [
        ("urn:li:sponsoredAccount:5001", ["VIEWER"], ["SPONSORED"]),
        ("urn:li:organization:9001", ["ADMINISTRATOR"], ["EVENT", "COMPANY", "ORGANIZATION_PRODUCT"]),
        ("urn:li:organization:9001", ["LEAD_GEN_FORMS_MANAGER"], ["COMPANY", "ORGANIZATION_PRODUCT"]),
        ("urn:li:organization:9001", ["CONTENT_ADMINISTRATOR"], ["EVENT"]),
        ("urn:li:organization:9001", ["ANALYST", "CURATOR"], []),
        ("urn:li:event:1", ["ADMINISTRATOR"], []),
    ],
)
def test_roles_decide_which_lead_types_a_member_may_read(urn: str, roles: list[str], types: list[str]) -> None:
    assert sorted(lead_types(urn, roles)) == sorted(types)


def test_the_kind_of_an_owner_is_in_its_urn() -> None:
    assert owner_kind("urn:li:sponsoredAccount:5001") == "sponsoredAccount"
    assert owner_kind("nonsense") == ""


def test_secrets_do_not_show_when_printed() -> None:
    assert "hush" not in repr(Credential("secret", "hush"))
