"""Messages on their way, to receivers over real HTTP, on both databases."""

from __future__ import annotations

import threading
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from standardwebhooks.webhooks import WebhookVerificationError

from leadferry.delivery.model import EventKind
from leadferry.store.tables import submissions
from leadferry.webhooks.deliver_worker import BATCH
from leadferry.webhooks.model import DeliveryState, Pause
from leadferry.webhooks.outbox_store import LEASE_MS
from leadferry.webhooks.post_client import Reply
from leadferry.webhooks.schedule import DAY_MS, HOUR_MS, MAX_ATTEMPTS, RETRY_AFTER_MS
from webhooks.conftest import LEAD, House
from webhooks.receiver import Answer, Receiver, receiving


def states(house: House, webhook: Any) -> list[str]:
    return [one.state.value for one in house.log(webhook)]


def test_a_message_arrives_signed_and_says_what_happened(house: House, receiver: Receiver) -> None:
    webhook, secret = house.add(receiver.url, events=["lead.created"])
    (key,) = house.store(test=True)
    house.settle(key, detail={"written": {"lastname": "Crane"}})
    house.courier().once()
    (got,) = receiver.got
    message = got.verified(secret)
    assert message == got.message
    assert (message["type"], message["id"]) == ("lead.created", got.headers["webhook-id"])
    assert message["environment"] == {
        "id": house.environment.id,
        "name": "crane",
        "url": "https://crane.crm4.dynamics.com",
    }
    data = message["data"]
    assert data["submission"]["id"] == key
    assert data["submission"]["state"] == "delivered"
    assert data["submission"]["matching_status"] == {"value": 192350001, "label": "New lead created"}
    assert data["submission"]["url"] == f"https://ferry.example/e/{house.environment.id}/submissions/{key}"
    assert data["lead"] == {
        "id": LEAD,
        "url": f"https://crane.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn=lead&id={LEAD}",
    }
    assert (data["changed_columns"], data["test"], data["form"], data["problem"]) == (["lastname"], True, None, None)
    assert "answers" not in data
    (delivery,) = house.log(webhook)
    assert (delivery.state, delivery.status, delivery.attempts) == (DeliveryState.DELIVERED, 204, 1)
    assert house.results == ["delivered"]


def test_what_failed_says_why(house: House, receiver: Receiver) -> None:
    house.add(receiver.url, events=["submission.failed"])
    (key,) = house.store()
    house.settle(key, kind=EventKind.FAILED, detail={"code": "dataverse-plug-in", "message": "A plug-in said no."})
    house.courier().once()
    data = receiver.got[0].message["data"]
    assert data["problem"] == {"code": "dataverse-plug-in", "reason": "A plug-in said no."}
    assert (data["lead"], data["submission"]["state"]) == (None, "failed")


def test_a_message_says_how_it_was_when_it_happened(house: House, receiver: Receiver) -> None:
    """Received, then a lead: sent together, in the words of their own moments."""
    house.add(receiver.url)
    house.settle(*house.store(1))
    house.courier().once()
    told = {one.message["type"]: one.message["data"] for one in receiver.got}
    assert (told["submission.received"]["lead"], told["submission.received"]["submission"]["state"]) == (
        None,
        "pending",
    )
    assert told["lead.created"]["lead"]["id"] == LEAD


RESPONSE = msgspec.json.encode(
    {
        "id": "r0",
        "submittedAt": 1,
        "versionedLeadGenFormUrn": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)",
        "formResponse": {
            "answers": [{"questionId": 3, "answerDetails": {"textQuestionAnswer": {"answer": "ada@x.test"}}}],
            "consentResponses": [{"consentId": 71, "accepted": True}],
        },
    }
)


@pytest.mark.parametrize("answers", [False, True])
def test_answers_are_sent_only_where_the_webhook_says_so(house: House, receiver: Receiver, answers: bool) -> None:
    house.add(receiver.url, events=["submission.received"], answers=answers)
    house.store(1, RESPONSE)
    house.courier().once()
    (got,) = receiver.got
    assert (b"ada@x.test" in got.body) is answers
    if answers:
        assert got.message["data"]["answers"] == [{"question_id": 3, "question": "question 3", "answer": "ada@x.test"}]
        assert got.message["data"]["consents"] == [{"id": 71, "text": "consent 71", "given": True}]


def test_what_nobody_can_read_is_told_without_answers(house: House, receiver: Receiver) -> None:
    house.add(receiver.url, events=["submission.received"], answers=True)
    house.store(1, b"\xff not json", trouble="no JSON")
    house.courier().once()
    assert "answers" not in receiver.got[0].message["data"]


def test_a_time_that_no_calendar_has_holds_nothing_up(house: House, receiver: Receiver) -> None:
    house.add(receiver.url, events=["submission.received"])
    house.store(1)
    with house.database.write() as connection:
        connection.execute(sa.update(submissions).values(submitted_at=10**16))
    house.courier().once()
    assert receiver.got[0].message["data"]["submission"]["submitted_at"] is None


# Failing, and again


def test_an_attempt_that_fails_is_repeated_with_the_same_id_and_body(house: House, receiver: Receiver) -> None:
    webhook, _ = house.add(receiver.url, events=["submission.received"])
    receiver.will.append(Answer(500, b"oops"))
    house.store()
    courier = house.courier()
    courier.once()
    assert states(house, webhook) == ["waiting"]
    courier.once()
    assert len(receiver.got) == 1, "not before it is due"
    house.clock.now += RETRY_AFTER_MS[0]
    courier.once()
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert states(house, webhook) == ["delivered"]
    _, body, attempts = house.outbox.show(house.environment.id, webhook.id, house.log(webhook)[0].id)
    assert body == first.body
    assert [(one.status, one.response) for one in attempts] == [(500, "oops"), (204, "")]
    assert house.results == ["retry", "delivered"]


def test_after_the_last_attempt_it_is_given_up_and_a_person_may_send_it_again(house: House, receiver: Receiver) -> None:
    webhook, _ = house.add(receiver.url, events=["submission.received"])
    receiver.otherwise = Answer(500)
    house.store()
    courier, began = house.courier(), house.clock.now
    for wait in (0, *RETRY_AFTER_MS):
        house.clock.now += wait
        courier.once()
    assert (states(house, webhook), len(receiver.got)) == (["failed"], MAX_ATTEMPTS)
    assert house.clock.now - began > 3 * DAY_MS
    assert house.results[-2:] == ["retry", "failed"]
    receiver.otherwise = Answer(200)
    assert house.outbox.send_again(house.environment.id, webhook.id) == 1
    courier.once()
    assert states(house, webhook) == ["delivered"]
    assert len(set(receiver.ids())) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_receiver_is_left_alone_for_as_long_as_it_asks(house: House, receiver: Receiver, status: int) -> None:
    webhook, _ = house.add(receiver.url, events=["submission.received"])
    receiver.will.append(Answer(status, headers={"Retry-After": "600"}))
    house.store(3)
    courier = house.courier()
    courier.once()
    asked = len(receiver.got)
    assert asked <= 4, "those under way, and no more"
    house.clock.now += 599_000
    house.store(1)
    courier.once()
    assert len(receiver.got) == asked
    house.clock.now += 2_000
    courier.once()
    assert set(states(house, webhook)) == {"delivered"}


def test_410_ends_it_at_once(house: House, receiver: Receiver) -> None:
    webhook, _ = house.add(receiver.url, events=["submission.received"])
    receiver.otherwise = Answer(410)
    house.store()
    house.courier().once()
    after = house.now(webhook)
    assert (after.active, after.paused_why) == (False, Pause.GONE)
    assert states(house, webhook) == ["failed"]
    assert house.changes == [house.environment.id]
    house.store()
    assert len(house.log(webhook)) == 1, "nothing is put down any more"


def test_a_dead_receiver_costs_one_attempt_at_a_time(house: House) -> None:
    posts: list[str] = []

    def dead(url: str, _headers: dict[str, str], _body: bytes) -> Reply:
        posts.append(url)
        return Reply(0, 1, error="Nothing listens at the address.")

    webhook, _ = house.add("https://hooks.example.com/x", events=["submission.received"])
    house.store(100)
    courier = house.courier(post=dead)
    courier.once()
    assert len(posts) <= BATCH
    first = len(posts)
    for _ in range(5):
        house.clock.now += 300_000
        courier.once()
    assert len(posts) == first + 5
    assert states(house, webhook) == ["waiting"] * 100
    assert house.now(webhook).failures == len(posts)


def test_one_that_fails_for_an_hour_is_told_and_for_days_is_paused(house: House, receiver: Receiver) -> None:
    webhook, _ = house.add(receiver.url, events=["submission.received"])
    receiver.otherwise = Answer(500)
    courier = house.courier()
    for _ in range(6 * 24):
        house.store()
        courier.once()
        if house.clock.now - (house.now(webhook).failing_since or 0) < HOUR_MS:
            assert house.changes == []
        house.clock.now += HOUR_MS
        if not house.now(webhook).active:
            break
    after = house.now(webhook)
    assert (after.active, after.paused_why) == (False, Pause.FAILING)
    assert 5 * DAY_MS <= house.clock.now - HOUR_MS - (after.failing_since or 0) < 6 * DAY_MS
    assert house.changes
    receiver.otherwise = Answer(200)
    house.webhooks.set_active(house.environment.id, webhook.id, True)
    courier.once()
    assert "waiting" not in states(house, webhook), "what waited goes when it is switched on"


def test_when_it_is_well_again_the_failures_are_forgotten_and_it_is_told(house: House, receiver: Receiver) -> None:
    webhook, _ = house.add(receiver.url, events=["submission.received"])
    receiver.will.append(Answer(500))
    house.store()
    courier = house.courier()
    courier.once()
    assert house.now(webhook).failing_since == house.clock.now
    house.clock.now += RETRY_AFTER_MS[0]
    courier.once()
    after = house.now(webhook)
    assert (after.failures, after.failing_since) == (0, None)
    assert house.changes == [house.environment.id]


# Side by side


def test_a_slow_receiver_holds_up_no_other(house: House, receiver: Receiver) -> None:
    ready, stop = threading.Event(), threading.Event()
    with receiving() as slow:
        slow.otherwise = Answer(200, after=ready)
        house.add(slow.url, "slow", events=["submission.received"])
        quick, _ = house.add(receiver.url, "quick", events=["submission.received"])
        house.store(3 * BATCH)
        running = threading.Thread(target=house.courier().run, args=(stop,))
        running.start()
        try:
            until = threading.Event()
            for _ in range(200):
                if len(receiver.got) == 3 * BATCH:
                    break
                until.wait(0.05)
            assert len(receiver.got) == 3 * BATCH
            assert len(slow.got) <= 4
        finally:
            ready.set()
            stop.set()
            running.join(20)
    assert not running.is_alive()
    assert set(states(house, quick)) == {"delivered"}


def test_two_couriers_send_each_message_once(house: House, receiver: Receiver) -> None:
    """Two processes: each takes what the other has not."""
    webhook, _ = house.add(receiver.url, events=["submission.received"])
    house.store(5 * BATCH)
    both = [threading.Thread(target=house.courier().once) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert len(receiver.got) == len(set(receiver.ids())) == 5 * BATCH
    assert set(states(house, webhook)) == {"delivered"}


def test_what_a_dying_process_had_taken_is_sent_by_the_next(house: House, receiver: Receiver) -> None:
    """Killed before the request, after it, before its note: the tables look the same, and it is sent again."""
    webhook, _ = house.add(receiver.url, events=["submission.received"])
    house.store(2)
    assert len(house.outbox.take(webhook.id, BATCH)) == 2
    courier = house.courier()
    courier.once()
    assert receiver.got == [], "it might still be under way"
    house.clock.now += LEASE_MS
    courier.once()
    assert len(receiver.got) == 2
    assert states(house, webhook) == ["delivered", "delivered"]


def test_told_to_stop_it_gives_back_what_it_has_not_sent(house: House, receiver: Receiver) -> None:
    stop = threading.Event()
    sent: list[int] = []

    def post(_url: str, _headers: dict[str, str], _body: bytes) -> Reply:
        sent.append(1)
        stop.set()
        return Reply(200, 1)

    webhook, _ = house.add(receiver.url, events=["submission.received"])
    house.store(BATCH)
    house.courier(post=post).run(stop)
    assert 0 < len(sent) <= 4
    house.courier().once()
    assert len(receiver.got) == BATCH - len(sent), "due again at once"
    assert set(states(house, webhook)) == {"delivered"}


def test_a_webhook_whose_secrets_do_not_open_costs_the_others_nothing(house: House, receiver: Receiver) -> None:
    from leadferry.store.tables import webhooks

    lost, _ = house.add("https://hooks.example.com/x", "lost", events=["submission.received"])
    well, _ = house.add(receiver.url, "well", events=["submission.received"])
    with house.database.write() as connection:
        connection.execute(sa.update(webhooks).where(webhooks.c.id == lost.id).values(secret=b"\x01other-key-and-more"))
    house.store()
    house.courier().once(for_s=5)
    assert states(house, well) == ["delivered"]
    assert states(house, lost) == ["waiting"]


# Tests, secrets, forgetting


def test_a_test_arrives_or_says_why_and_is_not_repeated(house: House, receiver: Receiver) -> None:
    webhook, secret = house.add(receiver.url)
    courier = house.courier()
    assert courier.test(webhook).arrived
    message = receiver.got[0].verified(secret)
    assert (message["type"], message["data"]) == ("webhook.test", {"test": True})
    receiver.otherwise = Answer(404)
    assert "nothing at the address" in courier.test(webhook).error
    assert states(house, webhook) == ["failed", "delivered"]
    assert house.now(webhook).failures == 0


def test_for_a_day_both_secrets_sign_and_then_only_the_new_one(house: House, receiver: Receiver) -> None:
    webhook, old = house.add(receiver.url)
    new = house.webhooks.rotate(house.environment.id, webhook.id)
    courier = house.courier()
    courier.test(house.now(webhook))
    assert receiver.got[0].verified(old) == receiver.got[0].verified(new)
    now = house.clock.now
    house.clock.now += DAY_MS
    secrets = house.webhooks.secrets(house.now(webhook))
    house.clock.now = now
    assert secrets == [new]
    third = house.webhooks.rotate(house.environment.id, webhook.id)
    assert house.webhooks.secrets(house.now(webhook)) == [third, new]
    courier.test(house.now(webhook))
    with pytest.raises(WebhookVerificationError):
        receiver.got[-1].verified(old)


def test_old_deliveries_are_forgotten(house: House, receiver: Receiver) -> None:
    webhook, _ = house.add(receiver.url, events=["submission.received"])
    house.store(2)
    courier = house.courier(keep_days=30)
    courier.once()
    house.clock.now += 29 * DAY_MS
    house.store(1)
    courier.forget_when_due()
    assert len(house.log(webhook)) == 3
    house.clock.now += 2 * DAY_MS
    courier.forget_when_due()
    assert len(house.log(webhook)) == 1


def test_a_database_out_of_reach_is_no_reason_to_end(light_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, asked = threading.Event(), []

    def broken() -> None:
        asked.append(1)
        if len(asked) == 2:
            stop.set()
        raise sa.exc.OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr("leadferry.webhooks.deliver_worker.LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(light_house.outbox, "webhooks_due", broken)
    light_house.courier().run(stop)
    assert len(asked) == 2
