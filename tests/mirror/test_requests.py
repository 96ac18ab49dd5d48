"""What the mirror costs Dynamics: requests per 1,000 leads at 500 rows a chunk, answers included."""

from __future__ import annotations

from typing import Any

from delivery.conftest import FIELDS, Ferry

LEADS = 1_000
BUDGET = 8


def sent(ferry: Ferry) -> int:
    return sum(count for label, count in ferry.dynamics.counts().items() if "oken" not in label)


def test_a_thousand_leads_cost_at_most_eight_requests_more_with_the_mirror_on(sqlite_ferry: Ferry) -> None:
    """A first delivery brings definitions, forms, mappings and strategies; what is counted comes after it."""
    ferry, cost = sqlite_ferry, {}
    answers: dict[str, Any] = {name.lower(): "x" for name in FIELDS}
    ferry.configure("claim_size", str(LEADS))
    for mirror, size in (("yes", 1), ("yes", LEADS), ("no", LEADS)):
        ferry.configure("mirror", mirror)
        before = sent(ferry)
        for person in range(size):
            ferry.respond(**{**answers, "email": f"p{person}-{mirror}-{size}@x.test"})
        assert ferry.deliver().created == size
        cost[mirror] = sent(ferry) - before
    assert 0 < cost["yes"] - cost["no"] <= BUDGET
    assert len(ferry.dynamics.rows("ferry_linkedinformsubmission", "ferry_name")) == LEADS + 1
    assert len(ferry.dynamics.rows("ferry_linkedinformanswer", "ferry_name")) == (LEADS + 1) * len(FIELDS)
