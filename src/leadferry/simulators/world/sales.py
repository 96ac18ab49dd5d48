"""What salespeople make of leads that came from LinkedIn: some are qualified, some of these won, some disqualified.
Which, follows from the lead's id alone."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable
from typing import Any

from leadferry.clock import as_text
from leadferry.simulators.world.leads import NAMESPACE

Row = dict[str, Any]
LINKEDIN = 192350000
"""Lead source."""
QUALIFIED, OPPORTUNITY, WON, DISQUALIFIED = 0.27, 0.85, 0.33, 0.13
"""Shares: of all leads, of the qualified ones, of the opportunities, of all leads."""


def sold(leads: Iterable[Row], now_ms: int) -> dict[str, list[Row]]:
    """Table -> rows that are new or changed. `leads`: whole rows, as they stand."""
    changed: list[Row] = []
    opportunities: list[Row] = []
    for lead in leads:
        chance = random.Random(f"sales:{lead['leadid']}")
        luck = chance.random()
        if lead.get("leadsourcecode") != LINKEDIN or lead.get("statecode") != 0 or luck >= QUALIFIED + DISQUALIFIED:
            continue
        state = 1 if luck < QUALIFIED else 2
        changed.append(
            {**lead, "statecode": state, "statuscode": 3 if state == 1 else 4, "modifiedon": as_text(now_ms)}
        )
        if state == 1 and chance.random() < OPPORTUNITY:
            opportunities.append(_opportunity(lead, chance, now_ms))
    return {"lead": changed, "opportunity": opportunities}


def _opportunity(lead: Row, chance: random.Random, now_ms: int) -> Row:
    won = chance.random() < WON
    return {
        "opportunityid": str(uuid.uuid5(NAMESPACE, f"opportunity:{lead['leadid']}")),
        "name": lead.get("subject") or "Cranes",
        "originatingleadid": lead["leadid"],
        "originatingleadid__table": "lead",
        "statecode": 1 if won else 0,
        "statuscode": 3 if won else 1,
        "createdon": as_text(now_ms),
        "modifiedon": as_text(now_ms),
    }
