"""Answers that hold until what they were made of changes: kept by its revision, the least used forgotten first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 400


class Memo:
    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._kept: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, revision: Hashable, make: Callable[[], T]) -> T:
        """`make` where nothing is kept of this revision. What is given back is not to be changed."""
        with self._lock:
            known = self._kept.get(key)
            if known is not None and known[0] == revision:
                self._kept.move_to_end(key)
                kept: T = known[1]
                return kept
        made = make()
        with self._lock:
            self._kept[key] = (revision, made)
            self._kept.move_to_end(key)
            if len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return made
