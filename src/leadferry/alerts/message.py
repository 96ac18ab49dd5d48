"""What a channel is sent: one alert, or several in one message. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from leadferry.alerts.model import Alert, Level
from leadferry.words import _

MOST_IN_A_MESSAGE = 20


@dataclass(frozen=True, slots=True)
class Message:
    """Plain text. `level` chooses a colour where the service has some."""

    title: str
    body: str
    level: Level


def compose(alerts: Sequence[Alert], environment: str, zone: str, base_url: str) -> Message:
    """`base_url`: the console's address, for links; without one there are none."""
    entries = _together(alerts)
    worst = max((alert.level for alert in alerts), key=list(Level).index)
    title = headline(entries[0], zone) if len(entries) == 1 else _("{count} alerts", count=len(entries))
    shown = entries[:MOST_IN_A_MESSAGE]
    parts = [_paragraph(entry, zone, base_url, headed=len(entries) > 1) for entry in shown]
    if len(entries) > len(shown):
        parts.append(_("And {count} more, at the console.", count=len(entries) - len(shown)))
    return Message(f"{environment}: {title}", "\n\n".join(part for part in parts if part) or title, worst)


def headline(alerts: Sequence[Alert], zone: str = "UTC") -> str:
    """`12 new leads from form "Guide", since 10:40`: those of one key counted together."""
    first = alerts[0]
    if not first.count:
        return first.title
    total = sum(alert.count for alert in alerts)
    since = ""
    if len(alerts) > 1:
        at = datetime.fromtimestamp(min(alert.raised_at for alert in alerts) / 1000, UTC).astimezone(ZoneInfo(zone))
        since = _(", since {at}", at=f"{at:%H:%M}")
    return f"{total:,} {counted(first.title, total)}{since}"


def counted(things: str, number: int) -> str:
    """`new leads from ...` -> `new lead from ...` for one."""
    return things.replace("leads", "lead", 1) if number == 1 else things


def _together(alerts: Sequence[Alert]) -> list[list[Alert]]:
    """By key where things are counted, each by itself otherwise; in the order they were raised."""
    found: dict[object, list[Alert]] = {}
    for alert in sorted(alerts, key=lambda one: one.id):
        found.setdefault((alert.event, alert.key) if alert.count else alert.id, []).append(alert)
    return list(found.values())


def _paragraph(alerts: Sequence[Alert], zone: str, base_url: str, *, headed: bool) -> str:
    last = alerts[-1]
    lines = [headline(alerts, zone)] if headed else []
    lines += dict.fromkeys(alert.body for alert in alerts if alert.body)
    lines += [_("To do: {fix}", fix=last.fix)] if last.fix else []
    lines += [f"{base_url.rstrip('/')}{last.address}"] if last.address and base_url else []
    return "\n".join(lines)
