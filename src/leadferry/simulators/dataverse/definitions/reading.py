"""`GET EntityDefinitions…`, `GlobalOptionSetDefinitions…`, `RelationshipDefinitions…`.

Source: dataverse-api reference, section 6.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.definitions import finding
from leadferry.simulators.dataverse.definitions.describe_choices import choice_json
from leadferry.simulators.dataverse.definitions.describe_columns import choices_json, column_json, matches_cast
from leadferry.simulators.dataverse.definitions.describe_tables import (
    key_json,
    many_to_many_json,
    one_to_many_json,
    table_json,
)
from leadferry.simulators.dataverse.definitions.shaping import Expansions, Json, shape, shape_all
from leadferry.simulators.dataverse.model import Catalog, ManyToMany, Table
from leadferry.simulators.dataverse.query.options import Options
from leadferry.simulators.dataverse.urls import Segment

CRM = "Microsoft.Dynamics.CRM."
_CASTS = frozenset({"OneToManyRelationshipMetadata", "ManyToManyRelationshipMetadata"})


class Reader:
    """Answers for one catalog. `base_url` is the root of the Web API."""

    def __init__(self, catalog: Catalog, base_url: str, options: Options) -> None:
        self.catalog, self.base_url, self.options = catalog, base_url, options

    def answer(self, parts: Sequence[Segment]) -> Json:
        """Raises the 404 for what is not there."""
        first = parts[0]
        if first.name == "GlobalOptionSetDefinitions":
            return self._choices(parts)
        if first.name == "RelationshipDefinitions":
            return self._relationships(parts)
        if first.key is None:
            items = [table_json(self.catalog, table) for table in self.catalog.tables.values()]
            return self._many("EntityDefinitions", items, self._table_expansions())
        table = finding.table(self.catalog, first.key)
        if len(parts) == 1:
            return self._one("EntityDefinitions", table_json(self.catalog, table), self._table_expansions())
        return self._below_table(table, parts[1:])

    def _below_table(self, table: Table, parts: Sequence[Segment]) -> Json:
        address = f"EntityDefinitions({table.metadata_id})/{parts[0].name}"
        if parts[0].name == "Attributes":
            return self._columns(table, parts, address)
        content = self._parts_of(table).get(parts[0].name)
        if content is None:
            return self._property(table_json(self.catalog, table), parts[0].name)
        if parts[0].key is not None:
            if parts[0].name != "Keys":
                raise refusals.segment_not_found(parts[0].name)
            return self._one(address, key_json(table, finding.key(table, parts[0].key)))
        return self._many(address, content)

    def _property(self, item: Json, name: str) -> Json:
        if name not in item:
            raise refusals.segment_not_found(name)
        return {"@odata.context": f"{self.base_url}/$metadata#EntityDefinitions/{name}", "value": item[name]}

    def _parts_of(self, table: Table) -> dict[str, list[Json]]:
        name, catalog = table.logical_name, self.catalog
        return {
            "Keys": [key_json(table, key) for key in table.keys],
            "OneToManyRelationships": [one_to_many_json(catalog, one) for one in catalog.collections_of(name)],
            "ManyToOneRelationships": [one_to_many_json(catalog, one) for one in catalog.lookups_of(name)],
            "ManyToManyRelationships": [
                many_to_many_json(catalog, one) for one in catalog.many_to_many if name in {one.table1, one.table2}
            ],
        }

    def _table_expansions(self) -> Expansions:
        def part(name: str, item: Json) -> list[Json]:
            return self._parts_of(self.catalog.tables[item["LogicalName"]])[name]

        def columns(item: Json) -> list[Json]:
            table = self.catalog.tables[item["LogicalName"]]
            return [column_json(self.catalog, table, one) for one in table.columns.values()]

        return {
            "Attributes": columns,
            "Keys": lambda item: part("Keys", item),
            "OneToManyRelationships": lambda item: part("OneToManyRelationships", item),
            "ManyToOneRelationships": lambda item: part("ManyToOneRelationships", item),
            "ManyToManyRelationships": lambda item: part("ManyToManyRelationships", item),
        }

    def _columns(self, table: Table, parts: Sequence[Segment], address: str) -> Json:
        cast = parts[1].name.removeprefix(CRM) if len(parts) > 1 and parts[1].name.startswith(CRM) else ""
        context = f"{address}/{CRM}{cast}" if cast else address
        expansions = self._choice_expansions(table)
        if parts[0].key is None:
            chosen = [one for one in table.columns.values() if not cast or matches_cast(one, cast)]
            items = [column_json(self.catalog, table, one) for one in chosen]
            if cast and cast not in {"AttributeMetadata", "EnumAttributeMetadata"}:
                # The address tells the type already.
                items = [{name: value for name, value in item.items() if name != "@odata.type"} for item in items]
            return self._many(context, items, expansions if cast else None)
        column = finding.column(table, parts[0].key)
        if cast and not matches_cast(column, cast):
            raise refusals.segment_not_found(parts[1].name)
        item = column_json(self.catalog, table, column)
        if not cast and len(parts) > 1:
            return self._property(item, parts[1].name)
        if len(parts) > 2:
            return self._choice_of(table, item, parts[2].name, context)
        return self._one(context, item, expansions if cast else None)

    def _choice_of(self, table: Table, item: Json, name: str, context: str) -> Json:
        found = choices_json(self.catalog, table.columns[item["LogicalName"]]).get(name)
        if found is None:
            return self._property(item, name)
        return self._one(f"{context}/{name}", found)

    def _choice_expansions(self, table: Table) -> Expansions:
        def choice(name: str, item: Json) -> Any:
            return choices_json(self.catalog, table.columns[item["LogicalName"]]).get(name)

        return {"OptionSet": lambda item: choice("OptionSet", item),
                "GlobalOptionSet": lambda item: choice("GlobalOptionSet", item)}  # fmt: skip

    def _choices(self, parts: Sequence[Segment]) -> Json:
        if parts[0].key is None:
            items = [choice_json(one) for one in self.catalog.option_sets.values() if one.is_global]
            return self._many("GlobalOptionSetDefinitions", items)
        return self._one("GlobalOptionSetDefinitions", choice_json(finding.global_choice(self.catalog, parts[0].key)))

    def _relationships(self, parts: Sequence[Segment]) -> Json:
        cast = parts[1].name.removeprefix(CRM) if len(parts) > 1 else ""
        if cast and cast not in _CASTS:
            raise refusals.segment_not_found(parts[1].name)
        if parts[0].key is not None:
            found = finding.relationship(self.catalog, parts[0].key)
            known = isinstance(found, ManyToMany)
            shown = many_to_many_json(self.catalog, found) if known else one_to_many_json(self.catalog, found)  # type: ignore[arg-type]
            return self._one("RelationshipDefinitions", shown)
        items = [one_to_many_json(self.catalog, one) for one in self.catalog.one_to_many]
        items += [many_to_many_json(self.catalog, one) for one in self.catalog.many_to_many]
        if cast:
            items = [item for item in items if item["@odata.type"].endswith(f".{cast}")]
        return self._many("RelationshipDefinitions", items)

    def _many(self, address: str, items: Sequence[Json], expansions: Expansions | None = None) -> Json:
        refuse_paging(self.options)
        context = f"{self.base_url}/$metadata#{address}"
        shaped = shape_all(items, self.options, expansions)
        counted = {"@odata.count": len(shaped)} if self.options.count else {}
        return {"@odata.context": context, **counted, "value": shaped}

    def _one(self, address: str, item: Json, expansions: Expansions | None = None) -> Json:
        return {"@odata.context": f"{self.base_url}/$metadata#{address}/$entity"} | shape(
            item, self.options, expansions
        )


def refuse_paging(options: Options) -> None:
    for name in ("$top", "$orderby", "$apply"):
        if options.get(name) is not None:
            raise refusals.metadata_query_not_supported(
                f"The query option {name} is not supported for metadata entities."
            )
