"""Why a message did not arrive, from what Apprise notes about it. Pure.

Apprise's own lines quote addresses, and with them passwords. So nothing of them is passed on but numbers.
"""

from __future__ import annotations

import re

from leadferry.words import worded

NO_REASON = worded("The service did not take the message.")
TIMED_OUT = worded("There was no answer in time.")
_STATUS = re.compile(r"error=(\d{3})\b")
_SMTP = re.compile(r"\((\d{3}), b?['\"]")
_HTTP_REASONS = {
    400: worded("it does not understand the message: the address may be incomplete"),
    401: worded("it does not accept the sign-in: the password or token is wrong"),
    403: worded("it does not allow this: the token may have been withdrawn"),
    404: worded("there is nothing at the address: the hook may have been removed"),
    410: worded("the hook has been removed"),
    413: worded("the message is too large"),
    429: worded("it has had too many messages"),
}
_WORDS = (
    (
        worded("Name or service not known|NameResolution|getaddrinfo|nodename nor servname"),
        worded("The name of its host is unknown."),
    ),
    (worded("Connection refused|Errno 111"), worded("Nothing listens at the address.")),
    (r"(?i)certificate.verify.failed", worded("Its certificate is not trusted.")),
    (worded("timed out|Timeout"), TIMED_OUT),
    (r"STARTTLS|SSL", worded("The encrypted connection could not be made.")),
    (worded("Connection error|Max retries|Connection reset|unexpectedly closed"), worded("The connection failed.")),
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
        return worded(
            "The service answered {status}: {http_reasons}.", status=status, http_reasons=_HTTP_REASONS[status]
        )
    return (
        worded("The service answered {status}: it has trouble itself.", status=status)
        if status >= 500
        else worded("It answered {status}.", status=status)
    )


def _mail_status(status: int) -> str:
    if status in {530, 534, 535}:
        return worded(
            "The mail server answered {status}: it does not accept the user name and password.", status=status
        )
    if status in {550, 551, 553}:
        return worded("The mail server answered {status}: it does not accept a sender or recipient.", status=status)
    return worded("The mail server answered {status}.", status=status)
