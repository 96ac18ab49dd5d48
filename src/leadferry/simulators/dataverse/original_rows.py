"""What Microsoft's connector left behind, made up: settings of every kind, and as many submissions as are asked for.

Always the same rows for the same number. People and companies are invented.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from leadferry.simulators.dataverse.schema import sql_table
from leadferry.simulators.dataverse.seeds import put_rows
from leadferry.simulators.dataverse.storage import Storage

Row = dict[str, Any]
P = "msdyncrm_"
CHUNK = 1000
FIRST_DAY = datetime(2024, 9, 1, 8, 0, tzinfo=UTC)
ACCOUNTS = ((5001, "Crane Works EU", True), (5002, "Crane Works US", False))
FORMS = ((3162, "Whitepaper autumn", 5001), (3170, "Webinar", 5002))
FIELDS = (
    ("First name", "FIRST_NAME", "firstname"),
    ("Last name", "LAST_NAME", "lastname"),
    ("Email address", "EMAIL", "emailaddress1"),
    ("Company name", "COMPANY_NAME", "companyname"),
    ("Industry", "INDUSTRY", "msdyncrm_industry"),
    ("Phone number", "PHONE_NUMBER", ""),
)
"""Predefined fields of the forms: name, LinkedIn's name, lead column."""
CUSTOM = (("What is your budget?", "description"), ("Your shoe size", "contoso_shoesize"))
"""Custom questions; the second one's lead column does not exist."""
CONSENT = "I agree to be called."
QUESTIONS = (*(name for name, _, _ in FIELDS), *(name for name, _ in CUSTOM), CONSENT)
STRATEGIES = (
    ("E-mail", True, False, ("Email address",)),
    ("Name and company", False, False, ("Last name", "Company name")),
    ("By shoe size", False, False, ("Your shoe size",)),
    ("One lead each", False, True, ()),
)
"""Name, activated, always create, fields."""
CREATED, UPDATED, FAILED_TO_MATCH, NOT_UPDATED = 192350001, 192350002, 192350003, 192350006
PENDING = 192350000
STATUSES = (CREATED, UPDATED, NOT_UPDATED, FAILED_TO_MATCH, CREATED, CREATED, UPDATED, CREATED, CREATED, PENDING)
"""Of the submissions in turn."""
_IDS = uuid.UUID("0b6f0f3a-6a7b-4c55-9a56-5d2d4b1f6a11")


def original_id(*parts: object) -> str:
    """The id of a row, by what it is."""
    return str(uuid.uuid5(_IDS, "/".join(map(str, parts))))


def fill(storage: Storage, submissions: int, owner: str) -> None:
    """`owner`: the systemuser that everything belongs to."""
    for table, rows in _settings(owner):
        put_rows(storage, P + table, rows, owner)
    fields = [(original_id("strategy", s[0]), original_id("mapping", field)) for s in STRATEGIES for field in s[3]]
    _put_pairs(storage, "msdyncrm_msdyncrm_linkedinlms_fieldmapping", ("leadmatchingstrategy", "fieldmapping"), fields)
    for first in range(0, submissions, CHUNK):
        numbers = range(first, min(first + CHUNK, submissions))
        put_rows(storage, "lead", [_lead(number) for number in numbers if _has_lead(number)], owner)
        put_rows(storage, f"{P}linkedinformsubmission", [_submission(number) for number in numbers], owner)
        put_rows(storage, f"{P}linkedinformanswer", [row for number in numbers for row in _answers(number)], owner)


def _put_pairs(storage: Storage, table: str, sides: tuple[str, str], pairs: Sequence[tuple[str, str]]) -> None:
    names = ", ".join(f'"{P}linkedin{side}id"' for side in sides)
    sql = f'INSERT OR IGNORE INTO "{sql_table(table)}" ({names}) VALUES (?, ?)'
    with storage.transaction() as conn:
        conn.executemany(sql, pairs)


def _settings(owner: str) -> Iterator[tuple[str, list[Row]]]:
    columns = [*((name, column) for name, _, column in FIELDS), *CUSTOM]
    yield "leadentityfield", [_lead_field(column) for _, column in columns if column]
    yield "linkedinfieldmapping", [_mapping(name, column) for name, column in columns]
    yield "linkedinleadmatchingstrategy", [_strategy(*strategy[:3]) for strategy in STRATEGIES]
    yield "linkedinconfiguration", [_configuration()]
    yield "linkedinuserprofile", [_named("userprofile", "Ada", "Ada", authorized=192350002)]
    yield "linkedinaccount", [_account(*account, owner) for account in ACCOUNTS]
    yield "linkedincampaign", [_campaign(account) for account, _, _ in ACCOUNTS]
    yield "linkedinform", [_form(*form) for form in FORMS]
    yield "linkedinformquestion", [_question(form, name) for form, _, _ in FORMS for name in QUESTIONS]


def _named(kind: str, key: object, name: str, **more: Any) -> Row:
    row = {f"{P}linkedin{kind}id": original_id(kind, key), f"{P}name": name}
    return row | {f"{P}{column}": value for column, value in more.items()}


def _lead_field(column: str) -> Row:
    row = {f"{P}leadentityfieldid": original_id("column", column), f"{P}name": column.title()}
    return row | {f"{P}logicalname": column}


def _mapping(name: str, column: str) -> Row:
    row = {f"{P}linkedinfieldmappingid": original_id("mapping", name), f"{P}name": name}
    return row | ({f"{P}leadfieldlookup": original_id("column", column)} if column else {})


def _strategy(name: str, active: bool, always_create: bool) -> Row:
    return {
        f"{P}linkedinleadmatchingstrategyid": original_id("strategy", name),
        f"{P}name": name,
        f"{P}activated": active,
        f"{P}alwayscreatelead": always_create,
        f"{P}enablecontactcreation": False,
    }


def _configuration() -> Row:
    row = {f"{P}linkedinconfigurationid": original_id("configuration"), f"{P}redirecturl": "https://leadgen.example"}
    return row | {f"{P}clientid": "78original", f"{P}onmatchingfail": 192350001}


def _account(number: int, name: str, enabled: bool, owner: str) -> Row:
    more = {"linkedinaccounttextid": str(number), "enabledforsync": enabled, "defaultleadowner": owner}
    return _named("account", number, name, **more)


def _campaign(account: int) -> Row:
    more = {"linkedinid": str(account + 415_000), "linkedinaccount": original_id("account", account)}
    return _named("campaign", account, f"Autumn {account}", linkedinstatus=192350003, **more)


def _form(number: int, name: str, account: int) -> Row:
    more = {"linkedinid": str(number), "linkedinparentaccount": original_id("account", account)}
    locale = {"localecountry": "US", "localelanguage": "en"}
    return _named("form", number, name, headline=f"About {name}", **more, **locale)


def _question(form: int, name: str) -> Row:
    custom = name in dict(CUSTOM)
    more = {"linkedinid": str(_question_number(form, name)), "linkedinform": original_id("form", form)}
    if name != CONSENT:
        more["linkedinpredefinedfield"] = original_id("mapping", name)
    flags = {"iscustomquestion": custom, "isconsentcheckbox": name == CONSENT}
    return _named("formquestion", f"{form}/{name}", name, displayname=name, **more, **flags)


def _question_number(form: int, name: str) -> int:
    return form * 1000 + QUESTIONS.index(name) + 1


def _has_lead(number: int) -> bool:
    return STATUSES[number % 10] in {CREATED, UPDATED, NOT_UPDATED}


def _lead(number: int) -> Row:
    first, last, email, company = person(number)
    names = {"firstname": first, "lastname": last, "emailaddress1": email, "companyname": company}
    return {"leadid": original_id("lead", number), **names, "subject": "LinkedIn", "leadsourcecode": 192350000}


def person(number: int) -> tuple[str, str, str, str]:
    """First name, last name, e-mail address, company."""
    return f"First{number}", f"Last{number}", f"person{number}@crane.example", f"Company {number % 97}"


def submitted_at(number: int) -> datetime:
    return FIRST_DAY + timedelta(seconds=number * 61)


def response_id(number: int) -> str:
    """The connector kept LinkedIn's ids of its day: here every third one in a form that has gone out of use."""
    if number % 3 == 2:
        return f"urn:li:leadGenFormResponse:{7_000_000 + number}"
    return f"{original_id('response', number)}-{number % 7}"


def _submission(number: int) -> Row:
    form, _, account = FORMS[number % 2]
    moment = _text(submitted_at(number))
    row = {
        "linkedinformsubmissionid": original_id("submission", number),
        "name": f"Submission {number}",
        "linkedinformsubmission_textid": response_id(number),
        "linkedinformid": original_id("form", form),
        "linkedincampaign": original_id("campaign", account),
        "linkedinaccountid": str(account),
        "linkedincampaignid": str(account + 415_000),
        "linkedincreativeid": str(account + 765_000),
        "linkedinuserprofileid": original_id("userprofile", "Ada"),
        "matchingstatus": STATUSES[number % 10],
        "processingstate": 192350000 if STATUSES[number % 10] == PENDING else 192350001,
        "submissiondate": moment,
        "type": "SPONSORED",
        "lead": original_id("lead", number) if _has_lead(number) else None,
    }
    return {"createdon": moment, "modifiedon": moment} | {P + column: value for column, value in row.items()}


def _answers(number: int) -> Iterable[Row]:
    form = FORMS[number % 2][0]
    first, last, email, company = person(number)
    texts = (first, last, email, company, "Software", "+1 202 555 0100", "10,000", "44", "true")
    for name, text in zip(QUESTIONS, texts, strict=True):
        yield {
            f"{P}linkedinformanswerid": original_id("answer", number, name),
            f"{P}name": name[:100],
            f"{P}answertext": text,
            f"{P}linkedinquestionid": str(_question_number(form, name)),
            f"{P}linkedinformquestion": original_id("formquestion", f"{form}/{name}"),
            f"{P}linkedinformsubmission": original_id("submission", number),
        }


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
