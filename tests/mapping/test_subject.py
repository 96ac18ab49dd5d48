from __future__ import annotations

from collections.abc import Callable

import pytest

from leadferry.errors import InputError
from leadferry.mapping.model import Mapped, MappingSettings
from leadferry.mapping.subject import check_subject_template

Run = Callable[..., Mapped]


@pytest.mark.parametrize(
    ("template", "subject"),
    [
        ("LinkedIn: {form_name}", "LinkedIn: Whitepaper autumn"),
        ("{first_name} {last_name} ({company_name})", "Ada Lovelace (Crane)"),
        ("{campaign_name} - {event_name}", "Autumn DE"),
        ("{event_name}: ", "LinkedIn"),
        ("{{{form_id}}}", "{3162}"),
        ("plain", "plain"),
        ("x" * 400, "x" * 300),
    ],
)
def test_the_subject_is_filled_from_the_template(run: Run, template: str, subject: str) -> None:
    answers: dict[int, str | tuple[int, ...]] = {1: "Ada", 2: "Lovelace", 6: "Crane"}
    mapped = run(answers, settings=MappingSettings(subject_template=template))
    assert mapped.create_only["subject"] == subject


def test_an_answer_with_braces_is_not_a_template(run: Run) -> None:
    mapped = run(
        {1: "{Form_id}", 2: "{0.__Class__}"}, settings=MappingSettings(subject_template="{first_name} {last_name}")
    )
    assert mapped.create_only["subject"] == "{Form_id} {0.__Class__}"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (
            "{form}",
            "The subject template has the placeholder {form}, which is not known. Did you mean {form_id}? Known",
        ),
        ("{form_name.x}", "The subject template has the placeholder {form_name.x}, which is not known."),
        ("{}", "The subject template has the placeholder {}, which is not known."),
        ("{form_name:>9}", "The placeholder {form_name} of the subject template takes no format. Write {form_name}."),
        ("{form_name!r}", "The placeholder {form_name} of the subject template takes no format."),
        ("{form_name", "The subject template cannot be read: expected '}' before end of string. Write a brace"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused_when_it_is_written(template: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        check_subject_template(template)
    assert str(error.value).startswith(message)
