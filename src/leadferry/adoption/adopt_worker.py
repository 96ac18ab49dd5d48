"""Takes over what Microsoft's discontinued connector left in an environment: settings first, then submissions in pages.

It may be interrupted and repeated: what is here is left alone, so a second run takes only what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from leadferry.accounts.campaign_store import Campaign
from leadferry.accounts.model import Environment
from leadferry.adoption import mappings, settings, strategies
from leadferry.adoption.adoption_store import AdoptionStore, Placed
from leadferry.adoption.forms import by_form, form_number, wire_form
from leadferry.adoption.model import Report
from leadferry.adoption.original import (
    ACCOUNTS,
    CAMPAIGNS,
    CONFIGURATIONS,
    FORMS,
    LEAD_FIELDS,
    MAPPINGS,
    QUESTIONS,
    Original,
    OriginalTable,
    response_id,
    urn,
)
from leadferry.adoption.original_client import OriginalClient
from leadferry.adoption.submissions import FormHere, to_adopted
from leadferry.clock import Clock
from leadferry.delivery.surroundings_store import Stores
from leadferry.forms.model import FormVersion
from leadferry.linkedin.reading import to_form_version
from leadferry.mapping.discovered import discovered_fields
from leadferry.mapping.model import FieldMapping

PAGE = 500
CAMPAIGN_STATUSES = ("ACTIVE", "PAUSED", "ARCHIVED", "COMPLETED", "CANCELED", "DRAFT")
CAMPAIGN_TYPES = ("TEXT_AD", "SPONSORED_UPDATES", "SPONSORED_INMAILS", "DYNAMIC")
FIRST_OPTION = 192350000
OnProgress = Callable[[int], None]
"""How many submissions were looked at."""


@dataclass
class _Read:
    """Their settings and forms: few, so all at once."""

    lead_fields: list[Original] = field(default_factory=list)
    mappings: list[Original] = field(default_factory=list)
    strategies: list[tuple[Original, tuple[str, ...]]] = field(default_factory=list)
    configurations: list[Original] = field(default_factory=list)
    accounts: list[Original] = field(default_factory=list)
    campaigns: list[Original] = field(default_factory=list)
    forms: list[Original] = field(default_factory=list)
    questions: list[Original] = field(default_factory=list)

    @property
    def mapping_names(self) -> dict[str, str]:
        return {one.id: one.text("name") for one in self.mappings}


class Adoption:
    def __init__(
        self, environment: Environment, originals: OriginalClient, stores: Stores, store: AdoptionStore, clock: Clock
    ) -> None:
        self.environment, self.originals, self.stores, self.store = environment, originals, stores, store
        self.clock = clock

    def plan(self, *, replace: bool = False, on_progress: OnProgress = lambda _: None) -> Report:
        """What `run` would do; nothing is changed here or there."""
        return self._work(replace, on_progress, carry_out=False)

    def run(self, *, replace: bool = False, on_progress: OnProgress = lambda _: None) -> Report:
        """`replace`: where a person decided otherwise here, theirs counts. Raises BusyError while another adopts."""
        with self.store.alone(self.environment.id):
            return self._carry_out(replace, on_progress)

    def _carry_out(self, replace: bool, on_progress: OnProgress) -> Report:
        self.originals.find()
        self.store.note_began(self.environment.id, replace=replace)
        report = self._work(replace, on_progress, carry_out=True)
        self.store.note_ended(self.environment.id)
        return report

    def _work(self, replace: bool, on_progress: OnProgress, *, carry_out: bool) -> Report:
        began, report = self.clock(), Report(carry_out)
        self.originals.find()
        read = self._read()
        self._forms_and_settings(read, report, replace)
        self._submissions(read, report, on_progress)
        report.seconds = round((self.clock() - began) / 1000, 3)
        return report

    def _read(self) -> _Read:
        """By name, as a person looks for them."""

        def rows(table: OriginalTable) -> list[Original]:
            return sorted(self.originals.rows(table), key=_by_name)

        return _Read(
            rows(LEAD_FIELDS),
            rows(MAPPINGS),
            sorted(self.originals.strategies(), key=lambda one: _by_name(one[0])),
            rows(CONFIGURATIONS),
            rows(ACCOUNTS),
            rows(CAMPAIGNS),
            rows(FORMS),
            rows(QUESTIONS),
        )

    # Settings

    def _forms_and_settings(self, read: _Read, report: Report, replace: bool) -> None:
        """Accounts come before the forms they own, forms before the mappings of their questions."""
        taken = self.store.taken(self.environment.id)
        account_urns = self._settings(read, report, taken, replace)
        versions = self._forms(read, report, account_urns)
        self._campaigns(read, report, account_urns)
        plan = self._mappings(read, report, versions, taken, replace)
        self._strategies(read, report, plan, taken, replace)

    def _settings(self, read: _Read, report: Report, taken: frozenset[str], replace: bool) -> dict[str, str]:
        """Id of their account -> its URN."""
        key, stores = self.environment.id, self.stores
        here = settings.Here(
            stores.owners.list(key), stores.environments.configuration(self.environment), taken, replace
        )
        plan = settings.SettingsPlan()
        settings.plan_accounts(plan, read.accounts, here)
        settings.plan_configuration(plan, read.configurations, here)
        report.items += plan.items
        if report.carried_out:
            for choice in plan.accounts:
                self._write_account(choice)
            for name, value in plan.options:
                stores.environments.set_configuration(self.environment, name, value)
            self.store.note_taken(key, plan.taken)
        return {one.id: settings.account_urn(one.text("linkedinaccounttextid")) for one in read.accounts}

    def _write_account(self, choice: settings.AccountChoice) -> None:
        key, owners = self.environment.id, self.stores.owners
        owner = next((one for one in owners.list(key) if one.urn == choice.urn), None)
        owner = owner or owners.known(key, choice.urn, choice.name)
        if choice.lead_owner:
            owners.set_default_lead_owner(key, owner.id, choice.lead_owner)
        if choice.enabled is not None:
            owners.set_sync_enabled(key, owner.id, choice.enabled)

    def _forms(self, read: _Read, report: Report, account_urns: dict[str, str]) -> list[FormVersion]:
        """The forms of both sides."""
        key, store, questions = self.environment.id, self.stores.forms, by_form(read.questions)
        owners = {owner.urn: owner.id for owner in self.stores.owners.list(key)}
        names = read.mapping_names
        versions = self._own_forms()
        for form in read.forms:
            account = account_urns.get(form.link("linkedinparentaccount"), "")
            raw = msgspec.json.encode(wire_form(form, questions.get(form.id, ()), account, names))
            version = to_form_version(raw)
            versions.append(version)
            known = store.version(key, version.form_id, version.version) is not None
            report.forms.found += 1
            report.forms.known += known
            report.forms.new += not known
            if report.carried_out and not known:
                store.save_version(key, owners.get(account), version, raw)
                self.stores.mappings.add_discovered(key, discovered_fields(version))
        return versions

    def _own_forms(self) -> list[FormVersion]:
        """Every version that is known here."""
        key, store = self.environment.id, self.stores.forms
        wanted = [(form.linkedin_id, version) for form in store.list(key) for version in form.versions if version]
        found = [store.version(key, *one) for one in wanted]
        return [one[1] for one in found if one]

    def _campaigns(self, read: _Read, report: Report, account_urns: dict[str, str]) -> None:
        """One that LinkedIn itself showed is left as it is."""
        key, store = self.environment.id, self.stores.campaigns
        known = {one.urn for one in store.list(key) if one.name != one.urn}
        owners = {owner.urn: owner.id for owner in self.stores.owners.list(key)}
        for original in read.campaigns:
            campaign = _campaign(original)
            report.campaigns.found += 1
            new = bool(campaign.urn) and campaign.urn not in known
            report.campaigns.new += new
            report.campaigns.known += not new
            if report.carried_out and new:
                store.seen(key, owners.get(account_urns.get(original.link("linkedinaccount"), "")), [campaign])

    def _mappings(
        self, read: _Read, report: Report, versions: Sequence[FormVersion], taken: frozenset[str], replace: bool
    ) -> mappings.MappingsPlan:
        key, store = self.environment.id, self.stores.mappings
        here = mappings.Here(store.list(key), versions, self.originals.lead(), taken, replace)
        plan = mappings.plan_mappings(read.mappings, read.lead_fields, read.questions, here)
        report.items += plan.items
        if report.carried_out:
            for mapping in plan.write:
                self._write_mapping(mapping)
            self.store.note_taken(key, plan.taken)
        return plan

    def _write_mapping(self, mapping: FieldMapping) -> None:
        key, store = self.environment.id, self.stores.mappings
        if mapping.id:
            store.change(key, mapping)
        else:
            store.add(key, mapping)

    def _strategies(
        self, read: _Read, report: Report, fields: mappings.MappingsPlan, taken: frozenset[str], replace: bool
    ) -> None:
        key, store = self.environment.id, self.stores.strategies
        ours = self.stores.mappings.list(key)
        here = strategies.Here(store.list(key), ours, taken, replace)
        plan = strategies.plan_strategies(read.strategies, fields.fields, read.mapping_names, here)
        report.items += plan.items
        if report.carried_out:
            ids = {(mapping.source, mapping.key): mapping.id for mapping in ours}
            for wanted in plan.write:
                self._write_strategy(wanted, [ids[one] for one in wanted.keys if one in ids])
            if plan.activate:
                store.activate(key, store.by_name(key, plan.activate).id)
            self.store.note_taken(key, plan.taken)

    def _write_strategy(self, wanted: strategies.Wanted, fields: Sequence[int]) -> None:
        key, store = self.environment.id, self.stores.strategies
        always, contacts = wanted.always_create, wanted.create_contacts
        if not wanted.id:
            store.add(key, wanted.name, fields, always_create=always, create_contacts=contacts)
            return
        if fields:  # first, for one that compares needs them; one that always creates does not
            store.set_fields(key, wanted.id, fields)
        store.change(key, wanted.id, always_create=always, create_contacts=contacts)
        if not fields:
            store.set_fields(key, wanted.id, fields)

    # Submissions

    def _submissions(self, read: _Read, report: Report, on_progress: OnProgress) -> None:
        forms, questions = self._forms_here(read), {one.id: one for one in read.questions}
        placed = self._placed(read) if report.carried_out else Placed({}, {})
        for page in self.originals.submissions(PAGE):
            report.submissions.found += len(page)
            new = self._new(page)
            if report.carried_out:
                taken = self._adopt(new, forms, questions, placed, report)
            else:
                taken = len({_key(one) for one in new})
            report.submissions.new += taken
            report.submissions.known += len(page) - taken
            on_progress(report.submissions.found)

    def _new(self, page: Sequence[Original]) -> list[Original]:
        known = self.store.known(self.environment.id, [_key(one) for one in page])
        return [one for one in page if _key(one) not in known]

    def _adopt(
        self,
        new: Sequence[Original],
        forms: dict[str, FormHere],
        questions: dict[str, Original],
        placed: Placed,
        report: Report,
    ) -> int:
        if not new:
            return 0
        answers, now = self.originals.answers([one.id for one in new]), self.clock()
        items = [
            to_adopted(one, answers.get(one.id, ()), questions, forms.get(one.link("linkedinformid")), now)
            for one in new
        ]
        stored = self.store.adopt(self.environment.id, items, placed)
        if stored.waiting:
            # A delivery under way may be writing just these: what it settles stays.
            with self.store.database.alone(f"delivery-{self.environment.id}", wait=True):
                report.linked += self.store.settle(self.environment.id, stored.waiting)
        return stored.new

    def _forms_here(self, read: _Read) -> dict[str, FormHere]:
        key, store = self.environment.id, self.stores.forms
        account_urns = {one.id: settings.account_urn(one.text("linkedinaccounttextid")) for one in read.accounts}
        found: dict[str, FormHere] = {}
        for form in read.forms:
            known = store.version(key, form_number(form), 0)
            if known:
                account = account_urns.get(form.link("linkedinparentaccount"), "")
                found[form.id] = FormHere(form_number(form), form.text("name"), account, known[0])
        return found

    def _placed(self, read: _Read) -> Placed:
        key, campaigns = self.environment.id, self.stores.campaigns
        owners = {owner.urn: owner.id for owner in self.stores.owners.list(key)}
        urns = {urn("sponsoredCampaign", one.text("linkedinid")) for one in read.campaigns} - {""}
        return Placed(owners, {one: campaigns.key(key, one) for one in sorted(urns)})


def _by_name(original: Original) -> tuple[str, str]:
    return original.text("name").casefold(), original.id


def _key(original: Original) -> str:
    return response_id(original.text("linkedinformsubmission_textid"), original.id)


def _campaign(original: Original) -> Campaign:
    return Campaign(
        urn("sponsoredCampaign", original.text("linkedinid")),
        original.text("name"),
        _word(CAMPAIGN_TYPES, original.whole("campaigntype")),
        _word(CAMPAIGN_STATUSES, original.whole("linkedinstatus")),
        original.at("startdate"),
        original.at("enddate"),
    )


def _word(words: Sequence[str], option: int) -> str:
    place = option - FIRST_OPTION
    return words[place] if 0 <= place < len(words) else ""
