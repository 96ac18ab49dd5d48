"""Where a round spends its time, as spans: `with span("write", submissions=500): ...`. Off, which it is until
`tracing_client` begins it, a span is one look at a variable.

A name is a word or two; what belongs to it is named facts, and only names in `log.KNOWN` are ever sent: ids, counts and
codes, no answer, no name, no address, no text of an exception.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from leadferry.watch.traffic import Exchange

_NOTHING: AbstractContextManager[None] = nullcontext()
_tracer: Any = None


def use(tracer: Any) -> None:
    """OpenTelemetry's, from now on; None ends it."""
    global _tracer  # noqa: PLW0603 - one process is traced or is not
    _tracer = tracer


def span(name: str, **facts: Any) -> AbstractContextManager[None]:
    """What is done within is part of it, in threads begun with `log.carrying` too."""
    return _NOTHING if _tracer is None else _span(_tracer, name, facts)


@contextmanager
def _span(tracer: Any, name: str, facts: Mapping[str, Any]) -> Iterator[None]:
    """Of an exception only its kind, or our code for it, goes along: its text may quote an answer."""
    from opentelemetry.trace import StatusCode

    with tracer.start_as_current_span(
        name, attributes=_attributes(facts), record_exception=False, set_status_on_exception=False
    ) as made:
        try:
            yield
        except Exception as error:
            made.set_attribute("error.type", getattr(error, "code", "") or type(error).__name__)
            made.set_status(StatusCode.ERROR)
            raise


def exchanged(exchange: Exchange) -> None:
    """A request that has just ended, within what this thread is doing."""
    if _tracer is None:
        return
    from opentelemetry.trace import SpanKind, StatusCode

    ended = time.time_ns()
    facts = {"service": exchange.service, "resource": exchange.resource, "request_id": exchange.request_id}
    made = _tracer.start_span(
        f"{exchange.method} {exchange.service} {exchange.resource}",
        kind=SpanKind.CLIENT,
        start_time=ended - int(exchange.seconds * 1e9),
        attributes={**_attributes(facts), "http.request.method": exchange.method},
    )
    if exchange.status:
        made.set_attribute("http.response.status_code", exchange.status)
    if not 0 < exchange.status < 400:
        made.set_attribute("error.type", str(exchange.status or "no answer"))
        made.set_status(StatusCode.ERROR)
    made.end(ended)


def current() -> Any:
    """What this thread is doing, for another thread to `enter`."""
    if _tracer is None:
        return None
    from opentelemetry import context

    return context.get_current()


def enter(doing: Any) -> None:
    if doing is not None:
        from opentelemetry import context

        context.attach(doing)


def _attributes(facts: Mapping[str, Any]) -> dict[str, Any]:
    from leadferry.watch.log import KNOWN

    return {f"leadferry.{name}": value for name, value in facts.items() if name in KNOWN and value not in {None, ""}}
