"""`/api/v1`: incidents, maintenance, marks and messages – to read, and to act upon."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from monitor.access.roles import Action
from monitor.desk import Desk
from monitor.errors import MonitorError
from monitor.incident import FindingKey, ParcelState, Verb
from monitor.incidents.errors import NoSuch
from monitor.latest import Entry
from monitor.model import Audience, OpenFinding
from monitor.moments import BadAct
from monitor.store import StoreError
from monitor.web import forms, who
from monitor.web.api import PROBLEM
from monitor.web.case_schemas import (
    Assigned,
    EventItem,
    Forgotten,
    IncidentDetail,
    IncidentItem,
    Marked,
    MarkItem,
    ParcelItem,
    Planned,
    Said,
    WindowItem,
    Wish,
)
from monitor.web.schemas import Page
from monitor.web.view import View, Viewed

T = TypeVar("T")

router = APIRouter(prefix="/api/v1", tags=["v1"], responses={404: PROBLEM, 422: PROBLEM, 503: PROBLEM})
ACT: dict[int | str, dict[str, Any]] = {400: PROBLEM, 403: PROBLEM, 409: PROBLEM, 413: PROBLEM}
"""How an act may be refused, beside that."""


class Part(BaseModel):
    """Which part of a list is wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=10_000_000)


class IncidentSearch(Part):
    """Which incidents are wanted."""

    open: bool = Field(default=True, description="Hanya yang belum selesai; `false`: semuanya.")
    kode: str | None = Field(None, max_length=60, description="Yang pernah menyangkut situs ini.")
    audience: Audience | None = None


class WindowSearch(Part):
    """Which maintenance is wanted."""

    ended: bool = Field(default=False, description="Juga yang sudah diakhiri seseorang.")
    number: int | None = Field(None, description="Hanya yang bernomor ini.")


class ParcelSearch(Part):
    """Which messages are wanted."""

    state: ParcelState | None = None
    channel: str | None = Field(None, max_length=60)
    key: str | None = Field(None, max_length=500, description="Hanya yang berkunci ini.")


class Unfit(HTTPException):
    """What was asked for cannot be done as it was put (422)."""

    def __init__(self, error: BadAct) -> None:
        """As *error* says; `field` is the part of it that is wrong, empty when it is none alone."""
        super().__init__(422, str(error))
        self.field = error.field


async def done(act: Awaitable[T]) -> T:
    """What *act* gives; what cannot be done is answered with why, and what was put wrongly by `Unfit`."""
    try:
        return await act
    except NoSuch as error:
        raise HTTPException(404, str(error)) from error
    except BadAct as error:
        raise Unfit(error) from error
    except StoreError as error:
        raise HTTPException(503, str(error)) from error
    except MonitorError as error:
        raise HTTPException(409, str(error)) from error


def desk_of(view: View) -> Desk:
    """The desk; a board that only reads has none."""
    if view.desk is None:
        raise HTTPException(503, "Papan pantau ini hanya dapat dibaca.")
    return view.desk


@router.get("/incidents")
async def incidents(view: Viewed, search: Annotated[IncidentSearch, Query()]) -> Page[IncidentItem]:
    """Incidents, newest first."""
    found, total = await view.store.incidents(
        open_only=search.open, kode=search.kode, audience=search.audience, limit=search.limit, offset=search.offset
    )
    return Page(total=total, limit=search.limit, offset=search.offset, items=[IncidentItem.of(item) for item in found])


@router.get("/incidents/{number}")
async def incident(number: int, view: Viewed) -> IncidentDetail:
    """One incident with its timeline."""
    found = await view.store.incident(number) if 0 < number < 2**31 else None
    if found is None:
        raise HTTPException(404, f"Tidak ada insiden INS-{number}.")
    timeline = [EventItem.of(event) for event in await view.store.timeline(number)]
    return IncidentDetail(**dict(IncidentItem.of(found)), timeline=timeline)


@router.post("/incidents/{number}/acknowledge", responses=ACT)
async def acknowledge(number: int, said: Said, view: Viewed) -> IncidentDetail:
    """Take it on: no more reminders."""
    await done(desk_of(view).acknowledge(number, who.acting(said.actor), said.text))
    forms.tell({"teks": said.text})
    return await incident(number, view)


@router.post("/incidents/{number}/unacknowledge", responses=ACT)
async def unacknowledge(number: int, said: Said, view: Viewed) -> IncidentDetail:
    """Give it back."""
    await done(desk_of(view).unacknowledge(number, who.acting(said.actor), said.text))
    forms.tell({"teks": said.text})
    return await incident(number, view)


@router.post("/incidents/{number}/note", responses=ACT)
async def note(number: int, said: Said, view: Viewed) -> IncidentDetail:
    """A line for the timeline."""
    await done(desk_of(view).note(number, who.acting(said.actor), said.text))
    forms.tell({"teks": said.text})
    return await incident(number, view)


@router.post("/incidents/{number}/assign", responses=ACT)
async def assign(number: int, assigned: Assigned, view: Viewed) -> IncidentDetail:
    """Somebody is to deal with it."""
    await done(desk_of(view).assign(number, who.acting(assigned.actor), assigned.to))
    forms.tell({"kepada": assigned.to})
    return await incident(number, view)


@router.post("/findings/mark", responses=ACT)
async def mark(marked: Marked, view: Viewed) -> MarkItem:
    """Acknowledge, note, assign, dismiss as a false positive, or take that back, for one open finding."""
    key = key_of(view, marked.kode, marked.code, marked.subject, marked.verb)
    finding = f"{key.code} {key.subject}".strip()
    forms.tell({"kode": key.kode, "temuan": finding, "tindakan": marked.verb.value, "teks": marked.text})
    await done(desk_of(view).mark(key, marked.verb, who.acting(marked.actor), marked.text, marked.until))
    return MarkItem(kode=key.kode, code=key.code, subject=key.subject, verb=marked.verb)


def key_of(view: View, kode: str, code: str, subject: str, verb: Verb) -> FindingKey:
    """
    The open finding that is meant: an empty *subject* means the only one of *code*.

    Raises `HTTPException` when there is none, or when whoever asks may not do *verb* about it.
    """
    entry = view.latest.get(kode)
    item = _open(entry, code, subject) if entry else None
    if item is None:
        raise HTTPException(404, f"Tidak ada temuan {code} yang terbuka pada {kode}.")
    finding = item.finding
    if verb is Verb.DISMISS and finding.rule.audience is Audience.CSIRT:
        who.require(Action.DISMISS_CSIRT)
    return FindingKey(kode=kode, check=item.check, code=finding.code, subject=finding.subject, opened=item.opened)


def _open(entry: Entry, code: str, subject: str) -> OpenFinding | None:
    found = [item for item in entry.ledger.open.values() if item.finding.code == code]
    exact = [item for item in found if item.finding.subject == subject]
    meant = exact or (found if not subject and len(found) == 1 else [])
    return next(iter(meant), None)


@router.get("/maintenance")
async def maintenance(view: Viewed, search: Annotated[WindowSearch, Query()]) -> Page[WindowItem]:
    """Maintenance windows, newest first."""
    wanted = [item for item in await view.store.windows(all=search.ended) if search.number in {None, item.number}]
    found = sorted(wanted, key=lambda window: -window.number)
    part = found[search.offset : search.offset + search.limit]
    items = [WindowItem.of(window) for window in part]
    return Page(total=len(found), limit=search.limit, offset=search.offset, items=items)


@router.post("/maintenance", status_code=201, responses=ACT)
async def plan(planned: Planned, view: Viewed) -> WindowItem:
    """Plan maintenance."""
    forms.tell({"cakupan": planned.scope.value, "nilai": planned.value, "alasan": planned.reason})
    window = await done(
        desk_of(view).plan(
            planned.scope,
            planned.value,
            planned.start,
            planned.length,
            actor=who.acting(planned.actor),
            reason=planned.reason,
            rule=planned.rule,
        )
    )
    return WindowItem.of(window)


@router.post("/maintenance/{number}/end", responses=ACT)
async def end(number: int, wish: Wish, view: Viewed) -> dict[str, int]:
    """End a window now, for good."""
    await done(desk_of(view).end(number, who.acting(wish.actor)))
    return {"number": number}


@router.post("/targets/{kode}/forget", responses=ACT)
async def forget(kode: str, forgotten: Forgotten, view: Viewed) -> dict[str, str]:
    """Have a check forget what it learned of a target, and learn anew."""
    entry, desk = view.latest.get(kode), desk_of(view)
    if entry is None:
        raise HTTPException(404, f"Tidak ada situs dengan kode {kode[:60]!r} yang sedang dipantau.")
    names = [check.name for check in view.checks if check.applies(entry.target)]
    if forgotten.check not in names:
        raise HTTPException(422, f"Pemeriksaan {forgotten.check!r} tidak ada di sini; yang ada: {', '.join(names)}.")
    # Before the record forgets: a visit that ends meanwhile must not bring back what it began with.
    entry.memory.pop(forgotten.check, None)
    who.tell(forgotten.check)
    await done(desk.forget(kode, forgotten.check, who.acting(forgotten.actor)))
    return {"kode": kode, "check": forgotten.check}


@router.get("/outbox")
async def outbox(view: Viewed, search: Annotated[ParcelSearch, Query()]) -> Page[ParcelItem]:
    """Messages, newest first."""
    found = await view.store.outbox(search.state, search.channel, search.limit, search.offset, key=search.key)
    total = len(found) if search.key is not None else await _parcels(view, search)
    items = [ParcelItem.of(parcel) for parcel in found]
    return Page(total=total, limit=search.limit, offset=search.offset, items=items)


async def _parcels(view: View, search: ParcelSearch) -> int:
    """How many there are in all."""
    counts = await view.store.outbox_counts()
    return sum(
        count
        for (channel, state), count in counts.items()
        if search.channel in {None, channel} and search.state in {None, state}
    )


@router.post("/outbox/{key}/retry", responses=ACT)
async def retry(key: str, wish: Wish, view: Viewed) -> dict[str, str]:
    """Send a message that was given up once more."""
    if not await done(desk_of(view).resend(key, who.acting(wish.actor))):
        raise HTTPException(404, "Tidak ada pesan gagal dengan kunci itu.")
    return {"key": key}
