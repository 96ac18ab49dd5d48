"""`adAccounts` and `adAccountUsers`.

Source: linkedin-api reference, sections 6.1 and 6.2 ("Ad Account Users").
"""

from __future__ import annotations

from leadferry.simulators.linkedin import answers, refusals
from leadferry.simulators.linkedin.call import Call, last_part
from leadferry.simulators.linkedin.permissions import account_role, may_read_account
from leadferry.simulators.linkedin.search import matches
from leadferry.simulators.linkedin.state import Thing
from leadferry.simulators.server import Response


def search(call: Call) -> Response:
    """The member's accounts."""
    criteria = call.record("search", required=False)
    mine = [account for account in call.state.all("account") if may_read_account(call.member, str(account["id"]))]
    return answers.cursor_page(call, [_shown(call, account) for account in mine if matches(account, criteria)])


def _shown(call: Call, account: Thing) -> Thing:
    """`referenceInfo` comes only when asked for."""
    if not call.fields or "referenceInfo" not in call.fields:
        return account
    page = call.state.get("organization", last_part(account.get("reference", "")))
    if page is None:
        return account
    info = {name: page[name] for name in ("id", "localizedName", "vanityName", "name") if name in page}
    return {**account, "referenceInfo": {"organization": info}}


def get(call: Call) -> Response:
    account_id = call.numeric_key("account")
    return answers.entity(_shown(call, readable_account(call, account_id)), call)


def readable_account(call: Call, account_id: int) -> Thing:
    account = call.state.get("account", str(account_id))
    if account is None:
        raise refusals.not_found(f"adAccount {account_id}")
    if not may_read_account(call.member, str(account_id)):
        raise refusals.no_permission_on(f"urn:li:sponsoredAccount:{account_id}")
    return account


def _user(member: Thing, account_id: str) -> Thing:
    return {
        "user": member["urn"],
        "account": f"urn:li:sponsoredAccount:{account_id}",
        "role": account_role(member, account_id),
    }


def users_of_member(call: Call) -> Response:
    """All rows in one page when no count is given."""
    accounts = sorted(call.member.get("account_roles", {}), key=lambda key: (len(key), key))
    return answers.offset_page(call, [_user(call.member, account) for account in accounts], answers.ALL_ROWS)


def users_of_accounts(call: Call) -> Response:
    account_id = last_part(call.urn("accounts", "sponsoredAccount"))
    readable_account(call, int(account_id))
    members = [member for member in call.state.all("member") if account_role(member, account_id)]
    return answers.offset_page(call, [_user(member, account_id) for member in members], answers.ALL_ROWS)
