"""What members may do, asked of the simulated LinkedIn."""

from __future__ import annotations

import pytest

from guardian.conftest import House, ada, environment_of, finding
from leadferry.accounts.permissions import Ability, Permission, Verdict
from leadferry.app import App
from leadferry.guardian.model import Check, Level
from services import LinkedIn


def matrix(app: App) -> dict[Ability, Permission]:
    """Of the only account."""
    found = app.check_permissions(environment_of(app), ada(app))
    return {one.ability: one for one in found if one.owner_id == app.owners.get(environment_of(app).id, "5001").id}


def member(house: House, **values: object) -> None:
    given = {"name": "Ada", "account_roles": {"5001": "VIEWER"}, "page_roles": {"9001": "ADMINISTRATOR"}, **values}
    house.linkedin.put("members", LinkedIn.MEMBER, **given)


def test_a_member_with_every_right(house: House) -> None:
    with house.opened() as app:
        found = matrix(app)
        assert {ability: one.verdict for ability, one in found.items()} == {
            Ability.LEADS_SPONSORED: Verdict.YES,
            Ability.LEADS_EVENT: Verdict.NOT_NEEDED,
            Ability.LEADS_COMPANY: Verdict.NOT_NEEDED,
            Ability.LEADS_ORGANIZATION_PRODUCT: Verdict.NOT_NEEDED,
            Ability.FORMS: Verdict.YES,
            Ability.CAMPAIGNS: Verdict.YES,
            Ability.PUSH: Verdict.YES,
            Ability.COSTS: Verdict.NOT_NEEDED,
        }
        assert found[Ability.LEADS_SPONSORED].role == "CAMPAIGN_MANAGER"
        assert ada(app).rights_checked_at == app.clock() or ada(app).rights_checked_at is not None


def test_it_costs_few_requests(house: House) -> None:
    with house.opened() as app:
        before = sum(house.linkedin.counts().values())
        matrix(app)
        assert sum(house.linkedin.counts().values()) - before == 6


def test_push_is_asked_and_not_concluded(house: House) -> None:
    """Scope and role look right, and LinkedIn refuses all the same."""
    with house.opened() as app:
        house.linkedin.fault(
            "status", status=403, path="leadNotifications", body='{"status": 403, "code": "ACCESS_DENIED"}'
        )
        found = matrix(app)
        assert (found[Ability.PUSH].verdict, found[Ability.LEADS_SPONSORED].verdict) == (Verdict.NO, Verdict.YES)
        assert found[Ability.PUSH].missing.startswith("Ada has no role on the page behind the ad account.")
        app.guardian.look(environment_of(app))
        told = finding(app.findings.list(environment_of(app).id), Check.PERMISSION)
        assert (told.level, told.title) == (Level.INFO, "Account 5001: leads are read; push not.")


def test_push_of_a_page_is_asked_by_a_lead_type_of_the_members_role(house: House) -> None:
    """CONTENT_ADMINISTRATOR reads the leads of events only (linkedin-api 1.7)."""
    house.linkedin.put("organizations", 9001, localizedName="Crane")
    with house.opened() as app:
        member(house, page_roles={"9001": "CONTENT_ADMINISTRATOR"})
        app.discover(environment_of(app), ada(app))
        found = app.check_permissions(environment_of(app), ada(app))
        page = app.owners.get(environment_of(app).id, "9001").id
        verdicts = {one.ability: one.verdict for one in found if one.owner_id == page}
        assert verdicts[Ability.LEADS_COMPANY] is Verdict.NO
        assert (verdicts[Ability.LEADS_EVENT], verdicts[Ability.PUSH]) == (Verdict.YES, Verdict.YES)


@pytest.mark.parametrize("answers", ["403", "empty"])
def test_a_lost_role_is_named_with_who_can_give_it(house: House, answers: str) -> None:
    """LinkedIn answers 403 or an empty list (linkedin-api 1.7)."""
    house.linkedin.settings(lost_role_answers=answers)
    with house.opened() as app:
        matrix(app)
        member(house, account_roles={})
        one = matrix(app)[Ability.LEADS_SPONSORED]
        assert one.verdict is Verdict.NO
        assert one.missing == (
            "Ada has no role on the ad account; VIEWER is enough. An account manager or billing admin gives it, in "
            "Campaign Manager under Manage access."
        )
        app.guardian.look(environment_of(app))
        told = finding(app.findings.list(environment_of(app).id), Check.PERMISSION)
        assert (told.level, told.fix) == (Level.BAD, one.missing)
        assert [alert.event.value for alert in app.alerts.list(environment_of(app).id, open_only=True)] == ["role"]
        member(house)
        matrix(app)
        app.guardian.look(environment_of(app))
        assert app.alerts.list(environment_of(app).id, open_only=True) == []


def test_a_missing_role_on_the_page_behind_the_account_is_named(house: House) -> None:
    house.linkedin.put("organizations", 9001, localizedName="Crane")
    house.linkedin.put("accounts", 5001, name="Account 5001", reference="urn:li:organization:9001")
    with house.opened() as app:
        member(house, page_roles={})
        one = matrix(app)[Ability.LEADS_SPONSORED]
        assert one.verdict is Verdict.NO
        assert one.missing.startswith("Ada has no role on the page behind the ad account.")
    house.linkedin.put("accounts", 5001, name="Account 5001")


def test_a_scope_that_was_not_granted_is_named_with_who_can_give_it(house: House) -> None:
    with house.opened() as app:
        answer = house.linkedin.tokens("r_ads")
        from leadferry.linkedin.tokens import Tokens

        environment, profile = environment_of(app), ada(app)
        app.profiles.save_tokens(environment.id, profile.id, Tokens("", answer["refresh_token"]))
        app.token_source(ada(app)).token()
        found = matrix(app)
        one = found[Ability.LEADS_SPONSORED]
        assert (one.verdict, one.scope) == (Verdict.NO, "r_marketing_leadgen_automation")
        assert one.missing == (
            "The scope r_marketing_leadgen_automation was not granted. Whoever owns the LinkedIn app adds its product "
            "in the developer portal; then Ada authorizes again."
        )
        assert found[Ability.CAMPAIGNS].verdict is Verdict.YES


def test_what_was_known_stays_when_linkedin_cannot_be_asked(house: House) -> None:
    from leadferry.errors import LinkedInError

    with house.opened() as app:
        before = {ability: one.verdict for ability, one in matrix(app).items()}
        house.linkedin.call("POST", "tokens/revoke", {})
        with pytest.raises(LinkedInError):
            app.check_permissions(environment_of(app), ada(app))
        kept = app.permissions.of_profile(environment_of(app).id, ada(app).id)
        assert {one.ability: one.verdict for one in kept} == before
