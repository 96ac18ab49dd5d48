"""The menu of the pages for looking: the site maps of the installed apps; and which views and forms an app shows.

Source: dataverse-api reference, section 6.11.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from leadferry.simulators.dataverse.solution_components import OF_TABLES
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.values import guid

_SALES = (("/", "Everything"), ("/look/lead", "Leads"), ("/look/contact", "Contacts"), ("/look/campaign", "Campaigns"))


def menu(storage: Storage, here: str) -> str:
    """`here`: the path of the page that is shown."""
    groups = [("Contoso", [one for one in _SALES if _is_there(storage, one[0])]), *_of_apps(storage)]
    return "".join(
        f"<h2>{escape(title)}</h2>{''.join(_entry(address, text, here) for address, text in entries)}"
        for title, entries in groups
        if entries
    )


def of_apps(storage: Storage, table: str) -> set[str]:
    """Ids of the views or forms (rows of `table`) that some app has: there, people see only those."""
    if "appmodulecomponent" not in storage.catalog.tables:
        return set()
    sql = 'SELECT "objectid" FROM "t_appmodulecomponent" WHERE "componenttype" = ?'
    with storage.reading() as conn:
        return {str(row[0]) for row in conn.execute(sql, (OF_TABLES[table],))}


def apps_first(storage: Storage, table: str, key: str, sql: str, *given: str) -> list[sqlite3.Row]:
    """Views or forms (rows of `table`, by its `key`) in the order of `sql`, but those that an app has first."""
    if table not in storage.catalog.tables:
        return []
    with storage.reading() as conn:
        found = conn.execute(sql, given).fetchall()
    shown = of_apps(storage, table)
    return sorted(found, key=lambda one: one[key] not in shown)


def _is_there(storage: Storage, address: str) -> bool:
    return address == "/" or address.rpartition("/")[2] in storage.catalog.tables


def _entry(address: str, text: str, here: str) -> str:
    now = here == address or (address != "/" and here.startswith(f"{address}/"))
    outside = "" if address.startswith("/") else " ↗"
    return f'<a href="{escape(address)}"{" aria-current=page" if now else ""}>{escape(text)}{outside}</a>'


def _of_apps(storage: Storage) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for text in _site_maps(storage):
        for group in ElementTree.fromstring(text).iter("Group"):  # noqa: S314 (checked when it was stored)
            entries = ((_address(one), _title(one)) for one in group.iter("SubArea"))
            yield _title(group), [(address, title) for address, title in entries if address]


def _site_maps(storage: Storage) -> list[str]:
    wanted = of_apps(storage, "sitemap")
    if not wanted:
        return []
    with storage.reading() as conn:
        rows = conn.execute('SELECT "sitemapid", "sitemapxml" FROM "t_sitemap" ORDER BY "sitemapname"').fetchall()
    return [str(row["sitemapxml"]) for row in rows if row["sitemapid"] in wanted]


def _title(element: Element) -> str:
    found = element.find("Titles/Title")
    return str(found.get("Title", "")) if found is not None else element.get("Id", "")


def _address(entry: Element) -> str:
    """ "" for what is no address of the web."""
    url, table = entry.get("Url", ""), entry.get("Entity", "")
    if url:
        return url if url.startswith(("http://", "https://")) else ""
    if dashboard := guid(entry.get("DefaultDashboard", "").strip("{}")):
        return f"/look/dashboards/{dashboard}"
    return f"/look/{table}" if table else ""
