"""What was told to webhooks goes with the person, and the receivers are told to erase it too."""

from __future__ import annotations

from delivery.conftest import Ferry
from leadferry.webhooks.model import CHOOSABLE
from leadferry.webhooks.wishes import read_wishes
from privacy.conftest import ADA, everything, number_of, traces_of
from webhooks.conftest import HERE
from webhooks.receiver import Answer, receiving


def test_an_erased_person_is_left_in_no_webhooks_log_and_the_receiver_is_told(ferry: Ferry) -> None:
    vars(ferry.app)["webhook_rules"] = HERE
    with receiving() as receiver:
        receiver.will.append(Answer(500, b"no room for adalinde@quensel.test"))
        wished = read_wishes(
            "Lake", receiver.url, CHOOSABLE, [], answers=True, known_forms=(), rules=HERE, url_needed=True
        )
        ferry.app.webhooks.add(ferry.environment.id, wished)
        key = ferry.respond(**ADA)
        ferry.deliver()
        ferry.app.webhook_courier.once()
        assert any(b"adalinde@quensel.test" in one.body for one in receiver.got)
        before = len(receiver.got)
        ferry.app.erase(ferry.environment, [number_of(ferry, key)], by="Grace")
        assert "quensel" not in everything(ferry.app.database)
        assert traces_of(ferry) == []
        ferry.app.webhook_courier.once()
    (told,) = receiver.got[before:]
    assert told.message["type"] == "submission.erased"
    assert told.message["data"]["submission"]["response_id"] == key
    assert told.message["data"]["lead"] is None
    assert b"quensel" not in told.body.lower()
