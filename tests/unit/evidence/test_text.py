from __future__ import annotations

import pytest

from monitor.evidence.text import LIMIT, breakable, drawn

ZWSP = "\u200b"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("Desa Sinduraja", "Desa Sinduraja"),
        ("dua\n baris\t dan  spasi", "dua baris dan spasi"),
        ("漢", "[U+6F22]"),
        ("\u202egnp.exe", "[U+202E]gnp.exe"),
        ("a\x00b", "a[U+0000]b"),
        ("soft\u00adhyphen", "soft[U+00AD]hyphen"),
        ("e\u0301", "é"),
        ("\ud800", "[U+D800]"),
        ("#set page(fill: red)", "#set page(fill: red)"),
    ],
)
def test_what_has_no_glyph_is_spelt_out(given: str, said: str) -> None:
    assert drawn(given) == said


@pytest.mark.parametrize(("length", "kept"), [(LIMIT, True), (LIMIT + 1, False), (LIMIT * 50, False)])
def test_a_text_ends_at_the_limit_and_says_so(length: int, *, kept: bool) -> None:
    text = drawn("a" * length)
    assert len(text) <= LIMIT
    assert text.endswith("…") is not kept


def test_text_that_grows_when_spelt_out_stays_within_the_limit() -> None:
    assert len(drawn("漢" * LIMIT)) <= LIMIT


def test_addresses_break_at_their_seams_and_say_the_same() -> None:
    url = "https://kelurahanpurbalinggawetan.purbalinggakab.go.id/berita?judul=panjang"
    assert breakable(url).replace(ZWSP, "") == url
    assert f".{ZWSP}purbalinggakab" in breakable(url)


def test_no_run_without_a_seam_is_longer_than_a_cell() -> None:
    parts = breakable("x" * 390).split(ZWSP)
    assert max(map(len, parts)) <= 22
    assert "".join(parts) == "x" * 390


def test_short_words_are_left_alone() -> None:
    assert ZWSP not in breakable("Dinas Komunikasi dan Informatika (Dinkominfo) 31-10-2026 23:59")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("bupati.purbalinggakab.go.id", f"bupati.{ZWSP}purbalinggakab.go.id"),
        ("127.24.0.1", "127.24.0.1"),
        ("127.24.100.118", f"127.24.{ZWSP}100.{ZWSP}118"),
        ("https://desa.id/a/b", f"https://{ZWSP}desa.id/a/b"),
    ],
)
def test_nothing_short_stands_on_a_line_alone(given: str, said: str) -> None:
    assert breakable(given) == said


def test_the_kode_of_a_domain_fits_a_narrow_column() -> None:
    assert breakable("onje.desa.id") == f"onje.{ZWSP}desa.id"
    assert breakable("OPD-019B") == "OPD-019B"
