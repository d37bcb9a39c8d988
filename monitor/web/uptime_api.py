"""`/api/v1`: availability by month; read only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from monitor.availability import month_name
from monitor.model import Kind, Target
from monitor.web.api import PROBLEM
from monitor.web.schemas import Page
from monitor.web.uptime import Month, month_of, nothing
from monitor.web.uptime_schemas import AvailabilityDetail, AvailabilityItem
from monitor.web.view import View, Viewed

router = APIRouter(prefix="/api/v1", tags=["v1"], responses={422: PROBLEM})


class MonthSearch(BaseModel):
    """Which month is wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: str = Field(
        "",
        pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$",
        description="Bulan menurut WIB, mis. `2026-11`; kosong: bulan ini.",
    )


class AvailabilitySearch(MonthSearch):
    """What of the list is wanted."""

    jenis: Kind | None = None
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=10_000_000)


@router.get("/availability")
async def availability(view: Viewed, search: Annotated[AvailabilitySearch, Query()]) -> Page[AvailabilityItem]:
    """Everything that is watched, and what was in that month, each with its figures."""
    name = asked(view, search.month)
    known = await month_of(view, name)
    found = [target for target in await _listed(view, known) if search.jenis in {None, target.kind}]
    shown = found[search.offset : search.offset + search.limit]
    items = [AvailabilityItem.of(target, _aimed(view, target, known, name)) for target in shown]
    return Page(total=len(found), limit=search.limit, offset=search.offset, items=items)


@router.get("/targets/{kode}/availability", responses={404: PROBLEM})
async def availability_of(kode: str, view: Viewed, search: Annotated[MonthSearch, Query()]) -> AvailabilityDetail:
    """One site, service or domain, with its outages; one that left the inventory, too."""
    name = asked(view, search.month)
    target = await _target(view, kode)
    return AvailabilityDetail.detail(target, _aimed(view, target, await month_of(view, name, kode), name))


def asked(view: View, text: str) -> str:
    """The month that *text* names, this one when it is empty. Raises 422 for what is none, or has not begun."""
    this = month_name(view.now())
    name = text or this
    try:
        nothing(view, name)
    except ValueError as error:
        raise HTTPException(422, f"{str(error).capitalize()}.") from error
    if name > this:
        raise HTTPException(422, f"Bulan {name} belum dimulai; yang terakhir ada adalah {this}.")
    return name


def _aimed(view: View, target: Target, known: Mapping[str, Month], name: str) -> Month:
    month = known.get(target.kode) or nothing(view, name)
    return replace(month, goal=view.settings.record.targets.of(target.kind))


async def _listed(view: View, known: Mapping[str, Month]) -> list[Target]:
    """What is watched, in the inventory's order, then what is not any more and counts in the month."""
    gone = [target for target in await _unwatched(view) if target.kode in known]
    return [
        *(entry.target for entry in view.latest.entries()),
        *(target for target in gone if known[target.kode].figures.watched),
    ]


async def _unwatched(view: View) -> list[Target]:
    return [*view.latest.idle, *(retired.target for retired in await view.store.retired())]


async def _target(view: View, kode: str) -> Target:
    entry = view.latest.get(kode)
    if entry is not None:
        return entry.target
    found = next((target for target in await _unwatched(view) if target.kode == kode), None)
    if found is None:
        raise HTTPException(404, f"Tidak ada situs dengan kode {kode[:60]!r}.")
    return found
