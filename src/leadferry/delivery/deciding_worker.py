"""A person's decision crosses at once where that is quick; else it goes on behind the page that told so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from leadferry.accounts.model import Environment
from leadferry.engine.progress import SyncResult
from leadferry.words import worded

WAIT_S = 8.0
"""How long a page waits for Dynamics."""
BUSY_S = 60.0
"""How long we wait for another delivery of the environment to be done."""
Deliver = Callable[[Any], SyncResult]


def cross_now(deliver: Deliver, environment: Environment, *, wait_s: float = WAIT_S) -> str:
    """Delivers what is open. Returns a sentence where it has not crossed yet, else "". One delivery runs at a time in
    an environment, so another one that is at it goes first."""
    troubles: list[str] = []
    thread = threading.Thread(target=_deliver, args=(deliver, environment, troubles), daemon=True, name="decided")
    thread.start()
    thread.join(wait_s)
    if thread.is_alive():
        return worded("It will cross in a moment.")
    return worded("It has not crossed yet: {troubles}", troubles=troubles[0]) if troubles else ""


def _deliver(deliver: Deliver, environment: Environment, troubles: list[str]) -> None:
    until = time.monotonic() + BUSY_S
    while True:
        found = deliver(environment).troubles
        if not any("already at work" in trouble for trouble in found) or time.monotonic() > until:
            troubles += found
            return
        time.sleep(0.1)
