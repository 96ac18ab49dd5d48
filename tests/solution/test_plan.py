"""The plan: from what is found to what should be, in an order in which each step can be carried out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from leadferry.errors import LeadferryError
from leadferry.solution.components import Component
from leadferry.solution.found import Found, FoundChoice, FoundColumn, FoundKey, FoundSolution, FoundTable
from leadferry.solution.model import FIRST_OPTION, Column, Kind, Table
from leadferry.solution.plan import Do, Step, plan
from leadferry.solution.roles import MASKS
from leadferry.solution.tables import FORMS, LEAD_SOURCE, LEAD_SOURCE_LABEL, PAIRS, SUBMISSIONS
from leadferry.solution.uninstall import kept_tables, pointing_first, removal
from leadferry.solution.wanted import UNIQUE_NAME, Wanted, solution_version, version_order, wanted

WANTED = wanted("unit", "https://ferry.example/e/1", "1.2.0.0")


def found_all(of: Wanted = WANTED) -> Found:
    """An environment in which everything is as wanted."""
    return Found(
        publisher_id="p",
        solution=FoundSolution("s", of.version, of.mark),
        tables={table.name: found_table(table) for table in (*of.tables, of.lead)},
        choices={
            choice.name: FoundChoice(frozenset(choice.values())) for table in of.tables for choice in table.choices()
        },
        lead_sources={LEAD_SOURCE: LEAD_SOURCE_LABEL},
        components={one.id: found_row(one) for one in of.components},
        role_privileges={
            role.id: {name: MASKS[depth] for name, depth in role.privileges().items()} for role in of.roles
        },
        privilege_ids={name: name for role in of.roles for name in role.privileges()},
    )


def found_table(table: Table) -> FoundTable:
    pairs = (pair.schema_name.lower() for pair in PAIRS if table.name in {pair.table_1, pair.table_2})
    columns = {column.name: FoundColumn(column.kind.value, column.max_length) for column in table.columns}
    columns |= {
        table.primary_id: FoundColumn("Uniqueidentifier"),
        "createdon": FoundColumn("DateTime", is_custom=False),
    }
    keys = {key.name: FoundKey("Active", key.columns) for key in table.keys}
    return FoundTable(table.entity_set, 10_001, columns, keys, frozenset(pairs))


def found_row(component: Component) -> dict[str, str]:
    return {"description": component.described, "sitemapxml": str(component.row.get("sitemapxml", ""))}


def words(steps: Iterable[Step]) -> list[str]:
    return [str(step) for step in steps]


def with_table(found: Found, table: FoundTable, name: str = FORMS.name) -> Found:
    return replace(found, tables={**found.tables, name: table})


def test_where_everything_is_as_wanted_there_is_nothing_to_do() -> None:
    assert plan(WANTED, found_all()) == []


def test_an_empty_environment_gets_everything_in_an_order_that_works() -> None:
    steps = plan(WANTED, Found())
    place = {(step.do, step.name): number for number, step in enumerate(steps)}
    for table in WANTED.tables:
        made = place[Do.CREATE, table.name]
        for column in table.columns:
            if not column.primary:
                assert made < place[Do.CREATE, f"{table.name}.{column.name}"]
            if column.target in {one.name for one in WANTED.tables}:
                assert place[Do.CREATE, column.target] < place[Do.CREATE, f"{table.name}.{column.name}"]
        for key in table.keys:
            assert all(place[Do.CREATE, f"{table.name}.{name}"] < place[Do.CREATE, key.name] for name in key.columns)
            assert place[Do.CREATE, key.name] < place[Do.WAIT, key.name]
    kinds = [step.kind for step in steps]
    order = [
        "publisher",
        "solution",
        "choice",
        "table",
        "role",
        "view",
        "chart",
        "form",
        "dashboard",
        "site map",
        "app",
    ]
    assert [kinds.index(kind) for kind in order] == sorted(kinds.index(kind) for kind in order)
    assert words(steps)[-2].startswith("publish")
    assert words(steps)[-1].startswith("finish")


def test_every_step_has_a_name_of_its_own() -> None:
    named = [(step.do, step.kind, step.name, step.table) for step in plan(WANTED, Found()) if step.kind != "view"]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("mark", ["", "0123456789ab"])
def test_what_was_not_published_to_the_end_is_published_again(mark: str) -> None:
    unfinished = replace(found_all(), solution=FoundSolution("s", WANTED.version, mark))
    assert [step.do for step in plan(WANTED, unfinished)] == [Do.PUBLISH, Do.FINISH]


def test_a_column_that_is_too_short_is_made_longer_and_a_longer_one_is_left() -> None:
    table = found_table(FORMS)
    headline = FORMS["headline"].name
    for length, expected in ((50, [f"change length of column {FORMS.name}.{headline}"]), (400, [])):
        columns = {**table.columns, headline: FoundColumn("String", length)}
        steps = plan(WANTED, with_table(found_all(), replace(table, columns=columns)))
        assert [text for text in words(steps) if "column" in text] == expected


def test_a_missing_option_is_added_and_one_of_others_stays() -> None:
    choice = SUBMISSIONS.choice_of(SUBMISSIONS["matchingstatus"])
    values = frozenset(choice.values()) - {FIRST_OPTION + 6} | {777}
    found = found_all()
    steps = plan(WANTED, replace(found, choices={**found.choices, choice.name: FoundChoice(values)}))
    assert words(steps)[0] == f"add options to choice {choice.name}"
    assert getattr(steps[0].subject, "values", None) == {FIRST_OPTION + 6: "Lead matched but not updated"}


def test_a_changed_declaration_writes_the_row_again_and_a_change_of_a_person_stays() -> None:
    found = found_all()
    view = WANTED.of("view")[0]
    by_person = {**found.components, view.id: {"description": f"mine {view.described}"}}
    assert plan(WANTED, replace(found, components=by_person)) == []
    older = {**found.components, view.id: {"description": "[leadferry 000000000000]"}}
    assert words(plan(WANTED, replace(found, components=older)))[0] == f"change view {view.name}"


def test_another_console_changes_the_site_map_alone() -> None:
    steps = plan(wanted("unit", "https://other.example/e/1", "1.2.0.0"), found_all())
    assert [(step.do, step.kind) for step in steps[:-2]] == [(Do.CHANGE, "site map")]


def test_a_role_gets_back_what_it_lacks_and_keeps_what_others_gave() -> None:
    found = found_all()
    role = WANTED.roles[1]
    held = {**found.role_privileges[role.id], "prvReadAccount": 8}
    held.pop("prvReadferry_linkedinform")
    steps = plan(WANTED, replace(found, role_privileges={**found.role_privileges, role.id: held}))
    assert words(steps)[0] == f"grant 1 privileges to role {role.name}"


def test_a_privilege_that_the_environment_does_not_know_is_not_asked_for() -> None:
    found = found_all()
    role = WANTED.roles[2]
    held = {name: mask for name, mask in found.role_privileges[role.id].items() if name != "prvReadSdkMessage"}
    known = {name: row_id for name, row_id in found.privilege_ids.items() if name != "prvReadSdkMessage"}
    found = replace(found, role_privileges={**found.role_privileges, role.id: held}, privilege_ids=known)
    assert plan(WANTED, found) == []


def test_a_failed_key_is_waited_for_again() -> None:
    table = found_table(FORMS)
    failed = {key.name: FoundKey("Failed", key.columns) for key in FORMS.keys}
    steps = plan(WANTED, with_table(found_all(), replace(table, keys=failed)))
    assert words(steps)[0] == "wait for key ferry_formkey"


def test_a_column_of_another_type_is_a_conflict() -> None:
    table = found_table(FORMS)
    columns = {**table.columns, FORMS["headline"].name: FoundColumn("Integer")}
    with pytest.raises(
        LeadferryError, match="ferry_headline of ferry_linkedinform is there already, as Integer"
    ) as caught:
        plan(WANTED, with_table(found_all(), replace(table, columns=columns)))
    assert caught.value.code == "solution-conflict"


def test_a_newer_solution_is_left_alone() -> None:
    with pytest.raises(LeadferryError) as caught:
        plan(WANTED, replace(found_all(), solution=FoundSolution("s", "1.10.0.0", "x")))
    assert caught.value.code == "solution-newer"


@pytest.mark.parametrize(
    ("package", "version"), [("0.1.0", "0.1.0.0"), ("1.2.3.4", "1.2.3.4"), ("2.0.0+local", "2.0.0.0"), ("3", "3.0.0.0")]
)
def test_a_version_has_four_numbers(package: str, version: str) -> None:
    assert solution_version(package) == version


def test_versions_are_compared_as_numbers() -> None:
    assert version_order("0.10.0.0") > version_order("0.9.9.9")


def test_the_unique_name_is_one_that_dynamics_takes() -> None:
    assert UNIQUE_NAME.isidentifier()


# Taking it away


def test_without_data_only_what_has_no_rows_of_people_goes() -> None:
    kinds = {step.kind for step in removal(WANTED, found_all(), delete_data=False).steps}
    assert kinds == {"app", "site map", "dashboard", "chart", "view", "form", "role"}


def test_with_data_everything_goes_and_the_lead_s_own_columns_stay() -> None:
    planned = removal(WANTED, found_all(), delete_data=True)
    kinds = [step.kind for step in planned.steps]
    assert planned.kept == ()
    assert kinds[-3:] == ["lead source", "solution", "publisher"]
    assert kinds.count("table") == len(WANTED.tables)
    assert {step.name for step in planned.steps if step.kind == "column"} <= {
        f"lead.{c.name}" for c in WANTED.lead.columns
    }


def test_a_table_goes_before_those_it_points_at() -> None:
    ordered = [table.name for table in pointing_first(list(WANTED.tables))]
    for table in WANTED.tables:
        for column in table.lookups():
            if column.target in ordered:
                assert ordered.index(table.name) < ordered.index(column.target)


def test_a_table_with_a_column_of_others_stays_and_what_it_points_at() -> None:
    table = found_table(FORMS)
    foreign = replace(table, columns={**table.columns, "contoso_region": FoundColumn("String", 10)})
    found = with_table(found_all(), foreign)
    kept = kept_tables(WANTED, found)
    assert kept.keys() == {"ferry_linkedinform", "ferry_linkedinaccount"}
    assert "contoso_region" in kept["ferry_linkedinform"]
    gone = words(removal(WANTED, found, delete_data=True).steps)
    assert not {f"remove table {name}" for name in kept} & set(gone)
    assert not any(text.startswith(("remove solution", "remove publisher")) for text in gone)
    assert "remove lookup lead.ferry_sourceform" not in gone


def test_a_table_that_others_point_at_stays() -> None:
    pointed = replace(found_table(SUBMISSIONS), pointed_at_by=(("contoso_call", "contoso_submission"),))
    assert "contoso_call.contoso_submission" in kept_tables(
        WANTED, with_table(found_all(), pointed, SUBMISSIONS.name)
    ).get(SUBMISSIONS.name, "")


def test_the_columns_a_platform_brings_along_are_not_of_others() -> None:
    table = found_table(FORMS)
    more = {"ferry_headline_name": FoundColumn("Virtual", part_of="ferry_headline")}
    assert kept_tables(WANTED, with_table(found_all(), replace(table, columns={**table.columns, **more}))) == {}


def test_a_lead_source_that_microsoft_s_connector_brought_stays() -> None:
    found = replace(found_all(), lead_sources={LEAD_SOURCE: "LinkedIn Sponsored Form"})
    assert plan(WANTED, found) == []
    assert "lead source" not in {step.kind for step in removal(WANTED, found, delete_data=True).steps}


def test_nothing_is_removed_where_nothing_is() -> None:
    assert removal(WANTED, Found(), delete_data=True).steps == ()


def test_a_declared_column_is_found_by_its_short_name() -> None:
    column: Column = SUBMISSIONS["lead"]
    assert (column.kind, column.bind, column.read_name) == (Kind.LOOKUP, "ferry_Lead@odata.bind", "_ferry_lead_value")
