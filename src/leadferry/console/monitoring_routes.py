"""`/healthz`, `/readyz`, `/metrics`: for machines, without sign-in, on a port of their own or by a setting."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.enums import MediaType
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from leadferry.errors import LeadferryError

OPEN = {"open": True}


@get("/healthz", opt=OPEN, sync_to_thread=False, include_in_schema=False)
def healthz() -> Response[str]:
    """The process answers."""
    return Response("ok\n", media_type=MediaType.TEXT)


@get("/readyz", opt=OPEN, sync_to_thread=True, include_in_schema=False)
def readyz(request: Request[Any, Any, Any]) -> Response[str]:
    """The database answers too."""
    try:
        request.app.state.rooms.environments.list()
    except (LeadferryError, OSError, RuntimeError) as error:
        return Response(f"not ready: {type(error).__name__}\n", status_code=503, media_type=MediaType.TEXT)
    return Response("ready\n", media_type=MediaType.TEXT)


@get("/metrics", opt=OPEN, sync_to_thread=True, include_in_schema=False)
def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Prometheus text. No personal data in any label."""
    registry = request.app.state.rooms.metrics_registry()
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


HANDLERS: tuple[Any, ...] = (healthz, readyz, metrics)
