"""How the process keeps house: how many heaps (glibc gives every thread one of its own, and each keeps what it once
held), and how often it looks for garbage."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator

M_ARENA_MAX = -8
HEAPS = 2


def share_heaps() -> None:
    """Before the first thread starts. Measured by `./dev bench --n 20000`: 13 MB less at the peak, no slower."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):  # another C library: nothing to tame
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)


def collect_rarely() -> None:
    """A delivery makes hundreds of thousands of objects that live until its claim is settled, none of them in rings: to
    look through them all after every 700 took an eighth of the processor's time (`./dev bench --n 20000`)."""
    gc.set_threshold(50_000, 20, 100)


def keep_loaded() -> None:
    """What a server has made by now stays as long as it runs: without it a look through all of that for garbage made
    one page in some hundred wait a tenth of a second (`./dev bench pages`)."""
    gc.freeze()


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Around the import of the application: modules stay, so nobody need look through them for garbage, now or later.
    That was a tenth of each command's start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
