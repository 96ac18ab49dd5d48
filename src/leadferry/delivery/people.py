"""Who a form response is from, as far as its answers say: for lists, and folded for search. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from leadferry.forms.model import FormResponse, FormVersion
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.matching.collation import fold_accents
from leadferry.words import _

FIRST, LAST, COMPANY = ("FIRST_NAME",), ("LAST_NAME",), ("COMPANY_NAME",)
EMAILS = ("EMAIL", "WORK_EMAIL")
LONGEST = 120


@dataclass(frozen=True, slots=True)
class SubmittedBy:
    """Each "" where the form did not ask, or nothing was answered. `gone`: why the answers are no longer here."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    company: str = ""
    gone: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def shown(self) -> str:
        """What a list calls the person."""
        return self.name or self.email or self.gone or _("Name unknown")

    @property
    def initials(self) -> str:
        words = (self.name or self.email).split()
        return ("".join(word[:1] for word in (words[0], words[-1])) if len(words) > 1 else "".join(words)[:1]).upper()


def submitted_by(response: FormResponse, form: FormVersion | None) -> SubmittedBy:
    if form is None:
        return SubmittedBy()
    asked = {question.predefined: question.id for question in form.questions if question.predefined}
    texts = {answer.question_id: (answer.text or "").strip() for answer in response.answers}

    def first(names: tuple[str, ...]) -> str:
        return next((text for name in names if (text := texts.get(asked.get(name, -1), ""))), "")

    return SubmittedBy(first(FIRST), first(LAST), first(EMAILS), first(COMPANY))


def person_in(body: bytes | None, form: FormVersion | None) -> SubmittedBy:
    """From what LinkedIn sent; nobody where it cannot be read."""
    try:
        return submitted_by(to_form_response(body or b""), form)
    except UnreadableResponseError:
        return SubmittedBy()


def folded(person: SubmittedBy) -> dict[str, str]:
    """The columns of `submission_people`: without case and accents, so that `muller` finds Müller."""
    email = _folded(person.email)
    return {
        "first_name": _folded(person.first_name),
        "last_name": _folded(person.last_name),
        "email": email,
        "domain": email.partition("@")[2],
        "company": _folded(person.company),
    }


def words(text: str) -> list[str]:
    """What was typed into the search, folded as above; a word is a word's start."""
    return _folded(text).split()[:6]


def _folded(text: str) -> str:
    return " ".join(fold_accents(text[:LONGEST]).split())
