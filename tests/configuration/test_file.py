"""The configuration as a file: written, read with the line of each mistake, compared, applied as a whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from environments import StandingClock, connect, environment_store
from leadferry.accounts.model import Environment
from leadferry.accounts.owner_store import OwnerStore
from leadferry.configuration.document import read_document
from leadferry.configuration.document_store import DocumentStore
from leadferry.configuration.schema import schema, schema_text
from leadferry.configuration.standing import written
from leadferry.configuration.yaml_text import FileError
from leadferry.mapping.mapping_store import MappingStore
from leadferry.mapping.model import FieldMapping, Source
from leadferry.matching.strategy_store import StrategyStore
from leadferry.store.database import Database

SCHEMA = Path(__file__).parents[2] / "docs/reference/config.schema.json"


@pytest.fixture
def crane(database: Database) -> Environment:
    """With everything that a file can say: an option, a mapping of an own question, two strategies, an account."""
    crane = connect(database, "crane")
    environment_store(database).set_configuration(crane, "default_country", "NO")
    mapping = FieldMapping(0, Source.QUESTION, "9001", "Which size?", "sic", default="22:00", synonyms={"ja": "yes"})
    added = MappingStore(database).add(crane.id, mapping)
    MappingStore(database).add(crane.id, FieldMapping(0, Source.HIDDEN, "utm_source", "utm_source"))
    StrategyStore(database).add(crane.id, "Size", [added.id])
    OwnerStore(database, StandingClock()).known(crane.id, "urn:li:sponsoredAccount:5001", "Ads")
    return crane


def exported(database: Database, environment: Environment) -> str:
    return written(DocumentStore(database).standing(environment.id), environment.name)


def wrong(text: str) -> list[tuple[int, str]]:
    with pytest.raises(FileError) as caught:
        read_document(text)
    return caught.value.wrong


def test_what_is_exported_and_applied_changes_nothing(database: Database, crane: Environment) -> None:
    store, text = DocumentStore(database), exported(database, crane)
    before = store.standing(crane.id)
    made = store.apply(crane.id, read_document(text))
    assert (made.changes, made.notes) == ((), ())
    assert store.standing(crane.id) == before
    assert "default_country: 'NO'" in text
    assert "utm_source" not in text


def test_a_second_environment_is_brought_to_the_first_and_stays(database: Database, crane: Environment) -> None:
    store, other = DocumentStore(database), connect(database, "other")
    document = read_document(exported(database, crane))
    first = store.apply(other.id, document)
    assert [(one.verb, one.kind, one.name) for one in first.changes] == [
        ("change", "option", "default_country"),
        ("add", "field mapping", "Which size?"),
        ("add", "matching strategy", "Size"),
    ]
    assert first.notes == ("The account Ads is not in this environment.",)
    assert store.apply(other.id, document).changes == ()
    (size,) = [one for one in store.standing(other.id).strategies if one.name == "Size"]
    assert MappingStore(database).get(other.id, size.fields[0]).default == "22:00"


def test_a_plan_changes_nothing_and_apply_does_what_it_said(database: Database, crane: Environment) -> None:
    store = DocumentStore(database)
    text = """
leadferry: 1
configuration: {on_match_fail: create}
strategies:
  - {name: e-mail address, fields: [{source: predefined, key: EMAIL}], active: yes, create_contacts: no}
accounts:
  - urn: urn:li:sponsoredAccount:5001
    sync_enabled: off
    default_lead_owner_id: 6B0D3C11-0000-4000-8000-000000000001
"""
    before = store.standing(crane.id)
    planned = store.plan(crane.id, read_document(text))
    assert store.standing(crane.id) == before
    made = store.apply(crane.id, read_document(text))
    assert made == planned
    after = store.standing(crane.id)
    assert (after.configuration.on_match_fail, after.configuration.default_country) == ("create", "")
    assert [(one.name, one.active, one.create_contacts) for one in after.strategies] == [
        ("e-mail address", True, False)
    ]
    assert after.mappings == before.mappings
    assert (after.owners[0].sync_enabled, after.owners[0].default_lead_owner_id[:8]) == (False, "6b0d3c11")
    assert {one.verb for one in made.changes if one.kind == "matching strategy"} == {"change", "remove"}


def test_a_mapping_that_is_left_out_goes_and_one_that_a_strategy_needs_cannot(
    database: Database, crane: Environment
) -> None:
    store = DocumentStore(database)
    email = "mappings:\n  - {source: predefined, key: EMAIL, name: Mail, column: emailaddress1}\n"
    with pytest.raises(FileError) as caught:
        store.apply(crane.id, read_document("leadferry: 1\n" + email))
    assert 'The matching strategy "Size" uses a field mapping that would be removed.' in str(caught.value)
    own = "strategies: [{name: E-mail address, active: true, fields: [{source: predefined, key: EMAIL}]}]\n"
    store.apply(crane.id, read_document("leadferry: 1\n" + email + own))
    mapped = [one.key for one in store.standing(crane.id).mappings if one.column]
    assert mapped == ["EMAIL"]
    assert "utm_source" in {one.key for one in store.standing(crane.id).mappings}


def test_nothing_is_applied_where_one_thing_cannot_work(database: Database, crane: Environment) -> None:
    store = DocumentStore(database)
    before = store.standing(crane.id)
    text = (
        "leadferry: 1\nconfiguration: {on_match_fail: create}\n"
        "strategies:\n  - name: Size\n    active: true\n    fields:\n      - {source: question, key: 404}\n"
    )
    with pytest.raises(FileError) as caught:
        store.apply(crane.id, read_document(text))
    assert caught.value.wrong == [(7, "There is no field mapping of question 404.")]
    assert store.standing(crane.id) == before


def test_every_mistake_is_told_with_its_line() -> None:
    text = """leadferry: 1
configuration:
  on_match_fale: create
  parallel: many
mappings:
  - {source: predefined, key: EMAIL, name: Mail}
  - source: nowhere
    key: X
    name: Y
    colum: z
option: 1
"""
    assert [line for line, _ in wrong(text)] == [3, 4, 7, 11]
    told = dict(wrong(text))
    assert "Did you mean on_match_fail?" in told[3]
    assert "1 to 52" in told[4]
    assert "nowhere" in told[7]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("leadferry: 2\n", 1, "must say `leadferry: 1`"),
        ("a: [", 1, "no YAML"),
        ("- 1\n", 1, "must begin"),
        ("leadferry: 1\nleadferry: 1\n", 2, "a second time"),
        ("leadferry: 1\na: &x 1\nb: *x\n", 3, "Aliases"),
        ("leadferry: 1\nmappings: 5\n", 2, "A list is expected"),
        ("leadferry: 1\nstrategies:\n- name: x\n  field: []\n", 4, "unknown field `field`"),
        ("[" * 100_000, 1, "nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_why(text: str, line: int, words: str) -> None:
    (found,) = [told for at, told in wrong(text) if at == line][:1]
    assert words in found


def test_the_schema_is_published_and_names_every_option_and_section(sqlite: Database) -> None:
    assert SCHEMA.read_text("utf-8") == schema_text(), "./dev docs writes it again"
    known = schema()["properties"]
    crane = connect(sqlite, "crane")
    assert yaml.safe_load(exported(sqlite, crane)).keys() == known.keys()
    assert json.loads(schema_text())["properties"]["configuration"]["properties"]["on_match_fail"]["enum"] == [
        "ignore",
        "create",
    ]
