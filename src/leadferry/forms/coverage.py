"""Where each answer of a form goes, and where one that goes nowhere might go. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from leadferry.forms.model import FormVersion, Question
from leadferry.mapping.model import FieldMapping, Source
from leadferry.words import _

KNOWN_WORDS: Mapping[str, Sequence[str]] = {
    "jobtitle": (_("job title"), "role", "position", _("job role")),
    "companyname": ("company", _("company name"), "employer", "organisation", "organization"),
    "numberofemployees": (_("company size"), _("number of employees"), "employees", "headcount"),
    "telephone1": ("phone", _("work phone"), _("phone number"), _("business phone"), "telephone"),
    "mobilephone": ("mobile", _("mobile phone"), _("mobile number"), _("cell phone")),
    "emailaddress2": (_("second e-mail"), _("other e-mail"), _("alternative email")),
    "websiteurl": ("website", _("company website"), _("web site"), "homepage", "url"),
    "revenue": ("revenue", _("annual revenue"), "turnover", _("annual turnover")),
    "budgetamount": ("budget", _("available budget"), _("budget amount")),
    "purchasetimeframe": (
        _("purchase timeframe"),
        _("when do you plan to buy"),
        _("buying timeline"),
        _("purchase timeline"),
    ),
    "address1_line1": ("street", "address", _("street address")),
    "address1_city": ("city", "town"),
    "address1_postalcode": (_("postal code"), _("zip code"), "postcode", "zip"),
    "address1_stateorprovince": ("state", "province", "region", "county"),
    "address1_country": ("country", "country/region"),
    "description": (
        "comments",
        "comment",
        "message",
        _("anything else"),
        "notes",
        _("your question"),
        _("tell us more"),
    ),
}
"""Lead column -> how a form asks for it."""
_NEAR = 0.84


@dataclass(frozen=True, slots=True)
class Field:
    """`kind`: question, predefined question, consent, hidden field. `value`: what a hidden field holds. `columns`: of
    the lead, "" nowhere. `suggested`: a column for one that goes nowhere, "" where nothing is near."""

    kind: str
    source: Source
    key: str
    text: str
    required: bool = False
    options: tuple[str, ...] = ()
    value: str = ""
    columns: tuple[str, ...] = ()
    suggested: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the questions, consents and hidden fields of one version: how many there are, how many have a lead column."""

    fields: int
    mapped: int

    @property
    def words(self) -> str:
        return _("{mapped} of {fields}", mapped=self.mapped, fields=self.fields)


def fields_of(form: FormVersion, mappings: Iterable[FieldMapping]) -> list[Field]:
    """In the order of the form. A column that an answer fills already is suggested for no other."""
    known: dict[tuple[Source, str], list[str]] = {}
    for mapping in mappings:
        if mapping.column:
            known.setdefault((mapping.source, mapping.key), []).append(mapping.column)
    asked = list(_asked(form))
    taken = {column for one in asked for column in known.get((one.source, one.key), ())}
    found = []
    for one in asked:
        columns = tuple(known.get((one.source, one.key), ()))
        suggested = "" if columns else suggestion(one, taken)
        taken |= {suggested} - {""}
        found.append(
            Field(one.kind, one.source, one.key, one.text, one.required, one.options, one.value, columns, suggested)
        )
    return found


def coverage(fields: Iterable[Field]) -> Coverage:
    listed = list(fields)
    return Coverage(len(listed), sum(bool(one.columns) for one in listed))


def suggestion(field: Field, taken: Iterable[str] = ()) -> str:
    """`How large is your company's headcount?` has no near word; `Number of employees?` gives `numberofemployees`."""
    if field.source is Source.CONSENT:
        return ""
    asked = " ".join(field.text.replace("_", " ").casefold().strip(" ?!:.*").split())
    free = {column: words for column, words in KNOWN_WORDS.items() if column not in set(taken)}
    for column, words in free.items():
        if asked in words:
            return column
    by_word = {word: column for column, words in free.items() for word in words}
    near = difflib.get_close_matches(asked, by_word, n=1, cutoff=_NEAR)
    return by_word[near[0]] if near else ""


def _asked(form: FormVersion) -> Iterator[Field]:
    for question in form.questions:
        yield _question(question)
    for consent in form.consents:
        yield Field(_("Consent"), Source.CONSENT, str(consent.id), consent.text, consent.required)
    for name, value in form.hidden_fields:
        yield Field(_("Hidden field"), Source.HIDDEN, name, name, value=value)


def _question(question: Question) -> Field:
    text = question.label or question.name or question.predefined
    options = tuple(option.text for option in question.options)
    if question.predefined:
        return Field(_("Profile field"), Source.PREDEFINED, question.predefined, text, question.required, options)
    return Field(_("Question"), Source.QUESTION, str(question.id), text, question.required, options)
