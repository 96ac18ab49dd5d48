from __future__ import annotations

import json

import pytest

from leadferry.dataverse.refusals import DataverseRowError, DataverseTimeoutError, attribute_in, masked, to_error


def refused(status: int, code: str, message: str, *, write: bool = True) -> DataverseRowError:
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    error = to_error(status, body, what="POST leads", request_id="r1", write=write)
    assert error.fix
    assert error.status == status
    assert error.request_id == "r1"
    return error  # type: ignore[return-value]


TOO_LONG = (
    "A validation error occurred.  The length of the 'subject' attribute of the 'lead' entity exceeded the maximum "
    "allowed length of '300'."
)
BAD_CHOICE = (
    "A validation error occurred.  The value 99 of 'leadsourcecode' on record of type 'lead' is outside the valid "
    "range. Accepted Values: 1,2,3"
)
PRIVILEGE = (
    "Principal user (Id=1, type=8, roleCount=1) is missing prvCreateLead privilege (Id=2) on OTC=4 for entity 'lead'."
)
KEY = "Entity Key Response Key violated. A record with the same value for X already exists. <a>ada@crane.example</a>"


@pytest.mark.parametrize(
    ("status", "vendor_code", "message", "code"),
    [
        (404, "0x80040217", "lead With Id = 1 Does Not Exist", "dataverse-not-found"),
        (404, "0x80060891", "no row with those key values", "dataverse-not-found"),
        (404, "0x8006088a", "Resource not found for the segment 'leadz'.", "dataverse-unknown-table"),
        (412, "0x80040237", "Cannot insert duplicate key.", "dataverse-duplicate"),
        (412, "", "A record with matching key values already exists.", "dataverse-duplicate"),
        (412, "0x80060892", KEY, "dataverse-duplicate"),
        (412, "0x80040333", "A record was not created because a duplicate exists", "dataverse-duplicate-rule"),
        (412, "0x80060882", "The version of the existing record doesn't match the RowVersion", "dataverse-conflict"),
        (400, "0x80044331", TOO_LONG, "dataverse-invalid-value"),
        (400, "0x8004431A", BAD_CHOICE, "dataverse-invalid-value"),
        (400, "0x80048408", "7 is not a valid status code for state code 0", "dataverse-invalid-value"),
        (400, "0x80048d19", "An undeclared property 'new_x' which only has", "dataverse-unknown-column"),
        (400, "0x80060888", "Could not find a property named 'new_x' on type 'lead'.", "dataverse-unknown-column"),
        (400, "0x80060888", "Syntax error at position 5", "dataverse-bad-request"),
        (400, "0x80040265", "Budget must be approved", "dataverse-plug-in"),
        (403, "0x80040220", PRIVILEGE, "dataverse-missing-privilege"),
        (403, "0x80072560", "The user is not a member of the organization.", "dataverse-not-a-member"),
        (403, "0x80040225", "The specified user is disabled", "dataverse-user-disabled"),
        (429, "0x80072322", "Number of requests exceeded the limit", "dataverse-throttled"),
        (413, "", "", "dataverse-too-large"),
        (401, "", "", "dataverse-unauthorized"),
        (500, "", "Generic SQL error", "dataverse-unavailable"),
        (503, "", "", "dataverse-unavailable"),
        (418, "", "", "dataverse-refused"),
    ],
)
def test_codes(status: int, vendor_code: str, message: str, code: str) -> None:
    assert refused(status, vendor_code, message).code == code


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        (TOO_LONG, "subject"),
        (BAD_CHOICE, "leadsourcecode"),
        ("An undeclared property 'new_CampaignId' which only has property annotations", "new_CampaignId"),
        ("An undeclared property 'ownerid@odata.bind' which", "ownerid"),
        ("Could not find a property named 'new_x' on type 'Microsoft.Dynamics.CRM.lead'.", "new_x"),
        ("Invalid property 'new_y' was found in entity", "new_y"),
        ("Something else happened to 'lead'.", ""),
    ],
)
def test_the_column_is_read_out_of_the_text(text: str, attribute: str) -> None:
    assert attribute_in(text) == attribute


def test_a_refused_column_is_an_attribute_of_the_error() -> None:
    error = refused(400, "0x80044331", TOO_LONG)
    assert isinstance(error, DataverseRowError)
    assert error.attribute == "subject"
    assert error.vendor_code == "0x80044331"


def test_a_missing_privilege_is_named_with_what_to_do() -> None:
    assert str(refused(403, "0x80040220", PRIVILEGE)) == (
        "The application user lacks the privilege prvCreateLead on lead (0x80040220). "
        "Give the application user a security role that has prvCreateLead."
    )


def test_a_duplicate_never_quotes_the_values_of_its_key() -> None:
    error = refused(412, "0x80060892", KEY)
    assert "Response Key" in str(error)
    assert "crane" not in str(error)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Cannot convert the literal 'Ada Crane' to the expected type 'Edm.Int32'.", "Ada"),
        ("Bad mail ada@crane.example here", "ada@"),
        ("Bad phone +1 (206) 555-0000 here", "555"),
        ("<root><row>Ada</row></root>", "Ada"),
        ('The value "Ada" is wrong', "Ada"),
    ],
)
def test_what_a_text_quotes_of_a_person_is_masked(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in masked(text)
    assert "…" in masked(text)


def test_ids_stay_readable() -> None:
    text = "lead With Id = 5b0b7a1e-0000-4000-8000-0000000000aa Does Not Exist"
    assert masked(text) == f"{text}."


@pytest.mark.parametrize(
    ("status", "write", "unknown"), [(502, True, True), (504, True, True), (503, False, False), (500, True, False)]
)
def test_a_gateway_leaves_the_outcome_of_a_write_open(status: int, write: bool, unknown: bool) -> None:
    assert refused(status, "", "", write=write).unknown_outcome is unknown


@pytest.mark.parametrize(("status", "expected"), [(408, True), (504, True), (502, False), (503, False), (500, False)])
def test_an_answer_that_took_too_long_is_a_timeout(status: int, expected: bool) -> None:
    assert isinstance(refused(status, "", ""), DataverseTimeoutError) is expected


def test_an_html_body_is_no_surprise() -> None:
    error = to_error(503, b"<html>Service unavailable</html>", what="GET leads")
    assert error.message == "Dynamics answered 503 to GET leads."


def test_a_decimal_code_is_read_as_hex() -> None:
    error = to_error(404, b'{"error":{"code":-2147220969,"message":"gone"}}', what="GET leads")
    assert error.vendor_code == "0x80040217"
    assert error.code == "dataverse-not-found"
