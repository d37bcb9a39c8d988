"""The audit trail: who did what, from where, when – to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Protocol, cast

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from monitor.access.people import FAILED, LOGIN, LOGOUT, PRUNED, RESTORED, ROTATED, Deed, Via
from monitor.access.roles import Action
from monitor.web import deeds
from monitor.web.api import PROBLEM
from monitor.web.pages import number_of, shared
from monitor.web.permits import RECORDED
from monitor.web.schemas import Page
from monitor.web.templating import page
from monitor.web.view import View, Viewed
from monitor.web.visit_schemas import Instant, Model

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1", tags=["v1"], responses={401: PROBLEM, 403: PROBLEM, 422: PROBLEM, 503: PROBLEM})

PAGE = 100
DEEDS = {
    LOGIN: "masuk",
    FAILED: "gagal masuk",
    LOGOUT: "keluar",
    **{action.value: action.value.replace("-", " ") for action in Action if action in RECORDED},
    Action.ADMIN.value: "akun dan token",
    ROTATED: "ganti kunci segel",
    PRUNED: "lepas catatan lama",
    RESTORED: "pulihkan dari cadangan",
}
VIAS = {
    Via.OPEN: "papan tanpa login",
    Via.SESSION: "sesi",
    Via.TOKEN: "token",
    Via.PROXY: "proksi",
    Via.LOCAL: "terminal",
    Via.NOBODY: "belum masuk",
}


class Trail(Protocol):
    """The part of the record that is read here."""

    async def audit(
        self, limit: int, offset: int, *, actor: str | None = None, deed: str | None = None
    ) -> tuple[Sequence[Deed], int]:
        """Newest first; and how many there are."""


def _trail(view: View) -> Trail:
    return cast(Trail, view.store)


class DeedItem(Model):
    """A line of the trail."""

    number: int
    at: Instant
    actor: str
    via: Via
    address: str
    """Empty for a command."""
    deed: str
    about: str
    """The address and what was sent, as recorded."""
    told: str
    """The same in words, Indonesian."""
    more: str
    """What of it the words leave out, as recorded."""

    @classmethod
    def of(cls, item: Deed) -> DeedItem:
        """As the record keeps it."""
        told = deeds.told(item)
        return cls(
            number=item.number,
            at=item.at,
            actor=item.actor,
            via=item.via,
            address=item.address,
            deed=item.deed,
            about=item.about,
            told=told.text,
            more=told.more,
        )


class Part(BaseModel):
    """Which part of the trail is wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=10_000_000)
    actor: str | None = Field(None, max_length=80)
    deed: str | None = Field(None, max_length=40)


@api.get("/audit")
async def read(view: Viewed, part: Annotated[Part, Query()]) -> Page[DeedItem]:
    """Deeds, newest first."""
    found, total = await _trail(view).audit(part.limit, part.offset, actor=part.actor, deed=part.deed)
    return Page(total=total, limit=part.limit, offset=part.offset, items=[DeedItem.of(item) for item in found])


@router.get("/audit")
async def show(request: Request, view: Viewed) -> HTMLResponse:
    """The trail, for people."""
    query = request.query_params
    actor, deed, at = query.get("siapa", "")[:80].strip(), query.get("apa", "")[:40], number_of(query.get("halaman"))
    found, total = await _trail(view).audit(PAGE, (at - 1) * PAGE, actor=actor or None, deed=deed or None)
    shown: dict[str, Any] = {
        "deeds": [(item, deeds.told(item)) for item in found],
        "total": total,
        "at": at,
        "pages": max(1, -(-total // PAGE)),
        "actor": actor,
        "deed": deed,
        "DEEDS": DEEDS,
        "VIAS": VIAS,
    }
    return page("audit.html", **shown, **shared(view, "audit"))
