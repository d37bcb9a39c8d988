"""The pages people read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from monitor.domains import Domains
from monitor.incident import Verb
from monitor.incidents.windows import next_occurrence
from monitor.latest import Entry
from monitor.model import Kind, Target
from monitor.screenshot import LABEL
from monitor.web import casebook
from monitor.web import site as sites
from monitor.web.affairs import maintenance_of
from monitor.web.asset_labels import LABELS
from monitor.web.board import board
from monitor.web.findings import chapters
from monitor.web.findings import findings as found_by
from monitor.web.forms import NOTHING, Typed, remembered
from monitor.web.health import OUTSIDE, health, notices, unfiltered, unheard
from monitor.web.overview import overview
from monitor.web.templating import page
from monitor.web.uptime import uptime
from monitor.web.view import View, Viewed
from monitor.web.wanted import Wanted, WantedFindings, unknown
from monitor.words import VIEWS as SEEN_BY

router = APIRouter(include_in_schema=False)

VERBS = {
    Verb.ACKNOWLEDGE: "diterima",
    Verb.NOTE: "catatan",
    Verb.ASSIGN: "ditugaskan",
    Verb.DISMISS: "positif palsu",
    Verb.WITHDRAW: "dicabut",
}
CHANGES = timedelta(days=90)
CHANGES_SHOWN = 12
"""Changes of the asset on the page of its site; the page of the asset has the others."""
FIRST = 15
"""Sites of a jenis that are troubled and listed without being asked for, where nothing was picked."""
UNFIT = 422
VIEWS = {**SEEN_BY, LABEL: "tangkapan layar"}


@lru_cache(maxsize=1)
def _domains(targets: tuple[Target, ...]) -> Domains:
    return Domains.of(targets)


def domains_of(view: View) -> Domains:
    """Whose domains there are, by the targets being watched; worked out again when they change."""
    targets = (entry.target for entry in view.latest.entries())
    return _domains(tuple(target for target in targets if target.kind is not Kind.DOMAIN))


def shared(view: View, here: str, strange: Sequence[str] = ()) -> dict[str, Any]:
    """What every page shows besides its own matter; *here* is its place in the menu."""
    return {
        "now": view.now(),
        "notices": [*unfiltered(strange), *notices(view.vitals, view.vantage), *unheard(view)],
        "here": here,
        "cause_text": sites.cause_text,
        "cause_of": casebook.cause,
    }


def number_of(value: str | None) -> int:
    """The number of a page in a query; 1 for what is none."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 7 else 1  # noqa: PLR2004


@router.get("/")
async def front(request: Request, view: Viewed) -> HTMLResponse:
    """All sites, and the domains behind them."""
    query = request.query_params
    incidents = view.desk.book.open if view.desk else ()
    number = number_of(query.get("halaman"))
    shown = board(view.latest, view.now(), Wanted.of(query), number, view.checks, incidents=incidents)
    strange = unknown(query, "jenis", "keadaan", "keparahan", "nilai", "urut")
    cases = casebook.summary(incidents, view.latest, view.now()) if view.desk else None
    words: dict[str, Any] = {"board": shown, "cases": cases, "started": view.vitals.started, "FIRST": FIRST}
    words["overview"] = None if shown.wanted else await overview(view)
    return page("board.html", **words, **shared(view, "situs", strange))


@router.get("/situs/{kode}")
async def one(kode: str, request: Request, view: Viewed) -> HTMLResponse:
    """One site or domain: watched, in the register only, or retired."""
    entry = view.latest.get(kode)
    if entry is not None:
        return await watched(entry, request, view)
    for target in view.latest.idle:
        if target.kode == kode:
            return page("idle.html", target=target, standing=_standing(view, target), **shared(view, ""))
    for retired in await view.store.retired():
        if retired.target.kode == kode:
            gone = await sites.former(retired, view.store, view.now())
            return page("former.html", site=gone, **shared(view, ""))
    raise HTTPException(404, _no_such(kode, view.latest.entries()))


async def watched(entry: Entry, request: Request, view: View, typed: Typed = NOTHING) -> HTMLResponse:
    """The page of a site or domain; with *typed*, the form that marks a finding as it was refused (422)."""
    around = sites.Surroundings(
        view.latest, view.checks, view.store, domains_of(view), view.settings.alerts, view.now()
    )
    words: dict[str, Any] = {
        "VERBS": VERBS,
        "actor": remembered(request),
        "chosen": request.query_params.get("tandai", ""),
        "typed": typed,
        "source": f"/situs/{quote(entry.target.kode)}",
        **await _measured(entry, view),
        **shared(view, ""),
    }
    status = UNFIT if typed.said else 200
    if entry.target.kind is Kind.DOMAIN:
        return page("domain.html", status, site=await sites.domain_page(entry, around), **words)
    words |= {
        "VIEWS": VIEWS,
        "own": view.latest.hosts,
        "scripts": view.settings.evidence.scripts,
        "maintenance": [(window, next_occurrence(window, view.now())) for window in maintenance_of(view, entry)],
    }
    return page("site.html", status, site=await sites.site(entry, around), **words)


def has_marking(entry: Entry) -> bool:
    """Whether the page of *entry* has the form that marks a finding, to show again one that was refused."""
    return bool(entry.ledger.open)


async def _measured(entry: Entry, view: View) -> dict[str, Any]:
    """What the record says of the target over time: its availability, and how the asset changed."""
    kode, now = entry.target.kode, view.now()
    changes = await view.store.asset_changes(now - CHANGES, now + sites.DAY, kode, sites.LINES)
    return {
        "uptime": await uptime(view, kode, entry.target.kind),
        "changes": changes[::-1][:CHANGES_SHOWN],
        "changes_more": max(0, len(changes) - CHANGES_SHOWN),
        "LABELS": LABELS,
    }


def _standing(view: View, target: Target) -> str:
    return sites.STANDINGS[domains_of(view).standing(target.host)]


def _no_such(kode: str, entries: tuple[Entry, ...]) -> str:
    near = [entry.target.kode for entry in entries if entry.target.kode.casefold() == kode.casefold()]
    hint = f" Mungkin maksudnya {near[0]}." if near else " Cari namanya di daftar situs."
    return f"Tidak ada situs dengan kode {kode[:60]!r}.{hint}"


@router.get("/temuan")
async def findings(request: Request, view: Viewed) -> HTMLResponse:
    """All open findings by rule, worst first."""
    query = request.query_params
    wanted, at = WantedFindings.of(query), number_of(query.get("halaman"))
    shown = found_by(view.latest.entries(), wanted, at, view.latest.hosts)
    strange = unknown(query, "jenis", "keparahan", "untuk")
    return page("findings.html", shown=shown, wanted=shown.wanted, **shared(view, "temuan", strange))


@router.get("/aturan")
async def rules(view: Viewed) -> HTMLResponse:
    """Every rule: what it means, whom it concerns, where it is open."""
    return page("rules.html", chapters=chapters(view.checks, view.latest.entries()), **shared(view, "aturan"))


@router.get("/kesehatan")
async def condition(view: Viewed) -> HTMLResponse:
    """The daemon's own health."""
    shown = await health(view)
    return page("health.html", health=shown, OUTSIDE=OUTSIDE, **shared(view, "kesehatan"))
