"""Labels in several languages, as definitions carry them. The simulator keeps English (1033), else the first one."""

from __future__ import annotations

from typing import Any

ENGLISH = 1033
Json = dict[str, Any]


def label_json(text: str) -> Json:
    """An empty text is a label without languages."""
    if not text:
        return {"LocalizedLabels": [], "UserLocalizedLabel": None}
    one = {"Label": text, "LanguageCode": ENGLISH, "IsManaged": False, "MetadataId": None, "HasChanged": None}
    return {"LocalizedLabels": [one], "UserLocalizedLabel": dict(one)}


def text_of(label: Any, default: str = "") -> str:
    """From a label as callers send it; a plain text passes too."""
    if isinstance(label, str):
        return label
    if not isinstance(label, dict):
        return default
    labels = [one for one in label.get("LocalizedLabels") or [] if isinstance(one, dict)]
    if not labels and isinstance(label.get("UserLocalizedLabel"), dict):
        labels = [label["UserLocalizedLabel"]]
    english = [one for one in labels if one.get("LanguageCode") == ENGLISH]
    return next((str(one["Label"]) for one in (*english, *labels) if one.get("Label")), default)


def managed(value: Any, name: str = "", can_be_changed: bool = True) -> Json:
    """`{"Value": …, "CanBeChanged": …}`, the shape of managed properties."""
    return {"Value": value, "CanBeChanged": can_be_changed, "ManagedPropertyLogicalName": name}
