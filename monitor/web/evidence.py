"""`/api/v1/evidence`: months that were handed out – to read, and to note."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, HTTPException
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from monitor.availability import parse_month
from monitor.store import AlreadyFrozen, StoreError
from monitor.store.stored import FrozenMonth
from monitor.web import forms, who
from monitor.web.api import PROBLEM
from monitor.web.cases import ACT, desk_of
from monitor.web.templating import first_upper
from monitor.web.view import View, Viewed
from monitor.web.visit_schemas import Instant, Model

router = APIRouter(prefix="/api/v1/evidence", tags=["v1"], responses={404: PROBLEM, 422: PROBLEM, 503: PROBLEM})
log = structlog.get_logger(__name__)

Digest = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[0-9A-Fa-f]{64}$")]
Month = Annotated[str, InPath(max_length=20, description="Bulan WIB, mis. `2026-10`.")]
MAX_REASON = 1_000
"""Characters of why a month is told anew."""


class Freezing(BaseModel):
    """What was handed out about a month."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: Digest = Field(description="SHA-256 angka-angkanya, heksadesimal.")
    bundle: Digest = Field(description="SHA-256 berkas bundelnya, heksadesimal.")
    empty: bool = Field(False, description="Serahkan walau tidak ada satu pengamatan pun dalam bulan itu.")  # noqa: FBT003
    reason: str = Field("", max_length=MAX_REASON, description="Mengapa dinyatakan ulang; wajib bila angkanya lain.")
    actor: str = Field("", max_length=80, description="Siapa yang menyerahkannya; akun yang masuk didahulukan.")


class FrozenItem(Model):
    """One edition of a month."""

    month: str
    at: Instant
    digest: str
    bundle: str
    """Empty when none was noted."""
    reason: str
    """Empty for the first edition."""

    @classmethod
    def of(cls, item: FrozenMonth) -> FrozenItem:
        """As the record keeps it."""
        return cls(month=item.month, at=item.at, digest=item.digest, bundle=item.bundle, reason=item.reason)


class Editions(Model):
    """Every edition of a month, oldest first: the last one holds."""

    month: str
    editions: list[FrozenItem]


@router.get("/{month}")
async def editions(month: Month, view: Viewed) -> Editions:
    """What was handed out about a month; nothing is an answer, too."""
    found = await view.store.frozen(month)
    return Editions(month=month, editions=[FrozenItem.of(item) for item in found])


async def _is_empty(view: View, month: str) -> bool:
    """Whether nobody saw a site in *month*, which is over. Raises `ValueError` (Indonesian) for what is no month."""
    since, until = parse_month(month)
    return until <= view.now() and not await view.store.is_observed(since, until)


@router.post("/{month}/freeze", responses=ACT)
async def freeze(month: Month, freezing: Freezing, view: Viewed) -> FrozenItem:
    """
    Note that a month was handed out; other figures than before need a reason, and both are kept.

    A month in which nobody saw any site is noted only with `empty`.
    """
    desk_of(view)  # a board that only reads notes nothing
    who.acting(freezing.actor)
    forms.tell({"digest": freezing.digest, "alasan": freezing.reason, "kosong": "ya" if freezing.empty else ""})
    try:
        if not freezing.empty and await _is_empty(view, month):
            raise HTTPException(409, f"Bulan {month} tidak memuat satu pengamatan pun; nyatakan `empty`.")
        held = await view.store.freeze(
            month, freezing.digest, view.now(), bundle=freezing.bundle, reason=" ".join(freezing.reason.split())
        )
    except AlreadyFrozen as error:
        raise HTTPException(409, f"{first_upper(str(error))}.") from error
    except ValueError as error:
        raise HTTPException(422, f"{first_upper(str(error))}.") from error
    except StoreError as error:
        raise HTTPException(503, str(error)) from error
    log.info("evidence.frozen", month=held.month, digest=held.digest, bundle=held.bundle, reason=held.reason)
    return FrozenItem.of(held)
