"""Carries messages to webhooks: each webhook by itself, so that a slow receiver holds up no other.

Whatever dies and whenever, a message is sent at least once: it is in the tables before, taken for two minutes while it
is under way, and ends with a note of its answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from leadferry.clock import Clock
from leadferry.errors import LeadferryError
from leadferry.watch.log import Log
from leadferry.webhooks.facts_store import FactsStore
from leadferry.webhooks.model import Attempt, EventType, Pause, Webhook
from leadferry.webhooks.outbox_store import OutboxStore, Parcel
from leadferry.webhooks.payload import Place, body_of
from leadferry.webhooks.post_client import Reply
from leadferry.webhooks.schedule import BUSY, DAY_MS, PAUSED_AFTER_MS, TOLD_AFTER_MS, asked_ms, retry_at
from leadferry.webhooks.signing import headers_of
from leadferry.webhooks.webhook_store import WebhookStore

log = Log("webhooks")
LOOK_EVERY_S = 1.0
AT_ONCE = 4
"""Messages under way to one receiver."""
BATCH = 20
"""Taken together: at ten seconds each they are through before anybody may take them again."""
FORGET_EVERY_MS = 3_600_000
GONE = 410


Packed = tuple[Parcel, bytes]


class Post(Protocol):
    def __call__(self, url: str, headers: dict[str, str], body: bytes) -> Reply:
        """Never raises."""
        ...


class Courier:
    def __init__(
        self,
        webhooks: WebhookStore,
        outbox: OutboxStore,
        facts: FactsStore,
        post: Post,
        *,
        clock: Clock,
        place_of: Callable[[int], Place],
        keep_days: int = 30,
        on_result: Callable[[int, str], None] = lambda _environment, _result: None,
        on_change: Callable[[int], None] = lambda _environment: None,
    ) -> None:
        """`on_result`: of each attempt, `delivered`, `retry` or `failed`, for the metrics. `on_change`: a webhook of
        the environment has failed for long, was paused, or is well again."""
        self.webhooks, self.outbox, self.facts, self.post = webhooks, outbox, facts, post
        self.clock, self.place_of, self.keep_days = clock, place_of, keep_days
        self.on_result, self.on_change = on_result, on_change
        self._under_way: dict[int, threading.Thread] = {}
        self._forgot_at = 0

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; then what is under way ends. The database out of reach is no reason to end."""
        while not stop.is_set():
            try:
                self._begin(stop)
                self.forget_when_due()
            except (LeadferryError, OSError, RuntimeError, SQLAlchemyError) as error:
                log.warning("webhooks wait", error=type(error).__name__)
                stop.wait(LOOK_EVERY_S * 10)
            stop.wait(LOOK_EVERY_S)
        for thread in list(self._under_way.values()):
            thread.join()

    def once(self, for_s: float = 30.0) -> None:
        """What is due now; what takes longer waits for the next time, or for whoever runs on."""
        stop, until = threading.Event(), time.monotonic() + for_s
        while self._begin(stop):
            for thread in list(self._under_way.values()):
                thread.join(max(0.0, until - time.monotonic()))
            if time.monotonic() >= until:
                break
        stop.set()
        for thread in list(self._under_way.values()):
            thread.join()

    def test(self, webhook: Webhook) -> Reply:
        """Sends a test now, paused or not. It stands in the log; one that failed is not repeated."""
        parcel = self.outbox.add_test(webhook)
        return self._carry(webhook, *self._with_bodies(webhook, [parcel])[0])[0]

    def forget_when_due(self) -> None:
        now = self.clock()
        if now - self._forgot_at >= FORGET_EVERY_MS:
            self._forgot_at = now
            self.outbox.forget(now - self.keep_days * DAY_MS)

    # One webhook

    def _begin(self, stop: threading.Event) -> bool:
        """A thread for each webhook that something is due for. Whether there is any."""
        due = self.outbox.webhooks_due()
        for webhook in due:
            known = self._under_way.get(webhook.id)
            if known is None or not known.is_alive():
                work = threading.Thread(target=self._deliver, args=(webhook, stop), name="webhook", daemon=True)
                self._under_way[webhook.id] = work
                work.start()
        return bool(due)

    def _deliver(self, webhook: Webhook, stop: threading.Event) -> None:
        """Until nothing is due. A defect costs this webhook its turn, no other, and is seen."""
        try:
            while not stop.is_set() and self._some(webhook, stop):
                continue
        except LeadferryError as error:  # the master key is another one: what was taken is due again in two minutes
            log.warning("webhook not sent", webhook=webhook.id, code=error.code)
        except Exception as error:
            log.warning("webhook stopped", webhook=webhook.id, error=type(error).__name__)
            stop.wait(LOOK_EVERY_S)

    def _some(self, webhook: Webhook, stop: threading.Event) -> bool:
        """A batch. What is left of it when we are told to stop, or the receiver wants to be left alone, goes back."""
        taken = self.outbox.take(webhook.id, BATCH)
        if not taken:
            return False
        webhook, enough = self.webhooks.by_id(webhook.environment_id, webhook.id), threading.Event()

        def carry(packed: Packed) -> Parcel | None:
            if stop.is_set() or enough.is_set():
                return packed[0]
            if self._carry(webhook, *packed)[1]:
                enough.set()
            return None

        with ThreadPoolExecutor(AT_ONCE) as pool:
            left = list(pool.map(carry, self._with_bodies(webhook, taken)))
        self.outbox.give_back([parcel for parcel in left if parcel])
        return True

    def _with_bodies(self, webhook: Webhook, parcels: Sequence[Parcel]) -> list[Packed]:
        """Bodies are made once, and kept before anything is sent: an attempt repeats its message to the letter. What is
        about a submission that was deleted a moment ago is left out, and gone by itself."""
        place = self.place_of(webhook.environment_id)
        new = [parcel for parcel in parcels if parcel.body is None]
        ids = [parcel.submission_id for parcel in new if parcel.submission_id is not None]
        told = self.facts.told(ids, answers=webhook.answers)
        made = {
            one.id: body_of(
                one.event, one.message_id, one.happened_at, place, one.facts, told.get(one.submission_id or 0)
            )
            for one in new
            if one.submission_id is None or one.submission_id in told
        }
        self.outbox.keep_bodies(made)
        return [(parcel, body) for parcel in parcels if (body := parcel.body or made.get(parcel.id))]

    # One message

    def _carry(self, webhook: Webhook, parcel: Parcel, body: bytes) -> tuple[Reply, bool]:
        """The answer, and whether the receiver is to be left alone for a while."""
        at = self.clock()
        headers = headers_of(parcel.message_id, at, body, self.webhooks.secrets(webhook))
        reply = self.post(self.webhooks.address(webhook), headers, body)
        attempt = Attempt(at, reply.status, reply.took_ms, reply.error, reply.text)
        if not reply.arrived:
            return reply, self._failed(webhook, parcel, attempt, reply)
        self._arrived(webhook, parcel, attempt)
        return reply, False

    def _arrived(self, webhook: Webhook, parcel: Parcel, attempt: Attempt) -> None:
        was_ill = self.outbox.arrived(webhook, parcel, attempt)
        log.debug("webhook delivered", webhook=webhook.id, kind=parcel.event.value, ms=attempt.took_ms)
        self.on_result(webhook.environment_id, "delivered")
        if was_ill:
            self.on_change(webhook.environment_id)

    def _failed(self, webhook: Webhook, parcel: Parcel, attempt: Attempt, reply: Reply) -> bool:
        now, tries = self.clock(), parcel.attempts + 1
        asked = asked_ms(reply.retry_after, now)
        final = parcel.event is EventType.TEST or reply.status == GONE
        again_at = None if final else retry_at(tries, now, asked)
        held = asked if reply.status in BUSY else 0
        after = self.outbox.failed(webhook, parcel, attempt, again_at, held_ms=held)
        log.info("webhook not delivered", webhook=webhook.id, status=reply.status, attempts=tries)
        self.on_result(webhook.environment_id, "failed" if again_at is None else "retry")
        if after is not None and parcel.event is not EventType.TEST:
            self._look_at(webhook, after, reply)
        return after is None or reply.status == GONE or after.held_until > now

    def _look_at(self, before: Webhook, after: Webhook, reply: Reply) -> None:
        """Whether it is paused with this failure, or has failed for so long that people are told."""
        failing_ms = self.clock() - (after.failing_since or self.clock())
        why = Pause.GONE if reply.status == GONE else Pause.FAILING if failing_ms >= PAUSED_AFTER_MS else None
        paused = False
        if why and self.outbox.pause(after, why):
            paused = True
            log.warning("webhook paused", webhook=after.id, kind=why.value)
        if paused or failing_ms >= TOLD_AFTER_MS:
            self.on_change(before.environment_id)
