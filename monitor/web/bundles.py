"""The evidence bundles of the months: which there are, which of them hold, and the files to take away."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, HTMLResponse

from monitor.evidence.shelf import Shelved, folder_of, path_of, shelved
from monitor.store.stored import FrozenMonth
from monitor.web.exhibits import HANDED_OUT
from monitor.web.pages import shared
from monitor.web.templating import page
from monitor.web.view import Viewed
from monitor.words import MONTHS

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Edition:
    """What was handed out about a month, and its file when it is here."""

    number: int
    frozen: FrozenMonth
    holds: bool
    """It is the last one."""
    file: Shelved | None


@dataclass(frozen=True, slots=True)
class Month:
    """All there is about a month."""

    key: str
    editions: Sequence[Edition]
    others: Sequence[Shelved]
    """Files that nobody noted as handed out: drafts, copies with samples, and what was never noted."""

    @property
    def title(self) -> str:
        """`Oktober 2026`."""
        year, month = self.key.split("-")
        return f"{MONTHS[int(month) - 1]} {year}"


def months_of(files: Iterable[Shelved], frozen: Iterable[FrozenMonth]) -> list[Month]:
    """Months, the newest first, each with its editions, the newest first, and the *files* beside them."""
    by_digest = {file.sha256: file for file in files}
    beside: dict[str, list[Shelved]] = defaultdict(list)
    noted: dict[str, list[FrozenMonth]] = defaultdict(list)
    for item in frozen:
        noted[item.month].append(item)
    handed_out = {item.bundle for items in noted.values() for item in items}
    for file in by_digest.values():
        if file.sha256 not in handed_out:
            beside[file.month].append(file)
    return [
        Month(key, _editions(noted[key], by_digest), beside[key])
        for key in sorted({*noted, *beside}, reverse=True)
        if 1 <= int(key[-2:]) <= len(MONTHS)
    ]


def _editions(items: Sequence[FrozenMonth], files: dict[str, Shelved]) -> list[Edition]:
    last = len(items)
    made = (Edition(number, item, number == last, files.get(item.bundle)) for number, item in enumerate(items, 1))
    return [*made][::-1]


@router.get("/bukti")
async def show(view: Viewed) -> HTMLResponse:
    """Every month that was handed out, and every bundle that is here."""
    folder = folder_of(view.settings)
    try:
        files = await asyncio.to_thread(shelved, folder)
    except OSError as error:
        raise HTTPException(503, f"Folder bundel tidak dapat dibaca: {error.strerror or error}.") from error
    months = months_of(files, await view.store.frozen())
    return page("bundles.html", months=months, automatic=view.settings.evidence.automatic, **shared(view, "bukti"))


@router.get("/bukti/unduh/{name}")
async def download(name: str, view: Viewed) -> FileResponse:
    """A bundle, as a file to be kept."""
    path = await asyncio.to_thread(path_of, folder_of(view.settings), name)
    if path is None:
        raise HTTPException(404, "Tidak ada bundel dengan nama itu; lihat daftarnya di halaman Bukti.")
    return FileResponse(path, media_type="application/zip", filename=name, headers=HANDED_OUT)
