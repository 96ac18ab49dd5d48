"""What a handler works with: who asks, in which environment, with which rights; and how it answers with a page.

Rooms bring their own pages: a `*_routes.py` with functions marked `page(...)` or `post(...)`, and templates in
`<room>/templates/<room>/`. `app.py` hands them over; nothing is reached that does not name its Action.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from litestar import Request, Response, get
from litestar import post as _post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.response import Redirect
from litestar.template.base import csrf_token
from litestar.utils.scope.state import ScopeState

from leadferry.accounts.model import Environment
from leadferry.console.audit_store import AuditStore
from leadferry.console.edited import FIELD, Changed, Drawn
from leadferry.console.navigation import areas_for
from leadferry.console.person import Person, Role
from leadferry.console.reader import Reader, reader_of
from leadferry.console.recording import Maker, Recording
from leadferry.console.rights import Action, may
from leadferry.console.session_store import SessionStore
from leadferry.words import said

if TYPE_CHECKING:
    from leadferry.accounts.environment_store import EnvironmentStore
    from leadferry.clock import Clock

TOAST_COOKIE = "toast"
SEEN_COOKIE = "environment"
"""The environment seen last: where `/` leads to."""
_TOAST_BYTES = 2000
_YEAR_S = 31_536_000


class Rooms(Protocol):
    """What the shell itself needs of the application. Each room's routes name what they need in a protocol of their
    own; `App` satisfies them all."""

    clock: Clock
    environments: EnvironmentStore
    sessions: SessionStore
    audit: AuditStore

    def menu_counts(self, environment: Environment) -> Mapping[str, int]:
        """Path of a menu entry -> what waits there; 1,000 stands for more."""
        ...

    def roles_in(self, person: Person, environment: Environment) -> frozenset[Role]:
        """What the person is there now. Raises ServiceError when Dynamics cannot be asked."""
        ...


class Pages(Protocol):
    def __call__(self, template: str, values: Mapping[str, Any]) -> str: ...


@dataclass
class Desk(Recording):
    """One request. `environment` is None on pages of the whole installation. `changed`: the save that it asked for was
    refused, because what its form was drawn from is not there any more."""

    request: Request[Any, Any, Any]
    rooms: Any
    render: Pages
    person: Person
    environment: Environment | None
    roles: frozenset[Role]
    reader: Reader
    secure: bool
    toasts: list[dict[str, str]] = field(default_factory=list)
    changed: Changed | None = None

    @property
    def here(self) -> Environment:
        """The environment of this address."""
        if self.environment is None:
            raise NotFoundException
        return self.environment

    def may(self, action: Action) -> bool:
        return may(self.roles, action)

    def address(self, path: str = "") -> str:
        """Below this environment: `profiles/3` is `/e/1/profiles/3`."""
        return f"/e/{self.here.id}/{path}".rstrip("/")

    @property
    def by_htmx(self) -> bool:
        """Whether a part of a page is asked for, not a page."""
        return by_htmx(self.request)

    # What a form was drawn from: console/edited_routes.py compares it

    @property
    def sent(self) -> Mapping[str, Any]:
        """The form that was sent; without fields where there is none."""
        form = ScopeState.from_scope(self.request.scope).form
        return form if isinstance(form, Mapping) else {}

    @property
    def sent_tag(self) -> str:
        value = self.sent.get(FIELD)
        return value if isinstance(value, str) else ""

    def tag_for(self, drawn: Drawn, *, seen: bool = False) -> str:
        """For a form that is shown. One that comes back (with an error, with a preview) stays drawn from what it was;
        after it was refused because that is gone, it is drawn from what is there. `seen`: so it is where the page shows
        what the save would change of what is there."""
        sent = self.sent_tag
        if self.changed is None and drawn.is_named(sent) and not seen:
            return sent
        return drawn.tag(self.rooms.clock())

    # Answers

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response[str]:
        """`template`: `accounts/profiles.html`. An answer to htmx may be a fragment: name its template."""
        if self.changed is not None:
            status = 409
        html = self.render(template, {**self.surroundings(), **values})
        response = Response(html, media_type=MediaType.HTML, status_code=status)
        if TOAST_COOKIE in self.request.cookies:
            response.delete_cookie(TOAST_COOKIE)
        if self.environment and self.request.cookies.get(SEEN_COOKIE) != str(self.environment.id):
            response.set_cookie(seen_cookie(self.environment.id, secure=self.secure))
        return response

    def go(self, path: str, *, toast: str = "", detail: str = "", undo: str = "") -> Redirect:
        """After a change: on to a page, with a word of what was done (`5 replayed`). `undo`: our address that takes a
        POST and takes the change back."""
        cookies = [toast_cookie(self.say(toast), self.say(detail), undo, secure=self.secure)] if toast else []
        return Redirect(path, status_code=303, cookies=cookies)

    def say(self, words: str) -> str:
        """In the reader's language, for what leaves the page's values."""
        return str(said(words, self.request.app.state.templates.languages.translations(self.reader.language)))

    @property
    def maker(self) -> Maker:
        return Maker(self.person.id, self.person.name, "console")

    @property
    def place(self) -> Environment | None:
        return self.environment

    def surroundings(self) -> dict[str, Any]:
        """What the layout shows around every page."""
        return {
            "desk": self,
            "person": self.person,
            "environment": self.environment,
            "environments": self.rooms.environments.list() if Role.OPERATOR in self.roles else self._reachable(),
            "areas": areas_for(self.roles) if self.environment else [],
            "menu_counts": self.rooms.menu_counts(self.environment) if self.environment else {},
            "open_alerts_count": self._open_alerts(),
            "path": self.request.url.path,
            "csrf": csrf_token({"request": self.request}),
            "toasts": self.toasts,
            "now": self.rooms.clock(),
            "reader": self.reader,
            "theme": self.request.cookies.get("theme", ""),
            "Action": Action,
        }

    def _open_alerts(self) -> int:
        """For the bell. One look at a small index."""
        if self.environment is None or not self.may(Action.READ_ALERTS):
            return 0
        return int(self.rooms.alerts.open_count(self.environment.id))

    def _reachable(self) -> list[Environment]:
        """Where the person has a role, as far as Dynamics can be asked."""
        return list(self.rooms.environments_of(self.person))


def by_htmx(request: Request[Any, Any, Any]) -> bool:
    return "hx-request" in request.headers


def reader_at(request: Request[Any, Any, Any]) -> Reader:
    """Who reads the answer; signed in or not."""
    spoken = request.app.state.templates.languages.known
    return reader_of(request.headers.get("accept-language", ""), request.cookies.get("tz", ""), spoken)


AtDesk = NamedDependency[Desk]
"""What a handler takes: `def profiles(desk: AtDesk) -> ...`."""


def desk_of(
    request: Request[Any, Any, Any],
    rooms: Any,
    render: Pages,
    *,
    person: Person,
    environment: Environment | None,
    roles: frozenset[Role],
    secure: bool,
) -> Desk:
    reader = reader_at(request)
    toasts = read_toasts(request.cookies.get(TOAST_COOKIE, ""))
    return Desk(request, rooms, render, person, environment, roles, reader, secure, toasts)


def page(path: str, action: Action, **more: Any) -> Callable[..., Any]:
    """A page that needs `action`: `@page("/e/{environment_id:int}/profiles", Action.READ_PROFILES)`."""
    opt = {"action": action, **more.pop("opt", {})}
    return get(path, opt=opt, sync_to_thread=True, include_in_schema=False, **more)


def post(path: str, action: Action, **more: Any) -> Callable[..., Any]:
    """A form that needs `action`. It answers with `desk.go(...)`, or with the page again and what is wrong."""
    opt = {"action": action, **more.pop("opt", {})}
    return _post(path, opt=opt, sync_to_thread=True, include_in_schema=False, status_code=200, **more)


# Toasts: what was just done, carried over one redirect in a cookie of the reader's own.


def toast_cookie(text: str, detail: str, undo: str = "", *, secure: bool) -> Cookie:
    value = base64.urlsafe_b64encode(msgspec.json.encode([text[:300], detail[:600], undo[:200]])).decode()
    return Cookie(key=TOAST_COOKIE, value=value, max_age=60, httponly=True, samesite="lax", secure=secure)


def seen_cookie(environment_id: int, *, secure: bool) -> Cookie:
    return Cookie(
        key=SEEN_COOKIE, value=str(environment_id), max_age=_YEAR_S, httponly=True, samesite="lax", secure=secure
    )


def read_toasts(value: str) -> list[dict[str, str]]:
    if not value or len(value) > _TOAST_BYTES:
        return []
    try:
        text, detail, undo = msgspec.json.decode(base64.urlsafe_b64decode(value), type=tuple[str, str, str])
    except (ValueError, msgspec.DecodeError):
        return []
    return [{"text": text, "detail": detail, "undo": undo if undo.startswith("/e/") else ""}]
