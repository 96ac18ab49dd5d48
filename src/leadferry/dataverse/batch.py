"""`$batch`: many operations in one request, each with its own answer. Writes the request, reads the answer. Pure.

Source: docs `webapi/execute-batch-operations-using-web-api.md` (Web API v9.2); dataverse-api 4.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadferry.words import json_of

MAX_OPERATIONS = 1000


@dataclass(frozen=True, slots=True)
class Operation:
    """One request inside a batch. `path` is relative to the API root and percent-encoded: `leads(id)?$select=a`."""

    method: str
    path: str
    row: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Operations that happen together or not at all. No GET inside."""

    operations: Sequence[Operation]


@dataclass(frozen=True, slots=True)
class Part:
    """One answer. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class UnreadableBatchError(ValueError):
    """The answer is not the multipart text that a batch is answered with."""


def write_batch(items: Sequence[Operation | ChangeSet], root: str, boundary: str) -> bytes:
    """`root` is the path of the API: `/api/data/v9.2/`. The boundary must not occur in any row."""
    lines: list[bytes] = []
    for number, item in enumerate(items):
        lines.append(f"--{boundary}\r\n".encode())
        if isinstance(item, Operation):
            lines.append(_written(item, root))
            continue
        inner = f"changeset_{number}_{boundary}"  # must not begin with the outer one
        lines.append(f'Content-Type: multipart/mixed; boundary="{inner}"\r\n\r\n'.encode())
        for content_id, operation in enumerate(item.operations, 1):
            lines += [f"--{inner}\r\n".encode(), _written(operation, root, content_id)]
        lines.append(f"--{inner}--\r\n\r\n".encode())
    lines.append(f"--{boundary}--\r\n".encode())
    return b"".join(lines)


def _written(operation: Operation, root: str, content_id: int = 0) -> bytes:
    head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
    head += f"Content-ID: {content_id}\r\n" if content_id else ""
    # `$1` stands for the first member of the change set, not for a path below the root.
    path = operation.path if operation.path.startswith(("/", "$")) else root + operation.path
    head += f"\r\n{operation.method} {path} HTTP/1.1\r\n"
    headers = {"Accept": "application/json", **operation.headers}
    if operation.row is not None:
        headers["Content-Type"] = "application/json; type=entry"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    body = b"" if operation.row is None else json_of(operation.row)
    return head.encode() + body + b"\r\n"


def read_batch(content_type: str, body: bytes) -> list[Part]:
    """The answers in order; those of a change set stand in a row."""
    boundary = _boundary(content_type)
    if not boundary:
        raise UnreadableBatchError("The batch's answer has no boundary.")
    return list(_parts(body, boundary))


def _parts(body: bytes, boundary: str) -> Iterator[Part]:
    for section in _sections(body, boundary):
        head, _, rest = (b"", b"", section[2:]) if section.startswith(b"\r\n") else section.partition(b"\r\n\r\n")
        content_type = _headers(head).get("content-type", "")
        if content_type.lower().startswith("multipart/mixed"):
            yield from _parts(rest, _boundary(content_type))
        else:
            yield _part(rest)


def _sections(body: bytes, boundary: str) -> Iterator[bytes]:
    marker = f"--{boundary}".encode()
    if marker not in body:
        raise UnreadableBatchError("The batch's answer does not hold its own boundary.")
    for section in re.split(rb"(?:^|\r?\n)" + re.escape(marker) + rb"(?=--|\s)", body)[1:]:
        if section.startswith(b"--"):
            return
        text = section if b"\r\n" in section else section.replace(b"\n", b"\r\n")
        yield text.removeprefix(b"\r\n")


def _part(text: bytes) -> Part:
    head, _, body = text.partition(b"\r\n\r\n")
    status_line, _, header_lines = head.partition(b"\r\n")
    words = status_line.split(b" ", 2)
    if len(words) < 2 or not words[1].isdigit():
        raise UnreadableBatchError("A part of the batch's answer has no status.")
    return Part(int(words[1]), _headers(header_lines), body.strip())


def _headers(lines: bytes) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines.decode("latin-1").split("\r\n"))
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


def _boundary(content_type: str) -> str:
    found = re.search(r'boundary="?([^";\s]+)', content_type, re.IGNORECASE)
    return found[1] if found else ""
