"""From an action and Dynamics' answer to the submission's outcome and its line in the timeline. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leadferry.delivery.model import EventKind, MatchingStatus, ProcessingState, Settlement, State
from leadferry.delivery.outcomes import Next, RetryRules, decide
from leadferry.delivery.plan import Action, ActionKind, told
from leadferry.delivery.submission import ClaimedSubmission
from leadferry.errors import ServiceError
from leadferry.mapping.model import Problem

COUNTED = "ferry_linkedinsubmissioncount"
"""A rollup and its moment: what a lead has, not what this submission changed."""

DONE = {
    ActionKind.CREATE: (State.DELIVERED, MatchingStatus.CREATED, EventKind.CREATED),
    ActionKind.UPDATE: (State.DELIVERED, MatchingStatus.UPDATED, EventKind.UPDATED),
    ActionKind.LINK: (State.DELIVERED, MatchingStatus.NOT_UPDATED, EventKind.LINKED),
    ActionKind.HOLD: (State.REVIEW, MatchingStatus.MATCH_FAILED, EventKind.HELD),
}


def settlement(
    action: Action,
    error: ServiceError | None,
    problems: Sequence[Problem],
    now: int,
    rules: RetryRules,
    attempt: Mapping[str, int] | None = None,
) -> Settlement:
    """`attempt`: how long it took and how many submissions shared it, for the timeline."""
    if error:
        refused = _refused(action, error, now, rules)
        refused.detail.update(attempt or {})
        return refused
    state, status, kind = DONE[action.kind]
    return Settlement(
        action.submission_id,
        state,
        status,
        ProcessingState.SUCCEEDED,
        kind,
        action.attempts,
        lead_id=action.lead_id,
        contact_id=action.contact_id,
        test=action.test,
        detail=_detail(action, problems, attempt or {}),
    )


def unreadable(submission: ClaimedSubmission, code: str, message: str) -> Settlement:
    return Settlement(
        submission.id,
        State.FAILED,
        MatchingStatus.PENDING,
        ProcessingState.FAILED,
        EventKind.FAILED,
        submission.attempts + 1,
        lead_id=submission.lead_id,
        test=submission.test,
        detail={"code": code, "message": message},
    )


def unwanted(submission: ClaimedSubmission, why: str) -> Settlement:
    return Settlement(
        submission.id,
        State.REJECTED,
        MatchingStatus.PENDING,
        ProcessingState.SUCCEEDED,
        EventKind.REJECTED,
        submission.attempts + 1,
        test=submission.test,
        detail={"why": why},
    )


def _refused(action: Action, error: ServiceError, now: int, rules: RetryRules) -> Settlement:
    decision = decide(error, action.attempts, now, rules)
    detail = {"code": error.code, "message": decision.reason, "status": error.status, "why": action.why}
    detail |= {"vendor_code": error.vendor_code, "request_id": error.request_id}
    detail = {name: value for name, value in detail.items() if value}
    if decision.next is Next.RETRY:
        state, status, processing = State.RETRY, MatchingStatus.PENDING, ProcessingState.UNPROCESSED
        return Settlement(
            action.submission_id,
            state,
            status,
            processing,
            EventKind.RETRY,
            action.attempts,
            decision.due_at,
            detail=detail,
        )
    status = MatchingStatus.UPDATE_FAILED if action.kind is ActionKind.UPDATE else MatchingStatus.CREATION_FAILED
    lead_id = action.lead_id if action.kind is ActionKind.UPDATE else None
    return Settlement(
        action.submission_id,
        State.FAILED,
        status,
        ProcessingState.FAILED,
        EventKind.FAILED,
        action.attempts,
        lead_id=lead_id,
        test=action.test,
        detail=detail,
    )


def _detail(action: Action, problems: Sequence[Problem], attempt: Mapping[str, int]) -> dict[str, Any]:
    """Only what says something: most submissions need few words."""
    detail: dict[str, Any] = {"why": action.why}
    if action.kind is ActionKind.UPDATE:
        detail["changes"] = {
            column: [action.old.get(column), value]
            for column, value in action.row.items()
            if not column.startswith(COUNTED)
        }
    elif action.kind is ActionKind.CREATE and action.row:
        detail["written"] = written = told(action.row)
        written.pop("leadid", None)
    if action.strategy:
        detail["strategy"] = action.strategy
    if action.compared:
        detail["compared"] = list(action.compared)
    detail.update(action.held)
    if action.duplicates:
        detail["duplicates"] = list(action.duplicates)
    if action.candidates:
        detail["candidates"] = list(action.candidates)
    if found := [*action.problems, *problems]:
        detail["problems"] = [
            {"kind": problem.kind.value, "field": problem.field, "column": problem.column, "detail": problem.detail}
            | ({"action": problem.action} if problem.action else {})
            for problem in found
        ]
    detail.update(attempt)
    return detail
