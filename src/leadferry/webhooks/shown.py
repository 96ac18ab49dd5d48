"""A webhook as the audit keeps it. Pure."""

from __future__ import annotations

from typing import Any

from leadferry.webhooks.model import EventType, Webhook

KIND = "webhook"


def recorded(webhook: Webhook) -> dict[str, Any]:
    """All but the secrets, and of the address what is shown."""
    return {
        "name": webhook.name,
        "address": webhook.shown,
        "events": " ".join(event for event in EventType if event in webhook.events),
        "forms": " ".join(str(key) for key in sorted(webhook.form_ids)) or "all",
        "answers": webhook.answers,
    }
