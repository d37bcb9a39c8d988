"""The pages people read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from monitor.domains import Domains
from monitor.latest import Entry
from monitor.model import Target
from monitor.web import site as sites
from monitor.web.board import Wanted, board
from monitor.web.health import health, notices
from monitor.web.templating import page
from monitor.web.view import View, Viewed

FINDINGS = 200
"""On one page."""

router = APIRouter(include_in_schema=False)


@lru_cache(maxsize=1)
def _domains(targets: tuple[Target, ...]) -> Domains:
    return Domains.of(targets)


def domains_of(view: View) -> Domains:
    """Whose domains there are, by the targets being watched; worked out again when they change."""
    return _domains(tuple(entry.target for entry in view.latest.entries()))


def _shared(view: View, here: str) -> dict[str, Any]:
    return {
        "now": view.now(),
        "notices": notices(view.vitals, view.vantage),
        "here": here,
        "cause_text": sites.cause_text,
    }


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 7 else 1  # noqa: PLR2004


@router.get("/")
async def front(request: Request, view: Viewed) -> HTMLResponse:
    """All sites."""
    query = request.query_params
    shown = board(view.latest, view.now(), Wanted.of(query), _number(query.get("halaman")))
    return page("board.html", board=shown, **_shared(view, "situs"))


@router.get("/situs/{kode}")
async def one(kode: str, view: Viewed) -> HTMLResponse:
    """One site, watched or retired."""
    entry = view.latest.get(kode)
    if entry is not None:
        shown = await sites.site(entry, view.store, domains_of(view), view.now())
        return page("site.html", site=shown, **_shared(view, ""))
    for retired in await view.store.retired():
        if retired.target.kode == kode:
            gone = await sites.former(retired, view.store, view.now())
            return page("former.html", site=gone, **_shared(view, ""))
    raise HTTPException(404, _no_such(kode, view.latest.entries()))


def _no_such(kode: str, entries: tuple[Entry, ...]) -> str:
    near = [entry.target.kode for entry in entries if entry.target.kode.casefold() == kode.casefold()]
    hint = f" Mungkin maksudnya {near[0]}." if near else " Cari namanya di daftar situs."
    return f"Tidak ada situs dengan kode {kode[:60]!r}.{hint}"


@router.get("/temuan")
async def findings(request: Request, view: Viewed) -> HTMLResponse:
    """All open findings, worst first."""
    wanted = Wanted.of(request.query_params)
    found = sites.all_told((entry for entry in view.latest.entries() if wanted.fits(entry)), wanted.severity)
    pages = max(1, -(-len(found) // FINDINGS))
    number = min(max(_number(request.query_params.get("halaman")), 1), pages)
    shown = found[(number - 1) * FINDINGS : number * FINDINGS]
    values = _shared(view, "temuan") | {"findings": shown, "found": len(found), "number": number, "pages": pages}
    return page("findings.html", wanted=wanted, **values)


@router.get("/kesehatan")
async def condition(view: Viewed) -> HTMLResponse:
    """The daemon's own health."""
    shown = await health(view.latest, view.vitals, view.store, view.vantage, view.now())
    return page("health.html", health=shown, settings=view.settings, **_shared(view, "kesehatan"))
