"""The one table of who may do what. Pure. `docs/reference/rights.md` is written from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from leadferry.console.person import Role
from leadferry.words import _


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
    READ_RAW = "submission.raw"
    DECIDE_SUBMISSIONS = "submission.decide"
    DELETE_SUBMISSIONS = "submission.delete"
    IMPORT = "import.run"
    ADOPT = "adoption.run"
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
    READ_WEBHOOKS = "webhook.read"
    CHANGE_WEBHOOKS = "webhook.change"
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
    Action.READ_RAW: frozenset({_O, _A, _S}),
    Action.DECIDE_SUBMISSIONS: frozenset({_O, _A, _S}),
    Action.DELETE_SUBMISSIONS: frozenset({_O, _A}),
    Action.IMPORT: frozenset({_O, _A}),
    Action.ADOPT: frozenset({_O, _A}),
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
    Action.READ_WEBHOOKS: frozenset({_O, _A}),
    Action.CHANGE_WEBHOOKS: frozenset({_O, _A}),
    Action.READ_AUDIT: frozenset({_O, _A}),
    Action.MANAGE_TOKENS: frozenset({_O, _A}),
    Action.READ_INSTALLATION: frozenset({_O}),
}

WORDS: Mapping[Action, str] = {
    Action.READ_ENVIRONMENT: _("see the environment"),
    Action.ADD_ENVIRONMENT: _("connect an environment"),
    Action.CHANGE_ENVIRONMENT: _("change the environment's connection"),
    Action.REMOVE_ENVIRONMENT: _("remove the environment"),
    Action.READ_PROFILES: _("see user profiles, accounts and pages"),
    Action.AUTHORIZE_PROFILE: _("authorize a user profile at LinkedIn"),
    Action.CHANGE_PROFILE: _("change and disconnect user profiles"),
    Action.CHANGE_ACCOUNT: _("switch accounts on and off, choose their lead owner"),
    Action.READ_SYNC: _("see synchronization"),
    Action.RUN_SYNC: _("synchronize now"),
    Action.RESET_SYNC: _("set synchronization back"),
    Action.READ_FORMS: _("read lead forms"),
    Action.READ_SUBMISSIONS: _("read form submissions"),
    Action.READ_RAW: _("read form responses as LinkedIn sent them"),
    Action.DECIDE_SUBMISSIONS: _("decide reviews, replay submissions"),
    Action.DELETE_SUBMISSIONS: _("delete form submissions"),
    Action.IMPORT: _("import CSV files"),
    Action.ADOPT: _("take over from Microsoft's connector"),
    Action.READ_RULES: _("read matching strategies and field mappings"),
    Action.CHANGE_RULES: _("change matching strategies and field mappings"),
    Action.READ_CONFIGURATION: _("read the configuration"),
    Action.CHANGE_CONFIGURATION: _("change the configuration"),
    Action.READ_PERFORMANCE: _("see lead performance"),
    Action.KEEP_DASHBOARDS: _("make dashboards of their own"),
    Action.SHARE_DASHBOARDS: _("share dashboards within the environment"),
    Action.READ_HEALTH: _("see health"),
    Action.READ_ALERTS: _("see alerts"),
    Action.CHANGE_ALERTS: _("change alerts"),
    Action.READ_WEBHOOKS: _("see webhooks and what was sent to them"),
    Action.CHANGE_WEBHOOKS: _("change webhooks, send to them again"),
    Action.READ_AUDIT: _("read the audit"),
    Action.MANAGE_TOKENS: _("make and revoke API tokens"),
    Action.READ_INSTALLATION: _("read the audit of the whole installation"),
}
"""What one may do, in words: pages and `docs/reference/rights.md` show them."""


class Scope(StrEnum):
    """What an API token is good for, in its one environment."""

    READ = "read"
    SUBMISSIONS = "submissions"
    RAW = "raw"
    RULES = "rules"
    SYNC = "sync"
    ACCOUNTS = "accounts"
    DASHBOARDS = "dashboards"
    ADMIN = "admin"
    TOKENS = "tokens"


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
    Scope.RAW: frozenset({Action.READ_RAW}),
    Scope.RULES: frozenset({Action.READ_RULES, Action.CHANGE_RULES, Action.READ_FORMS}),
    Scope.SYNC: frozenset({Action.READ_SYNC, Action.RUN_SYNC, Action.IMPORT}),
    Scope.ACCOUNTS: frozenset({Action.READ_PROFILES, Action.CHANGE_ACCOUNT}),
    Scope.DASHBOARDS: frozenset({Action.READ_PERFORMANCE, Action.KEEP_DASHBOARDS}),
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
            Action.READ_WEBHOOKS,
            Action.CHANGE_WEBHOOKS,
            Action.SHARE_DASHBOARDS,
            Action.READ_AUDIT,
        }
    ),
    Scope.TOKENS: frozenset({Action.MANAGE_TOKENS}),
}
"""What only a person may do stands nowhere here: connecting and removing an environment, authorizing a user profile.
Answers of people are in `submissions` and `raw` alone."""

SCOPE_WORDS: Mapping[Scope, str] = {
    Scope.READ: _("Read how things stand: profiles, accounts, syncs, forms, rules, health. No answers of people."),
    Scope.SUBMISSIONS: _("Read form submissions with their answers, decide reviews, replay."),
    Scope.RAW: _("Read form responses just as LinkedIn sent them."),
    Scope.RULES: _("Change matching strategies and field mappings."),
    Scope.SYNC: _("Synchronize, import CSV files."),
    Scope.ACCOUNTS: _("Switch accounts and pages on and off, choose their lead owner."),
    Scope.DASHBOARDS: _("Read lead performance, make and change dashboards of whoever made the token."),
    Scope.ADMIN: _(
        "Change configuration, profiles, alerts and webhooks, share dashboards, delete submissions, read the audit."
    ),
    Scope.TOKENS: _("Make further tokens that may do no more than this one, and revoke tokens."),
}

ROLE_TO_ASK_FOR: Mapping[Role, str] = {
    Role.SALESPERSON: "LinkedIn Lead Gen Forms Salesperson",
    Role.ADMINISTRATOR: "LinkedIn Lead Gen Forms Administrator",
    Role.MANAGER: "Sales Manager",
}

ROLE_WORDS: Mapping[Role, str] = {
    Role.SALESPERSON: _(
        "Connects a LinkedIn user profile, watches the synchronization, reads forms and submissions, and "
        "decides reviews."
    ),
    Role.ADMINISTRATOR: _(
        "Everything: also environments, accounts, matching strategies, field mappings, configuration, "
        "alerts, webhooks, API tokens and the audit. System Administrator and System Customizer may do the same."
    ),
    Role.MANAGER: _("Sees lead performance."),
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
