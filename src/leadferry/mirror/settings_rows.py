"""Matching strategies, field mappings and the configuration as rows: what the integration is told. Pure.

Read-only in Dynamics: what somebody writes there is overwritten by the next change here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from leadferry.dataverse.metadata import Column
from leadferry.mapping.model import FieldMapping, Source
from leadferry.matching.model import OnMatchFail, Strategy
from leadferry.mirror.ids import Ids
from leadferry.mirror.model import Kind, Link, Master, Row, target
from leadferry.mirror.values import bind, plain, texts
from leadferry.solution.tables import ACCOUNTS, CONFIGURATIONS, FIELD_MAPPINGS, LEAD_FIELDS, PAIRS, PROFILES, STRATEGIES

LINKS = {
    Kind.PROFILE_ACCOUNT: (PAIRS[0].schema_name, target(PROFILES), target(ACCOUNTS)),
    Kind.STRATEGY_FIELD: (PAIRS[1].schema_name, target(STRATEGIES), target(FIELD_MAPPINGS)),
}


def lead_fields(ids: Ids, mappings: Iterable[FieldMapping], lead: Mapping[str, Column]) -> Iterator[Master]:
    """The lead columns that a mapping uses."""
    for name in sorted({mapping.column for mapping in mappings if mapping.column}):
        label = lead[name].label if name in lead else ""
        row: Row = {LEAD_FIELDS.primary_id: ids.of("lead-field", name)}
        row |= texts(LEAD_FIELDS, name=label or name, logicalname=name)
        yield Master(Kind.LEAD_FIELD, 0, target(LEAD_FIELDS), row)


def field_mapping(ids: Ids, one: FieldMapping) -> Master:
    predefined = one.key if one.source is Source.PREDEFINED else ""
    row: Row = {FIELD_MAPPINGS.primary_id: ids.of("field-mapping", one.id)}
    row |= texts(FIELD_MAPPINGS, name=one.name or one.key, linkedinpredefinedfield=predefined)
    row |= texts(FIELD_MAPPINGS, leadfield=one.column or "")
    column = ids.of("lead-field", one.column) if one.column else None
    row |= bind(FIELD_MAPPINGS["leadfieldlookup"], LEAD_FIELDS.entity_set, column)
    return Master(Kind.FIELD_MAPPING, one.id, target(FIELD_MAPPINGS), row)


def strategy(ids: Ids, one: Strategy) -> Master:
    row: Row = {STRATEGIES.primary_id: ids.of("strategy", one.id)}
    row |= texts(STRATEGIES, name=one.name)
    row |= plain(STRATEGIES, activated=one.active, alwayscreatelead=one.always_create)
    row |= plain(STRATEGIES, enablecontactcreation=one.create_contacts)
    return Master(Kind.STRATEGY, one.id, target(STRATEGIES), row)


def configuration(
    ids: Ids, environment_id: int, console_url: str, sync_campaigns: bool, on_match_fail: OnMatchFail
) -> Master:
    row: Row = {CONFIGURATIONS.primary_id: ids.of("configuration")}
    row |= texts(CONFIGURATIONS, redirecturl=console_url or "Leadferry")
    row |= plain(CONFIGURATIONS, synchronizecampaigns=sync_campaigns, onmatchingfail=on_match_fail.option)
    return Master(Kind.CONFIGURATION, environment_id, target(CONFIGURATIONS), row)


def profile_account(ids: Ids, profile_id: int, owner_urn: str) -> Link:
    return link_of(f"{ids.of('profile', profile_id)}:{ids.of('account', owner_urn)}", Kind.PROFILE_ACCOUNT)


def strategy_field(ids: Ids, strategy_id: int, mapping_id: int) -> Link:
    return link_of(f"{ids.of('strategy', strategy_id)}:{ids.of('field-mapping', mapping_id)}", Kind.STRATEGY_FIELD)


def link_of(row_id: str, kind: Kind) -> Link:
    """From both ids, as `mirror_rows` keeps them."""
    navigation, left, right = LINKS[kind]
    left_id, _, right_id = row_id.partition(":")
    return Link(kind, navigation, left, left_id, right, right_id)
