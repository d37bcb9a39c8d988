"""What was kept as evidence, to be taken away: in an archive that nothing executes, pictures also to be looked at."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from hashlib import sha256

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from monitor.web.reads import Kept
from monitor.web.view import Viewed
from monitor.words import WIB

router = APIRouter(include_in_schema=False)

PNG = b"\x89PNG\r\n\x1a\n"
HANDED_OUT = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}
"""A stranger's bytes: nothing of them may run in our name, however they are opened."""

READ_ME = """\
Bukti yang disimpan pemantau persis seperti diterima. JANGAN membuka isi.bin dengan peramban:
isinya milik pihak yang menyisipkan. Gunakan penyunting teks, atau `monitor inspect page isi.bin --url ALAMAT`.

keterangan.json   kapan, dari mana, sebagai siapa diminta, status, ringkasan SHA-256
kepala.txt        kepala jawaban HTTP menurut urutan diterima
isi.bin           isi jawaban sesudah dekompresi
"""


Whole = tuple[Kept, tuple[tuple[str, str], ...], bytes]
"""An exhibit, its header fields, its body."""


@router.get("/situs/{kode}/bukti/{number}")
async def archive(kode: str, number: int, view: Viewed) -> Response:
    """The exhibit as a ZIP archive."""
    kept, head, body = await _found(view, kode, number)
    name = f"bukti-{kept.kode}-{kept.label}-{kept.at.astimezone(WIB):%Y%m%d-%H%M%S}.zip"
    disposition = {"content-disposition": f'attachment; filename="{_plain(name)}"'}
    return Response(packed(kept, head, body), media_type="application/zip", headers={**HANDED_OUT, **disposition})


@router.get("/situs/{kode}/bukti/{number}/gambar")
async def picture(kode: str, number: int, view: Viewed) -> Response:
    """The exhibit to look at, when it is a picture of ours."""
    _kept, _head, body = await _found(view, kode, number)
    if not body.startswith(PNG):
        raise HTTPException(404, "Bukti ini bukan gambar; unduh sebagai arsip.")
    return Response(body, media_type="image/png", headers=HANDED_OUT)


async def _found(view: Viewed, kode: str, number: int) -> Whole:
    whole: Whole | None = await view.store.exhibit(number) if 0 < number < 2**63 else None
    if whole is None or whole[0].kode != kode:
        raise HTTPException(404, "Tidak ada bukti dengan nomor itu pada situs ini, atau masa simpannya sudah lewat.")
    return whole


def packed(kept: Kept, head: tuple[tuple[str, str], ...], body: bytes) -> bytes:
    """The archive: the same bytes for the same exhibit, for whoever compares copies."""
    told = {
        "kode": kept.kode,
        "sebagai": kept.label,
        "alamat": kept.url,
        "waktu": kept.at.astimezone(WIB).isoformat(),
        "status": kept.status,
        "jenis_media_menurut_server": kept.media_type,
        "byte": len(body),
        "terpotong": kept.capped,
        "sha256_isi": sha256(body).hexdigest(),
    }
    files = {
        "BACA-DULU.txt": READ_ME.encode(),
        "keterangan.json": json.dumps(told, ensure_ascii=False, indent=2).encode(),
        "kepala.txt": "".join(f"{name}: {value}\n" for name, value in head).encode("utf-8", "replace"),
        "layar.png" if body.startswith(PNG) else "isi.bin": body,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            bundle.writestr(zipfile.ZipInfo(name, date_time=_stamp(kept.at)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _stamp(at: datetime) -> tuple[int, int, int, int, int, int]:
    local = at.astimezone(WIB)
    return local.year, local.month, local.day, local.hour, local.minute, local.second


def _plain(name: str) -> str:
    """*name* as a file name that every system takes, and no header is broken by."""
    return "".join(
        character if character.isascii() and (character.isalnum() or character in "-._") else "_" for character in name
    )
