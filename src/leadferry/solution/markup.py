"""XML as Dynamics keeps it in rows: written, never by hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as ET

ENGLISH = "1033"


def element(tag: str, attributes: Mapping[str, object] | None = None, *children: ET.Element | str) -> ET.Element:
    """Attribute values become text; True and False as XML has them. A text among the children is the content."""
    made = ET.Element(tag, {name: _text(value) for name, value in (attributes or {}).items()})
    for child in children:
        if isinstance(child, str):
            made.text = child
        else:
            made.append(child)
    return made


def written(root: ET.Element) -> str:
    return ET.tostring(root, encoding="unicode")


def labels(text: str) -> ET.Element:
    return element("labels", {}, element("label", {"description": text, "languagecode": ENGLISH}))


def parameters(values: Mapping[str, str]) -> ET.Element:
    return element("parameters", {}, *(element(name, {}, value) for name, value in values.items()))


def braced(row_id: str) -> str:
    """`{5F0B...}`, as forms write ids."""
    return f"{{{row_id.upper()}}}"


def rows_of(cells: Iterable[ET.Element]) -> list[ET.Element]:
    return [element("row", {}, cell) for cell in cells]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
