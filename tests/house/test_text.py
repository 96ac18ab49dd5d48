"""The catalogue of the console's text is as the source says, and every translation says all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from leadferry.cli.text import SOURCE, TEMPLATE, as_text, collected, in_step, translations, untranslated
from leadferry.cli.text_unmarked import unmarked

GAPS = re.compile(r"%\((\w+)\)s|{(\w+)}|(</?\w+)|(`[^`]+`)")
of_each_translation = pytest.mark.parametrize("path", translations(), ids=lambda path: path.parts[-3])


def test_the_catalogue_is_as_the_source_says() -> None:
    assert TEMPLATE.read_text("utf-8") == as_text(collected()), "./dev text writes it again"


def test_every_text_in_a_template_is_marked() -> None:
    assert unmarked(SOURCE) == [], 'mark it by {{ _("...") }}, or name it in text_unmarked.NAMES'


@pytest.mark.parametrize("planted", ["<p>Nobody marked this</p>", '<i aria-label="Menu"></i>', '{{ badge("Good") }}'])
def test_a_text_that_nobody_marked_is_found(tmp_path: Path, planted: str) -> None:
    page = tmp_path / "room" / "templates" / "room" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'<p class="card small">{{{{ _("Marked") }}}}</p>{planted}', "utf-8")
    assert len(unmarked(tmp_path)) == 1


def test_no_text_mixes_both_kinds_of_gaps() -> None:
    for one in collected():
        for text in _texts(one.id):
            assert not (re.search(r"%\(\w+\)s", text) and re.search(r"(?<!{){\w+}", text)), text


@of_each_translation
def test_a_translation_is_in_step_and_whole(path: Path) -> None:
    assert path.read_text("utf-8") == in_step(path, collected()), "./dev text brings it in step"
    assert [one.id for one in untranslated(path)] == []


@of_each_translation
def test_placeholders_and_tags_of_a_translation_agree(path: Path) -> None:
    with path.open("rb") as file:
        known = read_po(file, locale=path.parts[-3])
    wrong = [one.id for one in known if one.id and not _agrees(one)]
    assert wrong == []


def _agrees(one: Message) -> bool:
    """A form for one may leave the number out: `a form` for `{n} form`."""
    said = _texts(one.string)
    wanted = [_gaps(text) for text in _texts(one.id)]
    return all(_gaps(text) in wanted or _gaps(text) == wanted[0] - {"n", "num"} for text in said if text)


def _gaps(text: str) -> frozenset[str]:
    return frozenset("".join(found) for found in GAPS.findall(text))


def _texts(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text or ""),)
