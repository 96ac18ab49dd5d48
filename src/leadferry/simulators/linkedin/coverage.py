"""The page `docs/reference/linkedin-simulator.md`, made from the tables of addresses, settings and controls.

python -m leadferry.simulators.linkedin.coverage > docs/reference/linkedin-simulator.md
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import fields

from leadferry.simulators.linkedin import controls, oauth, site
from leadferry.simulators.linkedin.settings import CHOICES, Settings
from leadferry.simulators.linkedin.urls import OPERATIONS, ROOT, Operation

ABSENT = (
    ("leadForms: create, partial update", "forms are made by `PUT /__sim/forms/{id}`"),
    ("leadNotifications: create, get, delete; webhook challenges and pushes", "not simulated: the finder is empty"),
    ("id_token and the OpenID Connect keys", "`/v2/userinfo` is served"),
    ("conversions, conversionEvents", "not simulated"),
    ("adAnalytics: attributedRevenueMetrics, pivots by company, job or country", "not simulated"),
    ("projection=(…) with ~", "use `fields`"),
)
"""What LinkedIn has and this service has not, and what it has instead."""

PEOPLE = (
    ("GET", "`/`", "the published lead forms, and the members to be"),
    ("GET", "`/campaignmanager/accounts/{id}`, `/company/{id}/admin/`", "the same, of one ad account or page"),
    ("GET, POST", "`/login`", "who is it"),
    ("GET, POST", "`/forms/{id}[?creative=N]`", "a lead form to fill in; sent, it is a form response"),
    ("GET, POST", f"`{site.SERVICES}`", "the applications that the member let in; removing one revokes its tokens"),
)
"""HTML without script."""

_CONSENT = (
    "An application's `consent` decides: `accept` (at once, for its `default_member`), `user_cancelled_login`, "
    "`user_cancelled_authorize`, or `page`: people sign in, see what the application wants, and allow or cancel. "
    "A code challenge (S256) is remembered and enforced where it was sent."
)
_OPENING = (
    "Made by `python -m leadferry.simulators.linkedin.coverage`; do not edit by hand. Sections are those of the "
    "vendor's contract that each address follows."
)
_CLOSING = (
    "Faults, counts and reset are those of every simulator: `/__sim/faults`, `/__sim/stats`, `/__sim/zero`, "
    "`/__sim/reset`. A fault of kind `status` with `status` 200 and a `body` of broken JSON breaks one page."
)


def page() -> str:
    parts = [
        "# The LinkedIn simulator",
        _OPENING,
        "## Rest.li API",
        _table(("method", "address", "finder", "one of these scopes", "section"), map(_operation, OPERATIONS)),
        "## Sign-in",
        _table(("method", "address"), ((method, f"`{path}`") for method, path in oauth.ADDRESSES)),
        _CONSENT,
        "## Pages for people",
        _table(("methods", "address", "what"), PEOPLE),
        "## Not here",
        _table(("what", "instead"), ABSENT),
        "## Settings",
        "`GET` and `PATCH /__sim/settings`.",
        _table(("setting", "at first", "choices"), _settings()),
        "## Controls",
        f"```\n{_controls()}\n```",
        _CLOSING,
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _operation(operation: Operation) -> tuple[str, ...]:
    scopes = ", ".join(f"`{scope}`" for scope in operation.scopes)
    return operation.method, f"`{ROOT}{operation.path}`", operation.finder, scopes, operation.section


def _settings() -> list[tuple[str, ...]]:
    fresh = Settings()
    return [
        (f"`{field.name}`", f"`{getattr(fresh, field.name)}`", ", ".join(CHOICES.get(field.name, ())))
        for field in fields(Settings)
    ]


def _controls() -> str:
    """The block of addresses in the docstring of `controls`."""
    block = inspect.getdoc(controls) or ""
    return inspect.cleandoc(block.split("\n\n")[1])


if __name__ == "__main__":
    print(page(), end="")
