"""Every error Leadferry raises on purpose.

LeadferryError                 a message that names the thing, the cause and what to do
├── InputError                 what a person gave us cannot be used: an argument, a file, a setting
│   ├── NotFoundError          the record that was named does not exist (in this environment)
│   └── StaleError             the record is not any more what it was when the caller read it
├── BusyError                  another process is doing just this
└── ServiceError               LinkedIn, Dynamics or Entra refused, or did not answer
    ├── LinkedInError          raised by leadferry.linkedin
    ├── DataverseError         raised by leadferry.dataverse
    └── SignInError            Entra refused a person's sign-in, or its answer cannot be believed

A service error carries facts (status, vendor code, request id), never a token or a person's answers.
`leadferry.delivery.outcomes` is the one table that turns those facts into what happens next.
"""

from __future__ import annotations


class LeadferryError(Exception):
    """Root. `code` is stable and documented in docs/reference/errors.md; `fix` says what to do."""

    code = "error"
    exit_code = 1

    def __init__(self, message: str, *, fix: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        if code:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class InputError(LeadferryError):
    code = "input"
    exit_code = 2


class NotFoundError(InputError):
    code = "not-found"


class StaleError(InputError):
    code = "changed-meanwhile"


class BusyError(LeadferryError):
    code = "busy"
    exit_code = 4


class ServiceError(LeadferryError):
    """A call to a service that did not succeed.

    `status` is 0 when no answer came. `unknown_outcome` is true when the service may have done what was asked:
    the connection broke after the request had been sent, or a gateway gave up waiting.
    """

    code = "service"
    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        fix: str = "",
        code: str = "",
        status: int = 0,
        vendor_code: str = "",
        request_id: str = "",
        retry_after_s: float | None = None,
        unknown_outcome: bool = False,
    ) -> None:
        super().__init__(message, fix=fix, code=code)
        self.status = status
        self.vendor_code = vendor_code
        self.request_id = request_id
        self.retry_after_s = retry_after_s
        self.unknown_outcome = unknown_outcome


class LinkedInError(ServiceError):
    code = "linkedin"


class DataverseError(ServiceError):
    code = "dataverse"


class SignInError(ServiceError):
    code = "sign-in"


def facts_of(error: LeadferryError) -> str:
    """What support asks for."""
    found = [f"code {error.code}"]
    if isinstance(error, ServiceError):
        found += [f"HTTP status {error.status}"] if error.status else []
        found += [f"the service's code {error.vendor_code}"] if error.vendor_code else []
        found += [f"request {error.request_id}"] if error.request_id else []
    return "\n".join(found)
