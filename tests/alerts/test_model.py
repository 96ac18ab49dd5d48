from __future__ import annotations

from dataclasses import replace

import pytest

from leadferry.alerts.model import Alert, Event, Level

WAKES = {"delivery", "token", "role", "version", "credential", "gap", "alerts"}
ALERT = Alert(1, 1, Event.GAP, "gap:-:now", Level.BAD, "T", "B", "F", "/e/1/sync", 0, 1, None)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("event", Event)
def test_only_what_stops_leads_wakes_people_and_only_at_its_worst(event: Event, level: Level) -> None:
    """New leads, reviews and limits wait for the morning, whatever their level."""
    assert replace(ALERT, event=event, level=level).urgent is (level is Level.BAD and event.value in WAKES)


def test_an_alert_is_open_until_it_is_resolved() -> None:
    assert ALERT.open
    assert not replace(ALERT, resolved_at=2).open
