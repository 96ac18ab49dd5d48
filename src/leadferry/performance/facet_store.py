"""Creatives, countries and industries of submissions: read off the answers, kept under small numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

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
from leadferry.store.statements import upsert
from leadferry.store.tables import facet_values, questions

CACHED = 20_000
v, q = facet_values.c, questions.c
Numbers = dict[tuple[int, Dimension, str], int]
"""(environment, dimension, text as it came) -> number."""
Ids = tuple[int, int, int]
"""Of creative, country, industry; 0 where there is none."""
NOTHING: Ids = (0, 0, 0)


class FacetReader:
    """Remembers what the forms ask, and which number a text has."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple[Asked, ...]] = {}
        self._numbers: Numbers = {}

    def ids(
        self, connection: Connection, environment_id: int, items: Sequence[tuple[int | None, FormResponse | None]]
    ) -> tuple[list[Ids], Numbers]:
        """In the order of `items`: (form version, response). And the numbers that were new: `keep` them once the
        transaction is committed, for until then nobody else may use them."""
        self._learn(connection, {key for key, _ in items if key} - self._asked.keys())
        new: Numbers = {}
        found: list[Ids] = []
        for version, response in items:
            told = facets_of(response, self._asked.get(version or 0, ())) if response else Facets()
            found.append(self._numbered(connection, environment_id, told, new))
        return found, new

    def keep(self, new: Numbers) -> None:
        if len(self._numbers) + len(new) > CACHED:
            self._numbers = {}
        self._numbers |= new

    def _numbered(self, connection: Connection, environment_id: int, told: Facets, new: Numbers) -> Ids:
        numbers = []
        for dimension, text in zip(FACETS, told, strict=True):
            key = (environment_id, dimension, text)
            number = (self._numbers.get(key) or new.get(key)) if text else 0
            if number is None:
                number = new[key] = _number(connection, *key)
            numbers.append(number)
        return numbers[0], numbers[1], numbers[2]

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
        found: dict[int, list[Asked]] = {key: [] for key in wanted}
        for version, question_id, predefined, options in rows:
            texts = {int(one["id"]): str(one["text"]) for one in json.loads(options)}
            found[version].append(Asked(question_id, PREDEFINED[predefined], texts))
        self._asked |= {key: tuple(asked) for key, asked in found.items()}


def columns_of(ids: Ids) -> dict[str, int]:
    """Of a submission."""
    return {"creative_id": ids[0], "country_id": ids[1], "industry_id": ids[2]}


def response_of(body: bytes) -> FormResponse | None:
    try:
        return to_form_response(body)
    except UnreadableResponseError:
        return None


def facet_names(connection: Connection, environment_id: int) -> dict[str, dict[int, str]]:
    """`creative`, `country`, `industry`: number -> name, in the order of names."""
    rows = connection.execute(sa.select(v.id, v.dimension, v.text).where(v.environment_id == environment_id)).all()
    told = sorted((row.dimension, shown_text(Dimension(row.dimension), row.text), row.id) for row in rows)
    found: dict[str, dict[int, str]] = {one.name.lower(): {} for one in FACETS}
    for dimension, text, key in told:
        found[Dimension(dimension).name.lower()][key] = text
    return found


def _number(connection: Connection, environment_id: int, dimension: Dimension, text: str) -> int:
    kept = kept_text(dimension, text)
    mine = (v.environment_id == environment_id, v.dimension == int(dimension))
    wanted = sa.select(v.id).where(*mine, v.text == kept)
    found = connection.execute(wanted).scalar()
    if found is None and kept:
        if (
            kept != UNKNOWN
            and (connection.execute(sa.select(sa.func.count()).where(*mine)).scalar() or 0) >= MOST[dimension]
        ):
            return _number(connection, environment_id, dimension, UNKNOWN)
        values: dict[str, Any] = {"environment_id": environment_id, "dimension": int(dimension), "text": kept}
        upsert(connection, facet_values, tuple(values), values)
        found = connection.execute(wanted).scalar()
    return int(found or 0)
