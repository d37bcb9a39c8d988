"""What machines ask the daemon about itself: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from monitor import metrics
from monitor.web.affairs import affairs
from monitor.web.health import unready
from monitor.web.view import Viewed

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> PlainTextResponse:
    """The loop turns."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
async def ready(view: Viewed) -> JSONResponse:
    """200 when the first round has begun and the store writes; else 503 and the reasons."""
    reasons = await unready(view.vitals, view.store, len(view.latest.entries()))
    return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)


@router.get("/metrics")
async def exposition(request: Request, view: Viewed, accept: Annotated[str, Header()] = "") -> Response:
    """Prometheus's text format, or OpenMetrics when asked for."""
    request.app.state.scrape.affairs = affairs(view)
    # On a thread: a scrape of very many targets must not hold up the visits.
    content, content_type = await asyncio.to_thread(metrics.render, request.app.state.registry, accept)
    return Response(content, headers={"content-type": content_type})
