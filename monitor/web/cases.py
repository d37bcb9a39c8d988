"""`/api/v1`: incidents, maintenance, marks and messages – to read, and to act upon."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, HTTPException, Query

from monitor.desk import BadAct, Desk
from monitor.errors import MonitorError
from monitor.incident import FindingKey, ParcelState
from monitor.incidents.errors import NoSuch
from monitor.latest import Entry
from monitor.model import Audience, OpenFinding
from monitor.web.api import PROBLEM
from monitor.web.case_schemas import (
    Assigned,
    EventItem,
    Forgotten,
    IncidentDetail,
    IncidentItem,
    Marked,
    ParcelItem,
    Planned,
    Said,
    WindowItem,
    Wish,
)
from monitor.web.schemas import Page
from monitor.web.view import View, Viewed

T = TypeVar("T")

router = APIRouter(prefix="/api/v1", tags=["v1"], responses={404: PROBLEM, 409: PROBLEM, 422: PROBLEM})

Limit = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]


async def done(act: Awaitable[T]) -> T:
    """What *act* gives; what cannot be done is answered with why."""
    try:
        return await act
    except NoSuch as error:
        raise HTTPException(404, str(error)) from error
    except BadAct as error:
        raise HTTPException(422, str(error)) from error
    except (MonitorError, ValueError) as error:
        raise HTTPException(409, str(error)) from error


def desk_of(view: View) -> Desk:
    """The desk; a board that only reads has none."""
    if view.desk is None:
        raise HTTPException(503, "Papan pantau ini hanya dapat dibaca.")
    return view.desk


@router.get("/incidents")
async def incidents(
    view: Viewed,
    *,
    open: bool = True,  # noqa: A002 - the word of the query
    kode: Annotated[str | None, Query(max_length=60)] = None,
    audience: Audience | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[IncidentItem]:
    """Incidents, newest first."""
    found, total = await view.store.incidents(open_only=open, kode=kode, audience=audience, limit=limit, offset=offset)
    return Page(total=total, limit=limit, offset=offset, items=[IncidentItem.of(item) for item in found])


@router.get("/incidents/{number}")
async def incident(number: int, view: Viewed) -> IncidentDetail:
    """One incident with its timeline."""
    found = await view.store.incident(number) if 0 < number < 2**31 else None
    if found is None:
        raise HTTPException(404, f"Tidak ada insiden INS-{number}.")
    timeline = [EventItem.of(event) for event in await view.store.timeline(number)]
    return IncidentDetail(**dict(IncidentItem.of(found)), timeline=timeline)


@router.post("/incidents/{number}/acknowledge")
async def acknowledge(number: int, said: Said, view: Viewed) -> IncidentDetail:
    """Take it on: no more reminders."""
    await done(desk_of(view).acknowledge(number, said.actor, said.text))
    return await incident(number, view)


@router.post("/incidents/{number}/unacknowledge")
async def unacknowledge(number: int, said: Said, view: Viewed) -> IncidentDetail:
    """Give it back."""
    await done(desk_of(view).unacknowledge(number, said.actor, said.text))
    return await incident(number, view)


@router.post("/incidents/{number}/note")
async def note(number: int, said: Said, view: Viewed) -> IncidentDetail:
    """A line for the timeline."""
    await done(desk_of(view).note(number, said.actor, said.text))
    return await incident(number, view)


@router.post("/incidents/{number}/assign")
async def assign(number: int, assigned: Assigned, view: Viewed) -> IncidentDetail:
    """Somebody is to deal with it."""
    await done(desk_of(view).assign(number, assigned.actor, assigned.to))
    return await incident(number, view)


@router.post("/findings/mark")
async def mark(marked: Marked, view: Viewed) -> dict[str, Any]:
    """Acknowledge, note, assign, dismiss as a false positive, or take that back, for one open finding."""
    key = key_of(view, marked.kode, marked.code, marked.subject)
    await done(desk_of(view).mark(key, marked.verb, marked.actor, marked.text, marked.until))
    return {"kode": key.kode, "code": key.code, "subject": key.subject, "verb": marked.verb}


def key_of(view: View, kode: str, code: str, subject: str) -> FindingKey:
    """The open finding that is meant. Raises `HTTPException` when there is none."""
    entry = view.latest.get(kode)
    item = _open(entry, code, subject) if entry else None
    if item is None:
        raise HTTPException(404, f"Tidak ada temuan {code} yang terbuka pada {kode}.")
    finding = item.finding
    return FindingKey(kode=kode, check=item.check, code=finding.code, subject=finding.subject, opened=item.opened)


def _open(entry: Entry, code: str, subject: str) -> OpenFinding | None:
    found = [item for item in entry.ledger.open.values() if item.finding.code == code]
    exact = [item for item in found if item.finding.subject == subject]
    return next(iter(exact or (found if not subject and len(found) == 1 else ())), None)


@router.get("/maintenance")
async def maintenance(view: Viewed, *, ended: bool = False) -> list[WindowItem]:
    """Maintenance windows that nobody ended, or all there ever were."""
    return [WindowItem.of(window) for window in await view.store.windows(all=ended)]


@router.post("/maintenance", status_code=201)
async def plan(planned: Planned, view: Viewed) -> WindowItem:
    """Plan maintenance."""
    window = await done(
        desk_of(view).plan(
            planned.scope,
            planned.value,
            planned.start,
            planned.length,
            actor=planned.actor,
            reason=planned.reason,
            rule=planned.rule,
        )
    )
    return WindowItem.of(window)


@router.post("/maintenance/{number}/end")
async def end(number: int, wish: Wish, view: Viewed) -> dict[str, int]:
    """End a window now, for good."""
    await done(desk_of(view).end(number, wish.actor))
    return {"number": number}


@router.post("/targets/{kode}/forget")
async def forget(kode: str, forgotten: Forgotten, view: Viewed) -> dict[str, str]:
    """Have a check forget what it learned of a target, and learn anew."""
    entry = view.latest.get(kode)
    if entry is None:
        raise HTTPException(404, f"Tidak ada situs dengan kode {kode[:60]!r} yang sedang dipantau.")
    await done(desk_of(view).forget(kode, forgotten.check))
    entry.memory.pop(forgotten.check, None)
    return {"kode": kode, "check": forgotten.check}


@router.get("/outbox")
async def outbox(
    view: Viewed,
    state: ParcelState | None = None,
    channel: Annotated[str | None, Query(max_length=60)] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> list[ParcelItem]:
    """Messages, newest first."""
    return [ParcelItem.of(parcel) for parcel in await view.store.outbox(state, channel, limit, offset)]


@router.post("/outbox/{key}/retry")
async def retry(key: str, wish: Wish, view: Viewed) -> dict[str, str]:
    """Send a message that was given up once more."""
    if not await done(desk_of(view).resend(key)):
        raise HTTPException(404, "Tidak ada pesan gagal dengan kunci itu.")
    return {"key": key}
