"""The pages on which people act: incidents, maintenance, messages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from monitor.access.roles import Action, roles_for
from monitor.desk import Desk, fitted
from monitor.incident import EventKind, NoticeKind, ParcelState, Scope, Verb, Window
from monitor.incidents.windows import Span, next_occurrences
from monitor.model import Audience
from monitor.moments import BadAct, Faults, last_moment, moment
from monitor.screenshot import LABEL
from monitor.telling import Teller
from monitor.web import casebook, forms, planning
from monitor.web.cases import Unfit, desk_of, done, key_of
from monitor.web.letters import letter, title_of
from monitor.web.pages import UNFIT, VIEWS, has_marking, number_of, shared, watched
from monitor.web.proofs import proofs
from monitor.web.templating import page
from monitor.web.view import View, Viewed
from monitor.web.wanted import member, unknown

router = APIRouter(include_in_schema=False)

PAGE = 50
LOOKED_AT = 200
"""Messages of an incident that its page shows, the newest; older ones are on the page of messages."""
TIMES = 3
"""Of a plan, how many times ahead are shown."""
ENDED = 30
"""Maintenance that is over and still shown."""
SCOPES = {
    Scope.TARGET: "satu sasaran (kode)",
    Scope.KIND: "satu jenis",
    Scope.ADDRESS: "satu alamat IP atau jaringan",
    Scope.ALL: "semua",
}
PARCELS = {ParcelState.WAITING: "menunggu", ParcelState.SENT: "terkirim", ParcelState.DEAD: "gagal"}
NOTICES = {
    NoticeKind.OPENED: "gangguan baru",
    NoticeKind.UPDATED: "perkembangan",
    NoticeKind.REMINDER: "pengingat",
    NoticeKind.RESOLVED: "pulih",
    NoticeKind.DIGEST: "ringkasan",
    NoticeKind.TEST: "uji",
}
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
    """Open incidents, what needs somebody first; or all there ever were, newest first."""
    query = request.query_params
    past, at = query.get("selesai") == "1", number_of(query.get("halaman"))
    audience = member(Audience, query.get("untuk"))
    if past:
        found, total = await view.store.incidents(audience=audience, limit=PAGE, offset=(at - 1) * PAGE)
    else:
        open_now = [item for item in desk_of(view).book.open if audience in {None, item.audience}]
        total = len(open_now)
        found = sorted(open_now, key=casebook.urgency)[(at - 1) * PAGE : at * PAGE]
    shown: dict[str, Any] = {
        "lines": await casebook.lines(found, view.latest, _teller(view), view.now()),
        "total": total,
        "past": past,
        "audience": audience,
        "at": at,
        "pages": max(1, -(-total // PAGE)),
    }
    return page("incidents.html", **shown, **shared(view, "insiden", unknown(query, "untuk")))


@router.get("/insiden/{number}")
async def incident(number: int, request: Request, view: Viewed) -> HTMLResponse:
    """One incident: what is known, what was told, what people did."""
    return await _incident(number, request, view, forms.NOTHING)


async def _incident(number: int, request: Request, view: View, typed: forms.Typed) -> HTMLResponse:
    found = await view.store.incident(number) if 0 < number < 2**31 else None
    if found is None:
        raise HTTPException(404, f"Tidak ada insiden INS-{number}.")
    situation = await _teller(view).situation(found, casebook.kind_of(found))
    case = casebook.case(situation, view.latest, view.settings.alerts)
    return page(
        "incident.html",
        UNFIT if typed.said else 200,
        case=case,
        typed=typed,
        source=f"/insiden/{number}",
        parcels=await view.store.parcels_of([*islice(found.parcels, LOOKED_AT)]),
        proofs=await proofs(found, view.store, view.now()),
        actor=forms.remembered(request),
        VIEWS=VIEWS,
        PICTURE=LABEL,
        TELLS=(EventKind.NOTIFIED, EventKind.REMINDED),
        GUARDS=", ".join(roles_for(Action.EXHIBIT)),
        EVENTS=casebook.EVENTS,
        PARCELS=PARCELS,
        NOTICES=NOTICES,
        **shared(view, "insiden"),
    )


@router.post("/insiden/{number}/{act}")
async def act(number: int, act: str, request: Request, view: Viewed) -> Response:
    """Take on, give back, note, assign; what cannot be as it was filled in is shown again, with why."""
    if act not in ACTS:
        raise HTTPException(404, "Tindakan ini tidak dikenal.")
    form = await done(forms.fields(request))
    actor = form.get("nama", "")
    try:
        await done(ACTS[act](desk_of(view), number, actor, form))
    except HTTPException as error:
        if error.status_code != UNFIT:
            raise
        return await _incident(number, request, view, forms.Typed(error.detail, act, form))
    return forms.back(f"/insiden/{number}", actor)


@router.post("/temuan/tandai")
async def mark(request: Request, view: Viewed) -> Response:
    """Acknowledge, note, assign, dismiss or take back, for one open finding; shown again when it cannot be so."""
    form = await done(forms.fields(request))
    try:
        await done(_mark(form, view))
    except HTTPException as error:
        entry = view.latest.get(form.get("kode", ""))
        if error.status_code != UNFIT or entry is None or not has_marking(entry):
            raise
        return await watched(entry, request, view, forms.Typed(error.detail, form=form))
    return forms.back(f"/situs/{quote(form['kode'])}#bukti", form.get("nama", ""))


async def _mark(form: Mapping[str, str], view: View) -> None:
    """Raises `BadAct` that says all that is missing, or `HTTPException`."""
    code, _, subject = form.get("temuan", "").partition(" ")
    actor, text, verb = form.get("nama", ""), form.get("teks", ""), _verb(form.get("tindakan", ""))
    faults, until, day = Faults(), None, form.get("sampai", "")
    with faults:
        if not code:
            raise BadAct("temuan belum dipilih; pilih satu dari daftar")
    with faults:
        until = last_moment(day, "tanggal berakhir", "until") if day and verb is Verb.DISMISS else None
    with faults:
        fitted(verb, actor, text, until, view.now())
    faults.settle()
    key = key_of(view, form.get("kode", ""), code, subject, verb)
    await desk_of(view).mark(key, verb, actor, text, until)


def _verb(text: str) -> Verb:
    try:
        return Verb(text)
    except ValueError as error:
        raise BadAct("tindakan tidak dikenal; pilih salah satu dari daftar") from error


@dataclass(frozen=True, slots=True)
class Plan:
    """A maintenance window, as the page shows it."""

    window: Window
    times: Sequence[Span]
    """The time that is on, if any, and those that come, the first few; none when it is over for good."""
    name: str
    """Of the target it is about; empty when it is about more than one, or one that is not watched."""

    @property
    def next(self) -> Span | None:
        """The time that is on, or else the next one."""
        return next(iter(self.times), None)

    @property
    def repeats(self) -> str:
        """How often, in words; empty for once."""
        return planning.spoken(self.window.rule, self.window.start)

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is still to come."""
        return self.window.ended is not None or not self.times


@router.get("/pemeliharaan")
async def maintenance(request: Request, view: Viewed) -> HTMLResponse:
    """What is planned, what goes on, what is over."""
    return await _maintenance(request, view, forms.NOTHING)


async def _maintenance(request: Request, view: View, typed: forms.Typed) -> HTMLResponse:
    query = request.query_params
    plans = [_plan_of(window, view) for window in await view.store.windows(all=True)]
    over = sorted((plan for plan in plans if plan.is_over), key=lambda plan: -plan.window.number)
    shown: dict[str, Any] = {
        "plans": sorted((plan for plan in plans if not plan.is_over), key=lambda plan: (plan.next, plan.window.number)),
        "over": over[:ENDED],
        "older": max(0, len(over) - ENDED),
        "saved": next((plan for plan in plans if query.get("baru") == str(plan.window.number)), None),
        "SCOPES": SCOPES,
        "REPEATS": planning.REPEATS,
        "WEEK": planning.WEEK,
        "DATES": planning.DATES,
        "actor": forms.remembered(request),
        "scope": member(Scope, query.get("cakupan")) or Scope.TARGET,
        "value": query.get("nilai", "")[:100],
        "typed": typed,
    }
    return page("maintenance.html", UNFIT if typed.said else 200, **shown, **shared(view, "pemeliharaan"))


def _plan_of(window: Window, view: View) -> Plan:
    entry = view.latest.get(window.value) if window.scope is Scope.TARGET else None
    return Plan(window, next_occurrences(window, view.now(), TIMES), entry.target.name if entry else "")


@router.post("/pemeliharaan")
async def plan(request: Request, view: Viewed) -> Response:
    """Plan maintenance; what cannot be planned is shown again as it was filled in, with why."""
    form = await done(forms.fields(request))
    try:
        window = await done(_plan(form, view))
    except Unfit as error:
        about = planning.FIELDS.get(error.field, error.field)
        return await _maintenance(request, view, forms.Typed(error.detail, about, form))
    return forms.back(f"/pemeliharaan?baru={window.number}#tersimpan", form.get("nama", ""))


async def _plan(form: Mapping[str, str], view: View) -> Window:
    try:
        scope = Scope(form.get("cakupan", ""))
    except ValueError as error:
        raise BadAct("cakupan tidak dikenal; pilih salah satu dari daftar", "scope") from error
    start = moment(form.get("mulai", ""), "waktu mulai", "start")
    return await desk_of(view).plan(
        scope,
        _meant(scope, form.get("nilai", ""), view),
        start,
        forms.minutes(form.get("menit", ""), "lamanya", "length"),
        actor=form.get("nama", ""),
        reason=form.get("alasan", ""),
        rule=planning.rule_of(form, start),
    )


def _meant(scope: Scope, value: str, view: View) -> str:
    """*value* as it is kept, whatever the case it was typed in."""
    if scope is Scope.KIND:
        return value.lower()
    kodes = (entry.target.kode for entry in view.latest.entries() if scope is Scope.TARGET)
    return next((kode for kode in kodes if kode.casefold() == value.casefold()), value)


@router.post("/pemeliharaan/{number}/akhiri")
async def end(number: int, request: Request, view: Viewed) -> RedirectResponse:
    """End a window now."""
    form = await done(forms.fields(request))
    await done(desk_of(view).end(number, form.get("nama", "")))
    return forms.back("/pemeliharaan", form.get("nama", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to people, and how it is doing."""

    name: str
    type: str
    counts: Mapping[ParcelState, int]
    alive: bool | None
    """Whether its last try succeeded; None before the first since the start, and for those that take no messages."""


@router.get("/pesan")
async def messages(request: Request, view: Viewed) -> HTMLResponse:
    """What was sent, what waits, what was given up."""
    query = request.query_params
    state, at = member(ParcelState, query.get("keadaan")), number_of(query.get("halaman"))
    channel = query.get("saluran", "")[:60] or None
    parcels = await view.store.outbox(state, channel, PAGE + 1, (at - 1) * PAGE)
    shown: dict[str, Any] = {
        "parcels": parcels[:PAGE],
        "more": len(parcels) > PAGE,
        "at": at,
        "state": state,
        "channel": channel,
        "channels": _channels(view, await view.store.outbox_counts()),
        "gaps": view.reach.gaps if view.reach and not view.reach.is_mute else (),
        "PARCELS": PARCELS,
        "NOTICES": NOTICES,
        "title_of": title_of,
        "actor": forms.remembered(request),
    }
    return page("messages.html", **shown, **shared(view, "pesan"))


def _channels(view: View, counts: Mapping[tuple[str, ParcelState], int]) -> list[Channel]:
    """Every channel that is set, or ever was and has messages."""
    known, lines = view.settings.alerts.channels, view.reach.lines if view.reach else {}
    names = dict.fromkeys([*known, *sorted({channel for channel, _state in counts})])
    return [
        Channel(
            name=name,
            type=known[name].type if name in known else "tidak lagi disetel",
            counts={state: counts.get((name, state), 0) for state in ParcelState},
            alive=lines[name].alive if name in lines else None,
        )
        for name in names
    ]


@router.get("/pesan/{key}")
async def message(key: str, request: Request, view: Viewed) -> HTMLResponse:
    """One message: what it says, to which channel it went, when, and what became of it."""
    parcel = next(iter(await view.store.outbox(key=key)), None)
    if parcel is None:
        raise HTTPException(404, "Tidak ada pesan dengan kunci itu, atau masa simpannya sudah lewat.")
    shown: dict[str, Any] = {
        "letter": letter(parcel),
        "channel": next((each for each in _channels(view, {}) if each.name == parcel.channel), None),
        "PARCELS": PARCELS,
        "NOTICES": NOTICES,
        "actor": forms.remembered(request),
    }
    return page("message.html", **shown, **shared(view, "pesan"))


@router.post("/pesan/{key}/ulang")
async def resend(key: str, request: Request, view: Viewed) -> RedirectResponse:
    """Try a message that was given up again."""
    form = await done(forms.fields(request))
    if not await done(desk_of(view).resend(key, form.get("nama", ""))):
        raise HTTPException(404, "Tidak ada pesan gagal dengan kunci itu.")
    return forms.back(forms.returned(request, "/pesan"), form.get("nama", ""))
