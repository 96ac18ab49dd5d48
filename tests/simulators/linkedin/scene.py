"""The world of these tests, and exact requests into it: nothing between the test and the wire encodes anything."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from leadferry.simulators.server import Running

NOW = 1_795_428_000_000
"""2026-11-23T10:00:00Z."""
DAY_MS = 86_400_000
APP, SECRET, REDIRECT = "78crane", "s3cret&+", "https://crane.example/callback"
ACCOUNT, PAGE = "urn:li:sponsoredAccount:5001", "urn:li:organization:9001"
OWNER = f"(sponsoredAccount:{quote(ACCOUNT, safe='')})"
PAGE_OWNER = f"(organization:{quote(PAGE, safe='')})"
LEADS, ADS, PAGES, EVENTS = "r_marketing_leadgen_automation", "r_ads", "r_organization_admin", "r_events"
SCOPES = (LEADS, ADS, PAGES, EVENTS)
FINDER = f"/leadFormResponses?q=owner&owner={OWNER}&leadType=(leadType:SPONSORED)"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def ids(self) -> list[Any]:
        assert self.status == 200, self.body
        return [element["id"] for element in self.json["elements"]]


@dataclass
class Scene:
    running: Running
    token: str = ""
    version: str | None = "202609"
    protocol: str | None = "2.0.0"
    issued: dict[str, Any] = field(default_factory=dict)

    def build(self) -> None:
        self.put("apps", APP, secret=SECRET, redirect_uris=[REDIRECT], default_member="ada")
        self.put("organizations", 9001, localizedName="Crane Works")
        self.put("accounts", 5001, name="Crane Works EU", reference=9001)
        self.put("campaignGroups", 31, account=5001)
        self.put("campaigns", 420001, account=5001, name="Autumn DE", campaignGroup=31)
        self.put("creatives", 770001, account=5001, campaign=420001, form=3162)
        self.put("events", 9007199254740993, organizer=9001, name="Open day")
        self.put("members", "ada", account_roles={"5001": "VIEWER"}, page_roles={"9001": "ADMINISTRATOR"})
        self.put("forms", 3162, **form())
        self.token = self.new_token(*SCOPES)

    def send(self, method: str, target: str, body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=10)
        try:
            connection.request(method, target, body, {name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def rest(self, target: str, method: str = "GET", body: bytes | None = None, **more: str) -> Answer:
        """With the usual headers; `target` is below /rest and goes out as it stands."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if self.version is not None:
            headers["LinkedIn_Version"] = self.version
        if self.protocol is not None:
            headers["X_Restli_Protocol_Version"] = self.protocol
        return self.send(method, f"/rest{target}", body, **headers, **more)

    def sim(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.send(method, f"/__sim/{path}", None if body is None else json.dumps(body).encode())
        assert answer.status < 300, (answer.status, answer.body)
        return answer.json if answer.body else None

    def put(self, kind: str, key: int | str, **values: Any) -> Any:
        return self.sim("PUT", f"{kind}/{key}", values)

    def settings(self, **values: Any) -> None:
        self.sim("PATCH", "settings", values)

    def advance(self, seconds: int) -> None:
        self.sim("POST", "clock", {"advance_s": seconds})

    def new_token(self, *scopes: str, member: str = "ada") -> str:
        self.issued = self.sim("POST", "tokens", {"client_id": APP, "member": member, "scopes": list(scopes)})
        return str(self.issued["access_token"])

    def oauth(self, path: str, **values: str) -> Answer:
        content_type = "application/x-www-form-urlencoded"
        return self.send("POST", f"/oauth/v2/{path}", urlencode(values).encode(), Content_Type=content_type)

    def refresh(self, token: str) -> Answer:
        return self.oauth(
            "accessToken", grant_type="refresh_token", refresh_token=token, client_id=APP, client_secret=SECRET
        )

    def add(self, *responses: Any, query: str = "") -> None:
        self.sim("POST", f"responses{query}", list(responses))


def question(number: int, **more: Any) -> dict[str, Any]:
    text = {"localized": {"en_US": f"Question {number}"}}
    details = {"textQuestionDetails": {"maxResponseLength": 300}}
    return {"questionId": number, "name": f"q{number}", "question": text, "questionDetails": details, **more}


def form(**more: Any) -> dict[str, Any]:
    return {
        "name": "Whitepaper autumn",
        "state": "PUBLISHED",
        "owner": {"sponsoredAccount": ACCOUNT},
        "creationLocale": {"country": "US", "language": "en"},
        "hiddenFields": [{"name": "utm_source", "value": "linkedin"}],
        "content": {"questions": [question(number) for number in (11, 12, 13, 14)]},
        **more,
    }


def response(response_id: str, at: int = NOW - 1000, **more: Any) -> dict[str, Any]:
    answers = [
        {"questionId": number, "answerDetails": {"textQuestionAnswer": {"answer": f"answer {number}"}}}
        for number in (11, 12, 13, 14)
    ]
    return {
        "id": response_id,
        "submittedAt": at,
        "submitter": "urn:li:person:Ab3xY_9",
        "testLead": False,
        "leadType": "SPONSORED",
        "owner": {"sponsoredAccount": ACCOUNT},
        "versionedLeadGenFormUrn": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)",
        "associatedEntity": {"associatedCreative": "urn:li:sponsoredCreative:770001"},
        "leadMetadata": {"sponsoredLeadMetadata": {"campaign": "urn:li:sponsoredCampaign:420001"}},
        "formResponse": {"answers": answers, "consentResponses": [{"consentId": 71, "accepted": True}]},
        **more,
    }
