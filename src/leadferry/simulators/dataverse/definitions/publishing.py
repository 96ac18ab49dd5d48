"""PublishXml and PublishAllXml. New columns count at once; what is published is remembered of apps only.

Source: dataverse-api reference, section 6.7.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from leadferry.clock import as_text
from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.calls import no_content
from leadferry.simulators.dataverse.query.fetch_plan import no_such_table
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.values import guid
from leadferry.simulators.server import Response


def publish(storage: Storage, body: dict[str, Any]) -> Response:
    """Raises for XML that cannot be read, and for tables and apps that do not exist."""
    text = body.get("ParameterXml")
    try:
        element = ElementTree.fromstring(text if isinstance(text, str) else "")  # noqa: S314 (only its owner asks)
    except ElementTree.ParseError as error:
        raise refusals.invalid_argument(f"The ParameterXml is not valid XML. {error}") from None
    if element.tag != "importexportxml":
        raise refusals.invalid_argument("The ParameterXml must have the root element 'importexportxml'.")
    for table in element.findall("entities/entity"):
        if (table.text or "").strip() not in storage.catalog.tables:
            raise no_such_table((table.text or "").strip())
    for app in element.findall("appmodules/appmodule"):
        _publish_app(storage, guid((app.text or "").strip()) or "")
    return no_content()


def publish_all(storage: Storage) -> Response:
    if "appmodule" in storage.catalog.tables:
        with storage.transaction() as conn:
            conn.execute('UPDATE "t_appmodule" SET "publishedon" = ?', (as_text(storage.clock()),))
    return no_content()


def _publish_app(storage: Storage, app: str) -> None:
    sql = 'UPDATE "t_appmodule" SET "publishedon" = ? WHERE "appmoduleid" = ?'
    with storage.transaction() as conn:
        if conn.execute(sql, (as_text(storage.clock()), app)).rowcount == 0:
            raise refusals.row_not_found("appmodule", app)
