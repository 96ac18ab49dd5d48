"""The CSV door: stores the responses of a Campaign Manager file in the inbox. Importing it again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from leadferry.accounts.owner_store import OwnerStore
from leadferry.clock import Clock
from leadferry.errors import InputError
from leadferry.forms.form_store import FormStore
from leadferry.forms.model import FormVersion
from leadferry.intake.csv_file import CsvFile, CsvRow, fact, read_csv
from leadferry.intake.csv_responses import ResponseMaker, form_from_header
from leadferry.intake.inbox_store import InboxStore
from leadferry.intake.model import Door, ImportResult
from leadferry.linkedin.reading import to_form_version
from leadferry.mapping.compile import discovered_fields
from leadferry.mapping.mapping_store import MappingStore
from leadferry.words import _

CHUNK = 500


@dataclass
class CsvDoor:
    inbox: InboxStore
    forms: FormStore
    mappings: MappingStore
    owners: OwnerStore
    clock: Clock

    def import_file(
        self,
        environment_id: int,
        path: Path,
        *,
        form_id: int | None = None,
        encoding: str = "",
        on_progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> ImportResult:
        """`form_id`: the form that the file is of, where the file does not name one that we know."""
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise InputError(
                _("The file {path} cannot be read: {strerror}.", path=path, strerror=error.strerror),
                code="csv-unreadable",
                fix=_("Check the path."),
            ) from None
        file = read_csv(raw, encoding=encoding)
        return self.import_rows(environment_id, file, path.stem, form_id=form_id, on_progress=on_progress)

    def import_rows(
        self,
        environment_id: int,
        file: CsvFile,
        title: str,
        *,
        form_id: int | None = None,
        on_progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> ImportResult:
        """`title`: the form's name where the file names none."""
        result = ImportResult(rows=len(file.rows), troubles=list(file.troubles))
        for name, rows in self._by_form(file, title).items():
            key, form = self._form(environment_id, file, name, rows[0], form_id)
            result.forms.append(form.name)
            self._store(environment_id, file, rows, key, form, result, on_progress)
        return result

    def known_form(self, environment_id: int, file: CsvFile, title: str, form_id: int | None) -> FormVersion | None:
        """The form that the rows are of; None where it will be made from the header, or where there are several."""
        by_form = self._by_form(file, title)
        if len(by_form) > 1 and not form_id:
            return None
        for name, rows in by_form.items():
            known = self._known(environment_id, file, name, rows[0], form_id)
            return known[1] if known else None
        return None

    def _by_form(self, file: CsvFile, title: str) -> dict[str, list[CsvRow]]:
        by_form: dict[str, list[CsvRow]] = {}
        for row in file.rows:
            by_form.setdefault(fact(file, row, "form_name") or title, []).append(row)
        return by_form

    def _form(
        self, environment_id: int, file: CsvFile, name: str, first: CsvRow, form_id: int | None
    ) -> tuple[int, FormVersion]:
        known = self._known(environment_id, file, name, first, form_id)
        if known:
            return known
        if form_id:
            raise InputError(
                _("Form {form_id} is not known in this environment.", form_id=form_id),
                code="form-unknown",
                fix=_("Leave --form out to make the form from the file's header, or sync the form first."),
            )
        raw = msgspec.json.encode(form_from_header(file, name))
        form = to_form_version(raw)
        key, _made = self.forms.save_version(environment_id, None, form, raw)
        self.mappings.add_discovered(environment_id, discovered_fields(form))
        return key, form

    def _known(
        self, environment_id: int, file: CsvFile, name: str, first: CsvRow, form_id: int | None
    ) -> tuple[int, FormVersion] | None:
        named = fact(file, first, "form_id").rpartition(":")[2]
        wanted = form_id or (int(named) if named.isdecimal() else None)
        wanted = wanted or self._form_named(environment_id, name)
        return self.forms.latest(environment_id, wanted) if wanted else None

    def _form_named(self, environment_id: int, name: str) -> int | None:
        """Only where one form has the name: two could ask different things."""
        found = [key for key, known in self.forms.names(environment_id).items() if known == name]
        return found[0] if len(found) == 1 else None

    def _store(
        self,
        environment_id: int,
        file: CsvFile,
        rows: list[CsvRow],
        key: int,
        form: FormVersion,
        result: ImportResult,
        on_progress: Callable[[int, int], None],
    ) -> None:
        owner = self._owner(environment_id, fact(file, rows[0], "account_name"))
        maker = ResponseMaker(file, form, owner_urn=owner[1] if owner else "")
        result.unbound += [header for header in maker.unbound if header not in result.unbound]
        for start in range(0, len(rows), CHUNK):
            some = rows[start : start + CHUNK]
            now = self.clock()
            received = [
                maker.received(row, form_version_id=key, owner_id=owner[0] if owner else None, now=now) for row in some
            ]
            new = len(self.inbox.store(environment_id, Door.CSV, received))
            result.new += new
            result.known += len(some) - new
            on_progress(result.new + result.known, result.rows)

    def _owner(self, environment_id: int, name: str) -> tuple[int, str] | None:
        found = [owner for owner in self.owners.list(environment_id) if owner.name == name]
        return (found[0].id, found[0].urn) if len(found) == 1 else None
