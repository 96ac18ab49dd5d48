"""Checks of the XML that describes views, charts, forms and site maps: well-formed, and about what exists.

Source: dataverse-api reference, section 6.11. The codes of these refusals are unconfirmed.
"""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.query.fetch_aggregate import aggregate_query
from leadferry.simulators.dataverse.query.fetch_plan import no_such_table
from leadferry.simulators.dataverse.query.fetch_rows import distinct_query, rows_query
from leadferry.simulators.dataverse.query.fetch_tree import Fetch, Node, parse_fetch
from leadferry.simulators.dataverse.query.scope import Asking, no_such_column


def parsed(text: str, what: str, root: str) -> Element:
    """Raises for XML that is not well-formed or has another root element. `what` is the column."""
    try:
        element = ElementTree.fromstring(text)  # noqa: S314 (a simulator that only its owner asks)
    except (ElementTree.ParseError, ValueError) as error:
        raise refusals.invalid_argument(f"The {what} is not valid XML. {error}") from None
    if element.tag != root:
        raise refusals.invalid_argument(f"The {what} must have the root element '{root}', not '{element.tag}'.")
    return element


def check_fetch(asking: Asking, text: str, table: str = "") -> Fetch:
    """Raises for tables and columns that do not exist; with `table`, for a query of another one."""
    fetch = parse_fetch(text)
    root = asking.catalog.tables.get(fetch.table)
    if root is None:
        raise no_such_table(fetch.table)
    if table and fetch.table != table:
        raise refusals.invalid_argument(f"The query is for '{fetch.table}', not for '{table}'.")
    plan = aggregate_query if fetch.aggregate else distinct_query if fetch.distinct else rows_query
    plan(asking, root, fetch)
    return fetch


def check_layout(asking: Asking, text: str, fetch: Fetch) -> None:
    """Each cell is a column of the table, or `alias.column` of a linked one."""
    table = asking.catalog.tables[fetch.table]
    row = parsed(text, "layoutxml", "grid").find("row")
    if row is None:
        raise refusals.invalid_argument("The grid of the layoutxml has no row.")
    aliases = {link.alias: asking.catalog.tables[link.table] for link in _links(fetch.root) if link.alias}
    for cell in row.findall("cell"):
        alias, dot, name = cell.get("name", "").rpartition(".")
        of = aliases.get(alias) if dot else table
        if of is None or name not in of.columns:
            raise no_such_column(of or table, cell.get("name", ""))


def _links(node: Node) -> list[Node]:
    return [one for link in node.links for one in (link, *_links(link))]


def check_chart(asking: Asking, data: str, presentation: str, table: str) -> None:
    """Categories and measures name aliases of the query; each series of the picture has its measures."""
    element = parsed(data, "datadescription", "datadefinition")
    fetches = element.findall("fetchcollection/fetch")
    if not fetches:
        raise refusals.invalid_argument("The datadescription has no fetch.")
    known: set[str] = set()
    for one in fetches:
        check_fetch(asking, ElementTree.tostring(one, encoding="unicode"), table)
        known |= {attribute.get("alias", "") for attribute in one.iter("attribute")}
    used = [*element.findall("categorycollection/category"), *element.iter("measure")]
    for part in used:
        if part.get("alias") not in known:
            raise refusals.invalid_argument(f"The alias '{part.get('alias')}' of the {part.tag} is not in the query.")
    series = parsed(presentation, "presentationdescription", "Chart").findall("Series/Series")
    measures = list(element.iter("measurecollection"))
    if not measures or len(series) != len(measures):
        raise refusals.invalid_argument(
            f"The chart has {len(series)} series and {len(measures)} measure collections. Each series needs one."
        )


def check_form(text: str, table: Table | None) -> None:
    """The columns of the controls must exist. A dashboard belongs to no table."""
    for control in parsed(text, "formxml", "form").iter("control"):
        name = control.get("datafieldname")
        if name and table is not None and name not in table.columns:
            raise no_such_column(table, name)


def check_site_map(text: str, tables: dict[str, Table]) -> None:
    for area in parsed(text, "sitemapxml", "SiteMap").iter("SubArea"):
        name = area.get("Entity")
        if name and name not in tables:
            raise no_such_table(name)
