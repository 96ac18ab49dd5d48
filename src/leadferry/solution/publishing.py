"""What is published after a change: our own things and the lead, nothing of others. Pure.

Source: docs `model-driven-apps/publish-customizations.md`; dataverse-api 6.7.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from leadferry.solution.form_xml import DASHBOARD_ID
from leadferry.solution.markup import element, written
from leadferry.solution.sitemap import APP_ID, SITE_MAP_ID
from leadferry.solution.wanted import Wanted


def publish_xml(wanted: Wanted) -> str:
    choices = [choice.name for table in wanted.tables for choice in table.choices()]
    return written(
        element(
            "importexportxml",
            {},
            _listed("entities", "entity", [table.name for table in (*wanted.tables, wanted.lead)]),
            _listed("optionsets", "optionset", choices),
            _listed("dashboards", "dashboard", [f"{{{DASHBOARD_ID}}}"]),
            _listed("sitemaps", "sitemap", [f"{{{SITE_MAP_ID}}}"]),
            _listed("appmodules", "appmodule", [f"{{{APP_ID}}}"]),
        )
    )


def lead_xml() -> str:
    """After taking the solution away."""
    return written(element("importexportxml", {}, _listed("entities", "entity", ["lead"])))


def _listed(group: str, tag: str, names: Iterable[str]) -> Element:
    return element(group, {}, *(element(tag, {}, name) for name in names))
