"""Text of pages in the reader's language: marked in Python and in templates, kept in English, found again."""

from __future__ import annotations

import copy
from pathlib import Path

import msgspec
import pytest
from babel.messages.catalog import Catalog

from leadferry.cli.text import as_text
from leadferry.cli.text_pseudo import pseudo
from leadferry.console.languages_store import Languages
from leadferry.console.pages_routes import Templates
from leadferry.console.reader import reader_of
from leadferry.console.retelling import Retelling
from leadferry.words import _, _n, for_json, said, together, worded

GERMAN: list[tuple[str | tuple[str, ...], str | tuple[str, ...]]] = [
    ("Saved", "Gespeichert"),
    ("{name} is saved.", "{name} ist gespeichert."),
    (("{n} form", "{n} forms"), ("{n} Formular", "{n} Formulare")),
    ("Two sentences. In one.", "Zwei Sätze. In einem."),
    ("Ends {when}.", "Endet {when}."),
    (("in {n} day", "in {n} days"), ("in {n} Tag", "in {n} Tagen")),
    ("By {person} <b>%(count)s</b>", "Von {person} <b>%(count)s</b>"),
    ("%(name)s, <b>all</b> of it", "<b>alles</b> von %(name)s"),
]


@pytest.fixture
def languages(tmp_path: Path) -> Languages:
    catalogue = Catalog(locale="de")
    for message, string in GERMAN:
        catalogue.add(message, string)
    path = tmp_path / "de" / "LC_MESSAGES" / "leadferry.po"
    path.parent.mkdir(parents=True)
    path.write_text(as_text(catalogue), "utf-8")
    return Languages(tmp_path)


def test_words_are_their_english_until_somebody_says_them(languages: Languages) -> None:
    german = languages.translations("de")
    words = _("{name} is saved.", name="Ada")
    assert (words, said(words, german)) == ("Ada is saved.", "Ada ist gespeichert.")
    assert f"{words}" == "Ada is saved."
    assert said("Saved", german) == "Saved", "plain text is no text of ours"


def test_plurals_are_the_languages_own(languages: Languages) -> None:
    german = languages.translations("de")
    assert [_n("{n} form", "{n} forms", n) for n in (0, 1, 2)] == ["0 forms", "1 form", "2 forms"]
    assert [said(_n("{n} form", "{n} forms", n), german) for n in (1, 2)] == ["1 Formular", "2 Formulare"]


def test_words_in_words_are_said_too(languages: Languages) -> None:
    german = languages.translations("de")
    assert said(_("Ends {when}.", when=_n("in {n} day", "in {n} days", 3)), german) == "Endet in 3 Tagen."
    assert said(together([_("Saved"), "Ada"], ", "), german) == "Gespeichert, Ada"


def test_a_copy_of_words_is_the_same_words(languages: Languages) -> None:
    words = copy.deepcopy(_("{name} is saved.", name="Ada"))
    assert said(words, languages.translations("de")) == "Ada ist gespeichert."


def test_words_are_written_as_json_and_nothing_else_is() -> None:
    assert msgspec.json.encode([_("Saved")], enc_hook=for_json) == b'["Saved"]'
    with pytest.raises(TypeError):
        msgspec.json.encode([object()], enc_hook=for_json)


def test_a_name_in_a_text_is_never_read_as_a_gap_or_a_tag(languages: Languages, tmp_path: Path) -> None:
    german = languages.translations("de")
    assert said(_("{name} is saved.", name="{n} <b>"), german) == "{n} <b> ist gespeichert."
    templates = Templates(languages=languages)
    page = templates._jinja("de").from_string('{{ _("%(name)s, <b>all</b> of it", name=name) }} {{ words }}')
    shown = page.render(name="<i>%(x)s</i>", words=_("{name} is saved.", name="<i>"))
    assert shown == "<b>alles</b> von &lt;i&gt;%(x)s&lt;/i&gt; &lt;i&gt; ist gespeichert."


@pytest.mark.parametrize(
    ("kept", "retold"),
    [
        (worded("Saved"), "Gespeichert"),
        (worded("{name} is saved.", name="Ada Lovelace"), "Ada Lovelace ist gespeichert."),
        ("Ends in 1 day.", "Endet in 1 Tag."),
        ("Ends in 12 days.", "Endet in 12 Tagen."),
        ("Ada is saved. Ends in 1 day.", "Ada ist gespeichert. Endet in 1 Tag."),
        ("Ada is saved. What Dynamics said.", "Ada ist gespeichert. What Dynamics said."),
        ("Saved is saved.", "Saved ist gespeichert."),
        ("Ada is saved. Two sentences. In one.", "Ada ist gespeichert. Zwei Sätze. In einem."),
        ("Nobody wrote this.", "Nobody wrote this."),
        ("", ""),
    ],
)
def test_what_was_kept_in_english_is_said_in_the_readers_language(languages: Languages, kept: str, retold: str) -> None:
    assert languages.retelling("de")(kept) == retold
    assert languages.retelling("en")(kept) == kept


def test_the_longer_message_is_the_surer_one(languages: Languages) -> None:
    retelling = Retelling([("{a} is saved.", ""), ("{a} today is saved.", "")], languages.translations("de"))
    assert retelling("Ada today is saved.") == "Ada today is saved."


@pytest.mark.parametrize(
    ("asked", "language", "locale"),
    [
        ("de", "de", "de"),
        ("de-AT,en;q=0.5", "de", "de_AT"),
        ("fr-FR,de;q=0.8", "de", "de"),
        ("en-US,de;q=0.8", "en", "en_US"),
        ("en-DE", "en", "en_DE"),
        ("fr-FR", "en", "en_FR"),
        ("", "en", "en_GB"),
        ("de-XX", "de", "de"),
        ("*;q=0.1,-,_", "en", "en_GB"),
    ],
)
def test_the_first_language_that_the_console_speaks_is_taken(asked: str, language: str, locale: str) -> None:
    reader = reader_of(asked, "", {"en", "de"})
    assert (reader.language, str(reader.locale)) == (language, locale)


def test_without_a_translation_only_the_way_of_writing_follows_the_reader() -> None:
    assert str(reader_of("de-DE,en;q=0.5", "").locale) == "en_DE"


def test_pseudo_text_keeps_gaps_tags_and_what_is_literal() -> None:
    text = pseudo("<b>%(name)s</b> takes {n} of 100 %% by `leadferry sync`.")
    assert text.startswith("<b>%(name)s</b> ţåķéš {n} öƒ 100 %% ƀý `leadferry sync`.")
    assert pseudo("Save the view of all") == "Šåṽé ţĥé ṽíéŵ öƒ åļļ åéíö åí"
