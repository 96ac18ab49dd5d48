"""Publishers and solutions: what their rows must have, and those that every environment has.

Source: dataverse-api reference, section 6.8.
"""

from __future__ import annotations

import re
from typing import Any

from leadferry.clock import as_text
from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.behaviours import BEHAVIOURS, Behaviour, made_by_the_platform
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.privilege_rows import role_id
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.seeds import put_rows
from leadferry.simulators.dataverse.storage import Storage

DEFAULT = "Default"
DEFAULT_ID, DEFAULT_PUBLISHER_ID = "fd140aaf-4df4-11dd-bd17-0019b9312238", role_id("default publisher")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PREFIX = re.compile(r"(?!mscrm)[A-Za-z][A-Za-z0-9]{1,7}", re.IGNORECASE)
_VERSION = re.compile(r"\d+\.\d+\.\d+\.\d+")
_LOWEST, _HIGHEST = 10_000, 99_999


def seed(storage: Storage) -> None:
    """The default publisher and solution, once."""
    if not {"publisher", "solution"} <= storage.catalog.tables.keys():
        return
    publisher: dict[str, Any] = {
        "publisherid": DEFAULT_PUBLISHER_ID, "uniquename": "DefaultPublishercontoso", "customizationprefix": "new",
        "friendlyname": "Default Publisher for contoso", "customizationoptionvalueprefix": _LOWEST,
    }  # fmt: skip
    solution: dict[str, Any] = {
        "solutionid": DEFAULT_ID, "uniquename": DEFAULT, "friendlyname": "Default Solution", "version": "1.0",
        "publisherid": DEFAULT_PUBLISHER_ID, "installedon": as_text(storage.clock())[:10],
    }  # fmt: skip
    put_rows(storage, "publisher", [publisher])
    put_rows(storage, "solution", [solution])


def _publisher(writing: Writing, row: dict[str, Any]) -> None:
    _require(row, "publisher", "uniquename", "friendlyname", "customizationprefix", "customizationoptionvalueprefix")
    _check_publisher(writing, "", row)
    _refuse_taken(writing, "publisher", row["uniquename"])


def _check_publisher(_: Writing, __: str, values: dict[str, Any]) -> None:
    _check_name(values)
    prefix = values.get("customizationprefix")
    if prefix is not None and not _PREFIX.fullmatch(prefix):
        raise refusals.invalid_argument(
            f"The customization prefix '{prefix}' is not valid. It has two to eight letters and digits, "
            "starts with a letter, and not with 'mscrm'."
        )
    number = values.get("customizationoptionvalueprefix")
    if number is not None and not _LOWEST <= number <= _HIGHEST:
        raise Refusal(
            400,
            "0x80048402",
            f"CustomizationOptionValuePrefix must be a number between {_LOWEST} and {_HIGHEST}.",
        )


def _solution(writing: Writing, row: dict[str, Any]) -> None:
    _require(row, "solution", "uniquename", "friendlyname", "version", "publisherid")
    _check_solution(writing, "", row)
    _refuse_taken(writing, "solution", row["uniquename"])
    row["installedon"] = writing.now[:10]


def _check_solution(_: Writing, __: str, values: dict[str, Any]) -> None:
    _check_name(values)
    version = values.get("version")
    if version is not None and not _VERSION.fullmatch(version):
        raise refusals.invalid_argument(f"The solution version '{version}' is not valid. It has four numbers: 1.0.0.0")


def _check_name(values: dict[str, Any]) -> None:
    name = values.get("uniquename")
    if name is not None and not _NAME.fullmatch(name):
        raise Refusal(
            400,
            "0x8004F002",
            f"The unique name '{name}' is not valid. Only characters within the ranges [A-Z], [a-z], [0-9], or _ are "
            "allowed. The first character may only be in the ranges [A-Z], [a-z], or _.",
        )


def _deleting(_: Writing, row_id: str) -> None:
    """Deleting an unmanaged solution leaves its components: only the rows of membership go."""
    if row_id == DEFAULT_ID:
        raise refusals.not_supported("The default solution cannot be deleted.")


def _require(row: dict[str, Any], table: str, *columns: str) -> None:
    for column in columns:
        if row.get(column) in {None, ""}:
            raise refusals.required(column, table)


def _refuse_taken(writing: Writing, table: str, name: str) -> None:
    if writing.conn.execute(f'SELECT 1 FROM "t_{table}" WHERE "uniquename" = ?', (name,)).fetchone():
        raise refusals.already_exists()


BEHAVIOURS["publisher"] = Behaviour(creating=_publisher, changing=_check_publisher)
BEHAVIOURS["solution"] = Behaviour(creating=_solution, changing=_check_solution, deleting=_deleting)
for _table in ("solutioncomponent", "appmodulecomponent", "appmoduleroles"):
    made_by_the_platform(_table)
