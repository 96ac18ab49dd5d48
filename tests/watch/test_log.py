from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from leadferry.watch.log import Log, bound, carrying
from leadferry.watch.rendering import logging_to

log = Log("test")


class Lines(io.StringIO):
    def read_all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    stream = Lines()
    with logging_to(stream, form="json", level="debug"):
        yield stream


def test_an_event_is_a_line_of_json_with_its_facts(lines: Lines) -> None:
    log.info("claimed", submissions=500)
    (line,) = lines.read_all()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "claimed", "submissions": 500, "level": "info", "logger": "leadferry.test"}


def test_what_is_not_foreseen_is_not_written(lines: Lines) -> None:
    log.info("claimed", email="ada@crane.example", answer="Ada", token="hush")
    log.info("claimed", code="ada@crane.example", kind="x" * 101, state={"name": "Ada"})
    assert all(set(line) == {"event", "level", "logger", "timestamp"} for line in lines.read_all())


def test_a_trace_is_never_written_for_it_quotes_values(lines: Lines) -> None:
    try:
        raise ValueError("hush")
    except ValueError:
        logging.getLogger("leadferry.test").exception("page failed")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    assert "hush" not in lines.getvalue()
    assert [line["error"] for line in lines.read_all()] == ["ValueError", "ValueError"]


def test_another_library_complains_without_its_words(lines: Lines) -> None:
    logging.getLogger("sqlalchemy.pool").warning("hush %s", "hush")
    logging.getLogger("urllib3.connectionpool").debug("POST /services/hush")
    (line,) = lines.read_all()
    assert (line["event"], line["logger"]) == ("a library complains", "sqlalchemy.pool")


def test_what_is_bound_goes_with_every_event_and_into_threads(lines: Lines) -> None:
    with bound(environment="crane"), bound(claim=7):
        log.info("claimed")
        with ThreadPoolExecutor(2, initializer=carrying()) as pool:
            list(pool.map(lambda _: log.info("request"), range(2)))
    log.info("after")
    found = [(line["event"], line.get("environment"), line.get("claim")) for line in lines.read_all()]
    assert found == [("claimed", "crane", 7), ("request", "crane", 7), ("request", "crane", 7), ("after", None, None)]


def test_for_eyes_it_is_text(lines: Lines) -> None:
    stream = io.StringIO()
    with logging_to(stream, form="text", level="info"):
        log.info("claimed", submissions=500)
        log.debug("read")
    assert "claimed" in stream.getvalue()
    assert "submissions=500" in stream.getvalue()
    assert "read" not in stream.getvalue()


def test_afterwards_nothing_is_logged_any_more() -> None:
    stream = io.StringIO()
    with logging_to(stream, form="json", level="debug"):
        pass
    log.info("claimed")
    assert stream.getvalue() == ""
    assert not log.debugging
