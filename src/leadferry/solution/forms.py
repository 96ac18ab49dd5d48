"""The main forms: which columns and lists a person sees of a row, as the original's forms had them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from leadferry.solution.components import component_id
from leadferry.solution.model import Table
from leadferry.solution.tables import (
    ACCOUNTS,
    ACTIVITIES,
    ANSWERS,
    CAMPAIGNS,
    CONFIGURATIONS,
    FIELD_MAPPINGS,
    FORMS,
    LEAD_FIELDS,
    LEADS,
    PROFILES,
    QUESTIONS,
    STRATEGIES,
    SUBMISSIONS,
)


@dataclass(frozen=True, slots=True)
class Grid:
    """A list of related rows."""

    name: str
    label: str
    table: Table
    relationship: str


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    label: str
    columns: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    label: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Form:
    table: Table
    name: str
    tabs: tuple[Tab, ...]
    header: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return component_id("form", self.table.name, self.name)

    def columns(self) -> list[str]:
        """Every column that is shown."""
        return [*self.header, *(one for tab in self.tabs for section in tab.sections for one in section.columns)]

    def grids(self) -> list[Grid]:
        return [grid for tab in self.tabs for section in tab.sections for grid in section.grids]


def _columns(table: Table, names: str) -> tuple[str, ...]:
    return tuple(table[one].name if one in table.short else one for one in names.split())


def _form(table: Table, columns: str, *grids: Grid, header: str = "ownerid") -> Form:
    lists = (Section(f"list_{grid.name.lower()}", grid.label, grids=(grid,)) for grid in grids)
    sections = (Section("general", "General", _columns(table, columns)), *lists)
    return Form(table, table.label, (Tab("general", "General", sections),), _columns(table, header))


def _related(name: str, label: str, table: Table, lookup: str) -> Grid:
    return Grid(name, label, table, table[lookup].relationship)


_SUBMISSIONS = _related("FormSubmissions", "Form submissions", SUBMISSIONS, "lead")

LEAD_INFO = Tab(
    "LinkedIn_Lead_Info",
    "LinkedIn Lead Info",
    (
        Section("LinkedIn_Contact", "LinkedIn contact", _columns(LEADS, "jobtitle jobfunction seniority")),
        Section("Company", "Company", _columns(LEADS, "companyname companysize")),
        Section("Education", "Education", _columns(LEADS, "school degree fieldofstudy startdate graduationdate")),
        Section(
            "Source_Context",
            "Source context",
            _columns(LEADS, "sourceform linkedincampaign linkedinsubmissioncount latestsubmissiondate"),
        ),
        Section("LINKEDIN_FORM_SUBMISSIONS", "LinkedIn form submissions", grids=(_SUBMISSIONS,)),
    ),
)
"""OC-107."""

LEAD_FORM = Form(
    LEADS,
    "LinkedIn lead",
    (
        Tab(
            "summary",
            "Summary",
            (
                Section("person", "Person", ("subject", "firstname", "lastname", "jobtitle", "emailaddress1")),
                Section("reach", "Company and telephone", ("companyname", "telephone1", "mobilephone", "websiteurl")),
                Section("text", "Description", ("description",)),
            ),
        ),
        LEAD_INFO,
    ),
    ("leadsourcecode", "statuscode", "ownerid"),
)
"""A main form of our own beside the customer's, see docs/decisions."""

MAIN_FORMS: tuple[Form, ...] = (
    _form(PROFILES, "name linkedinauthorizedname authorized expiresin syncstatus lastsyncdate statusdetails createdon",
          Grid("LinkedInAccounts", "LinkedIn accounts", ACCOUNTS, "ferry_linkedinuserprofile_account"),
          _related("FormSubmissions", "Form submissions", SUBMISSIONS, "linkedinuserprofileid")),
    _form(ACCOUNTS, "name linkedinaccounttextid enabledforsync defaultleadowner syncstatus campaignsyncstatus "
          "lastsyncdate lastcampaignsyncdate lastsynctimestamprollup",
          Grid("UserProfiles", "User profiles", PROFILES, "ferry_linkedinuserprofile_account"),
          _related("LinkedInFormsGrid", "Forms", FORMS, "linkedinparentaccount"),
          _related("LinkedInCampaignsGrid", "Campaigns", CAMPAIGNS, "linkedinaccount"),
          header="statusdetails ownerid"),
    _form(CAMPAIGNS, "name linkedinid linkedinaccount campaigntype linkedinstatus startdate enddate totalsubmissions "
          "totalleads", _related("FormSubmissions", "Form submissions", SUBMISSIONS, "linkedincampaign")),
    _form(FORMS, "name linkedinid linkedinparentaccount headline description localecountry localelanguage "
          "landingpageurl privacypolicyurl thankyoumessage syncstatus lastsyncdate",
          _related("LinkedInFormQuestions", "Questions", QUESTIONS, "linkedinform"),
          _related("LinkedinFormSubmission", "Form submissions", SUBMISSIONS, "linkedinformid"),
          header="totalsubmissions ownerid statecode"),
    _form(QUESTIONS, "name displayname linkedinid linkedinform linkedinpredefinedfield iscustomquestion "
          "isconsentcheckbox responseeditable responsetype", header="ownerid statecode"),
    _form(SUBMISSIONS, "name linkedinformid submissiondate type lead contact matchingstatus processingstate "
          "linkedincampaign linkedinaccountid linkedincampaignid linkedincreativeid linkedinuserprofileid",
          _related("LinkedinFormAnswers", "Answers", ANSWERS, "linkedinformsubmission"), header="ownerid statecode"),
    _form(ANSWERS, "name linkedinformsubmission linkedinformquestion linkedinquestionid answertext answerformat"),
    _form(ACTIVITIES, "name action_status actualstart actualend durationmillisecond description error_message "
          "activityadditionalparams"),
    _form(STRATEGIES, "name activated alwayscreatelead enablecontactcreation",
          Grid("Fields", "Fields", FIELD_MAPPINGS, "ferry_ferry_linkedinlms_fieldmapping"), header="ownerid statecode"),
    _form(FIELD_MAPPINGS, "name leadfieldlookup leadfield linkedinpredefinedfield"),
    _form(LEAD_FIELDS, "name logicalname", header="statecode"),
    _form(CONFIGURATIONS, "redirecturl onmatchingfail synchronizecampaigns"),
    LEAD_FORM,
)  # fmt: skip
