"""The list of environments: where a person lands who reaches several, or none."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from leadferry.console.desk_routes import AtDesk, page, seen_cookie
from leadferry.console.navigation import areas_for
from leadferry.console.rights import Action


@page("/environments", Action.READ_ENVIRONMENT, opt={"anywhere": True})
def environments(desk: AtDesk) -> Response[Any]:
    return desk.page("console/environments.html")


@page("/e/{environment_id:int}", Action.READ_ENVIRONMENT)
def environment(desk: AtDesk) -> Redirect:
    """The first page that the person may open."""
    entry = next((entry for area in areas_for(desk.roles) for entry in area.entries), None)
    if entry is None:
        raise NotFoundException
    return Redirect(desk.address(entry.path), status_code=303, cookies=[seen_cookie(desk.here.id, secure=desk.secure)])


HANDLERS: tuple[Any, ...] = (environments, environment)
