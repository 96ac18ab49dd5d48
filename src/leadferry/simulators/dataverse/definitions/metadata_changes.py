"""`RetrieveMetadataChanges(Query=@p1)`: chosen properties of chosen definitions in one request.

Source: dataverse-api reference, section 6.1; the shape is that of EntityQueryExpression.
"""

from __future__ import annotations

import json
import re
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.definitions.describe_columns import column_json
from leadferry.simulators.dataverse.definitions.describe_tables import (
    key_json,
    many_to_many_json,
    one_to_many_json,
    table_json,
)
from leadferry.simulators.dataverse.model import Catalog
from leadferry.simulators.dataverse.query.options import Options

Json = dict[str, Any]
_ALIAS = re.compile(r"\s*Query\s*=\s*(@\w+)\s*")


def answer(catalog: Catalog, base_url: str, key: str, options: Options) -> Json:
    found = _ALIAS.fullmatch(key)
    text = options.aliases.get(found.group(1), "") if found else key.partition("=")[2]
    try:
        query = json.loads(text)
    except ValueError:
        raise refusals.payload_error("The value of the parameter 'Query' is not valid JSON.") from None
    if not isinstance(query, dict):
        raise refusals.payload_error("The parameter 'Query' must be an EntityQueryExpression.")
    return {
        "@odata.context": f"{base_url}/$metadata#Microsoft.Dynamics.CRM.RetrieveMetadataChangesResponse",
        "ServerVersionStamp": f"{catalog.version}!",
        "DeletedMetadata": None,
        "EntityMetadata": _tables(catalog, query),
    }


def _tables(catalog: Catalog, query: Json) -> list[Json]:
    out = []
    for table in catalog.tables.values():
        item = {"@odata.type": "#Microsoft.Dynamics.CRM.EntityMetadata"} | table_json(catalog, table)
        if not _meets(query.get("Criteria"), item):
            continue
        chosen = _project(query.get("Properties"), item)
        chosen["Attributes"] = _items(
            query.get("AttributeQuery"),
            [column_json(catalog, table, one, choices=True) for one in table.columns.values()],
        )
        name = table.logical_name
        chosen["Keys"] = _items(query.get("KeyQuery"), [key_json(table, one) for one in table.keys])
        relations = query.get("RelationshipQuery")
        chosen["OneToManyRelationships"] = _items(
            relations, [one_to_many_json(catalog, one) for one in catalog.collections_of(name)]
        )
        chosen["ManyToOneRelationships"] = _items(
            relations, [one_to_many_json(catalog, one) for one in catalog.lookups_of(name)]
        )
        chosen["ManyToManyRelationships"] = _items(
            relations,
            [many_to_many_json(catalog, one) for one in catalog.many_to_many if name in {one.table1, one.table2}],
        )
        asked = _names(query.get("Properties"))
        out.append({key: value for key, value in chosen.items() if asked is None or key in asked or value != []})
    return out


def _items(query: Any, items: list[Json]) -> list[Json]:
    """Only what a sub-query asks for comes back."""
    if not isinstance(query, dict):
        return []
    return [_project(query.get("Properties"), item) for item in items if _meets(query.get("Criteria"), item)]


def _names(properties: Any) -> set[str] | None:
    """None for all of them."""
    if not isinstance(properties, dict) or properties.get("AllProperties"):
        return None
    return set(properties.get("PropertyNames") or [])


def _project(properties: Any, item: Json) -> Json:
    names = _names(properties)
    if names is None:
        return dict(item)
    always = {"@odata.type", "MetadataId", "HasChanged", "LogicalName"}
    return {name: value for name, value in item.items() if name in names | always}


def _meets(criteria: Any, item: Json) -> bool:
    if not isinstance(criteria, dict):
        return True
    tests = [_condition(one, item) for one in criteria.get("Conditions") or []]
    tests += [_meets(one, item) for one in criteria.get("Filters") or []]
    is_or = criteria.get("FilterOperator") == "Or"
    return any(tests) if is_or and tests else all(tests)


def _condition(condition: Json, item: Json) -> bool:
    value = (condition.get("Value") or {}).get("Value")
    actual = item.get(str(condition.get("PropertyName")))
    if isinstance(actual, dict) and "Value" in actual:
        actual = actual["Value"]
    match condition.get("ConditionOperator"):
        case "Equals":
            return _same(actual, value)
        case "NotEquals":
            return not _same(actual, value)
        case "In":
            return any(_same(actual, one) for one in _listed(value))
        case "NotIn":
            return not any(_same(actual, one) for one in _listed(value))
    raise refusals.invalid_argument(f"The operator '{condition.get('ConditionOperator')}' is not supported.")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [part.strip() for part in str(value).split(",")]


def _same(actual: Any, value: Any) -> bool:
    return str(actual).lower() == str(value).lower()
