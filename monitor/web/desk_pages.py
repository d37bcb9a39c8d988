"""The pages on which people act: incidents, maintenance, messages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from monitor.desk import BadAct, Desk, last_moment, moment
from monitor.incident import Parcel, ParcelState, Scope, Verb
from monitor.incidents.windows import next_occurrence
from monitor.telling import Teller
from monitor.web import casebook, forms
from monitor.web.cases import desk_of, done, key_of
from monitor.web.pages import number_of, shared
from monitor.web.templating import page
from monitor.web.view import View, Viewed

router = APIRouter(include_in_schema=False)

PAGE = 50
SCOPES = {
    Scope.TARGET: "satu sasaran (kode)",
    Scope.KIND: "satu jenis",
    Scope.ADDRESS: "satu alamat IP atau jaringan",
    Scope.ALL: "semua",
}
PARCELS = {ParcelState.WAITING: "menunggu", ParcelState.SENT: "terkirim", ParcelState.DEAD: "gagal"}
Act = Callable[[Desk, int, str, Mapping[str, str]], Awaitable[None]]
ACTS: Mapping[str, Act] = {
    "terima": lambda desk, number, actor, form: desk.acknowledge(number, actor, form.get("teks", "")),
    "lepas": lambda desk, number, actor, form: desk.unacknowledge(number, actor, form.get("teks", "")),
    "catat": lambda desk, number, actor, form: desk.note(number, actor, form.get("teks", "")),
    "tugaskan": lambda desk, number, actor, form: desk.assign(number, actor, form.get("kepada", "")),
}


def _teller(view: View) -> Teller:
    if view.teller is None:
        raise HTTPException(503, "Papan pantau ini tidak mengenal insiden.")
    return view.teller


@router.get("/insiden")
async def incidents(request: Request, view: Viewed) -> HTMLResponse:
    """Open incidents, or those of the past."""
    past, at = request.query_params.get("selesai") == "1", number_of(request.query_params.get("halaman"))
    found, total = await view.store.incidents(open_only=not past, limit=PAGE, offset=(at - 1) * PAGE)
    teller = _teller(view)
    lines = [casebook.line(await teller.situation(item, casebook.kind_of(item))) for item in found]
    if not past:
        lines.sort(key=lambda line: (-line.incident.severity.rank, not line.is_waiting))
    pages = max(1, -(-total // PAGE))
    return page("incidents.html", lines=lines, total=total, past=past, at=at, pages=pages, **shared(view, "insiden"))


@router.get("/insiden/{number}")
async def incident(number: int, request: Request, view: Viewed) -> HTMLResponse:
    """One incident: what is known, what was told, what people did."""
    found = await view.store.incident(number) if 0 < number < 2**31 else None
    if found is None:
        raise HTTPException(404, f"Tidak ada insiden INS-{number}.")
    situation = await _teller(view).situation(found, casebook.kind_of(found))
    case = casebook.case(situation, view.latest, view.settings.alerts)
    told = [parcel for parcel in await view.store.outbox(limit=PAGE) if parcel.incident == number]
    return page(
        "incident.html",
        case=case,
        parcels=told,
        actor=forms.remembered(request),
        EVENTS=casebook.EVENTS,
        PARCELS=PARCELS,
        **shared(view, "insiden"),
    )


@router.post("/insiden/{number}/{act}")
async def act(number: int, act: str, request: Request, view: Viewed) -> RedirectResponse:
    """Take on, give back, note, assign."""
    if act not in ACTS:
        raise HTTPException(404, "Tindakan ini tidak dikenal.")
    form = await done(forms.fields(request))
    actor = form.get("nama", "")
    await done(ACTS[act](desk_of(view), number, actor, form))
    return forms.back(f"/insiden/{number}", actor)


@router.post("/temuan/tandai")
async def mark(request: Request, view: Viewed) -> RedirectResponse:
    """Acknowledge, note, assign, dismiss or take back, for one open finding."""
    form = await done(forms.fields(request))
    await done(_mark(form, view))
    return forms.back(f"/situs/{quote(form['kode'])}#bukti", form.get("nama", ""))


async def _mark(form: Mapping[str, str], view: View) -> None:
    code, _, subject = form.get("temuan", "").partition(" ")
    key = key_of(view, form.get("kode", ""), code, subject)
    try:
        verb = Verb(form.get("tindakan", ""))
    except ValueError as error:
        raise BadAct("tindakan tidak dikenal; pilih salah satu dari daftar") from error
    until = last_moment(form.get("sampai", ""), "tanggal berakhir") if verb is Verb.DISMISS else None
    await desk_of(view).mark(key, verb, form.get("nama", ""), form.get("teks", ""), until)


@router.get("/pemeliharaan")
async def maintenance(request: Request, view: Viewed) -> HTMLResponse:
    """What is planned, what goes on, what is over."""
    windows = await view.store.windows(all=True)
    shown: dict[str, Any] = {
        "windows": sorted(windows, key=lambda window: (window.ended is not None, -window.number)),
        "next_of": next_occurrence,
        "SCOPES": SCOPES,
        "actor": forms.remembered(request),
    }
    return page("maintenance.html", **shown, **shared(view, "pemeliharaan"))


@router.post("/pemeliharaan")
async def plan(request: Request, view: Viewed) -> RedirectResponse:
    """Plan maintenance."""
    form = await done(forms.fields(request))
    await done(_plan(form, view))
    return forms.back("/pemeliharaan", form.get("nama", ""))


async def _plan(form: Mapping[str, str], view: View) -> None:
    try:
        scope = Scope(form.get("cakupan", ""))
    except ValueError as error:
        raise BadAct("cakupan tidak dikenal; pilih salah satu dari daftar") from error
    await desk_of(view).plan(
        scope,
        form.get("nilai", ""),
        moment(form.get("mulai", ""), "waktu mulai"),
        forms.minutes(form.get("menit", ""), "lamanya"),
        actor=form.get("nama", ""),
        reason=form.get("alasan", ""),
        rule=form.get("ulang", ""),
    )


@router.post("/pemeliharaan/{number}/akhiri")
async def end(number: int, request: Request, view: Viewed) -> RedirectResponse:
    """End a window now."""
    form = await done(forms.fields(request))
    await done(desk_of(view).end(number, form.get("nama", "")))
    return forms.back("/pemeliharaan", form.get("nama", ""))


@router.get("/pesan")
async def messages(request: Request, view: Viewed) -> HTMLResponse:
    """What was sent, what waits, what was given up."""
    wanted, at = request.query_params.get("keadaan", ""), number_of(request.query_params.get("halaman"))
    state = next((each for each in ParcelState if each.value == wanted), None)
    parcels = await view.store.outbox(state, None, PAGE + 1, (at - 1) * PAGE)
    counts = await view.store.outbox_counts()
    shown: dict[str, Any] = {
        "parcels": parcels[:PAGE],
        "more": len(parcels) > PAGE,
        "at": at,
        "state": state,
        "channels": _channels(view, counts),
        "PARCELS": PARCELS,
        "title_of": _title,
        "actor": forms.remembered(request),
    }
    return page("messages.html", **shown, **shared(view, "pesan"))


def _channels(view: View, counts: Mapping[tuple[str, ParcelState], int]) -> list[tuple[str, str, Mapping[str, int]]]:
    """(name, type, state → how many) of every channel that is set or ever was."""
    known = view.settings.alerts.channels
    names = dict.fromkeys([*known, *(channel for channel, _state in counts)])
    return [
        (
            name,
            known[name].type if name in known else "tidak lagi disetel",
            {state.value: counts.get((name, state), 0) for state in ParcelState},
        )
        for name in names
    ]


def _title(parcel: Parcel) -> str:
    """The first line of what was composed; empty before it first left."""
    return str((parcel.body or {}).get("title", ""))


@router.post("/pesan/{key}/ulang")
async def resend(key: str, request: Request, view: Viewed) -> RedirectResponse:
    """Try a message that was given up again."""
    form = await done(forms.fields(request))
    if not await done(desk_of(view).resend(key, form.get("nama", ""))):
        raise HTTPException(404, "Tidak ada pesan gagal dengan kunci itu.")
    return forms.back("/pesan", form.get("nama", ""))
