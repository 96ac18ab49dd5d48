"""YAML as people write it, with the line of everything in it. Pure.

Every plain value stays the text that was typed: YAML reads `NO` as false and `22:00` as 1320, and neither a country nor
an hour is meant so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from leadferry.errors import InputError
from leadferry.words import _

LARGEST = 1_000_000
DEEPEST = 10
Path = tuple[str | int, ...]
"""`("strategies", 0, "name")`."""


class FileError(InputError):
    """`wrong`: (line, what is wrong there), in the order of the file."""

    code = "bad-configuration-file"

    def __init__(self, wrong: list[tuple[int, str]]) -> None:
        self.wrong = sorted(wrong)
        super().__init__(
            " ".join(_("Line {line}: {text}", line=line, text=text) for line, text in self.wrong),
            fix=_("Nothing was changed."),
        )


@dataclass(frozen=True, slots=True)
class YamlText:
    data: Any
    lines: Mapping[Path, int]

    def line(self, *path: str | int) -> int:
        """Of that place, or of the nearest around it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 1


def read_yaml(text: str) -> YamlText:
    """Raises FileError."""
    if len(text) > LARGEST:
        raise FileError([(1, _("The file is larger than {largest} characters.", largest=f"{LARGEST:,}"))])
    try:
        _look_over(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise FileError([(_line(getattr(error, "problem_mark", None)), _why(error))]) from None
    lines: dict[Path, int] = {}
    return YamlText(_value(node, (), lines) if node else {}, lines)


def _look_over(text: str) -> None:
    """Before anything is built of it: what would grow without end is refused where it begins."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise FileError([(_line(event.start_mark), _("Aliases (*name) are not read here; write it out."))])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise FileError([(_line(event.start_mark), _("The file is nested too deeply."))])


def _value(node: Any, path: Path, lines: dict[Path, int]) -> Any:
    lines.setdefault(path, _line(node.start_mark))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, place), lines) for place, item in enumerate(node.value)]
    return "" if node.tag == "tag:yaml.org,2002:null" and node.style is None else str(node.value)


def _mapping(node: Any, path: Path, lines: dict[Path, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, item in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
        if not name or name in found:
            told = _('"{name}" stands here a second time.', name=name) if name else _("A name is expected here.")
            raise FileError([(_line(key.start_mark), told)])
        lines[*path, name] = _line(key.start_mark)
        found[name] = _value(item, (*path, name), lines)
    return found


def _line(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 1


def _why(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or _("it cannot be read")
    return _("This is no YAML: {problem}.", problem=problem)
