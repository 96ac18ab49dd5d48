"""Two environments in one installation: in `heron`, one record of every kind, and all of them are called hushbird."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from acceptance.conftest import Scene
from leadferry.accounts.model import Environment
from leadferry.alerts.model import Event
from leadferry.alerts.wishes import Wishes
from leadferry.app import App
from leadferry.console.person import OPERATOR
from leadferry.console.rights import Scope
from leadferry.guardian.model import Level
from leadferry.intake.csv_file import read_csv
from leadferry.linkedin.tokens import Tokens
from leadferry.linkedin.wire import Creative
from leadferry.mapping.model import FieldMapping, Source
from leadferry.performance.cost_rows import AdDay
from leadferry.performance.dashboard_charts import SHAPES, SIZES, Chart
from leadferry.performance.outcome_stages import Stage
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from leadferry.store.tables import metadata, uploads
from samples import form, response
from services import LinkedIn
from webhooks.nowhere import nowhere

MARK = "hushbird"
"""Stands in the name, the text or the answers of every record of heron, and nowhere else."""
PASSING = {"sessions", "sign_ins", "sign_in_links"}
"""Tables that come and go with every request and belong to no environment."""

Rows = Mapping[str, frozenset[tuple[Any, ...]]]


@dataclass
class Pair:
    app: App
    ids: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Parameter of an address -> environment -> the record's id."""
    state: str = ""
    """Of heron's consent under way at LinkedIn."""
    herons: Rows = field(default_factory=dict)
    """Every row that came with heron."""

    @property
    def crane(self) -> Environment:
        return self.app.environments.get("crane")

    @property
    def heron(self) -> Environment:
        return self.app.environments.get("heron")

    def upload(self, person_id: str) -> None:
        """A file of hers on its way in each environment, named alike."""
        for here in (self.crane, self.heron):
            file = read_csv(f"Email\n{MARK if here == self.heron else 'crane'}@x.test\n".encode())
            key = self.app.uploads.add(here.id, person_id, "leads.csv", None, file)
            self.ids.setdefault("key", {})[here.name] = key

    def heron_uploads(self) -> Rows:
        place = list(uploads.c.keys()).index("environment_id")
        return {"uploads": frozenset(row for row in self.rows()["uploads"] if row[place] == self.heron.id)}

    def rows(self) -> Rows:
        with self.app.database.read() as connection:
            return {
                table.name: frozenset(tuple(row) for row in connection.execute(sa.select(table)))
                for table in metadata.sorted_tables
                if table.name not in PASSING
            }

    def lost(self) -> dict[str, int]:
        """How many rows of heron are gone or changed, by table."""
        now = self.rows()
        return {name: len(rows - now[name]) for name, rows in self.herons.items() if rows - now[name]}

    def added(self) -> dict[str, int]:
        """How many rows heron has that it had not."""
        now, key = self.rows(), self.heron.id
        found: dict[str, int] = {}
        for table in metadata.sorted_tables:
            if table.name in now and "environment_id" in table.c:
                place = list(table.c.keys()).index("environment_id")
                new = {row for row in now[table.name] - self.herons[table.name] if row[place] == key}
                found |= {table.name: len(new)} if new else {}
        return found


@contextmanager
def two_environments(scene: Scene) -> Iterator[Pair]:
    scene.linkedin.put("members", "hana", name=MARK, account_roles={"6001": "VIEWER"})
    scene.linkedin.put("accounts", 6001, name=MARK)
    scene.linkedin.put("forms", 4001, **form(4001, MARK, "urn:li:sponsoredAccount:6001"))
    with scene.app() as app:
        pair = Pair(app)
        _fill(pair, scene, "crane", LinkedIn.MEMBER, 5001, 3162)
        app.traffic.flush()
        before = pair.rows()
        pair.state = _fill(pair, scene, "heron", "hana", 6001, 4001)
        app.traffic.flush()
        pair.upload(OPERATOR.id)
        herons = {name: rows - before[name] for name, rows in pair.rows().items()}
        pair.herons = {**herons, **pair.heron_uploads()}
        yield pair


@contextmanager
def copied(pair: Pair, scene: Scene) -> Iterator[Pair]:
    """The same installation in the scene's folder, to do with as a test likes."""
    scene.folder.mkdir(parents=True)
    source = pair.app.settings.data_folder
    shutil.copy(source / "master.key", scene.folder)
    with sqlite3.connect(source / "leadferry.db") as old, sqlite3.connect(scene.folder / "leadferry.db") as new:
        old.backup(new)
    with scene.app() as app:
        yield replace(pair, app=app)


def _fill(pair: Pair, scene: Scene, name: str, member: str, account: int, form_id: int) -> str:
    app, word = pair.app, MARK if name == "heron" else name
    url = scene.dynamics.url
    app.environments.add(name, url, tenant_id=TENANT_ID, client_id=CLIENT_ID, secret=CLIENT_SECRET, authority=url)
    app.check_environment(app.environments.get(name))
    here = app.environments.get(name)
    asked = {"client_id": LinkedIn.APP, "member": member, "scopes": list(LinkedIn.SCOPES)}
    given = scene.linkedin.call("POST", "tokens", asked)
    profile = app.add_profile(here, word, Tokens("", str(given["refresh_token"])))
    owner = f"urn:li:sponsoredAccount:{account}"
    person: dict[str, Any] = {"email": f"{word}@x.test", "last_name": word, "first_name": word}
    scene.linkedin.respond(response(f"{word}-1", app.clock() - 60_000, form_id=form_id, **person), owner=owner)
    app.sync_once(here)
    app.check_permissions(here, profile)
    mapping = app.mappings.add(here.id, FieldMapping(0, Source.HIDDEN, word, word))
    app.strategies.add(here.id, word, [app.mappings.list(here.id)[0].id])
    wishes = Wishes(word, frozenset(Event))
    channel = app.channels.add(here.id, wishes, address="json://127.0.0.1:9/", service="JSON", shown=word)
    app.channels.set_enabled(here.id, channel.id, False)
    webhook, _ = app.webhooks.add(here.id, nowhere(word))
    app.webhook_courier.test(webhook)  # it does not arrive: nothing on this machine is reached
    app.webhooks.set_active(here.id, webhook.id, False)
    app.alerts.open(here.id, Event.ROLE, f"role:{word}", Level.BAD, word, word)
    token, _ = app.tokens.make(here.id, word, list(Scope), 1, word)
    begun = app.consents.begin(
        here.id, profile.id, session_hash=b"s" * 32, redirect_url="http://127.0.0.1:1/", scopes=[], begun_by=word
    )
    app.guardian.look(here)
    app.audit.add(
        "profile.change", person_id=OPERATOR.id, person=word, via="console", environment_id=here.id, environment=name
    )
    app.views.save(here.id, OPERATOR.id, word, "")
    dashboard_id = _insight(app, here, word)
    listed = app.submissions.list(here.id)
    known = {
        "environment_id": here.id,
        "profile_id": profile.id,
        "owner_id": app.owners.list(here.id)[0].id,
        "account_id": app.owners.list(here.id)[0].id,
        "mapping_id": mapping.id,
        "linkedin_form_id": form_id,
        "email_mapping_id": next(one.id for one in app.mappings.list(here.id) if one.column == "emailaddress1"),
        "form_id": app.forms.list(here.id)[0].id,
        "strategy_id": app.strategies.list(here.id)[-1].id,
        "channel_id": channel.id,
        "webhook_id": webhook.id,
        "delivery_id": app.webhook_outbox.list(here.id, webhook.id)[0].id,
        "token_id": token.id,
        "consent_id": begun.id,
        "number": int(listed[0]["id"]),
        "dashboard_id": dashboard_id,
        "view_id": app.views.list(here.id, OPERATOR.id)[0].id,
    }
    for parameter, key in known.items():
        pair.ids.setdefault(parameter, {})[name] = key
    return begun.state


def _insight(app: App, here: Environment, word: str) -> int:
    """Costs, a won lead, and a dashboard with every kind of chart."""
    owner, today = app.owners.list(here.id)[0], app.clock() // 86_400_000
    campaign = app.campaigns.key(here.id, f"urn:li:sponsoredCampaign:{word}")
    app.costs.save(here.id, owner.id, "EUR", (today, today), [(campaign, AdDay(today, "", 7, 5_000_000, 90, 9, 4, 1))])
    app.costs.save_ads(here.id, [(Creative("urn:li:sponsoredCreative:7", word), 7, 0)])
    app.outcomes.save(here.id, dict.fromkeys(next(app.outcomes.lead_ids(here.id, 9)), Stage.WON))
    app.keep_figures(here)
    app.outcomes.recount(here.id, "UTC")
    charts = [Chart(shape, "spent", size=size) for shape, size in zip(SHAPES, (*SIZES, "third", "half"), strict=True)]
    return app.dashboards.add(here.id, OPERATOR.id, word, word, charts)
