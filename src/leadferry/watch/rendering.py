"""Turns log records into lines, JSON or for eyes: structlog. Loaded by commands that log; the rooms know `log` only.

What is not foreseen is not written: unknown facts, texts of other libraries, traces (they quote values).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import structlog

from leadferry.errors import InputError
from leadferry.watch.log import KNOWN

Event = MutableMapping[str, Any]
LONGEST = 100
OF_UVICORN = "uvicorn"
LEVELS = ("debug", "info", "warning", "error")


@contextmanager
def logging_to(stream: TextIO, *, form: str, level: str) -> Iterator[None]:
    """`form`: auto (JSON unless a person reads along), json, text. Until the block ends."""
    as_json = form == "json" or (form == "auto" and not stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(as_json, colours=not as_json and stream.isatty()))
    ours, root = logging.getLogger("leadferry"), logging.getLogger()
    before = ours.level, root.level
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    ours.setLevel(level.upper())
    logging.getLogger(OF_UVICORN).setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.removeHandler(handler)
        ours.setLevel(before[0])
        root.setLevel(before[1])


@contextmanager
def logging_into(path: Path | None, *, form: str, level: str) -> Iterator[None]:
    """A file that is added to; without one, standard error."""
    if path is None:
        with logging_to(sys.stderr, form=form, level=level):
            yield
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"The log file {path} cannot be written: {error.strerror or error}.",
            fix="Set LEADFERRY_LOG_FILE to a file in a folder that Leadferry may write to.",
            code="bad-log-file",
        ) from None
    with file, logging_to(file, form=form, level=level):
        yield


def _formatter(as_json: bool, *, colours: bool) -> logging.Formatter:
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=colours)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            told,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, only_known, renderer],
        keep_exc_info=False,
    )


def told(_logger: Any, _name: str, event: Event) -> Event:
    """What a record of ours says, and what little is taken over of another library's."""
    record: logging.LogRecord = event["_record"]
    event["logger"] = record.name
    if record.exc_info and record.exc_info[0]:
        event["error"] = record.exc_info[0].__name__
    event.pop("exc_info", None)
    record.exc_info, record.exc_text, record.stack_info = None, None, None
    if record.name.startswith(("leadferry.", OF_UVICORN)):
        event.update(getattr(record, "facts", {}))
        event["event"] = str(event["event"]).strip()[:LONGEST]
    else:
        event["event"] = "a library complains"
    return event


def only_known(_logger: Any, _name: str, event: Event) -> Event:
    """The allow-list: names that are foreseen, with plain and short values."""
    return {name: value for name, value in event.items() if name in KNOWN and _plain(name, value)}


def _plain(name: str, value: Any) -> bool:
    if isinstance(value, str):
        return name == "environment" or (len(value) <= LONGEST and "@" not in value)
    return value is None or isinstance(value, int | float)
