"""Guardian at work, against both services over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from guardian.conftest import House, ada, environment_of, finding
from leadferry.accounts.model import Authorization
from leadferry.app import App
from leadferry.guardian.model import Check, Level
from leadferry.simulators.dataverse.users import USER_ID
from samples import response


def look(app: App, check: Check) -> tuple[Level, str]:
    found = finding(app.guardian.look(environment_of(app)), check)
    return found.level, found.title


def open_keys(app: App) -> set[str]:
    return {alert.key for alert in app.alerts.list(environment_of(app).id, open_only=True)}


def test_a_house_in_order_has_nothing_bad(house: House) -> None:
    with house.opened() as app:
        app.sync_once(environment_of(app))
        app.check_now(environment_of(app))
        app.guardian.count(environment_of(app))
        found = app.findings.list(environment_of(app).id)
        assert {one.check: one.level for one in found if one.level not in {Level.GOOD, Level.INFO}} == {}
        # People sign in by the environment's own secret; nothing of Microsoft's is left, and nobody wants webhooks.
        assert {one.check for one in found} == set(Check) - {Check.SIGN_IN, Check.ADOPTION, Check.WEBHOOK}
        assert open_keys(app) == set()


def test_a_token_is_renewed_ten_days_before_its_end_by_the_round_of_duties(house: House) -> None:
    with house.opened() as app:
        before = house.renewals()
        house.pass_time(days=49)
        app.guardian.tick([environment_of(app)])
        assert house.renewals() == before
        house.pass_time(days=1.5)
        app.guardian.tick([environment_of(app)])
        assert house.renewals() == before + 1
        assert (ada(app).access_expires_at or 0) > app.clock() + 59 * 86_400_000


def test_a_withdrawn_consent_shows_at_once_and_is_told(house: House) -> None:
    with house.opened() as app:
        house.linkedin.call("POST", "tokens/revoke", {})
        app.sync_once(environment_of(app))
        assert ada(app).authorization is Authorization.EXPIRED
        assert f"consent:{ada(app).id}:0" in open_keys(app)


def test_a_withdrawn_consent_is_found_without_a_pull(house: House) -> None:
    with house.opened() as app:
        house.linkedin.call("POST", "tokens/revoke", {})
        assert look(app, Check.CONSENT) == (Level.BAD, "Ada's authorization at LinkedIn is gone.")
        assert ada(app).authorization is Authorization.EXPIRED


def test_consenting_again_heals_the_profile_and_what_was_missed_crosses(house: House) -> None:
    with house.opened() as app:
        environment, before = environment_of(app), ada(app)
        app.sync_once(environment)
        house.linkedin.call("POST", "tokens/revoke", {})
        house.pass_time(days=3)
        house.linkedin.respond(response("missed", app.clock() - 86_400_000, email="m@x.test", last_name="Miss"))
        app.sync_once(environment)
        assert ada(app).authorization is Authorization.EXPIRED
        house.pass_time(days=20)
        from leadferry.linkedin.tokens import Tokens

        app.profiles.save_tokens(environment.id, before.id, Tokens("", str(house.linkedin.tokens()["refresh_token"])))
        result = app.sync_once(environment)
        assert (result.troubles, result.created) == ([], 1)
        assert (ada(app).id, ada(app).authorization) == (before.id, Authorization.AUTHORIZED)
        assert look(app, Check.CONSENT)[0] is Level.GOOD
        assert not any(key.startswith("consent:") for key in open_keys(app))


def test_a_wrong_client_secret_of_the_app_does_not_burn_the_profile(house: House) -> None:
    with house.opened(LEADFERRY_LINKEDIN_CLIENT_SECRET="another") as app:
        house.pass_time(days=52)
        app.sync_once(environment_of(app))
        level, title = look(app, Check.LINKEDIN_APP)
        assert (level, title) == (Level.BAD, "LinkedIn refuses the app's client id or client secret.")
        assert ada(app).authorization is Authorization.AUTHORIZED
        assert look(app, Check.TOKEN)[0] is Level.WARN
    with house.opened() as app:
        assert look(app, Check.LINKEDIN_APP)[0] is Level.GOOD
        assert look(app, Check.TOKEN)[0] is Level.GOOD


def test_each_step_of_the_countdown_to_the_consents_end_is_told_once(house: House) -> None:
    with house.opened() as app:
        told = []
        for days in (333, 3, 14, 1, 7, 4, 2, 0.5):
            house.pass_time(days=days)
            app.guardian.look(environment_of(app))
            told += [key for key in open_keys(app) if key.startswith("consent:") and key not in told]
        number = ada(app).id
        assert told == [f"consent:{number}:{step}" for step in (30, 14, 7, 3, 1)]


def test_an_expired_secret_of_dynamics_is_named_and_healed(house: House) -> None:
    with house.opened() as app:
        house.dynamics.call("PUT", f"users/{USER_ID}", {"secret_expired": True})
        try:
            assert look(app, Check.CREDENTIAL) == (Level.BAD, "The client secret for Dynamics has expired.")
            assert look(app, Check.DELIVERY)[0] is Level.BAD
            assert "credential:-:0" in open_keys(app)
        finally:
            house.dynamics.call("PUT", f"users/{USER_ID}", {"secret_expired": False})
        assert look(app, Check.CREDENTIAL)[0] is Level.INFO
        assert "credential:-:0" not in open_keys(app)


def test_the_secret_of_sign_in_is_counted_down_where_it_is_one_of_its_own(house: House) -> None:
    with house.opened() as app:
        assert Check.SIGN_IN not in {one.check for one in app.guardian.look(environment_of(app))}
    ends = datetime.fromtimestamp(house.clock() / 1000, UTC).date() + timedelta(days=20)
    known = {"LEADFERRY_ENTRA_CLIENT_SECRET": "s", "LEADFERRY_ENTRA_CLIENT_SECRET_EXPIRES": ends.isoformat()}
    with house.opened(**known) as app:
        told = []
        for days in (0, 7, 7, 4, 2, 2):
            house.pass_time(days=days)
            app.guardian.look(environment_of(app))
            told += [key for key in open_keys(app) if key.startswith("sign-in:") and key not in told]
        assert told == [f"sign-in:-:{step}" for step in (30, 14, 7, 3, 1, 0)]


def test_a_switched_off_version_is_told_and_another_can_be_adopted(house: House) -> None:
    house.linkedin.settings(active_versions=["202609"])
    with house.opened(LEADFERRY_LINKEDIN_VERSION="202603") as app:
        environment = environment_of(app)
        assert look(app, Check.VERSION) == (Level.BAD, "LinkedIn has switched off version 202603 of its API.")
        assert ada(app).authorization is Authorization.AUTHORIZED
        app.adopt_linkedin_version(environment, "202609")
        assert app.sync_once(environment_of(app)).troubles == []
        assert look(app, Check.VERSION)[0] is Level.GOOD
        assert "version:-:0" not in open_keys(app)


def test_a_look_without_asking_does_not_take_back_what_a_service_said(house: House) -> None:
    """`doctor --offline`: only LinkedIn can say that it takes the version again."""
    with house.opened() as app:
        house.linkedin.settings(active_versions=["202608"])
        assert look(app, Check.VERSION)[0] is Level.BAD
        before = finding(app.findings.list(environment_of(app).id), Check.SOLUTION)
        found = app.guardian.look(environment_of(app), live=False)
        assert finding(found, Check.VERSION).level is Level.BAD
        assert finding(found, Check.SOLUTION) == before
        assert "version:-:0" in open_keys(app)


def test_a_refused_version_is_looked_at_in_the_next_round_of_duties(house: House) -> None:
    with house.opened() as app:
        app.guardian.tick([environment_of(app)])
        assert finding(app.findings.list(environment_of(app).id), Check.VERSION).level is Level.GOOD
        house.linkedin.settings(active_versions=["202608"])
        app.sync_once(environment_of(app))
        app.guardian.tick([environment_of(app)])
        assert finding(app.findings.list(environment_of(app).id), Check.VERSION).level is Level.BAD


def test_a_used_up_day_at_linkedin_is_told_until_midnight(house: House) -> None:
    house.linkedin.settings(app_daily_limits={"leadFormResponses": 1})
    with house.opened() as app:
        app.sync_once(environment_of(app))
        app.sync_once(environment_of(app))
        level, title = look(app, Check.LINKEDIN_QUOTA)
        assert (level, title) == (
            Level.BAD,
            "Today's limit of calls to LinkedIn's leadFormResponses is used up.",
        )
        house.pass_time(days=1)
        assert look(app, Check.LINKEDIN_QUOTA)[0] is Level.GOOD


def test_most_of_a_day_at_dynamics_is_told(house: House) -> None:
    with house.opened(LEADFERRY_DYNAMICS_REQUESTS_A_DAY="5") as app:
        soon = app.clock() - 60_000
        house.linkedin.respond(*(response(f"r{n}", soon, email=f"{n}@x.test", last_name="A") for n in range(20)))
        app.sync_once(environment_of(app))
        level, title = look(app, Check.DYNAMICS_QUOTA)
        assert level is Level.BAD
        assert int(title.partition(" ")[0]) >= 20


def test_a_clock_that_is_off_is_told(house: House) -> None:
    house.offset_ms = 400_000
    with house.opened() as app:
        level, title = look(app, Check.CLOCK)
        assert level is Level.BAD
        assert "ahead of that of" in title
    house.offset_ms = 0


def test_a_gap_is_counted_twice_before_it_is_told_and_heals(house: House) -> None:
    with house.opened() as app:
        environment = environment_of(app)
        house.linkedin.respond(response("r1", app.clock() - 60_000, email="a@x.test", last_name="Ant"))
        assert app.guardian.count(environment) is None
        found = app.guardian.count(environment)
        assert found is not None
        assert (found.level, found.title) == (
            Level.BAD, "1 form response that LinkedIn shows has no outcome here.",
        )  # fmt: skip
        assert "gap:-:now" in open_keys(app)
        app.sync_once(environment)
        healed = app.guardian.count(environment)
        assert healed is not None
        assert (healed.level, healed.title) == (Level.GOOD, "Nothing is missing: the gap is 0.")
        assert "gap:-:now" not in open_keys(app)


def test_a_count_that_fails_is_not_taken_for_a_gap(house: House) -> None:
    with house.opened() as app:
        house.linkedin.fault("status", status=503, path="leadFormResponses", times=-1)
        found = app.guardian.count(environment_of(app))
        assert found is not None
        assert (found.level, found.title) == (
            Level.INFO, "The last reconciliation could not count everything.",
        )  # fmt: skip


def test_duties_are_done_when_they_are_due_and_by_one_process(both: House) -> None:
    with both.opened() as app, both.opened() as other:
        environment = environment_of(app)
        with other.database.alone("guardian"):
            app.guardian.tick([environment])
            assert app.findings.list(environment.id) == []
        app.guardian.tick([environment])
        first = app.findings.checked_at(environment.id, Check.DATABASE)
        assert first is not None
        assert ada(app).rights_checked_at is not None
        both.pass_time(seconds=600)
        other.guardian.tick([environment])
        assert app.findings.checked_at(environment.id, Check.DATABASE) == first
        both.pass_time(seconds=3100)
        other.guardian.tick([environment])
        assert (app.findings.checked_at(environment.id, Check.DATABASE) or 0) > first


@pytest.mark.parametrize("kind", ["defect", "refusal"])
def test_trouble_in_one_environment_keeps_no_other_from_being_looked_at(
    house: House, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    from leadferry.errors import LeadferryError

    with house.opened() as app:
        told: list[Exception] = []
        app.guardian.on_trouble = told.append
        environment = environment_of(app)
        other = app.environments.add(
            "other", "https://other.crm.dynamics.com", tenant_id="t", client_id="c", secret="s"
        )
        look_at = app.guardian.look

        def look(one: object, *, live: bool = True) -> list[object]:
            if one == other:
                raise ValueError("someone@x.test") if kind == "defect" else LeadferryError("Refused.")
            return list(look_at(one, live=live))  # type: ignore[arg-type]

        monkeypatch.setattr(app.guardian, "look", look)
        app.guardian.tick([other, environment])
        assert app.findings.checked_at(environment.id, Check.DATABASE) is not None
        assert [type(error) for error in told] == [ValueError if kind == "defect" else LeadferryError]
