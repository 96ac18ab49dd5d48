"""QualifyLead: a lead becomes an account, a contact and an opportunity.

Source: dataverse-api reference, section 7.4 (QualifyLead action). The answer's exact shape and the refusal for a lead
that is already closed are unconfirmed there.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from leadferry.simulators.dataverse import crud, refusals, rows, urls
from leadferry.simulators.dataverse.access import require_rows
from leadferry.simulators.dataverse.calls import Call, answer
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.schema import lookup_table_column
from leadferry.simulators.dataverse.values import guid
from leadferry.simulators.server import Response

QUALIFIED = 1
_SHARED = (
    "emailaddress1", "emailaddress2", "emailaddress3", "telephone1", "fax", "websiteurl", "description",
    "address1_line1", "address1_line2", "address1_line3", "address1_city", "address1_stateorprovince",
    "address1_postalcode", "address1_country", "ownerid", "ownerid__table", "owninguser", "owninguser__table",
)  # fmt: skip
_MOVED: dict[str, dict[str, str]] = {
    "account": {"companyname": "name", "numberofemployees": "numberofemployees", "revenue": "revenue"},
    "contact": {
        "firstname": "firstname", "middlename": "middlename", "lastname": "lastname", "fullname": "fullname",
        "jobtitle": "jobtitle", "mobilephone": "mobilephone", "salutation": "salutation", "telephone2": "telephone2",
    },
    "opportunity": {"subject": "name", "campaignid": "campaignid", "campaignid__table": "campaignid__table"},
}  # fmt: skip
_BACK = {"account": "parentaccountid", "contact": "parentcontactid", "opportunity": "qualifyingopportunityid"}


def qualify(call: Call, table: Table, segment: urls.Segment) -> Response:
    body = call.json
    wanted = _wanted(body)
    status = body["Status"]
    with call.writing() as writing:
        lead = crud.existing(call.storage, writing.conn, table, segment)
        lead_id = str(lead[table.primary_id])
        require_rows(writing.conn, call.caller, "Write", table, [lead_id])
        _check(writing, table, lead, lead_id, status)
        made = _make(writing, lead, lead_id, wanted, body)
        change: dict[str, Any] = {"statecode": QUALIFIED, "statuscode": _status(writing, table, status)}
        for kind, row_id in made.items():
            change |= {_BACK[kind]: row_id, lookup_table_column(_BACK[kind]): kind}
        known = writing.rules(table.logical_name)
        change |= {"modifiedon": writing.now}
        kept = {name: value for name, value in change.items() if known.has(name.removesuffix("__table"))}
        rows.apply(writing, known, [(lead_id, kept)])
    value = [
        {"@odata.type": f"#Microsoft.Dynamics.CRM.{kind}", call.storage.catalog.tables[kind].primary_id: row_id}
        for kind, row_id in made.items()
    ]
    return answer(
        {"@odata.context": call.url("$metadata#Collection(Microsoft.Dynamics.CRM.crmbaseentity)"), "value": value}
    )


def _wanted(body: Any) -> list[str]:
    """The first four parameters may not be left out."""
    if not isinstance(body, dict):
        raise refusals.payload_error("Expected a JSON object.")
    for name, kind in (("CreateAccount", bool), ("CreateContact", bool), ("CreateOpportunity", bool), ("Status", int)):
        if not isinstance(body.get(name), kind):
            raise refusals.payload_error(f"The parameter '{name}' of type '{kind.__name__}' is required.")
    return [kind for kind in ("account", "contact", "opportunity") if body[f"Create{kind.capitalize()}"]]


def _check(writing: Writing, table: Table, lead: sqlite3.Row, lead_id: str, status: int) -> None:
    states = writing.rules(table.logical_name).states
    if states is None:
        raise refusals.segment_not_found("QualifyLead")
    if lead["statecode"] == QUALIFIED:
        raise refusals.invalid_argument("The lead is already closed.")
    if status != -1 and states.state_of.get(status) != QUALIFIED:
        raise refusals.invalid_state(status, states.labels.get(QUALIFIED, ""), table.logical_name, lead_id)


def _status(writing: Writing, table: Table, status: int) -> int:
    """-1 asks for the default status."""
    states = writing.rules(table.logical_name).states
    return states.default_status[QUALIFIED] if states and status == -1 else status


def _make(writing: Writing, lead: sqlite3.Row, lead_id: str, wanted: list[str], body: dict[str, Any]) -> dict[str, str]:
    made: dict[str, str] = {}
    for kind in wanted:
        if kind not in writing.storage.catalog.tables:
            raise refusals.not_implemented(f"The table '{kind}' does not exist in this environment.")
        rules = writing.rules(kind)
        values = _moved(lead, kind) | {"originatingleadid": lead_id, "originatingleadid__table": "lead"}
        if kind == "contact" and "account" in made:
            values |= {"parentcustomerid": made["account"], "parentcustomerid__table": "account"}
        if kind == "opportunity":
            values |= _customer(made, body)
        known = {name: value for name, value in values.items() if rules.has(name.removesuffix("__table"))}
        made[kind] = rows.create(
            writing, kind, [{}], {name: value for name, value in known.items() if value is not None}
        )[0]
    return made


def _moved(lead: sqlite3.Row, kind: str) -> dict[str, Any]:
    names = {**dict(zip(_SHARED, _SHARED, strict=True)), **_MOVED[kind]}
    columns = set(lead.keys())
    return {to: lead[source] for source, to in names.items() if source in columns}


def _customer(made: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """The opportunity's customer: the one named, else the account or contact just made."""
    found: dict[str, Any] = {}
    for parameter, kinds, column in (
        ("OpportunityCustomerId", ("account", "contact"), "customerid"),
        ("OpportunityCurrencyId", ("transactioncurrency",), "transactioncurrencyid"),
        ("SourceCampaignId", ("campaign",), "campaignid"),
    ):
        reference = body.get(parameter)
        if not isinstance(reference, dict):
            continue
        for kind in kinds:
            row_id = guid(str(reference.get(f"{kind}id", "")))
            if row_id:
                found |= {column: row_id, f"{column}__table": kind}
    for kind in ("contact", "account"):
        if "customerid" not in found and kind in made:
            found |= {"customerid": made[kind], "customerid__table": kind}
    return found
