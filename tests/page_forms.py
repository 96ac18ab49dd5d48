"""The forms of a page as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageForm:
    """`buttons`: those outside it that name it (`form=`), by their words."""

    action: str
    id: str = ""
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)


def forms_on(html: str) -> list[PageForm]:
    """Those that are sent by POST, with what stands in their fields; buttons are not pressed."""
    reading = _Reading()
    reading.feed(html)
    reading.settle()
    return reading.forms


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._open: PageForm | None = None
        self._select: tuple[str, str, list[tuple[str, bool]]] | None = None
        self._text: list[str] | None = None
        self._area: tuple[str, str] = ("", "")
        self._found: list[tuple[PageForm | None, str, str, str]] = []
        self._button = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self._open = PageForm(one.get("action", ""), one.get("id", ""))
                if one.get("method") == "post":
                    self.forms.append(self._open)
            case "input" if one.get("name") and "disabled" not in one:
                ticked = one.get("type") not in {"checkbox", "radio"} or "checked" in one
                if ticked:
                    value = one.get("value", "on" if one.get("type") in {"checkbox", "radio"} else "")
                    self._found.append((self._open, one.get("form", ""), one["name"], value))
            case "select" if one.get("name"):
                self._select = (one.get("form", ""), one["name"], [])
            case "option" if self._select:
                self._select[2].append((one.get("value", ""), "selected" in one))
            case "textarea" if one.get("name"):
                self._area, self._text = (one.get("form", ""), one["name"]), []
            case "button" if one.get("form"):
                self._button, self._text = one["form"], []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select:
            form, name, options = self._select
            chosen = next((value for value, selected in options if selected), options[0][0] if options else "")
            self._found.append((self._open, form, name, chosen))
            self._select = None
        elif tag == "textarea" and self._text is not None:
            self._found.append((self._open, *self._area, "".join(self._text)))
            self._text = None
        elif tag == "button" and self._button and self._text is not None:
            self._found.append((self._open, self._button, "", " ".join("".join(self._text).split())))
            self._button, self._text = "", None

    def settle(self) -> None:
        by_id = {form.id: form for form in self.forms if form.id}
        for inside, form_id, name, value in self._found:
            form = by_id.get(form_id) if form_id else inside
            if form is not None and not name:
                form.buttons.append(value)
            elif form is not None:
                form.values.setdefault(name, value)
