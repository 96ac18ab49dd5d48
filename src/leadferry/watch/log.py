"""How every room logs: `log = Log("delivery")`, `log.info("claimed", submissions=500)`. Pure; off, it costs nothing.

An event is a fixed word or two; what belongs to it is named facts, and only names in KNOWN are ever written
(`rendering`). Facts hold ids, counts and codes: no answer, no name, no address, no token, no text of an exception.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from leadferry.watch import tracing

KNOWN = frozenset(
    [
        "alerts",
        "attempts",
        "channel",
        "claim",
        "code",
        "created",
        "due_at",
        "environment",
        "error",
        "event",
        "failed",
        "form",
        "held",
        "kind",
        "lead_type",
        "level",
        "linked",
        "logger",
        "method",
        "ms",
        "offset",
        "owner",
        "profile",
        "recovered",
        "rejected",
        "replayed",
        "request_id",
        "resource",
        "responses",
        "retrying",
        "seconds",
        "service",
        "state",
        "status",
        "stored",
        "submission",
        "submissions",
        "timestamp",
        "troubles",
        "unreadable",
        "updated",
        "vendor_code",
        "webhook",
    ]
)
_bound: ContextVar[dict[str, Any]] = ContextVar("leadferry_log", default={})  # noqa: B039 - never changed in place


class Log:
    """`Log("delivery")` is the logger `leadferry.delivery`."""

    __slots__ = ("_logger",)

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(f"leadferry.{name}")

    @property
    def debugging(self) -> bool:
        """Asked before a loop over submissions."""
        return self._logger.isEnabledFor(logging.DEBUG)

    def debug(self, event: str, **facts: Any) -> None:
        self._say(logging.DEBUG, event, facts)

    def info(self, event: str, **facts: Any) -> None:
        self._say(logging.INFO, event, facts)

    def warning(self, event: str, **facts: Any) -> None:
        self._say(logging.WARNING, event, facts)

    def _say(self, level: int, event: str, facts: dict[str, Any]) -> None:
        if self._logger.isEnabledFor(level):
            self._logger.log(level, event, extra={"facts": {**_bound.get(), **facts}})


@contextmanager
def bound(**facts: Any) -> Iterator[None]:
    """Every event within carries them: `with bound(environment="crane", claim=7): ...`."""
    token = _bound.set({**_bound.get(), **facts})
    try:
        yield
    finally:
        _bound.reset(token)


def carrying() -> Callable[[], None]:
    """For threads begun here: `ThreadPoolExecutor(4, initializer=carrying())`. They do not inherit by themselves."""
    facts, doing = _bound.get(), tracing.current()

    def begin() -> None:
        _bound.set(facts)
        tracing.enter(doing)

    return begin
