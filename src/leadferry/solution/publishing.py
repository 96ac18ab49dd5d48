"""What is published after a change: our own things and the lead, nothing of others. Pure.

Source: docs `model-driven-apps/publish-customizations.md`; dataverse-api 6.7.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from leadferry.solution.markup import element, written
from leadferry.solution.wanted import Wanted


def publish_xml(wanted: Wanted) -> str:
    choices = [choice.name for table in wanted.tables for choice in table.choices()]
    return written(
        element(
            "importexportxml",
            {},
            _listed("entities", "entity", [table.name for table in (*wanted.tables, wanted.lead)]),
            _listed("optionsets", "optionset", choices),
            _listed("dashboards", "dashboard", _ids(wanted, "dashboard")),
            _listed("sitemaps", "sitemap", _ids(wanted, "site map")),
            _listed("appmodules", "appmodule", _ids(wanted, "app")),
        )
    )


def _ids(wanted: Wanted, kind: str) -> list[str]:
    return [f"{{{component.id}}}" for component in wanted.of(kind)]


def lead_xml() -> str:
    """After taking the solution away."""
    return written(element("importexportxml", {}, _listed("entities", "entity", ["lead"])))


def _listed(group: str, tag: str, names: Iterable[str]) -> Element:
    return element(group, {}, *(element(tag, {}, name) for name in names))
