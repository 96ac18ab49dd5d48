"""The text of the console in one place: `./dev text` (`python -m leadferry.cli.text`).

./dev text               writes console/locale/leadferry.pot again, and brings the translations in step with it
./dev text --unmarked    text in templates that nobody marked for translation
./dev text --new fr      begins a translation
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import leadferry
from leadferry.cli.text_unmarked import unmarked
from leadferry.console.languages_store import LOCALE

SOURCE = Path(leadferry.__file__).parent
TEMPLATE = LOCALE / "leadferry.pot"
METHODS = [("simulators/**", "ignore"), ("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {
    "_": None,
    "_n": (1, 2),
    "worded": None,
    "worded_many": (1, 2),
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
"""Functions that mark a text, and which of their arguments are texts."""
HEADER = """\
# Every text of Leadferry's console, written by `./dev text` from the source; do not edit.
# Placeholders in templates are %(name)s, in Python {name}."""


def collected() -> Catalog:
    """Every text in the source. The order is that of the files, so that neighbours are translated together."""
    catalogue = Catalog(
        project="Leadferry", version="1", header_comment=HEADER, creation_date=datetime(2026, 1, 1, tzinfo=UTC)
    )
    found = extract_from_dir(SOURCE, METHODS, keywords=KEYWORDS, strip_comment_tags=True)
    for name, _line, messages, comments, context in sorted(found, key=lambda one: (_place(one[0]), one[1])):
        catalogue.add(messages, None, [(f"src/leadferry/{name}", 0)], auto_comments=comments, context=context)
    return catalogue


def _place(name: str) -> tuple[bool, str]:
    """The shell's texts first."""
    return (not name.startswith("console/"), name)


def as_text(catalogue: Catalog) -> str:
    written = BytesIO()
    write_po(written, catalogue, width=120, include_lineno=False, ignore_obsolete=True)
    return written.getvalue().decode()


def translations() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/leadferry.po"))


def in_step(path: Path, template: Catalog) -> str:
    """The translation with every text of the template; what is new is empty, what is gone is left out."""
    with path.open("rb") as file:
        known = read_po(file, locale=path.parts[-3])
    known.update(template, no_fuzzy_matching=True)
    return as_text(known)


def untranslated(path: Path) -> list[Message]:
    with path.open("rb") as file:
        known = read_po(file, locale=path.parts[-3])
    return [one for one in known if one.id and not all(_strings(one))]


def _strings(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)


def begin(language: str, template: Catalog) -> Path:
    path = LOCALE / language / "LC_MESSAGES" / "leadferry.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = Catalog(locale=language, project="Leadferry", creation_date=template.creation_date)
    fresh.update(template)
    path.write_text(as_text(fresh), "utf-8")
    return path


def main(arguments: list[str]) -> int:
    if arguments == ["--unmarked"]:
        found = unmarked(SOURCE)
        print("\n".join(found) or "Every text in the templates is marked.")
        return 1 if found else 0
    template = collected()
    if arguments[:1] == ["--new"]:
        print(begin(arguments[1], template))
        return 0
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_text(as_text(template), "utf-8")
    print(f"{TEMPLATE.relative_to(SOURCE.parent.parent)}: {len(template)} texts")
    for path in translations():
        path.write_text(in_step(path, template), "utf-8")
        print(f"{path.relative_to(SOURCE.parent.parent)}: {len(untranslated(path))} to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
