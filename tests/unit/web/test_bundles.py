"""The page of the months' bundles: what holds, what is beside it, and what is handed over."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser
from structlog.testing import capture_logs

from monitor import words
from monitor.evidence import shelf
from monitor.evidence.data import Gap, MonthData, SealRange, Shortcoming
from monitor.settings import Settings
from monitor.store.stored import FrozenMonth, StoredStamp
from monitor.web.bundles import MISSED
from tests.unit.evidence import fake
from tests.unit.evidence.test_labels import HEAD, SEEN
from tests.unit.evidence.test_verify import KEY, packed
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

    assert [title.text() for title in page.css("h2[id^=b-20]")] == ["November 2026", "Oktober 2026", "Agustus 2026"]
    rows = [" ".join(row.text(separator=" ").split()) for row in page.css("#b-2026-10 + table tbody tr")]
    assert [row.partition(" ")[0] for row in rows] == ["2", "1"]
    assert f"{PREFIX}2026-10-edisi-2.zip" in rows[0]
    assert "berlaku" in rows[0]
    assert "Dinyatakan ulang: salah <b>catat</b>" in rows[0]
    assert "Sudah diganti" in rows[1]
    assert sha256(FIRST).hexdigest() in rows[1]


JAN, MAR = "2026-01", "2026-03"


def made(folder: Path, month: str, label: MonthData, *, signed: bool = True, name: str = "") -> FrozenMonth:
    """A bundle of *month* with what *label* says, in *folder*; and its note."""
    content = packed(label, KEY if signed else None)
    (folder / (name or f"{PREFIX}{month}.zip")).write_bytes(content)
    return noted(content, month=month)


@asynccontextmanager
async def office(
    folder: Path, *handed: FrozenMonth, tsa: bool = False, **fields: Any
) -> AsyncIterator[httpx.AsyncClient]:
    values: dict[str, Any] = {"evidence": {"directory": str(folder)}}
    if tsa:
        values["seal"] = {"tsa_url": "https://tsa.example/", "tsa_ca": str(folder / "ca.pem")}
    store = record.Record(handed=list(handed), **fields)
    async with client(store=store, settings=Settings.model_validate(values)) as asked:
        yield asked


async def state_of(board: httpx.AsyncClient, month: str = JAN) -> str:
    """What the page says of the edition that holds, on one line."""
    page = LexborHTMLParser((await board.get("/bukti")).text)
    cell = page.css_first(f"#b-{month} + table tbody td[data-label=Keadaan]")
    assert cell is not None
    return " ".join(cell.text(separator=" ").split())


async def test_a_whole_month_is_told_as_whole_signed_and_stamped(tmp_path: Path) -> None:
    held = made(tmp_path, JAN, SEEN)
    stamp = StoredStamp(31, NOW - timedelta(days=2), "https://tsa.example/", b"")
    async with office(tmp_path, held, stamps={HEAD: stamp}) as board:
        said = await state_of(board)
        page = LexborHTMLParser((await board.get("/bukti")).text)

    assert said == (
        f"Lengkap 50,00% waktu situs tidak teramati Ditandatangani kunci {KEY.key_id} "
        f"Bercap waktu atas segelnya, {words.table(stamp.at)}, oleh https://tsa.example/ Cara memeriksa"
    )
    states = page.css(f"#b-{JAN} + table td[data-label=Keadaan] .state")
    assert [item.attributes["class"] for item in states] == ["state s-aktif"] * 3
    assert text_of(page, 'td a[href="#cara-memeriksa"]') == "Cara memeriksa"
    assert page.css_first("#cara-memeriksa") is not None


async def test_what_a_month_lacks_is_told_in_words(tmp_path: Path) -> None:
    lacking = (Shortcoming(Gap.UNSEALED, "2 hari <b>belum</b> disegel."), Shortcoming(Gap.UNSIGNED, "Tanpa kunci."))
    held = made(tmp_path, JAN, replace(SEEN, shortcomings=lacking), signed=False)
    async with office(tmp_path, held) as board:
        said = await state_of(board)
        page = LexborHTMLParser((await board.get("/bukti")).text)

    assert said.startswith("Tidak lengkap 50,00% waktu situs tidak teramati 2 hal kurang 2 hari <b>belum</b> disegel.")
    assert "Tidak ditandatangani" in said
    assert "Tanpa cap waktu tidak ada otoritas cap waktu pada setelan" in said
    states = page.css(f"#b-{JAN} + table td[data-label=Keadaan] .state")
    assert [item.attributes["class"] for item in states] == ["state s-terganggu"] * 3


@pytest.mark.parametrize(
    ("label", "tsa", "words_"),
    [
        (SEEN, True, "Tanpa cap waktu otoritas belum memberi cap atas segelnya"),
        (replace(SEEN, seal=SealRange()), True, "Tidak tersegel tidak satu hari pun pada bulan itu disegel"),
        (fake.empty(), False, "Kosong tidak ada satu pengamatan pun 1 hal kurang"),
    ],
)
async def test_other_states_in_words(tmp_path: Path, label: MonthData, tsa: bool, words_: str) -> None:  # noqa: FBT001
    async with office(tmp_path, made(tmp_path, JAN, label), tsa=tsa) as board:
        assert words_ in await state_of(board)


async def test_what_was_superseded_has_a_badge_and_names_the_edition_that_holds(board: httpx.AsyncClient) -> None:
    page = LexborHTMLParser((await board.get("/bukti")).text)
    heads = page.css("#b-2026-10 + table tbody th")

    assert [" ".join(head.text(separator=" ").split()) for head in heads] == [
        "2 berlaku",
        "1 Sudah diganti oleh edisi 2",
    ]
    assert [len(head.css(".state")) for head in heads] == [0, 1]


async def test_a_file_that_is_no_bundle_is_told_as_such(board: httpx.AsyncClient) -> None:
    said = await state_of(board, "2026-10")
    assert said.startswith("Dinyatakan ulang: salah <b>catat</b> Tidak terbaca bukan berkas ZIP")


async def test_a_file_that_cannot_be_read_hides_no_other(
    board: httpx.AsyncClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torn = folder / f"{PREFIX}2026-10-edisi-2.zip"
    torn.write_bytes(b"PK on a bad block")
    read = hashlib.file_digest

    def failing(file: Any, name: str) -> Any:
        if file.name == str(torn):
            raise OSError(errno.EIO, "Input/output error")
        return read(file, name)

    monkeypatch.setattr(hashlib, "file_digest", failing)
    page, told = (
        LexborHTMLParser((await board.get("/bukti")).text),
        (await board.get("/api/v1/evidence/2026-10")).json(),
    )

    rows = [" ".join(row.text(separator=" ").split()) for row in page.css("#b-2026-10 + table tbody tr")]
    assert "tidak ada di antara berkas yang dapat dibaca" in rows[0], "it may be this one"
    assert f"{PREFIX}2026-10.zip" in rows[1]
    assert "edisi-2.zip 17 B" in " ".join(text_of(page, "#b-2026-10 ~ ul").split())
    assert "Tidak terbaca tidak dapat dibaca (diska gagal membaca atau menulis)" in text_of(page, "#b-2026-10 ~ ul")
    assert not page.css(f"a[href$='{torn.name}']")
    assert [(item["sha256"], item["complete"]) for item in told["others"] if item["name"] == torn.name] == [("", None)]


async def test_a_file_that_is_taken_away_meanwhile_is_not_there(
    board: httpx.AsyncClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = shelf.path_of

    def taken(where: Path, name: str) -> Path | None:
        found = there(where, name)
        (folder / f"{PREFIX}2026-10-sampel.zip").unlink(missing_ok=True)
        return found

    monkeypatch.setattr(shelf, "path_of", taken)
    answer = await board.get("/bukti")

    assert answer.status_code == 200
    assert "-sampel.zip" not in answer.text


async def test_months_that_nobody_handed_out_are_told_with_the_reason(tmp_path: Path) -> None:
    begun = date(2025, 12, 20)
    async with office(tmp_path, made(tmp_path, JAN, SEEN), begun=begun, blank=[MAR]) as board:
        page = LexborHTMLParser((await board.get("/bukti")).text)
    months = [title.attributes["id"] for title in page.css("h2[id^=b-20]")]

    assert months[-2:] == ["b-2026-01", "b-2025-12"], "not before the record began"
    assert "b-2026-11" not in months, "it is not over"
    assert "tidak memuat satu pengamatan pun pada bulan ini" in text_of(page, "#b-2026-03 + .callout")
    assert "--month 2026-03 --kosong" in text_of(page, "#b-2026-03 + .callout")
    other = text_of(page, "#b-2026-04 + .callout")
    assert other == "Belum diserahkan. Buat dengan monitor evidence export --month 2026-04."
    assert "Dibuat sendiri" in text_of(page, "#b-2026-10 + .callout")


async def test_only_the_months_just_past_are_asked_about(tmp_path: Path) -> None:
    async with office(tmp_path, begun=date(2020, 1, 1)) as board:
        page = LexborHTMLParser((await board.get("/bukti")).text)
    assert len(page.css("h2[id^=b-20]")) == MISSED


async def test_how_to_verify_is_handed_out_as_text(board: httpx.AsyncClient) -> None:
    answer = await board.get("/bukti/cara-verifikasi")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("CARA MEMERIKSA KEUTUHAN BUNDEL BUKTI INI")


async def test_the_api_says_of_each_bundle_what_the_page_says(tmp_path: Path) -> None:
    held = made(tmp_path, JAN, SEEN)
    later = replace(made(tmp_path, JAN, fake.empty(), signed=False, name=f"{PREFIX}{JAN}-edisi-2.zip"), reason="hilang")
    (tmp_path / f"{PREFIX}{JAN}-sementara.zip").write_bytes(b"PK draft")
    stamp = StoredStamp(31, NOW, "https://tsa.example/", b"")
    async with office(tmp_path, held, later, stamps={HEAD: stamp}, begun=date(2026, 1, 1)) as board:
        month = (await board.get(f"/api/v1/evidence/{JAN}")).json()
        listed = (await board.get("/api/v1/evidence")).json()
        none = (await board.get("/api/v1/evidence/2026-02")).json()

    assert listed == {"months": [month]}
    assert none == {"month": "2026-02", "editions": [], "others": []}
    first, second = month["editions"]
    assert (first["number"], first["superseded"], second["number"], second["superseded"]) == (1, True, 2, False)
    assert first["stamp"] == {"at": words.iso(NOW), "authority": "https://tsa.example/"}
    assert first["file"] == {
        "name": f"{PREFIX}{JAN}.zip", "size": len(packed(SEEN, KEY)), "sha256": held.bundle, "draft": False,
        "samples": False, "complete": True, "empty": False, "unobserved": 0.5, "shortcomings": [], "key": KEY.key_id,
        "sealed_to": "2026-10-31", "problem": "",
    }  # fmt: skip
    said = second["file"]
    assert (said["complete"], said["empty"], said["key"], said["sealed_to"], second["stamp"]) == (
        False, True, "", None, None,
    )  # fmt: skip
    assert said["shortcomings"] == [item.text for item in fake.empty().shortcomings]
    (draft,) = month["others"]
    assert (draft["draft"], draft["complete"], draft["key"]) == (True, None, None)
    assert "bukan berkas ZIP" in draft["problem"]


async def test_what_was_not_handed_out_is_told_apart_and_what_is_lost_is_said(board: httpx.AsyncClient) -> None:
    text = (await board.get("/bukti")).text
    page = LexborHTMLParser(text)

    beside = [" ".join(item.text(separator=" ").split()) for item in page.css("h3 + ul > li")]
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


async def test_one_that_is_there_and_cannot_be_read_is_told_so(
    board: httpx.AsyncClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut, known = folder / f"{PREFIX}2026-10.zip", Path.open

    def opened(path: Path, *arguments: Any, **named: Any) -> Any:
        if path == shut:
            raise PermissionError(errno.EACCES, "Permission denied")
        return known(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", opened)
    with capture_logs() as logged:
        answer = await board.get(f"/bukti/unduh/{shut.name}")

    assert answer.status_code == 503
    assert f"Bundel {shut.name} tidak dapat dibaca: " in LexborHTMLParser(answer.text).css_first("main").text()  # type: ignore[union-attr]
    assert "Permission denied" not in answer.text
    assert [item["name"] for item in logged if item["event"] == "evidence.unreadable"] == [shut.name]


async def test_one_that_is_taken_away_as_it_is_asked_for_is_not_there(
    board: httpx.AsyncClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = shelf.path_of

    def taken(where: Path, name: str) -> Path | None:
        found = there(where, name)
        (folder / name).unlink()
        return found

    monkeypatch.setattr("monitor.web.bundles.path_of", taken)
    assert (await board.get(f"/bukti/unduh/{PREFIX}2026-10.zip")).status_code == 404


async def test_one_that_keeps_its_size_and_its_time_is_read_again_when_it_is_another(
    board: httpx.AsyncClient, folder: Path
) -> None:
    file = folder / f"{PREFIX}2026-10.zip"
    kept = file.stat()
    await board.get("/bukti")
    for content in (b"PK thirx", b"PK forty"):  # in its place, and as another file
        if content.endswith(b"y"):
            file.unlink()
        file.write_bytes(content)
        os.utime(file, ns=(kept.st_atime_ns, kept.st_mtime_ns))
        page = LexborHTMLParser((await board.get("/bukti")).text)
        assert sha256(content).hexdigest() in text_of(page, "main")


async def test_one_that_changes_while_it_is_read_is_told_so_and_never_remembered(
    board: httpx.AsyncClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, read = folder / f"{PREFIX}2026-10.zip", hashlib.file_digest

    def grown(source: Any, name: str) -> Any:
        found = read(source, name)
        if source.name == str(file):
            file.write_bytes(b"PK grown meanwhile")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(hashlib, "file_digest", grown)
        assert "berubah selagi dibaca" in (await board.get("/bukti")).text
    page = LexborHTMLParser((await board.get("/bukti")).text)
    assert sha256(b"PK grown meanwhile").hexdigest() in text_of(page, "main")


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
