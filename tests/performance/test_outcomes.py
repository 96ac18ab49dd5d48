"""What became of leads: read from Dynamics with few requests, kept by submission, summed up by day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from guardian.conftest import House, environment_of
from leadferry.accounts.model import Environment
from leadferry.app import App
from leadferry.performance.narrowing import Narrowing
from leadferry.performance.outcome_stages import Stage, stage_of, won_by_lead
from leadferry.store.tables import daily_conversions, submissions
from samples import response

HOUR_S = 3_600


@pytest.mark.parametrize(
    ("statecode", "won", "stage"),
    [
        (0, False, Stage.OPEN),
        (0, True, Stage.OPEN),
        (1, False, Stage.QUALIFIED),
        (1, True, Stage.WON),
        (2, True, Stage.DISQUALIFIED),
        (None, True, Stage.GONE),
    ],
)
def test_a_stage_follows_from_the_lead_s_state_and_its_opportunities(
    statecode: int | None, won: bool, stage: Stage
) -> None:
    assert stage_of(statecode, won=won) is stage


def test_one_won_opportunity_is_enough() -> None:
    rows = [{"_originatingleadid_value": "A", "statecode": state} for state in (2, 1, 0)]
    assert won_by_lead([*rows, {"_originatingleadid_value": None, "statecode": 1}]) == {"a": True}


@contextmanager
def crossed(house: House, count: int = 6) -> Iterator[tuple[App, Environment, list[str]]]:
    """Leads in Dynamics, each of a form response; their ids."""
    now = house.clock()
    people: list[dict[str, Any]] = [{"email": f"p{n}@crane.example", "last_name": f"P{n}"} for n in range(count)]
    house.linkedin.respond(*(response(f"r{n}", now - 1000, **person) for n, person in enumerate(people)))
    with house.opened() as app:
        environment = environment_of(app)
        assert app.sync_once(environment).stored == count
        yield app, environment, [str(row["leadid"]) for row in house.dynamics.leads()]


def qualify(app: App, environment: Environment, *leads: str, opportunity: bool = True) -> None:
    for lead in leads:
        app.dataverse(environment).qualify_lead(
            lead, create_account=False, create_contact=True, create_opportunity=opportunity
        )


def win(house: House, *leads: str, state: int = 1) -> None:
    """Somebody at the opportunity; Dynamics stamps the change."""
    rows = house.dynamics.rows("opportunity")
    changed = [{**row, "statecode": state, "statuscode": (1, 3, 4)[state]} for row in rows]
    for row in changed:
        row.pop("modifiedon")
    house.dynamics.seed("opportunity", [row for row in changed if row["originatingleadid"] in leads])


def disqualify(app: App, environment: Environment, lead: str) -> None:
    app.dataverse(environment).patch("leads", lead, {"statecode": 2, "statuscode": 4})


def counts(app: App, environment: Environment, **narrowing: Any) -> dict[str, int]:
    found = app.outcomes.sums(environment.id, ["stage"], narrowing=Narrowing(**narrowing))
    return {Stage(stage).name: count for (stage,), count in found.items()}


def later(house: House, app: App, environment: Environment) -> int:
    """What the next hourly reading changes."""
    house.pass_time(seconds=HOUR_S + 60)
    return app.read_outcomes(environment)


def test_qualified_won_and_disqualified_leads_are_counted_by_day_form_and_campaign(both: House) -> None:
    with crossed(both) as (app, environment, leads):
        qualify(app, environment, *leads[:3])
        win(both, leads[0])
        disqualify(app, environment, leads[5])
        assert app.read_outcomes(environment) == 4
        wanted = {"QUALIFIED": 2, "WON": 1, "DISQUALIFIED": 1}
        assert counts(app, environment) == wanted
        (form,), (campaign,) = app.figures.names(environment.id)["form"], app.figures.names(environment.id)["campaign"]
        assert counts(app, environment, form=form, campaign=campaign, type="SPONSORED") == wanted
        assert counts(app, environment, form=form + 1) == {}
        ((day,), count) = next(iter(app.outcomes.sums(environment.id, ["day"]).items()))
        assert (day, count) == (app.keep_figures(environment), 4)


def test_only_what_changed_is_read_from_then_on(both: House) -> None:
    with crossed(both) as (app, environment, leads):
        qualify(app, environment, leads[0], leads[1])
        assert app.read_outcomes(environment) == 2
        assert app.read_outcomes(environment) == 0, "not due for an hour"
        assert later(both, app, environment) == 0
        win(both, leads[0])
        disqualify(app, environment, leads[2])
        assert later(both, app, environment) == 2
        assert counts(app, environment) == {"WON": 1, "QUALIFIED": 1, "DISQUALIFIED": 1}
        win(both, leads[0], state=2)
        assert later(both, app, environment) == 1
        assert counts(app, environment) == {"QUALIFIED": 2, "DISQUALIFIED": 1}


def test_a_lead_that_is_opened_again_counts_as_open_again(house: House) -> None:
    with crossed(house) as (app, environment, leads):
        disqualify(app, environment, leads[0])
        app.read_outcomes(environment)
        app.dataverse(environment).patch("leads", leads[0], {"statecode": 0, "statuscode": 1})
        assert later(house, app, environment) == 1
        assert counts(app, environment) == {}


def test_a_deleted_lead_is_noticed_within_the_week(house: House) -> None:
    with crossed(house) as (app, environment, leads):
        app.read_outcomes(environment)
        app.dataverse(environment).delete("leads", leads[0])
        assert later(house, app, environment) == 0
        house.pass_time(days=7)
        assert app.read_outcomes(environment) == 1
        assert counts(app, environment) == {"GONE": 1}


def test_a_submission_that_met_a_closed_lead_counts_though_nothing_changed_in_dynamics(house: House) -> None:
    with crossed(house, 1) as (app, environment, leads):
        qualify(app, environment, *leads)
        win(house, *leads)
        app.read_outcomes(environment)
        house.pass_time(seconds=2 * HOUR_S)
        app.read_outcomes(environment)
        house.linkedin.respond(response("late", house.clock() - 1000, email="p0@crane.example"))
        assert app.sync_once(environment).stored == 1
        assert later(house, app, environment) == 1
        assert counts(app, environment) == {"WON": 2}


def test_reading_takes_one_request_for_a_thousand_leads_and_two_an_hour_afterwards(house: House) -> None:
    with crossed(house, 1) as (app, environment, _):
        with app.database.write() as connection:
            row = dict(connection.execute(sa.select(submissions)).mappings().one())
            del row["id"]
            more = [{**row, "response_id": f"m{n}", "lead_id": f"00000000-0000-4000-8000-{n:012}"} for n in range(999)]
            connection.execute(sa.insert(submissions), more)
        before = house.dynamics.counts()
        assert app.read_outcomes(environment) == 999
        assert requests(house, before) == {"GET opportunities": 1, "POST $batch": 1}
        before = house.dynamics.counts()
        later(house, app, environment)
        assert requests(house, before) == {"GET opportunities": 1, "GET leads": 1}


def requests(house: House, before: dict[str, int]) -> dict[str, int]:
    now = house.dynamics.counts()
    told = {name: count - before.get(name, 0) for name, count in now.items() if count != before.get(name, 0)}
    return {name: count for name, count in told.items() if "oken" not in name}


def test_without_the_right_to_read_opportunities_leads_count_as_qualified(house: House) -> None:
    with crossed(house) as (app, environment, leads):
        qualify(app, environment, leads[0])
        win(house, leads[0])
        house.dynamics.fault("status", status=403, path="opportunities", times=-1)
        app.read_outcomes(environment)
        assert counts(app, environment) == {"QUALIFIED": 1}
        assert "prvReadOpportunity" in app.outcomes.reading(environment.id).trouble
        house.dynamics.no_faults()
        house.pass_time(days=7)
        app.read_outcomes(environment)
        assert counts(app, environment) == {"WON": 1}
        assert app.outcomes.reading(environment.id).trouble == ""


def test_test_leads_and_those_put_back_are_not_counted(house: House) -> None:
    with crossed(house) as (app, environment, leads):
        qualify(app, environment, *leads[:2])
        app.read_outcomes(environment)
        with app.database.write() as connection:
            connection.execute(sa.update(submissions).where(submissions.c.lead_id == leads[0]).values(test=True))
        app.read_outcomes(environment, now=True)
        assert counts(app, environment) == {"QUALIFIED": 1}


def test_the_sums_follow_the_environment_s_days(house: House) -> None:
    with crossed(house) as (app, environment, leads):
        qualify(app, environment, leads[0])
        app.keep_figures(environment)
        app.read_outcomes(environment)
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            app.environments.set_configuration(environment, "time_zone", zone)
            app.keep_figures(environment)
            with app.database.read() as connection:
                days = set(connection.execute(sa.select(daily_conversions.c.day)).scalars())
            assert days == {day for (day,) in app.figures.sums(environment.id, ["day"])}


def test_guardian_reads_them_without_being_asked(house: House) -> None:
    with crossed(house) as (app, environment, leads):
        qualify(app, environment, leads[0])
        app.guardian.tick([environment])
        assert counts(app, environment) == {"QUALIFIED": 1}
