from __future__ import annotations

import pytest

from leadferry.watch.traffic import Exchange, named


@pytest.mark.parametrize(
    ("url", "service", "resource"),
    [
        ("https://x.crm4.dynamics.com/api/data/v9.2/leads?$filter=lastname eq 'Ada'", "dynamics", "leads"),
        ("https://x.crm4.dynamics.com/api/data/v9.2/leads(1-2)", "dynamics", "leads"),
        ("https://x/api/data/v9.2/leads/Microsoft.Dynamics.CRM.CreateMultiple", "dynamics", "leads/CreateMultiple"),
        ("https://x/api/data/v9.2/$batch", "dynamics", "$batch"),
        ("https://x/api/data/v9.2/EntityDefinitions(LogicalName='lead')", "dynamics", "EntityDefinitions"),
        ("https://api.linkedin.com/rest/leadFormResponses?q=owner", "linkedin", "leadFormResponses"),
        ("https://api.linkedin.com/rest/adAccounts/5001/creatives?x=1", "linkedin", "creatives"),
        ("https://api.linkedin.com/rest/events/urn%3Ali%3Aevent%3A5", "linkedin", "events"),
        ("https://www.linkedin.com/oauth/v2/accessToken", "linkedin", "token"),
        ("https://login.microsoftonline.com/t/oauth2/v2.0/token", "entra", "token"),
        ("https://elsewhere.example/ada@crane.example", "other", "other"),
    ],
)
def test_a_request_is_named_without_its_keys(url: str, service: str, resource: str) -> None:
    assert named(url) == (service, resource)


@pytest.mark.parametrize(("status", "shown"), [(200, "2xx"), (429, "4xx"), (503, "5xx"), (0, "none")])
def test_a_status_is_a_class(status: int, shown: str) -> None:
    assert Exchange("linkedin", "x", "GET", status, 0.1).status_class == shown
