"""How a request is called in the simulator's counts: `GET leads`, `POST leads/CreateMultiple`, `POST $batch`."""

from __future__ import annotations

from leadferry.simulators.dataverse import urls
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.server import Request


def label(request: Request) -> str:
    address = urls.below_root(request.path)
    if address is None:
        return f"{request.method} {request.path.rpartition('/')[2]}"
    try:
        parts = urls.segments(address)
    except Refusal:
        return f"{request.method} ?"
    name = parts[0].name if parts else "/"
    last = parts[-1].name if len(parts) > 1 else ""
    if last.startswith("Microsoft.Dynamics.CRM.") and request.method == "POST":
        name += "/" + last.removeprefix("Microsoft.Dynamics.CRM.")
    return f"{request.method} {name}"
