"""The page of the months' bundles: what holds, what is beside it, and what is handed over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.settings import Settings
from monitor.store.stored import FrozenMonth
from tests.unit.web import record
from tests.unit.web.client import client
from tests.unit.web.moment import NOW

PREFIX = "bukti-audit-infrastruktur-"
FIRST, SECOND = b"PK first", b"PK second"
DIGEST = "d" * 64


def text_of(page: LexborHTMLParser, selector: str) -> str:
    """What stands in the first *selector*; nothing when there is none."""
    found = page.css_first(selector)
    return "" if found is None else found.text()


def noted(content: bytes, reason: str = "", month: str = "2026-10") -> FrozenMonth:
    return FrozenMonth(
        month=month, at=NOW - timedelta(days=3), digest=DIGEST, bundle=sha256(content).hexdigest(), reason=reason
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shelf = tmp_path / "bukti"
    shelf.mkdir()
    (shelf / f"{PREFIX}2026-10.zip").write_bytes(FIRST)
    (shelf / f"{PREFIX}2026-10-edisi-2.zip").write_bytes(SECOND)
    (shelf / f"{PREFIX}2026-10-sampel.zip").write_bytes(b"PK samples")
    (shelf / f"{PREFIX}2026-11-sementara.zip").write_bytes(b"PK draft")
    (shelf / f".{PREFIX}2026-10.zip.xyz").write_bytes(b"half written")
    (shelf / "rahasia.zip").write_bytes(b"not ours")
    (shelf / f"{PREFIX}2026-09.zip").symlink_to("/etc/passwd")
    return shelf


@pytest.fixture
async def board(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    handed = [noted(FIRST), noted(SECOND, "salah <b>catat</b>"), noted(b"lost", month="2026-08")]
    settings = Settings.model_validate({"evidence": {"directory": str(folder)}})
    async with client(store=record.Record(handed=handed), settings=settings) as asked:
        yield asked


async def test_months_and_editions_are_newest_first_and_the_last_edition_holds(board: httpx.AsyncClient) -> None:
    page = LexborHTMLParser((await board.get("/bukti")).text)

    assert [title.text() for title in page.css("h2[id^=b-]")] == ["November 2026", "Oktober 2026", "Agustus 2026"]
    rows = [" ".join(row.text(separator=" ").split()) for row in page.css("#b-2026-10 + table tbody tr")]
    assert [row.partition(" ")[0] for row in rows] == ["2", "1"]
    assert f"{PREFIX}2026-10-edisi-2.zip" in rows[0]
    assert "berlaku" in rows[0]
    assert "dinyatakan ulang: salah <b>catat</b>" in rows[0]
    assert "sudah diganti" in rows[1]
    assert sha256(FIRST).hexdigest() in rows[1]


async def test_what_was_not_handed_out_is_told_apart_and_what_is_lost_is_said(board: httpx.AsyncClient) -> None:
    text = (await board.get("/bukti")).text
    page = LexborHTMLParser(text)

    beside = [" ".join(item.text(separator=" ").split()) for item in page.css("main li")]
    assert len(beside) == 2
    assert "sementara: bulan belum berakhir" in beside[0]
    assert "dengan data mentah" in beside[1]
    assert "tidak ada di folder bundel" in text_of(page, "#b-2026-08 + table")
    assert "rahasia" not in text
    assert "2026-09" not in text


async def test_a_bundle_is_handed_over_as_it_is(board: httpx.AsyncClient) -> None:
    answer = await board.get(f"/bukti/unduh/{PREFIX}2026-10.zip")

    assert answer.content == FIRST
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == f'attachment; filename="{PREFIX}2026-10.zip"'
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "name",
    [
        "rahasia.zip",
        f"{PREFIX}2026-09.zip",
        f"{PREFIX}2026-12.zip",
        f"..%2F{PREFIX}2026-10.zip",
        "..%2F..%2Fetc%2Fpasswd",
        f".{PREFIX}2026-10.zip.xyz",
        f"{PREFIX}2026-10.zip%0A",
        f"{PREFIX}2026-10.zip%00",
    ],
)
async def test_nothing_else_is_handed_over(board: httpx.AsyncClient, name: str) -> None:
    answer = await board.get(f"/bukti/unduh/{name}")

    assert answer.status_code in {400, 404}
    assert b"PK" not in answer.content


async def test_a_file_that_changed_is_read_again(board: httpx.AsyncClient, folder: Path) -> None:
    await board.get("/bukti")
    (folder / f"{PREFIX}2026-10-edisi-2.zip").write_bytes(b"PK tampered with")
    page = LexborHTMLParser((await board.get("/bukti")).text)

    row = text_of(page, "#b-2026-10 + table tbody tr")
    assert "tidak ada di folder bundel" in row  # what lies there is not what was handed out
    assert sha256(b"PK tampered with").hexdigest() in text_of(page, "main")


async def test_without_a_folder_there_is_nothing_yet(tmp_path: Path) -> None:
    settings = Settings.model_validate({"evidence": {"directory": str(tmp_path / "none"), "automatic": False}})
    async with client(settings=settings) as board:
        text = (await board.get("/bukti")).text
        other = await board.get(f"/bukti/unduh/{PREFIX}2026-10.zip")

    assert "Belum ada bundel" in text
    assert "Pembuatan otomatis dimatikan" in text
    assert other.status_code == 404
