"""One call of the Rest.li API, as the handlers see it: what is asked, by whom, of which memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from leadferry.simulators.linkedin import refusals
from leadferry.simulators.linkedin.kept_tokens import Token
from leadferry.simulators.linkedin.projection import Projection, parse_fields
from leadferry.simulators.linkedin.restli import Value
from leadferry.simulators.linkedin.settings import Settings
from leadferry.simulators.linkedin.state import State, Thing
from leadferry.simulators.server import Request, Response


@dataclass(frozen=True)
class Call:
    """`keys` are the decoded keys of the path, `params` the decoded query."""

    request: Request
    state: State
    settings: Settings
    version: str
    token: Token
    member: Thing
    keys: Mapping[str, str]
    params: Mapping[str, Value]

    @property
    def fields(self) -> Projection | None:
        raw = self.params.get("fields")
        return parse_fields(raw) if isinstance(raw, str) and raw else None

    def text(self, name: str, default: str | None = None) -> str:
        """Raises Refusal (400) where the parameter is missing and has no default, or has structure."""
        value = self.params.get(name)
        if value is None:
            if default is None:
                raise refusals.illegal_argument(f"Parameter '{name}' is required")
            return default
        if not isinstance(value, str):
            raise refusals.bad_parameter(name, "a plain value is expected")
        return value

    def number(self, name: str, default: int, minimum: int = 0) -> int:
        text = self.text(name, str(default))
        if not is_number(text):
            raise refusals.bad_parameter(name, "a whole number is expected")
        if int(text) < minimum:
            raise refusals.bad_parameter(name, f"must be at least {minimum}")
        return int(text)

    def flag(self, name: str) -> bool | None:
        text = self.text(name, "")
        if text not in {"", "true", "false"}:
            raise refusals.bad_parameter(name, "true or false is expected")
        return text == "true" if text else None

    def record(self, name: str, required: bool = True) -> dict[str, Any]:
        value = self.params.get(name)
        if value is None:
            if required:
                raise refusals.illegal_argument(f"Parameter '{name}' is required")
            return {}
        if not isinstance(value, dict):
            raise refusals.bad_parameter(name, "a record in parentheses is expected")
        return value

    def items(self, name: str, required: bool = True) -> list[str]:
        value = self.params.get(name)
        if value is None and not required:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise refusals.bad_parameter(name, "List(…) is expected")
        return value

    def urn(self, name: str, entity: str) -> str:
        return checked_urn(name, self.text(name), entity)

    def numeric_key(self, name: str) -> int:
        return checked_number(name, self.keys[name])


def is_number(text: Any) -> bool:
    """Digits of a long."""
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 18


def checked_number(name: str, text: str) -> int:
    if not is_number(text):
        raise refusals.bad_parameter(name, f"'{text}' is not a number")
    return int(text)


def checked_urn(name: str, urn: Any, entity: str) -> str:
    """`urn:li:<entity>:<digits>`, else a Refusal (400)."""
    prefix = f"urn:li:{entity}:"
    if not isinstance(urn, str) or not urn.startswith(prefix) or not is_number(urn[len(prefix) :]):
        raise refusals.bad_parameter(name, f"{prefix}N is expected")
    return urn


def last_part(urn: str) -> str:
    return urn.rpartition(":")[2]


Handler = Callable[[Call], Response]
