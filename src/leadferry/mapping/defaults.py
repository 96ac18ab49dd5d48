"""The mappings that every environment starts with: each field LinkedIn prefills, and every fact (OC-72). Pure.

docs/reference/default-mappings.md is written from this list, reasons included.
"""

from __future__ import annotations

from dataclasses import dataclass

from leadferry.mapping.facts import FACTS
from leadferry.mapping.model import FieldMapping, Source


class Standing:
    """How sure we are that LinkedIn sends the field (linkedin-api 4.2)."""

    CONFIRMED = "confirmed"
    USED = "used by live clients"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class PredefinedField:
    key: str
    name: str
    standing: str
    column: str | None = None
    why: str = ""


_NO_STANDARD = "no standard column; the solution brings one"
_PHONE = "the number on the member's profile, nearly always a mobile"
_C, _U, _N = Standing.CONFIRMED, Standing.USED, Standing.UNCONFIRMED

PREDEFINED: tuple[PredefinedField, ...] = (
    PredefinedField("FIRST_NAME", "First name", _C, "firstname"),
    PredefinedField("LAST_NAME", "Last name", _C, "lastname"),
    PredefinedField("EMAIL", "Email address", _C, "emailaddress1", "goes before the work e-mail"),
    PredefinedField(
        "WORK_EMAIL",
        "Work email",
        _C,
        "emailaddress1",
        "so that a form with only this one matches; beside an e-mail address it goes to emailaddress2",
    ),
    PredefinedField("PHONE_NUMBER", "Phone number", _C, "mobilephone", _PHONE),
    PredefinedField("WORK_PHONE_NUMBER", "Work phone number", _U, "telephone1", "the business phone of a lead"),
    PredefinedField("COMPANY_NAME", "Company name", _C, "companyname"),
    PredefinedField("JOB_TITLE", "Job title", _C, "jobtitle"),
    PredefinedField("INDUSTRY", "Industry", _C, "industrycode", "LinkedIn's industry -> the nearest of Dynamics' 33"),
    PredefinedField(
        "COMPANY_SIZE", "Company size", _U, "numberofemployees", "the lower end of the range: 51-200 -> 51"
    ),
    PredefinedField("COUNTRY", "Country/Region", _U, "address1_country", "English name"),
    PredefinedField("STATE", "State/Province", _U, "address1_stateorprovince"),
    PredefinedField("CITY", "City", _U, "address1_city"),
    PredefinedField("POSTAL_CODE", "Postal code", _N, "address1_postalcode"),
    PredefinedField("ZIP_CODE", "Zip code", _N, "address1_postalcode"),
    PredefinedField("LINKEDIN_PROFILE_LINK", "LinkedIn profile", _U, "websiteurl"),
    PredefinedField("JOB_FUNCTION", "Job function", _C, None, _NO_STANDARD),
    PredefinedField("SENIORITY", "Seniority", _C, None, _NO_STANDARD),
    PredefinedField("DEGREE", "Degree", _N, None, _NO_STANDARD),
    PredefinedField("FIELD_OF_STUDY", "Field of study", _N, None, _NO_STANDARD),
    PredefinedField("SCHOOL", "School", _N, None, _NO_STANDARD),
    PredefinedField("UNIVERSITY", "University", _N, None, _NO_STANDARD),
    PredefinedField("START_DATE", "Start date", _N, None, _NO_STANDARD),
    PredefinedField("GRADUATION_DATE", "Graduation date", _N, None, _NO_STANDARD),
    PredefinedField("GENDER", "Gender", _N, None, "left to the administrator, who needs a lawful reason"),
)


def default_mappings() -> tuple[FieldMapping, ...]:
    """In order of precedence; `id` 0: not stored yet."""
    fields = (FieldMapping(0, Source.PREDEFINED, field.key, field.name, field.column) for field in PREDEFINED)
    facts = (
        FieldMapping(0, Source.FACT, fact.name, f"{fact.about[0].upper()}{fact.about[1:]}") for fact in FACTS.values()
    )
    return (*fields, *facts)
