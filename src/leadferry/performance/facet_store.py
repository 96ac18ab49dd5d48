"""Creatives, countries and industries of submissions: read off the answers, kept under small numbers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib import import_module

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.forms.model import FormResponse
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.performance.dimensions import (
    FACETS,
    MOST,
    PREDEFINED,
    UNKNOWN,
    Asked,
    Dimension,
    Facets,
    facets_of,
    kept_text,
    shown_text,
)
from leadferry.store.tables import daily_facet_conversions, environments, facet_values, questions, submissions

CACHED = 20_000
FORGETTING_LOCK = 7_233_407_000_000
"""Key of PostgreSQL's advisory lock, beside the environment's number."""
v, q, s = facet_values.c, questions.c, submissions.c
Texts = dict[str, int]
"""As it came -> its number."""
Numbers = tuple[int, tuple[Texts, Texts, Texts]]
"""(environment, texts in the order of Facets)"""
Ids = tuple[int, int, int]
"""Of creative, country, industry; 0 where there is none."""
NOTHING: Ids = (0, 0, 0)


class FacetReader:
    """Remembers what the forms ask, and which number a text has."""

    def __init__(self) -> None:
        self._asked: dict[int, Asked] = {}
        self._forgotten: dict[int, int] = {}
        self._numbers: dict[int, tuple[Texts, Texts, Texts]] = {}

    def ids(
        self, connection: Connection, environment_id: int, items: Sequence[tuple[int | None, FormResponse | None]]
    ) -> tuple[list[Ids], Numbers]:
        """In the order of `items`: (form version, response). And the numbers that were new: `keep` them once the
        transaction is committed, for until then nobody else may use them."""
        self._learn(connection, {key for key, _ in items if key} - self._asked.keys())
        self._unlearn(connection, environment_id)
        asked, nothing = self._asked, Facets()
        told = [facets_of(one, asked.get(version or 0, {})) if one else nothing for version, one in items]
        known = self._numbers.get(environment_id, ({}, {}, {}))
        columns = list(zip(*told, strict=True))
        new = {
            dimension: {text for text in column if text and text not in texts}
            for dimension, column, texts in zip(FACETS, columns, known, strict=False)
        }
        added = _numbers(connection, environment_id, new) if any(new.values()) else ({}, {}, {})
        looked_up = [{"": 0, **texts, **more} for texts, more in zip(known, added, strict=True)]
        creatives, countries, industries = looked_up
        return [(creatives[one], countries[two], industries[three]) for one, two, three in told], (
            environment_id,
            added,
        )

    def keep(self, new: Numbers) -> None:
        environment_id, added = new
        known = self._numbers.setdefault(environment_id, ({}, {}, {}))
        for texts, more in zip(known, added, strict=True):
            if len(texts) + len(more) > CACHED:
                texts.clear()
            texts.update(more)

    def _unlearn(self, connection: Connection, environment_id: int) -> None:
        """Numbers of texts that are forgotten by now, in whatever process: they may stand for others. Nobody forgets
        any more until the transaction ends."""
        if connection.dialect.name != "sqlite":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(FORGETTING_LOCK + environment_id)))
        asked = sa.select(environments.c.facets_forgotten).where(environments.c.id == environment_id)
        times = connection.execute(asked).scalar() or 0
        if self._forgotten.setdefault(environment_id, times) != times:
            self._numbers.pop(environment_id, None)
            self._forgotten[environment_id] = times

    def _learn(self, connection: Connection, versions: Iterable[int]) -> None:
        """What the questions of these form versions are, as far as a facet is read from them."""
        wanted = list(versions)
        if not wanted:
            return
        rows = connection.execute(
            sa.select(q.form_version_id, q.linkedin_id, q.predefined, q.options)
            .where(q.form_version_id.in_(wanted), q.predefined.in_(PREDEFINED))
            .order_by(q.form_version_id, q.position)
        )
        found: dict[int, dict[int, tuple[int, dict[int, str]]]] = {key: {} for key in wanted}
        for version, question_id, predefined, options in rows:
            texts = {int(one["id"]): str(one["text"]) for one in json.loads(options)}
            found[version][question_id] = (PREDEFINED[predefined], texts)
        self._asked |= found


def forget_unused(connection: Connection, environment_id: int) -> int:
    """Countries and industries that no submission has any more, after a person was erased: an industry is what they
    wrote. Returns how many."""
    if connection.dialect.name != "sqlite":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(FORGETTING_LOCK + environment_id)))
    gone: list[int] = []
    for dimension, column in ((Dimension.COUNTRY, s.country_id), (Dimension.INDUSTRY, s.industry_id)):
        told = sa.text(f"{column.name} <> 0")  # as the index says it
        used = sa.exists().where(s.environment_id == environment_id, column == v.id, told)
        mine = sa.select(v.id).where(v.environment_id == environment_id, v.dimension == int(dimension), ~used)
        gone += connection.execute(mine).scalars()
    if gone:
        _forget(connection, environment_id, gone)
    return len(gone)


def _forget(connection: Connection, environment_id: int, gone: Sequence[int]) -> None:
    told = daily_facet_conversions.c
    connection.execute(
        sa.delete(daily_facet_conversions).where(told.environment_id == environment_id, told.value.in_(gone))
    )
    connection.execute(sa.delete(facet_values).where(v.id.in_(gone)))
    mine = sa.update(environments).where(environments.c.id == environment_id)
    connection.execute(mine.values(facets_forgotten=environments.c.facets_forgotten + 1))


def none_new(environment_id: int) -> Numbers:
    return environment_id, ({}, {}, {})


def columns_of(ids: Ids) -> dict[str, int]:
    """Of a submission."""
    return {"creative_id": ids[0], "country_id": ids[1], "industry_id": ids[2]}


def response_of(body: bytes) -> FormResponse | None:
    try:
        return to_form_response(body)
    except UnreadableResponseError:
        return None


def facet_names(
    connection: Connection,
    environment_id: int,
    dimensions: Collection[Dimension] = FACETS,
    keys: Collection[int] = (),
) -> dict[str, dict[int, str]]:
    """`creative`, `country`, `industry`: number -> name, in the order of names. `keys`: of these only, unless there are
    none."""
    wanted = sa.select(v.dimension, v.text, v.id).where(
        v.environment_id == environment_id, v.dimension.in_([int(one) for one in dimensions])
    )
    rows = connection.execute(wanted.where(v.id.in_(keys)) if keys else wanted).all() if dimensions else []
    found: dict[str, dict[int, str]] = {}
    for one in dimensions:
        told = sorted((shown_text(one, text), key) for dimension, text, key in rows if dimension == one)
        found[one.name.lower()] = {key: text for text, key in told}
    return found


def _numbers(
    connection: Connection, environment_id: int, new: Mapping[Dimension, set[str]]
) -> tuple[Texts, Texts, Texts]:
    """Of texts as they came; those that are not there yet are added."""
    kept = {dimension: {text: kept_text(dimension, text) for text in texts} for dimension, texts in new.items()}
    wanted = {(dimension, text) for dimension, texts in kept.items() for text in texts.values() if text}
    there = _there(connection, environment_id, wanted)
    if missing := sorted(wanted - there.keys()):
        count = sa.select(v.dimension, sa.func.count()).where(v.environment_id == environment_id)
        counts = {row[0]: row[1] for row in connection.execute(count.group_by(v.dimension))}
        full = {dimension for dimension in kept if counts.get(dimension, 0) >= MOST[dimension]}
        kept = {
            dimension: {
                one: UNKNOWN if dimension in full and text and (dimension, text) not in there else text
                for one, text in texts.items()
            }
            for dimension, texts in kept.items()
        }
        missing = [one for one in missing if one[0] not in full] + [(dimension, UNKNOWN) for dimension in sorted(full)]
        insert = import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(facet_values)
        values = [{"environment_id": environment_id, "dimension": int(one), "text": text} for one, text in missing]
        connection.execute(insert.on_conflict_do_nothing(), values)
        there |= _there(connection, environment_id, missing)
    found = [
        {one: there[dimension, text] if text else 0 for one, text in kept.get(dimension, {}).items()}
        for dimension in FACETS
    ]
    return found[0], found[1], found[2]


def _there(
    connection: Connection, environment_id: int, wanted: Iterable[tuple[Dimension, str]]
) -> dict[tuple[Dimension, str], int]:
    found = {}
    texts = sorted({text for _, text in wanted})
    for some in (texts[start : start + 500] for start in range(0, len(texts), 500)):
        rows = sa.select(v.dimension, v.text, v.id).where(v.environment_id == environment_id, v.text.in_(some))
        for dimension, text, key in connection.execute(rows):
            found[Dimension(dimension), text] = key
    return found
