"""The app *LinkedIn Lead Gen* and its site map: one area, whose settings open the console. Pure.

Source: docs `model-driven-apps/create-manage-model-driven-apps-using-code.md`; dataverse-api 6.11.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from leadferry.errors import InputError
from leadferry.solution.components import Component, component_id
from leadferry.solution.form_xml import DASHBOARD_ID
from leadferry.solution.markup import ENGLISH, braced, element, written
from leadferry.solution.model import Table
from leadferry.solution.tables import CONFIGURATIONS, FIELD_MAPPINGS, PROFILES, STRATEGIES, SUBMISSIONS

APP_NAME = "LinkedIn Lead Gen"
APP_UNIQUE_NAME = "ferry_LinkedInLeadGen"
APP_ID = component_id("app", APP_UNIQUE_NAME)
SITE_MAP_ID = component_id("site map", APP_UNIQUE_NAME)
_UNIFIED = 4
_DEFAULT_ICON = "953b9fac-1e5e-e611-80d6-00155ded156f"


@dataclass(frozen=True, slots=True)
class Entry:
    """Opens `path` of the console; without a console, the table's list."""

    id: str
    title: str
    table: Table
    path: str = ""


USE: tuple[Entry, ...] = (
    Entry("ferry_profiles", "User Profiles", PROFILES),
    Entry("ferry_submissions", "Form Submissions", SUBMISSIONS),
    Entry("ferry_sync", "Sync Status", PROFILES, "/sync"),
)
SETTINGS: tuple[Entry, ...] = (
    Entry("ferry_strategies", "Lead Matching Strategies", STRATEGIES, "/strategies"),
    Entry("ferry_mappings", "Lead Field Mappings", FIELD_MAPPINGS, "/mappings"),
    Entry("ferry_configuration", "Configuration", CONFIGURATIONS, "/configuration"),
)


def site_map_xml(console_url: str) -> str:
    """`console_url` "" where there is none yet."""
    performance = element(
        "SubArea", {"Id": "ferry_performance", "DefaultDashboard": braced(DASHBOARD_ID)}, _titles("Lead Performance")
    )
    use = _group("ferry_use", APP_NAME, [*(_entry(one, console_url) for one in USE), performance])
    settings = _group("ferry_settings", "Settings", [_entry(one, console_url) for one in SETTINGS])
    area = element("Area", {"Id": "ferry_linkedin", "ShowGroups": True}, _titles(APP_NAME), use, settings)
    return written(element("SiteMap", {"IntroducedVersion": "9.0.0.0"}, area))


def _group(group_id: str, title: str, entries: list[Element]) -> Element:
    return element("Group", {"Id": group_id}, _titles(title), *entries)


def _entry(entry: Entry, console_url: str) -> Element:
    opens = {"Url": f"{console_url}{entry.path}"} if console_url and entry.path else {"Entity": entry.table.name}
    return element("SubArea", {"Id": entry.id, **opens}, _titles(entry.title))


def _titles(title: str) -> Element:
    return element("Titles", {}, element("Title", {"LCID": ENGLISH, "Title": title}))


_URL = re.compile(rf'Url="([^"]+){re.escape(SETTINGS[0].path)}"')


def console_in(site_map: str) -> str:
    """The console's address that a site map of ours leads to, else ""."""
    found = _URL.search(site_map)
    return found[1] if found else ""


def checked_console_url(text: str) -> str:
    """Without a slash at its end. Raises `bad-console-url`."""
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise InputError(
            f"The console's address {text!r} is not usable.",
            fix="Give the address that people open in a browser, like https://leadferry.contoso.example",
            code="bad-console-url",
        )
    return text.strip().rstrip("/")


def entries_in(site_map: str) -> frozenset[tuple[str, str]]:
    """(id, what it opens) of each entry, whatever else Dynamics writes around them."""
    found = re.findall(r"<SubArea\b([^>]*)>", site_map)
    return frozenset((_attribute("Id", one), _opens(one)) for one in found)


def _opens(attributes: str) -> str:
    return next(
        (value for name in ("Url", "Entity", "DefaultDashboard") if (value := _attribute(name, attributes))), ""
    )


def _attribute(name: str, attributes: str) -> str:
    found = re.search(rf'(?<!\w){name}="([^"]*)"', attributes)
    return found[1] if found else ""


def app_component() -> Component:
    return Component(
        "app",
        "appmodules",
        "appmoduleid",
        APP_ID,
        APP_NAME,
        {},
        {"uniquename": APP_UNIQUE_NAME, "clienttype": _UNIFIED, "webresourceid": _DEFAULT_ICON},
        description="User profiles, form submissions and lead performance; its settings open Leadferry's console.",
    )


def site_map_component(console_url: str) -> Component:
    return Component(
        "site map",
        "sitemaps",
        "sitemapid",
        SITE_MAP_ID,
        APP_NAME,
        {"sitemapxml": site_map_xml(console_url)},
        {"sitemapnameunique": APP_UNIQUE_NAME},
    )
