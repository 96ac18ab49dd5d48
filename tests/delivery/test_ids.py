"""Ids in Dynamics are those of RFC 9562, letter by letter: rows that stand there were named by them."""

from __future__ import annotations

import uuid

from leadferry.delivery.ids import contact_id, environment_namespace, lead_id, uuid5_text

PLACE = environment_namespace("5B0B7A1E-0000-4000-8000-0000000000AA")


def test_an_id_is_what_the_standard_library_makes_of_it() -> None:
    for number in range(2000):
        name = f"lead:{number}-ü"
        assert uuid5_text(PLACE, name) == str(uuid.uuid5(PLACE, name))


def test_the_ids_of_leads_and_contacts_never_change() -> None:
    assert lead_id(PLACE, "a1") == str(uuid.uuid5(PLACE, "lead:a1")) == "c92a07ac-b55a-5f05-8937-fbdd7e2ce4af"
    assert contact_id(PLACE, "a1") == str(uuid.uuid5(PLACE, "contact:a1")) == "0a077ab0-279e-53a2-b950-aef70a2527e9"
