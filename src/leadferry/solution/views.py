"""The views: which rows a list shows, in which columns. FetchXML and layout are written from them. Pure.

Source: docs `model-driven-apps/customize-entity-views.md`; dataverse-api 6.11.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from leadferry.solution.components import OBJECT_CODE, Component, component_id
from leadferry.solution.markup import element, written
from leadferry.solution.model import FIRST_OPTION, Table
from leadferry.solution.tables import (
    ACCOUNTS,
    ACTIVITIES,
    ANSWERS,
    CAMPAIGNS,
    CONFIGURATIONS,
    FIELD_MAPPINGS,
    FORMS,
    LEAD_FIELDS,
    LEAD_SOURCE,
    LEADS,
    PROFILES,
    QUESTIONS,
    STRATEGIES,
    SUBMISSIONS,
)

PUBLIC = 0
_WIDE, _USUAL = 220, 140

Condition = tuple[str, str, str]
"""Column, FetchXML operator, value ("" where the operator takes none)."""


@dataclass(frozen=True, slots=True)
class View:
    """`columns`: logical names, the first one wide. Sorted by `order`, newest first where it is a moment."""

    table: Table
    name: str
    description: str
    columns: tuple[str, ...]
    order: str
    descending: bool = False
    conditions: tuple[Condition, ...] = ()

    @property
    def id(self) -> str:
        return component_id("view", self.table.name, self.name)


def _view(
    table: Table,
    name: str,
    description: str,
    columns: str,
    *,
    newest: str = "",
    conditions: tuple[Condition, ...] = (),
) -> View:
    """`columns` by their short names where the table declares them: `name linkedinid createdon`."""
    named = tuple(table[one].name if one in table.short else one for one in columns.split())
    order = (table[newest].name if newest in table.short else newest) or named[0]
    return View(table, name, description, named, order, bool(newest), conditions)


_REVIEW = str(FIRST_OPTION + SUBMISSIONS["matchingstatus"].options.index("Match failed"))
_FAILED = str(FIRST_OPTION + SUBMISSIONS["processingstate"].options.index("Processing Failed"))
_MATCHING, _PROCESSING = SUBMISSIONS["matchingstatus"].name, SUBMISSIONS["processingstate"].name
_SUBMISSION = "linkedinformid submissiondate lead contact matchingstatus linkedincampaign type"
_LEAD = "fullname companyname emailaddress1 sourceform linkedincampaign latestsubmissiondate leadsourcecode statuscode"

VIEWS: tuple[View, ...] = (
    _view(PROFILES, "LinkedIn user profiles", "Who authorized, and until when.",
          "name linkedinauthorizedname authorized expiresin syncstatus lastsyncdate ownerid"),
    _view(ACCOUNTS, "LinkedIn ad accounts", "Accounts, whether they are synced, who gets their leads.",
          "name linkedinaccounttextid enabledforsync defaultleadowner syncstatus lastsynctimestamprollup"),
    _view(CAMPAIGNS, "LinkedIn campaigns", "Campaigns with their counts.",
          "name linkedinaccount campaigntype linkedinstatus startdate enddate totalsubmissions totalleads"),
    _view(FORMS, "LinkedIn lead gen forms", "Forms with their counts.",
          "name headline linkedinparentaccount syncstatus lastsyncdate totalsubmissions"),
    _view(QUESTIONS, "LinkedIn form questions", "Questions and the mapping that each uses.",
          "name displayname linkedinform linkedinpredefinedfield iscustomquestion isconsentcheckbox"),
    _view(SUBMISSIONS, "All form submissions", "Every form submission, newest first.", _SUBMISSION,
          newest="submissiondate"),
    _view(SUBMISSIONS, "Form submissions to review", "Some strategy fields agreed with a lead, not all.", _SUBMISSION,
          newest="submissiondate", conditions=((_MATCHING, "eq", _REVIEW),)),
    _view(SUBMISSIONS, "Form submissions that failed", "What needs a person.", _SUBMISSION,
          newest="submissiondate", conditions=((_PROCESSING, "eq", _FAILED),)),
    _view(ANSWERS, "LinkedIn form answers", "Answers and their questions.",
          "name answertext linkedinformquestion linkedinformsubmission"),
    _view(ACTIVITIES, "LinkedIn activities", "Sync work, newest first.",
          "name action_status durationmillisecond createdon", newest="createdon"),
    _view(STRATEGIES, "Lead matching strategies", "Strategies; one is activated.",
          "name activated alwayscreatelead enablecontactcreation"),
    _view(FIELD_MAPPINGS, "Lead field mappings", "Which field of a form fills which lead column.",
          "name leadfieldlookup leadfield linkedinpredefinedfield"),
    _view(LEAD_FIELDS, "Lead entity fields", "Lead columns that can be mapped.", "name logicalname"),
    _view(CONFIGURATIONS, "LinkedIn configuration", "The integration's switches.",
          "redirecturl onmatchingfail synchronizecampaigns"),
    _view(LEADS, "Leads by source", "Every lead, newest first: what the charts on sources count.",
          "fullname companyname leadsourcecode createdon", newest="createdon"),
    _view(LEADS, "LinkedIn leads", "Leads made from form submissions, newest first.", _LEAD,
          newest="createdon", conditions=(("leadsourcecode", "eq", str(LEAD_SOURCE)),)),
)  # fmt: skip


def view_of(table: Table, name: str = "") -> View:
    """The named view of a table, else its first."""
    return next(one for one in VIEWS if one.table is table and (not name or one.name == name))


def fetch_xml(view: View) -> str:
    id_column = view.table.primary_id
    shown = dict.fromkeys((*view.columns, view.order, id_column))
    entity = element(
        "entity",
        {"name": view.table.name},
        *(element("attribute", {"name": name}) for name in shown),
        element("order", {"attribute": view.order, "descending": view.descending}),
    )
    if view.conditions:
        entity.append(element("filter", {"type": "and"}, *map(_condition, view.conditions)))
    root = {"version": "1.0", "output-format": "xml-platform", "mapping": "logical", "distinct": False}
    return written(element("fetch", root, entity))


def _condition(condition: Condition) -> Element:
    column, operator, value = condition
    named = {"attribute": column, "operator": operator}
    return element("condition", {**named, "value": value} if value else named)


def layout_xml(view: View) -> str:
    cells = [
        element("cell", {"name": name, "width": _USUAL if place else _WIDE}) for place, name in enumerate(view.columns)
    ]
    row = element("row", {"name": "result", "id": view.table.primary_id}, *cells)
    grid = {"name": "resultset", "object": OBJECT_CODE, "jump": view.columns[0], "select": 1, "icon": 1, "preview": 1}
    return written(element("grid", grid, row))


def view_components(views: Iterable[View] = VIEWS) -> list[Component]:
    return [
        Component(
            "view",
            "savedqueries",
            "savedqueryid",
            view.id,
            view.name,
            {"fetchxml": fetch_xml(view), "layoutxml": layout_xml(view)},
            {"returnedtypecode": view.table.name, "querytype": PUBLIC},
            view.table.name,
            view.description,
        )
        for view in views
    ]
