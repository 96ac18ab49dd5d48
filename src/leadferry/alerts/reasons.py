"""Why a message did not arrive, from what Apprise notes about it. Pure.

Apprise's own lines quote addresses, and with them passwords. So nothing of them is passed on but numbers.
"""

from __future__ import annotations

import re

NO_REASON = "The service did not take the message."
TIMED_OUT = "There was no answer in time."
_STATUS = re.compile(r"error=(\d{3})\b")
_SMTP = re.compile(r"\((\d{3}), b?['\"]")
_HTTP_REASONS = {
    400: "it does not understand the message: the address may be incomplete",
    401: "it does not accept the sign-in: the password or token is wrong",
    403: "it does not allow this: the token may have been withdrawn",
    404: "there is nothing at the address: the hook may have been removed",
    410: "the hook has been removed",
    413: "the message is too large",
    429: "it has had too many messages",
}
_WORDS = (
    (r"Name or service not known|NameResolution|getaddrinfo|nodename nor servname", "The name of its host is unknown."),
    (r"Connection refused|Errno 111", "Nothing listens at the address."),
    (r"(?i)certificate.verify.failed", "Its certificate is not trusted."),
    (r"timed out|Timeout", TIMED_OUT),
    (r"STARTTLS|SSL", "The encrypted connection could not be made."),
    (r"Connection error|Max retries|Connection reset|unexpectedly closed", "The connection failed."),
)


def reason(notes: str) -> str:
    """`notes`: everything that Apprise noted during the attempt."""
    if found := _STATUS.search(notes):
        return _status(int(found[1]))
    if found := _SMTP.search(notes):
        return _mail_status(int(found[1]))
    return next((words for marks, words in _WORDS if re.search(marks, notes)), NO_REASON)


def _status(status: int) -> str:
    if status in _HTTP_REASONS:
        return f"The service answered {status}: {_HTTP_REASONS[status]}."
    return f"The service answered {status}: it has trouble itself." if status >= 500 else f"It answered {status}."


def _mail_status(status: int) -> str:
    if status in {530, 534, 535}:
        return f"The mail server answered {status}: it does not accept the user name and password."
    if status in {550, 551, 553}:
        return f"The mail server answered {status}: it does not accept a sender or recipient."
    return f"The mail server answered {status}."
