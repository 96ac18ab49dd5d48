"""What people are in an environment, as Dynamics last said: kept for minutes, asked once however many wait for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from leadferry.accounts.model import Environment
from leadferry.clock import Clock
from leadferry.console.person import Person, Role
from leadferry.errors import LeadferryError, ServiceError
from leadferry.words import _

FRESH_MS = 300_000
"""A role that was given or taken counts after this at the latest."""
STALE_MS = 600_000
"""So much longer the last answer counts while Dynamics cannot be asked."""
AGAIN_MS = 15_000
"""After a failure Dynamics is left alone for that long."""
PEOPLE = 10_000

Ask = Callable[[Person, Environment], frozenset[Role]]
_Key = tuple[str, int, int]


@dataclass(slots=True)
class _Kept:
    """`lock`: held while Dynamics is asked about this person in this environment."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    roles: frozenset[Role] = frozenset()
    asked_at: int | None = None
    failed_at: int | None = None
    failure: ServiceError | None = None


class RolesKept:
    """`ask` raises LeadferryError when Dynamics cannot be asked."""

    def __init__(self, ask: Ask, clock: Clock, *, size: int = PEOPLE) -> None:
        self.ask, self.clock, self.size = ask, clock, size
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._held: OrderedDict[str, None] = OrderedDict()

    def roles_in(self, person: Person, environment: Environment) -> frozenset[Role]:
        """Raises ServiceError `rights-unknown`."""
        kept = self._of(person, environment)
        if self._is_fresh(kept):
            return kept.roles
        with kept.lock:
            if not self._is_fresh(kept):
                self._renew(kept, person, environment)
            return kept.roles

    def held_a_role(self, person: Person) -> bool:
        """Whether this process has seen the person with a role in any environment."""
        with self._lock:
            return person.id in self._held

    def forget(self, person: Person) -> None:
        """The next question goes to Dynamics."""
        with self._lock:
            self._held.pop(person.id, None)
            for key in [key for key in self._kept if key[0] == person.id]:
                del self._kept[key]

    def _of(self, person: Person, environment: Environment) -> _Kept:
        # Numbers of removed environments may come again; the moment of its making tells them apart.
        key = (person.id, environment.id, environment.created_at)
        with self._lock:
            kept = self._kept.setdefault(key, _Kept())
            self._kept.move_to_end(key)
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)
            return kept

    def _is_fresh(self, kept: _Kept) -> bool:
        return kept.asked_at is not None and self.clock() - kept.asked_at < FRESH_MS

    def _renew(self, kept: _Kept, person: Person, environment: Environment) -> None:
        now = self.clock()
        resting = kept.failed_at is not None and now - kept.failed_at < AGAIN_MS
        if not resting:
            try:
                kept.roles, kept.asked_at, kept.failed_at = self.ask(person, environment), now, None
            except LeadferryError as error:
                kept.failed_at, kept.failure = now, _unknown(error)
            else:
                self._remember(person, kept.roles)
                return
        if kept.failure and (kept.asked_at is None or now - kept.asked_at >= FRESH_MS + STALE_MS):
            raise kept.failure

    def _remember(self, person: Person, roles: frozenset[Role]) -> None:
        with self._lock:
            if roles:
                self._held[person.id] = None
                self._held.move_to_end(person.id)
            while len(self._held) > self.size:
                self._held.popitem(last=False)


def _unknown(error: LeadferryError) -> ServiceError:
    """Names neither the environment nor its address: who asks may have no right to know of it."""
    known = error if isinstance(error, ServiceError) else ServiceError("")
    return ServiceError(
        _("Dynamics cannot be asked what you may do here."),
        fix=_("Try again in a minute. Leads go on crossing as soon as Dynamics answers; none is lost."),
        code="rights-unknown",
        status=known.status,
        vendor_code=known.vendor_code or error.code,
        request_id=known.request_id,
        retry_after_s=AGAIN_MS / 1000,
    )
