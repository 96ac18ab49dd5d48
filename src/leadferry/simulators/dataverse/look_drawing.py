"""Bars, a line, a pie: HTML and SVG without script, each value told in words too. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import NamedTuple

_WIDTH, _HEIGHT, _LEFT, _TOP, _FOOT = 420.0, 190.0, 34.0, 14.0, 26.0
_AROUND = 100.0
"""The pie's circumference: a share is a length."""
_COLOURS = 6


class Point(NamedTuple):
    """`shown`: the value as the platform formats it."""

    label: str
    value: float
    shown: str


def bars(_title: str, points: Sequence[Point]) -> str:
    most = max(point.value for point in points)
    return f"<div class=bars>{''.join(_bar(point, most) for point in points)}</div>"


def _bar(point: Point, most: float) -> str:
    width = 0 if most <= 0 else max(0, round(100 * point.value / most))
    return (
        f'<div class=bar><span>{escape(point.label)}</span><span class=track><i style="width:{width}%"></i></span>'
        f"<span class=number>{escape(point.shown)}</span></div>"
    )


def line(title: str, points: Sequence[Point]) -> str:
    most = max(1.0, *(point.value for point in points))
    step = (_WIDTH - _LEFT - 12) / max(1, len(points) - 1)
    places = [(_LEFT + number * step, _y(point.value, most)) for number, point in enumerate(points)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="var(--c0)"><title>{escape(point.label)}: {escape(point.shown)}'
        "</title></circle>"
        for (x, y), point in zip(places, points, strict=True)
    )
    floor = _HEIGHT - _FOOT
    area = f'<polygon points="{_LEFT},{floor} {path} {places[-1][0]:.1f},{floor}" fill="var(--c0)" opacity=".12"/>'
    drawn = f'<polyline points="{path}" fill="none" stroke="var(--c0)" stroke-width="2.5" stroke-linejoin="round"/>'
    return _picture(title, points, f"{_scale(most)}{area}{drawn}{dots}{_feet(places, points)}")


def _y(value: float, most: float) -> float:
    return _HEIGHT - _FOOT - (_HEIGHT - _FOOT - _TOP) * value / most


def _scale(most: float) -> str:
    """Lines at nothing, half and all."""
    return "".join(_level(value, f"{_y(value, most):.1f}") for value in dict.fromkeys((0.0, round(most / 2), most)))


def _level(value: float, y: str) -> str:
    return (
        f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y}" y2="{y}" stroke="var(--stroke)"/>'
        f'<text x="{_LEFT - 6}" y="{y}" dy="4" text-anchor="end">{value:,.0f}</text>'
    )


def _feet(places: Sequence[tuple[float, float]], points: Sequence[Point]) -> str:
    """As many labels as there is room for, the last one among them."""
    every = max(1, -(-len(points) // 5))
    chosen = [number for number in range(len(points)) if (len(points) - 1 - number) % every == 0]
    return "".join(
        f'<text x="{places[number][0]:.1f}" y="{_HEIGHT - 6}" text-anchor="{_anchor(number, points)}">'
        f"{escape(points[number].label)}</text>"
        for number in chosen
    )


def _anchor(number: int, points: Sequence[Point]) -> str:
    return "end" if number == len(points) - 1 and number else "middle" if number else "start"


def _picture(title: str, points: Sequence[Point], inside: str) -> str:
    told = escape(f"{title}. " + ", ".join(f"{point.label}: {point.shown}" for point in points))
    return f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" aria-label="{told}">{inside}</svg>'


def pie(_title: str, points: Sequence[Point]) -> str:
    total = sum(max(0.0, point.value) for point in points) or 1.0
    rings, begins = "", 0.0
    for place, point in enumerate(points):
        share = _AROUND * max(0.0, point.value) / total
        rings += (
            f'<circle cx="21" cy="21" r="15.915" fill="none" stroke="var(--c{place % _COLOURS})" stroke-width="7" '
            f'stroke-dasharray="{share:.2f} {_AROUND - share:.2f}" stroke-dashoffset="{25 - begins:.2f}"/>'
        )
        begins += share
    key = "".join(_key(place, point, total) for place, point in enumerate(points))
    return f'<div class=pie><svg viewBox="0 0 42 42" aria-hidden="true">{rings}</svg><ul class=key>{key}</ul></div>'


def _key(place: int, point: Point, total: float) -> str:
    return (
        f'<li><i style="background:var(--c{place % _COLOURS})"></i><span>{escape(point.label)}</span>'
        f"<span class=number>{escape(point.shown)} · {100 * point.value / total:.0f} %</span></li>"
    )


DRAWN: Mapping[str, Callable[[str, Sequence[Point]], str]] = {"Line": line, "Area": line, "Pie": pie, "Doughnut": pie}
"""By ChartType; all others are bars."""
