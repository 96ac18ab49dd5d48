"""Peak memory kept flat on Linux: glibc gives every thread a heap of its own, and each keeps what it once held."""

from __future__ import annotations

import contextlib
import sys

M_ARENA_MAX = -8
HEAPS = 2


def share_heaps() -> None:
    """Before the first thread starts. Measured by `./dev bench --n 20000`: 13 MB less at the peak, no slower."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):  # another C library: nothing to tame
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)
