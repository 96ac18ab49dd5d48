from __future__ import annotations

import pytest

from leadferry.dataverse.metadata import Table
from leadferry.mapping.checks import check_mapping
from leadferry.mapping.defaults import default_mappings
from leadferry.mapping.model import FieldMapping, OnProblem, Source


def mapping(column: str | None, **more: object) -> FieldMapping:
    settings = {"source": Source.QUESTION, "key": "20", **more}
    return FieldMapping(1, name="Which size?", column=column, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (mapping("jobtitel"), "The table lead has no column 'jobtitel'. Did you mean jobtitle?"),
        (mapping("Industry"), "The table lead has no column 'Industry', but industrycode is labelled so."),
        (mapping("qqqq"), "The table lead has no column 'qqqq'."),
        (mapping("fullname"), "The column fullname of lead is read-only."),
        (mapping("ownerid"), "The column ownerid (Owner) of lead cannot be filled from an answer."),
        (mapping("jobtitle", transform="numbr"), "There is no transform 'numbr'. Did you mean number"),
        (
            mapping("numberofemployees", transform="email"),
            "The transform 'email' does not give what the column numberofemployees (Integer) takes.",
        ),
        (
            mapping("jobtitle", transform="lookup:account.name"),
            "The column jobtitle (String) is no lookup, so 'lookup:account.name' cannot fill it.",
        ),
        (
            mapping("campaignid", transform="phone"),
            "The lookup column campaignid takes no transform 'phone'; write lookup:TABLE.COLUMN or nothing.",
        ),
        (
            mapping("campaignid", transform="lookup:account.name"),
            "Campaignid points to campaign; write the transform as lookup:TABLE.COLUMN.",
        ),
        (
            mapping("numberofemployees", on_problem=OnProblem.DEFAULT, default="many"),
            "The default does not fit: no number in it.",
        ),
        (mapping("jobtitle", synonyms={"a": "b"}), "The column jobtitle is no choice, so synonyms have no effect."),
        (
            mapping("industrycode", synonyms={"Mills": "Durable Manufacture"}),
            "The synonyms point to 'Durable Manufacture', which is no option of industrycode. Did you mean Durable",
        ),
        (mapping(None, source=Source.FACT, key="formname"), "There is no fact 'formname'. Did you mean form_name"),
        (mapping("jobtitle", key="size"), "'size' is no question id: a whole number is expected."),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_in_words(made: FieldMapping, sentence: str, lead: Table) -> None:
    found = check_mapping(made, lead)
    assert len(found) == 1
    assert found[0].startswith(sentence)


@pytest.mark.parametrize(
    "made",
    [
        mapping(None),
        mapping("jobtitle"),
        mapping("numberofemployees", transform="number_high"),
        mapping("campaignid"),
        mapping("industrycode", synonyms={"Mills": "Durable manufacturing", "Shops": "33"}),
        *default_mappings(),
    ],
)
def test_a_mapping_that_works_is_not_complained_about(made: FieldMapping, lead: Table) -> None:
    assert check_mapping(made, lead) == []
