from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from leadferry.dataverse.metadata import Column, ColumnType, Table
from leadferry.forms.model import FormVersion, Question
from leadferry.mapping.compile import compile_mapping
from leadferry.mapping.defaults import default_mappings
from leadferry.mapping.model import (
    FieldMapping,
    Lookup,
    Mapped,
    MappingSettings,
    OnProblem,
    OnUpdate,
    Problem,
    ProblemKind,
    Source,
)

Run = Callable[..., Mapped]

EVERYTHING: dict[int, str | tuple[int, ...]] = {
    1: "ADA", 2: "Lovelace", 3: "Ada@Crane.Example", 5: "22 22 22 22", 6: " Crane  Works ", 7: "Industrial machinery",
    8: "51-200", 9: "Norge", 10: "Oslo",
}  # fmt: skip


def custom(key: int, column: str | None, **more: Any) -> FieldMapping:
    return FieldMapping(7, Source.QUESTION, str(key), f"Custom {key}", column, **more)


def test_every_prefilled_field_reaches_its_standard_column(run: Run) -> None:
    mapped = run(EVERYTHING)
    assert mapped.values == {
        "firstname": "Ada",
        "lastname": "Lovelace",
        "emailaddress1": "ada@crane.example",
        "mobilephone": "+4722222222",
        "companyname": "Crane Works",
        "industrycode": 12,
        "numberofemployees": 51,
        "address1_country": "Norway",
        "address1_stateorprovince": "Oslo",
    }
    assert mapped.create_only == {"leadsourcecode": 192350000, "subject": "LinkedIn: Whitepaper autumn"}
    assert mapped.problems == ()


def test_the_default_mappings_all_work_on_the_standard_lead_table(form: FormVersion, lead: Table) -> None:
    changed = replace(
        form, questions=tuple(Question(n, "", predefined=m.key) for n, m in enumerate(default_mappings()))
    )
    assert compile_mapping(changed, default_mappings(), lead, MappingSettings()).standing_problems == ()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({3: "a@x.example"}, {"emailaddress1": "a@x.example"}),
        ({4: "w@x.example"}, {"emailaddress1": "w@x.example"}),
        ({4: "w@x.example", 3: "a@x.example"}, {"emailaddress1": "a@x.example", "emailaddress2": "w@x.example"}),
        ({4: "A@x.example", 3: "a@x.example"}, {"emailaddress1": "a@x.example"}),
    ],
)
def test_a_form_with_only_a_work_email_matches_by_email_too(run: Run, answers: Any, expected: Any) -> None:
    mapped = run(answers)
    assert mapped.values == expected
    assert mapped.problems == ()


@pytest.mark.parametrize("blank", ["", "   ", "\u00a0", "\u200b", ()])
def test_a_blank_answer_never_clears_a_column(run: Run, blank: Any) -> None:
    assert "companyname" not in run({6: blank, 3: "a@x.example"}).values


def test_a_response_without_answers_still_makes_a_lead_with_required_columns(run: Run) -> None:
    mapped = run({})
    assert mapped.values == {}
    assert mapped.create_only == {
        "leadsourcecode": 192350000,
        "lastname": "(unknown)",
        "subject": "LinkedIn: Whitepaper autumn",
    }


@pytest.mark.parametrize(
    ("answers", "last_name"),
    [
        ({3: "ada.lovelace@x.example"}, "Lovelace"),
        ({3: "ada@x.example", 1: "Ada"}, "(unknown)"),
        ({3: "info@x.example"}, "(unknown)"),
        ({3: "12345@x.example"}, "(unknown)"),
        ({3: "ada.lovelace+spam@x.example"}, "Lovelace"),
    ],
)
def test_a_missing_last_name_comes_from_the_address_of_a_person(run: Run, answers: Any, last_name: str) -> None:
    assert run(answers).create_only["lastname"] == last_name


def test_a_text_column_that_the_environment_requires_is_filled(run: Run, lead: Table) -> None:
    columns = {**lead.columns, "companyname": replace(lead.columns["companyname"], required=True)}
    mapped = run(
        {2: "Lovelace"}, table=replace(lead, columns=columns), settings=MappingSettings(last_name_fallback="-")
    )
    assert mapped.create_only["companyname"] == "-"


def test_without_the_lead_source_option_the_lead_is_made_and_the_problem_stands_once(
    form: FormVersion, lead: Table
) -> None:
    source = replace(lead.columns["leadsourcecode"], options={8: "Web"})
    table = replace(lead, columns={**lead.columns, "leadsourcecode": source})
    mapper = compile_mapping(form, default_mappings(), table, MappingSettings())
    assert [(p.kind, p.column, p.detail) for p in mapper.standing_problems] == [
        (
            ProblemKind.UNKNOWN_CHOICE,
            "leadsourcecode",
            "the option 192350000 is not in this environment; add it to Lead Source, or set lead_source to one it has",
        )
    ]


def test_over_long_text_is_cut_and_noted_without_the_answer(run: Run) -> None:
    mapped = run({6: "x" * 4000})
    assert mapped.values["companyname"] == "x" * 100
    detail = "longer than the 100 characters of companyname"
    assert mapped.problems == (Problem(ProblemKind.TOO_LONG, "Company name", "companyname", detail, "cut"),)


@pytest.mark.parametrize(
    ("policy", "default", "value", "action"),
    [
        (OnProblem.CUT, "", "x" * 100, "cut"),
        (OnProblem.LEAVE_OUT, "", None, "left out"),
        (OnProblem.DEFAULT, "Unnamed", "Unnamed", "default used"),
        (OnProblem.DEFAULT, "", None, "left out"),
    ],
)
def test_the_mappings_policy_decides_about_text_that_is_too_long(
    run: Run, policy: OnProblem, default: str, value: str | None, action: str
) -> None:
    mapped = run({20: "x" * 101}, custom(20, "companyname", on_problem=policy, default=default))
    assert mapped.values.get("companyname") == value
    assert [problem.action for problem in mapped.problems] == [action]


@pytest.mark.parametrize(
    ("column", "answer", "kind"),
    [
        ("numberofemployees", "many", ProblemKind.NOT_A_NUMBER),
        ("numberofemployees", "5000000", ProblemKind.OUT_OF_RANGE),
        ("industrycode", "Alchemy", ProblemKind.UNKNOWN_CHOICE),
        ("estimatedclosedate", "soon", ProblemKind.NOT_A_DATE),
        ("estimatedclosedate", "1700", ProblemKind.OUT_OF_RANGE),
        ("decisionmaker", "perhaps", ProblemKind.NOT_A_BOOLEAN),
        ("emailaddress3", "n/a", ProblemKind.NOT_AN_EMAIL),
        ("telephone1", "n/a", ProblemKind.NOT_A_PHONE),
    ],
)
def test_a_value_that_no_column_can_take_is_left_out_and_noted(
    run: Run, column: str, answer: str, kind: ProblemKind
) -> None:
    mapped = run({2: "Lovelace", 20: answer}, custom(20, column))
    assert mapped.values == {"lastname": "Lovelace"}
    (problem,) = mapped.problems
    assert (problem.kind, problem.field, problem.column, problem.action) == (kind, "Custom 20", column, "left out")
    assert answer not in problem.detail


@pytest.mark.parametrize(
    ("column", "answer", "value"),
    [
        ("revenue", "1.5M", 1_500_000.0),
        ("numberofemployees", "10,001+", 10001),
        ("estimatedclosedate", "23.11.2026", "2026-11-23"),
        ("ferry_submittedon", "2026-11-23", "2026-11-23T00:00:00Z"),
        ("ferry_submittedon", "2026-11-23T10:00:00+02:00", "2026-11-23T08:00:00Z"),
        ("decisionmaker", "Ja", True),
        ("donotbulkemail", "Do not allow", True),
        ("description", "one\r\ntwo", "one\ntwo"),
        ("jobtitle", "one\r\ntwo", "one two"),
        ("ferry_interests", "Pumps", "2"),
    ],
)
def test_a_custom_answer_is_written_as_its_columns_type_wants(run: Run, column: str, answer: str, value: Any) -> None:
    assert run({20: answer}, custom(20, column)).values[column] == value


def test_the_phones_country_comes_from_the_answer_then_the_setting_then_the_form(form: FormVersion, run: Run) -> None:
    german = replace(form, locale="de_DE")
    assert run({5: "22 22 22 22", 9: "Norway"}, form=german).values["mobilephone"] == "+4722222222"
    with_setting = run({5: "020 7946 0000"}, form=german, settings=MappingSettings(default_country="gb"))
    assert with_setting.values["mobilephone"] == "+442079460000"
    assert run({5: "030 901820"}, form=german).values["mobilephone"] == "+4930901820"


def test_chosen_options_become_their_texts(run: Run) -> None:
    assert run({21: (2, 1)}, custom(21, "description")).values["description"] == "Pumps; Cranes"


@pytest.mark.parametrize(("ids", "value"), [((1,), "1"), ((2, 1), "1,2"), ((3,), "3")])
def test_chosen_options_become_options_of_a_multiple_choice_column(run: Run, ids: tuple[int, ...], value: str) -> None:
    mapped = run({21: ids}, custom(21, "ferry_interests"))
    assert (mapped.values["ferry_interests"], mapped.problems) == (value, ())


def test_an_option_that_the_column_lacks_does_not_cost_the_others(run: Run) -> None:
    mapped = run({20: "Cranes; Zeppelins"}, custom(20, "ferry_interests"))
    assert mapped.values["ferry_interests"] == "1"
    assert [(p.kind, p.action) for p in mapped.problems] == [(ProblemKind.UNKNOWN_CHOICE, "the known options kept")]


def test_an_option_id_that_no_form_has_is_noted_and_the_others_kept(run: Run) -> None:
    mapped = run({21: (1, 9)}, custom(21, "description"))
    assert mapped.values["description"] == "Cranes"
    detail = "option 9 not in version 2 of the form"
    problem = Problem(ProblemKind.UNKNOWN_OPTION, "What do you need?", "description", detail, "left out")
    assert mapped.problems == (problem,)


def test_a_question_that_the_form_version_lacks_is_noted(run: Run) -> None:
    mapped = run({2: "Lovelace", 999: "secret"})
    detail = "question 999 is not in version 2 of form 3162"
    assert mapped.problems == (Problem(ProblemKind.UNKNOWN_QUESTION, "question 999", "", detail, "left out"),)
    assert mapped.values == {"lastname": "Lovelace"}


def test_a_question_mapped_by_its_id_is_used_even_if_the_version_lacks_it(run: Run) -> None:
    mapped = run({999: "CTO"}, custom(999, "jobtitle"))
    assert (mapped.values, mapped.problems) == ({"jobtitle": "CTO"}, ())


def test_a_mapping_by_question_id_replaces_the_one_of_the_predefined_field(run: Run) -> None:
    assert run({6: "Crane"}, custom(6, "jobtitle")).values == {"jobtitle": "Crane"}


def test_an_unmapped_entry_by_question_id_leaves_the_predefined_mapping_alone(run: Run) -> None:
    assert run({6: "Crane"}, custom(6, None)).values == {"companyname": "Crane"}


def test_names_and_labels_are_never_compared(form: FormVersion, run: Run) -> None:
    changed = replace(form, questions=(Question(50, "LAST_NAME", name="LAST_NAME"),))
    assert run({50: "Lovelace"}, form=changed).values == {}


def test_of_two_fields_for_one_column_the_first_in_the_list_wins_and_the_other_is_noted(run: Run) -> None:
    mapped = run({6: "Crane", 20: "Heron"}, custom(20, "companyname"))
    assert mapped.values["companyname"] == "Heron"
    detail = "the field 'Custom 20' has filled companyname already"
    assert mapped.problems == (Problem(ProblemKind.CONFLICT, "Company name", "companyname", detail, "left out"),)


def test_the_same_value_twice_is_no_conflict(run: Run) -> None:
    assert run({6: "Crane", 20: "Crane"}, custom(20, "companyname")).problems == ()


@pytest.mark.parametrize(
    ("consents", "no_mails", "agreed"),
    [({71: True}, False, True), ({71: False}, True, False), ({}, True, False)],
)
def test_a_consent_is_turned_round_for_columns_that_forbid(
    run: Run, consents: dict[int, bool], no_mails: bool, agreed: bool
) -> None:
    to = [FieldMapping(1, Source.CONSENT, "71", "Newsletter", column) for column in ("donotbulkemail", "decisionmaker")]
    assert run({}, *to, consents=consents).values == {"donotbulkemail": no_mails, "decisionmaker": agreed}


def test_a_consent_that_the_form_does_not_ask_for_says_nothing(run: Run) -> None:
    assert run({}, FieldMapping(1, Source.CONSENT, "72", "Other", "donotbulkemail")).values == {}


def test_hidden_fields_and_facts_reach_their_columns(run: Run) -> None:
    mappings = [
        FieldMapping(1, Source.HIDDEN, "utm_source", "utm_source", "companyname"),
        FieldMapping(2, Source.HIDDEN, "utm_other", "utm_other", "jobtitle"),
        FieldMapping(3, Source.FACT, "submitted_at", "Submitted", "ferry_submittedon"),
        FieldMapping(4, Source.FACT, "test_lead", "Test", "decisionmaker"),
        FieldMapping(5, Source.FACT, "form_id", "Form", "address1_city"),
        FieldMapping(6, Source.FACT, "submitted_at", "Submitted as text", "description"),
    ]
    assert run({}, *mappings, test=True).values == {
        "companyname": "linkedin",
        "ferry_submittedon": "2026-10-26T07:53:54Z",
        "decisionmaker": True,
        "address1_city": "3162",
        "description": "2026-10-26T07:53:54Z",
    }


def test_a_lookup_column_asks_for_a_row(run: Run) -> None:
    mapped = run(
        {20: " Autumn  2026 ", 21: (1,)},
        custom(20, "campaignid"),
        custom(21, "parentcontactid", transform="lookup:contact.emailaddress1"),
    )
    assert mapped.lookups == (
        Lookup("campaignid", "campaign", "name", "Autumn  2026", "Custom 20"),
        Lookup("parentcontactid", "contact", "emailaddress1", "Cranes", "Custom 21"),
    )
    assert mapped.values == {}


def test_what_an_update_may_do_travels_with_the_values(run: Run, lead: Table) -> None:
    fixed = replace(lead.columns["jobtitle"], can_update=False)
    mapped = run(
        {20: "Heron", 6: "CTO"},
        custom(20, "companyname", on_update=OnUpdate.FILL),
        custom(6, "jobtitle"),
        table=replace(lead, columns={**lead.columns, "jobtitle": fixed}),
    )
    assert mapped.on_update["companyname"] is OnUpdate.FILL
    assert mapped.on_update["jobtitle"] is OnUpdate.KEEP
    assert "emailaddress1" not in mapped.on_update


def test_unmapped_answers_are_collected_where_a_column_is_named_for_them(run: Run) -> None:
    mapped = run(
        {2: "Lovelace", 21: (1, 2), 20: "Large", 999: "?"}, settings=MappingSettings(append_unmapped_to="description")
    )
    assert mapped.values["description"] == "Which size?: Large\nWhat do you need?: Cranes; Pumps\nquestion 999: ?"
    assert mapped.on_update["description"] is OnUpdate.FILL


def test_collected_answers_are_cut_to_the_column_and_noted(run: Run) -> None:
    mapped = run({20: "x" * 4000}, settings=MappingSettings(append_unmapped_to="description"))
    assert len(mapped.values["description"]) == 2000
    assert [(p.kind, p.field, p.action) for p in mapped.problems] == [(ProblemKind.TOO_LONG, "Unmapped answers", "cut")]


def test_a_full_name_in_one_field_fills_two_columns(run: Run) -> None:
    given, family = custom(20, "firstname", transform="given_name"), custom(20, "lastname", transform="family_name")
    assert run({20: "Dr. Ada Lovelace"}, given, family).values == {"firstname": "Ada", "lastname": "Lovelace"}


def test_names_in_other_scripts_arrive_as_written(run: Run) -> None:
    assert run({1: "小龙", 2: "李", 6: "株式会社クレーン"}).values == {
        "firstname": "小龙",
        "lastname": "李",
        "companyname": "株式会社クレーン",
    }


def test_a_moment_beyond_all_calendars_does_not_cost_the_lead(run: Run) -> None:
    when = FieldMapping(1, Source.FACT, "submitted_at", "Submitted", "ferry_submittedon")
    assert run({2: "Lovelace"}, when, submitted_at=10**18).values == {"lastname": "Lovelace"}


def test_an_unknown_form_version_still_gives_a_lead(run: Run) -> None:
    mapped = run({1: "Ada"}, form=FormVersion(3162, 9, "", "urn:li:sponsoredAccount:5001"))
    assert mapped.create_only["subject"] == "LinkedIn"
    assert [problem.kind for problem in mapped.problems] == [
        ProblemKind.UNKNOWN_VERSION,
        ProblemKind.UNKNOWN_QUESTION,
    ]


@pytest.mark.parametrize(
    ("mapping", "kind", "detail", "action"),
    [
        (custom(20, "nope"), ProblemKind.NO_COLUMN, "lead has no column nope in this environment", "left out"),
        (custom(20, "fullname"), ProblemKind.READ_ONLY_COLUMN, "fullname is read-only", "left out"),
        (
            custom(20, "ownerid"),
            ProblemKind.READ_ONLY_COLUMN,
            "ownerid (Owner) cannot be filled from an answer",
            "left out",
        ),
        (custom(20, "statecode"), ProblemKind.READ_ONLY_COLUMN, "statecode (State) cannot be filled", "left out"),
        (custom(20, "jobtitle", transform="magic"), ProblemKind.REFUSED, "there is no transform 'magic'", "the usual"),
        (
            custom(20, "campaignid", transform="lookup:lead"),
            ProblemKind.NO_COLUMN,
            "campaignid points to campaign",
            "left",
        ),
        (
            custom(20, "numberofemployees", on_problem=OnProblem.DEFAULT, default="many"),
            ProblemKind.NOT_A_NUMBER,
            "the default does not fit: no number in it",
            "no default used",
        ),
    ],
)
def test_a_mapping_that_cannot_work_stands_as_a_problem_and_costs_no_lead(
    form: FormVersion, run: Run, lead: Table, mapping: FieldMapping, kind: ProblemKind, detail: str, action: str
) -> None:
    mapper = compile_mapping(form, (mapping, *default_mappings()), lead, MappingSettings())
    (problem,) = mapper.standing_problems
    assert (problem.kind, problem.field) == (kind, "Custom 20")
    assert problem.detail.startswith(detail)
    assert problem.action.startswith(action)
    assert run({2: "Lovelace", 20: "CTO"}, mapping).values["lastname"] == "Lovelace"


def test_a_broken_mapping_of_a_field_that_the_form_lacks_is_not_held_against_it(form: FormVersion, lead: Table) -> None:
    broken = FieldMapping(1, Source.PREDEFINED, "GENDER", "Gender", "nope")
    mapper = compile_mapping(form, [broken, custom(77777, "jobtitle")], lead, MappingSettings())
    assert mapper.standing_problems == ()


def test_unmapped_answers_cannot_be_collected_in_a_column_that_is_not_there(
    form: FormVersion, run: Run, lead: Table
) -> None:
    mapper = compile_mapping(form, default_mappings(), lead, MappingSettings(append_unmapped_to="notes"))
    assert [p.detail for p in mapper.standing_problems] == ["notes is no text column of lead that can be written"]


def test_a_column_of_a_solution_is_used_like_any_other(form: FormVersion, run: Run, lead: Table) -> None:
    column = Column("ferry_seniority", ColumnType.TEXT, max_length=100)
    table = replace(lead, columns={**lead.columns, column.name: column})
    changed = replace(form, questions=(Question(1, "Seniority", predefined="SENIORITY"),))
    seniority = FieldMapping(1, Source.PREDEFINED, "SENIORITY", "Seniority", column.name)
    assert run({1: "Director"}, seniority, form=changed, table=table).values == {"ferry_seniority": "Director"}
