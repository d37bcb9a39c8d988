"""The asset register on the board: what the county owns, how it changed, what is not listed yet; and its API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Protocol, cast
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from monitor.assets import (
    Asset,
    AssetChange,
    Candidate,
    Judgement,
    Origin,
    Source,
    Stand,
    Status,
    Unfit,
    goals_of,
    judgement,
)
from monitor.assets.lifecycle import fault, status_of
from monitor.assets.register import STATUS
from monitor.assets.sheets import as_csv, as_xlsx
from monitor.assets.tables import ASSETS, Cell, assets_table, candidates_table, changes_table, row, says
from monitor.model import Kind
from monitor.web import forms, who
from monitor.web.api import PROBLEM
from monitor.web.asset_labels import LABELS, WAYS
from monitor.web.cases import ACT, desk_of, done
from monitor.web.pages import UNFIT, number_of, shared
from monitor.web.templating import page
from monitor.web.view import View, Viewed
from monitor.web.wanted import encoded, folded, member
from monitor.words import KINDS, iso

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1", tags=["v1"], responses={404: PROBLEM, 422: PROBLEM, 503: PROBLEM})

PAGE = 50
"""Assets, or candidates, on one page."""
LOG = 200
"""Changes of one asset that its page lists."""
RECENT = timedelta(days=30)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
TO_SEE = "perlu-dilihat"
GONE = 404
"""What was decided about is no candidate, or no longer one."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

STATUSES = {status: status.value.capitalize() for status in Status}
STANDS = {Stand.PROPOSED: "menunggu keputusan", Stand.ACCEPTED: "diterima", Stand.IGNORED: "diabaikan"}
BASES = {"dinyatakan": "dinyatakan", "teramati": "teramati", "diturunkan": "dari inventaris", "belum-diketahui": ""}


class Records(Protocol):
    """The part of the record that these pages read and write."""

    async def assets(self, *, goals: Mapping[Kind, Decimal] | None = None) -> Sequence[Asset]:
        """Every asset that was ever listed; *goals*: the availability aimed at where none is declared."""

    async def asset_changes(
        self, since: datetime, until: datetime, kode: str | None = None, limit: int = ...
    ) -> Sequence[AssetChange]:
        """Oldest first; the newest *limit*."""

    async def asset_candidates(self) -> Sequence[Candidate]:
        """Hosts that are not listed, the latest seen first."""

    async def asset_candidacy(self) -> tuple[Sequence[Candidate], Sequence[str]]:
        """The same, and the hosts that are left out only because a finding says that a hijacked page led there."""

    async def judge_candidate(self, judgement: Judgement) -> None:
        """Record what somebody decided."""


def _records(view: View) -> Records:
    return cast(Records, view.store)


async def _assets(view: View) -> Sequence[Asset]:
    return await _records(view).assets(goals=goals_of(view.settings.record.targets))


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedAssets:
    """Which assets the reader asked for; empty is all that are not removed."""

    text: str = ""
    kind: Kind | None = None
    status: Status | None = None
    remarked: bool = False
    """Only those that somebody should look at."""

    def __bool__(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.text or self.kind or self.status or self.remarked)

    @classmethod
    def of(cls, query: Mapping[str, str]) -> WantedAssets:
        """From a page's query string; what is not a known value counts as not asked."""
        return cls(
            text=folded(query.get("q")),
            kind=member(Kind, query.get("jenis")),
            status=member(Status, query.get("status")),
            remarked=query.get("hanya") == TO_SEE,
        )

    def query(self, **changes: str | int) -> str:
        """The query string of this wish with *changes*; empty values are left out."""
        values: dict[str, str | int | None] = {
            "q": self.text,
            "jenis": self.kind,
            "status": self.status,
            "hanya": TO_SEE if self.remarked else None,
            **changes,
        }
        return encoded(values)

    def fits(self, asset: Asset) -> bool:
        """Whether *asset* is among what was asked for; every word of the text must occur somewhere."""
        if self.kind not in {None, asset.jenis} or (self.remarked and not asset.remarks):
            return False
        if self.status is None and asset.status_siklus_hidup is Status.REMOVED:
            return False
        if self.status not in {None, asset.status_siklus_hidup}:
            return False
        return says(asset, self.text)


@dataclass(frozen=True, slots=True)
class Shown:
    """One column of one asset, as its page shows it."""

    name: str
    label: str
    value: Cell
    origin: Origin | None


@router.get("/aset")
async def assets(request: Request, view: Viewed) -> HTMLResponse:
    """The register: all assets that are not removed, or those that were asked for."""
    wanted = WantedAssets.of(request.query_params)
    register = await _assets(view)
    found = [asset for asset in register if wanted.fits(asset)]
    pages = max(1, -(-len(found) // PAGE))
    at = min(number_of(request.query_params.get("halaman")), pages)
    waiting = [item for item in await _records(view).asset_candidates() if item.stand is Stand.PROPOSED]
    shown: dict[str, Any] = {
        "wanted": wanted,
        "assets": found[(at - 1) * PAGE : at * PAGE],
        "found": len(found),
        "kinds": {kind: sum(asset.jenis is kind for asset in found) for kind in KINDS},
        "remarked": sum(bool(asset.remarks) for asset in register),
        "waiting": len(waiting),
        "at": at,
        "pages": pages,
        "STATUSES": STATUSES,
    }
    strange = _unknown(request.query_params, jenis=Kind, status=Status)
    return page("assets.html", **shown, **shared(view, "aset", strange))


def _unknown(query: Mapping[str, str], **choices: Any) -> list[str]:
    given = {name: query[name] for name in choices if query.get(name)}
    return [f"{name}={folded(value)}" for name, value in given.items() if member(choices[name], value) is None]


@router.get("/aset/unduh.csv")
async def download_csv(request: Request, view: Viewed) -> Response:
    """The assets that were asked for, as CSV."""
    wanted = WantedAssets.of(request.query_params)
    found = [asset for asset in await _assets(view) if wanted.fits(asset)]
    return _file(as_csv(assets_table(found)).encode(), "text/csv; charset=utf-8", "aset.csv")


@router.get("/aset/unduh.xlsx")
async def download_xlsx(view: Viewed) -> Response:
    """The whole register with its log and the candidates, as a workbook."""
    records, now = _records(view), view.now()
    tables = (
        assets_table(await _assets(view)),
        changes_table(await records.asset_changes(BEGINNING, now + RECENT)),
        candidates_table(await records.asset_candidates()),
    )
    return _file(as_xlsx(tables, "Register aset TIK", now), XLSX, "register-aset.xlsx")


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


@router.get("/aset/kandidat")
async def candidates(request: Request, view: Viewed) -> HTMLResponse:
    """Hosts that were seen and are not listed: those that wait for a decision, or all."""
    return await _candidates(request, view, request.query_params)


async def _candidates(
    request: Request, view: View, query: Mapping[str, str], typed: forms.Typed = forms.NOTHING, status: int = 200
) -> HTMLResponse:
    """The list as *query* asks for it; with *typed*, the page of it on which the host is that was decided about."""
    fit, barred = await _records(view).asset_candidacy()
    everything = query.get("semua") == "1" or any(item.host == typed.about and item.judgements for item in fit)
    found = [item for item in fit if everything or item.stand is Stand.PROPOSED]
    place = next((place for place, item in enumerate(found) if item.host == typed.about), None)
    pages = max(1, -(-len(found) // PAGE))
    at = min(number_of(query.get("halaman")), pages) if place is None else place // PAGE + 1
    shown: dict[str, Any] = {
        "candidates": found[(at - 1) * PAGE : at * PAGE],
        "found": len(found),
        "barred": barred,
        "everything": everything,
        "at": at,
        "pages": pages,
        "typed": typed,
        "is_there": place is not None,
        "source": f"/aset/kandidat{'?semua=1' if everything else ''}",
        "actor": forms.remembered(request),
        "STANDS": STANDS,
        "WAYS": WAYS,
    }
    return page("candidates.html", status, **shown, **shared(view, "aset"))


@router.post("/aset/kandidat")
async def decide(request: Request, view: Viewed) -> Response:
    """Accept a candidate, ignore it, or take a decision back; what cannot be done is shown again, with why."""
    form = await done(forms.fields(request))
    name, host = form.get("nama", ""), form.get("host", "")
    came_from = forms.returned(request, "/aset/kandidat")
    try:
        await _decided(view, host, form.get("keputusan", ""), name, form.get("alasan", ""))
    except HTTPException as error:
        if error.status_code not in {UNFIT, GONE}:
            raise
        query = dict(parse_qsl(urlsplit(came_from).query))
        return await _candidates(request, view, query, forms.Typed(error.detail, host, form), error.status_code)
    return forms.back(came_from, name)


async def _decided(view: View, host: str, stand: str, actor: str, reason: str) -> Candidate:
    """The candidate with the decision that was just recorded about it."""
    desk_of(view)  # a board that only reads has none
    records = _records(view)
    try:
        item = judgement(host, stand, actor, reason, view.now())
    except Unfit as error:
        raise HTTPException(422, str(error)) from error
    if not any(known.host == item.host for known in await records.asset_candidates()):
        raise HTTPException(404, f"Tidak ada kandidat {item.host[:60]!r}; mungkin sudah tercatat di inventaris.")
    await done(records.judge_candidate(item))
    return next(known for known in await records.asset_candidates() if known.host == item.host)


@router.get("/aset/{kode}")
async def asset(kode: str, view: Viewed) -> HTMLResponse:
    """One asset: every column and what it rests on, what somebody should look at, and how it changed."""
    found = await _found(view, kode)
    changes = await _records(view).asset_changes(BEGINNING, view.now() + RECENT, found.kode_aset, LOG)
    shown: dict[str, Any] = {
        "asset": found,
        "fields": _fields(found),
        "changes": [*reversed(changes)],
        "faults": {index: _fault(change) for index, change in enumerate(reversed(changes))},
        "is_watched": view.latest.get(found.kode_aset) is not None,
        "is_full": len(changes) == LOG,
        "LABELS": LABELS,
        "BASES": BASES,
        "STATUSES": STATUSES,
        "OBSERVED": Source.OBSERVED,
    }
    return page("asset.html", **shown, **shared(view, "aset"))


async def _found(view: View, kode: str) -> Asset:
    register = {item.kode_aset.casefold(): item for item in await _assets(view)}
    found = register.get(kode.casefold())
    if found is None:
        raise HTTPException(404, f"Tidak ada aset dengan kode {kode[:60]!r}. Cari namanya di daftar aset.")
    return found


def _fields(found: Asset) -> list[Shown]:
    return [
        Shown(column.name, LABELS[column.name], _plain(column.cell(found)), found.origins.get(column.name))
        for column in ASSETS
        if column.name in LABELS
    ]


def _plain(cell: Cell) -> Cell:
    """Days as texts: the county reads them without a clock."""
    return f"{cell:%d-%m-%Y}" if isinstance(cell, date) and not isinstance(cell, datetime) else cell


def _fault(change: AssetChange) -> str:
    """What is wrong with a step in the life of an asset."""
    return fault(status_of(change.before), status_of(change.after)) if change.field == STATUS else ""


class Decision(BaseModel):
    """What somebody decided about a host."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stand: Stand = Field(description="`diterima`, `diabaikan`, atau `usulan` untuk mencabut keputusan.")
    actor: str = Field(max_length=80)
    reason: str = Field(max_length=1_000)


class Part(BaseModel):
    """Which part of the register is wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=10_000_000)
    jenis: Kind | None = None
    status: Status | None = None
    q: str = Field("", max_length=100)


Row = dict[str, str | float | None]


class AssetPage(BaseModel):
    """A part of the register."""

    total: int
    limit: int
    offset: int
    items: list[Row]


@api.get("/assets")
async def list_assets(view: Viewed, part: Annotated[Part, Query()]) -> AssetPage:
    """The register, by column."""
    wanted = WantedAssets(text=folded(part.q), kind=part.jenis, status=part.status)
    found = [item for item in await _assets(view) if wanted.fits(item)]
    items = [_document(row(item)) for item in found[part.offset : part.offset + part.limit]]
    return AssetPage(total=len(found), limit=part.limit, offset=part.offset, items=items)


@api.get("/candidates")
async def list_candidates(view: Viewed) -> list[Row]:
    """Every host that was seen and is not listed, the latest seen first."""
    return [_candidate(item) for item in await _records(view).asset_candidates()]


@api.post("/candidates/{host}", responses=ACT)
async def judge(host: Annotated[str, Path(max_length=253)], decision: Decision, view: Viewed) -> Row:
    """Decide about a host."""
    forms.tell({"keputusan": decision.stand, "alasan": decision.reason})
    return _candidate(await _decided(view, host, decision.stand, who.acting(decision.actor), decision.reason))


def _candidate(item: Candidate) -> Row:
    table = candidates_table([item])
    return _document({name: cell for (name, _about), cell in zip(table.columns, table.rows[0], strict=True)})


def _document(cells: Mapping[str, Cell]) -> Row:
    return {name: _value(cell) for name, cell in cells.items()}


def _value(cell: Cell) -> str | float | None:
    match cell:
        case datetime():
            return iso(cell)
        case date():
            return cell.isoformat()
        case str():
            return cell or None
        case None:
            return None
        case _:
            return float(cell)
