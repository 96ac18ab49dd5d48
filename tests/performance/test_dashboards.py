"""Dashboards: pages of charts that people make for themselves, in their order, shared where an administrator does."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import httpx2
import pytest

from leadferry.console.person import OPERATOR, Role
from leadferry.console.rights import Action, may
from leadferry.errors import InputError, NotFoundError
from leadferry.performance.dashboard_charts import MOST_CHARTS, Chart, moved, read, read_chart, written
from leadferry.performance.dashboard_store import DashboardStore
from leadferry.performance.narrowing import Narrowing
from leadferry.performance.outcome_stages import Stage
from leadferry.store.database import Database
from performance.conftest import Insight
from performance.worth import Worth
from visitor import Visitor, text_of

BARS = {"shape": "bars", "measure": "submissions", "by": "campaign", "days": "30", "size": "half", "title": ""}


def test_a_chart_is_kept_as_it_was_chosen() -> None:
    chart = read_chart({**BARS, "campaign": "7", "title": " Water  only ", "measure": "per-qualified", "days": "90"})
    wanted = Chart("bars", "per-qualified", "campaign", 90, "half", "Water only", Narrowing(campaign=7))
    assert chart == wanted
    assert read(written([chart])) == [chart]


def test_a_chart_of_another_version_is_left_out_and_the_others_stay() -> None:
    text = written([Chart("bars"), Chart("hologram"), Chart("funnel")])
    assert [one.shape for one in read(text)] == ["bars", "funnel"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"shape": "hologram"}, 'What stands for "shape"'),
        ({"measure": "joy"}, 'What stands for "measure"'),
        ({"by": "mood"}, 'What stands for "by"'),
        ({"days": "31"}, 'What stands for "days"'),
        ({"size": "huge"}, 'What stands for "size"'),
        ({"by": "ad"}, '"Submissions" is not told by ad.'),
        ({"title": "x" * 81}, "The title is too long."),
        ({"campaign": "x"}, 'The filter "campaign"'),
    ],
)
def test_a_chart_that_cannot_be_is_refused_in_words(values: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_chart({**BARS, **values})


@pytest.mark.parametrize(
    ("place", "by", "order"), [(0, 1, "bac"), (2, -1, "acb"), (0, -1, "abc"), (2, 1, "abc"), (9, 1, "abc")]
)
def test_a_chart_moves_one_place_and_stays_at_the_ends(place: int, by: int, order: str) -> None:
    charts = [Chart("bars", title=name) for name in "abc"]
    assert "".join(one.title for one in moved(charts, place, by)) == order


# The store


def names(store: DashboardStore, person: str) -> list[str]:
    return [one.name for one in store.list(1, person)]


def test_a_dashboard_is_its_maker_s_own_until_it_is_shared(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(
            "insert into environments (id, name, url, authority, tenant_id, client_id, credential_kind, credential, "
            "created_at) values (1, 'a', 'u', 'a', 't', 'c', 'secret', 'x', 0)"
        )
    store = DashboardStore(database, lambda: 5)
    key = store.add(1, "ada", "Ada", " Monday  meeting ", [Chart("funnel")])
    assert names(store, "ada") == ["Monday meeting"]
    assert names(store, "bo") == []
    with pytest.raises(NotFoundError, match="no such dashboard"):
        store.get(1, "bo", key)
    store.change(store.get(1, "ada", key), "Monday", shared=True)
    store.add(1, "bo", "Bo", "Air", [])
    assert names(store, "bo") == ["Air", "Monday"]
    assert store.get(1, "bo", key).charts == [Chart("funnel")]
    with pytest.raises(NotFoundError):
        store.get(2, "ada", key)
    with pytest.raises(InputError, match='There is a dashboard "Air"'):
        store.add(1, "bo", "Bo", "Air", [])
    with pytest.raises(InputError, match=f"holds {MOST_CHARTS} charts"):
        store.set_charts(store.get(1, "ada", key), [Chart("funnel")] * (MOST_CHARTS + 1))
    store.delete(store.get(1, "ada", key))
    assert names(store, "ada") == []


def test_who_may_see_performance_makes_dashboards_and_administrators_share_them() -> None:
    for role in Role:
        assert may(frozenset({role}), Action.KEEP_DASHBOARDS) == may(frozenset({role}), Action.READ_PERFORMANCE)
    assert {role for role in Role if may(frozenset({role}), Action.SHARE_DASHBOARDS)} == {
        Role.OPERATOR, Role.ADMINISTRATOR
    }  # fmt: skip


# The pages


@pytest.fixture
def visitor(insight: Insight) -> Visitor:
    return insight.console.operator()


def send(visitor: Visitor, path: str, **values: str) -> httpx2.Response:
    return visitor.post(path, values)


def made(visitor: Visitor, name: str = "Monday") -> str:
    """Where it stands."""
    answer = send(visitor, "/e/1/dashboards", name=name)
    assert answer.url.path.endswith("/edit"), text_of(answer)
    return answer.url.path.removesuffix("/edit")


def kept(insight: Insight) -> Sequence[Chart]:
    (found,) = insight.console.app.dashboards.list(1, OPERATOR.id)
    return found.charts


def test_a_new_one_begins_with_charts_which_are_then_added_changed_moved_and_removed_by_plain_forms(
    insight: Insight, visitor: Visitor
) -> None:
    address = made(visitor)
    before = kept(insight)
    assert before[0].called == "Submissions"
    send(visitor, f"{address}/charts/0", do="down")
    assert kept(insight)[:2] == [before[1], before[0]]
    send(visitor, f"{address}/charts/1", do="up")
    assert kept(insight) == before
    send(visitor, f"{address}/charts", **BARS | {"title": "Where from"})
    assert kept(insight)[-1].called == "Where from"
    place = len(before)
    assert 'value="Where from"' in visitor.get(f"{address}/charts/{place}").text
    send(visitor, f"{address}/charts/{place}", do="save", **BARS | {"by": "form"})
    assert kept(insight)[-1].called == "Submissions by form"
    for _ in range(place):
        send(visitor, f"{address}/charts/0", do="remove")
    assert [one.called for one in kept(insight)] == ["Submissions by form"]
    assert visitor.get(f"{address}/charts/7").status_code == 404


def test_what_cannot_be_drawn_comes_back_with_the_reason_and_nothing_typed_is_lost(
    insight: Insight, visitor: Visitor
) -> None:
    address = made(visitor)
    answer = send(visitor, f"{address}/charts", **BARS | {"by": "ad", "title": "By ad"})
    assert answer.status_code == 422
    assert "is not told by ad." in text_of(answer)
    assert 'value="By ad"' in answer.text
    twice = send(visitor, "/e/1/dashboards", name="Monday")
    assert twice.status_code == 422
    assert 'There is a dashboard "Monday"' in text_of(twice)


def test_it_shows_each_chart_with_its_change_its_table_its_csv_and_the_way_to_performance(
    insight: Insight, visitor: Visitor
) -> None:
    worth = Worth(insight)
    euro, dollar = worth.account(5001, "Halden", "EUR"), worth.account(5002, "Crane", "USD")
    worth.leads(euro, [Stage.WON, Stage.OPEN], campaign=worth.campaign(7, "Water"))
    worth.leads(dollar, [Stage.OPEN], campaign=worth.campaign(8, "Air"))
    worth.spend(euro, "EUR", {0: 50}, campaign=7)
    worth.spend(dollar, "USD", {0: 8}, campaign=8)
    charts = [
        Chart("number", "per-lead"),
        Chart("bars", "spent"),
        Chart("line", "qualified", narrowing=Narrowing(campaign=7)),
        Chart("table", "qualified-share", "owner"),
        Chart("funnel"),
        Chart("line", "per-lead"),
    ]
    app = insight.console.app
    key = app.dashboards.add(1, OPERATOR.id, "Operator", "Mine", charts)
    answer = visitor.get(f"/e/1/dashboards/{key}")
    text = text_of(answer)
    assert "as CSV €25.00 nothing to compare with US$8.00" in text
    assert "as CSV Water €50.00 Air US$8.00" in text
    assert "Halden 50 %" in text
    assert "only campaign Water" in text
    assert "Submitted 3 In Dynamics 3 100 % Qualified 1 33 % Won 1 100 %" in text
    assert 'href="/e/1/performance?days=30&amp;campaign=7"' in answer.text
    assert answer.text.count("Show as table") == 4
    page = text_of(visitor.get(f"/e/1/dashboards/{key}/table/1"))
    assert "Name Spent Before Change Water €50.00 - nothing to compare with Air US$8.00 - nothing" in page
    part = visitor.get(f"/e/1/dashboards/{key}/table/5", headers={"hx-request": "true"})
    assert "25 Nov US$8.00 - nothing to compare with 25 Nov €25.00 -" in text_of(part)
    assert "<html" not in part.text
    assert visitor.get(f"/e/1/dashboards/{key}/table/6").status_code == 404
    assert rows(visitor, f"/e/1/dashboards/{key}/csv/1") == [
        {"campaign": "Water", "unit": "EUR", "value": "50", "before": "0"},
        {"campaign": "Air", "unit": "USD", "value": "8", "before": "0"},
    ]
    days = rows(visitor, f"/e/1/dashboards/{key}/csv/5")
    assert [row for row in days if row["day"] == "2026-11-25"] == [
        {"day": "2026-11-25", "unit": "EUR", "value": "25", "before": "0"},
        {"day": "2026-11-25", "unit": "USD", "value": "8", "before": "0"},
    ]
    assert visitor.get(f"/e/1/dashboards/{key}/csv/6").status_code == 404


def rows(visitor: Visitor, address: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(visitor.get(address).text)))


def test_a_name_that_is_refused_takes_no_other_choice_with_it(insight: Insight, visitor: Visitor) -> None:
    key = insight.console.app.dashboards.add(1, OPERATOR.id, "Me", "Monday", [])
    for shared in ("yes", "no"):
        answer = send(visitor, f"/e/1/dashboards/{key}", name=" ", shared=shared)
        assert answer.status_code == 422
        assert f'<option value="{shared}" selected>' in answer.text


def test_a_shared_one_is_seen_by_others_and_every_change_stands_in_the_audit(
    insight: Insight, visitor: Visitor
) -> None:
    store = insight.console.app.dashboards
    key = store.add(1, "ada", "Ada", "Ada's", [])
    assert visitor.get(f"/e/1/dashboards/{key}").status_code == 404
    store.change(store.get(1, "ada", key), "Ada's", shared=True)
    assert "Ada's 0 charts, made by Ada Shared" in text_of(visitor.get("/e/1/dashboards"))
    assert "Shared by Ada." in text_of(visitor.get(f"/e/1/dashboards/{key}"))
    send(visitor, f"/e/1/dashboards/{key}", name="Ada's", shared="no")
    assert visitor.get(f"/e/1/dashboards/{key}").status_code == 404
    address = made(visitor)
    send(visitor, f"{address}/delete")
    assert store.list(1, OPERATOR.id) == []
    actions = [one.action for one in insight.console.app.audit.list(insight.environment, limit=10)]
    assert actions[:3] == ["dashboard.keep", "dashboard.keep", "dashboard.share"]
