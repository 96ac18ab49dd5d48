"""What webhooks are told of: put down in the transaction that made it happen, and only where somebody wants it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy import event

from environments import connect
from leadferry.delivery.model import EventKind, MatchingStatus, State
from leadferry.store.database import Database
from leadferry.store.statements import AT_ONCE
from leadferry.store.tables import form_versions, lead_forms, webhook_deliveries
from leadferry.webhooks.model import EventType, Webhook
from webhooks.conftest import LEAD, House, outcome

URL = "https://hooks.example.com/leads"


def told(house: House) -> list[tuple[str, int]]:
    with house.database.read() as connection:
        wanted = sa.select(webhook_deliveries.c.event, webhook_deliveries.c.submission_id)
        return [tuple(row) for row in connection.execute(wanted.order_by(webhook_deliveries.c.id))]


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_each_outcome_is_told_under_its_own_name(house: House) -> None:
    house.add(URL)
    keys = house.store(6)
    for key, kind in zip(keys, (k for k in EventKind if k in {2, 3, 4, 5, 7, 9}), strict=True):
        house.settle(key, kind=kind)
    assert told(house)[6:] == list(
        zip(
            [
                "lead.created",
                "lead.updated",
                "lead.linked",
                "review.needed",
                "submission.failed",
                "submission.rejected",
            ],
            keys,
            strict=True,
        )
    )


def test_a_form_response_is_told_when_it_is_stored_and_only_once(house: House) -> None:
    house.add(URL)
    keys = house.store(2)
    house.number = 0
    house.store(2)
    assert told(house) == [("submission.received", key) for key in keys]


def test_what_cannot_be_read_is_told_as_received_and_as_failed(house: House) -> None:
    house.add(URL)
    (key,) = house.store(1, trouble="no JSON")
    assert told(house) == [("submission.received", key), ("submission.failed", key)]


def test_a_retry_is_not_told(house: House) -> None:
    (key,) = house.store()
    house.add(URL)
    house.settle(key, kind=EventKind.RETRY)
    assert told(house) == []


def test_what_a_person_leaves_out_or_takes_back_is_told(house: House) -> None:
    first, second = house.store(2)
    house.settle(second)
    house.add(URL)
    house.submissions.reject(house.environment.id, first, by="Ada")
    house.submissions.undone(
        house.environment.id,
        second,
        state=State.REJECTED,
        matching_status=MatchingStatus.CREATED,
        keep_lead=False,
        detail={},
    )
    assert told(house) == [("submission.rejected", first), ("submission.undone", second)]


def test_a_webhook_is_told_what_it_chose(house: House) -> None:
    chosen, _ = house.add(URL, "A", events=["lead.created"])
    house.add(URL, "B", events=["review.needed"])
    (key,) = house.store()
    house.settle(key)
    (delivery,) = house.log(chosen)
    assert (delivery.event, delivery.submission_id) == (EventType.CREATED, key)
    assert told(house) == [("lead.created", key)]


def test_a_webhook_of_some_forms_is_told_of_no_others(house: House) -> None:
    with house.database.write() as connection:
        for number in (1, 2):
            form = {"id": number, "environment_id": house.environment.id, "linkedin_id": number, "name": "F"}
            connection.execute(sa.insert(lead_forms).values(**form, sync_status=1))
            version = {"id": number * 10, "form_id": number, "version": 1, "body": b"{}", "seen_at": 1}
            connection.execute(sa.insert(form_versions).values(**version))
    house.add(URL, forms=[1])
    mine = house.store(1, form_version_id=10)
    house.store(1, form_version_id=20)
    house.store(1)
    assert told(house) == [("submission.received", key) for key in mine]


def test_another_environments_webhook_is_told_nothing(house: House) -> None:
    other = House(house.database, house.clock, connect(house.database, "heron"))
    other.add(URL)
    house.settle(*house.store(1))
    assert told(house) == []


def test_a_paused_webhook_is_told_nothing_and_keeps_what_waits(house: House) -> None:
    webhook, _ = house.add(URL)
    keys = house.store(2)
    house.webhooks.set_active(house.environment.id, webhook.id, False)
    house.settle(*keys)
    assert told(house) == [("submission.received", key) for key in keys]


def test_without_a_webhook_a_claim_costs_one_look_and_no_row(house: House) -> None:
    keys = house.store(200)
    with statements(house.database) as said:
        house.settle(*keys)
    assert len([one for one in said if "webhook" in one]) == 1
    assert told(house) == []


def test_a_claim_is_put_down_by_hundreds(house: House) -> None:
    house.add(URL, "A", events=["lead.created"])
    house.add(URL, "B", events=["lead.created"])
    keys = house.store(200)
    with statements(house.database) as said:
        house.settle(*keys)
    assert len([one for one in said if "webhook" in one]) <= 2 + 400 // AT_ONCE
    assert len(told(house)) == 400


def test_a_settlement_that_fails_is_not_told(house: House) -> None:
    webhook, _ = house.add(URL, events=["lead.created"])
    (key,) = house.store()
    with pytest.raises(sa.exc.DBAPIError):
        house.submissions.settle(
            [outcome(key, EventKind.CREATED), outcome(10**6, EventKind.CREATED)], told_in=house.environment.id
        )
    assert house.log(webhook) == []
    assert house.submissions.show(house.environment.id, key)["state"] is State.PENDING


def test_what_was_written_is_named_by_column_and_never_by_value(house: House) -> None:
    house.add(URL, events=["lead.created", "lead.updated"])
    created, updated = house.store(2)
    house.settle(created, detail={"written": {"emailaddress1": "ada@x.test"}, "why": "new"})
    house.settle(updated, kind=EventKind.UPDATED, detail={"changes": {"jobtitle": ["Old", "Secret title"]}})
    with house.database.read() as connection:
        facts = list(connection.execute(sa.select(webhook_deliveries.c.facts)).scalars())
    assert [msgspec.json.decode(one)["columns"] for one in facts] == [["emailaddress1"], ["jobtitle"]]
    assert LEAD in facts[0]
    assert not any(word in "".join(facts) for word in ("ada@x.test", "Secret"))


def test_deleting_a_submission_takes_what_was_told_of_it_along(house: House) -> None:
    from leadferry.store.tables import submissions

    webhook, _ = house.add(URL)
    house.settle(*house.store(1))
    assert len(house.log(webhook)) == 2
    with house.database.write() as connection:
        connection.execute(sa.delete(submissions))
    assert house.log(webhook) == []


def test_every_event_has_words(house: House) -> None:
    assert all(one.label and one.meaning.endswith(".") for one in EventType)
    assert isinstance(house.add(URL)[0], Webhook)
