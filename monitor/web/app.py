"""The web application: pages, API and metrics over one `View`."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from monitor import __version__, metrics
from monitor.web import (
    accounts,
    api,
    assets,
    bundles,
    cases,
    description,
    desk_pages,
    entry,
    evidence,
    exhibits,
    pages,
    probes,
    problems,
    status,
    trail,
    uptime_api,
    wall,
)
from monitor.web.door import Door, cookie_of
from monitor.web.etag import Tagged
from monitor.web.guard import LOOPBACK, SECURITY, Guard
from monitor.web.templating import STATIC
from monitor.web.view import View

__all__ = ["View", "build"]

ROUTERS = (
    pages.router,
    probes.router,
    api.router,
    cases.router,
    desk_pages.router,
    exhibits.router,
    assets.router,
    assets.api,
    evidence.router,
    bundles.router,
    uptime_api.router,
    wall.router,
    status.router,
    entry.router,
    trail.router,
    trail.api,
    accounts.router,
)
EFFORT = 4
"""Of compression, to 9: more takes several times as long for a few percent."""


def build(view: View) -> FastAPI:
    """The application that shows *view*."""
    app = FastAPI(
        title="Papan Pantau Situs Kabupaten Purbalingga",
        summary="Keadaan, temuan, insiden, pemeliharaan, pesan, dan kesehatan pemantau.",
        version=__version__,
        responses={401: api.PROBLEM, 403: api.PROBLEM},
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.view = view
    app.state.scrape = metrics.Scrape()
    app.state.registry = metrics.registry(
        view.latest, view.vitals, view.vantage, view.now, app.state.scrape, goals=view.settings.record.targets.goals
    )
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), "static")
    app.add_middleware(Tagged)
    # Inside the guard, to which an answer to HEAD is one to GET whose content it withholds: the lengths agree.
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=EFFORT)
    app.add_middleware(Door, view=view)
    app.add_middleware(Guard, hosts=LOOPBACK | {view.settings.web.address[0], *view.settings.web.names})
    description.install(app, cookie_of(view.settings), is_required=view.door is not None and view.door.is_required)
    problems.install(app, SECURITY, [route for router in ROUTERS for route in router.routes])
    return app
