"""Guardian's rules as tables of cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leadferry.accounts.model import Authorization, FormSync, Owner, ProfileSync, UserProfile
from leadferry.accounts.permissions import Ability, Permission, Verdict
from leadferry.guardian import consents, credentials, crossings, machine, quotas, roles, versions
from leadferry.guardian.duties import daily, hourly, nightly
from leadferry.guardian.mending import has_button, mend_of
from leadferry.guardian.model import Check, Finding, Level, by_urgency, countdown_level, in_days, step_of, worst
from leadferry.guardian.ringing import is_told, ring_of
from leadferry.guardian.traffic_client import entitled, resource_of
from leadferry.linkedin.versions import TESTED, ends_at, is_version, newer_tested, sunset_of

NOW = 1_795_428_000_000
"""2026-11-23T10:00:00Z"""
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000

ADA = UserProfile(
    3, 1, "Ada", "", "", "", Authorization.AUTHORIZED, ProfileSync.ACTIVE, "", "", NOW + 40 * DAY, NOW + 200 * DAY,
    None, NOW,
)  # fmt: skip


# Countdown


@pytest.mark.parametrize(
    ("left", "step", "level"),
    [
        (31 * DAY, None, Level.GOOD),
        (30 * DAY, 30, Level.INFO),
        (14 * DAY + 1, 30, Level.INFO),
        (14 * DAY, 14, Level.WARN),
        (7 * DAY, 7, Level.WARN),
        (3 * DAY, 3, Level.BAD),
        (1 * DAY, 1, Level.BAD),
        (1, 1, Level.BAD),
        (0, 0, Level.BAD),
        (-DAY, 0, Level.BAD),
    ],
)
def test_the_steps_of_a_countdown(left: int, step: int | None, level: Level) -> None:
    assert step_of(NOW + left, NOW) == step
    assert countdown_level(step) is level


@pytest.mark.parametrize(
    ("left", "words"),
    [(12 * DAY, "in 12 days"), (DAY, "in 1 day"), (DAY - 1, "today"), (-1, "1 day ago"), (-2 * DAY, "2 days ago")],
)
def test_days_in_words(left: int, words: str) -> None:
    assert in_days(NOW + left, NOW) == words


def test_the_worst_level_and_the_order() -> None:
    some = [Finding(Check.DISK, "", level, "") for level in (Level.GOOD, Level.WARN, Level.INFO)]
    assert worst(some) is Level.WARN
    assert worst([]) is Level.GOOD
    assert [one.level for one in by_urgency(some)] == [Level.WARN, Level.INFO, Level.GOOD]


# Consents and tokens


@pytest.mark.parametrize(
    ("changes", "renewable", "level", "begins"),
    [
        ({}, True, Level.GOOD, "Ada has authorized Leadferry for 200 more days."),
        ({"refresh_expires_at": NOW + 20 * DAY}, True, Level.INFO, "Ada's authorization at LinkedIn ends in 20 days."),
        ({"refresh_expires_at": NOW + 2 * DAY}, True, Level.BAD, "Ada's authorization at LinkedIn ends in 2 days."),
        ({"refresh_expires_at": NOW - DAY}, True, Level.BAD, "Ada's authorization at LinkedIn ended 1 day ago."),
        ({"refresh_expires_at": None}, True, Level.GOOD, "Ada has authorized Leadferry."),
        ({}, False, Level.GOOD, "Ada has authorized Leadferry for 40 more days."),
        ({"access_expires_at": NOW + 9 * DAY}, False, Level.WARN, "Ada's authorization at LinkedIn ends in 9 days."),
        ({"authorization": Authorization.EXPIRED}, True, Level.BAD, "Ada's authorization at LinkedIn is gone."),
        ({"authorization": Authorization.NOT_AUTHORIZED}, False, Level.WARN, "Ada has not authorized Leadferry yet."),
    ],
)
def test_a_consent(changes: dict[str, object], renewable: bool, level: Level, begins: str) -> None:
    profile = replace(ADA, **changes)  # type: ignore[arg-type]
    found = consents.consent_finding(consents.Consent(profile, renewable), NOW)
    assert (found.level, found.title, found.subject) == (level, begins, "profile:3")
    assert bool(found.fix) is (level is not Level.GOOD)


@pytest.mark.parametrize(
    ("renew_at", "ends_at_", "level"),
    [
        (NOW + DAY, NOW + 11 * DAY, Level.GOOD),
        (NOW - DAY + 1, NOW + 9 * DAY, Level.GOOD),
        (NOW - DAY, NOW + 9 * DAY, Level.WARN),
        (NOW - 10 * DAY, NOW, Level.BAD),
    ],
)
def test_a_token_that_is_not_renewed(renew_at: int, ends_at_: int, level: Level) -> None:
    profile = replace(ADA, access_expires_at=ends_at_)
    found = consents.token_finding(consents.Consent(profile, True, renew_at), NOW)
    assert found is not None
    assert found.level is level


def test_nothing_is_said_of_renewals_where_there_are_none() -> None:
    assert consents.token_finding(consents.Consent(ADA, False), NOW) is None
    gone = replace(ADA, authorization=Authorization.EXPIRED)
    assert consents.token_finding(consents.Consent(gone, True), NOW) is None


# Versions


def at(text: str) -> int:
    from datetime import UTC, datetime

    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("version", "day", "published"),
    [("202607", "2027-07-15", True), ("202609", "2027-09-15", False), ("202712.01", "2028-12-15", False)],
)
def test_the_end_of_a_version(version: str, day: str, published: bool) -> None:
    assert (str(sunset_of(version)[0]), sunset_of(version)[1]) == (day, published)
    assert ends_at(version) == at(day) + DAY


def test_a_newer_version_is_one_that_was_tested() -> None:
    assert newer_tested("202607") == TESTED[-1]
    assert newer_tested(TESTED[-1]) == ""
    assert all(is_version(version) for version in TESTED)
    assert not is_version("202613")


@pytest.mark.parametrize(
    ("version", "now", "off", "level", "title"),
    [
        ("202609", "2026-11-23", False, Level.GOOD, "Version 202609 of LinkedIn's API is in use."),
        ("202607", "2026-11-23", False, Level.INFO, "Version 202609 of LinkedIn's API can be adopted."),
        ("202609", "2027-08-01", False, Level.INFO, "Version 202609 of LinkedIn's API ends in 46 days."),
        ("202609", "2027-09-05", False, Level.WARN, "Version 202609 of LinkedIn's API ends in 11 days."),
        ("202607", "2027-07-15", False, Level.BAD, "Version 202607 of LinkedIn's API ends in 1 day."),
        ("202607", "2027-07-16", False, Level.BAD, "Version 202607 of LinkedIn's API should be switched off by now."),
        ("202609", "2026-11-23", True, Level.BAD, "LinkedIn has switched off version 202609 of its API."),
    ],
)
def test_a_version(version: str, now: str, off: bool, level: Level, title: str) -> None:
    found = versions.version_finding(version, at(now), switched_off=off)
    assert (found.level, found.title) == (level, title)


# Credentials


@pytest.mark.parametrize(
    ("left", "code", "level"),
    [
        (200 * DAY, "", Level.GOOD),
        (25 * DAY, "", Level.INFO),
        (10 * DAY, "", Level.WARN),
        (2 * DAY, "", Level.BAD),
        (None, "", Level.INFO),
        (None, "dataverse-secret-expired", Level.BAD),
        (200 * DAY, "dataverse-bad-secret", Level.BAD),
        (200 * DAY, "dataverse-unreachable", Level.GOOD),
    ],
)
def test_a_credential(left: int | None, code: str, level: Level) -> None:
    expires_at = None if left is None else NOW + left
    assert credentials.credential_finding("secret", expires_at, NOW, code=code).level is level


@pytest.mark.parametrize(
    ("left", "refused", "level", "step"),
    [
        (200 * DAY, False, Level.GOOD, None),
        (25 * DAY, False, Level.INFO, 30),
        (10 * DAY, False, Level.WARN, 14),
        (2 * DAY, False, Level.BAD, 3),
        (-DAY, False, Level.BAD, 0),
        (None, False, Level.INFO, None),
        (200 * DAY, True, Level.BAD, 0),
    ],
)
def test_the_secret_of_sign_in(left: int | None, refused: bool, level: Level, step: int | None) -> None:
    found = credentials.sign_in_finding(None if left is None else NOW + left, NOW, refused=refused)
    assert (found.level, found.step) == (level, step)
    assert credentials.still_refused([found]) is refused


@pytest.mark.parametrize(
    ("code", "known", "level"),
    [("", True, Level.GOOD), ("", False, Level.WARN), ("linkedin-bad-client-secret", True, Level.BAD)],
)
def test_the_linkedin_app(code: str, known: bool, level: Level) -> None:
    assert credentials.linkedin_app_finding(code, known=known).level is level


# Roles


def owner(**changes: object) -> Owner:
    one = Owner(5, 1, "urn:li:sponsoredAccount:5001", "Crane", True, "", FormSync.ACTIVE, None, "", None, None)
    return replace(one, **changes)  # type: ignore[arg-type]


def allowed(ability: Ability, verdict: Verdict, profile: int = 3) -> Permission:
    missing = "The role is missing." if verdict is Verdict.NO else ""
    return Permission(profile, 5, ability, verdict, missing=missing)


@pytest.mark.parametrize(
    ("found", "level"),
    [
        ([], Level.INFO),
        ([allowed(Ability.LEADS_SPONSORED, Verdict.YES)], Level.GOOD),
        ([allowed(Ability.LEADS_SPONSORED, Verdict.NO)], Level.BAD),
        ([allowed(Ability.LEADS_SPONSORED, Verdict.NO), allowed(Ability.LEADS_SPONSORED, Verdict.YES, 4)], Level.GOOD),
        ([allowed(Ability.LEADS_SPONSORED, Verdict.YES), allowed(Ability.CAMPAIGNS, Verdict.NO)], Level.INFO),
        ([allowed(Ability.LEADS_SPONSORED, Verdict.UNKNOWN)], Level.INFO),
    ],
)
def test_what_may_be_read_of_an_account(found: list[Permission], level: Level) -> None:
    (one,) = roles.permission_findings([owner()], found, {3: "Ada"})
    assert one.level is level


def test_an_account_that_is_not_synced_is_not_looked_at() -> None:
    assert roles.permission_findings([owner(sync_enabled=False)], [], {}) == []


# Quotas


@pytest.mark.parametrize(
    ("requests", "level"), [(0, Level.GOOD), (749, Level.GOOD), (750, Level.WARN), (1000, Level.BAD)]
)
def test_requests_to_dynamics(requests: int, level: Level) -> None:
    used = [quotas.Used("dynamics", "(entitlement)", requests, 0), quotas.Used("dynamics", "leads", 3, 0)]
    assert quotas.dynamics_quota_finding(used, 1000).level is level


@pytest.mark.parametrize(
    ("used", "level"),
    [
        ([], Level.GOOD),
        ([quotas.Used("linkedin", "leadForms", 10, 0)], Level.GOOD),
        ([quotas.Used("linkedin", "leadForms", 10, 2)], Level.INFO),
        ([quotas.Used("linkedin", "leadForms (day limit)", 1, 1)], Level.BAD),
        ([quotas.Used("dynamics", "leads", 10, 2)], Level.GOOD),
    ],
)
def test_requests_to_linkedin(used: list[quotas.Used], level: Level) -> None:
    assert quotas.linkedin_quota_finding(used).level is level


@pytest.mark.parametrize(
    ("url", "resource"),
    [
        ("https://api.linkedin.com/rest/leadFormResponses?q=owner", "leadFormResponses"),
        ("https://api.linkedin.com/rest/leadFormResponses/1f0c-4", "leadFormResponses"),
        ("https://api.linkedin.com/rest/adAccounts?q=search", "adAccounts"),
        ("https://api.linkedin.com/rest/adAccounts/5001/adCampaigns?q=search", "adCampaigns"),
        ("https://www.linkedin.com/oauth/v2/accessToken", "sign-in"),
        ("https://login.microsoftonline.com/tenant/oauth2/v2.0/token", "sign-in"),
        ("https://x.crm.dynamics.com/api/data/v9.2/leads(8f1c)?$select=x", "leads"),
        ("https://x.crm.dynamics.com/api/data/v9.2/leads/Microsoft.Dynamics.CRM.CreateMultiple", "leads"),
        ("https://x.crm.dynamics.com/api/data/v9.2/$batch", "$batch"),
    ],
)
def test_what_a_request_is_counted_as(url: str, resource: str) -> None:
    assert resource_of(url) == resource


@pytest.mark.parametrize(
    ("path", "body", "counted"),
    [
        ("leads?$select=leadid", None, 1),
        ("leads/Microsoft.Dynamics.CRM.CreateMultiple", b'[{"@odata.type":"x"},{"@odata.type":"x"}]', 2),
        ("$batch", b"Content-Type: application/http\r\nContent-Type: application/http\r\n", 2),
        ("EntityDefinitions(LogicalName='lead')", None, 0),
        ("WhoAmI", None, 0),
    ],
)
def test_what_power_platform_counts(path: str, body: bytes | None, counted: int) -> None:
    assert entitled(f"https://x.crm.dynamics.com/api/data/v9.2/{path}", body) == counted


# The crossing


@pytest.mark.parametrize(
    ("waiting", "level"),
    [
        (crossings.Waiting(), Level.GOOD),
        (crossings.Waiting(5, NOW - 10 * MINUTE), Level.GOOD),
        (crossings.Waiting(5, NOW - 2 * HOUR), Level.BAD),
        (crossings.Waiting(failed=1), Level.WARN),
        (crossings.Waiting(review=1), Level.INFO),
    ],
)
def test_submissions_that_wait(waiting: crossings.Waiting, level: Level) -> None:
    assert crossings.stuck_finding(waiting, NOW).level is level


@pytest.mark.parametrize(
    ("polled_at", "troubles", "level"),
    [
        (None, [], Level.INFO),
        (NOW - MINUTE, [], Level.GOOD),
        (NOW - MINUTE, ["Refused."], Level.WARN),
        (NOW - HOUR, [], Level.WARN),
    ],
)
def test_the_intake(polled_at: int | None, troubles: list[str], level: Level) -> None:
    assert crossings.intake_finding(polled_at, troubles, 60, NOW).level is level


@pytest.mark.parametrize(
    ("count", "level"),
    [
        (crossings.Count(10, 10, 0, 0, 0), Level.GOOD),
        (crossings.Count(10, 10, 2, 1, 0), Level.GOOD),
        (crossings.Count(10, 10, 0, 0, 3), Level.INFO),
        (crossings.Count(10, 9, 0, 0, 0), Level.BAD),
    ],
)
def test_the_reconciliation(count: crossings.Count, level: Level) -> None:
    assert crossings.gap_finding(count).level is level


# The machine


@pytest.mark.parametrize(
    ("skews", "level"),
    [
        ({}, Level.INFO),
        ({"linkedin": 900, "dynamics": -1500}, Level.GOOD),
        ({"linkedin": 900, "dynamics": -40_000}, Level.WARN),
        ({"linkedin": 400_000}, Level.BAD),
    ],
)
def test_the_clock(skews: dict[str, int], level: Level) -> None:
    assert machine.clock_finding(skews).level is level


@pytest.mark.parametrize(("free", "level"), [(5 * 10**9, Level.GOOD), (10**9, Level.WARN), (10**8, Level.BAD)])
def test_the_disk(free: int, level: Level) -> None:
    assert machine.disk_finding(free, 10**11).level is level


@pytest.mark.parametrize(("older", "unknown", "level"), [(0, 0, Level.GOOD), (3, 0, Level.WARN), (3, 1, Level.BAD)])
def test_the_master_key(older: int, unknown: int, level: Level) -> None:
    assert machine.key_finding(older, unknown).level is level


# Duties


@pytest.mark.parametrize(
    ("rule", "last", "due"),
    [
        (hourly, None, True),
        (hourly, NOW - HOUR + 1, False),
        (hourly, NOW - HOUR, True),
        (daily, NOW - HOUR, False),
        (daily, NOW - DAY, True),
        (nightly, None, True),
        (nightly, at("2026-11-23T03:00:00"), False),
        (nightly, at("2026-11-23T02:59:59"), True),
    ],
)
def test_when_a_duty_is_due(rule: object, last: int | None, due: bool) -> None:
    assert rule(last, NOW) is due  # type: ignore[operator]


# Ringing and mending


@pytest.mark.parametrize(
    ("found", "event", "key"),
    [
        (Finding(Check.CONSENT, "profile:3", Level.INFO, "", step=30), "token", "consent:3:30"),
        (Finding(Check.CONSENT, "profile:3", Level.GOOD, ""), "token", ""),
        (Finding(Check.VERSION, "", Level.INFO, ""), "version", ""),
        (Finding(Check.VERSION, "", Level.BAD, "", step=0), "version", "version:-:0"),
        (Finding(Check.PERMISSION, "owner:5", Level.BAD, ""), "role", "permission:5:now"),
        (Finding(Check.DISK, "", Level.WARN, ""), "delivery", "disk:-:now"),
        (Finding(Check.DELIVERY, "", Level.BAD, ""), "delivery", ""),
        (Finding(Check.STUCK, "", Level.WARN, ""), "delivery", ""),
        (Finding(Check.STUCK, "", Level.BAD, ""), "delivery", "stuck:-:now"),
    ],
)
def test_what_is_told_under_which_key(found: Finding, event: str, key: str) -> None:
    ring = ring_of(found)
    assert (ring.event, ring.key) == (event, key)
    assert is_told(found) is bool(key)
    assert ring.key.startswith(ring.start) or not ring.key


def test_the_key_of_one_profile_does_not_begin_as_anothers() -> None:
    assert not "consent:31:14".startswith(ring_of(Finding(Check.CONSENT, "profile:3", Level.BAD, "")).start)


def test_where_a_finding_is_mended() -> None:
    consent = Finding(Check.CONSENT, "profile:3", Level.BAD, "", fix="Authorize again.")
    assert (mend_of(consent).path, has_button(consent)) == ("profiles/3", True)
    assert mend_of(Finding(Check.PERMISSION, "owner:5", Level.BAD, "", fix="x")).path == "profiles"
    assert not has_button(Finding(Check.DISK, "", Level.BAD, "", fix="Make room."))
