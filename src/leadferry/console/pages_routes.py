"""Jinja, as every page uses it: escaped, strict about names, templates found in the rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

TEMPLATES = ("console",)
"""Rooms that bring templates, in `<room>/templates/`."""


class Templates:
    """Renders `console/home.html`, `accounts/profiles.html` ..."""

    def __init__(self, rooms: Sequence[str] = TEMPLATES, static_version: str = "") -> None:
        self._jinja = Environment(
            loader=ChoiceLoader([PackageLoader(f"leadferry.{room}", "templates") for room in rooms]),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.globals.update(icon=icon, static=lambda name: f"/static/{name}?v={static_version}")

    def __call__(self, template: str, values: Mapping[str, Any]) -> str:
        return self._jinja.get_template(template).render(values)


def icon(name: str, size: str = "") -> Markup:
    """`icon("key")`, `icon("key", "s")` for the small one. Words beside it say what it means."""
    classes = f"icon icon-{size}" if size else "icon"
    return Markup('<svg class="{}" aria-hidden="true"><use href="/static/icons.svg#i-{}"/></svg>').format(classes, name)
