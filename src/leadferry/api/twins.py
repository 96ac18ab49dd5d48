"""What a form of the console does, and the address of the API that does the same; or why there is none. Pure.

`tests/api/test_twins.py` holds it against both, and docs/reference/api.md tells what is left to the console.
"""

from __future__ import annotations

from collections.abc import Mapping

CONSOLE, API = "/e/{environment_id}/", "/api/v1/"
_CONSENT = "The member consents at LinkedIn, in a browser of their own."
_ADOPT = "It is done once, by a person who has read what would be taken over; the command line can."

TWINS: Mapping[str, str] = {
    "accounts/{owner_id}": "PATCH accounts/{account_id}",
    "alerts/again/{channel_id}": "POST alerts/channels/{channel_id}/retry",
    "alerts/channels/new": "POST alerts/channels",
    "alerts/channels/{channel_id}": "PATCH alerts/channels/{channel_id}",
    "alerts/channels/{channel_id}/remove": "DELETE alerts/channels/{channel_id}",
    "alerts/channels/{channel_id}/switch": "PATCH alerts/channels/{channel_id}",
    "alerts/channels/{channel_id}/test": "POST alerts/channels/{channel_id}/test",
    "configuration": "PATCH configuration",
    "configuration/file": "POST configuration/document",
    "connect/accounts": "PATCH accounts/{account_id}",
    "dashboards": "POST dashboards",
    "dashboards/{dashboard_id}": "PATCH dashboards/{dashboard_id}",
    "dashboards/{dashboard_id}/charts": "PATCH dashboards/{dashboard_id}",
    "dashboards/{dashboard_id}/charts/{place}": "PATCH dashboards/{dashboard_id}",
    "dashboards/{dashboard_id}/delete": "DELETE dashboards/{dashboard_id}",
    "forms/{form_id}/mappings": "POST mappings",
    "health/check": "POST health/check",
    "health/version": "POST environment/linkedin-version",
    "import": "POST imports",
    "import/{key}": "POST imports/{key}/commit",
    "import/{key}/drop": "DELETE imports/{key}",
    "mappings/columns": "GET lead-columns",
    "mappings/new": "POST mappings",
    "mappings/suggestions": "PATCH mappings/{mapping_id}",
    "mappings/{mapping_id}": "PATCH mappings/{mapping_id}",
    "mappings/{mapping_id}/preview": "POST mappings/{mapping_id}/preview",
    "mappings/{mapping_id}/remove": "DELETE mappings/{mapping_id}",
    "privacy/dry-run": "POST retention/dry-run",
    "privacy/person": "POST people/find",
    "privacy/person/erase": "POST people/erase",
    "privacy/person/file": "POST people/document",
    "privacy/run": "POST retention/run",
    "privacy/test-leads": "DELETE test-leads",
    "profiles/{profile_id}": "PATCH profiles/{profile_id}",
    "profiles/{profile_id}/delete": "DELETE profiles/{profile_id}",
    "profiles/{profile_id}/disconnect": "POST profiles/{profile_id}/disconnect",
    "profiles/{profile_id}/rights": "POST profiles/{profile_id}/check",
    "profiles/{profile_id}/sync": "POST sync",
    "review/decide": "POST review/decisions",
    "settings": "PATCH environment",
    "settings/credential": "POST environment/credential",
    "strategies/new": "POST strategies",
    "strategies/preview": "POST strategies/preview",
    "strategies/{strategy_id}": "PATCH strategies/{strategy_id}",
    "strategies/{strategy_id}/activate": "PATCH strategies/{strategy_id}",
    "strategies/{strategy_id}/remove": "DELETE strategies/{strategy_id}",
    "submissions/replay": "POST submissions/replay",
    "submissions/views": "POST views",
    "submissions/views/{view_id}/delete": "DELETE views/{view_id}",
    "submissions/{number}/delete": "DELETE submissions/{number}/lead",
    "submissions/{number}/replay": "POST submissions/{number}/replay",
    "submissions/{number}/undo": "POST submissions/{number}/undo",
    "sync": "POST sync",
    "sync/dry-run": "POST sync/reset",
    "sync/reset": "POST sync/reset",
    "tokens": "POST tokens",
    "tokens/{token_id}/revoke": "DELETE tokens/{token_id}",
    "webhooks/new": "POST webhooks",
    "webhooks/{webhook_id}/again": "POST webhooks/{webhook_id}/redeliver",
    "webhooks/{webhook_id}/change": "PATCH webhooks/{webhook_id}",
    "webhooks/{webhook_id}/deliveries/{delivery_id}/again": (
        "POST webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver"
    ),
    "webhooks/{webhook_id}/remove": "DELETE webhooks/{webhook_id}",
    "webhooks/{webhook_id}/rotate": "POST webhooks/{webhook_id}/rotate",
    "webhooks/{webhook_id}/switch": "PATCH webhooks/{webhook_id}",
    "webhooks/{webhook_id}/test": "POST webhooks/{webhook_id}/test",
}
"""A form's address below the environment -> the address of the API below `/api/v1/`."""

ONLY_AT_THE_CONSOLE: Mapping[str, str] = {
    "adopt": _ADOPT,
    "adopt/dry-run": _ADOPT,
    "adopt/stop": _ADOPT,
    "connect/app": "It is a step of the wizard, which a person goes through with the vendors' portals beside it.",
    "connect/start": "It ends the wizard; `POST sync` begins a sync afterwards.",
    "profiles/new": _CONSENT,
    "profiles/{profile_id}/authorize": _CONSENT,
    "profiles/{profile_id}/confirm/{consent_id}": _CONSENT,
    "remove": "A script that goes wrong must not end an environment with everything in it; the command line can.",
    "settings/linkedin-app": "With another app every member has to consent again, which only they can.",
    "sync/dry-run/stop": "`POST sync/reset` with `dry_run` answers when it is done.",
}
"""A form's address below the environment -> why the API has none like it."""
