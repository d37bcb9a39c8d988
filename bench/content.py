"""Part e: what reading and judging a page costs, against building its tree alone; and what a hostile page costs."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

from selectolax.lexbor import LexborHTMLParser

from bench import machine
from bench.figures import Bar, Figure, Part, ratios
from monitor.content.document import read_document
from monitor.content.gambling import score

SIZE = 200 * 1024
"""Bytes of a usual page: a large one, for its part of the net."""
HOSTILE = 512 * 1024
_URL = "https://karangmaju.desa.id/"
_OWN = "karangmaju.desa.id"


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to measure."""

    rounds: int
    looks: int
    """In one round, of each page."""


FULL, QUICK = Pace(9, 10), Pace(2, 2)


def measure(folder: Path, pace: Pace) -> Part:
    """Everything about content."""
    core, _servers = machine.cores()
    with machine.on_core(core):
        costs = _costs(pace)
        hostile = tuple(max(_milliseconds(_judge, body) for body in shapes().values()) for _round in range(pace.rounds))
    figures = [
        Figure(name=f"{name}, judged", unit="ms CPU", values=tuple(costs[name]), bar=Bar(5, 3)) for name in pages()
    ]
    figures += [
        Figure(name=f"{name}, ÷ its tree alone", unit="×", values=ratios(costs, name, f"{name}, tree"))
        for name in pages()
    ]
    figures.append(Figure(name="the worst of hostile shapes", unit="ms CPU", values=hostile, bar=Bar(120, 60)))
    notes = (
        f"{pace.rounds} rounds of {pace.looks} looks; pages of {SIZE >> 10} KiB, hostile ones of {HOSTILE >> 10} KiB.",
        "A page is judged as it comes from the wire: decoded, measured, parsed, taken apart and scored.",
    )
    return Part(title="e. content", figures=tuple(figures), notes=notes)


def _costs(pace: Pace) -> Mapping[str, list[float]]:
    costs: dict[str, list[float]] = {}
    for name, body in pages().items():
        _judge(body)  # the lexicon and the list of suffixes are read once
        for key, what in ((name, _judge), (f"{name}, tree", LexborHTMLParser)):
            costs[key] = [
                sum(_milliseconds(what, body) for _look in range(pace.looks)) / pace.looks
                for _round in range(pace.rounds)
            ]
    return costs


def _judge(body: bytes) -> None:
    score(read_document(body, _URL, "text/html"), _OWN)


def _milliseconds(what: Callable[[bytes], object], body: bytes) -> float:
    before = time.process_time()
    what(body)
    return (time.process_time() - before) * 1000


def pages() -> Mapping[str, bytes]:
    """Pages as they are met: a village's start page, a news page, and the former with links slipped in."""
    village, news = _filled(_village()), _filled(_news())
    links = "".join(f'<a href="https://slot{number}.example/">slot gacor maxwin {number}</a> ' for number in range(60))
    return {
        "village page": village,
        "news page": news,
        "injected page": village.replace(b"</body>", f'<div style="display:none">{links}</div></body>'.encode()),
    }


def _filled(parts: Iterator[str]) -> bytes:
    """A page of *parts* that is `SIZE` bytes long."""
    head = "<!DOCTYPE html><html lang=id><head><meta charset=utf-8><title>Desa Karangmaju</title>"
    styles = "".join(f'<link rel="stylesheet" href="/assets/css/{number}.css?v=2408">' for number in range(12))
    scripts = f"<script>{'var menu = document.querySelectorAll(%r); ' % '.nav > li' * 300}</script>"  # noqa: UP031
    found, size = [head, styles, "</head><body>", scripts], 0
    while size < SIZE - 20_000:
        found.append(next(parts))
        size += len(found[-1])
    return "".join([*found, "</body></html>"]).encode()


def _village() -> Iterator[str]:
    """Menus, cards with pictures, and budgets as tables, as OpenSID's themes have them."""
    icon = base64.b64encode(bytes(range(256)) * 3).decode()
    number = 0
    while True:
        number += 1
        yield (
            f'<div class="col-sm-6 col-md-4 card-artikel shadow-sm mb-3" data-aos="fade-up" data-aos-delay="{number}">'
            f'<a href="/artikel/2024/11/{number}/penyaluran-dana-desa-tahap-{number}" class="stretched-link">'
            f'<img class="lazy img-fluid" src="data:image/png;base64,{icon}"'
            f' data-src="/desa/upload/artikel/{number}.jpg">'
            f"<h4 class='card-title text-truncate'>Penyaluran Dana Desa Tahap {number}</h4></a>"
            f"<p class='card-text'>Realisasi sebesar Rp {number}.500.000 untuk jalan usaha tani dan posyandu dusun"
            f" {number}; rincian tersedia di papan informasi desa dan dapat diunduh warga.</p>"
            f'<table class="table"><tr><td>Pendapatan</td><td align="right">{number}</td></tr></table></div>'
        )


def _news() -> Iterator[str]:
    """Long paragraphs, few links, one hidden menu."""
    yield '<nav style="display:none"><ul>' + '<li><a href="/berita">Berita</a></li>' * 40 + "</ul></nav>"
    number = 0
    while True:
        number += 1
        yield (
            f"<p>Pada hari ke-{number} warga Dusun {number} bergotong royong membersihkan saluran irigasi sepanjang"
            f" {number} meter bersama perangkat desa, karang taruna dan kelompok tani “Sumber Rejeki”. Kegiatan ini"
            f' dilanjutkan musyawarah; lihat <a href="/berita/{number}">berita {number}</a> untuk rinciannya.</p>'
        )


def shapes() -> Mapping[str, bytes]:
    """Pages of `HOSTILE` bytes that cost a tree builder, or a judge of words, as much as can be thought of."""
    repeated = (
        "<div>", "<b><i>", "<p><b>", "<ul><li>", "<dl><dd>", "<b></p>", "<b><div></b>", "<a><div></a>", "<table>a",
        "<table><tr><td>", "<select><option>", "<svg><g>", "<a b='\"", "<a", "<a ", "<!--", "<script>", "<", "a ",
        "<font c=1><p>", "<p style='display:none'>slot gacor</p>", '<a href="//a.example/x">slot gacor</a>',
        "slot gacor maxwin ", "s l o t ", "sl0t g4c0r ", "<body a=1>", "</p>", "&#115;&#108;", "<template>",
        "<div class=comment>", "<form><input type=password>",
    )  # fmt: skip
    found = {text: (text * (HOSTILE // len(text) + 1))[:HOSTILE] for text in repeated}
    found["different elements"] = "".join(f"<font c={number}>" for number in range(HOSTILE // 14))
    found["different attributes"] = "<p " + " ".join(f"a{number}=1" for number in range(HOSTILE // 10))
    found["different words"] = " ".join(f"slot{number}gacor" for number in range(HOSTILE // 15))
    found["different hosts"] = "".join(f"<a href=//slot{number}.example>x</a>" for number in range(HOSTILE // 34))
    found["look-alikes"] = "ѕlоt gаcоr " * (HOSTILE // 16)
    found["rules"] = "<style>" + "".join(f".a{number}{{display:none}}" for number in range(HOSTILE // 22))
    found["a rule without end"] = "<style>" + ":a" * (HOSTILE // 2)
    found |= {f"scripts of {text}": _scripts(text) for text in ("101,", "4142", "%41", "\\x41", "'a'+", "location=a;")}
    rules = "".join(f".a{number} .b p:not(.c){{opacity:0}}" for number in range(1000))
    found["rules about what is in what"] = f"<style>{rules}</style>" + "<div class='a1 b'><p>x</p></div>" * 10_000
    found |= _related() | _many()
    return {name: text.encode()[:HOSTILE] for name, text in found.items()}


def _related() -> dict[str, str]:
    """Pages whose rules have a search for elements look at each of them from all the others."""
    rules = {
        "~": ("".join(f".a{number}~p{{opacity:0}}" for number in range(48)), "<p>x"),
        ":nth-child": ("".join(f"p:nth-child({number}n+1){{opacity:0}}" for number in range(48)), "<p>x"),
        ":not": ("".join(f"p:not(.a{number}):not(.b){{opacity:0}}" for number in range(48)), "<p>x"),
        "spaces": (
            "".join(f".a{number} .b .c .d{{opacity:0}}" for number in range(12)),
            f"{'<div class=b><div class=c>' * 50}{'<i class=d></i>' * 40}{'</div></div>' * 50}",
        ),
    }
    pages = {f"rules with {name}": f"<style>{sheet}</style>{_full(text)}" for name, (sheet, text) in rules.items()}
    styles = ("transform:" * 90, "filter:opacity(" * 60, "left:1px;" * 100, "inset:a-" * 110)
    return pages | {f"styles of {style[:12]}": _full(f'<p style="{style}">x</p>') for style in styles}


def _many() -> dict[str, str]:
    """Pages with more of something than anybody has: names of attributes, scripts, moves, and places to move to."""
    letters = [f"{a}{b}{c}" for a in ascii_lowercase for b in ascii_lowercase for c in ascii_lowercase]
    tags = [letters[start : start + 300] for start in range(0, len(letters), 300)]
    links = "".join(f"<a href=//k{number}.example/>kata</a>" for number in range(2000))
    moves = ("".join(f"location='//m{number}x{script}.example/';" for number in range(50)) for script in range(190))
    query = "&".join(f"p{number}={number}" for number in range(40))
    timers = (f"function f{n}(){{location='//a{n}.example/'}}setTimeout(f{n},90000)" for n in range(HOSTILE // 40))
    return {
        "names of attributes": "".join(f"<p a{n}=1 b{n}=2 c{n}=3>" for n in range(HOSTILE // 24)),
        "names of attributes in letters": "".join(
            "<p " + " ".join(f'{end}{name}=""' for name in names) + ">" for end in "abcd" for names in tags
        ),
        "names of attributes, and spaces": "".join(f"<p a{n:x}>" for n in range(12_000))
        + _full("<i" + " " * 90_000 + ">"),
        "attributes without values": "".join(f"<p z{number:x} y{number:x}>" for number in range(HOSTILE // 14)),
        "small scripts": "".join(f"<script>a{number}=1</script>" for number in range(HOSTILE // 24)),
        "scripts that move": "".join(f"<script>{timer}</script>" for timer in timers),
        "moves to hosts that are linked": links + "".join(f"<script>{script}</script>" for script in moves),
        "links with long queries": _full(f'<a href="https://a.example/slot?{query}">slot gacor</a>'),
        "hosts with long names": "".join(
            f"<a href=//{'.'.join(['slotgacor'] * 20)}{number}.example>x</a>" for number in range(HOSTILE // 240)
        ),
        "names of everyday": "".join(
            f"<a href=//tokobukumusik{n}-kelasguru88.a{n}.example/>x</a>" for n in range(HOSTILE // 60)
        ),
        "base64": "<script>atob(x)</script>" + _full(f'<i d="{base64.b64encode(b"slot gacor" * 5).decode()}"></i>'),
        "pictures": _full(f'<img src="data:image/png;base64,{"iVBORw0KGgoAAAANS" * 40}">'),
    }


def _full(text: str) -> str:
    """*text*, again and again, for a whole page."""
    return text * (HOSTILE // len(text) + 1)


def _scripts(text: str) -> str:
    """Scripts that look as if *text*, again and again, were a cipher."""
    script = f"<script>eval(fromCharCode(charCodeAt(c)-13));{text * (19_000 // len(text))}</script>"
    return script * (HOSTILE // len(script) + 1)
