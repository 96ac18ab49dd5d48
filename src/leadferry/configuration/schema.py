"""The JSON schema of the configuration file, for editors and checks in a pipeline. Pure."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from leadferry.configuration.document import ITEMS, VERSION
from leadferry.delivery.configuration import OPTIONS
from leadferry.options import Kind, Option, documented

KINDS = {Kind.YES_NO: "boolean", Kind.WHOLE: "integer", Kind.SECONDS: "number"}


def schema() -> dict[str, Any]:
    _, parts = msgspec.json.schema_components(ITEMS.values(), ref_template="#/$defs/{name}")
    sections: dict[str, Any] = {
        "leadferry": {"const": VERSION, "description": "The version of the file's form."},
        "configuration": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {name: _option(known, default) for name, (known, default) in OPTIONS.items()},
        },
    }
    for name, kind in ITEMS.items():
        sections[name] = {"type": ["array", "null"], "items": {"$ref": f"#/$defs/{kind.__name__}"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of a Leadferry environment",
        "type": "object",
        "required": ["leadferry"],
        "additionalProperties": False,
        "properties": sections,
        "$defs": parts,
    }


def schema_text() -> str:
    """docs/reference/config.schema.json"""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _option(known: Option, default: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": KINDS.get(known.kind, "string"),
        "description": documented(known),
        "default": default,
    }
    found |= {"enum": list(known.choices)} if known.choices else {}
    found |= {"minimum": known.minimum} if known.minimum is not None else {}
    found |= {"maximum": known.maximum} if known.maximum is not None else {}
    return found
