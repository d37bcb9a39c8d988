"""The evidence bundles of the months: which there are and hold, what each lacks, and the files to take away."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import structlog
from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

from monitor.availability import month_name, parse_month
from monitor.errors import reason_of
from monitor.evidence import manifest
from monitor.evidence.shelf import Shelved, folder_of, path_of, shelved
from monitor.store.stored import FrozenMonth, StoredStamp
from monitor.web.exhibits import HANDED_OUT
from monitor.web.pages import shared
from monitor.web.templating import page
from monitor.web.view import View, Viewed
from monitor.words import MONTHS, WIB

router = APIRouter(include_in_schema=False)
log = structlog.get_logger(__name__)

MISSED = 12
"""Most months that are over and were never handed out, of those just past; older ones are not asked about."""
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Edition:
    """What was handed out about a month, and its file when it is here."""

    number: int
    frozen: FrozenMonth
    holds: bool
    """It is the last one."""
    file: Shelved | None
    stamp: StoredStamp | None = None
    """From outside, over the seal that the file names or a later one; None also when there is no file."""


@dataclass(frozen=True, slots=True)
class Month:
    """All there is about a month."""

    key: str
    editions: Sequence[Edition] = ()
    """The newest first."""
    others: Sequence[Shelved] = ()
    """Files that nobody noted as handed out: drafts, copies with samples, and what was never noted."""
    is_observed: bool = True
    """Whether anybody saw a site in it, as far as it is asked: of a month that was handed out its files tell."""

    @property
    def is_readable(self) -> bool:
        """Whether each of its files could be read: of one that could not, nobody knows which it is."""
        return all(file.sha256 for file in self.others)

    @property
    def title(self) -> str:
        """`Oktober 2026`."""
        year, month = self.key.split("-")
        return f"{MONTHS[int(month) - 1]} {year}"


@dataclass(slots=True)
class _Pile:
    noted: list[FrozenMonth] = field(default_factory=list)
    beside: list[Shelved] = field(default_factory=list)


def months_of(
    files: Iterable[Shelved],
    frozen: Iterable[FrozenMonth],
    stamps: dict[str, StoredStamp] | None = None,
    missed: Collection[tuple[str, bool]] = (),
) -> list[Month]:
    """
    Months, the newest first, each with its editions, the newest first, and the *files* beside them.

    *stamps*: head → the time-stamp that covers it. *missed*: months without an edition, and whether anybody saw a site
    in each.
    """
    known = [*files]
    by_digest = {file.sha256: file for file in known if file.sha256}
    piles: dict[str, _Pile] = defaultdict(_Pile)
    for item in frozen:
        piles[item.month].noted.append(item)
    handed_out = {item.bundle for pile in piles.values() for item in pile.noted}
    for file in (*by_digest.values(), *(file for file in known if not file.sha256)):
        if not file.sha256 or file.sha256 not in handed_out:
            piles[file.month].beside.append(file)
    observed = dict(missed)
    return [
        Month(
            key, _editions(piles[key].noted, by_digest, stamps or {}), piles[key].beside, observed.get(key, True)
        )
        for key in sorted({*piles, *observed}, reverse=True)
        if 1 <= int(key[-2:]) <= len(MONTHS)
    ]  # fmt: skip


def _editions(items: Sequence[FrozenMonth], files: dict[str, Shelved], stamps: dict[str, StoredStamp]) -> list[Edition]:
    made = []
    for number, item in enumerate(items, 1):
        file = files.get(item.bundle)
        head = file.label.head if file is not None and file.label is not None else ""
        made.append(Edition(number, item, number == len(items), file, stamps.get(head)))
    return made[::-1]


async def months(view: View) -> list[Month]:
    """Every month that was handed out, should have been, or has a file; 503 when the folder cannot be read."""
    try:
        files = await asyncio.to_thread(shelved, folder_of(view.settings))
    except OSError as error:
        raise HTTPException(503, f"Folder bundel tidak dapat dibaca: {reason_of(error)}.") from error
    frozen = await view.store.frozen()
    return months_of(files, frozen, await _stamps(view, files), await _missed(view, {item.month for item in frozen}))


async def _stamps(view: View, files: Iterable[Shelved]) -> dict[str, StoredStamp]:
    heads = {file.label.head for file in files if file.label is not None} - {""}
    found = {head: await view.store.stamp_over(head) for head in heads}
    return {head: stamp for head, stamp in found.items() if stamp is not None}


async def _missed(view: View, handed_out: Collection[str]) -> list[tuple[str, bool]]:
    """The months that are over, that the record knows, and that nobody handed out; and whether they were observed."""
    first = await view.store.first_day()
    if first is None:
        return []
    begun = f"{first:%Y-%m}"
    keys = [key for key in _before(month_name(view.now())) if key >= begun and key not in handed_out]
    return [(key, await view.store.is_observed(*parse_month(key))) for key in keys]


def _before(key: str) -> Iterator[str]:
    """The `MISSED` months before *key*, the newest first."""
    for _ in range(MISSED):
        key = month_name(parse_month(key)[0].astimezone(WIB) - _TICK)
        yield key


@router.get("/bukti")
async def show(view: Viewed) -> HTMLResponse:
    """Every month that was handed out, and every bundle that is here."""
    settings = view.settings
    return page(
        "bundles.html",
        months=await months(view),
        just_past=next(_before(month_name(view.now()))),
        automatic=settings.evidence.automatic,
        has_authority=bool(settings.seal.tsa_url),
        key=view.vitals.seal.get("key", ""),
        **shared(view, "bukti"),
    )


@router.get("/bukti/cara-verifikasi")
async def how_to() -> PlainTextResponse:
    """How a bundle is verified by hand, as each says it of itself."""
    return PlainTextResponse(manifest.how_to(), headers=HANDED_OUT)


@router.get("/bukti/unduh/{name}")
async def download(name: str, view: Viewed) -> FileResponse:
    """A bundle, as a file to be kept; 503 when it is there and cannot be read."""
    try:
        found = await asyncio.to_thread(_found, folder_of(view.settings), name)
    except OSError as error:
        reason = reason_of(error)
        log.warning("evidence.unreadable", name=name, reason=reason)
        raise HTTPException(503, f"Bundel {name} tidak dapat dibaca: {reason}.") from error
    if found is None:
        raise HTTPException(404, "Tidak ada bundel dengan nama itu; lihat daftarnya di halaman Bukti.")
    path, kept = found
    return FileResponse(path, stat_result=kept, media_type="application/zip", filename=name, headers=HANDED_OUT)


def _found(folder: Path, name: str) -> tuple[Path, os.stat_result] | None:
    """The bundle *name* and its size, once a first byte of it was read. Raises `OSError` when none can be."""
    path = path_of(folder, name)
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            file.read(1)
            return path, os.fstat(file.fileno())
    except FileNotFoundError:  # it was taken away since
        return None
