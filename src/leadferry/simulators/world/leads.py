"""What stands in Dynamics before the first response crosses: 2,000 leads, some of them closed or double, and the rows
around them. Rows as the Dataverse simulator keeps them."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from leadferry.clock import as_text
from leadferry.simulators.world.people import Person, person

Row = dict[str, Any]
LEADS = 2_000
CLOSED, DOUBLE, SCRIPTS = 60, 30, 24
"""How many of them are closed, are there three times over, have names in other scripts."""
NAMESPACE = uuid.UUID("4c1f2b1e-7a07-4a11-9d5c-1ead5feed000")
USERS = (
    ("Maya Ortiz", "6b0d3c11-0000-4000-8000-000000000001"),
    ("Jonas Weber", "6b0d3c11-0000-4000-8000-000000000002"),
)
"""Salespeople: name, systemuserid. The first is the default lead owner of the first account, and so on."""
DAY_MS = 86_400_000


@dataclass
class Standing:
    """The rows, and which person stands behind which kind of lead."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    open: list[Person] = field(default_factory=list)
    closed: list[Person] = field(default_factory=list)
    double: list[Person] = field(default_factory=list)
    """Each of these has three open leads."""
    other_scripts: list[Person] = field(default_factory=list)

    @property
    def leads(self) -> list[Row]:
        return self.rows["lead"]


def standing_rows(seed: int, now_ms: int) -> Standing:
    people = Standing()
    chance = random.Random(f"{seed}:leads")
    leads: list[Row] = []
    for number in range(LEADS - 2 * DOUBLE):
        script = number if number < SCRIPTS else None
        who = person(seed, number, other_script=script)
        closed, double = _kind(number)
        home = people.closed if closed else people.double if double else people.open
        (people.other_scripts if script is not None else home).append(who)
        leads += [_lead(seed, who, copy, closed, now_ms, chance) for copy in range(3 if double else 1)]
    people.rows = {
        "systemuser": [{"systemuserid": key, "fullname": name, "lastname": name} for name, key in USERS],
        "account": [_account(seed, who) for who in people.open[:40]],
        "contact": [_contact(seed, who) for who in people.open[:200]],
        "lead": leads,
    }
    return people


def _kind(number: int) -> tuple[bool, bool]:
    """(closed, double)"""
    place = number - SCRIPTS
    return 0 <= place < CLOSED, CLOSED <= place < CLOSED + DOUBLE


def _id(seed: int, table: str, number: int, copy: int = 0) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{seed}:{table}:{number}:{copy}"))


def _lead(seed: int, who: Person, copy: int, closed: bool, now_ms: int, chance: random.Random) -> Row:
    made = now_ms - chance.randrange(100, 900) * DAY_MS
    state = 1 + who.number % 2 if closed else 0
    return {
        "leadid": _id(seed, "lead", who.number, copy),
        "subject": "Trade fair contact",
        "firstname": who.first,
        "lastname": who.last,
        "emailaddress1": who.email,
        "mobilephone": who.phone,
        "companyname": who.company,
        "jobtitle": "Visitor",
        "address1_country": who.country,
        "leadsourcecode": 7,
        "statecode": state,
        "statuscode": (1, 3, 4)[state],
        "createdon": as_text(made),
        "modifiedon": as_text(made + copy * DAY_MS),
        "ownerid": USERS[who.number % 2][1],
        "ownerid__table": "systemuser",
    }


def _account(seed: int, who: Person) -> Row:
    return {"accountid": _id(seed, "account", who.number), "name": who.company, "address1_country": who.country}


def _contact(seed: int, who: Person) -> Row:
    return {
        "contactid": _id(seed, "contact", who.number),
        "firstname": who.first,
        "lastname": who.last,
        "emailaddress1": who.email,
        "mobilephone": who.phone,
    }
