"""`/e/{id}/privacy`: personal data. How long it is kept, what the last run took away, test leads, past erasures."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.params import FromQuery, URLEncodedBody

from leadferry.console.audit_store import Wanted as Entries
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.rights import Action
from leadferry.delivery.configuration import LEAST_DAYS, Configuration, WrongOptionsError
from leadferry.delivery.deciding_worker import cross_now
from leadferry.errors import LeadferryError
from leadferry.privacy.keeping import in_words, kept_words
from leadferry.privacy.shown import kept
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]
PATH = "/e/{environment_id:int}/privacy"
SHOWN = 20
"""Erasures of the past."""


@page(PATH, Action.DELETE_SUBMISSIONS)
def privacy(desk: AtDesk, count: FromQuery[str] = "") -> Response[Any]:
    """`count`: what would go now is counted at once, for a browser without script."""
    return show(desk, count=bool(count))


def show(desk: Desk, *, count: bool = False, typed: str = "", wrong: str = "") -> Response[Any]:
    rooms, here = desk.rooms, desk.here
    configuration = rooms.environments.configuration(here)
    last = rooms.retention.store.last_run(here.id)
    found = rooms.audit.list(here, Entries(action=Action.DELETE_SUBMISSIONS.value), limit=200)
    return desk.page(
        "privacy/privacy.html",
        status=422 if wrong else 200,
        typed=typed,
        wrong=wrong,
        rows=kept(configuration, last),
        last=last,
        due=_due(desk) if count else None,
        test_leads=rooms.count_test_leads(here),
        erasures=[one for one in found if one.record_kind in {"person", "retention", "test leads"}][:SHOWN],
    )


@page(f"{PATH}/due", Action.DELETE_SUBMISSIONS)
def due(desk: AtDesk) -> Response[Any]:
    """Counts what the next run would take away; the page asks for it when it is open."""
    return desk.page("privacy/_due.html", due=_due(desk))


def _due(desk: Desk, configuration: Configuration | None = None) -> dict[str, Any]:
    amounts = desk.rooms.due_for_removal(desk.here, configuration)
    return {"words": in_words(amounts), "kept": kept_words(amounts)}


@post(f"{PATH}/dry-run", Action.READ_CONFIGURATION)
def dry_run(desk: AtDesk, data: Form) -> Response[Any]:
    """Of the configuration as it is being edited: what the next run would take away. Nothing is saved."""
    stored = desk.rooms.environments.configuration(desk.here)
    typed = {name: data[name] for name in LEAST_DAYS if data.get(name, "").strip()}
    wrong: dict[str, str] = {}
    found: dict[str, Any] = {"words": [], "kept": ""}
    try:
        found = _due(desk, stored.set_all(typed))
    except WrongOptionsError as error:
        wrong = dict(error.wrong)
    fragment = "HX-Request" in desk.request.headers
    template = "privacy/_dry_run.html" if fragment else "privacy/dry_run.html"
    return desk.page(template, due=found, wrong=wrong, typed=typed)


@post(f"{PATH}/run", Action.DELETE_SUBMISSIONS)
def run(desk: AtDesk) -> Response[Any]:
    desk.rooms.retention.begin(desk.here)
    desk.record(Action.DELETE_SUBMISSIONS, "environment", desk.here.id, desk.here.name, after={"retention": "now"})
    return desk.go(
        desk.address("privacy"), toast=_("Retention has begun"), detail=_("What is old goes in small steps.")
    )


@post(f"{PATH}/test-leads", Action.DELETE_SUBMISSIONS)
def delete_test_leads(desk: AtDesk) -> Response[Any]:
    swept = desk.rooms.delete_test_leads(desk.here, desk.person.name)
    told = {"submissions": swept.submissions, "leads": swept.leads, "undone": swept.undone, "kept": len(swept.kept)}
    desk.record(Action.DELETE_SUBMISSIONS, _("test leads"), desk.here.id, desk.here.name, after=told)
    crossed = follow(desk) if swept.submissions else ""
    leads = _("{leads} leads deleted in Dynamics.", leads=f"{swept.leads:,}")
    detail = " ".join(filter(None, (leads, *swept.kept[:3], crossed)))
    return desk.go(
        desk.address("privacy"),
        toast=_("{submissions} test leads deleted", submissions=f"{swept.submissions:,}"),
        detail=detail,
    )


def follow(desk: Desk) -> str:
    """The rows in Dynamics go now, where it answers soon; a sentence where they do not yet."""
    try:
        return cross_now(desk.rooms.deliver, desk.here)
    except LeadferryError as error:
        return _("The rows in Dynamics follow later: {text}", text=error.message)


HANDLERS: tuple[Any, ...] = (privacy, due, dry_run, run, delete_test_leads)
