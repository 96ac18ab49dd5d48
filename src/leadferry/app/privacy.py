"""What is held of people: how long, how it is shown to them, how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from leadferry.accounts.model import Environment
from leadferry.app.leads import Leads
from leadferry.delivery.configuration import Configuration
from leadferry.linkedin.client import LinkedInClient

if TYPE_CHECKING:  # each loaded by the method that needs it: a quick start is a tenth of a small sync
    from leadferry.console.audit_store import AuditEntry
    from leadferry.privacy.deletion_worker import Deletions
    from leadferry.privacy.erasing_store import ErasingStore
    from leadferry.privacy.erasure_worker import Erased, Erasure
    from leadferry.privacy.keeping import Amounts
    from leadferry.privacy.people_store import PeopleStore, Reached
    from leadferry.privacy.test_leads_store import TestLeads, TestLeadStore
    from leadferry.privacy.test_leads_worker import Swept
    from leadferry.privacy.wanted import Wanted


class Privacy(Leads):
    @cached_property
    def people_found(self) -> PeopleStore:
        from leadferry.privacy.people_store import PeopleStore

        return PeopleStore(self.database, self.listing)

    @cached_property
    def erasing(self) -> ErasingStore:
        from leadferry.privacy.erasing_store import ErasingStore

        return ErasingStore(self.database, self.clock)

    @cached_property
    def test_leads(self) -> TestLeadStore:
        from leadferry.privacy.test_leads_store import TestLeadStore

        return TestLeadStore(self.database)

    # How long

    def due_for_removal(self, environment: Environment, configuration: Configuration | None = None) -> Amounts:
        """What the next run of retention takes away, under another configuration too."""
        from leadferry.privacy.keeping import limits_of

        asked = configuration or self.environments.configuration(environment)
        return self.retention.store.due(environment, limits_of(asked, self.clock()))

    # One person

    def find_person(self, environment: Environment, wanted: Wanted) -> Reached:
        """By name after the newest submissions were made searchable."""
        self.search.catch_up(environment.id)
        return self.people_found.find(environment.id, wanted)

    def held_of(self, environment: Environment, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """The submissions with everything that hangs on them, oldest first."""
        places = self.people_found.places(numbers)
        found = [self.submissions.show(environment.id, number) for number in sorted(numbers)]
        return [one | {"places": places[one["id"]]} for one in found]

    def dossier(self, environment: Environment, numbers: Sequence[int]) -> dict[str, Any]:
        """What a person who asks is given."""
        from leadferry.delivery.ids import environment_namespace
        from leadferry.mirror.ids import Ids
        from leadferry.privacy.dossier import dossier

        environment = self.environments.by_id(environment.id)  # its organization may have become known
        ids = Ids(environment_namespace(environment.organization_id or environment.url))
        held = self.held_of(environment, numbers)
        return dossier(environment.name, environment.url, self.clock(), held, self.forms.version_by_key, ids.submission)

    def erasure(self, environment: Environment) -> Erasure:
        from leadferry.privacy.erasure_worker import Erasure

        return Erasure(
            self.environments.by_id(environment.id),  # its organization may have become known
            partial(self.dataverse, environment),
            self.people_found,
            self.submissions,
            self.erasing,
            self.tools.sleep,
        )

    def erase(self, environment: Environment, numbers: Sequence[int], **wishes: Any) -> Erased:
        """`wishes`: as `Erasure.run` takes them. What was asked of Dynamics about candidates is forgotten too,
        and files that are not imported yet."""
        erased = self.erasure(environment).run(numbers, **wishes)
        self.candidates(environment).forget()
        self.idempotency.erase_answers(environment.id)
        self.uploads.forget_all(environment.id)
        return erased

    def erased_before(self, environment: Environment, email: str, most: int = 200) -> AuditEntry | None:
        """The newest erasure of this address, as far as the audit goes back."""
        from leadferry.console.audit_store import Wanted as Entries
        from leadferry.console.rights import Action
        from leadferry.privacy.proof import proves

        asked = Entries(action=Action.DELETE_SUBMISSIONS.value)
        for entry in self.audit.list(environment, asked, limit=most):
            if any(proves(str(one), email) for one in (entry.after or {}).get("proofs", ())):
                return entry
        return None

    # Test leads, and what LinkedIn deletes

    def count_test_leads(self, environment: Environment) -> TestLeads:
        return self.test_leads.count(environment.id)

    def delete_test_leads(self, environment: Environment, by: str) -> Swept:
        """Each submission, its lead and its rows in Leadferry's tables in Dynamics."""
        from leadferry.privacy.test_leads_worker import TestLeadSweep

        client = self.dataverse(environment)
        sweep = TestLeadSweep(environment, client, self.submissions, self.test_leads, self.erasing, self.tools.sleep)
        return sweep.run(by)

    def deletions(self, environment: Environment) -> Deletions:
        """For the door that hears of them; `told` takes ids of form responses."""
        from leadferry.privacy.deletion_worker import Deletions

        return Deletions(
            environment.id,
            self.environments.configuration(environment),
            self.submissions,
            self.erasing,
            self.erasure(environment),
            partial(self._readers, environment),
        )

    def _readers(self, environment: Environment, owner_id: int | None) -> list[LinkedInClient]:
        """LinkedIn as the members see it who reach the account or page."""
        reaching = {link.profile_id for link in self.owners.links(environment.id) if link.owner_id == owner_id}
        return [self.linkedin(one) for one in self._authorized(environment) if one.id in reaching]
