"""A bundle, from the question to the file: collect, compare with what was handed out, pack, freeze."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from monitor import availability, words
from monitor.errors import MonitorError
from monitor.evidence import bundle, canonical, collect, lacking, tables
from monitor.evidence.collect import Edition
from monitor.evidence.data import Gap, Hour, MonthData, Period, Site
from monitor.evidence.manifest import Origin
from monitor.evidence.record import Brief, Record
from monitor.evidence.signing import Signer
from monitor.store.stored import FrozenMonth, StoredSample

MICROSECOND = timedelta(microseconds=1)
_PAGE = timedelta(days=7)
_MANY = 1_000_000
"""Samples of a site in a week; at one a second there are 604,800."""


class Frozen(MonitorError):
    """The month was handed out with other figures, and nobody said why it should be told anew."""


class Empty(MonitorError):
    """Nobody saw a site in the month, and nobody asked for a bundle that says so; nothing was written (Indonesian)."""

    def __init__(self, month: MonthData, observed: tuple[datetime, datetime] | None) -> None:
        """Keep the *month*, and the first and the last look *observed* of the record."""
        self.month = month
        self.observed = observed
        super().__init__(f"bulan {month.period.key} tidak memuat satu pengamatan pun; {_extent(observed)}")


def _extent(observed: tuple[datetime, datetime] | None) -> str:
    if observed is None:
        return "seluruh catatan ini masih kosong"
    first, last = map(words.table, observed)
    return f"pengamatan pertama dalam catatan {first} WIB, yang terakhir {last} WIB"


Freeze = Callable[[str, str, str, str], Awaitable[None]]
"""(month, digest of the figures, digest of the bundle, reason): have it noted that the month was handed out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is wanted."""

    period: Period
    folder: Path
    reason: str = ""
    """Why the month is told anew; needed only when it says something else than before."""
    with_samples: bool = False
    empty: bool = False
    """Whether a month in which nobody saw any site is to be told, too: as one that is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A bundle that was written."""

    path: Path
    sha256: str
    month: MonthData
    is_new: bool
    """False when the month had been handed out with the same figures before."""
    is_redrawn: bool = False
    """Whether this program draws the figures that were handed out before as another file."""


def figures_digest(month: MonthData) -> str:
    """SHA-256 of what *month* says, whichever version of the program says it and however often."""
    return canonical.digest(replace(month, tool="", edition=1, restated=""))


async def export(record: Record, order: Order, brief: Brief, signer: Signer | str, freeze: Freeze) -> Made:
    """
    Write the bundle; a month that is over is frozen.

    *signer* may be why there is none. Raises `Empty`, `Frozen`, `OSError`, or what reading the record raises.
    """
    before = await record.frozen(order.period.key)
    month = _signed(await collect.collect(record, order.period, brief, _last(before)), signer)
    digest = figures_digest(month)
    is_new = not before or before[-1].digest != digest
    if is_new and month.is_empty and not order.empty:
        raise Empty(month, await record.observed())
    if before and is_new:
        if not order.reason:
            raise Frozen(_otherwise(month))
        month = replace(month, edition=len(before) + 1, restated=order.reason)
    press = _Press(record, month, await _origin(record, month, brief, signer, before), signer)
    handed = before[-1].bundle if before and not is_new else ""
    plain = await press.put(order.folder / bundle.file_name(month), handed=handed)
    if is_new and month.period.is_over:
        await freeze(order.period.key, digest, plain[1], order.reason)
    path, sha256 = plain
    if order.with_samples:
        path, sha256 = await press.put(order.folder / bundle.file_name(month, with_samples=True), with_samples=True)
    return Made(path=path, sha256=sha256, month=month, is_new=is_new, is_redrawn=bool(handed) and handed != plain[1])


def _otherwise(month: MonthData) -> str:
    said = f"bulan {month.period.key} sudah dibekukan dengan angka lain"
    if any(item.gap is Gap.LET_GO for item in month.shortcomings):
        said += (
            ", dan data mentahnya sudah dilepas, sehingga angka itu tidak dapat dihitung lagi; pakai bundel yang lama"
        )
    return f"{said}; nyatakan ulang dengan --alasan, maka keduanya disimpan"


def _last(before: Sequence[FrozenMonth]) -> Edition:
    return Edition(len(before), before[-1].reason) if before else Edition()


def _signed(month: MonthData, signer: Signer | str) -> MonthData:
    if not isinstance(signer, str):
        return month
    return replace(month, shortcomings=(*month.shortcomings, lacking.unsigned(signer)))


async def _origin(
    record: Record, month: MonthData, brief: Brief, signer: Signer | str, before: Sequence[FrozenMonth]
) -> Origin:
    """What the month was made from; the bundle before it is the one that held when this month was first told so."""
    earlier = await record.frozen(month.previous_key)
    if month.edition <= len(before):
        earlier = [item for item in earlier if item.at <= before[month.edition - 1].at]
    return Origin(
        settings=brief.settings,
        inventory=canonical.digest([_declared(site) for site in month.sites]),
        previous=next((item.bundle for item in reversed(earlier) if item.bundle), ""),
        key_id="" if isinstance(signer, str) else signer.key_id,
    )


def _declared(site: Site) -> tuple[object, ...]:
    """The inventory's row of *site*."""
    return (
        site.kode, site.kind, site.name, site.url, site.mail, site.owner, site.source, site.verification,
        site.suggested_url, site.active,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Press:
    """Everything that makes a file."""

    record: Record
    month: MonthData
    origin: Origin
    signer: Signer | str

    async def put(self, path: Path, *, with_samples: bool = False, handed: str = "") -> tuple[Path, str]:
        """
        The file and its SHA-256; whole, or not at all.

        The very file that was *handed* out (by its SHA-256) is never replaced by another: the new one stands beside it.
        """
        if await asyncio.to_thread(bundle.is_there, path, handed):
            beside = path.with_name(f"{path.stem}-gambar-ulang{path.suffix}")
            made = await self.put(beside, with_samples=with_samples)
            if made[1] == handed:
                await asyncio.to_thread(beside.unlink)
                return path, handed
            return made
        with bundle.replacing(path) as target:
            packer = bundle.Packer(target, self.month.period.cut)
            await asyncio.to_thread(bundle.add_month, packer, self.month)  # seconds of drawing
            await packer.stream(bundle.HOURS, _hours(self.record, self.month))
            for site in self.month.sites if with_samples else ():
                if site.active:
                    name = f"{bundle.SAMPLES}{site.kode}.csv"
                    await packer.stream(name, _samples(self.record, site, self.month.period))
            bundle.finish(packer, self.month, self.origin, None if isinstance(self.signer, str) else self.signer)
        return path, await asyncio.to_thread(bundle.digest_of, path)


async def _hours(record: Record, month: MonthData) -> AsyncIterator[bytes]:
    yield tables.hours_head()
    for site in month.sites:
        if site.active:
            found = await record.hourly(site.kode, month.period.since, month.period.cut)
            yield tables.hours(map(_hour, found))


def _hour(hour: availability.Hour) -> Hour:
    time = hour.response
    return Hour(
        kode=hour.kode,
        start=hour.start,
        up=hour.tally.up,
        degraded=hour.tally.degraded,
        down=hour.tally.down,
        unobserved=hour.tally.unobserved,
        looks=hour.looks,
        median=None if time.median is None else time.median // MICROSECOND,
        p95=None if time.p95 is None else time.p95 // MICROSECOND,
    )


async def _samples(record: Record, site: Site, period: Period) -> AsyncIterator[bytes]:
    yield tables.samples_head()
    start = period.since
    while start < period.cut:
        end = min(start + _PAGE, period.cut)
        found: Sequence[StoredSample] = await record.samples(site.kode, "website", start, end, _MANY)
        yield tables.samples(found)
        start = end
