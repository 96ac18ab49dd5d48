from __future__ import annotations

import json
from pathlib import Path

import pytest

from leadferry.delivery.configuration import OPTIONS, Configuration, configuration_markdown
from leadferry.errors import InputError

ROOT = Path(__file__).parents[2]


def test_the_defaults_are_those_of_the_design() -> None:
    plain = Configuration()
    assert plain.on_match_fail == "ignore"
    assert (plain.update_matched, plain.sync_campaigns, plain.deliver_test_leads) == (True, True, True)
    assert (plain.lookup_chunk, plain.write_chunk, plain.claim_size, plain.parallel) == (500, 500, 2000, 8)
    assert plain.lead_source == 192350000


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("on_match_fail", "create", "create"),
        ("on_match_fail", " CREATE ", "create"),
        ("update_matched", "no", False),
        ("update_matched", "TRUE", True),
        ("sync_campaigns", "0", False),
        ("default_country", "de", "DE"),
        ("default_country", "", ""),
        ("append_unmapped_to", "description", "description"),
        ("write_chunk", "1000", 1000),
        ("backoff_base_s", "2.5", 2.5),
        ("subject_template", "Lead from {form_name}", "Lead from {form_name}"),
    ],
)
def test_an_option_is_set_as_a_person_types_it(name: str, text: str, value: object) -> None:
    changed = Configuration().set(name, text)
    assert getattr(changed, name) == value
    assert Configuration().set(name, changed.text(name)) == changed


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "on_match_fail",
            "maybe",
            'Option on_match_fail is "maybe", which is none of its choices. Allowed: ignore, create.',
        ),
        (
            "write_chunk",
            "many",
            'Option write_chunk is "many", which is not allowed: it must be a whole number. Allowed: 1 to 1000.',
        ),
        (
            "write_chunk",
            "1001",
            'Option write_chunk is "1001", which is not allowed: it must be a whole number. Allowed: 1 to 1000.',
        ),
        (
            "parallel",
            "1.5",
            'Option parallel is "1.5", which is not allowed: it must be a whole number. Allowed: 1 to 52.',
        ),
        (
            "update_matched",
            "perhaps",
            'Option update_matched is "perhaps", which is not allowed: it must be yes or no. Allowed: yes, no.',
        ),
        (
            "default_country",
            "XX",
            (
                'Option default_country is "XX", and no country has that code. '
                "Allowed: a country's two letters (ISO 3166), or empty, like DE or US."
            ),
        ),
        (
            "last_name_fallback",
            "",
            'Option last_name_fallback is "", which is not allowed: it must be text. Allowed: 1 to 50 characters.',
        ),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_what_is(name: str, text: str, message: str) -> None:
    with pytest.raises(InputError) as refusal:
        Configuration().set(name, text)
    assert str(refusal.value) == message


def test_an_unknown_option_is_refused_with_the_nearest_known() -> None:
    with pytest.raises(InputError) as refusal:
        Configuration().set("update_match", "no")
    assert str(refusal.value) == 'There is no configuration option "update_match". Did you mean update_matched?'


def test_json_and_back_is_the_same() -> None:
    changed = Configuration().set("on_match_fail", "create").set("backoff_cap_s", "60").set("default_country", "CH")
    assert Configuration.from_json(changed.to_json()) == changed


def test_only_what_was_changed_is_stored() -> None:
    assert json.loads(Configuration().to_json()) == {}
    assert json.loads(Configuration().set("parallel", "9").to_json()) == {"parallel": 9}


def test_what_a_newer_version_wrote_is_kept() -> None:
    stored = Configuration.from_json('{"from_the_future": {"a": [1]}, "parallel": 2}')
    assert json.loads(stored.set("parallel", "3").to_json()) == {"from_the_future": {"a": [1]}, "parallel": 3}


@pytest.mark.parametrize("text", ['{"parallel": "many"}', '{"parallel": 99}', '{"update_matched": []}'])
def test_a_stored_value_that_is_not_allowed_is_named(text: str) -> None:
    with pytest.raises(InputError, match=r"The stored option (parallel|update_matched) is"):
        Configuration.from_json(text)


def test_mapping_gets_its_part() -> None:
    configuration = Configuration().set("subject_template", "X {form_name}").set("last_name_fallback", "?")
    settings = configuration.mapping_settings()
    assert (settings.subject_template, settings.last_name_fallback) == ("X {form_name}", "?")


def test_every_option_is_documented_and_the_page_is_up_to_date() -> None:
    assert set(OPTIONS) == set(Configuration.__dataclass_fields__) - {"extra"}
    assert all(known.meaning.endswith(".") for known, _ in OPTIONS.values())
    assert (ROOT / "docs/reference/configuration.md").read_text() == configuration_markdown()
