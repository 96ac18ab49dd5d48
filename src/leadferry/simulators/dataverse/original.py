"""An environment in which Microsoft's discontinued LinkedIn connector once worked: its tables, still standing (OC-125).

Source: original-tables reference. `original_rows` fills them.
"""

from __future__ import annotations

from leadferry.simulators.dataverse.definitions.declare import declare, fixed_id
from leadferry.simulators.dataverse.definitions.standard import add_table, standard_catalog, whole_lines
from leadferry.simulators.dataverse.definitions.system_columns import PLAIN_STATES
from leadferry.simulators.dataverse.definitions.tables import original
from leadferry.simulators.dataverse.model import Catalog, ManyToMany, Option, Ownership, Table

FIRST_CODE = 10_300
_PAIRS = (
    ("msdyncrm_linkedinuserprofile_account", "msdyncrm_linkedinuserprofile", "msdyncrm_linkedinaccount"),
    (
        "msdyncrm_msdyncrm_linkedinlms_fieldmapping",
        "msdyncrm_linkedinleadmatchingstrategy",
        "msdyncrm_linkedinfieldmapping",
    ),
)
_OF_ORGANIZATION = frozenset({"msdyncrm_leadentityfield"})
_PRIMARY_NAMES = {"msdyncrm_linkedinconfiguration": "msdyncrm_redirecturl"}


def original_catalog() -> Catalog:
    """The standard tables with Microsoft's beside them, its columns of the lead and its lead source."""
    catalog = standard_catalog()
    before = len(catalog.one_to_many)
    for number, (name, entity_set, lines, *labels) in enumerate(original.TABLES):
        _add(catalog, name, entity_set, lines, labels, FIRST_CODE + number)
    _extend_lead(catalog)
    for relation in catalog.one_to_many[before:]:
        relation.referenced_column = catalog.tables[relation.referenced].primary_id
    catalog.many_to_many += [_pair(*pair) for pair in _PAIRS]
    return catalog


def _add(catalog: Catalog, name: str, entity_set: str, lines: str, labels: list[str], code: int) -> None:
    ownership: Ownership = "OrganizationOwned" if name in _OF_ORGANIZATION else "UserOwned"
    table = Table(
        logical_name=name,
        schema_name=name,
        entity_set=entity_set,
        primary_id=f"{name}id",
        primary_name=_PRIMARY_NAMES.get(name, "msdyncrm_name"),
        columns={},
        object_type_code=code,
        ownership=ownership,
        label=labels[0],
        collection_label=labels[1],
        is_custom=True,
        metadata_id=fixed_id("table", name),
    )
    add_table(catalog, table, whole_lines(name, PLAIN_STATES + lines, ownership))
    for column in table.columns.values():
        column.is_custom = column.logical_name.startswith("msdyncr")


def _extend_lead(catalog: Catalog) -> None:
    lead = catalog.tables["lead"]
    declared = declare("lead", original.LEAD)
    for column in declared.columns.values():
        column.is_custom = True
    lead.columns.update(declared.columns)
    catalog.one_to_many += declared.relations
    source = catalog.option_set_of(lead.columns["leadsourcecode"])
    if source is not None:
        source.options.append(Option(192350000, "LinkedIn Sponsored Form"))


def _pair(name: str, first: str, second: str) -> ManyToMany:
    relation = ManyToMany(name, first, second, name, name, name, is_custom=True)
    relation.metadata_id = fixed_id("relationship", name)
    return relation
