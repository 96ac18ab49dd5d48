"""Reads the tables of Microsoft's connector, page by page, whatever columns they still have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadferry.adoption.original import (
    ANSWERS,
    MAPPINGS,
    STRATEGIES,
    STRATEGY_FIELDS,
    SUBMISSIONS,
    TABLES,
    Original,
    OriginalTable,
    logical_name,
)
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.metadata import Table
from leadferry.errors import NotFoundError
from leadferry.words import _

AT_ONCE = 125
"""Submissions of one question for their answers: an `In` on a lookup is not documented, and addresses have an end."""
_OF_SUBMISSION = f"_{logical_name('linkedinformsubmission')}_value"
_DATES = ("createdon", "modifiedon")


class OriginalClient:
    def __init__(self, client: DataverseClient) -> None:
        self.client = client
        self._sets: dict[str, str] = {}
        self._tables: dict[str, Table] = {}

    def find(self) -> list[str]:
        """Names of the tables that are there. Raises `original-missing` where there is none."""
        self._sets = self.client.entity_sets([table.name for table in TABLES])
        if not self._sets:
            raise NotFoundError(
                _(
                    "There are no tables of Microsoft's LinkedIn connector (msdyncrm_linkedin...) in {address}.",
                    address=self.client.url,
                ),
                fix=_("Nothing is to be adopted here. Where they should be there, check the environment's address."),
                code="original-missing",
            )
        return sorted(self._sets)

    def lead(self) -> Table:
        return self.client.table("lead")

    def rows(self, table: OriginalTable) -> Iterator[Original]:
        """All of a table of which there are few; none where the table is missing."""
        if table.name not in self._sets:
            return
        for row in self.client.query(self._sets[table.name], select=self._select(table)):
            yield Original(table, row)

    def strategies(self) -> Iterator[tuple[Original, tuple[str, ...]]]:
        """Each with the ids of its field mappings."""
        if STRATEGIES.name not in self._sets:
            return
        expand = f"{STRATEGY_FIELDS}($select={MAPPINGS.primary_id})"
        for row in self.client.query(self._sets[STRATEGIES.name], select=self._select(STRATEGIES), expand=expand):
            fields = [str(field[MAPPINGS.primary_id]).lower() for field in row.get(STRATEGY_FIELDS) or ()]
            yield Original(STRATEGIES, row), tuple(fields)

    def submissions(self, page_size: int) -> Iterator[list[Original]]:
        """Oldest first, a page at a time: whatever their number, one page is in memory."""
        if SUBMISSIONS.name not in self._sets:
            return
        page: list[Original] = []
        order = f"{logical_name('submissiondate')} asc,{SUBMISSIONS.primary_id} asc"
        entity_set, select = self._sets[SUBMISSIONS.name], self._select(SUBMISSIONS)
        for row in self.client.query(entity_set, select=select, orderby=order, page_size=page_size):
            page.append(Original(SUBMISSIONS, row))
            if len(page) == page_size:
                yield page
                page = []
        if page:
            yield page

    def answers(self, submission_ids: Sequence[str]) -> dict[str, list[Original]]:
        """By submission."""
        found: dict[str, list[Original]] = {row_id: [] for row_id in submission_ids}
        if ANSWERS.name not in self._sets:
            return found
        for start in range(0, len(submission_ids), AT_ONCE):
            which = " or ".join(f"{_OF_SUBMISSION} eq {row_id}" for row_id in submission_ids[start : start + AT_ONCE])
            for row in self.client.query(self._sets[ANSWERS.name], select=self._select(ANSWERS), filter=which):
                answer = Original(ANSWERS, row)
                found.setdefault(answer.link("linkedinformsubmission"), []).append(answer)
        return found

    def _select(self, table: OriginalTable) -> list[str]:
        known = self._tables.get(table.name)
        if known is None:
            known = self._tables[table.name] = self.client.table(table.name)
        columns = [*(logical_name(column) for column in table.columns), *_DATES]
        lookups = [logical_name(column) for column in table.lookups]
        return [
            table.primary_id,
            *(name for name in columns if name in known.columns),
            *(f"_{name}_value" for name in lookups if name in known.columns),
        ]
