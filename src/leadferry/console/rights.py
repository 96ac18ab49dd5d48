"""The one table of who may do what. Pure. `docs/reference/rights.md` is written from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    KEEP_DASHBOARDS = "dashboard.keep"
    SHARE_DASHBOARDS = "dashboard.share"
    READ_HEALTH = "health.read"
    READ_ALERTS = "alert.read"
    CHANGE_ALERTS = "alert.change"
    READ_AUDIT = "audit.read"
    MANAGE_TOKENS = "token.manage"
    READ_INSTALLATION = "installation.read"


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
    Action.KEEP_DASHBOARDS: frozenset({_O, _A, _S, _M}),
    Action.SHARE_DASHBOARDS: frozenset({_O, _A}),
    Action.READ_HEALTH: frozenset({_O, _A}),
    Action.READ_ALERTS: frozenset({_O, _A}),
    Action.CHANGE_ALERTS: frozenset({_O, _A}),
    Action.READ_AUDIT: frozenset({_O, _A}),
    Action.MANAGE_TOKENS: frozenset({_O, _A}),
    Action.READ_INSTALLATION: frozenset({_O}),
}

WORDS: Mapping[Action, str] = {
    Action.READ_ENVIRONMENT: "see the environment",
    Action.ADD_ENVIRONMENT: "connect an environment",
    Action.CHANGE_ENVIRONMENT: "change the environment's connection",
    Action.REMOVE_ENVIRONMENT: "remove the environment",
    Action.READ_PROFILES: "see user profiles, accounts and pages",
    Action.AUTHORIZE_PROFILE: "authorize a user profile at LinkedIn",
    Action.CHANGE_PROFILE: "change and disconnect user profiles",
    Action.CHANGE_ACCOUNT: "switch accounts on and off, choose their lead owner",
    Action.READ_SYNC: "see synchronization",
    Action.RUN_SYNC: "synchronize now",
    Action.RESET_SYNC: "set synchronization back",
    Action.READ_FORMS: "read lead forms",
    Action.READ_SUBMISSIONS: "read form submissions",
    Action.DECIDE_SUBMISSIONS: "decide reviews, replay submissions",
    Action.DELETE_SUBMISSIONS: "delete form submissions",
    Action.IMPORT: "import CSV files",
    Action.READ_RULES: "read matching strategies and field mappings",
    Action.CHANGE_RULES: "change matching strategies and field mappings",
    Action.READ_CONFIGURATION: "read the configuration",
    Action.CHANGE_CONFIGURATION: "change the configuration",
    Action.READ_PERFORMANCE: "see lead performance",
    Action.KEEP_DASHBOARDS: "make dashboards of their own",
    Action.SHARE_DASHBOARDS: "share dashboards within the environment",
    Action.READ_HEALTH: "see health",
    Action.READ_ALERTS: "see alerts",
    Action.CHANGE_ALERTS: "change alerts",
    Action.READ_AUDIT: "read the audit",
    Action.MANAGE_TOKENS: "make and revoke API tokens",
    Action.READ_INSTALLATION: "read the audit of the whole installation",
}
"""What one may do, in words: pages and `docs/reference/rights.md` show them."""


class Scope(StrEnum):
    """What an API token is good for, in its one environment."""

    READ = "read"
    SUBMISSIONS = "submissions"
    RULES = "rules"
    SYNC = "sync"
    ACCOUNTS = "accounts"
    ADMIN = "admin"


SCOPES: Mapping[Scope, frozenset[Action]] = {
    Scope.READ: frozenset(
        {
            Action.READ_ENVIRONMENT,
            Action.READ_PROFILES,
            Action.READ_SYNC,
            Action.READ_FORMS,
            Action.READ_RULES,
            Action.READ_CONFIGURATION,
            Action.READ_PERFORMANCE,
            Action.READ_HEALTH,
            Action.READ_ALERTS,
        }
    ),
    Scope.SUBMISSIONS: frozenset({Action.READ_SUBMISSIONS, Action.DECIDE_SUBMISSIONS, Action.READ_FORMS}),
    Scope.RULES: frozenset({Action.READ_RULES, Action.CHANGE_RULES, Action.READ_FORMS}),
    Scope.SYNC: frozenset({Action.READ_SYNC, Action.RUN_SYNC, Action.IMPORT}),
    Scope.ACCOUNTS: frozenset({Action.READ_PROFILES, Action.CHANGE_ACCOUNT}),
    Scope.ADMIN: frozenset(
        {
            Action.CHANGE_ENVIRONMENT,
            Action.CHANGE_PROFILE,
            Action.RESET_SYNC,
            Action.DELETE_SUBMISSIONS,
            Action.READ_CONFIGURATION,
            Action.CHANGE_CONFIGURATION,
            Action.READ_ALERTS,
            Action.CHANGE_ALERTS,
            Action.READ_AUDIT,
        }
    ),
}
"""What only a person may do stands nowhere here: connecting and removing an environment, authorizing a user profile,
making further tokens. Answers of people are in `submissions` alone."""

SCOPE_WORDS: Mapping[Scope, str] = {
    Scope.READ: "Read how things stand: profiles, accounts, syncs, forms, rules, health. No answers of people.",
    Scope.SUBMISSIONS: "Read form submissions with their answers, decide reviews, replay.",
    Scope.RULES: "Change matching strategies and field mappings.",
    Scope.SYNC: "Synchronize, import CSV files.",
    Scope.ACCOUNTS: "Switch accounts and pages on and off, choose their lead owner.",
    Scope.ADMIN: "Change configuration, profiles and alerts, delete submissions, read the audit.",
}

ROLE_TO_ASK_FOR: Mapping[Role, str] = {
    Role.SALESPERSON: "LinkedIn Lead Gen Forms Salesperson",
    Role.ADMINISTRATOR: "LinkedIn Lead Gen Forms Administrator",
    Role.MANAGER: "Sales Manager",
}

ROLE_WORDS: Mapping[Role, str] = {
    Role.SALESPERSON: "Connects a LinkedIn user profile, watches the synchronization, reads forms and submissions, and "
    "decides reviews.",
    Role.ADMINISTRATOR: "Everything: also environments, accounts, matching strategies, field mappings, configuration, "
    "alerts, API tokens and the audit. System Administrator and System Customizer may do the same.",
    Role.MANAGER: "Sees lead performance.",
}


def may(roles: frozenset[Role], action: Action) -> bool:
    return not roles.isdisjoint(RIGHTS[action])


def role_to_ask_for(action: Action) -> str:
    """The least security role in Dynamics that allows it; "" where none does, only the operator's link."""
    return next((name for role, name in ROLE_TO_ASK_FOR.items() if role in RIGHTS[action]), "")


def actions_of(scopes: Iterable[Scope]) -> frozenset[Action]:
    return frozenset().union(*(SCOPES[scope] for scope in scopes))


def scope_to_ask_for(action: Action) -> str:
    """The first scope that allows it; "" where no token can."""
    return next((scope.value for scope, actions in SCOPES.items() if action in actions), "")
