"""What one round of the mirror writes, worked out from what was read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from leadferry.errors import DataverseError
from leadferry.forms.model import FormResponse, FormVersion
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.mirror import campaign_rows, submission_rows
from leadferry.mirror.model import Bulk, Journey, Known, Master, Row, Submission, Target, There, Total, Way, target
from leadferry.mirror.submission_rows import Around
from leadferry.mirror.values import rolled_up
from leadferry.solution.tables import ANSWERS, CAMPAIGNS, FORMS, SUBMISSIONS


@dataclass
class Picture:
    """`version`: a form's version by its row id."""

    around: Around
    submissions: Sequence[Submission]
    version: Callable[[int], FormVersion | None]
    responses: dict[int, FormResponse] = field(default_factory=dict)
    """By submission id; what cannot be read is absent."""

    def __post_init__(self) -> None:
        for one in self.submissions:
            if response := _read(one.body):
                self.responses[one.id] = response

    def journeys(self) -> Iterator[Journey]:
        for one in self.submissions:
            response = self.responses.get(one.id)
            yield Journey(one.submitted_at, response.form_id if response else 0, one.campaign_id, one.lead_id)

    def forms(self) -> set[int]:
        return {response.form_id for response in self.responses.values()}

    def campaigns(self) -> set[int]:
        return {one.campaign_id for one in self.submissions if one.campaign_id}

    def row_id(self, one: Submission) -> str:
        return self.around.ids.submission(one.response_id)


@dataclass
class Chunk:
    """`submission_of`: row id of a submission, answer or campaign response -> row id of its submission."""

    submissions: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    campaign_responses: list[Row] = field(default_factory=list)
    submission_of: dict[str, str] = field(default_factory=dict)

    @property
    def bulks(self) -> list[Bulk]:
        return [Bulk(target(SUBMISSIONS), self.submissions), Bulk(target(ANSWERS), self.answers)]

    def missing_parents(self, refused: Mapping[str, DataverseError]) -> bool:
        """Whether a row that we pointed at is not there, beside submissions that were refused themselves."""
        for row_id, error in refused.items():
            parent = self.submission_of.get(row_id, row_id)
            if error.code == "dataverse-not-found" and (parent == row_id or parent not in refused):
                return True
        return False

    @property
    def late_bulks(self) -> list[Bulk]:
        """Sent row by row: Dynamics' own activities know no UpsertMultiple."""
        return [Bulk(campaign_rows.RESPONSES, self.campaign_responses, Way.CREATE)] if self.campaign_responses else []


def chunk_of(picture: Picture, some: Iterable[Submission]) -> Chunk:
    chunk = Chunk()
    for one in some:
        _add(chunk, picture, one)
    return chunk


def _add(chunk: Chunk, picture: Picture, one: Submission) -> None:
    around, response = picture.around, picture.responses.get(one.id)
    row_id = picture.row_id(one)
    chunk.submissions.append(submission_rows.submission(around, one, response))
    chunk.submission_of[row_id] = row_id
    if response is None:
        return
    form = picture.version(one.form_version_id) if one.form_version_id else None
    for answer in submission_rows.answers(around, one, response, form):
        chunk.answers.append(answer)
        chunk.submission_of[answer[ANSWERS.primary_id]] = row_id
    name = around.form_names.get(response.form_id, "")
    if row := campaign_rows.response(around.ids, around.there, one, response, name):
        chunk.campaign_responses.append(row)
        chunk.submission_of[row[campaign_rows.RESPONSES.primary_id]] = row_id


def changed_masters(masters: Iterable[Master], known: Mapping[str, Known]) -> list[Master]:
    return [one for one in masters if one.id not in known or known[one.id].digest != one.digest]


def by_target(masters: Iterable[Master]) -> list[Bulk]:
    """In their order, those of one table together."""
    rows: dict[Target, list[Row]] = {}
    for one in masters:
        rows.setdefault(one.target, []).append(one.row)
    return [Bulk(kind, some) for kind, some in rows.items()]


def totals(there: There, forms: Mapping[int, Total], campaigns: Mapping[int, Total], now: int) -> list[Bulk]:
    of_forms = [
        {FORMS.primary_id: there.forms[key], **rolled_up(FORMS, "totalsubmissions", one.submissions, now)}
        for key, one in forms.items()
    ]
    of_campaigns = [
        {
            CAMPAIGNS.primary_id: there.campaigns[key],
            **rolled_up(CAMPAIGNS, "totalsubmissions", one.submissions, now),
            **rolled_up(CAMPAIGNS, "totalleads", one.leads, now),
        }
        for key, one in campaigns.items()
    ]
    bulks = [Bulk(target(FORMS), of_forms, Way.UPDATE), Bulk(target(CAMPAIGNS), of_campaigns, Way.UPDATE)]
    return [bulk for bulk in bulks if bulk.rows]


def _read(body: bytes) -> FormResponse | None:
    try:
        return to_form_response(body)
    except UnreadableResponseError:
        return None
