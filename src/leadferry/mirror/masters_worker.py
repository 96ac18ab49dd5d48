"""Records of which there are few, read from our tables: profiles, accounts, campaigns, forms, what is configured."""

from __future__ import annotations

from collections.abc import Iterator

from leadferry.accounts.model import Environment
from leadferry.dataverse.metadata import Table
from leadferry.delivery.surroundings_store import Stores, Surroundings
from leadferry.matching.model import OnMatchFail
from leadferry.mirror import campaign_rows, master_rows, settings_rows
from leadferry.mirror.counting_store import CountingStore
from leadferry.mirror.ids import Ids
from leadferry.mirror.model import Form, Link, Master


class Masters:
    def __init__(
        self, environment: Environment, stores: Stores, counting: CountingStore, ids: Ids, console_url: str
    ) -> None:
        self.environment, self.stores, self.counting = environment, stores, counting
        self.ids, self.console_url = ids, console_url

    def rows(self, around: Surroundings, lead: Table) -> list[Master]:
        """What is pointed at stands before what points at it."""
        ids, owners = self.ids, around.owners
        campaigns = self.counting.campaigns(self.environment.id)
        forms = list(self._forms())
        found = [master_rows.profile(ids, one) for one in self.stores.profiles.list(self.environment.id)]
        found += self._accounts(around)
        found += [master_rows.campaign(ids, one, owners) for one in campaigns]
        found += [master_rows.form(ids, one, owners) for one in forms]
        found += settings_rows.lead_fields(ids, around.mappings, lead.columns)
        found += [settings_rows.field_mapping(ids, one) for one in around.mappings]
        found += [one for form in forms for one in master_rows.questions(ids, form, around.mappings)]
        found += [settings_rows.strategy(ids, one) for one in self.stores.strategies.list(self.environment.id)]
        found.append(self._configuration(around))
        if around.configuration.dynamics_campaigns:
            found += [campaign_rows.campaign(ids, one) for one in campaigns]
        return found

    def links(self, around: Surroundings) -> list[Link]:
        """Which accounts a profile reaches, which mappings a strategy compares."""
        reached = self.stores.owners.links(self.environment.id)
        strategies = self.stores.strategies.list(self.environment.id)
        found = [
            settings_rows.profile_account(self.ids, link.profile_id, around.owners[link.owner_id].urn)
            for link in reached
            if link.owner_id in around.owners
        ]
        found += [settings_rows.strategy_field(self.ids, one.id, field) for one in strategies for field in one.fields]
        return found

    def _accounts(self, around: Surroundings) -> Iterator[Master]:
        polled: dict[int, int] = {}
        for cursor in self.stores.owners.cursors(self.environment.id):
            polled[cursor.owner_id] = max(polled.get(cursor.owner_id, 0), cursor.polled_at)
        for key, owner in around.owners.items():
            yield master_rows.account(self.ids, owner, around.row_owners.get(key, ""), polled.get(key))

    def _forms(self) -> Iterator[Form]:
        store, environment_id = self.stores.forms, self.environment.id
        for form in store.list(environment_id):
            seen = (store.version(environment_id, form.linkedin_id, number) for number in form.versions)
            versions = tuple(version for found in seen if found for version in found[1:])
            status, at = int(form.sync_status), form.last_sync_at
            yield Form(form.linkedin_id, form.owner_id, form.name, status, at, versions)

    def _configuration(self, around: Surroundings) -> Master:
        told = around.configuration
        fail = OnMatchFail(told.on_match_fail)
        return settings_rows.configuration(self.ids, self.environment.id, self.console_url, told.sync_campaigns, fail)
