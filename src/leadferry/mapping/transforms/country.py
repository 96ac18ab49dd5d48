"""Countries by any name: `Norge`, `NO`, `NOR` and `Norwegen` are Norway."""

from __future__ import annotations

from functools import lru_cache

from leadferry.mapping.transforms.country_names import ALIASES, NAMES
from leadferry.mapping.transforms.text import folded, one_line
from leadferry.words import worded

_LANGUAGES = worded(
    "ar bg bn cs da de el es et fa fi fr he hi hr hu id it ja ko lt lv mr ms nb_NO nl pa pl "
    "pt pt_BR ro ru sk sl sv te th tl tr uk vi zh_CN zh_HK zh_TW"
)
"""Those that LinkedIn shows forms in."""


@lru_cache(4096)
def country(text: str) -> str:
    """The English name; the text itself where no country is meant, for a salesperson may understand it."""
    code = country_code(text)
    return NAMES[code] if code else one_line(text)


@lru_cache(4096)
def country_code(text: str) -> str:
    """Alpha-2, or "" where no country is meant."""
    word = folded(text)
    if not word:
        return ""
    return _plain().get(word) or (_known().get(word, "") if len(word) > 1 else "")


@lru_cache(1)
def _plain() -> dict[str, str]:
    names = {folded(name): code for code, name in NAMES.items()}
    codes = {code.lower(): code for code in NAMES}
    return codes | {folded(alias): code for alias, code in ALIASES.items()} | names


@lru_cache(1)
def _known() -> dict[str, str]:
    """ISO's own names, alpha-3, and the names in other languages; the earlier wins."""
    import pycountry

    found: dict[str, str] = {}
    for entry in pycountry.countries:
        for attribute in ("alpha_3", "name", "official_name", "common_name"):
            if name := getattr(entry, attribute, ""):
                found.setdefault(folded(name), entry.alpha_2)
    for language in _LANGUAGES.split():
        for name, code in _translated(language):
            found.setdefault(folded(name), code)
    return {name: code for name, code in found.items() if code in NAMES}


def _translated(language: str) -> list[tuple[str, str]]:
    import gettext

    import pycountry

    try:
        words = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language])
    except OSError:
        return []
    return [
        (words.gettext(name), entry.alpha_2)
        for entry in pycountry.countries
        for attribute in ("common_name", "name")
        if (name := getattr(entry, attribute, ""))
    ]
