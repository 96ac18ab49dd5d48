from __future__ import annotations

import pytest

from simulators.linkedin.scene import (
    ACCOUNT,
    ADS,
    DAY_MS,
    FINDER,
    LEADS,
    NOW,
    OWNER,
    PAGE,
    PAGE_OWNER,
    SCOPES,
    Scene,
    response,
)

USERS = "/adAccountUsers?q=authenticatedUser"


def test_a_sunset_version_answers_426_to_the_letter(scene: Scene) -> None:
    scene.version = "202511"
    answer = scene.rest(USERS)
    assert (answer.status, answer.json) == (
        426,
        {"status": 426, "code": "NONEXISTENT_VERSION", "message": "Requested version 20251101 is not active"},
    )


@pytest.mark.parametrize("version", ["202601", "202609", "202609.02"])
def test_an_active_version_is_served(scene: Scene, version: str) -> None:
    scene.version = version
    assert scene.rest(USERS).status == 200


def test_a_version_from_the_future_is_refused_until_the_switch_is_turned(scene: Scene) -> None:
    scene.version = "202701"
    assert scene.rest(USERS).status == 426
    scene.settings(newer_versions_answer=True)
    assert scene.rest(USERS).status == 200
    scene.version = "202511"
    assert scene.rest(USERS).status == 426


def test_versions_die_on_their_date_when_the_calendar_counts(scene: Scene) -> None:
    scene.version = "202601"
    scene.settings(sunset_by_date=True)
    assert scene.rest(USERS).status == 200
    scene.advance(54 * 86_400)  # 16 January 2027
    scene.token = scene.new_token(*SCOPES)
    assert scene.rest(USERS).status == 426
    scene.version = "202602"
    assert scene.rest(USERS).status == 200


def test_a_missing_version_answers_400(scene: Scene) -> None:
    scene.version = None
    answer = scene.rest(USERS)
    assert (answer.status, answer.json["code"]) == (400, "VERSION_MISSING")


def refused(scene: Scene) -> tuple[int, str, int]:
    answer = scene.rest(USERS)
    return answer.status, answer.json["code"], answer.json["serviceErrorCode"]


def test_a_missing_token_answers_65604(scene: Scene) -> None:
    scene.token = ""
    assert refused(scene) == (401, "EMPTY_ACCESS_TOKEN", 65604)


def test_an_unknown_token_answers_65600(scene: Scene) -> None:
    scene.token = "AQXnothing"
    assert refused(scene) == (401, "INVALID_ACCESS_TOKEN", 65600)


def test_a_refresh_token_is_no_access_token(scene: Scene) -> None:
    scene.token = scene.issued["refresh_token"]
    assert refused(scene) == (401, "INVALID_ACCESS_TOKEN", 65600)


def test_a_revoked_token_is_refused_with_65601(scene: Scene) -> None:
    scene.sim("POST", "tokens/revoke", {"member": "ada"})
    assert refused(scene) == (401, "REVOKED_ACCESS_TOKEN", 65601)


def test_a_token_dies_after_60_days_with_65602(scene: Scene) -> None:
    scene.advance(5_184_000 - 1)
    assert scene.rest(USERS).status == 200
    scene.advance(1)
    assert refused(scene) == (401, "EXPIRED_ACCESS_TOKEN", 65602)


def test_a_token_can_be_expired_by_order(scene: Scene) -> None:
    assert scene.sim("POST", "tokens/expire", {"token": scene.token}) == {"tokens": 1}
    assert refused(scene) == (401, "EXPIRED_ACCESS_TOKEN", 65602)


def test_a_restricted_member_answers_65608(scene: Scene) -> None:
    scene.put("members", "ada", restricted=True)
    assert refused(scene) == (401, "RESTRICTED_MEMBER", 65608)


def test_a_missing_scope_is_named_as_linkedin_names_it(scene: Scene) -> None:
    scene.token = scene.new_token(ADS)
    answer = scene.rest(FINDER)
    assert (answer.status, answer.json) == (
        403,
        {
            "status": 403,
            "serviceErrorCode": 100,
            "code": "ACCESS_DENIED",
            "message": "Not enough permissions to access: leadFormResponses.FINDER-owner.20260901",
        },
    )


def test_r_ads_reads_the_forms_of_accounts_but_not_of_pages(scene: Scene) -> None:
    scene.token = scene.new_token(ADS)
    assert scene.rest(f"/leadForms?q=owner&owner={OWNER}").ids == [3162]
    assert scene.rest(f"/leadForms?q=owner&owner={PAGE_OWNER}").json["code"] == "ACCESS_DENIED"


@pytest.mark.parametrize(
    ("account_roles", "page_roles", "status"),
    [
        ({"5001": "VIEWER"}, {"9001": "ANALYST"}, 200),
        ({"5001": "VIEWER"}, {}, 403),
        ({}, {"9001": "ADMINISTRATOR"}, 403),
        ({"5002": "ACCOUNT_MANAGER"}, {"9001": "ADMINISTRATOR"}, 403),
    ],
)
def test_leads_of_ads_need_a_role_on_the_account_and_one_on_its_page(
    scene: Scene, account_roles: dict[str, str], page_roles: dict[str, str], status: int
) -> None:
    scene.put("members", "ada", account_roles=account_roles, page_roles=page_roles)
    assert scene.rest(FINDER).status == status


@pytest.mark.parametrize(
    ("role", "company", "event"),
    [
        ("ADMINISTRATOR", 200, 200),
        ("LEAD_GEN_FORMS_MANAGER", 200, 403),
        ("CONTENT_ADMINISTRATOR", 403, 200),
        ("ANALYST", 403, 403),
    ],
)
def test_leads_of_pages_and_events_need_their_page_roles(scene: Scene, role: str, company: int, event: int) -> None:
    scene.put("members", "ada", page_roles={"9001": role})
    found = {
        kind: scene.rest(f"/leadFormResponses?q=owner&owner={PAGE_OWNER}&leadType=(leadType:{kind})").status
        for kind in ("COMPANY", "EVENT", "ORGANIZATION_PRODUCT")
    }
    assert found == {"COMPANY": company, "EVENT": event, "ORGANIZATION_PRODUCT": company}


def test_a_lost_role_can_look_like_an_empty_page(scene: Scene) -> None:
    scene.add(response("r1"))
    scene.put("members", "ada", account_roles={})
    scene.settings(lost_role_answers="empty")
    assert scene.rest(FINDER).ids == []
    assert scene.rest(f"/leadForms?q=owner&owner={OWNER}").ids == []


def test_without_a_role_one_entity_is_refused_by_name(scene: Scene) -> None:
    scene.add(response("r1"))
    scene.put("members", "ada", account_roles={})
    for target in ("/leadFormResponses/r1", "/leadForms/3162", "/adAccounts/5001"):
        answer = scene.rest(target)
        assert (answer.status, answer.json["code"]) == (403, "NO_PERMISSION_ON_ENTITY"), target
        assert ACCOUNT in answer.json["message"]


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/nothing", 404, "RESOURCE_NOT_FOUND"),
        ("/leadForms/99", 404, "NOT_FOUND"),
        ("/leadFormResponses/none", 404, "NOT_FOUND"),
        ("/organizations/404", 404, "NOT_FOUND"),
        ("/leadForms?q=nobody", 400, "ILLEGAL_ARGUMENT"),
        ("/leadForms?q=owner", 400, "ILLEGAL_ARGUMENT"),
        (f"/leadForms?q=owner&owner={OWNER}&state=DRAFT", 400, "QUERY_PARAM_NOT_ALLOWED"),
        (f"/leadForms?q=owner&owner={OWNER}&count=0", 400, "PARAM_INVALID"),
        (f"/leadForms?q=owner&owner={OWNER}&start=-1", 400, "PARAM_INVALID"),
        (f"/leadForms?q=owner&owner={OWNER}&start=99999999999999999999", 400, "PARAM_INVALID"),
        ("/leadForms/urn%3Ali%3AleadGenForm%3A3162", 400, "PARAM_INVALID"),
        ("/adAccounts/5001/creatives/770001", 400, "PARAM_INVALID"),
        ("/adAccounts/5001/creatives/urn:li:sponsoredCreative:770001", 400, "PARAM_INVALID"),
        (f"/leadFormResponses?q=owner&owner={OWNER}&leadType=SPONSORED", 400, "PARAM_INVALID"),
        (f"/leadFormResponses?q=owner&owner={OWNER}&leadType=(leadType:EVENT)", 400, "PARAM_INVALID"),
        (f"/leadFormResponses?q=owner&owner={PAGE_OWNER}&leadType=(leadType:SPONSORED)", 400, "PARAM_INVALID"),
        (f"{FINDER}&submittedAtTimeRange=(end:5)", 400, "PARAM_INVALID"),
        (f"{FINDER}&submittedAtTimeRange=(start:5,end:5)", 400, "PARAM_INVALID"),
        (f"{FINDER}&limitedToTestLeads=yes", 400, "PARAM_INVALID"),
        (f"{FINDER}&versionedLeadGenFormUrn=urn%3Ali%3AleadGenForm%3A3162", 400, "PARAM_INVALID"),
    ],
)
def test_a_wrong_call_is_refused_as_the_contract_says(scene: Scene, target: str, status: int, code: str) -> None:
    answer = scene.rest(target)
    assert (answer.status, answer.json["status"], answer.json["code"]) == (status, status, code)


def test_a_method_that_a_resource_lacks_answers_405(scene: Scene) -> None:
    assert scene.rest("/leadForms").status == 405
    assert scene.rest("/leadFormResponses/r1", "DELETE").status == 405


def test_a_method_header_that_contradicts_the_verb_is_refused(scene: Scene) -> None:
    assert scene.rest(FINDER, X_RestLi_Method="CREATE").status == 400
    assert scene.rest(FINDER, X_RestLi_Method="FINDER").status == 200


def test_without_the_protocol_header_lists_and_records_fail(scene: Scene) -> None:
    scene.protocol = None
    assert scene.rest("/leadForms?ids=List(3162)").json["code"] == "PARAM_INVALID"
    assert scene.rest(FINDER).json["code"] == "PARAM_INVALID"
    assert scene.rest("/leadForms/3162").status == 200


def test_the_daily_limit_of_an_application_lasts_until_midnight(scene: Scene) -> None:
    scene.settings(app_daily_limits={"leadFormResponses": 2})
    assert [scene.rest(FINDER).status for _ in range(3)] == [200, 200, 429]
    answer = scene.rest(FINDER)
    message = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."
    assert answer.json == {"status": 429, "serviceErrorCode": 101, "message": message}
    assert "retry-after" not in answer.headers
    assert scene.rest("/leadForms/3162").status == 200
    to_midnight = (DAY_MS - NOW % DAY_MS) // 1000
    scene.advance(to_midnight - 1)
    assert scene.rest(FINDER).status == 429
    scene.advance(1)
    assert scene.rest(FINDER).status == 200


def test_the_daily_limit_of_a_member_leaves_other_members_alone(scene: Scene) -> None:
    scene.settings(member_daily_limits={"leadForms": 1})
    assert scene.rest("/leadForms/3162").status == 200
    assert "MEMBER DAY limit" in scene.rest("/leadForms/3162").json["message"]
    scene.put("members", "bob", account_roles={"5001": "VIEWER"}, page_roles={"9001": "ANALYST"})
    scene.token = scene.new_token(LEADS, member="bob")
    assert scene.rest("/leadForms/3162").status == 200


def test_every_answer_carries_the_ids_for_a_support_ticket(scene: Scene) -> None:
    for answer in (scene.rest(USERS), scene.rest("/nothing")):
        assert answer.headers["x-li-uuid"]
        assert answer.headers["x-li-request-id"]
        assert answer.headers["x-restli-protocol-version"] == "2.0.0"


def test_a_page_is_refused_to_people_without_a_role_on_it(scene: Scene) -> None:
    scene.put("members", "ada", page_roles={})
    assert scene.rest("/organizations/9001").json["code"] == "NO_PERMISSION_ON_ENTITY"
    assert PAGE in scene.rest("/organizations/9001").json["message"]
