"""What the configuration file of an environment says: option by option, item by item. Pure.

A section that is left out stays as it is; one that is there is meant in full. Secrets are never in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from leadferry.configuration.yaml_text import FileError, YamlText, read_yaml
from leadferry.delivery.configuration import OPTIONS, Configuration
from leadferry.errors import InputError
from leadferry.mapping.model import OnProblem, OnUpdate, Source
from leadferry.options import did_you_mean
from leadferry.words import _

VERSION = 1
SECTIONS = ("leadferry", "configuration", "mappings", "strategies", "accounts", "alert_channels")


class FieldName(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A field mapping. `column` only where two mappings take the same field."""

    source: Source
    key: str
    column: str = ""


class MappingItem(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`column` "": the field is known and goes nowhere."""

    source: Source
    key: str
    name: str
    column: str = ""
    transform: str = ""
    on_update: OnUpdate = OnUpdate.OVERWRITE
    on_problem: OnProblem = OnProblem.CUT
    default: str = ""
    synonyms: dict[str, str] = {}


class StrategyItem(Struct, frozen=True, forbid_unknown_fields=True):
    """A lead matches when all `fields` are equal. One of the list is in force."""

    name: str
    fields: list[FieldName] = []
    active: bool = False
    always_create: bool = False
    create_contacts: bool = True


class AccountItem(Struct, frozen=True, forbid_unknown_fields=True):
    """`default_lead_owner_id`: a systemuserid, "" for the profile's row owner. `name` is for readers only."""

    urn: str
    name: str = ""
    sync_enabled: bool = True
    default_lead_owner_id: str = ""


class ChannelItem(Struct, frozen=True, forbid_unknown_fields=True):
    """Without its address, which is a secret: a channel is added at the page or by `leadferry alerts add`."""

    name: str
    events: list[str]
    enabled: bool = True
    digest_minutes: int = 0
    quiet_from: str = ""
    quiet_to: str = ""
    time_zone: str = "UTC"


class Document(Struct, frozen=True):
    text: YamlText
    configuration: Configuration | UnsetType = UNSET
    mappings: list[MappingItem] | UnsetType = UNSET
    strategies: list[StrategyItem] | UnsetType = UNSET
    accounts: list[AccountItem] | UnsetType = UNSET
    alert_channels: list[ChannelItem] | UnsetType = UNSET


ITEMS: Mapping[str, type[Struct]] = {
    "mappings": MappingItem,
    "strategies": StrategyItem,
    "accounts": AccountItem,
    "alert_channels": ChannelItem,
}
_YES_NO = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_FLAGS = frozenset({"active", "always_create", "create_contacts", "sync_enabled", "enabled"})
_T = TypeVar("_T")


def read_document(text: str) -> Document:
    """Raises FileError with everything that is wrong at once."""
    read = read_yaml(text)
    wrong: list[tuple[int, str]] = []
    _check_top(read, wrong)
    found: dict[str, Any] = {}
    if "configuration" in read.data:
        found["configuration"] = _configuration(read, wrong)
    for name, kind in ITEMS.items():
        if name in read.data:
            found[name] = _items(read, name, kind, wrong)
    if wrong:
        raise FileError(wrong)
    return Document(read, **found)


def _check_top(read: YamlText, wrong: list[tuple[int, str]]) -> None:
    if not isinstance(read.data, dict):
        raise FileError([(1, _("The file must begin with `leadferry: {version}`.", version=VERSION))])
    for name in read.data:
        if name not in SECTIONS:
            near = did_you_mean(name, SECTIONS) or _("Sections: {sections}.", sections=", ".join(SECTIONS))
            wrong.append((read.line(name), _('There is no section "{name}". {near}', name=name, near=near)))
    if read.data.get("leadferry") != str(VERSION):
        wrong.append(
            (
                read.line("leadferry"),
                _("The file must say `leadferry: {version}`, the version of its form.", version=VERSION),
            )
        )


def _configuration(read: YamlText, wrong: list[tuple[int, str]]) -> Configuration:
    found = Configuration()
    section = read.data["configuration"] or {}
    if not isinstance(section, dict):
        wrong.append((read.line("configuration"), _("Options stand here, one a line: `on_match_fail: create`.")))
        return found
    for name, value in section.items():
        line = read.line("configuration", name)
        if not isinstance(value, str):
            wrong.append((line, _("{name} takes one value.", name=name)))
        else:
            found = _set(found, name, value, line, wrong)
    return found


def _items(read: YamlText, section: str, kind: type[_T], wrong: list[tuple[int, str]]) -> list[_T]:
    listed = read.data[section] or []
    if not isinstance(listed, list):
        wrong.append((read.line(section), _("A list is expected here: each item begins with `- `.")))
        return []
    found = []
    for place, raw in enumerate(listed):
        try:
            found.append(msgspec.convert(_with_flags(raw), kind, strict=False))
        except msgspec.ValidationError as error:
            wrong.append((_line_of(read, section, place, str(error)), _words(str(error))))
    return found


def _with_flags(raw: Any) -> Any:
    """`yes` and `no` are what people write."""
    if not isinstance(raw, dict):
        return raw
    return {
        name: _YES_NO.get(value.lower(), value.lower()) if name in _FLAGS and isinstance(value, str) else value
        for name, value in raw.items()
    }


def _line_of(read: YamlText, section: str, place: int, told: str) -> int:
    """msgspec ends with ``at `$.fields[0].source` ``; a field that is unknown it names itself."""
    path = told.partition(" - at `$.")[2]
    steps: list[str | int] = []
    for part in path.rstrip("`").replace("]", "").split(".") if path else []:
        name, *numbers = part.split("[")
        steps += [name, *(int(number) for number in numbers if number.isdecimal())]
    if "unknown field `" in told:
        steps.append(told.partition("unknown field `")[2].partition("`")[0])
    return read.line(section, place, *steps)


def _words(told: str) -> str:
    """`Invalid enum value 'x' - at `$.source`` -> `Invalid enum value 'x' (source).`"""
    text, _, path = told.partition(" - at `$")
    place = path.strip("`.")
    return f"{text} ({place})." if place else f"{text}."


def _set(now: Configuration, name: str, value: str, line: int, wrong: list[tuple[int, str]]) -> Configuration:
    try:
        return now.set(name, value)
    except InputError as error:
        wrong.append((line, str(error)))
        return now


def option_values(configuration: Configuration) -> dict[str, Any]:
    """What differs from the defaults, so that a better default of a later version takes effect."""
    return {
        name: getattr(configuration, name)
        for name, (_, default) in OPTIONS.items()
        if getattr(configuration, name) != default
    }
