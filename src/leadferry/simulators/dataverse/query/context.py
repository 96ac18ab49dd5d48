"""`@odata.context`: `…/$metadata#leads(subject,parentaccountid(name))`."""

from __future__ import annotations

from collections.abc import Sequence

from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.query.expand import Expand
from leadferry.simulators.dataverse.query.options import Options
from leadferry.simulators.dataverse.query.scope import Asking


def context_of(asking: Asking, table: Table, options: Options, expands: Sequence[Expand] = ()) -> str:
    return f"{asking.base_url}/$metadata#{table.entity_set}{_shape(options, expands)}"


def _shape(options: Options, expands: Sequence[Expand]) -> str:
    names = [*(options.select or []), *(f"{one.name}{_shape(one.options, one.nested) or '()'}" for one in expands)]
    return f"({','.join(names)})" if names else ""
