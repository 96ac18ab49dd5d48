"""What a user profile reaches shows up at once (OC-37), with LinkedIn's dates and statuses."""

from __future__ import annotations

from acceptance.conftest import Scene, now_ms
from leadferry.linkedin.tokens import Tokens
from samples import response


def test_a_campaigns_name_status_and_planned_dates_are_linkedins(scene: Scene) -> None:
    schedule = {"start": 1_790_000_000_000, "end": 1_795_000_000_000}
    scene.linkedin.put("campaigns", 420001, account=5001, name="Autumn", status="PAUSED", runSchedule=schedule)
    environment = scene.connect()
    with scene.app() as app:
        [campaign] = app.campaigns.list(environment.id)
    assert (campaign.name, campaign.status) == ("Autumn", "PAUSED")
    assert (campaign.starts_at, campaign.ends_at) == (1_790_000_000_000, 1_795_000_000_000)


def test_a_form_that_nobody_has_answered_says_so_after_the_first_sync(scene: Scene) -> None:
    environment = scene.connect()
    with scene.app() as app:
        assert [form.sync_status.label for form in app.forms.list(environment.id)] == ["Pending Synchronization"]
        app.sync_once(environment)
        assert [form.sync_status.label for form in app.forms.list(environment.id)] == ["No Form Submissions"]


def test_a_profile_that_another_process_adds_is_pulled_in_the_next_round(scene: Scene) -> None:
    environment = scene.connect()
    with scene.app() as app:
        app.profiles.remove(environment.id, "Ada")
        assert app.sync_once(environment).stored == 0
        scene.linkedin.respond(response("late", now_ms() - 60_000, email="ada@x.test"))
        with scene.app() as other:
            other.add_profile(environment, "Ada", Tokens("", scene.refresh_token))
        assert app.sync_once(environment).created == 1
