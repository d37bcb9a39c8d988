"""What checks saw, drawn: each by its template, and anything at all as an outline."""

from __future__ import annotations

from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.web.outline import DEEPEST, LONGEST, MOST, outline
from monitor.web.templating import dated, drawn
from tests.unit.web import domains
from tests.unit.web.facts import SHAPES
from tests.unit.web.moment import NOW

POISON = '"><img src=x onerror=alert(1)>'
shapes = pytest.mark.parametrize(("check", "facts"), SHAPES.values(), ids=SHAPES)


def kept(check: str, facts: object) -> dict[str, Any]:
    """*facts* as *check* keeps them."""
    return domains.BY_NAME[check].remember(facts)


def said(html: str) -> str:
    body = LexborHTMLParser(html).body
    assert body is not None
    return " ".join(body.text(separator=" ").split())


def poisoned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: poisoned(item) for name, item in value.items()}
    if isinstance(value, list):
        return [poisoned(item) for item in value]
    return POISON if isinstance(value, str) else value


@shapes
def test_each_check_has_a_drawing_that_fits_its_facts(check: str, facts: object) -> None:
    tree = LexborHTMLParser(drawn(check, kept(check, facts), NOW))

    assert not tree.css("dl.outline"), "it fell back to an outline"
    assert tree.css("dl.facts, table.plain")
    assert all(table.css("thead th[scope]") for table in tree.css("table"))


@shapes
def test_nothing_that_a_stranger_says_becomes_markup(check: str, facts: object) -> None:
    tree = LexborHTMLParser(drawn(check, poisoned(kept(check, facts)), NOW))

    assert not tree.css("img, script")
    assert tree.css("dl, table")


@shapes
def test_facts_kept_by_another_version_are_still_readable(check: str, facts: object) -> None:
    old = dict(list(kept(check, facts).items())[:1])

    assert drawn(check, old, NOW)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        pytest.param("zone", "ns2.purbalinggakab.go.id 198.51.100.53 tidak menjawab", id="a silent name server"),
        pytest.param("zone: none", "Induk desa.id tidak mengenal domain ini: NXDOMAIN", id="no such domain"),
        pytest.param("names: trouble everywhere", "tidak dimiliki siapa pun", id="takeover"),
        pytest.param("names: trouble everywhere", "tidak menjawab tepat waktu 3 detik (pihak kita)", id="our fault"),
        pytest.param("tls", "TLS 1.0 ya AES128-SHA", id="an old version"),
        pytest.param("tls", "RC4 tidak diketahui tidak menjawab tepat waktu", id="unknown is not no"),
        pytest.param("registration", "active aktif, tanpa pembatasan", id="a state at the registry, in words"),
        pytest.param("tls", "12 hari", id="days left"),
        pytest.param("tls", "dicabut", id="revoked"),
        pytest.param("registration: absent", "rdap.pandi.id menjawab bahwa domain ini tidak terdaftar", id="absent"),
        pytest.param("mail", "11 dari 10 pencarian DNS 2 hampa", id="SPF look-ups"),
        pytest.param("mail", "220 mx.purbalinggakab.go.id", id="greeting"),
        pytest.param("mail", "Tidak diketahui: tidak menjawab tepat waktu", id="a server nobody could ask"),
        pytest.param("mail", "1 TLSA, tanpa DNSSEC", id="DANE without DNSSEC"),
        pytest.param("mail: nobody answers", "SPF Tidak diketahui: tidak menjawab tepat waktu", id="not no SPF"),
        pytest.param("mail: nothing there", "SPF tidak ada", id="no SPF"),
        pytest.param("security.txt", "Contact: mailto:a@b", id="the file"),
        pytest.param("cloaking", "mesin pencari (Googlebot) dilihat dua kali HTTP 200", id="who saw it"),
        pytest.param("cloaking", "tersisipi nilai 40", id="what a search engine is shown"),
        pytest.param("cloaking", "dari hasil pencarian ujian robot, bukan halamannya", id="a wall is no page"),
        pytest.param("cloaking", "3 alamat judi 4 alamat di luar: gacor.example", id="a poisoned sitemap"),
        pytest.param("cloaking: the page alone", "Alamat yang tidak mungkin ada tidak sempat ditanyakan", id="no time"),
        pytest.param("freshness", "Isi terbaru 22 November 2026 menurut umpan (RSS/Atom)", id="not what is to come"),
        pytest.param("freshness: only what is to come", "hanya ada tanggal yang masih akan datang", id="to come"),
        pytest.param("freshness: nothing dated", "tidak ada yang bertanggal", id="nothing dated"),
        pytest.param("transport", "Berhenti di 192.0.2.7: tidak menjawab tepat waktu", id="port 80"),
    ],
)
def test_a_drawing_says_what_was_seen(shape: str, words: str) -> None:
    check, facts = SHAPES[shape]

    assert words in said(drawn(check, kept(check, facts), NOW))


def test_a_check_without_a_drawing_is_an_outline() -> None:
    html = drawn("new", {"not_after": None, "servers": [{"name": "<b>", "ok": True}], "empty": [], "share": 0.5}, NOW)

    assert said(html) == "not after – servers 1 name <b> ok ya empty – share 0,5"


def test_an_outline_is_capped_in_every_direction() -> None:
    deep: Any = "bottom"
    for _ in range(DEEPEST + 3):
        deep = {"below": deep}
    wide = {str(number): [{"x": index} for index in range(100)] for number in range(100)}

    html = drawn("new", {"deep": deep, "wide": wide, "long": "x" * 10_000}, NOW)

    assert "bottom" not in html
    assert html.count("<dt>") <= MOST + 20
    assert outline({"long": "x" * 10_000})[0].text == "x" * (LONGEST - 1) + "…"
    assert "dan 60 lagi" in html


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2028-01-03T06:40:29+07:00", "03-01-2028 06:40"),
        ("2028-01-02T23:40:29+00:00", "03-01-2028 06:40"),
        ("2028-01-03T06:40:29", "2028-01-03T06:40:29"),
        ("2028-01-03", "2028-01-03"),
        ("nginx 1.26", "nginx 1.26"),
    ],
)
def test_an_instant_among_what_changed_is_shown_as_tables_have_it(value: str, shown: str) -> None:
    assert dated(value) == shown
