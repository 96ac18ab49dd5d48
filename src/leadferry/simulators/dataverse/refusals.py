"""How Dataverse refuses: status, code and wording, one function per case.

Source: dataverse-api reference, sections 1.4, 2.9, 4 and 5.1 (compose-http-requests-handle-errors, web service error
codes, api-limits; Web API v9.2). Codes are always written as hexadecimal text.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterable, Mapping

from leadferry.simulators.server import Response, json_response

_PAYLOAD = (
    "Error identified in Payload provided by the user for Entity :'{set}', For more information on this error please "
    "follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : "
    "Microsoft.OData.ODataException: {cause}"
)


class Refusal(Exception):  # noqa: N818 (what the service does, not a fault of ours)
    """An answer that is an error. Raising it inside a transaction rolls that transaction back."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None, inner: str = ""
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = dict(headers or {})
        self.inner = inner

    def body(self, annotations: bool = False) -> dict[str, object]:
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.inner:
            error["innererror"] = {
                "message": self.inner,
                "type": "System.ServiceModel.FaultException",
                "stacktrace": "",
            }
        if annotations:
            error["@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus"] = "0"
            error["@Microsoft.PowerApps.CDS.ErrorDetails.SubErrorCode"] = "0"
            error["@Microsoft.PowerApps.CDS.HelpLink"] = (
                "http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a"
                f"{self.code.removeprefix('0x')}&client=platform"
            )
            error["@Microsoft.PowerApps.CDS.TraceText"] = ""
            error["@Microsoft.PowerApps.CDS.InnerError.Message"] = self.inner or self.message
        return {"error": error}

    def to_response(self, annotations: bool = False) -> Response:
        headers = {"OData-Version": "4.0", "REQ_ID": str(uuid.uuid4()), **self.headers}
        return json_response(self.body(annotations), self.status, headers)


# Identity (section 1.4)


def unauthenticated(authority: str, tenant: str, resource: str) -> Response:
    """401 with a challenge and, as the real service does, no JSON body."""
    challenge = f"Bearer authorization_uri={authority}/{tenant}/oauth2/authorize, resource_id={resource}/"
    return Response(401, b"", {"WWW-Authenticate": challenge})


def not_a_member() -> Refusal:
    return Refusal(403, "0x80072560", "The user is not a member of the organization.")


def user_disabled(user_id: str) -> Refusal:
    return Refusal(403, "0x80040225", f"The specified user(Id = {user_id}) is disabled. Consider enabling this user.")


def cannot_act_on_behalf(user_id: str) -> Refusal:
    return Refusal(
        403,
        "0x80040220",
        f"Principal user (Id={user_id}, type=8) is missing prvActOnBehalfOfAnotherUser privilege. "
        "The caller cannot act on behalf of another user.",
    )


# Privileges


@functools.cache
def privilege_id(name: str) -> str:
    """The same in every environment."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


def privilege_denied(user_id: str, privilege: str, object_type_code: int, table: str) -> Refusal:
    return Refusal(
        403,
        "0x80040220",
        f"Principal user (Id={user_id}, type=8, roleCount=1, privilegeCount=1, accessMode='4 Non-interactive', "
        f"MetadataCachePrivilegesCount=1, businessUnitId=) is missing {privilege} privilege "
        f"(Id={privilege_id(privilege)}) on OTC={object_type_code} for entity '{table}' (LocalizedName=''). "
        "context.Caller. Consider adding missed privilege to one of the principal (user/team) roles.",
    )


def organization_privilege_denied(user_id: str, privilege: str) -> Refusal:
    """A privilege that belongs to no table."""
    return Refusal(403, "0x80040220", f"Principal user (Id={user_id}, type=8) is missing {privilege} privilege.")


def principal_privilege_denied(user_id: str, privilege: str) -> Refusal:
    return Refusal(403, "0x80040231", f"Principal with id {user_id} does not have {privilege} privilege.")


def target_lacks_read(user_id: str, table: str) -> Refusal:
    return Refusal(403, "0x80040299", f"Target principal {user_id} does not have read privilege on '{table}'.")


def access_check_failed(user_id: str, table: str, row_id: str) -> Refusal:
    return Refusal(
        403,
        "0x80048306",
        f"SecLib::AccessCheckEx failed. Principal user (Id={user_id}) has the privilege but no access "
        f"to {table} {row_id}.",
    )


def access_denied(message: str = "Access is denied.") -> Refusal:
    return Refusal(403, "0x80048405", message)


# Nothing there


def row_not_found(table: str, row_id: str) -> Refusal:
    return Refusal(404, "0x80040217", f"{table} With Id = {row_id} Does Not Exist")


def rows_not_found(table: str, row_ids: Iterable[str]) -> Refusal:
    return Refusal(404, "0x80040217", f"{table} With Ids = {', '.join(row_ids)} Do Not Exist")


def row_not_found_by_key(table: str) -> Refusal:
    return Refusal(404, "0x80060891", f"A record with the specified key values does not exist in {table} entity")


def segment_not_found(segment: str) -> Refusal:
    return Refusal(404, "0x8006088a", f"Resource not found for the segment '{segment}'.")


def metadata_query_not_supported(message: str) -> Refusal:
    return Refusal(501, "0x8006088a", message)


# The request cannot be read


def query_error(message: str) -> Refusal:
    """A bad address or query option."""
    return Refusal(400, "0x80060888", message)


def unknown_property_in_query(name: str, table: str) -> Refusal:
    return query_error(f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'.")


def invalid_key(table: str) -> Refusal:
    kind = f"Microsoft.Dynamics.CRM.{table}"
    return query_error(
        f"The key in the request URI is not valid for resource '{kind}'. Ensure that the names and number of key "
        f"properties match the declared or alternate key properties for the resource '{kind}'."
    )


def payload_error(cause: str, entity_set: str = "") -> Refusal:
    return Refusal(400, "0x80048d19", _PAYLOAD.format(set=entity_set, cause=cause))


def undeclared_property(name: str, entity_set: str = "") -> Refusal:
    """`name@odata.bind` where no such navigation property exists, or in another case."""
    return payload_error(
        f"An undeclared property '{name}' which only has property annotations in the payload but no property value was "
        "found in the payload. In OData, only declared navigation properties and declared named streams can be "
        "represented as properties without values.",
        entity_set,
    )


def unknown_property(name: str, table: str, entity_set: str = "") -> Refusal:
    return payload_error(
        f"The property '{name}' does not exist on type 'Microsoft.Dynamics.CRM.{table}'. Make sure to only use "
        "property names that are defined by the type.",
        entity_set,
    )


def wrong_type(value: object, expected: str, entity_set: str = "") -> Refusal:
    """`expected` such as `Edm.Int32`."""
    return payload_error(f"Cannot convert the literal '{value}' to the expected type '{expected}'.", entity_set)


def missing_type(entity_set: str = "") -> Refusal:
    """A row of CreateMultiple and its like without `@odata.type`."""
    return payload_error(
        "A type name was not found for an item of 'Targets' of type 'Microsoft.Dynamics.CRM.crmbaseentity'. "
        "'@odata.type' must be specified on each item.",
        entity_set,
    )


def content_id_unknown(reference: str) -> Refusal:
    return Refusal(400, "0x80048d19", f"Content-ID Reference: '{reference}' does not exist in the batch context.")


def invalid_argument(message: str) -> Refusal:
    return Refusal(400, "0x80040203", message)


# A value cannot be stored


def too_long(column: str, table: str, maximum: int) -> Refusal:
    return Refusal(
        400,
        "0x80044331",
        f"A validation error occurred.  The length of the '{column}' attribute of the '{table}' entity exceeded the "
        f"maximum allowed length of '{maximum}'.",
    )


def choice_out_of_range(value: object, column: str, table: str, accepted: Iterable[int]) -> Refusal:
    return Refusal(
        400,
        "0x8004431A",
        f"A validation error occurred.  The value {value} of '{column}' on record of type '{table}' is outside the "
        f"valid range. Accepted Values: {','.join(map(str, accepted))}",
    )


_RANGE_CODES = {"Integer": "0x80044330", "BigInt": "0x80044330", "Decimal": "0x8004432F"}


def number_out_of_range(value: object, column: str, table: str, kind: str) -> Refusal:
    """Codes from the web service error list; which kind has which is unconfirmed."""
    return Refusal(
        400,
        _RANGE_CODES.get(kind, "0x8004432E"),
        f"A validation error occurred.  The value {value} of '{column}' on record of type '{table}' is outside the "
        "valid range.",
    )


def invalid_state(status: object, state: str, table: str, row_id: str) -> Refusal:
    """`state` is the label, such as `Open`."""
    return Refusal(
        400,
        "0x80048408",
        f"{status} is not a valid status code for state code {table.capitalize()}State.{state} on {table} "
        f"with Id {row_id}.",
    )


def date_too_early(value: str) -> Refusal:
    return Refusal(
        400,
        "0x80040239",
        f"DateTime is less than minumum value supported by CrmDateTime. Actual value: {value}, Minimum value "
        "supported: 01/01/1753 00:00:00",
    )


def required(column: str, table: str) -> Refusal:
    return Refusal(400, "0x80040203", f"The '{column}' attribute of the '{table}' entity cannot be null.")


def read_only_row(table: str, row_id: str, state: str) -> Refusal:
    """A closed row. The code is unconfirmed (reference, section 11)."""
    return Refusal(
        400,
        "0x80040203",
        f"The {table} with Id {row_id} is read-only because its state is {state}. Reactivate it first.",
    )


def truncated() -> Refusal:
    return Refusal(400, "0x80090429", "String or binary data would be truncated.")


# Conflicts


def duplicate_id() -> Refusal:
    return Refusal(412, "0x80040237", "Cannot insert duplicate key.")


def already_exists() -> Refusal:
    return Refusal(412, "0x80040237", "A record with matching key values already exists.")


def duplicate_key(key: str, columns: Iterable[str], row_id: str = "") -> Refusal:
    names = list(columns)
    inner = "".join(f"<{name}></{name}>" for name in names)
    return Refusal(
        412,
        "0x80060892",
        f"Entity Key {key} violated. A record with the same value for {', '.join(names)} already exists. A duplicate "
        "record cannot be created. Select one or more unique values and try again.",
        inner=f"<DuplicateAttributes>{inner}</DuplicateAttributes><Id>{row_id}</Id>" if row_id else "",
    )


def duplicates_found() -> Refusal:
    return Refusal(
        412,
        "0x80040333",
        "A record was not created or updated because a duplicate of the current record already exists.",
    )


def version_mismatch() -> Refusal:
    return Refusal(
        412, "0x80060882", "The version of the existing record doesn't match the RowVersion property provided."
    )


def no_optimistic_concurrency(table: str) -> Refusal:
    return Refusal(400, "0x8006088D", f"Optimistic concurrency isn't enabled for entity type {table}.")


def restricted(table: str, row_id: str) -> Refusal:
    return Refusal(
        405,
        "0x80040227",
        f"The {table} with Id {row_id} cannot be deleted because it is associated with another object.",
    )


# Not offered, or the platform's own trouble


def not_supported(message: str) -> Refusal:
    return Refusal(405, "0x80040315", message)


def not_implemented(message: str) -> Refusal:
    return Refusal(501, "0x80040219", message)


def plugin_failed(message: str) -> Refusal:
    return Refusal(400, "0x80040265", message)


def body_too_large() -> Refusal:
    return Refusal(413, "0x80040203", "The request body is too large.")


def sql_timeout() -> Refusal:
    return Refusal(500, "0x80044151", "SQL timeout expired.")


def sql_error() -> Refusal:
    return Refusal(500, "0x80044150", "Generic SQL error. Transaction was deadlocked on lock resources.")


# Service protection (section 5.1)


def too_many_requests(limit: int, window_s: int, retry_after_s: int) -> Refusal:
    message = f"Number of requests exceeded the limit of {limit} over time window of {window_s} seconds."
    return Refusal(429, "0x80072322", message, {"Retry-After": str(retry_after_s)})


def too_much_time(limit_ms: int, window_s: int, retry_after_s: int) -> Refusal:
    message = (
        f"Combined execution time of incoming requests exceeded limit of {limit_ms:,} milliseconds over time window of "
        f"{window_s} seconds. Decrease number of concurrent requests or reduce the duration of requests and try again "
        "later."
    )
    return Refusal(429, "0x80072321", message, {"Retry-After": str(retry_after_s)})


def too_many_at_once(limit: int, retry_after_s: int) -> Refusal:
    message = f"Number of concurrent requests exceeded the limit of {limit}."
    return Refusal(429, "0x80072326", message, {"Retry-After": str(retry_after_s)})
