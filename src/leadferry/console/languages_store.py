"""The languages of the console: `locale/<language>/LC_MESSAGES/leadferry.po`, read as they lie there."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from leadferry.console.retelling import Retelling

LOCALE = Path(__file__).parent / "locale"
ENGLISH = "en"


class Languages:
    """`translations("de")` is read once; it takes a moment, the first time somebody reads German."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or LOCALE
        found = self.folder.glob("*/LC_MESSAGES/leadferry.po")
        self.known = frozenset({ENGLISH, *(path.parts[-3] for path in found)})
        self.translations = cache(self._translations)
        self.retelling = cache(self._retelling)
        self._catalogue = cache(self._read)

    def _read(self, language: str) -> Catalog:
        with (self.folder / language / "LC_MESSAGES" / "leadferry.po").open("rb") as file:
            return read_po(file, locale=language)

    def _translations(self, language: str) -> NullTranslations:
        if language == ENGLISH or language not in self.known:
            return NullTranslations()
        compiled = BytesIO()
        write_mo(compiled, self._catalogue(language))
        compiled.seek(0)
        return GNUTranslations(compiled)

    def _retelling(self, language: str) -> Callable[[str], str]:
        """What says in the language what was written down in English."""
        if language == ENGLISH or language not in self.known:
            return str
        messages = [_forms(one.id) for one in self._catalogue(language) if one.id]
        return Retelling(messages, self.translations(language))


def _forms(message: str | tuple[str, ...] | list[str]) -> tuple[str, str]:
    """(the text, its plural or "")."""
    return (message, "") if isinstance(message, str) else (message[0], message[1])
