"""The area navigation: which pages there are, in which order, and what one must be allowed to see them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadferry.console.person import Role
from leadferry.console.rights import Action, may
from leadferry.words import _


@dataclass(frozen=True, slots=True)
class Entry:
    """`path` is below the environment's address: `profiles` is `/e/1/profiles`."""

    name: str
    path: str
    icon: str
    action: Action


@dataclass(frozen=True, slots=True)
class Area:
    name: str
    entries: tuple[Entry, ...]


AREAS: Sequence[Area] = (
    Area("", (Entry(_("Home"), "", "home", Action.READ_ENVIRONMENT),)),
    Area(
        _("Leads"),
        (
            Entry(_("Form submissions"), "submissions", "people_list", Action.READ_SUBMISSIONS),
            Entry(_("Review queue"), "review", "clipboard_task", Action.READ_SUBMISSIONS),
            Entry(_("Forms"), "forms", "form", Action.READ_FORMS),
        ),
    ),
    Area(
        "LinkedIn",
        (
            Entry(_("User profiles"), "profiles", "person_key", Action.READ_PROFILES),
            Entry(_("Campaigns"), "campaigns", "send", Action.READ_FORMS),
            Entry(_("Sync status"), "sync", "arrow_sync", Action.READ_SYNC),
            Entry(_("Import"), "import", "arrow_upload", Action.IMPORT),
        ),
    ),
    Area(
        _("Rules"),
        (
            Entry(_("Lead matching strategies"), "strategies", "target_arrow", Action.READ_RULES),
            Entry(_("Lead field mappings"), "mappings", "arrow_swap", Action.READ_RULES),
            Entry(_("Configuration"), "configuration", "settings", Action.READ_CONFIGURATION),
        ),
    ),
    Area(
        _("Insight"),
        (
            Entry(_("Performance"), "performance", "data_trending", Action.READ_PERFORMANCE),
            Entry(_("Dashboards"), "dashboards", "column_triple", Action.READ_PERFORMANCE),
        ),
    ),
    Area(
        "Leadferry",
        (
            Entry(_("Health"), "health", "shield", Action.READ_HEALTH),
            Entry(_("Alerts"), "alerts", "alert", Action.READ_ALERTS),
            Entry(_("Webhooks"), "webhooks", "share_android", Action.READ_WEBHOOKS),
            Entry(_("Environment"), "settings", "building", Action.READ_ENVIRONMENT),
            Entry(_("Personal data"), "privacy", "database", Action.DELETE_SUBMISSIONS),
            Entry(_("API tokens"), "tokens", "key", Action.MANAGE_TOKENS),
            Entry(_("Audit"), "audit", "history", Action.READ_AUDIT),
        ),
    ),
)


def areas_for(roles: frozenset[Role]) -> list[Area]:
    """What these roles may open; an area without entries is left out."""
    shown = (Area(area.name, tuple(entry for entry in area.entries if may(roles, entry.action))) for area in AREAS)
    return [area for area in shown if area.entries]
