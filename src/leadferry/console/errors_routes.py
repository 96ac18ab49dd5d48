"""The one place that turns an error into a web status and a page: what happened, why, what to do, the raw answer."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, NotAuthorizedException, PermissionDeniedException
from litestar.response import Redirect
from litestar.template.base import csrf_token

from leadferry.console.desk_routes import Desk, by_htmx, desk_of, reader_at
from leadferry.console.guard_routes import is_api, session_cookie
from leadferry.console.kept import Kept
from leadferry.console.kept_routes import csrf_field, kept_of, with_cookie
from leadferry.console.person import OPERATOR
from leadferry.console.problem_routes import problem
from leadferry.console.rights import ROLE_TO_ASK_FOR, ROLE_WORDS, Action, role_to_ask_for
from leadferry.console.trouble import Trouble
from leadferry.errors import BusyError, InputError, LeadferryError, NotFoundError, ServiceError, StaleError, facts_of
from leadferry.words import _

log = logging.getLogger(__name__)


STATUS = ((NotFoundError, 404), (StaleError, 412), (InputError, 422), (BusyError, 409), (ServiceError, 502))


UNAVAILABLE = {"rights-unknown"}
"""Codes of what nobody refused: it can only not be told now."""


def status_of(error: LeadferryError) -> int:
    if error.code in UNAVAILABLE:
        return 503
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def trouble_of(error: Exception) -> Trouble:
    match error:
        case LeadferryError():
            return Trouble(
                status_of(error), _("This could not be done"), error.message, fix=error.fix, raw=facts_of(error)
            )
        case PermissionDeniedException() if _too_old(error):
            return Trouble(
                403,
                _("This form is too old"),
                _("The form was opened before you signed in, or in another browser. Nothing was changed."),
                fix=_("Send it again, or go back and load the page anew."),
            )
        case PermissionDeniedException():
            return _not_allowed(error)
        case HTTPException() if error.status_code == 404:
            return Trouble(
                404,
                _("There is nothing here"),
                _("The address names nothing that exists, or nothing that you have a role for."),
                fix=_("Check the address, or go on from the first page."),
            )
        case HTTPException() if error.status_code == 429:
            return Trouble(
                429,
                _("Too many attempts"),
                _("There were too many from your network in a short time, so none is let through for a while."),
                fix=_("Wait {waiting}, then try again.", waiting=waiting(error)),
            )
        case HTTPException() if error.status_code < 500:
            return Trouble(
                error.status_code, _("This could not be read"), _("The request is not one that Leadferry knows.")
            )
    return Trouble(
        500,
        _("Something went wrong in Leadferry itself"),
        _("Nothing is lost: leads go on crossing."),
        fix=_("Try again. If it happens again, report the line below."),
        raw=_place(error),
    )


def waiting(error: HTTPException) -> str:
    """`3 minutes`, as the answer's `Retry-After` says."""
    seconds = int((error.headers or {}).get("Retry-After", "60"))
    return (
        _("{seconds} seconds", seconds=seconds) if seconds < 120 else _("{seconds} minutes", seconds=-(-seconds // 60))
    )


def _not_allowed(error: PermissionDeniedException) -> Trouble:
    extra = error.extra if isinstance(error.extra, dict) else {}
    action = extra.get("action", "")
    if not action:
        return Trouble(403, _("This is not open to you"), _("Your sign-in does not allow it."))
    role = role_to_ask_for(Action(action))
    if not role:
        return Trouble(
            403,
            _("Only the operator may do this"),
            _("It concerns the whole installation, not one environment."),
            fix=_("On the machine that runs Leadferry, `leadferry sign-in-link` makes a link for the operator."),
            raw=f"action {action}",
        )
    return Trouble(
        403,
        _("Your role does not allow this"),
        _("It needs the security role {role} in Dynamics 365, which you do not have.", role=role),
        fix=_("Ask an administrator of Dynamics to give you {role}. It works here a few minutes later.", role=role),
        raw=f"action {action}",
    )


def _place(error: BaseException) -> str:
    """Kind and place only: the text may quote an answer."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name} ({Path(last.filename).name}, line {last.lineno})"


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Every exception handler of the console. Addresses of the API answer with a problem in JSON."""
    trouble = trouble_of(error)
    if trouble.status >= 500 and not isinstance(error, LeadferryError):
        log.error("page failed: %s", _place(error))
    if trouble.status == 403:
        log.warning("refused: %s", trouble.raw or trouble.title)
    if is_api(request):
        return problem(error, trouble)
    if isinstance(error, NotAuthorizedException):
        return _signed_out(request, error)
    return _with_headers(_page(request, error, trouble), error)


def _page(request: Request[Any, Any, Any], error: Exception, trouble: Trouble) -> Response[Any]:
    if by_htmx(request):
        return _to_htmx(request, trouble)
    desk = _desk(request)
    kept = kept_of(request, trouble.status, too_old=_too_old(error))
    if desk is None:
        return _bare(request, trouble, kept)
    if isinstance(error, PermissionDeniedException) and isinstance(error.extra, dict) and error.extra.get("no_role"):
        return _without_role(request, desk)
    field, cookie = csrf_field(request)
    shown = desk.page("console/error.html", status=trouble.status, trouble=trouble, kept=kept, kept_csrf=field)
    return with_cookie(shown, cookie if kept else None)


def _too_old(error: Exception) -> bool:
    return isinstance(error, PermissionDeniedException) and "CSRF" in str(error.detail)


def _with_headers(response: Response[Any], error: Exception) -> Response[Any]:
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


def _signed_out(request: Request[Any, Any, Any], error: NotAuthorizedException) -> Response[Any]:
    """Off to sign in; a form that was filled in meanwhile stays where it is, to be sent again afterwards."""
    if request.method != "POST" or session_cookie(request.app.state.secure) not in request.cookies:
        return _to_sign_in(request, error)
    if by_htmx(request):
        return _to_htmx(request, _ended(_("Sign in in a new tab, come back to this one, and go on.")))
    form = kept_of(request, 401)
    if form is None or not form.typed:
        return _to_sign_in(request, error)
    return _bare(request, _ended(_("Sign in in a new tab, come back to this one, and send it again.")), form)


def _ended(fix: str) -> Trouble:
    return Trouble(
        401,
        _("Your session has ended"),
        _("It lasts some hours, and one hour without a request. Nothing was changed; what you typed is still here."),
        fix=fix,
    )


def _to_sign_in(request: Request[Any, Any, Any], error: NotAuthorizedException) -> Response[Any]:
    ended = error.extra.get("ended", "") if isinstance(error.extra, dict) else ""
    if not ended and session_cookie(request.app.state.secure) in request.cookies:
        ended = "time"
    query = f"?{request.url.query}" if request.url.query else ""
    back = f"{request.url.path}{query}" if request.method == "GET" else "/"
    address = f"/sign-in?{urlencode({'return_to': back, **({'ended': ended} if ended else {})})}"
    if by_htmx(request):
        return Response("", status_code=401, headers={"HX-Redirect": address}, media_type=MediaType.HTML)
    return Redirect(address, status_code=303)


def _without_role(request: Request[Any, Any, Any], desk: Desk) -> Response[Any]:
    """Signed in, and nothing to be seen: says whom to ask for what."""
    roles = [(name, ROLE_WORDS[role]) for role, name in ROLE_TO_ASK_FOR.items()]
    values = {
        "person": desk.person,
        "roles": roles,
        "theme": request.cookies.get("theme", ""),
        "reader": desk.reader,
    }
    html = request.app.state.templates("console/no_role.html", {**values, "csrf": csrf_token({"request": request})})
    return Response(html, status_code=403, media_type=MediaType.HTML)


def _to_htmx(request: Request[Any, Any, Any], trouble: Trouble) -> Response[Any]:
    """Into the page's message place; what the person typed stays where it is."""
    html = request.app.state.templates("console/message.html", {"trouble": trouble, "reader": reader_at(request)})
    headers = {"HX-Retarget": "#messages", "HX-Reswap": "innerHTML"}
    return Response(html, status_code=trouble.status, headers=headers, media_type=MediaType.HTML)


def _desk(request: Request[Any, Any, Any]) -> Desk | None:
    """None before anybody signed in."""
    person = request.scope.get("user")
    if person is None:
        return None
    state, app = request.state, request.app.state
    return desk_of(
        request,
        app.rooms,
        app.templates,
        person=person,
        environment=getattr(state, "environment", None),
        roles=getattr(state, "roles", frozenset()),
        secure=app.secure,
    )


def _bare(request: Request[Any, Any, Any], trouble: Trouble, kept: Kept | None = None) -> Response[Any]:
    field, cookie = csrf_field(request)
    values = {
        "trouble": trouble,
        "kept": kept,
        "kept_csrf": field,
        "theme": request.cookies.get("theme", ""),
        "person": OPERATOR,
        "reader": reader_at(request),
    }
    html = request.app.state.templates("console/error_bare.html", values)
    shown: Response[Any] = Response(html, status_code=trouble.status, media_type=MediaType.HTML)
    return with_cookie(shown, cookie if kept else None)
