"""`/e/{id}/privacy/person`: everything that is held of one person, as a page and as a file; and its end.

Who is looked for is sent in the form, never in an address: addresses are kept by browsers and proxies.
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response
from litestar.enums import MediaType
from litestar.params import URLEncodedBody

from leadferry.console.desk_routes import AtDesk, post
from leadferry.console.rights import Action
from leadferry.errors import InputError
from leadferry.privacy.people_store import MOST
from leadferry.privacy.privacy_routes import PATH, follow, show
from leadferry.privacy.shown import addresses, held, name_of
from leadferry.privacy.wanted import By, read_wanted
from leadferry.words import _, _n, json_of, together

Form = URLEncodedBody[dict[str, Any]]


@post(f"{PATH}/person", Action.DELETE_SUBMISSIONS)
def person(desk: AtDesk, data: Form) -> Response[Any]:
    typed = str(data.get("who", ""))
    try:
        wanted = read_wanted(typed)
    except InputError as error:
        return show(desk, typed=typed, wrong=str(error))
    rooms, here = desk.rooms, desk.here
    reached = rooms.find_person(here, wanted)
    found = rooms.held_of(here, list(reached.reasons))
    rows = held(found, reached.reasons, rooms.forms.version_by_key)
    return desk.page(
        "privacy/person.html",
        who=wanted.text,
        by=wanted.by.value,
        rows=rows,
        named=name_of(rows),
        others=[one for one in addresses(found) if wanted.by is not By.EMAIL or one != wanted.text.lower()],
        reached=reached,
        most=MOST,
        before=rooms.erased_before(here, wanted.text) if wanted.by is By.EMAIL else None,
        mirror=rooms.mirror_state(here),
        leads=len({one["lead_id"] for one in found if one["lead_id"]}),
    )


@post(f"{PATH}/person/file", Action.DELETE_SUBMISSIONS)
def file(desk: AtDesk, data: Form) -> Response[Any]:
    """Recorded, for it takes a person's answers out of the house."""
    numbers = _chosen(data)
    made = desk.rooms.dossier(desk.here, numbers)
    desk.record(Action.READ_SUBMISSIONS, "person", "", _("One person's data as JSON"), after={"numbers": numbers})
    headers = {"Content-Disposition": 'attachment; filename="person.json"'}
    body = msgspec.json.format(json_of(made), indent=2)
    return Response(body, media_type=MediaType.JSON, headers=headers)


@post(f"{PATH}/person/erase", Action.DELETE_SUBMISSIONS)
def erase(desk: AtDesk, data: Form) -> Response[Any]:
    numbers, mirror, leads = _chosen(data), data.get("mirror") == "yes", data.get("leads") == "yes"
    wishes = {"mirror": mirror, "leads": leads, "contacts": data.get("contacts") == "yes"}
    who = str(data.get("who", ""))
    email = who if "@" in who else ""
    erased = desk.rooms.erase(desk.here, numbers, by=desk.person.name, email=email, **wishes)
    desk.record(
        Action.DELETE_SUBMISSIONS, "person", "", _("One person, erased"), after=erased.recorded(numbers, mirror=mirror)
    )
    crossed = follow(desk) if mirror else ""
    told = [_("{leads} leads deleted in Dynamics.", leads=f"{erased.leads:,}") if leads else ""]
    if erased.contacts:
        told.append(_n("{n} contact deleted there.", "{n} contacts deleted there.", erased.contacts))
    told += [*erased.left, crossed]
    told.append("" if erased.clean else NOT_CLEAN)
    count = erased.submissions
    toast = _n("{count} form submission erased", "{count} form submissions erased", count, count=f"{count:,}")
    return desk.go(desk.address("privacy"), toast=toast, detail=together(filter(None, told)))


NOT_CLEAN = _(
    "The database's file is large or busy: what was erased may still be read out of its free "
    "space until `leadferry retention clean` has run."
)


def _chosen(data: dict[str, Any]) -> list[int]:
    """The checkboxes named `id`."""
    given = data.get("id", [])
    values = [given] if isinstance(given, str) else list(given)
    numbers = [int(value) for value in dict.fromkeys(values) if value.isdecimal() and len(value) < 19]
    if not numbers:
        raise InputError(
            _("No form submission is selected."),
            fix=_("Go back, and select those of the person."),
            code="nothing-named",
        )
    return numbers[:MOST]


HANDLERS: tuple[Any, ...] = (person, file, erase)
