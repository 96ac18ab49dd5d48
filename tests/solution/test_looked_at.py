"""What was installed, as a person sees it on the simulator's pages: the app's own views and forms, and its menu."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest

import simulated
from accessibility import serious
from browser import browsing, window
from environments import StandingClock
from leadferry.http_client import HttpClient
from leadferry.simulators.dataverse import look_drawing
from leadferry.simulators.dataverse.look_drawing import Point
from leadferry.solution.form_xml import DASHBOARD_ID
from leadferry.solution.forms import LEAD_INFO
from services import Dynamics

LEAD, FORM, CAMPAIGN, SUBMISSION = (str(uuid.UUID(int=number)) for number in range(1, 5))
SUBMISSIONS = "ferry_linkedinformsubmission"


@pytest.fixture
def dynamics() -> Iterator[Dynamics]:
    """A lead that came with a form, and what the mirror wrote of it."""
    with simulated.with_solution(StandingClock()) as running:
        found = Dynamics(running)
        found.seed("ferry_linkedinform", [{"ferry_linkedinformid": FORM, "ferry_name": "Paper"}])
        found.seed("ferry_linkedincampaign", [{"ferry_linkedincampaignid": CAMPAIGN, "ferry_name": "Autumn"}])
        person = {"firstname": "Ada", "lastname": "Crane", "leadsourcecode": 192350000}
        found.seed("lead", [{"leadid": LEAD, **person, "ferry_sourceform": FORM, "ferry_linkedincampaign": CAMPAIGN}])
        found.seed(SUBMISSIONS, [_submission(SUBMISSION, "Paper, 2026-09-21 10:00", FORM, LEAD)])
        found.seed(SUBMISSIONS, [_submission(str(uuid.UUID(int=9)), "Somebody else's", None, None)])
        yield found


def _submission(key: str, name: str, form: str | None, lead: str | None) -> dict[str, object]:
    row = {f"{SUBMISSIONS}id": key, "ferry_name": name, "ferry_linkedinformid": form, "ferry_lead": lead}
    return {**row, "ferry_matchingstatus": 192350001, "ferry_submissiondate": "2026-09-21T10:00:00Z"}


def look(dynamics: Dynamics, path: str) -> str:
    answer = HttpClient().send("GET", f"{dynamics.url}{path}", {})
    assert answer.status == 200
    return answer.body.decode()


def test_a_lead_is_shown_on_the_app_s_form_with_where_it_came_from(dynamics: Dynamics) -> None:
    text = look(dynamics, f"/look/lead/{LEAD}")
    assert all(f"<h3>{section.label}</h3>" in text for section in LEAD_INFO.sections)
    assert f'<dt>Source LinkedIn Form</dt><dd><a href="/look/ferry_linkedinform/{FORM}">Paper</a>' in text
    assert "<div><dt>Lead Source</dt><dd>LinkedIn Sponsored Content</dd></div>" in text


def test_its_submissions_are_listed_there_and_no_other_s(dynamics: Dynamics) -> None:
    text = look(dynamics, f"/look/lead/{LEAD}")
    assert f'<a href="/look/{SUBMISSIONS}/{SUBMISSION}">Paper</a>' in text
    assert "Somebody else" not in text
    assert ">New lead created<" in text


def test_dynamics_own_form_is_one_step_away(dynamics: Dynamics) -> None:
    other = re.search(r'<a href="(\?form=[0-9a-f-]+)">Lead</a>', look(dynamics, f"/look/lead/{LEAD}"))
    assert other
    text = look(dynamics, f"/look/lead/{LEAD}{other[1]}")
    assert "aria-current=page>Lead</a>" in text
    assert "LinkedIn Lead Info" not in text


def test_a_list_begins_with_a_view_of_the_app(dynamics: Dynamics) -> None:
    text = look(dynamics, f"/look/{SUBMISSIONS}")
    assert "aria-current=page>All form submissions</a>" in text
    assert "<th scope=col>Matching status</th>" in text


def test_the_menu_is_the_site_map(dynamics: Dynamics) -> None:
    text = look(dynamics, f"/look/dashboards/{DASHBOARD_ID}")
    assert f'<a href="/look/dashboards/{DASHBOARD_ID}" aria-current=page>Lead Performance</a>' in text
    assert f'<a href="/look/{SUBMISSIONS}">Form Submissions</a>' in text


def test_charts_are_drawn_as_they_present_themselves(dynamics: Dynamics) -> None:
    text = look(dynamics, f"/look/dashboards/{DASHBOARD_ID}")
    assert "Form submissions over time. Week 39: 2" in text
    assert '<li><i style="background:var(--c0)"></i><span>New lead created</span><span class=number>2 · 100 %' in text
    assert '<span>Autumn</span><span class=track><i style="width:100%"></i></span><span class=number>1</span>' in text


@pytest.mark.parametrize("kind", ["bars", "line", "pie"])
@pytest.mark.parametrize("values", [[0.0], [3.0], [0.0, 0.0], [5.0, 0.0, 2.0]])
def test_no_number_is_too_small_to_be_drawn(kind: str, values: list[float]) -> None:
    points = [Point(f"<{number}>", value, f"{value:.0f}") for number, value in enumerate(values)]
    drawn = getattr(look_drawing, kind)("T", points)
    assert all(f"&lt;{number}&gt;" in drawn for number in range(len(values)))
    assert "nan" not in drawn


def test_the_pages_are_accessible_and_fit_a_phone(dynamics: Dynamics) -> None:
    with browsing() as browser, window(browser, dynamics.url, width=390) as one:
        for path in ("/", "/look/lead", f"/look/lead/{LEAD}", f"/look/dashboards/{DASHBOARD_ID}"):
            one.page.goto(path)
            assert one.page.evaluate("document.documentElement.scrollWidth") <= 390, path
            assert serious(one.page) == [], path
        assert one.complaints == []
