"""Joins the rooms: settings, database, stores, clients, delivery, engine. Nothing else does.

Each file is one part of the application and stands on the one before: base, clients, guarding, connecting, crossing,
leads, privacy, console. The whole is `App`."""

from __future__ import annotations

from leadferry.app.base import Tools
from leadferry.app.console import Console
from leadferry.settings import Settings
from leadferry.store.database import Database

__all__ = ["App", "Tools", "open_app"]


class App(Console):
    """All parts together."""


def open_app(settings: Settings, *, tools: Tools | None = None) -> App:
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    return App(settings, Database(settings.database_url).open(), tools or Tools())
