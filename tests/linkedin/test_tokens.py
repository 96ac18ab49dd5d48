from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from leadferry.errors import LinkedInError
from leadferry.http_client import HttpClient
from leadferry.linkedin.oauth_client import LinkedInOAuthClient
from leadferry.linkedin.tokens import OwnTokens, Tokens, TokenSource, is_due, renew_before_ms, to_scopes
from leadferry.simulators.server import Response, json_response
from scripted_service import CUT, NOW_MS, Service, Time, longest

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
GRANTED = json_response({
    "access_token": "t2", "expires_in": 5184000, "refresh_token": "r2", "refresh_token_expires_in": 31536000,
    "scope": "r_ads,r_marketing_leadgen_automation", "token_type": "Bearer",
})  # fmt: skip


def refused(status: int, error: str, description: str = "") -> Response:
    return json_response({"error": error, "error_description": description}, status)


def test_the_consent_address(oauth: LinkedInOAuthClient, sign_in: Service) -> None:
    url = oauth.authorization_url("https://me.example/back?a=1", "xyz", ["r_ads", "openid"])
    assert url.startswith(f"{sign_in.url}/oauth/v2/authorization?")
    assert "scope=r_ads%20openid" in url
    assert parse_qs(urlsplit(url).query) == {
        "response_type": ["code"],
        "client_id": ["app-1"],
        "redirect_uri": ["https://me.example/back?a=1"],
        "state": ["xyz"],
        "scope": ["r_ads openid"],
    }
    assert sign_in.asked == []


def test_a_code_is_exchanged(oauth: LinkedInOAuthClient, sign_in: Service) -> None:
    sign_in.will(GRANTED)
    found = oauth.exchange("c1", "https://me.example/back")
    assert found == Tokens(
        "t2", "r2", NOW_MS + 60 * DAY_MS, NOW_MS + 365 * DAY_MS, ("r_ads", "r_marketing_leadgen_automation"), NOW_MS
    )
    assert sign_in.asked[0].path == "/oauth/v2/accessToken"
    assert parse_qs(sign_in.asked[0].body.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["c1"],
        "redirect_uri": ["https://me.example/back"],
        "client_id": ["app-1"],
        "client_secret": ["s3cret&"],
    }


def test_a_code_is_never_sent_twice(oauth: LinkedInOAuthClient, sign_in: Service) -> None:
    sign_in.will(CUT)
    with pytest.raises(LinkedInError) as caught:
        oauth.exchange("c1", "https://me.example/back")
    assert caught.value.code == "linkedin-unreachable"
    assert len(sign_in.asked) == 1


def test_a_refresh_may_be_repeated(oauth: LinkedInOAuthClient, sign_in: Service, time: Time) -> None:
    sign_in.will(CUT, Response(503), GRANTED)
    assert oauth.refresh("r1").access == "t2"
    assert time.slept == [1.0, 2.0]
    assert parse_qs(sign_in.asked[2].body.decode())["refresh_token"] == ["r1"]


def test_an_app_without_refresh_tokens(oauth: LinkedInOAuthClient, sign_in: Service) -> None:
    sign_in.will(json_response({"access_token": "t", "expires_in": 60, "scope": "a b"}))
    assert oauth.exchange("c", "https://x.example") == Tokens("t", "", NOW_MS + 60_000, 0, ("a", "b"), NOW_MS)


def test_introspection(oauth: LinkedInOAuthClient, sign_in: Service) -> None:
    sign_in.will(json_response({"active": True, "status": "active", "expires_at": 1798184000, "scope": "a,b"}))
    found = oauth.introspect("t1")
    assert (found.active, found.status, found.expires_at) == (True, "active", 1798184000)
    assert parse_qs(sign_in.asked[0].body.decode())["token"] == ["t1"]


@pytest.mark.parametrize(
    ("status", "error", "description", "code"),
    [
        (400, "invalid_grant", "", "linkedin-reauthorize"),
        (400, "invalid_request", "The provided authorization grant is revoked", "linkedin-reauthorize"),
        (401, "invalid_client", "Client authentication failed", "linkedin-bad-client-secret"),
        (429, "", "", "linkedin-throttled"),
        (503, "", "", "linkedin-unavailable"),
    ],
)
def test_refusals_of_a_refresh(
    oauth: LinkedInOAuthClient, sign_in: Service, status: int, error: str, description: str, code: str
) -> None:
    sign_in.otherwise = refused(status, error, description)
    with pytest.raises(LinkedInError) as caught:
        oauth.refresh("r1")
    assert caught.value.code == code
    assert caught.value.fix
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "description", "code"),
    [
        ("invalid_request", "authorization code expired", "linkedin-bad-code"),
        ("invalid_redirect_uri", "", "linkedin-bad-redirect"),
        ("invalid_request", "redirect_uri does not match", "linkedin-bad-redirect"),
    ],
)
def test_refusals_of_a_code(
    oauth: LinkedInOAuthClient, sign_in: Service, error: str, description: str, code: str
) -> None:
    sign_in.will(refused(400, error, description))
    with pytest.raises(LinkedInError) as caught:
        oauth.exchange("c1", "https://me.example/back")
    assert caught.value.code == code


def test_scopes_by_commas_or_blanks() -> None:
    assert to_scopes("a,b c") == ("a", "b", "c")
    assert to_scopes(None) == ()


def test_tokens_never_show_themselves() -> None:
    assert "hidden" not in repr(Tokens("hidden1", "hidden2"))


@pytest.mark.parametrize(
    ("life_ms", "before_ms"),
    [
        (60 * DAY_MS, 10 * DAY_MS),
        (365 * DAY_MS, 10 * DAY_MS),
        (5 * DAY_MS, 20 * HOUR_MS),
        (HOUR_MS, 600_000),
        (600_000, 300_000),
    ],
)
def test_how_long_before_its_end_a_token_is_renewed(life_ms: int, before_ms: int) -> None:
    held = Tokens("a", "r", NOW_MS + life_ms, NOW_MS + 10**12, issued_at=NOW_MS)
    assert renew_before_ms(held) == before_ms
    assert not is_due(held, NOW_MS + life_ms - before_ms - 1)
    assert is_due(held, NOW_MS + life_ms - before_ms)


def test_due_where_little_is_known() -> None:
    held = Tokens("a", "r", 1_000_000)
    assert not is_due(held, 399_999)
    assert is_due(held, 400_000)
    assert is_due(Tokens("", "r", 10**15), 0)


def test_a_token_that_ends_with_its_refresh_token_is_not_renewed_early() -> None:
    """linkedin-api 1.3: the new one would end at the same moment."""
    held = Tokens("a", "r", NOW_MS + 5 * DAY_MS, NOW_MS + 5 * DAY_MS, issued_at=NOW_MS)
    assert not is_due(held, NOW_MS + 5 * DAY_MS - 2 * 60_000)
    assert is_due(held, NOW_MS + 5 * DAY_MS)


# The source


def source(oauth: LinkedInOAuthClient, time: Time, saved: list[Tokens], held: Tokens) -> TokenSource:
    return TokenSource(held, oauth.refresh, OwnTokens(saved.append), clock=time.clock, sleep=time.sleep, jitter=longest)


def test_a_token_is_renewed_before_its_end_and_saved(
    oauth: LinkedInOAuthClient, sign_in: Service, time: Time, saved: list[Tokens]
) -> None:
    sign_in.will(json_response({"access_token": "t2", "expires_in": 5184000}))
    end = NOW_MS + 300 * DAY_MS
    held = Tokens("t1", "r1", NOW_MS + 601_000, end, ("r_ads",))
    tokens = source(oauth, time, saved, held)
    assert tokens.token() == "t1"
    time.now_ms += 1_000
    assert tokens.token() == "t2"
    assert saved == [Tokens("t2", "r1", time.now_ms + 60 * DAY_MS, end, ("r_ads",), time.now_ms)]
    assert len(sign_in.asked) == 1


def test_a_valid_token_outlives_trouble_at_its_renewal(
    oauth: LinkedInOAuthClient, sign_in: Service, time: Time, saved: list[Tokens]
) -> None:
    sign_in.otherwise = Response(503)
    tokens = source(oauth, time, saved, Tokens("t1", "r1", NOW_MS + 5_000_000))
    time.now_ms = NOW_MS + 4_900_000
    assert tokens.token() == "t1"
    time.now_ms = NOW_MS + 5_000_000
    with pytest.raises(LinkedInError) as caught:
        tokens.token()
    assert caught.value.code == "linkedin-unavailable"


def test_a_failed_early_renewal_is_not_tried_at_every_call(
    oauth: LinkedInOAuthClient, sign_in: Service, time: Time, saved: list[Tokens]
) -> None:
    sign_in.otherwise = Response(503)
    held = Tokens("t1", "r1", NOW_MS + 9 * DAY_MS, NOW_MS + 300 * DAY_MS, (), NOW_MS - 51 * DAY_MS)
    tokens = source(oauth, time, saved, held)
    assert [tokens.token() for _ in range(5)] == ["t1"] * 5
    assert len(sign_in.asked) == 3
    time.now_ms += 600_000
    assert tokens.token() == "t1"
    assert len(sign_in.asked) == 6


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [
        (400, "invalid_grant", ["linkedin-reauthorize"]),
        (400, "invalid_request", ["linkedin-reauthorize"]),
        (401, "invalid_client", []),
        (503, "", []),
    ],
)
def test_who_is_told_that_a_renewal_was_refused(
    oauth: LinkedInOAuthClient, sign_in: Service, time: Time, status: int, error: str, told: list[str]
) -> None:
    sign_in.otherwise = refused(status, error)
    heard: list[str] = []
    shared = OwnTokens(on_refused=lambda refusal: heard.append(refusal.code))
    tokens = TokenSource(Tokens("", "r1"), oauth.refresh, shared, clock=time.clock, sleep=time.sleep, jitter=longest)
    with pytest.raises(LinkedInError):
        tokens.token()
    assert heard == told


def test_a_refused_refresh_token_is_not_sent_at_every_call(
    oauth: LinkedInOAuthClient, sign_in: Service, time: Time, saved: list[Tokens]
) -> None:
    sign_in.otherwise = refused(400, "invalid_grant")
    tokens = source(oauth, time, saved, Tokens("", "r1"))
    for _ in range(3):
        with pytest.raises(LinkedInError) as caught:
            tokens.token()
        assert caught.value.code == "linkedin-reauthorize"
    assert len(sign_in.asked) == 1
    time.now_ms += HOUR_MS
    with pytest.raises(LinkedInError):
        tokens.token()
    assert len(sign_in.asked) == 2


def test_without_a_refresh_token_only_the_member_can_help(
    oauth: LinkedInOAuthClient, sign_in: Service, time: Time, saved: list[Tokens]
) -> None:
    tokens = source(oauth, time, saved, Tokens("t1", "", NOW_MS + 1000))
    assert tokens.token() == "t1"
    time.now_ms += 1000
    with pytest.raises(LinkedInError) as caught:
        tokens.token()
    assert caught.value.code == "linkedin-reauthorize"
    assert sign_in.asked == []


def test_an_unreachable_sign_in_is_named() -> None:
    oauth = LinkedInOAuthClient("https://leadferry.invalid", "c", "s", HttpClient())
    with pytest.raises(LinkedInError, match=r"leadferry\.invalid cannot be reached"):
        oauth.refresh("r")
