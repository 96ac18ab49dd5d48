from __future__ import annotations

from collections.abc import Iterator

import pytest

from leadferry.http_client import HttpClient
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.oauth_client import LinkedInOAuthClient
from leadferry.linkedin.tokens import OwnTokens, Tokens, TokenSource
from scripted_service import NOW_MS, Service, Time, listening, longest


@pytest.fixture
def service() -> Iterator[Service]:
    with listening(Service()) as service:
        yield service


@pytest.fixture
def sign_in() -> Iterator[Service]:
    """The other host: www.linkedin.com."""
    with listening(Service()) as service:
        yield service


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def oauth(sign_in: Service, time: Time) -> LinkedInOAuthClient:
    return LinkedInOAuthClient(
        sign_in.url, "app-1", "s3cret&", HttpClient(), clock=time.clock, sleep=time.sleep, jitter=longest
    )


@pytest.fixture
def saved() -> list[Tokens]:
    return []


@pytest.fixture
def tokens(oauth: LinkedInOAuthClient, time: Time, saved: list[Tokens]) -> TokenSource:
    held = Tokens("t1", "r1", NOW_MS + 5_184_000_000, NOW_MS + 31_536_000_000, ("r_marketing_leadgen_automation",))
    return TokenSource(held, oauth.refresh, OwnTokens(saved.append), clock=time.clock, sleep=time.sleep, jitter=longest)


@pytest.fixture
def client(service: Service, tokens: TokenSource, time: Time) -> LinkedInClient:
    return LinkedInClient(
        service.url, "202609", tokens, HttpClient(), clock=time.clock, sleep=time.sleep, jitter=longest
    )
