"""Pages of the whole installation: the first page, the operator's link, the theme; how a session begins."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar import post as _post
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.exceptions import TooManyRequestsException
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.template.base import csrf_token

from leadferry.console.desk_routes import AtDesk, page, reader_at
from leadferry.console.guard_routes import session_cookie
from leadferry.console.limits_worker import client_key
from leadferry.console.person import Person
from leadferry.console.rights import Action
from leadferry.watch.log import Log

log = Log("console")
Form = URLEncodedBody[dict[str, str]]
OPEN = {"open": True}
THEMES = ("", "light", "dark")
YEAR_S = 31_536_000
INSTALLATION = 0
"""What is sealed for no environment."""


@page("/", Action.READ_ENVIRONMENT, opt={"anywhere": True})
def home(desk: AtDesk) -> Response[Any] | Redirect:
    """The environment seen last, the only one, or the list of them."""
    reachable = desk.surroundings()["environments"]
    seen = desk.request.cookies.get("environment", "")
    chosen = next((one for one in reachable if str(one.id) == seen), reachable[0] if len(reachable) == 1 else None)
    if chosen is not None:
        return Redirect(f"/e/{chosen.id}", status_code=303)
    return Redirect("/environments", status_code=303)


@get("/sign-in/link/{token:str}", opt=OPEN, sync_to_thread=True, include_in_schema=False)
def show_link(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
    """A page with one button: only the press uses the link up, so that a mail scanner cannot."""
    return open_page(request, "console/sign_in_link.html", token=token)


@_post("/sign-in/link", opt=OPEN, sync_to_thread=True, include_in_schema=False)
def use_link(request: Request[Any, Any, Any], data: Form) -> Response[Any]:
    app, client = request.app.state, client_key(request.client)
    refuse_too_many(app.rooms.limits.links.wait_s(client))
    person = app.rooms.sessions.use_link(data.get("token", ""))
    if person is None:
        app.rooms.limits.links.count(client)
        return open_page(request, "console/sign_in_link.html", token="", status=403)
    return signed_in(request, person, "/")


def refuse_too_many(wait_s: int) -> None:
    """429 with `Retry-After`, unless there is nothing to wait for."""
    if wait_s:
        raise TooManyRequestsException(headers={"Retry-After": str(wait_s)})


def signed_in(request: Request[Any, Any, Any], person: Person, return_to: str, *, id_token: str = "") -> Response[Any]:
    """Begins a session and goes on to `return_to`, which must be a path of ours. An older session of this browser
    ends."""
    app = request.app.state
    log.info("signed in", kind=person.kind.value)
    before = request.scope.get("user")
    if before is not None:
        app.rooms.sessions.end(before.token_hash)
    hint = app.rooms.vault.seal(INSTALLATION, id_token.encode()) if id_token else None
    token = app.rooms.sessions.begin(person, hint)
    app.rooms.audit.add("session.begin", person_id=person.id, person=person.name, via="console")
    cookie = Cookie(key=session_cookie(app.secure), value=token, httponly=True, secure=app.secure, samesite="lax")
    return Redirect(safe_path(return_to), status_code=303, cookies=[cookie])


def safe_path(path: str) -> str:
    """Only a path of this console: never `//other.example`, never a scheme, never a back-slash."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else "/"


@_post("/theme", opt=OPEN, sync_to_thread=True, include_in_schema=False)
def set_theme(request: Request[Any, Any, Any], data: Form) -> Response[Any]:
    theme = data.get("theme", "") if data.get("theme", "") in THEMES else ""
    cookie = Cookie(key="theme", value=theme, max_age=YEAR_S, samesite="lax", secure=request.app.state.secure)
    return Redirect(safe_path(data.get("return_to", "/")), status_code=303, cookies=[cookie])


def open_page(request: Request[Any, Any, Any], template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A page without anybody signed in."""
    shared = {
        "theme": request.cookies.get("theme", ""),
        "csrf": csrf_token({"request": request}),
        "reader": reader_at(request),
    }
    html = request.app.state.templates(template, {**shared, **values})
    return Response(html, status_code=status, media_type=MediaType.HTML)


HANDLERS: tuple[Any, ...] = (home, show_link, use_link, set_theme)
