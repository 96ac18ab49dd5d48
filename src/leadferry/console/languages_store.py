"""The languages of the console: `locale/<language>/LC_MESSAGES/leadferry.po`, read as they lie there."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"
ENGLISH = "en"


class Languages:
    """`translations("de")` is read once; it takes a moment, the first time somebody reads German."""

    def __init__(self, folder: Path = LOCALE) -> None:
        self.folder = folder
        found = folder.glob("*/LC_MESSAGES/leadferry.po")
        self.known = frozenset({ENGLISH, *(path.parts[-3] for path in found)})
        self.translations = cache(self._read)

    def _read(self, language: str) -> NullTranslations:
        if language == ENGLISH or language not in self.known:
            return NullTranslations()
        with (self.folder / language / "LC_MESSAGES" / "leadferry.po").open("rb") as file:
            catalogue = read_po(file, locale=language)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        return GNUTranslations(compiled)
