"""A contact that Leadferry made with a lead goes with it, where that is chosen and nothing else uses it."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.conftest import Ferry
from leadferry.privacy.erasure_worker import Erased
from privacy.conftest import ADA, number_of


def erase(ferry: Ferry, *references: str, **wishes: Any) -> Erased:
    wanted = {"leads": True, "contacts": True, "mirror": False, **wishes}
    return ferry.app.erase(ferry.environment, [number_of(ferry, one) for one in references], **wanted)


def contacts(ferry: Ferry) -> list[str]:
    return [row["contactid"] for row in ferry.dynamics.rows("contact", "contactid")]


def test_it_goes_with_its_lead_and_stays_where_that_is_not_chosen(ferry: Ferry) -> None:
    first = ferry.respond(**ADA)
    ferry.deliver()
    assert (erase(ferry, first, contacts=False).contacts, len(contacts(ferry))) == (0, 1)
    second = ferry.respond(**ADA | {"email": "other@quensel.test"})
    ferry.deliver()
    assert len(contacts(ferry)) == 2
    erased = erase(ferry, second)
    assert (erased.leads, erased.contacts, erased.left) == (1, 1, ())
    assert len(contacts(ferry)) == 1
    assert erased.recorded([2], mirror=False)["contacts_deleted"] == 1


def test_two_leads_of_one_person_share_one_and_it_goes_with_both(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    ferry.strategy(always_create=True)
    keys = [ferry.respond(**ADA), ferry.respond(**ADA)]
    ferry.deliver()
    assert len(contacts(ferry)) == 1
    [left] = erase(ferry, keys[0]).left
    assert left.endswith("stays: another submission has it")
    assert contacts(ferry) != []


def test_one_that_was_only_linked_is_never_deleted(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    theirs = ferry.dynamics.seed("contact", [{"emailaddress1": ADA["email"]}])
    key = ferry.respond(**ADA)
    ferry.deliver()
    assert ferry.show(key)["contact_id"] == theirs[0]
    assert (erase(ferry, key).contacts, contacts(ferry)) == (0, theirs)


@pytest.mark.parametrize(
    ("table", "column", "why"),
    [
        ("lead", "parentcontactid", "a lead uses it."),
        ("opportunity", "customerid", "an opportunity uses it."),
        ("account", "primarycontactid", "an account uses it."),
        ("incident", "customerid", "a case uses it."),
    ],
)
def test_what_something_else_uses_stays_and_is_named(sqlite_ferry: Ferry, table: str, column: str, why: str) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    ferry.deliver()
    [contact] = contacts(ferry)
    ferry.dynamics.seed(table, [{column: contact, f"{column}__table": "contact"}])
    erased = erase(ferry, key)
    assert (erased.leads, erased.contacts) == (1, 0)
    assert erased.left == (f"Contact {contact} stays: {why}",)
    assert contacts(ferry) == [contact]


def test_without_the_privileges_it_stays_and_the_reason_names_what_is_missing(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    keys = [ferry.respond(**ADA), ferry.respond(**ADA | {"email": "other@quensel.test"})]
    ferry.deliver()
    user = ferry.dynamics.call("GET", "users")[0]
    held = ["prvReadLead", "prvDeleteLead", "prvReadContact", "prvReadOpportunity", "prvReadAccount"]
    ferry.dynamics.call("PUT", f"users/{user['id']}", {"privileges": held})
    [left] = erase(ferry, keys[0]).left
    assert "nobody can tell whether a case uses it" in left
    assert "prvReadIncident" in left
    ferry.dynamics.call("PUT", f"users/{user['id']}", {"privileges": [*held, "prvReadIncident"]})
    [left] = erase(ferry, keys[1]).left
    assert left.endswith("the application user lacks the privilege prvDeleteContact.")
    assert len(contacts(ferry)) == 2


def test_one_that_somebody_changed_stays(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    ferry.deliver()
    [contact] = contacts(ferry)
    ferry.dynamics.seed("contact", [{"contactid": contact, "modifiedby": "00000000-0000-4000-8000-00000000abcd"}])
    assert erase(ferry, key).left == (f"Contact {contact} stays: somebody has changed it.",)
