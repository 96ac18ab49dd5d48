"""The page of the takeover: looked at first, then carried out behind the page, stopped and gone on with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import simulated
from adoption.conftest import SUBMISSIONS, Opened, Succession
from browser import browsing, window
from environments import StandingClock
from leadferry.adoption import adopt_worker
from leadferry.adoption.adoption_store import AdoptionStore
from leadferry.adoption.runs_worker import Runs
from leadferry.console.rights import RIGHTS, Action
from leadferry.guardian.model import Check, Level
from services import Dynamics
from visitor import Visitor, text_of
from web import Console, serving


@pytest.fixture
def console(succession: Succession) -> Iterator[Console]:
    with serving(succession.app) as console:
        yield console


@pytest.fixture
def visitor(console: Console) -> Visitor:
    return console.operator()


def wait(succession: Succession) -> None:
    succession.app.adoptions.background.wait()


def page(visitor: Visitor, path: str = "adopt") -> str:
    answer = visitor.get(f"/e/1/{path}")
    assert answer.status_code == 200, answer.text
    return text_of(answer).replace("&#39;", "'")


def looked(succession: Succession, visitor: Visitor, **form: str) -> str:
    visitor.post("/e/1/adopt/dry-run", form)
    wait(succession)
    return page(visitor)


def started_anew(runs: Runs) -> None:
    """What a process remembers of its runs goes with it."""
    runs._newest.clear()
    runs._tried.clear()


def task_on_home(visitor: Visitor) -> bool:
    return "Microsoft's connector left its tables" in page(visitor, "")


def test_a_look_shows_what_would_be_taken_and_changes_nothing(succession: Succession, visitor: Visitor) -> None:
    assert "Look what is there" in page(visitor)
    shown = looked(succession, visitor)
    assert f"Submissions {SUBMISSIONS} {SUBMISSIONS} 0" in shown
    assert "Nothing written" in shown
    assert "contoso_shoesize" in shown
    assert f"Take over {SUBMISSIONS} submissions and the settings" in shown
    assert succession.count() == 0
    assert not [one for one in succession.app.audit.list(succession.environment) if one.action == "adoption.run"]


def test_carried_out_all_is_here_home_has_no_task_and_the_audit_knows(succession: Succession, visitor: Visitor) -> None:
    looked(succession, visitor)
    assert task_on_home(visitor)
    visitor.post("/e/1/adopt")
    wait(succession)
    shown = page(visitor)
    assert f"Taken over. {SUBMISSIONS} submissions are new here" in shown
    assert "authorize the user profiles" in shown
    assert succession.count() == SUBMISSIONS
    assert not task_on_home(visitor)
    entry = next(one for one in succession.app.audit.list(succession.environment) if one.action == "adoption.run")
    assert entry.after is not None
    assert entry.after["submissions"] == SUBMISSIONS
    assert f"Submissions {SUBMISSIONS} 0 {SUBMISSIONS}" in looked(succession, visitor)


def test_nothing_is_taken_before_somebody_has_looked(succession: Succession, visitor: Visitor) -> None:
    answer = visitor.post("/e/1/adopt")
    assert (answer.status_code, "Nobody has looked yet" in answer.text) == (422, True)
    wait(succession)
    assert succession.count() == 0


def test_one_that_is_stopped_keeps_what_it_took_says_so_after_a_restart_and_goes_on(
    succession: Succession, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked(succession, visitor)
    monkeypatch.setattr(adopt_worker, "PAGE", 8)
    adopt, runs = succession.app.adopt, succession.app.adoptions

    def stopped_after_a_page(*args: object, **options: object) -> object:
        on_progress = options["on_progress"]

        def told(looked_at: int) -> None:
            runs.stop(1)
            on_progress(looked_at)  # type: ignore[operator]

        return adopt(*args, **{**options, "on_progress": told})  # type: ignore[arg-type]

    monkeypatch.setattr(succession.app, "adopt", stopped_after_a_page)
    visitor.post("/e/1/adopt")
    wait(succession)
    assert "The takeover was stopped after 8 submissions" in page(visitor)
    assert succession.count() == 8
    succession.app.guardian.look_at_adoption(succession.environment)
    assert "has not come to its end" in page(visitor, "")
    monkeypatch.setattr(succession.app, "adopt", adopt)
    started_anew(runs)
    shown = page(visitor)
    assert "A takeover began" in shown
    assert "The 8 submissions that were taken stay" in shown
    assert "Go on with the takeover" in shown
    visitor.post("/e/1/adopt")
    wait(succession)
    assert f"Taken over. {SUBMISSIONS - 8} submissions are new here" in page(visitor)
    assert succession.count() == SUBMISSIONS
    assert succession.app.adopted(succession.environment).taken == SUBMISSIONS
    entry = next(one for one in succession.app.audit.list(succession.environment) if one.action == "adoption.run")
    assert entry.after == {"taken before": 8, "replace": False}
    started_anew(runs)
    assert visitor.post("/e/1/adopt").status_code == 422, "it has come to its end: the next one begins with a look"


def test_one_that_is_under_way_in_another_process_is_shown_and_not_begun_twice(
    succession: Succession, visitor: Visitor
) -> None:
    store = AdoptionStore(succession.app.database, succession.clock)
    store.note_began(1)
    with store.alone(1):
        shown = page(visitor)
        assert "being taken over by another process" in shown
        assert "Go on with the takeover" not in shown
        assert 'hx-trigger="every 1s"' in visitor.get("/e/1/adopt/live").text
        visitor.post("/e/1/adopt")
        wait(succession)
        assert succession.count() == 0
    assert "Another Leadferry process is already at work" in page(visitor)
    visitor.post("/e/1/adopt")
    wait(succession)
    assert succession.count() == SUBMISSIONS


def test_one_that_was_begun_with_theirs_goes_on_with_theirs(succession: Succession, visitor: Visitor) -> None:
    store = AdoptionStore(succession.app.database, succession.clock)
    store.note_began(1, replace=True)
    assert "Theirs is taken too" in page(visitor)
    visitor.post("/e/1/adopt")
    wait(succession)
    run = succession.app.adoptions.newest(1)
    assert run is not None
    assert (run.replace, run.trouble) == (True, "")


def test_while_it_runs_the_page_tells_how_far_it_is_and_a_second_is_not_begun(
    succession: Succession, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked(succession, visitor)
    adopt, seen = succession.app.adopt, []

    def looked_at_meanwhile(*args: object, **options: object) -> object:
        report = adopt(*args, **options)  # type: ignore[arg-type]
        seen.append(page(visitor, "adopt/live"))
        seen.append(text_of(visitor.post("/e/1/adopt")))
        return report

    monkeypatch.setattr(succession.app, "adopt", looked_at_meanwhile)
    visitor.post("/e/1/adopt")
    wait(succession)
    assert f"being taken over. {SUBMISSIONS} of {SUBMISSIONS} submissions so far" in seen[0]
    assert "being read already" in seen[1]


def test_a_refusal_of_dynamics_stands_on_the_page(succession: Succession, visitor: Visitor) -> None:
    succession.dynamics.fault("status", status=403, path="msdyncrm_linkedinformsubmissions", times=-1)
    assert "Microsoft's tables could not be read" in looked(succession, visitor)


def test_where_nothing_was_left_the_page_says_so_and_home_has_no_task(opened: Opened) -> None:
    with simulated.fresh(StandingClock()) as running:
        succession = opened(Dynamics(running), "sqlite")
        with serving(succession.app) as console:
            visitor = console.operator()
            assert "There are no tables of Microsoft's LinkedIn connector" in looked(succession, visitor)
            assert not task_on_home(visitor)
            assert "Look what can be taken over" in page(visitor, "settings")


def test_guardian_finds_the_tables_by_itself(succession: Succession) -> None:
    finding = succession.app.adoption_finding(succession.environment)
    assert finding is not None
    assert (finding.check, finding.level) == (Check.ADOPTION, Level.INFO)
    succession.adopt()
    finding = succession.app.adoption_finding(succession.environment)
    assert finding is not None
    assert finding.level is Level.GOOD


def test_only_administrators_take_over() -> None:
    assert RIGHTS[Action.ADOPT] == RIGHTS[Action.CHANGE_CONFIGURATION]


def test_by_clicking_from_home_to_the_result(succession: Succession, console: Console) -> None:
    succession.app.guardian.look_at_adoption(succession.environment)
    with browsing() as browser, window(browser, console.url) as one:
        page = one.page
        page.goto(f"/sign-in/link/{console.app.sessions.make_link()}")
        page.get_by_role("button", name="Sign in").click()
        page.goto("/e/1")
        page.get_by_role("link", name="Look what can be taken over").click()
        page.get_by_role("button", name="Look what is there").click()
        page.get_by_role("button", name=f"Take over {SUBMISSIONS} submissions and the settings").click()
        page.get_by_text("submissions are new here").wait_for()
        page.get_by_role("link", name="authorize the user profiles").click()
        page.get_by_role("heading", name="User profiles").wait_for()
        assert one.complaints == []
