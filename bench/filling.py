"""Fills an environment with invented submissions of every kind, by the shortest way: a million in a minute or two."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice, repeat
from typing import Any

import msgspec
import sqlalchemy as sa

from leadferry.app import App
from leadferry.delivery.people import SubmittedBy, folded
from leadferry.linkedin.reading import to_form_version
from leadferry.performance.dimensions import Dimension, kept_text
from leadferry.store.statements import new_key
from leadferry.store.tables import (
    ads,
    campaigns,
    cost_readings,
    daily_costs,
    facet_values,
    lead_forms,
    owners,
    search_progress,
    submission_bodies,
    submission_events,
    submission_outcomes,
    submission_people,
    submissions,
)

FIRST = "Ada Noor Ines Tomas Yuki Pavel Lena Omar Greta Rui Mina Jonas Zofia Emeka Priya Luc Marta".split()  # noqa: SIM905
LAST = "Halvorsen Okafor Lindqvist Moreau Tanaka Novak Petrov Almeida Brandt Rossi Obi Raman".split()  # noqa: SIM905
COMPANIES = ["Northwind Rail", "Blue Fjord Analytics", "Kestrel Pumps", "Orbital Dairy", "Quarry Labs", "Tyne Water"]
FIELDS = ("FIRST_NAME", "LAST_NAME", "EMAIL", "COMPANY_NAME", "JOB_TITLE", "PHONE_NUMBER", "COUNTRY", "INDUSTRY")
COUNTRIES = "Norway Germany France Spain Italy Sweden Denmark Finland Poland Austria Belgium Portugal Greece Ireland Japan India Brazil Canada Mexico Chile".split()  # noqa: SIM905, E501
INDUSTRIES = [f"Industry {number}" for number in range(120)]
FORMS, CAMPAIGNS, OWNERS = 200, 300, 5
CREATIVES = 3
"""To a campaign, which has one account and up to two forms."""
RARE = 25
"""Rows of the form, campaign and account that hardly anybody answered."""
CREATED, UPDATED, MATCH_FAILED, FAILED, NOT_UPDATED = (192350000 + n for n in (1, 2, 3, 4, 6))
EVENTS = {CREATED: 2, UPDATED: 3, NOT_UPDATED: 4, MATCH_FAILED: 5, FAILED: 7}
MINUTE = 60_000


def fill(app: App, environment_id: int, count: int, now: int) -> None:
    versions, campaign_ids, owner_ids = _surroundings(app, environment_id)
    tables = (submissions, submission_people, submission_bodies, submission_events)
    with app.database.write() as connection:
        indexes = [index for table in tables for index in table.indexes]
        for index in indexes:
            index.drop(connection)
        facet_ids = _facets(connection, environment_id)
        rows = _rows(environment_id, count, now, versions, campaign_ids, owner_ids, facet_ids)
        while some := list(islice(rows, 10_000)):
            for table, values in zip(tables, zip(*some, strict=True), strict=True):
                _insert(connection, table, values)
        for index in indexes:
            index.create(connection)
        connection.execute(sa.insert(search_progress).values(environment_id=environment_id, through_id=count))
        if not app.database.sqlite:
            connection.execute(sa.text("select setval(pg_get_serial_sequence('submissions', 'id'), :n)"), {"n": count})
    settle_down(app)


def settle_down(app: App) -> None:
    """What PostgreSQL does by itself in an hour or so."""
    if not app.database.sqlite:
        with app.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("vacuum analyze")


def fill_worth(app: App, environment_id: int, now: int) -> None:
    """What the ads cost on half of all days, and what became of two leads of seven."""
    today = now // 86_400_000
    with app.database.write() as connection:
        campaign_ids, owner_ids, forms = (
            list(connection.execute(sa.select(table.c.id).order_by(table.c.id)).scalars())
            for table in (campaigns, owners, lead_forms)
        )
        of_owner = {"read_at": now, "tried_at": now, "through_day": today, "revision": 1, "currency": "EUR"}
        connection.execute(sa.insert(cost_readings), [{"owner_id": key, **of_owner} for key in owner_ids])
        there = range(CAMPAIGNS * CREATIVES)
        named = [(environment_id, one + 1, f"Ad {one}", forms[one // CREATIVES % FORMS]) for one in there]
        _insert(connection, ads, named)
        for day in range(today - 365, today + 1):
            costs = []
            for one in range(day % 2, len(there), 2):
                place = one // CREATIVES
                about = (environment_id, day, owner_ids[place % (OWNERS - 1)], campaign_ids[place], one + 1)
                costs.append((*about, 20_000_000 + one * 1000, 3000 + one, 40, 9, 5))
            _insert(connection, daily_costs, costs)
        s = submissions.c
        closed = sa.select(s.id, s.environment_id, 1 + s.id % 3)
        closed = closed.where(s.environment_id == environment_id, s.state == 3, ~s.test, s.id % 7 < 2)
        names = ["submission_id", "environment_id", "stage"]
        connection.execute(sa.insert(submission_outcomes).from_select(names, closed))
    app.outcomes.recount(environment_id, "UTC")
    settle_down(app)


def _surroundings(app: App, environment_id: int) -> tuple[list[int], list[int], list[int]]:
    versions = []
    for number in range(1, FORMS + 1):
        raw = msgspec.json.encode(_form(number))
        versions.append(app.forms.save_version(environment_id, None, to_form_version(raw), raw)[0])
    with app.database.write() as connection:
        for table, wanted, more in (
            (campaigns, CAMPAIGNS, {"seen_at": 1}),
            (owners, OWNERS, {"sync_enabled": True, "form_sync_status": 192350001}),
        ):
            for number in range(wanted):
                values = {"environment_id": environment_id, "urn": f"urn:{number}", "name": f"{table.name} {number}"}
                connection.execute(sa.insert(table).values(**values, **more))
        ids = [
            list(connection.execute(sa.select(table.c.id).order_by(table.c.id)).scalars())
            for table in (campaigns, owners)
        ]
    return versions, ids[0], ids[1]


def _facets(connection: sa.Connection, environment_id: int) -> dict[tuple[str, int], int]:
    """(name of the dimension, place among its values) -> number."""
    texts = {
        Dimension.CREATIVE: [str(number) for number in range(CAMPAIGNS * CREATIVES)],
        Dimension.COUNTRY: [kept_text(Dimension.COUNTRY, name) for name in COUNTRIES],
        Dimension.INDUSTRY: INDUSTRIES,
    }
    found = {}
    for dimension, some in texts.items():
        for place, text in enumerate(some):
            values = {"environment_id": environment_id, "dimension": int(dimension), "text": text}
            found[dimension.name.lower(), place] = new_key(connection.execute(sa.insert(facet_values).values(values)))
    return found


def _form(number: int) -> dict[str, Any]:
    questions = [
        {"questionId": n, "predefinedField": name, "name": name, "question": {"localized": {"en_US": name.title()}}}
        for n, name in enumerate(FIELDS, 1)
    ]
    locale = {"country": "US", "language": "en"}
    return {
        "id": number,
        "versionId": 1,
        "name": f"Form {number}",
        "creationLocale": locale,
        "content": {"questions": questions},
    }


def _rows(
    environment_id: int,
    count: int,
    now: int,
    versions: list[int],
    campaign_ids: list[int],
    owner_ids: list[int],
    facet_ids: dict[tuple[str, int], int],
) -> Iterator[tuple[tuple[Any, ...], ...]]:
    dice = random.Random(1)  # noqa: S311 - invented people
    statuses = [CREATED] * 640 + [UPDATED] * 320 + [NOT_UPDATED] * 34 + [MATCH_FAILED] * 4 + [FAILED] * 2
    every = max(1, count // RARE)
    for key in range(1, count + 1):
        rare = key % every == 0
        place = CAMPAIGNS - 1 if rare else int(dice.triangular(0, CAMPAIGNS - 1, 0))
        campaign, owner = campaign_ids[place], owner_ids[-1 if rare else place % (OWNERS - 1)]
        version = versions[-1] if rare else versions[(place + dice.randrange(2) * 7) % (FORMS - 1)]
        creative = place * CREATIVES + dice.randrange(CREATIVES)
        country, industry = int(dice.triangular(0, len(COUNTRIES), 0)), dice.randrange(len(INDUSTRIES))
        at = now - (count - key) * MINUTE // 2 + dice.randrange(MINUTE)
        status = dice.choice(statuses)
        state = {MATCH_FAILED: 2, FAILED: 4}.get(status, 3)
        person = SubmittedBy(
            dice.choice(FIRST),
            dice.choice(LAST),
            f"p{key}@mail{key % 5000}.test",
            f"{dice.choice(COMPANIES)} {key % 977}",
        )
        lead = f"00000000-0000-4000-8000-{key:012d}" if state == 3 else None
        kind = "SPONSORED" if dice.random() < 0.999 else "EVENT"
        told = (creative, COUNTRIES[country], INDUSTRIES[industry])
        facets = (facet_ids["creative", creative], facet_ids["country", country], facet_ids["industry", industry])
        yield (
            (
                key, environment_id, f"response-{key}", owner, version, campaign, kind, key % 2000 == 0, 1, at,
                at + 2000, state, status, 192350001, 1, 0, at + 4000, lead, None, *facets, None, None, None,
            ),
            (key, environment_id, *folded(person).values()),
            (key, _body(key, at, kind, versions.index(version) + 1, person, *told)),
            (key, key, at + 4000, EVENTS[status], '{"why":"No lead matches on emailaddress1."}'),
        )  # fmt: skip


def _body(
    key: int, at: int, kind: str, form: int, person: SubmittedBy, creative: int, country: str, industry: str
) -> bytes:
    texts = (
        person.first_name,
        person.last_name,
        person.email,
        person.company,
        "Head of Operations",
        "+47 55 55 01 18",
        country,
        industry,
    )
    answers = [
        {"questionId": n, "answerDetails": {"textQuestionAnswer": {"answer": text}}} for n, text in enumerate(texts, 1)
    ]
    return msgspec.json.encode(
        {
            "id": f"response-{key}",
            "submittedAt": at,
            "leadType": kind,
            "associatedEntity": {"associatedCreative": f"urn:li:sponsoredCreative:{creative}"},
            "versionedLeadGenFormUrn": f"urn:li:versionedLeadGenForm:(urn:li:leadGenForm:{form},1)",
            "formResponse": {"answers": answers},
        }
    )


def _insert(connection: sa.Connection, table: sa.Table, values: Sequence[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join(repeat("?", len(table.columns)))
        driver.executemany(f"insert into {table.name} ({names}) values ({marks})", values)
        return
    with driver.cursor().copy(f"copy {table.name} ({names}) from stdin") as copy:
        for row in values:
            copy.write_row(row)
