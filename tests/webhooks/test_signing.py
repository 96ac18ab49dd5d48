"""Signatures, judged by the library of the specification's authors, which knows nothing of ours."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from leadferry.webhooks.signing import headers_of, new_secret

DOCS = Path(__file__).parents[2] / "docs"
BODY = '{"type":"lead.created","name":"Zoë"}'.encode()
OLD, NEW, OTHER = (new_secret(lambda size, letter=letter: letter * size) for letter in (b"o", b"n", b"x"))  # type: ignore[misc]


def now() -> int:
    """In ms: asked by each test, for the library refuses what is more than five minutes old."""
    return time.time_ns() // 1_000_000


def test_a_signed_message_is_verified_by_an_independent_library() -> None:
    headers = headers_of("msg_1", now(), BODY, [NEW])
    assert Verifier(NEW).verify(BODY, headers)["name"] == "Zoë"


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_while_rotating_the_old_and_the_new_secret_both_verify(secret: str) -> None:
    headers = headers_of("msg_1", now(), BODY, [NEW, OLD])
    assert Verifier(secret).verify(BODY, headers)


@pytest.mark.parametrize(
    ("body", "changed", "secret"),
    [
        (BODY + b" ", {}, NEW),
        (BODY, {"webhook-id": "msg_2"}, NEW),
        (BODY, {}, OTHER),
    ],
    ids=["another body", "another id", "another secret"],
)
def test_what_was_changed_on_the_way_is_refused(body: bytes, changed: dict[str, str], secret: str) -> None:
    headers = headers_of("msg_1", now(), BODY, [NEW]) | changed
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body, headers)


def test_a_message_under_another_time_is_refused() -> None:
    at = now()
    headers = headers_of("msg_1", at, BODY, [NEW]) | {"webhook-timestamp": str(at // 1000 - 1)}
    with pytest.raises(WebhookVerificationError, match="signature"):
        Verifier(NEW).verify(BODY, headers)


def test_an_old_message_that_somebody_sends_again_is_refused() -> None:
    with pytest.raises(WebhookVerificationError):
        Verifier(NEW).verify(BODY, headers_of("msg_1", now() - 3_600_000, BODY, [NEW]))


def test_secrets_are_256_bits_and_never_the_same() -> None:
    assert len({new_secret(os.urandom) for _ in range(50)}) == 50
    assert len(new_secret(os.urandom)) == len("whsec_") + 44


def test_the_example_of_the_docs_verifies_and_takes_each_message_once() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (DOCS / "how-to" / "webhooks.md").read_text("utf-8"), re.DOTALL)
    queue: dict[str, object] = {}
    names: dict[str, Any] = {
        "seen_before": lambda key: key in queue,
        "put_into_your_queue": lambda message: queue.update({message["id"]: message}),
    }
    exec(example.replace("whsec_...", NEW), names)  # noqa: S102 - the example of the docs
    body = b'{"type":"lead.created","id":"msg_1"}'
    headers = headers_of("msg_1", now(), body, [NEW])
    assert [names["receive"](body, headers), names["receive"](body, headers)] == [204, 204]
    assert list(queue) == ["msg_1"]
    assert names["receive"](body + b" ", headers) == 401
