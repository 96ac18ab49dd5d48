"""Charts as figures of SVG, of which templates make the drawing: bars by day, lines, meters. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadferry.performance.figures import Outcome
from leadferry.words import _

WIDTH, HEIGHT = 600.0, 190.0
STEPS = 4
SHARE = 0.68
"""Of a day's width that its bar fills."""
STACK: Mapping[str, tuple[Outcome, ...]] = {
    "created": (Outcome.CREATED,),
    "updated": (Outcome.UPDATED,),
    "linked": (Outcome.LINKED,),
    "review": (Outcome.REVIEW,),
    "failed": (Outcome.FAILED,),
    "other": (Outcome.PENDING, Outcome.RETRY, Outcome.REJECTED),
}
"""From the bottom up: name of the colour -> outcomes."""


@dataclass(frozen=True, slots=True)
class Rect:
    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Plot:
    """`scale`: from the top down. `rects`, or the paths of `line`, the area under it, and the line of `before`."""

    scale: tuple[int, ...]
    rects: tuple[Rect, ...] = ()
    line: str = ""
    area: str = ""
    before: str = ""


def scale_of(most: int) -> tuple[int, ...]:
    """Five round numbers from the top down to 0: (80, 60, 40, 20, 0)."""
    step = max(1, math.ceil(most / STEPS))
    magnitude = 10 ** max(0, len(str(step)) - 1)
    step = next(size * magnitude for size in (1, 2, 3, 4, 5, 6, 8, 10) if size * magnitude >= step)
    return tuple(step * n for n in range(STEPS, -1, -1))


def stacked(days: Sequence[Mapping[str, int]]) -> Plot:
    """One bar a day, its parts in the order of STACK."""
    scale = scale_of(max((sum(day.values()) for day in days), default=0))
    wide = WIDTH / max(1, len(days))
    rects = []
    for place, day in enumerate(days):
        top = HEIGHT
        for kind in STACK:
            high = day.get(kind, 0) * HEIGHT / scale[0]
            top -= high
            if high:
                rects.append(Rect(kind, place * wide + wide * (1 - SHARE) / 2, top, wide * SHARE, high))
    return Plot(scale, tuple(rects))


def lines(now: Sequence[int], before: Sequence[int] = ()) -> Plot:
    scale = scale_of(max((*now, *before), default=0))
    line = _path(now, scale[0])
    return Plot(scale, line=line, area=f"{line}L{WIDTH:g} {HEIGHT:g}L0 {HEIGHT:g}Z", before=_path(before, scale[0]))


def _path(values: Sequence[int], most: int) -> str:
    if not values:
        return ""
    step = WIDTH / max(1, len(values) - 1)
    points = [f"{place * step:.1f} {HEIGHT - value * HEIGHT / most:.1f}" for place, value in enumerate(values)]
    if len(points) == 1:
        points.append(f"{WIDTH:.1f} {points[0].split()[1]}")
    return "M" + "L".join(points)


def marks(count: int, wanted: int = 5) -> list[int]:
    """Which places of an axis are written at: evenly, the first and the last too."""
    if count <= wanted:
        return list(range(count))
    return [round(n * (count - 1) / (wanted - 1)) for n in range(wanted)]


def in_stack(outcomes: Mapping[int, int]) -> dict[str, int]:
    """Outcome -> count, as the parts of one bar."""
    return {kind: sum(outcomes.get(one, 0) for one in parts) for kind, parts in STACK.items()}


def share(part: float, whole: float) -> str:
    """`67 %`, for the width of a meter and for words."""
    return f"{100 * part / whole:.0f}" if whole else "0"


@dataclass(frozen=True, slots=True)
class Change:
    """Against the period before. `words` is "" where there is nothing to compare with."""

    words: str
    up: bool = False
    same: bool = False


def change(now: float, before: float) -> Change:
    if not before or now == before:
        return Change("", same=now == before)
    percent = 100 * abs(now - before) / before
    arrow = "▲" if now > before else "▼"
    return Change(f"{arrow} {percent:.0f} %" if percent >= 1 else _("{arrow} under 1 %", arrow=arrow), up=now > before)
