"""A router that is made anew for each application."""

from __future__ import annotations

from typing import Any, Self

from litestar import Router


class RouterOfOneApplication(Router):
    """Not copied when it is registered: Litestar's deep copy of all routes takes as long as making them."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self
