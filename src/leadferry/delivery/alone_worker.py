"""While a person's decision is carried out, no delivery of the environment runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from leadferry.errors import BusyError
from leadferry.store.database import Database

TRIES, PAUSE_S = 40, 0.2


@contextmanager
def alone(database: Database, environment_id: int, sleep: Callable[[float], None]) -> Iterator[None]:
    """A delivery that is under way is waited for, not for long. Raises BusyError."""
    for tries in range(TRIES):
        lock = database.alone(f"delivery-{environment_id}")
        try:
            lock.__enter__()
        except BusyError:
            if tries == TRIES - 1:
                raise
            sleep(PAUSE_S)
            continue
        try:
            yield
        finally:
            lock.__exit__(None, None, None)
        return
