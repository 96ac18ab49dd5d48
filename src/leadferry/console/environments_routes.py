"""The list of environments: where a person lands who reaches several, or none."""

from __future__ import annotations

from typing import Any

from litestar import Response

from leadferry.console.desk_routes import AtDesk, page
from leadferry.console.rights import Action


@page("/environments", Action.READ_ENVIRONMENT, opt={"anywhere": True})
def environments(desk: AtDesk) -> Response[Any]:
    return desk.page("console/environments.html")


HANDLERS: tuple[Any, ...] = (environments,)
