"""The standard lead table (dataverse-api 7.2) as its live definition reads, and a form to answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
import pytest

from leadferry.dataverse.metadata import Column, ColumnType, Table
from leadferry.forms.model import Answer, Consent, FormResponse, FormVersion, Option, Question
from leadferry.mapping.compile import compile_mapping
from leadferry.mapping.defaults import default_mappings
from leadferry.mapping.model import Context, FieldMapping, Mapped, MappingSettings

TEXTS = {
    "subject": 300, "firstname": 50, "lastname": 50, "fullname": 160, "jobtitle": 100, "companyname": 100,
    "emailaddress1": 100, "emailaddress2": 100, "emailaddress3": 100, "telephone1": 50, "mobilephone": 20,
    "websiteurl": 200, "address1_city": 80, "address1_country": 80, "address1_stateorprovince": 50,
    "address1_postalcode": 20,
}  # fmt: skip
INDUSTRIES = {
    1: "Accounting", 6: "Business Services", 7: "Consulting", 11: "Doctor's Offices and Clinics",
    12: "Durable Manufacturing", 16: "Financial", 20: "Insurance", 33: "Wholesale",
}  # fmt: skip
SOURCES = {8: "Web", 10: "Other", 192350000: "LinkedIn Sponsored Content"}
OTHERS = (
    Column("description", ColumnType.MEMO, max_length=2000),
    Column("numberofemployees", ColumnType.WHOLE, minimum=0, maximum=1_000_000),
    Column("revenue", ColumnType.MONEY, minimum=0, maximum=1e14, precision=2),
    Column("industrycode", ColumnType.CHOICE, label="Industry", options=INDUSTRIES),
    Column("leadsourcecode", ColumnType.CHOICE, options=SOURCES),
    Column("ferry_interests", ColumnType.CHOICES, options={1: "Cranes", 2: "Pumps", 3: "Rails; sleepers"}),
    Column("estimatedclosedate", ColumnType.DATETIME, date_only=True),
    Column("ferry_submittedon", ColumnType.DATETIME),
    Column("donotbulkemail", ColumnType.BOOLEAN, options={0: "Allow", 1: "Do Not Allow"}),
    Column("decisionmaker", ColumnType.BOOLEAN, options={0: "No", 1: "Yes"}),
    Column("campaignid", ColumnType.LOOKUP, targets=("campaign",)),
    Column("parentcontactid", ColumnType.LOOKUP, targets=("contact",)),
    Column("ownerid", ColumnType.OWNER, required=True),
    Column("statecode", ColumnType.STATE, options={0: "Open"}),
)


@pytest.fixture
def lead() -> Table:
    texts = [Column(name, ColumnType.TEXT, max_length=longest) for name, longest in TEXTS.items()]
    columns = {column.name: column for column in (*texts, *OTHERS)}
    for name in ("subject", "lastname"):
        columns[name] = replace(columns[name], required=True)
    columns["fullname"] = replace(columns["fullname"], can_create=False, can_update=False)
    return Table("lead", "leads", "leadid", "fullname", columns)


def question(number: int, predefined: str = "", *options: str, label: str = "") -> Question:
    choices = tuple(Option(n, text) for n, text in enumerate(options, 1))
    return Question(number, label or predefined or f"Question {number}", predefined=predefined, options=choices)


FORM = FormVersion(
    3162,
    2,
    "Whitepaper autumn",
    "urn:li:sponsoredAccount:5001",
    questions=(
        question(1, "FIRST_NAME"),
        question(2, "LAST_NAME"),
        question(3, "EMAIL"),
        question(4, "WORK_EMAIL"),
        question(5, "PHONE_NUMBER"),
        question(6, "COMPANY_NAME"),
        question(7, "INDUSTRY"),
        question(8, "COMPANY_SIZE"),
        question(9, "COUNTRY"),
        question(10, "STATE"),
        question(20, label="Which size?"),
        question(21, "", "Cranes", "Pumps", "Rails; sleepers", label="What do you need?"),
    ),
    consents=(Consent(71, "Send me the newsletter"),),
    hidden_fields=(("utm_source", "linkedin"),),
)


@pytest.fixture
def form() -> FormVersion:
    return FORM


Answers = dict[int, str | tuple[int, ...]]


def response_of(answers: Answers, **more: object) -> FormResponse:
    given = tuple(
        Answer(number, text=value) if isinstance(value, str) else Answer(number, option_ids=value)
        for number, value in answers.items()
    )
    plain = FormResponse("r-1", 1793001234567, "SPONSORED", "urn:li:sponsoredAccount:5001", 3162, 2, answers=given)
    return msgspec.structs.replace(plain, **more)


Run = Callable[..., Mapped]


@pytest.fixture
def run(lead: Table) -> Run:
    """Maps answers (question id -> text or option ids) with the default mappings and `extra` before them."""

    def run_it(
        answers: Answers,
        *extra: FieldMapping,
        settings: MappingSettings | None = None,
        form: FormVersion = FORM,
        table: Table | None = None,
        only: Sequence[FieldMapping] | None = None,
        **more: object,
    ) -> Mapped:
        mappings = default_mappings() if only is None else only
        mapper = compile_mapping(form, (*extra, *mappings), table or lead, settings or MappingSettings())
        context = Context(campaign_name="Autumn DE", account_name="Crane Works EU")
        return mapper(response_of(answers, **more), context)

    return run_it
