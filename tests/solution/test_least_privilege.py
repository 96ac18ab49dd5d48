"""The roles are neither too small nor too large (OC-19 to OC-21).

The application user holds only the S2S role and does everything that Leadferry does in Dynamics. Then each privilege of
the role is taken away in turn: the work that needs it fails, with words that name it.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

import simulated
from databases import new_sqlite_file
from delivery.conftest import FORM
from environments import StandingClock
from leadferry.accounts.model import Environment
from leadferry.app import App, Tools, open_app
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.customizing_client import CustomizingClient
from leadferry.dataverse.people_client import people_of, security_roles
from leadferry.dataverse.tokens_client import ClientCredentials
from leadferry.errors import DataverseError, LeadferryError
from leadferry.http_client import HttpClient
from leadferry.intake.model import Door, Received
from leadferry.linkedin.reading import to_form_version
from leadferry.mirror.mirror_store import MirrorStore
from leadferry.settings import load_settings
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from leadferry.solution.install_worker import SolutionInstaller
from leadferry.solution.model import Column, ManyToMany, Table
from leadferry.solution.roles import ROLES
from leadferry.solution.tables import (
    CONFIGURATIONS,
    FIELD_MAPPINGS,
    LEADS,
    PAIRS,
    PROFILES,
    STRATEGIES,
    SUBMISSIONS,
    TABLES,
)
from services import Dynamics

ADMINISTRATOR, SALESPERSON, INBOUND = ROLES
SERVICE, ANA, SAM = (f"{letter * 8}-0000-4000-8000-000000000001" for letter in "abc")
CRM = "Microsoft.Dynamics.CRM."
NUMBERS = itertools.count(1)


@dataclass
class World:
    """`service` holds the S2S role and nothing else; `admin` may do everything."""

    dynamics: Dynamics
    admin: DataverseClient
    service: DataverseClient
    app: App
    environment: Environment
    clock: StandingClock
    ids: dict[str, str] = field(default_factory=dict)
    version_key: int = 0
    owner_id: int = 0

    def as_person(self, user_id: str, role: str) -> DataverseClient:
        self.dynamics.call("PUT", f"users/{user_id}", {"application_id": user_id, "secret": "s", "roles": [role]})
        return client(self.dynamics.url, user_id, "s")

    def take_away(self, privilege: str) -> None:
        self._act("RemovePrivilegeRole", {"PrivilegeId": self.ids[privilege]})

    def give_back(self, privilege: str) -> None:
        one = {"PrivilegeId": self.ids[privilege], "Depth": INBOUND.privileges()[privilege].value}
        self._act("AddPrivilegesRole", {"Privileges": [one]})

    def _act(self, action: str, body: dict[str, Any]) -> None:
        CustomizingClient(self.admin).action(f"roles({INBOUND.id})/{CRM}{action}", body)

    def new(self, table: Table) -> str:
        """A row that somebody else made, and who is not the service."""
        return self.admin.create(table.entity_set, named(table))


def client(url: str, application_id: str, secret: str) -> DataverseClient:
    http = HttpClient()
    return DataverseClient(url, ClientCredentials(url, TENANT_ID, application_id, url, secret=secret, http=http), http)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    clock = StandingClock()
    with simulated.with_solution(clock) as running:
        dynamics, admin = Dynamics(running), client(running.url, CLIENT_ID, CLIENT_SECRET)
        dynamics.settings(reading_definitions_needs_privileges=True)
        mine = {"application_id": SERVICE, "secret": "s", "roles": [INBOUND.name]}
        dynamics.call("PUT", f"users/{SERVICE}", mine)
        dynamics.call("PUT", f"users/{SAM}", {"entra_object_id": SAM, "roles": ["Salesperson"]})
        dynamics.seed("account", [{"name": "Crane"}])
        dynamics.seed("campaign", [{"name": "Autumn"}])
        with opened(tmp_path_factory.mktemp("app"), clock) as app:
            yield connected(
                World(dynamics, admin, client(running.url, SERVICE, "s"), app, *joined(app, running.url), clock)
            )


def opened(folder: Path, clock: StandingClock) -> App:
    new_sqlite_file(folder)
    return open_app(load_settings({"LEADFERRY_DATA": str(folder)}), tools=Tools(clock, lambda _: None))


def joined(app: App, url: str) -> tuple[Environment]:
    return (app.environments.add("test", url, tenant_id=TENANT_ID, client_id=SERVICE, secret="s", authority=url),)


def connected(world: World) -> World:
    """Everything that a lead can carry: a contact, an owner, an account, a campaign."""
    app, key = world.app, world.environment.id
    owner = app.owners.known(key, "urn:li:sponsoredAccount:5001", "Crane Works")
    app.owners.set_default_lead_owner(key, owner.id, SAM)
    raw = msgspec.json.encode(FORM)
    world.version_key, world.owner_id = app.forms.save_version(key, owner.id, to_form_version(raw), raw)[0], owner.id
    for mapping in app.mappings.list(key):
        column = {"COMPANY_NAME": "parentaccountid", "JOB_TITLE": "campaignid"}.get(mapping.key)
        if column:
            app.mappings.change(key, dataclasses.replace(mapping, column=column))
    names = INBOUND.privileges()
    world.ids = CustomizingClient(world.admin).privileges(names)
    assert world.ids.keys() == names.keys()
    return world


# What Leadferry does with all of it


def delivery(world: World) -> None:
    """A new lead, then an answer of the same person. Raises what became of it, where it is no lead."""
    email = f"person{next(NUMBERS)}@crane.example"
    for last_name, expected in (("Roy", "New lead created"), ("Roy-Ito", "Updated existing lead")):
        response_id = receive(world, last_name, email)
        world.app._deliveries.clear()  # as after a start: tables are read again
        result = world.app.deliver(world.environment)
        shown = world.app.submissions.show(world.environment.id, response_id)
        if shown["matching_status"].label != expected:
            raise LeadferryError(f"{result.troubles} {[event['detail'] for event in shown['events']]}")


def receive(world: World, last_name: str, email: str) -> str:
    number, now = next(NUMBERS), world.clock.now
    texts = ("Ada", last_name, email, "Crane", "Autumn")
    answers = [
        {"questionId": place, "answerDetails": {"textQuestionAnswer": {"answer": text}}}
        for place, text in enumerate(texts, 1)
    ]
    body = {
        "id": f"response-{number}",
        "submittedAt": now + number,
        "leadType": "SPONSORED",
        "versionedLeadGenFormUrn": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)",
        "formResponse": {"answers": answers},
    }
    received = Received(
        f"response-{number}",
        msgspec.json.encode(body),
        now + number,
        "SPONSORED",
        owner_id=world.owner_id,
        form_version_id=world.version_key,
    )
    world.app.inbox.store(world.environment.id, Door.POLL, [received])
    return received.response_id


def status(world: World) -> None:
    assert SolutionInstaller(world.service).status().state == "installed"


def sign_in(world: World) -> None:
    assert security_roles(world.service, SAM) == {"Salesperson"}


def outcomes_read(world: World) -> None:
    """What became of leads. Raises what keeps it from being complete."""
    world.app.read_outcomes(world.environment, now=True)
    if trouble := world.app.outcomes.reading(world.environment.id).trouble:
        raise LeadferryError(trouble)


def owners(world: World) -> None:
    assert people_of(world.service)


def bulk(world: World) -> None:
    world.service._supported.clear()
    assert world.service.supports("CreateMultiple", "lead")


def lead_deleted(world: World) -> None:
    world.service.delete("leads", world.admin.create("leads", {"lastname": "Test"}))


def campaign_mirrored(world: World) -> None:
    """A Dynamics campaign, and a response of a lead to it, taken away again."""
    key = world.service.create("campaigns", {"name": "Spring"})
    world.service.patch("campaigns", key, {"name": "Spring 2"})
    response = campaign_response(world, key)
    world.service.patch("campaignresponses", response, {"subject": "LinkedIn: Paper"})
    world.service.get("campaignresponses", response, ["subject"])
    world.service.delete("campaignresponses", response)


def campaign_response(world: World, campaign_id: str) -> str:
    lead = world.admin.create("leads", {"lastname": "Roy"})
    party = {"participationtypemask": 11, "partyid_lead@odata.bind": f"/leads({lead})"}
    row = {
        "subject": "LinkedIn",
        "regardingobjectid_campaign_campaignresponse@odata.bind": f"/campaigns({campaign_id})",
    }
    return world.service.create("campaignresponses", {**row, "campaignresponse_activity_parties": [party]})


# What the mirror does with each of Leadferry's own tables, row by row


def named(table: Table) -> dict[str, Any]:
    return {table.primary_name: f"row {next(NUMBERS)}"}


def created(table: Table) -> Callable[[World], None]:
    return lambda world: void(world.service.create(table.entity_set, named(table)))


def read(table: Table) -> Callable[[World], None]:
    return lambda world: void(world.service.get(table.entity_set, world.new(table), [table.primary_id]))


def changed(table: Table) -> Callable[[World], None]:
    return lambda world: world.service.patch(table.entity_set, world.new(table), named(table))


def deleted(table: Table) -> Callable[[World], None]:
    return lambda world: world.service.delete(table.entity_set, world.new(table))


def assigned(table: Table) -> Callable[[World], None]:
    owner = {"ownerid@odata.bind": f"/systemusers({SAM})"}
    return lambda world: world.service.patch(table.entity_set, world.new(table), owner)


def pointed(table: Table, column: Column) -> Callable[[World], None]:
    """A row of `table` is bound to one that its lookup points at."""

    def doing(world: World) -> None:
        target = world.dynamics.seed(column.target, [{}])[0]
        row_id = world.admin.create("leads", {"lastname": "Roy"}) if table.standard else world.new(table)
        path = f"/{SETS[column.target]}({target})"
        world.service.patch(table.entity_set, row_id, {column.bind: path})

    return doing


def paired(pair: ManyToMany) -> Callable[[World], None]:
    one, other = (next(table for table in TABLES if table.name == name) for name in (pair.table_1, pair.table_2))

    def doing(world: World) -> None:
        path = f"{one.entity_set}({world.new(one)})/{pair.schema_name}/$ref"
        target = f"{world.service.url}/api/data/v9.2/{other.entity_set}({world.new(other)})"
        CustomizingClient(world.service).create(path, {"@odata.id": target})

    return doing


def void(_: object) -> None:
    return None


SETS = {table.name: table.entity_set for table in TABLES} | {
    "systemuser": "systemusers", "lead": "leads", "contact": "contacts",
}  # fmt: skip
SCHEMA_NAMES = {table.name: table.schema_name for table in TABLES} | {
    "systemuser": "User", "lead": "Lead", "contact": "Contact",
}  # fmt: skip


Doings = Iterator[tuple[str, Callable[[World], None]]]
"""(privilege, what cannot be done without it)"""


def of_rows() -> Doings:
    for table in TABLES:
        for verb, doing in (("Create", created), ("Read", read), ("Write", changed), ("Delete", deleted)):
            yield f"prv{verb}{table.schema_name}", doing(table)
        if not table.organization_owned:
            yield f"prvAssign{table.schema_name}", assigned(table)


def of_links() -> Doings:
    for table in (*TABLES, LEADS):
        for column in table.lookups():
            yield f"prvAppend{'Lead' if table.standard else table.schema_name}", pointed(table, column)
            yield f"prvAppendTo{SCHEMA_NAMES[column.target]}", pointed(table, column)
    for pair in PAIRS:
        yield f"prvAppend{SCHEMA_NAMES[pair.table_1]}", paired(pair)
        yield f"prvAppend{SCHEMA_NAMES[pair.table_2]}", paired(pair)


OF_THE_REST: dict[Callable[[World], None], str] = {
    delivery: "CreateLead ReadLead WriteLead AssignLead CreateContact ReadContact AssignContact ReadAccount "
    "AppendToAccount ReadCampaign ReadEntity ReadAttribute",
    lead_deleted: "DeleteLead",
    campaign_mirrored: "CreateCampaign WriteCampaign AppendToCampaign CreateActivity ReadActivity WriteActivity "
    "DeleteActivity AppendActivity",
    outcomes_read: "ReadOpportunity",
    sign_in: "ReadUser ReadTeam ReadRole",
    status: "ReadSolution ReadPublisher ReadSiteMap ReadQuery ReadSavedQueryVisualizations ReadSystemForm "
    "ReadAppModule ReadBusinessUnit ReadOptionSet ReadRelationship ReadEntityKey",
    bulk: "ReadSdkMessage ReadSdkMessageFilter",
}

NEEDED: dict[str, Callable[[World], None]] = {}
for one_privilege, one_doing in itertools.chain(of_rows(), of_links()):
    NEEDED.setdefault(one_privilege, one_doing)
for one_doing, words in OF_THE_REST.items():
    NEEDED.update({f"prv{word}": one_doing for word in words.split()})


def test_the_application_user_can_do_all_of_it_with_that_role_alone(world: World) -> None:
    for doing in NEEDED.values():
        doing(world)
    owners(world)
    assert MirrorStore(world.app.database, world.clock).trouble(world.environment.id) == ""
    assert all(step.ok for step in world.app.check_environment(world.environment))


def test_for_each_privilege_there_is_work_that_needs_it() -> None:
    assert NEEDED.keys() == INBOUND.privileges().keys()


@pytest.mark.parametrize("privilege", INBOUND.privileges())
def test_without_it_that_work_fails_and_the_words_name_it(world: World, privilege: str) -> None:
    world.take_away(privilege)
    try:
        with pytest.raises(LeadferryError) as caught:
            NEEDED[privilege](world)
        assert privilege in str(caught.value)
    finally:
        world.give_back(privilege)


def test_the_mirror_writes_all_its_rows_with_that_role_alone(world: World) -> None:
    world.app.environments.set_configuration(world.environment, "dynamics_campaigns", "yes")
    before = len(world.dynamics.rows("ferry_linkedinformsubmission", "createdon"))
    delivery(world)
    world.app.environments.set_configuration(world.environment, "dynamics_campaigns", "no")
    assert MirrorStore(world.app.database, world.clock).trouble(world.environment.id) == ""
    assert len(world.dynamics.rows("ferry_linkedinformsubmission", "createdon")) >= before + 2
    assert len(world.dynamics.rows("ferry_linkedinformanswer", "createdon")) >= 10


def test_where_the_mirror_lacks_a_privilege_leads_cross_and_the_trouble_names_it(world: World) -> None:
    privilege = f"prvCreate{SUBMISSIONS.schema_name}"
    world.take_away(privilege)
    try:
        delivery(world)
        assert privilege in MirrorStore(world.app.database, world.clock).trouble(world.environment.id)
    finally:
        world.give_back(privilege)
    world.clock.now += 3_600_000
    delivery(world)
    assert MirrorStore(world.app.database, world.clock).trouble(world.environment.id) == ""


# People


@pytest.mark.parametrize("table", [STRATEGIES, FIELD_MAPPINGS, CONFIGURATIONS], ids=lambda table: table.name)
def test_the_salesperson_cannot_configure_and_the_administrator_can(world: World, table: Table) -> None:
    row_id = world.new(table)
    sales, administrator = world.as_person(SAM, SALESPERSON.name), world.as_person(ANA, ADMINISTRATOR.name)
    writings: tuple[Callable[[DataverseClient], object], ...] = (
        lambda who: who.create(table.entity_set, named(table)),
        lambda who: who.patch(table.entity_set, row_id, named(table)),
        lambda who: who.delete(table.entity_set, row_id),
    )
    for writing in writings:
        with pytest.raises(DataverseError) as caught:
            writing(sales)
        assert (caught.value.status, table.schema_name in str(caught.value)) == (403, True)
        writing(administrator)


def test_the_salesperson_authorizes_profiles_of_their_own_only(world: World) -> None:
    theirs, sales = world.new(PROFILES), world.as_person(SAM, SALESPERSON.name)
    own = sales.create(PROFILES.entity_set, named(PROFILES))
    sales.patch(PROFILES.entity_set, own, named(PROFILES))
    assert sales.get(PROFILES.entity_set, theirs, [PROFILES.primary_name])
    with pytest.raises(DataverseError) as caught:
        sales.patch(PROFILES.entity_set, theirs, named(PROFILES))
    assert caught.value.status == 403
