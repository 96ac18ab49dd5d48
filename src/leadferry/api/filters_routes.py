"""The filters of a list of form submissions, as parameters that the API's description names."""

from __future__ import annotations

from typing import Annotated

from litestar.params import QueryParameter

from leadferry.delivery.filters import PERIODS, SORTS, STATES, STATUSES, Filters, read_filters

Form = Annotated[int, QueryParameter(description="Our id of a lead form.")]
Campaign = Annotated[int, QueryParameter(description="Our id of a campaign.")]
Owner = Annotated[int, QueryParameter(description="Our id of an account or page.")]
Type = Annotated[str, QueryParameter(description="LinkedIn's lead type, such as SPONSORED.")]
Status = Annotated[str, QueryParameter(description=f"One of {', '.join(STATUSES)}.")]
State = Annotated[str, QueryParameter(name="state", description=f"One of {', '.join(STATES)}.")]
Days = Annotated[str, QueryParameter(description=f"One of {', '.join(PERIODS)}, in place of from and to.")]
Since = Annotated[str, QueryParameter(name="from", description="First day of submission, like 2026-11-25.")]
Until = Annotated[str, QueryParameter(name="to", description="Last day of submission.")]
Test = Annotated[str, QueryParameter(description="Test leads: only, no; both without it.")]
Text = Annotated[str, QueryParameter(name="q", description="Beginnings of names, addresses and companies.")]
Sort = Annotated[str, QueryParameter(description=f"One of {', '.join(SORTS)}.")]


def provide_filters(
    form: Form = 0,
    campaign: Campaign = 0,
    owner: Owner = 0,
    type: Type = "",  # noqa: A002 - its name in the address
    status: Status = "",
    in_state: State = "",
    period: Days = "",
    since: Since = "",
    until: Until = "",
    test: Test = "",
    text: Text = "",
    sort: Sort = "",
) -> Filters:
    """Raises InputError `bad-filter`."""
    asked = {"form": str(form), "campaign": str(campaign), "owner": str(owner), "type": type, "status": status}
    asked |= {"state": in_state, "period": period, "from": since, "to": until, "test": test, "q": text, "sort": sort}
    return read_filters(asked)
