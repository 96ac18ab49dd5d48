"""What a delivery reads before its first submission: configuration, strategy, mappings, who owns what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadferry.accounts.campaign_store import CampaignStore
from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.model import Environment, Owner
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.profile_store import ProfileStore
from leadferry.delivery.configuration import Configuration
from leadferry.forms.form_store import FormStore
from leadferry.mapping.mapping_store import MappingStore
from leadferry.mapping.model import FieldMapping
from leadferry.matching.model import Strategy, match_fields
from leadferry.matching.strategy_store import StrategyStore


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of every room, joined by `app`."""

    environments: EnvironmentStore
    profiles: ProfileStore
    owners: OwnerStore
    campaigns: CampaignStore
    forms: FormStore
    mappings: MappingStore
    strategies: StrategyStore


@dataclass(frozen=True, slots=True)
class Surroundings:
    configuration: Configuration
    strategy: Strategy
    mappings: Sequence[FieldMapping]
    owners: Mapping[int, Owner]
    campaign_names: Mapping[int, str]
    row_owners: Mapping[int, str]
    """Owner id -> systemuser id: the account's default lead owner, else its profile's (OC-93, OC-94)."""
    profile_names: Mapping[int, str]

    @property
    def strategy_columns(self) -> tuple[str, ...]:
        """Raises InputError where a strategy field has no lead column: the strategy could never match (OC-77)."""
        return tuple(field.column for field in match_fields(self.strategy, self.mappings))


def read_surroundings(stores: Stores, environment: Environment) -> Surroundings:
    owners = {owner.id: owner for owner in stores.owners.list(environment.id)}
    profiles = {profile.id: profile for profile in stores.profiles.list(environment.id)}
    profile_of = stores.profiles.by_owner(environment.id)
    row_owners = {}
    for key, owner in owners.items():
        profile = profiles.get(profile_of.get(key, 0))
        row_owners[key] = owner.default_lead_owner_id or (profile.row_owner_id if profile else "")
    return Surroundings(
        stores.environments.configuration(environment),
        stores.strategies.active(environment.id),
        stores.mappings.list(environment.id),
        owners,
        stores.campaigns.names(environment.id),
        row_owners,
        {key: profiles[profile].name for key, profile in profile_of.items() if profile in profiles},
    )
