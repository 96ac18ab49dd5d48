"""From an address to the definitions it reads or changes. A change works on a copy, so a refused one leaves no trace.

Source: dataverse-api reference, section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote

from leadferry.simulators.dataverse import refusals, urls
from leadferry.simulators.dataverse.calls import answer, no_content
from leadferry.simulators.dataverse.catalog_copy import copy_to_change, settled
from leadferry.simulators.dataverse.definitions import (
    change,
    consequences,
    finding,
    metadata_changes,
    option_components,
    publishing,
)
from leadferry.simulators.dataverse.definitions.body import read_body
from leadferry.simulators.dataverse.definitions.create_choices import ACTIONS, create_global_choice
from leadferry.simulators.dataverse.definitions.create_columns import create_column
from leadferry.simulators.dataverse.definitions.create_keys import create_key
from leadferry.simulators.dataverse.definitions.create_relationships import create_customer, create_relationship
from leadferry.simulators.dataverse.definitions.create_tables import create_table
from leadferry.simulators.dataverse.definitions.csdl import csdl, service_document
from leadferry.simulators.dataverse.definitions.names import object_of
from leadferry.simulators.dataverse.definitions.permissions import require
from leadferry.simulators.dataverse.definitions.reading import Reader
from leadferry.simulators.dataverse.model import Catalog
from leadferry.simulators.dataverse.privileges import Caller
from leadferry.simulators.dataverse.query.options import Options, parse_options
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.urls import Segment
from leadferry.simulators.server import Request, Response

Json = dict[str, Any]
Change = Callable[[Catalog], Response]
SETS = frozenset({"EntityDefinitions", "GlobalOptionSetDefinitions", "RelationshipDefinitions"})


def handle(storage: Storage, request: Request, base_url: str, caller: Caller | None = None) -> Response | None:
    """None when the address has nothing to do with definitions. Raises a Refusal. Without a caller all is allowed."""
    address = urls.below_root(request.path)
    if address is None:
        return None
    parts = urls.segments(address)
    if not parts:
        return answer(service_document(storage.catalog, base_url)) if request.method == "GET" else None
    if caller is not None:
        require(caller, storage.settings, request.method, parts)
    if parts[0].name in SETS:
        if request.method == "GET":
            return answer(Reader(storage.catalog, base_url, parse_options(request.query)).answer(parts))
        return _write(storage, request, f"{base_url}/{unquote(address)}", parts)
    return _operation(storage, request, base_url, parts[0])


def _operation(storage: Storage, request: Request, base_url: str, part: Segment) -> Response | None:
    match request.method, part.name:
        case "GET", "$metadata":
            return Response(200, csdl(storage).encode(), {"Content-Type": "application/xml", "OData-Version": "4.0"})
        case "GET", "RetrieveMetadataChanges":
            options: Options = parse_options(request.query)
            return answer(metadata_changes.answer(storage.catalog, base_url, part.key or "", options))
        case "POST", "PublishXml":
            return publishing.publish(storage, read_body(request.body))
        case "POST", "PublishAllXml":
            return publishing.publish_all(storage)
        case "POST", "CreateEntities":
            return _changed(
                storage, request, lambda catalog: _create_tables(catalog, read_body(request.body), base_url)
            )
        case "POST", "CreateCustomerRelationships":
            return _changed(
                storage, request, lambda catalog: _create_customer(catalog, read_body(request.body), base_url)
            )
        case "POST", "ReactivateEntityKey":
            return _changed(storage, request, lambda catalog: _reactivate(catalog, read_body(request.body)))
        case "POST", name if name in ACTIONS:
            body = read_body(request.body)
            with storage.transaction():
                response = _changed(storage, request, lambda catalog: _action(catalog, name, body, base_url))
                option_components.join(storage, body)
            return response
    return None


def _changed(storage: Storage, request: Request, work: Change) -> Response:
    with storage.transaction() as conn:
        before, catalog = storage.catalog, copy_to_change(storage.catalog)
        response = work(catalog)
        storage.catalog = settled(catalog)
        storage.apply_catalog(before)
        consequences.follow(storage, conn, before, _solution(request))
    return response


def _solution(request: Request) -> str:
    """Named by a header, or, by CreateEntities, in the address."""
    options = {name.lower(): value for name, value in parse_qsl(request.query)}
    return request.headers.get("mscrm.solutionuniquename") or options.get("solutionuniquename", "")


def _write(storage: Storage, request: Request, address: str, parts: Sequence[Segment]) -> Response:
    body = {} if request.method == "DELETE" else read_body(request.body)

    def work(catalog: Catalog) -> Response:
        match request.method, parts[0].name, parts[-1].name if len(parts) > 1 else "":
            case "POST", _, _ if parts[-1].key is None:
                return no_content({"OData-EntityId": f"{address}({_create(catalog, parts, body)})"})
            case "PUT", _, _ if parts[-1].key is not None:
                _change(catalog, parts, body)
                return no_content({"OData-EntityId": address})
            case "DELETE", _, _ if parts[-1].key is not None:
                _delete(catalog, parts)
                return no_content()
        raise refusals.not_supported(f"The HTTP method '{request.method}' is not supported on {parts[-1].name}.")

    return _changed(storage, request, work)


def _create(catalog: Catalog, parts: Sequence[Segment], body: Json) -> str:
    """The MetadataId of what was made."""
    match [part.name for part in parts]:
        case ["EntityDefinitions"]:
            return create_table(catalog, body).metadata_id
        case ["GlobalOptionSetDefinitions"]:
            return create_global_choice(catalog, body).metadata_id
        case ["RelationshipDefinitions"]:
            return create_relationship(catalog, body).metadata_id
        case ["EntityDefinitions", "Attributes"]:
            return create_column(catalog, finding.table(catalog, parts[0].key or ""), body).metadata_id
        case ["EntityDefinitions", "Keys"]:
            return create_key(finding.table(catalog, parts[0].key or ""), body).metadata_id
    raise refusals.segment_not_found(parts[-1].name)


def _change(catalog: Catalog, parts: Sequence[Segment], body: Json) -> None:
    key = parts[0].key or ""
    match [part.name for part in parts]:
        case ["EntityDefinitions"]:
            change.change_table(finding.table(catalog, key), body)
        case ["GlobalOptionSetDefinitions"]:
            change.change_choice(finding.global_choice(catalog, key), body)
        case ["RelationshipDefinitions"]:
            change.change_relationship(finding.relationship(catalog, key), body)
        case ["EntityDefinitions", "Attributes"]:
            column = finding.column(finding.table(catalog, key), parts[1].key or "")
            change.change_column_definition(catalog, column, body)
        case _:
            raise refusals.segment_not_found(parts[-1].name)


def _delete(catalog: Catalog, parts: Sequence[Segment]) -> None:
    key = parts[0].key or ""
    match [part.name for part in parts]:
        case ["EntityDefinitions"]:
            change.delete_table(catalog, finding.table(catalog, key))
        case ["GlobalOptionSetDefinitions"]:
            change.delete_choice(catalog, finding.global_choice(catalog, key))
        case ["RelationshipDefinitions"]:
            change.delete_relationship(catalog, finding.relationship(catalog, key))
        case ["EntityDefinitions", "Attributes"]:
            table = finding.table(catalog, key)
            change.delete_column(catalog, table, finding.column(table, parts[1].key or ""))
        case ["EntityDefinitions", "Keys"]:
            table = finding.table(catalog, key)
            change.delete_key(table, finding.key(table, parts[1].key or ""))
        case _:
            raise refusals.segment_not_found(parts[-1].name)


def _create_tables(catalog: Catalog, body: Json, base_url: str) -> Response:
    entities = body.get("Entities")
    if not isinstance(entities, list) or not entities:
        raise refusals.payload_error("'Entities' must be an array.")
    ids = [create_table(catalog, object_of(one)).metadata_id for one in entities]
    return answer({"@odata.context": _context(base_url, "CreateEntities"), "EntityIds": ids})


def _create_customer(catalog: Catalog, body: Json, base_url: str) -> Response:
    column, relations = create_customer(catalog, body)
    ids = [one.metadata_id for one in relations]
    context = _context(base_url, "CreateCustomerRelationships")
    return answer({"@odata.context": context, "AttributeId": column.metadata_id, "RelationshipIds": ids})


def _reactivate(catalog: Catalog, body: Json) -> Response:
    table = finding.table(catalog, f"LogicalName='{body.get('EntityLogicalName')}'")
    finding.key(table, f"LogicalName='{body.get('EntityKeyLogicalName')}'").status = "Active"
    return no_content()


def _action(catalog: Catalog, name: str, body: Json, base_url: str) -> Response:
    found = ACTIONS[name](catalog, body)
    return no_content() if found is None else answer({"@odata.context": _context(base_url, name), **found})


def _context(base_url: str, action: str) -> str:
    return f"{base_url}/$metadata#Microsoft.Dynamics.CRM.{action}Response"
