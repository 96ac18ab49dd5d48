"""Submissions and their answers as rows (OC-65 to OC-70). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from leadferry.accounts.model import Owner
from leadferry.forms.model import Answer, FormResponse, FormVersion
from leadferry.mirror.ids import Ids, bare, consent, key_text
from leadferry.mirror.model import Row, Submission, There
from leadferry.mirror.values import bind, moment, plain, texts
from leadferry.solution.tables import ANSWERS, CAMPAIGNS, FORMS, PROFILES, QUESTIONS, SUBMISSIONS

TEST = "TEST"
"""Stands before the type of a test lead's submission, so that reports can leave it out."""


@dataclass(slots=True)
class Around:
    """What the rows point at."""

    ids: Ids
    there: There
    owners: Mapping[int, Owner]
    profile_of: Mapping[int, int]
    row_owners: Mapping[int, str]
    form_names: Mapping[int, str]


def submission(around: Around, one: Submission, response: FormResponse | None) -> Row:
    """`response` is None where it cannot be read: then the row says so by its states alone."""
    owner = around.owners.get(one.owner_id or 0)
    form_id = response.form_id if response else 0
    there, form_name = around.there, around.form_names.get(form_id, "")
    kind = f"{TEST} {one.lead_type}" if one.test else one.lead_type
    row: Row = {SUBMISSIONS.primary_id: around.ids.submission(one.response_id)}
    row |= texts(SUBMISSIONS, name=_name(form_name, one), linkedinformsubmission_textid=key_text(one.response_id))
    row |= texts(SUBMISSIONS, linkedinaccountid=bare(owner.urn) if owner else "", type=kind, linkedinformname=form_name)
    row |= texts(SUBMISSIONS, linkedincampaignid=bare(response.campaign_urn) if response else "")
    row |= texts(SUBMISSIONS, linkedincreativeid=bare(response.creative_urn) if response else "")
    row |= plain(SUBMISSIONS, matchingstatus=one.matching_status, processingstate=one.processing_state)
    row |= plain(SUBMISSIONS, submissiondate=moment(one.submitted_at))
    row |= bind(SUBMISSIONS["lead"], "leads", one.lead_id)
    row |= bind(SUBMISSIONS["contact"], "contacts", one.contact_id)
    row |= bind(SUBMISSIONS["linkedinformid"], FORMS.entity_set, there.forms.get(form_id))
    row |= bind(SUBMISSIONS["linkedincampaign"], CAMPAIGNS.entity_set, there.campaigns.get(one.campaign_id or 0))
    profile = there.profiles.get(around.profile_of.get(one.owner_id or 0, 0))
    row |= bind(SUBMISSIONS["linkedinuserprofileid"], PROFILES.entity_set, profile)
    return row | _owned(around, one)


def answers(around: Around, one: Submission, response: FormResponse, form: FormVersion | None) -> Iterator[Row]:
    asked = {question.id: question for question in form.questions} if form else {}
    seen: set[str] = set()
    for answer in response.answers:
        key, question = str(answer.question_id), asked.get(answer.question_id)
        if key in seen:
            continue
        seen.add(key)
        labels = {option.id: option.text for option in question.options} if question else {}
        name = (question.label or question.name) if question else key
        kind = "choice" if answer.option_ids else "text"
        yield _answer(around, one, response, key, name or key, kind, _text(answer, labels))
    wordings = {given.id: given.text for given in form.consents} if form else {}
    for given, accepted in response.consents.items():
        text = "Yes" if accepted else "No"
        yield _answer(around, one, response, consent(given), wordings.get(given) or "Consent", "consent", text)


def _answer(around: Around, one: Submission, response: FormResponse, key: str, name: str, kind: str, text: str) -> Row:
    ids, question = around.ids, around.ids.question(response.form_id, key)
    row: Row = {ANSWERS.primary_id: ids.answer(one.response_id, key)}
    row |= texts(ANSWERS, name=name, answer_textid=key_text(f"{one.response_id}_{key}"), answerformat=kind)
    row |= texts(ANSWERS, answertext=text, linkedinquestionid=key)
    row |= bind(ANSWERS["linkedinformsubmission"], SUBMISSIONS.entity_set, ids.submission(one.response_id))
    known = question if question in around.there.questions else None
    row |= bind(ANSWERS["linkedinformquestion"], QUESTIONS.entity_set, known)
    return row | _owned(around, one)


def _text(answer: Answer, labels: Mapping[int, str]) -> str:
    if answer.option_ids:
        return "; ".join(labels.get(option) or str(option) for option in answer.option_ids)
    return answer.text or ""


def _name(form_name: str, one: Submission) -> str:
    """`Paper, 2026-11-23 10:00`: lists show it, so it says no person's name."""
    when = (moment(one.submitted_at) or "")[:16].replace("T", " ")
    return f"{form_name[:80] or 'Form response'}, {when}"


def _owned(around: Around, one: Submission) -> dict[str, str]:
    """Submissions belong to whom the lead belongs to (OC-93, OC-94)."""
    owner = around.row_owners.get(one.owner_id or 0, "")
    return {"ownerid@odata.bind": f"/systemusers({owner})"} if owner else {}
