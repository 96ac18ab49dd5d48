"""The mappings of a claim's forms, compiled when the first response of each comes."""

from __future__ import annotations

from leadferry.accounts.model import Environment
from leadferry.dataverse.metadata import Table
from leadferry.delivery.submission import ClaimedSubmission
from leadferry.delivery.surroundings_store import Stores, Surroundings
from leadferry.errors import LeadferryError
from leadferry.forms.model import FormResponse
from leadferry.mapping.compile import Mapper, compile_mapping
from leadferry.mapping.model import Context, Problem, ProblemKind
from leadferry.words import worded


class UnknownFormError(LeadferryError):
    code = "form-unknown"


class Mappers:
    """Compiled mappings by form version, for one claim."""

    def __init__(
        self,
        stores: Stores,
        environment: Environment,
        around: Surroundings,
        lead: Table,
    ) -> None:
        self.stores, self.environment, self.around, self.lead = stores, environment, around, lead
        self._compiled: dict[int | tuple[int, int], Mapper] = {}
        self._contexts: dict[tuple[int | None, int | None, int, str, str], Context] = {}
        self.form_names: dict[int, str] = {}
        self.notes: list[str] = []

    def of(self, submission: ClaimedSubmission, response: FormResponse) -> Mapper:
        key = submission.form_version_id or (response.form_id, response.version)
        if key not in self._compiled:
            self._compiled[key] = self._compile(submission, response)
        return self._compiled[key]

    def _compile(self, submission: ClaimedSubmission, response: FormResponse) -> Mapper:
        form = (
            self.stores.forms.version_by_key(submission.form_version_id)
            if submission.form_version_id
            else self.stores.forms.nearest(self.environment.id, response.form_id, response.version)
        )
        if form is None:
            raise UnknownFormError(
                worded(
                    "Form {form_id} (version {version}) is not known, so its answers have no names.",
                    form_id=response.form_id,
                    version=response.version,
                ),
                fix=worded("When LinkedIn shows the form to an authorized user profile again, replay the submission."),
            )
        self.form_names[response.form_id] = form.name
        settings = self.around.configuration.mapping_settings()
        mapper = compile_mapping(form, self.around.mappings, self.lead, settings)
        self.notes += [_note(problem) for problem in mapper.standing_problems]
        return mapper

    def context(self, submission: ClaimedSubmission, response: FormResponse) -> Context:
        of_form = (response.form_id, response.campaign_urn, response.campaign_name)
        key = (submission.owner_id, submission.campaign_id, *of_form)
        known = self._contexts.get(key)
        if known is None:
            known = self._contexts[key] = self._context(submission, response)
        return known

    def _context(self, submission: ClaimedSubmission, response: FormResponse) -> Context:
        owner = self.around.owners.get(submission.owner_id or 0)
        return Context(
            form_name=self.form_names.get(response.form_id, ""),
            campaign_name=response.campaign_name or self.around.campaign_names.get(submission.campaign_id or 0, ""),
            campaign_id=response.campaign_urn.rpartition(":")[2],
            account_name=owner.name if owner else "",
            account_id=owner.urn.rpartition(":")[2] if owner else "",
            profile_name=self.around.profile_names.get(submission.owner_id or 0, ""),
        )


def _note(problem: Problem) -> str:
    sentence = f"{problem.field}: {problem.detail}."
    if problem.kind not in {ProblemKind.NO_COLUMN, ProblemKind.READ_ONLY_COLUMN}:
        return sentence
    return worded(
        "{sentence} Its answers are left out; `leadferry mappings set` gives the field another column.",
        sentence=sentence,
    )
