"""A webhook as the audit keeps it, and as its form shows it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from leadferry.console.edited import Drawn, Part
from leadferry.webhooks.model import EventType, Webhook
from leadferry.webhooks.wishes import Wishes
from leadferry.words import _, together

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


def wished(webhook: Webhook, wishes: Wishes) -> Webhook:
    """As it would be after the change."""
    shown = wishes.target.shown if wishes.target else webhook.shown
    taken = replace(webhook, name=wishes.name, shown=shown, events=wishes.events)
    return replace(taken, form_ids=wishes.form_ids, answers=wishes.answers)


def drawn(webhook: Webhook, forms: Mapping[int, str]) -> Drawn:
    """`forms`: their names. An address with another key behind its question mark looks the same."""
    events = [event for event in EventType if event in webhook.events]
    chosen = sorted(webhook.form_ids)
    names = [forms.get(key, str(key)) for key in chosen]
    parts = (
        Part("name", _("Name"), webhook.name),
        Part("address", _("Address"), webhook.shown),
        Part("events", _("Told of"), [str(one) for one in events], together([_(one.label) for one in events], ", ")),
        Part("forms", _("Only these forms"), chosen, ", ".join(names) or _("Every form")),
        Part("answers", _("Answers of people"), webhook.answers),
    )
    return Drawn(KIND, webhook.id, parts)
