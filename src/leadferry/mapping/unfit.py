"""A value that a transform or a column could not take. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leadferry.mapping.model import ProblemKind


@dataclass(frozen=True, slots=True)
class Unfit:
    """Returned, not raised: most are met again with the next response, and are cached like any other result."""

    kind: ProblemKind
    detail: str
    """Names limits and labels, never the answer."""
    instead: Any = None
    """What policy CUT puts into the column; None: nothing."""
    action: str = "cut"
    """What using `instead` is called in the problem."""
