"""`/api/v1`: the board for machines; read only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from monitor import __version__
from monitor.grade import Letter
from monitor.model import Audience, Kind, Severity, State
from monitor.web.rows import row
from monitor.web.schemas import (
    FindingItem,
    Page,
    ProblemItem,
    Status,
    TargetDetail,
    TargetItem,
    VantageItem,
)
from monitor.web.told import all_told
from monitor.web.view import Viewed
from monitor.web.wanted import Wanted, WantedFindings

T = TypeVar("T")
PROBLEM: dict[str, Any] = {"model": ProblemItem, "content": {"application/problem+json": {}}}

router = APIRouter(prefix="/api/v1", tags=["v1"], responses={422: PROBLEM})


class Search(BaseModel):
    """What of a list is wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field("", max_length=100, description="Kata dalam nama, kode, host, atau pemilik; semua harus ada.")
    jenis: Kind | None = None
    severity: Severity | None = Field(None, description="Ada temuan setidaknya separah ini.")
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=10_000_000)

    def cut(self, found: Sequence[T]) -> Sequence[T]:
        """The part of *found* that was asked for."""
        return found[self.offset : self.offset + self.limit]


class TargetSearch(Search):
    """What of the list of sites is wanted."""

    state: State | None = None
    grade: Letter | None = None


class FindingSearch(Search):
    """What of the list of findings is wanted."""

    code: str = Field("", max_length=100, description="Kode aturan, mis. `site.down`.")
    audience: Audience | None = None


@router.get("/targets")
async def targets(view: Viewed, search: Annotated[TargetSearch, Query()]) -> Page[TargetItem]:
    """Sites, services and domains in the inventory's order, each with what it is right now."""
    wanted = Wanted(text=search.q, kind=search.jenis, state=search.state, severity=search.severity, letter=search.grade)
    found = [entry for entry in view.latest.entries() if wanted.fits(entry)]
    now = view.now()
    items = [TargetItem.of(row(entry, now, view.checks)) for entry in search.cut(found)]
    return Page(total=len(found), limit=search.limit, offset=search.offset, items=items)


@router.get("/targets/{kode}", responses={404: PROBLEM})
async def target(kode: str, view: Viewed) -> TargetDetail:
    """One site with its last visit and open findings."""
    entry = view.latest.get(kode)
    if entry is None and any(target.kode == kode for target in view.latest.idle):
        raise HTTPException(404, f"{kode[:60]!r} ada di daftar dan tidak dipantau.")
    if entry is None:
        raise HTTPException(404, f"Tidak ada situs dengan kode {kode[:60]!r} yang sedang dipantau.")
    return TargetDetail.detail(entry, view.checks, view.now())


@router.get("/findings")
async def findings(view: Viewed, search: Annotated[FindingSearch, Query()]) -> Page[FindingItem]:
    """Open findings, worst first, then oldest."""
    sites = Wanted(text=search.q, kind=search.jenis, severity=search.severity)
    wanted = WantedFindings(sites=sites, code=search.code, audience=search.audience)
    found = all_told(view.latest.entries(), wanted)
    items = [FindingItem.of(item) for item in search.cut(found)]
    return Page(total=len(found), limit=search.limit, offset=search.offset, items=items)


@router.get("/status")
async def status(view: Viewed) -> Status:
    """The whole at a glance."""
    entries, vitals, seen = view.latest.entries(), view.vitals, view.vantage.current
    sites = [entry for entry in entries if entry.target.kind is not Kind.DOMAIN]
    return Status(
        version=__version__,
        now=view.now(),
        started=vitals.started,
        targets=len(sites),
        domains=len(entries) - len(sites),
        idle=len(view.latest.idle),
        states={state: sum(entry.state is state for entry in sites) for state in State},
        findings_open=sum(len(entry.ledger.open) for entry in entries),
        vantage_connected=None if seen is None else seen.connected,
        inventory_loaded=vitals.inventory_loaded,
        inventory_problems=list(vitals.inventory_problems),
        runs_waiting=vitals.waiting,
        records_unwritten=vitals.unwritten,
    )


@router.get("/vantage")
async def vantage(view: Viewed) -> VantageItem:
    """Our own network, by its sentinels."""
    return VantageItem.of(view.vantage.current, view.vantage.since)
