"""The one table that turns what Dynamics refused into a code of ours and what to do about it. Pure.

Source: docs `includes/data-service-error-codes.md`, `webapi/compose-http-requests-handle-errors.md` (Web API v9.2);
dataverse-api 1.4, 2.9 and 5.1. No message carries a value that a person gave: texts known to quote values are
replaced by our own, others are masked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from leadferry.errors import DataverseError
from leadferry.words import _


class DataverseRowError(DataverseError):
    """A refusal that names the column it is about. `attribute` is its logical name."""

    attribute: str = ""


class DataversePrivilegeError(DataverseError):
    """The application user lacks `privilege`: `prvAppendToferry_LinkedInForm`."""

    privilege: str = ""

    @property
    def table(self) -> str:
        """The table that it is about, in lower case; "" for one of the whole environment."""
        found = _OF_TABLE.fullmatch(self.privilege)
        return found[1].lower() if found else ""


class DataverseTimeoutError(DataverseError):
    """The service, a gateway or we ourselves gave up waiting: it may have been too much at once, and it may have been
    carried out."""


class _Inner(msgspec.Struct):
    code: str | int = ""
    message: str = ""


class _Envelope(msgspec.Struct):
    error: _Inner


_DECODER = msgspec.json.Decoder(_Envelope)

CODE_OF: Mapping[str, str] = {
    "0x80040217": "dataverse-not-found",
    "0x80060891": "dataverse-not-found",
    "0x8006088a": "dataverse-unknown-table",
    "0x80060888": "dataverse-bad-request",
    "0x80048d19": "dataverse-bad-request",
    "0x80040237": "dataverse-duplicate",
    "0x80060892": "dataverse-duplicate",
    "0x80040333": "dataverse-duplicate-rule",
    "0x80060882": "dataverse-conflict",
    "0x80044331": "dataverse-invalid-value",
    "0x80090429": "dataverse-invalid-value",
    "0x8004431a": "dataverse-invalid-value",
    "0x80048408": "dataverse-invalid-value",
    "0x80040203": "dataverse-invalid-value",
    "0x80040220": "dataverse-missing-privilege",
    "0x80040231": "dataverse-missing-privilege",
    "0x80040299": "dataverse-missing-privilege",
    "0x80048306": "dataverse-missing-privilege",
    "0x80048405": "dataverse-missing-privilege",
    "0x80040225": "dataverse-user-disabled",
    "0x80072560": "dataverse-not-a-member",
    "0x80040265": "dataverse-plug-in",
    "0x80040315": "dataverse-not-supported",
    "0x80040219": "dataverse-not-supported",
    "0x80072321": "dataverse-throttled",
    "0x80072322": "dataverse-throttled",
    "0x80072326": "dataverse-throttled",
    "0x80044150": "dataverse-conflict",
    "0x80044151": "dataverse-conflict",
}

CODE_OF_STATUS: Mapping[int, str] = {
    400: "dataverse-bad-request",
    401: "dataverse-unauthorized",
    403: "dataverse-missing-privilege",
    404: "dataverse-not-found",
    405: "dataverse-not-supported",
    408: "dataverse-unavailable",
    412: "dataverse-conflict",
    413: "dataverse-too-large",
    414: "dataverse-too-large",
    429: "dataverse-throttled",
    501: "dataverse-not-supported",
}

FIX: Mapping[str, str] = {
    "dataverse-unauthorized": _(
        "Check the environment's tenant, client id and secret, and that the app is meant for it."
    ),
    "dataverse-not-a-member": _(
        "Create an application user for this client id in the environment, with a security role."
    ),
    "dataverse-user-disabled": _("Enable the application user in the environment."),
    "dataverse-missing-privilege": _("Give the application user a security role that has it."),
    "dataverse-not-found": _("It may have been deleted or merged meanwhile."),
    "dataverse-unknown-table": _("Check the table's name, and that the app that brings it is installed."),
    "dataverse-unknown-column": _("Remove the column from the mapping, or create it in the environment."),
    "dataverse-duplicate": _("A row with the same key is there already."),
    "dataverse-duplicate-rule": _("A duplicate detection rule of the environment refused the row."),
    "dataverse-invalid-value": _("Change the value, or the mapping of that column."),
    "dataverse-conflict": _("Somebody else changed the row at the same moment; it can be tried again."),
    "dataverse-plug-in": _("Business logic of the environment refused the row; its text says why."),
    "dataverse-throttled": _("Dynamics asks to wait; nothing is lost."),
    "dataverse-too-large": _("Send fewer rows in one request."),
    "dataverse-unavailable": _("It can be tried again later."),
    "dataverse-not-supported": _("This table or version does not know the request."),
    "dataverse-bad-request": _("The request is wrong; the text says where."),
}

GATEWAY_STATUSES = frozenset({502, 503, 504})
"""A gateway gave up: whether the write was carried out is unknown."""
TIMEOUT_STATUSES = frozenset({408, 504})
"""It gave up because the answer took too long."""

_ATTRIBUTE = (
    re.compile(r"length of the '([\w.]+)' attribute", re.IGNORECASE),
    re.compile(r" of '([\w.]+)' on record of type", re.IGNORECASE),
    re.compile(r"undeclared property '([\w.@]+)'", re.IGNORECASE),
    re.compile(r"property '([\w.@]+)' (?:on|of|does not exist)", re.IGNORECASE),
    re.compile(r"property named '([\w.@]+)'", re.IGNORECASE),
    re.compile(r"Invalid property '([\w.@]+)'", re.IGNORECASE),
    re.compile(r"(?:attribute|column|field) '([\w.]+)'", re.IGNORECASE),
    re.compile(r"'([\w.]+)' (?:attribute|column)", re.IGNORECASE),
)
_UNKNOWN_COLUMN = re.compile(
    r"undeclared property|could not find a property|property named '|does not exist on type|"
    r"doesn't contain attribute|does not have an attribute|invalid property",
    re.IGNORECASE,
)
_PRIVILEGE = re.compile(r"\b(prv\w+)")
_OF_TABLE = re.compile(r"prv(?:Create|Read|Write|Delete|AppendTo|Append|Assign|Share)(\w+)", re.IGNORECASE)
_ENTITY = re.compile(r"for entity '(\w+)'")


def read_error(body: bytes) -> tuple[str, str]:
    """Vendor code in lower-case hex ("" where there is none) and text; an HTML or empty body gives two empty texts."""
    try:
        inner = _DECODER.decode(body).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "", ""
    code = f"0x{inner.code & 0xFFFFFFFF:08x}" if isinstance(inner.code, int) else inner.code.lower()
    return code, inner.message


def to_error(
    status: int,
    body: bytes,
    *,
    what: str,
    request_id: str = "",
    retry_after_s: float | None = None,
    write: bool = False,
) -> DataverseError:
    """`what` names the request without values: `POST leads/...CreateMultiple`."""
    vendor_code, text = read_error(body)
    code = _code(status, vendor_code, text)
    attribute = attribute_in(text) if status == 400 else ""
    privilege = _PRIVILEGE.search(text) if code == "dataverse-missing-privilege" else None
    kind = _kind(status, attribute, privilege is not None)
    error = kind(
        _message(code, status, vendor_code, text, what),
        fix=_fix(code, text),
        code=code,
        status=status,
        vendor_code=vendor_code,
        request_id=request_id,
        retry_after_s=retry_after_s,
        unknown_outcome=write and status in GATEWAY_STATUSES | TIMEOUT_STATUSES,
    )
    if isinstance(error, DataverseRowError):
        error.attribute = attribute
    if isinstance(error, DataversePrivilegeError) and privilege:
        error.privilege = privilege[1]
    return error


def _kind(status: int, attribute: str, lacks_privilege: bool) -> type[DataverseError]:
    if status in TIMEOUT_STATUSES:
        return DataverseTimeoutError
    return DataverseRowError if attribute else DataversePrivilegeError if lacks_privilege else DataverseError


def attribute_in(text: str) -> str:
    """The column that a vendor's text names, else "". A navigation property is named without its annotation."""
    for pattern in _ATTRIBUTE:
        if found := pattern.search(text):
            return found[1].partition("@")[0].rpartition(".")[2]
    return ""


def _code(status: int, vendor_code: str, text: str) -> str:
    if status == 400 and _UNKNOWN_COLUMN.search(text):
        return "dataverse-unknown-column"
    if status == 412 and "matching key values already exists" in text:
        return "dataverse-duplicate"
    if code := CODE_OF.get(vendor_code):
        return code
    if status >= 500 and status != 501:
        return "dataverse-unavailable"
    return CODE_OF_STATUS.get(status, "dataverse-refused")


def _message(code: str, status: int, vendor_code: str, text: str, what: str) -> str:
    said = f" ({vendor_code})" if vendor_code else _(" (HTTP {status})", status=status)
    if code == "dataverse-duplicate":
        key = re.search(r"Entity Key ([\w ]+?) violated", text)
        which = _(" (key {key})", key=key[1]) if key else ""
        return _("Dynamics already has such a row{which}: {what}{said}.", which=which, what=what, said=said)
    if code == "dataverse-duplicate-rule":
        return _("Dynamics found a duplicate: {what}{said}.", what=what, said=said)
    if code == "dataverse-missing-privilege" and (found := _PRIVILEGE.search(text)):
        entity = _ENTITY.search(text)
        return _(
            "The application user lacks the privilege {found}{what}{said}.",
            found=found[1],
            what=f" on {entity[1]}" if entity else "",
            said=said,
        )
    if not text:
        return _("Dynamics answered {status} to {what}.", status=status, what=what)
    return _("Dynamics refused {what}{said}: {masked}", what=what, said=said, masked=masked(text))


def _fix(code: str, text: str) -> str:
    if code == "dataverse-missing-privilege" and (found := _PRIVILEGE.search(text)):
        return _("Give the application user a security role that has {found}.", found=found[1])
    return FIX.get(code, "The text of Dynamics says more.")


_MASKS = (
    (re.compile(r"<[^>]*>.*</?[^>]*>", re.DOTALL), "…"),
    (re.compile(r"(literal|value|text|string) ('[^']*'|\"[^\"]*\"|“[^”]*”)", re.IGNORECASE), r"\1 '…'"),
    (re.compile(r"[^\s'\"<>@=:;,(]+@[^\s'\"<>@,;)]+\.\w+"), "…@…"),
    (re.compile(r"(?<![\w-])\+?\d[\d ()/.-]{7,}\d(?![\w-])"), "…"),
)


def masked(text: str) -> str:
    """A vendor's text without what it may quote of a person: literals, XML, addresses, long numbers."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    text = " ".join(text.split())
    text = text if len(text) <= 300 else text[:299] + "…"
    return text if text.endswith((".", "!", "?", "…")) else text + "."
