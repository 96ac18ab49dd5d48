"""Whether webhooks arrive. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from leadferry.guardian.model import HOUR_MS, Check, Finding, Level
from leadferry.webhooks.model import Pause, Webhook
from leadferry.webhooks.schedule import TOLD_AFTER_MS
from leadferry.words import worded

_SEND_AGAIN = worded("then send again what was given up.")


def webhook_findings(webhooks: Sequence[Webhook], now: int) -> list[Finding]:
    """Nothing where there is none. What a person paused is as they want it."""
    amiss = [found for one in webhooks if (found := _finding(one, now))]
    if amiss or not webhooks:
        return amiss
    return [Finding(Check.WEBHOOK, "", Level.GOOD, worded("Webhooks arrive, as far as anything had to be sent."))]


def _finding(webhook: Webhook, now: int) -> Finding | None:
    subject = f"webhook:{webhook.id}"
    if webhook.paused_why is Pause.GONE:
        title = worded(
            'The webhook "{webhook}" is paused: its receiver answered 410, it does not want any more.',
            webhook=webhook.name,
        )
        fix = worded("Remove the webhook, or give it another address and switch it on.")
        return Finding(Check.WEBHOOK, subject, Level.BAD, title, worded("Nothing is put down for it meanwhile."), fix)
    if webhook.paused_why is Pause.FAILING:
        title = worded('The webhook "{webhook}" is paused: for five days nothing arrived.', webhook=webhook.name)
        fix = worded(
            "Mend the receiver or the address, send a test, switch it on, {send_again}", send_again=_SEND_AGAIN
        )
        return Finding(Check.WEBHOOK, subject, Level.BAD, title, worded("Nothing is put down for it meanwhile."), fix)
    if not webhook.active or webhook.failing_since is None or now - webhook.failing_since < TOLD_AFTER_MS:
        return None
    hours = (now - webhook.failing_since) // HOUR_MS
    title = worded('The webhook "{webhook}" has failed since {hours} h.', webhook=webhook.name, hours=f"{hours:,}")
    fix = worded(
        "Look at the answers in its log, mend the receiver or the address, {send_again}", send_again=_SEND_AGAIN
    )
    detail = worded("What is waiting is tried again by itself.")
    return Finding(Check.WEBHOOK, subject, Level.WARN, title, detail, fix, since=webhook.failing_since)
