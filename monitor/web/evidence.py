"""`/api/v1/evidence`: months that were handed out – to read, and to note."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import structlog
from fastapi import APIRouter, HTTPException
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from monitor.availability import parse_month
from monitor.evidence.shelf import Shelved
from monitor.store import AlreadyFrozen, StoreError
from monitor.store.stored import FrozenMonth, StoredStamp
from monitor.web import bundles, forms, who
from monitor.web.api import PROBLEM
from monitor.web.cases import ACT, desk_of
from monitor.web.templating import first_upper
from monitor.web.view import View, Viewed
from monitor.web.visit_schemas import Instant, Model
from monitor.words import floored

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


class BundleItem(Model):
    """A bundle in the folder, and what it says of itself: null where that cannot be read."""

    name: str
    size: int
    """Bytes."""
    sha256: str
    """Empty when the file cannot be read."""
    draft: bool
    """Of a month that was not over when it was made."""
    samples: bool
    """With every single visit."""
    complete: bool | None
    empty: bool | None
    """Nobody saw any site in the month."""
    unobserved: float | None
    """Of the time of all watched sites, the share in which nobody could look; 0 to 1."""
    shortcomings: list[str]
    key: str | None
    """Of the key with which it is signed; empty: it is not signed."""
    sealed_to: date | None
    """The last sealed day that it names; null also when no day of the month was sealed."""
    problem: str
    """Why it cannot be read; empty when it can."""

    @classmethod
    def of(cls, item: Shelved) -> BundleItem:
        """As it lies in the folder."""
        label = item.label
        return cls(
            name=item.name,
            size=item.size,
            sha256=item.sha256,
            draft=item.is_draft,
            samples=item.has_samples,
            complete=label.is_complete if label else None,
            empty=label.is_empty if label else None,
            unobserved=floored(label.unobserved, 4) if label else None,
            shortcomings=list(label.shortcomings) if label else [],
            key=label.key_id if label else None,
            sealed_to=label.sealed_to if label else None,
            problem=item.problem,
        )


class StampItem(Model):
    """A time-stamp over the seal that a bundle names, or over a later one, which covers it."""

    at: Instant
    """When it came, by the clock of the monitor."""
    authority: str

    @classmethod
    def of(cls, stamp: StoredStamp) -> StampItem:
        """As the record keeps it."""
        return cls(at=stamp.at, authority=stamp.authority)


class EditionItem(FrozenItem):
    """One edition of a month, and its file."""

    number: int
    """From 1."""
    superseded: bool
    """Whether a later edition holds in its stead."""
    file: BundleItem | None
    """Null when no file in the folder is the one that was handed out."""
    stamp: StampItem | None
    """Null when there is none, or no file that names a seal."""

    @classmethod
    def told(cls, item: bundles.Edition) -> EditionItem:
        """As the page of bundles has it."""
        return cls(
            **FrozenItem.of(item.frozen).model_dump(include={"month", "digest", "bundle", "reason"}),
            at=item.frozen.at,
            number=item.number,
            superseded=not item.holds,
            file=None if item.file is None else BundleItem.of(item.file),
            stamp=None if item.stamp is None else StampItem.of(item.stamp),
        )


class Editions(Model):
    """Every edition of a month, oldest first: the last one holds."""

    month: str
    editions: list[EditionItem]
    others: list[BundleItem]
    """Files beside them: drafts, copies with samples, and what nobody noted as handed out."""

    @classmethod
    def of(cls, month: bundles.Month) -> Editions:
        """As the page of bundles has it."""
        return cls(
            month=month.key,
            editions=[EditionItem.told(item) for item in reversed(month.editions)],
            others=[BundleItem.of(item) for item in month.others],
        )


class Months(Model):
    """Every month that was handed out or has a file, the newest first."""

    months: list[Editions]


@router.get("")
async def months(view: Viewed) -> Months:
    """What was handed out about every month, with the files that there are and what each lacks."""
    found = await bundles.months(view)
    return Months(months=[Editions.of(month) for month in found if month.editions or month.others])


@router.get("/{month}")
async def editions(month: Month, view: Viewed) -> Editions:
    """What was handed out about a month; nothing is an answer, too."""
    found = next((item for item in await bundles.months(view) if item.key == month), bundles.Month(month))
    return Editions.of(found)


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
