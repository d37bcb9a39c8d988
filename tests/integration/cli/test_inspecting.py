"""A saved page, judged offline by the daemon's own rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.net.body import MAX_BODY
from tests.integration.cli.typed import Run

GOOD = """<!doctype html><html lang="id"><head><title>Desa Sinduraja – Kabupaten Purbalingga</title></head>
<body><h1>Pemerintah Desa Sinduraja</h1><p>Selamat datang di situs resmi Pemerintah Desa Sinduraja, Kecamatan
Kaligondang, Kabupaten Purbalingga. Warga dapat mengurus surat pengantar di balai desa pada hari kerja.</p>
</body></html>
"""
BAD = GOOD.replace(
    "<h1>",
    '<div style="display:none"><a href="https://gacor.example/daftar">SLOT GACOR MAXWIN</a>'
    '<a href="https://togel.example/">TOGEL ONLINE RTP LIVE</a><b>[bold]situs judi slot online</b></div><h1>',
).replace("<title>", "<title>SLOT GACOR ONLINE MAXWIN RTP LIVE – ")
URL = "https://sinduraja.desa.id/"


def saved(folder: Path, text: str, name: str = "isi.bin") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_good_page_is_said_to_be_good_and_ends_with_0(run: Run, tmp_path: Path) -> None:
    ended = run("inspect", "page", saved(tmp_path, GOOD), "--url", URL)

    assert ended.code == 0, ended
    assert "Desa Sinduraja" in ended.out
    assert "bersih dari sisipan judi daring" in ended.out
    assert ended.err == ""


def test_a_hijacked_page_is_told_with_what_to_do_and_ends_with_1(run: Run, tmp_path: Path) -> None:
    ended = run("inspect", "page", saved(tmp_path, BAD), "--url", URL)

    assert ended.code == 1
    for part in ("tersisipi judi daring", "content.gambling", "KRITIS", "gacor.example", "[bold]"):
        assert part in ended.out


def test_below_the_threshold_it_ends_with_0(run: Run, tmp_path: Path) -> None:
    page = saved(tmp_path, GOOD.replace("<p>", '<script src="https://cdn.asing.example/x.js"></script><p>'))

    found = json.loads(run("inspect", "page", page, "--url", URL, "--json").out)["findings"]
    strict = run("inspect", "page", page, "--url", URL, "--ambang", "info")
    mild = run("inspect", "page", page, "--url", URL, "--ambang", "kritis")

    assert found
    assert (strict.code, mild.code) == (1, 0)


def test_for_scripts_it_is_json(run: Run, tmp_path: Path) -> None:
    told = json.loads(run("inspect", "page", saved(tmp_path, BAD), "--url", URL, "--json").out)

    assert (told["kode"], told["url"], told["bot"]) == ("DESA-001", URL, None)
    assert told["content"]["gambling"]["verdict"] == "tersisipi"
    first = told["findings"][0]
    assert (first["code"], first["severity"]) == ("content.gambling", "kritis")
    assert first["fix"]


def test_what_only_a_search_engine_was_shown_is_judged_beside_it(run: Run, tmp_path: Path) -> None:
    page, bot = saved(tmp_path, GOOD), saved(tmp_path, BAD, "bot.html")

    said = run("inspect", "page", page, "--url", URL, "--as-bot", bot)
    told = json.loads(run("inspect", "page", page, "--url", URL, "--as-bot", bot, "--json").out)

    assert said.code == 1
    assert "Pengunjung: bersih" in said.out
    assert "Mesin pencari: tersisipi" in said.out
    assert [finding["code"] for finding in told["findings"] if finding["code"].startswith("cloaking.")] == [
        "cloaking.gambling"
    ]
    assert told["bot"]["gambling"]["verdict"] == "tersisipi"


def test_a_host_of_nobodys_list_is_judged_by_itself(run: Run, tmp_path: Path) -> None:
    told = json.loads(run("inspect", "page", saved(tmp_path, GOOD), "--url", "https://x.example/", "--json").out)

    assert told["kode"] is None


def test_of_a_file_too_long_the_beginning_is_read_and_that_is_said(run: Run, tmp_path: Path) -> None:
    page = saved(tmp_path, GOOD.replace("</body>", f"<p>{'desa ' * (MAX_BODY // 5)}</p></body>"))

    ended = run("inspect", "page", page, "--url", URL, "--ambang", "kritis")

    assert ended.code == 0, ended
    assert "Hanya sebagian halaman yang dibaca" in ended.out


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "berkasnya kosong", id="empty"),
        pytest.param(b"\x00\xff\xfe", "melainkan data biner", id="no text"),
        pytest.param(bytes(range(256)) * 40, "melainkan data biner", id="compressed, or a program"),
        pytest.param(b"%PDF-1.7", "melainkan berkas jenis lain", id="PDF"),
        pytest.param(b"\x1f\x8b\x08", "melainkan berkas jenis lain", id="packed"),
    ],
)
@pytest.mark.parametrize("as_bot", [False, True])
def test_what_is_no_page_is_not_said_to_be_clean(
    run: Run,
    tmp_path: Path,
    content: bytes,
    why: str,
    as_bot: bool,  # noqa: FBT001
) -> None:
    path = tmp_path / "bukan-halaman"
    path.write_bytes(content)
    words = [saved(tmp_path, GOOD), "--as-bot", str(path)] if as_bot else [str(path)]

    ended = run("inspect", "page", *words, "--url", URL)

    assert (ended.code, ended.out) == (2, "")
    assert f"{path}: " in ended.err
    assert why in ended.err
    assert "simpan lagi halamannya sebagai HTML" in ended.err


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<" * 4096, id="nothing but angles"),
        pytest.param(GOOD.encode().replace(b"<html", b"\x00<html", 1), id="a stray byte is no disguise"),
        pytest.param(GOOD.encode("utf-16"), id="UTF-16"),
    ],
)
def test_any_text_is_a_page_and_no_crash(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "isi.bin"
    path.write_bytes(content)

    ended = run("inspect", "page", str(path), "--url", URL)

    assert ended.code in {0, 1}
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["tidak-ada.html", "--url", URL], "tidak-ada.html: tidak dapat dibaca (", id="no file"),
        pytest.param([".", "--url", URL], ".: tidak dapat dibaca (", id="a folder"),
        pytest.param([__file__, "--url", "ftp://x"], "--url: 'ftp://x' bukan alamat web – tulis seperti", id="address"),
        pytest.param([__file__, "--url", "https://["], "bukan alamat web", id="half an address"),
        pytest.param([__file__], "--url: belum disebut", id="no address"),
        pytest.param([__file__, "--url", URL, "--as-bot", "x.html"], "x.html: tidak dapat dibaca", id="no bot's file"),
        pytest.param([__file__, "--url", URL, "--ambang", "gawat"], "'gawat' tidak dikenal", id="no severity"),
    ],
)
def test_wrong_use_is_said_with_the_remedy_and_ends_with_2(run: Run, words: list[str], said: str) -> None:
    ended = run("inspect", "page", *words)

    assert ended.code == 2
    assert said in ended.err
    assert "Traceback" not in ended.err
