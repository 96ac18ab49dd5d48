"""Finds everything that is held of a person in one environment, in the tables that can hold it.

By e-mail address every answer is read, also those to questions of the customer's own, for an index knows predefined
fields alone; a million submissions take some seconds, without any lock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.delivery.filters import Filters
from leadferry.delivery.listing_question_store import Span, by_number
from leadferry.delivery.listing_store import ListingStore
from leadferry.delivery.people import words
from leadferry.matching.collation import fold_accents
from leadferry.privacy.wanted import By, Wanted
from leadferry.store.database import Database
from leadferry.store.statements import some_of
from leadferry.store.tables import (
    mirror_queue,
    saved_views,
    submission_bodies,
    submission_events,
    submission_people,
    submissions,
    webhook_deliveries,
)
from leadferry.words import _

MOST = 500
"""Submissions of one person. More is a name that is too common, or a test address."""
CHUNK = 2000
s, e = submissions.c, submission_events.c


@dataclass(frozen=True, slots=True)
class Reached:
    """Numbers of submissions, why each was found; numbers of others in whose timelines the address stands; ids of saved
    views whose search names it. `cut`: there are more than `MOST`."""

    reasons: dict[int, str] = field(default_factory=dict)
    mentions: tuple[int, ...] = ()
    views: tuple[int, ...] = ()
    cut: bool = False


class PeopleStore:
    def __init__(self, database: Database, listing: ListingStore) -> None:
        self.database, self.listing = database, listing

    def find(self, environment_id: int, wanted: Wanted) -> Reached:
        if wanted.by is By.NAME:
            return self._by_name(environment_id, wanted.text)
        with self.database.read() as connection:
            if wanted.by is By.LEAD:
                reasons = dict.fromkeys(self._of_leads(connection, environment_id, [wanted.text]), "this lead")
                return _cut(reasons)
            reasons = dict.fromkeys(self._answered(connection, environment_id, wanted.text), "this e-mail address")
            leads = self._leads_of(connection, list(reasons))
            reasons |= dict.fromkeys(self._of_leads(connection, environment_id, leads) - {*reasons}, "the same lead")
            views = self._views(connection, environment_id, wanted.text)
            mentions = set(self._told(connection, environment_id, [wanted.text])) - reasons.keys()
        return _cut(reasons, tuple(sorted(mentions)), views)

    def _by_name(self, environment_id: int, name: str) -> Reached:
        found: list[int] = []
        after: tuple[int, int] | None = None
        while len(found) <= MOST:
            some, after = self.listing.ids(environment_id, Filters(text=name), Span(), after=after, limit=MOST + 1)
            found += some
            if after is None:
                break
        return _cut(dict.fromkeys(found, _("this name")))

    def _answered(self, connection: Connection, environment_id: int, email: str) -> Iterator[int]:
        """Whose body holds the address, whatever was asked."""
        needle, last = _needle(email), 0
        wanted = (
            sa.select(s.id, submission_bodies.c.body)
            .join(submission_bodies, submission_bodies.c.submission_id == s.id)
            .order_by(s.id)
            .limit(CHUNK)
        )
        while True:
            some = connection.execute(wanted.where(by_number(environment_id), s.id > last)).all()
            yield from (row.id for row in some if _holds(bytes(row.body), needle))
            if len(some) < CHUNK:
                return
            last = some[-1].id

    def mentions(self, environment_id: int, emails: Sequence[str], without: Sequence[int]) -> list[int]:
        """Numbers of the lines of timelines, of other submissions, in which one of the addresses stands."""
        with self.database.read() as connection:
            found = self._lines(connection, environment_id, emails)
            return [line for line, key in found if key not in without]

    def _told(self, connection: Connection, environment_id: int, emails: Sequence[str]) -> list[int]:
        return [key for _, key in self._lines(connection, environment_id, emails)]

    def _lines(self, connection: Connection, environment_id: int, emails: Sequence[str]) -> list[tuple[int, int]]:
        """(line, submission): as candidates of a review, say, or as what a lead held before."""
        if not emails:
            return []
        told = sa.func.lower(e.detail)
        named = sa.or_(*(told.contains(email.strip().lower(), autoescape=True) for email in emails))
        wanted = sa.select(e.id, e.submission_id).join(submissions, s.id == e.submission_id)
        found = connection.execute(wanted.where(by_number(environment_id), e.detail.is_not(None), named))
        return [(row.id, row.submission_id) for row in found]

    def _leads_of(self, connection: Connection, keys: Sequence[int]) -> list[str]:
        found: dict[str, None] = {}
        for some in some_of(keys):
            wanted = sa.select(s.lead_id).where(s.id.in_(some), s.lead_id.is_not(None))
            found |= dict.fromkeys(connection.execute(wanted).scalars())
        return list(found)

    def _of_leads(self, connection: Connection, environment_id: int, leads: Sequence[str]) -> set[int]:
        wanted = sa.select(s.id).where(by_number(environment_id), s.lead_id.in_(leads))
        return set(connection.execute(wanted).scalars()) if leads else set()

    def _views(self, connection: Connection, environment_id: int, email: str) -> tuple[int, ...]:
        wanted = sa.select(saved_views.c.id, saved_views.c.query).where(saved_views.c.environment_id == environment_id)
        return tuple(row.id for row in connection.execute(wanted) if names(row.query, email))

    def views_naming(self, environment_id: int, emails: Sequence[str]) -> list[int]:
        with self.database.read() as connection:
            return sorted({key for email in emails for key in self._views(connection, environment_id, email)})

    def places(self, keys: Sequence[int]) -> dict[int, dict[str, bool]]:
        """Whether each can be found by search, waits for the mirror, and stands in the log of webhooks."""
        tables = {"search": submission_people, "mirror_queue": mirror_queue, "webhooks": webhook_deliveries}
        found: dict[int, dict[str, bool]] = {key: dict.fromkeys(tables, False) for key in keys}
        with self.database.read() as connection:
            for name, table in tables.items():
                wanted = sa.select(table.c.submission_id).where(table.c.submission_id.in_(keys))
                for key in connection.execute(wanted).scalars():
                    found[key][name] = True
        return found


def names(query: str, email: str) -> bool:
    """Whether a saved search is for the address, or for what stands before its @."""
    sought = parse_qs(query).get("q", [""])[0]
    first = fold_accents(email).partition("@")[0]
    return any(("@" in word and fold_accents(email).startswith(word)) or word == first for word in words(sought))


def _needle(email: str) -> bytes:
    return email.strip().lower().encode()


def _holds(body: bytes, needle: bytes) -> bool:
    """As a whole: `ada@x.test` is not in `granada@x.test` or `ada@x.test.example`."""
    text = (_plain(body) if b"\\u" in body else body).lower()
    at = text.find(needle)
    while at >= 0:
        end = at + len(needle)
        if not (_BEFORE.search(text[max(0, at - 1) : at]) or _AFTER.match(text[end : end + 2])):
            return True
        at = text.find(needle, at + 1)
    return False


_BEFORE, _AFTER = re.compile(rb"[\w.+%-]$"), re.compile(rb"[\w+%-]|\.\w")


def _plain(body: bytes) -> bytes:
    """Without escapes, where it is JSON."""
    try:
        return msgspec.json.encode(msgspec.json.decode(body))
    except msgspec.DecodeError:
        return body


def _cut(reasons: dict[int, str], mentions: tuple[int, ...] = (), views: tuple[int, ...] = ()) -> Reached:
    kept = dict(sorted(reasons.items())[:MOST])
    return Reached(kept, mentions, views, len(reasons) > MOST)
