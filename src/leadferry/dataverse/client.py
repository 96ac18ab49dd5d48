"""The Dataverse Web API v9.2, as far as Leadferry needs it. Usable from many threads.

Each operation says whether it may be repeated; `connection_client` says what is repeated by itself.
Source of all: docs `data-platform/webapi/` (Web API v9.2), summed up in dataverse-api.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from leadferry.clock import Clock, system_clock
from leadferry.dataverse import odata
from leadferry.dataverse.batch import (
    ChangeSet,
    Operation,
    Part,
    UnreadableBatchError,
    read_batch,
    write_batch,
)
from leadferry.dataverse.batch_results import BatchResult, made_id, members, not_attempted, requests_of, results_of
from leadferry.dataverse.connection_client import API, Connection
from leadferry.dataverse.metadata import Table
from leadferry.dataverse.reading import definition_paths, to_table
from leadferry.dataverse.refusals import to_error
from leadferry.dataverse.tokens_client import Tokens
from leadferry.errors import DataverseError
from leadferry.http_client import Answer, Http, HttpClient
from leadferry.words import _, json_of

Row = dict[str, Any]
T = TypeVar("T")

_FILTER_ROOM = 2_000
"""Characters of an address that are kept for everything beside the values: host, path, $select, the other filter."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are in the environment (ids)."""

    user_id: str
    business_unit_id: str
    organization_id: str


class _Privilege(msgspec.Struct):
    name: str = msgspec.field(name="PrivilegeName", default="")


class _Privileges(msgspec.Struct):
    privileges: list[_Privilege] = msgspec.field(name="RolePrivileges", default_factory=list)


class _WhoAmI(msgspec.Struct):
    user: str = msgspec.field(name="UserId")
    business_unit: str = msgspec.field(name="BusinessUnitId")
    organization: str = msgspec.field(name="OrganizationId")


class _Page(msgspec.Struct):
    value: list[Row]
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")


class _Ids(msgspec.Struct):
    ids: list[str] = msgspec.field(name="Ids")


_WHO_AM_I = msgspec.json.Decoder(_WhoAmI)
_PRIVILEGES = msgspec.json.Decoder(_Privileges)
_PAGE = msgspec.json.Decoder(_Page)
_IDS = msgspec.json.Decoder(_Ids)
_ROW = msgspec.json.Decoder(Row)


class DataverseClient:
    """`parallel`: requests under way at once, as an upper bound to what the service itself recommends."""

    def __init__(
        self,
        url: str,
        tokens: Tokens,
        http: Http | None = None,
        *,
        ca_file: str | os.PathLike[str] | None = None,
        parallel: int = 4,
        max_wait_s: float = 330.0,
        clock: Clock = system_clock,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._connection = Connection(
            url,
            tokens,
            http or HttpClient(ca_file=ca_file),
            parallel=parallel,
            max_wait_s=max_wait_s,
            clock=clock,
            sleep=sleep,
            jitter=jitter,
        )
        self._clock = clock
        self._supported: dict[tuple[str, str], bool] = {}

    @property
    def url(self) -> str:
        return self._connection.url

    @property
    def connection(self) -> Connection:
        """For the clients of other parts of the Web API; one pace and one token for all."""
        return self._connection

    @property
    def requests(self) -> int:
        """Requests sent so far, repeats included, tokens apart."""
        return self._connection.requests

    @property
    def last_request_id(self) -> str:
        """The service's own id of its last answer, for a support case."""
        return self._connection.last_request_id

    # Environment and tables

    def who_am_i(self) -> Identity:
        """WhoAmI function. May be repeated."""
        found = self._decoded(_WHO_AM_I, self._get("WhoAmI", "WhoAmI").body, "WhoAmI")
        return Identity(found.user.lower(), found.business_unit.lower(), found.organization.lower())

    def privileges_of(self, user_id: str) -> set[str]:
        """RetrieveUserPrivileges function: names like `prvCreateLead`, those of roles and of teams. May be repeated."""
        path = f"{odata.key_url('systemusers', user_id)}/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"
        what = "RetrieveUserPrivileges"
        found = self._decoded(_PRIVILEGES, self._get(path, what).body, what)
        return {one.name for one in found.privileges}

    def table(self, logical_name: str, *, fresh: bool = False) -> Table:
        """`query-metadata-web-api.md`, all of it in one `$batch` of GETs. May be repeated.

        `fresh` sees what was changed in the last half minute too. Raises DataverseError `dataverse-unknown-table`.
        """
        headers = {"Consistency": "Strong"} if fresh else {}
        paths = definition_paths(logical_name)
        parts = self._batched([Operation("GET", path, None, headers) for path in paths], headers, repeatable=True)
        what = f"GET EntityDefinitions({logical_name})"
        for part in parts:
            if part.status == 404:
                raise DataverseError(
                    _(
                        "The environment {url} has no table {logical_name}.",
                        url=self.url,
                        logical_name=repr(logical_name),
                    ),
                    fix=_("Check the name, and that the app that brings the table is installed."),
                    code="dataverse-unknown-table",
                    status=404,
                )
            if part.status >= 300:
                raise to_error(part.status, part.body, what=what)
        try:
            return to_table(parts[0].body, [part.body for part in parts[1:]], self._clock())
        except (msgspec.DecodeError, IndexError) as error:
            raise _unreadable(what, error) from error

    def supports(self, message: str, table: str) -> bool:
        """Whether a table knows a message like CreateMultiple (`bulk-operations.md`). Asked once; may be repeated."""
        key = (message, table)
        if key not in self._supported:
            condition = "sdkmessageid/name eq @m and primaryobjecttypecode eq @t"
            options = {"$select": "sdkmessagefilterid", "$filter": condition}
            aliases = f"&@m={odata.encode(odata.text(message))}&@t={odata.encode(odata.text(table))}"
            path = f"sdkmessagefilters{odata.query_string(options)}{aliases}"
            self._supported[key] = bool(self._page(self._get(path, "GET sdkmessagefilters").body, path).value)
        return self._supported[key]

    def entity_sets(self, tables: Sequence[str]) -> dict[str, str]:
        """Logical name -> entity set name of those tables that exist. May be repeated."""
        condition = " or ".join(f"LogicalName eq {odata.text(name)}" for name in tables)
        options = {"$select": "LogicalName,EntitySetName", "$filter": condition}
        path = f"EntityDefinitions{odata.query_string(options)}"
        rows = self._page(self._get(path, "GET EntityDefinitions").body, path).value if tables else []
        return {row["LogicalName"]: row["EntitySetName"] for row in rows}

    # Reading rows

    def query(
        self,
        entity_set: str,
        *,
        select: Sequence[str],
        filter: str | None = None,  # noqa: A002 - the Web API's word
        orderby: str | None = None,
        top: int | None = None,
        expand: str | None = None,
        page_size: int = 5000,
    ) -> Iterator[Row]:
        """`query/overview.md`; pages are fetched as they are needed. May be repeated."""
        options = {
            "$select": ",".join(select),
            "$filter": filter,
            "$orderby": orderby,
            "$top": top,
            "$expand": expand,
        }
        path = entity_set + odata.query_string(options)
        # $top is ignored beside a page size (dataverse-api 3.1).
        headers = {} if top is not None else {"Prefer": f"odata.maxpagesize={page_size}"}
        yield from self._walk(path, headers, f"GET {entity_set}")

    def find_any(
        self,
        entity_set: str,
        columns_values: Mapping[str, Sequence[str]],
        *,
        select: Sequence[str],
        extra_filter: str | None = None,
        max_values: int = odata.IN_VALUES,
    ) -> list[Row]:
        """Rows in which any column is one of its values, each row once: `filter-rows.md`, function In.

        One GET where the address is short enough, else one `$batch` of GETs, whose addresses may be twice as long.
        May be repeated.
        """
        room = odata.MAX_BATCHED_URL - _FILTER_ROOM - len(odata.encode(extra_filter or "")) - 20 * len(select)
        paths = [
            entity_set + odata.query_string({"$select": ",".join(select), "$filter": odata.any_in(some, extra_filter)})
            for some in odata.in_chunks(columns_values, room, max_values)
        ]
        if len(paths) == 1 and len(self.url) + len(API) + len(paths[0]) <= odata.MAX_URL:
            return list(self._walk(paths[0], {}, _("GET {entity_set}", entity_set=entity_set)))
        found: dict[bytes, Row] = {}
        for row in self._find_in_batch(paths, f"GET {entity_set}"):
            found.setdefault(json_of(row), row)
        return list(found.values())

    def _find_in_batch(self, paths: Sequence[str], what: str) -> Iterator[Row]:
        if not paths:
            return
        for part in self._batched([Operation("GET", path) for path in paths], {}, repeatable=True):
            if part.status >= 300:
                raise to_error(part.status, part.body, what=what)
            page = self._page(part.body, what)
            yield from page.value
            if page.next_link:
                yield from self._walk(page.next_link, {}, what)

    def existing_ids(self, entity_set: str, primary_id: str, ids: Sequence[str]) -> set[str]:
        """Which of these ids exist, in lower case. May be repeated."""
        rows = self.find_any(entity_set, {primary_id: _lower(ids)}, select=[primary_id])
        return {str(row[primary_id]).lower() for row in rows}

    def rows_by_id(self, entity_set: str, primary_id: str, ids: Sequence[str], select: Sequence[str]) -> dict[str, Row]:
        """Id (lower case) -> row, for those that exist. May be repeated."""
        columns = list(dict.fromkeys([primary_id, *select]))
        rows = self.find_any(entity_set, {primary_id: _lower(ids)}, select=columns)
        return {str(row[primary_id]).lower(): row for row in rows}

    def get(self, entity_set: str, row_id: str, select: Sequence[str]) -> Row:
        """One row by id. Raises DataverseError `dataverse-not-found`. May be repeated."""
        path = odata.key_url(entity_set, row_id) + odata.query_string({"$select": ",".join(select)})
        what = f"GET {entity_set}(id)"
        return self._decoded(_ROW, self._get(path, what).body, what)

    # Writing rows

    def create_multiple(self, entity_set: str, table: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """`bulk-operations.md` CreateMultiple: all or none. Returns ids in order. Not repeated; with ids chosen by us
        the caller can ask which exist."""
        answer = self._bulk("CreateMultiple", entity_set, table, rows)
        return [row_id.lower() for row_id in self._decoded(_IDS, answer.body, "CreateMultiple").ids]

    def update_multiple(self, entity_set: str, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """UpdateMultiple: all or none; each row holds its primary id. Not repeated here; writing the same twice
        leaves the same row."""
        self._bulk("UpdateMultiple", entity_set, table, rows)

    def upsert_multiple(self, entity_set: str, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """UpsertMultiple: all or none; each row holds its primary id or an `@odata.id` with a key. Not repeated here;
        may be repeated by the caller."""
        self._bulk("UpsertMultiple", entity_set, table, rows)

    def create(self, entity_set: str, row: Mapping[str, Any]) -> str:
        """`create-entity-web-api.md`. Returns the id. Not repeated."""
        what = f"POST {entity_set}"
        answer = self._connection.call("POST", entity_set, what=what, body=json_of(row))
        return made_id(answer.headers)

    def patch(self, entity_set: str, row_id: str, row: Mapping[str, Any], *, if_match: str | None = "*") -> None:
        """`update-delete-entities-using-web-api.md`. `if_match` "*" never creates, None upserts, else an ETag.
        Not repeated here; may be by the caller."""
        headers = {"If-Match": if_match} if if_match else {}
        path, what = odata.key_url(entity_set, row_id), f"PATCH {entity_set}(id)"
        self._connection.call("PATCH", path, what=what, headers=headers, body=json_of(row))

    def delete(self, entity_set: str, row_id: str) -> None:
        """Raises `dataverse-not-found` where it is gone already. Not repeated here; may be by the caller."""
        self._connection.call("DELETE", odata.key_url(entity_set, row_id), what=f"DELETE {entity_set}(id)")

    def qualify_lead(
        self,
        lead_id: str,
        *,
        create_account: bool,
        create_contact: bool,
        create_opportunity: bool,
        status: int = 3,
    ) -> list[Row]:
        """QualifyLead action (needs Dynamics 365 Sales). Returns references to what was made. Not repeated."""
        body = {
            "CreateAccount": create_account,
            "CreateContact": create_contact,
            "CreateOpportunity": create_opportunity,
            "Status": status,
        }
        path, what = f"{odata.key_url('leads', lead_id)}/Microsoft.Dynamics.CRM.QualifyLead", "POST QualifyLead"
        answer = self._connection.call("POST", path, what=what, body=json_of(body))
        return self._page(answer.body, what).value if answer.body else []

    def batch(
        self, operations: Sequence[Operation | ChangeSet], *, continue_on_error: bool = False
    ) -> list[BatchResult]:
        """`execute-batch-operations-using-web-api.md`. One result per operation, those of a change set in a row.
        More than 1,000 operations go in several requests. Repeated by itself only where all of it are GETs.

        Without `continue_on_error` what follows the first refusal is not carried out: code `dataverse-not-attempted`.
        """
        headers = {"Prefer": "odata.continue-on-error"} if continue_on_error else {}
        reading = all(isinstance(item, Operation) and item.method == "GET" for item in operations)
        results: list[BatchResult] = []
        for items in requests_of(operations):
            if results and results[-1].error and not continue_on_error:
                results += [not_attempted()] * sum(map(members, items))
                continue
            parts = self._batched(items, headers, repeatable=reading)
            results += results_of(items, parts)
        return results

    # Below

    def _get(self, path: str, what: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._connection.call("GET", path, what=what, headers=headers, repeatable=True)

    def _walk(self, path: str, headers: Mapping[str, str], what: str) -> Iterator[Row]:
        following: str | None = path
        while following:
            page = self._page(self._get(following, what, headers).body, what)
            yield from page.value
            following = page.next_link

    def _bulk(self, message: str, entity_set: str, table: str, rows: Sequence[Mapping[str, Any]]) -> Answer:
        kind = f"Microsoft.Dynamics.CRM.{table}"
        body = json_of({"Targets": [{"@odata.type": kind, **row} for row in rows]})
        path = f"{entity_set}/Microsoft.Dynamics.CRM.{message}"
        return self._connection.call(
            "POST",
            path,
            what=_("{text} of {count} {entity_set}", text=message, count=len(rows), entity_set=entity_set),
            body=body,
        )

    def _batched(
        self, items: Sequence[Operation | ChangeSet], headers: Mapping[str, str], *, repeatable: bool
    ) -> list[Part]:
        boundary = f"batch_{os.urandom(8).hex()}"
        answer = self._connection.call(
            "POST",
            "$batch",
            what=f"$batch of {sum(map(members, items))}",
            headers={**headers, "Content-Type": f'multipart/mixed; boundary="{boundary}"'},
            body=write_batch(items, API, boundary),
            repeatable=repeatable,
        )
        try:
            return read_batch(answer.headers.get("content-type", ""), answer.body)
        except UnreadableBatchError as error:
            raise _unreadable("$batch", error, unknown_outcome=not repeatable) from error

    def _page(self, body: bytes, what: str) -> _Page:
        return self._decoded(_PAGE, body, what)

    def _decoded(self, decoder: msgspec.json.Decoder[T], body: bytes, what: str) -> T:
        try:
            return decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _unreadable(what, error) from error


def _unreadable(what: str, error: Exception, *, unknown_outcome: bool = False) -> DataverseError:
    return DataverseError(
        _("Dynamics' answer to {what} cannot be read: {name}.", what=what, name=type(error).__name__),
        fix=_("Check that the address is the environment's, and that no proxy answers in its place."),
        code="dataverse-unreadable",
        unknown_outcome=unknown_outcome,
    )


def _lower(ids: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(row_id.lower() for row_id in ids))
