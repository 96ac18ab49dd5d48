"""Why a message did not arrive, from what Apprise notes about it. Pure.

Apprise's own lines quote addresses, and with them passwords. So nothing of them is passed on but numbers.
"""

from __future__ import annotations

import re

from leadferry.words import told

NO_REASON = told("The service did not take the message.")
TIMED_OUT = told("There was no answer in time.")
_STATUS = re.compile(r"error=(\d{3})\b")
_SMTP = re.compile(r"\((\d{3}), b?['\"]")
_HTTP_REASONS = {
    400: told("it does not understand the message: the address may be incomplete"),
    401: told("it does not accept the sign-in: the password or token is wrong"),
    403: told("it does not allow this: the token may have been withdrawn"),
    404: told("there is nothing at the address: the hook may have been removed"),
    410: told("the hook has been removed"),
    413: told("the message is too large"),
    429: told("it has had too many messages"),
}
_WORDS = (
    (
        told("Name or service not known|NameResolution|getaddrinfo|nodename nor servname"),
        told("The name of its host is unknown."),
    ),
    (told("Connection refused|Errno 111"), told("Nothing listens at the address.")),
    (r"(?i)certificate.verify.failed", told("Its certificate is not trusted.")),
    (told("timed out|Timeout"), TIMED_OUT),
    (r"STARTTLS|SSL", told("The encrypted connection could not be made.")),
    (told("Connection error|Max retries|Connection reset|unexpectedly closed"), told("The connection failed.")),
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
        return told("The service answered {status}: {http_reasons}.", status=status, http_reasons=_HTTP_REASONS[status])
    return (
        told("The service answered {status}: it has trouble itself.", status=status)
        if status >= 500
        else told("It answered {status}.", status=status)
    )


def _mail_status(status: int) -> str:
    if status in {530, 534, 535}:
        return told("The mail server answered {status}: it does not accept the user name and password.", status=status)
    if status in {550, 551, 553}:
        return told("The mail server answered {status}: it does not accept a sender or recipient.", status=status)
    return told("The mail server answered {status}.", status=status)
