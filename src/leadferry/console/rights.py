"""The one table of who may do what. Pure. `docs/reference/rights.md` is written from it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from leadferry.console.person import Role


class Action(StrEnum):
    """What a page, an address of the API or a button does. The value stands in the audit."""

    READ_ENVIRONMENT = "environment.read"
    ADD_ENVIRONMENT = "environment.add"
    CHANGE_ENVIRONMENT = "environment.change"
    REMOVE_ENVIRONMENT = "environment.remove"
    READ_PROFILES = "profile.read"
    AUTHORIZE_PROFILE = "profile.authorize"
    CHANGE_PROFILE = "profile.change"
    CHANGE_ACCOUNT = "account.change"
    READ_SYNC = "sync.read"
    RUN_SYNC = "sync.run"
    RESET_SYNC = "sync.reset"
    READ_FORMS = "form.read"
    READ_SUBMISSIONS = "submission.read"
    DECIDE_SUBMISSIONS = "submission.decide"
    DELETE_SUBMISSIONS = "submission.delete"
    IMPORT = "import.run"
    READ_RULES = "rule.read"
    CHANGE_RULES = "rule.change"
    READ_CONFIGURATION = "configuration.read"
    CHANGE_CONFIGURATION = "configuration.change"
    READ_PERFORMANCE = "performance.read"
    READ_HEALTH = "health.read"
    READ_ALERTS = "alert.read"
    CHANGE_ALERTS = "alert.change"
    READ_AUDIT = "audit.read"
    MANAGE_TOKENS = "token.manage"


_O, _A, _S, _M = Role.OPERATOR, Role.ADMINISTRATOR, Role.SALESPERSON, Role.MANAGER

RIGHTS: Mapping[Action, frozenset[Role]] = {
    Action.READ_ENVIRONMENT: frozenset({_O, _A, _S, _M}),
    Action.ADD_ENVIRONMENT: frozenset({_O, _A}),
    Action.CHANGE_ENVIRONMENT: frozenset({_O, _A}),
    Action.REMOVE_ENVIRONMENT: frozenset({_O, _A}),
    Action.READ_PROFILES: frozenset({_O, _A, _S}),
    Action.AUTHORIZE_PROFILE: frozenset({_O, _A, _S}),
    Action.CHANGE_PROFILE: frozenset({_O, _A}),
    Action.CHANGE_ACCOUNT: frozenset({_O, _A}),
    Action.READ_SYNC: frozenset({_O, _A, _S}),
    Action.RUN_SYNC: frozenset({_O, _A, _S}),
    Action.RESET_SYNC: frozenset({_O, _A}),
    Action.READ_FORMS: frozenset({_O, _A, _S}),
    Action.READ_SUBMISSIONS: frozenset({_O, _A, _S}),
    Action.DECIDE_SUBMISSIONS: frozenset({_O, _A, _S}),
    Action.DELETE_SUBMISSIONS: frozenset({_O, _A}),
    Action.IMPORT: frozenset({_O, _A}),
    Action.READ_RULES: frozenset({_O, _A, _S}),
    Action.CHANGE_RULES: frozenset({_O, _A}),
    Action.READ_CONFIGURATION: frozenset({_O, _A}),
    Action.CHANGE_CONFIGURATION: frozenset({_O, _A}),
    Action.READ_PERFORMANCE: frozenset({_O, _A, _S, _M}),
    Action.READ_HEALTH: frozenset({_O, _A}),
    Action.READ_ALERTS: frozenset({_O, _A}),
    Action.CHANGE_ALERTS: frozenset({_O, _A}),
    Action.READ_AUDIT: frozenset({_O, _A}),
    Action.MANAGE_TOKENS: frozenset({_O, _A}),
}

ROLE_TO_ASK_FOR: Mapping[Role, str] = {
    Role.SALESPERSON: "LinkedIn Lead Gen Forms Salesperson",
    Role.ADMINISTRATOR: "LinkedIn Lead Gen Forms Administrator",
    Role.MANAGER: "Sales Manager",
}


def may(roles: frozenset[Role], action: Action) -> bool:
    return not roles.isdisjoint(RIGHTS[action])


def role_to_ask_for(action: Action) -> str:
    """The least security role in Dynamics that allows it."""
    return next(name for role, name in ROLE_TO_ASK_FOR.items() if role in RIGHTS[action])
