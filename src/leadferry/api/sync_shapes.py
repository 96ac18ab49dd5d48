"""What the API sends and takes about syncs, forms and the configuration. Names stay. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

from leadferry.delivery.tally import Figures
from leadferry.forms.coverage import Field
from leadferry.forms.model import FormVersion


class Counted(msgspec.Struct):
    """Form submissions; `test` leads are in no other figure."""

    stored: int
    created: int
    updated: int
    waiting: int
    review: int
    failed: int
    other: int
    test: int


class AccountSync(msgspec.Struct):
    """`read_up_to`: every form response from before is stored; null before the first sync has ended."""

    account_id: int
    name: str
    form_sync: str
    read_up_to: str | None
    looked_at: str | None
    troubles: list[str]
    submissions: Counted


class SyncStatus(msgspec.Struct):
    running: bool
    newest_sync_at: str | None
    counted_at: str | None
    submissions: Counted
    accounts: list[AccountSync]


class Started(msgspec.Struct):
    """`started` is false where a sync was under way already."""

    started: bool


class ResetWish(msgspec.Struct, forbid_unknown_fields=True):
    """`account_ids` null: every account and page. With `dry_run` nothing is changed."""

    dry_run: bool
    account_ids: list[int] | None = None


class ResetResult(msgspec.Struct):
    """Form responses that LinkedIn keeps: `stored` are left alone, `missing` fetched and delivered. All null after a
    reset, which begins at once."""

    dry_run: bool
    read: int | None = None
    stored: int | None = None
    missing: int | None = None
    troubles: list[str] = []


class FormShape(msgspec.Struct):
    """`fields`: questions, consents and hidden fields of the newest version; `mapped`: those with a lead column."""

    id: int
    linkedin_id: int
    name: str
    account_id: int | None
    state: str
    sync: str
    versions: list[int]
    fields: int
    mapped: int
    submissions: Counted
    newest_submission_at: str | None


class FormField(msgspec.Struct):
    """`kind`: Profile field, Question, Consent, Hidden field. `source` and `key`: of its field mapping. `columns`: of
    the lead, none where the answer goes nowhere; `suggested` then: a column that would fit."""

    kind: str
    source: str
    key: str
    text: str
    required: bool
    options: list[str]
    value: str
    columns: list[str]
    suggested: str


class FormDetail(msgspec.Struct):
    id: int
    linkedin_id: int
    name: str
    version: int
    versions: list[int]
    fields: list[FormField]


class FormVersionShape(msgspec.Struct):
    """`changes`: in words, what differs from the version before."""

    version: int
    changes: list[str]


class CampaignShape(msgspec.Struct):
    id: int
    urn: str
    name: str
    account_id: int | None
    type: str
    status: str
    starts_at: str | None
    ends_at: str | None
    submissions: Counted


def form_detail(known: LeadForm, shown: FormVersion, fields: Iterable[Field]) -> FormDetail:
    listed = [
        FormField(
            one.kind,
            one.source.value,
            one.key,
            one.text,
            one.required,
            list(one.options),
            one.value,
            list(one.columns),
            one.suggested,
        )
        for one in fields
    ]
    return FormDetail(known.id, known.linkedin_id, known.name, shown.version, list(known.versions), listed)


class LeadForm(Protocol):
    """Of `forms.form_store`."""

    @property
    def id(self) -> int: ...
    @property
    def linkedin_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def versions(self) -> tuple[int, ...]: ...


def counted(one: Figures) -> Counted:
    return Counted(one.stored, one.created, one.updated, one.waiting, one.review, one.failed, one.other, one.test)
