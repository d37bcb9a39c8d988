"""What is read off a page, and that no page takes long to read."""

from __future__ import annotations

from itertools import islice, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.content import shapes
from monitor.content.document import MAX_ITEMS, MAX_LINKS, MAX_STYLES, read_document
from monitor.content.encoded import MAX_PIECES
from monitor.content.facts import Form, Link
from monitor.content.hidden import MAX_SELECTORS, covers, hidden_selectors, hides
from monitor.content.nesting import MAX_DEPTH, MAX_NAMES, MAX_TAGS, MAX_WORK, tame
from tests.unit.content.pages import URL, read

_BASE = "https://karangmaju.desa.id"


def test_a_page_taken_apart() -> None:
    document = read(
        "<!DOCTYPE html><html lang=ID><head><title> Desa\n <b>Kita</title><meta name=Description content='a  b'>"
        '<meta property="og:title" content="c"><link rel=canonical href="/x"><link rel="amphtml" href="//amp.id/y">'
        '<link rel=alternate type="application/rss+xml" href="/feed"><link rel=stylesheet href=a.css>'
        "<script src='/b.js'></script><script>var a = 1</script><script type='application/ld+json'>{}</script>"
        '<meta http-equiv=Refresh content="5; URL=/moved"></head><body><!-- c1 --><h1>Judul <i>besar</i></h1>'
        "<a href='/z' rel=nofollow>ke <b>sana</b></a><iframe src=//f.id/></iframe>"
        "<form action=/cari method=Post><input type=PASSWORD></form><p>teks &amp; isi</p></body></html>"
    )
    assert document.title == "Desa <b>Kita"
    assert document.lang == "id"
    assert document.metas == (("description", "a b"), ("og:title", "c"))
    assert document.canonicals == (f"{_BASE}/x", "https://amp.id/y")
    assert document.feeds == (f"{_BASE}/feed",)
    assert document.styles == (f"{_BASE}/a.css",)
    assert document.scripts == (f"{_BASE}/b.js",)
    assert document.inline_scripts == ("var a = 1",)
    assert document.json_ld == ("{}",)
    assert document.refreshes == (f"{_BASE}/moved",)
    assert document.comments == ("c1",)
    assert document.headings == ("Judul besar",)
    assert document.links == (Link(f"{_BASE}/z", "ke sana", rel="nofollow"),)
    assert document.frames == ("https://f.id/",)
    assert document.forms == (Form(f"{_BASE}/cari", "post", password=True),)
    assert document.text == "Judul besar ke sana teks & isi"
    assert document.tags["script"] == 3
    assert not document.partial


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<title>Désa</title>".encode(), ""),
        ("<title>Désa</title>".encode(), "text/html; charset=iso-8859-1"),
        (b"\xef\xbb\xbf" + "<title>Désa</title>".encode(), "text/html; charset=koi8-r"),
        ("<title>Désa</title>".encode("utf-16"), ""),
        ("<title>Désa</title>".encode("cp1252"), ""),
        ("<title>Désa</title>".encode("cp1252"), "text/html; charset=utf-7"),
        ("<meta charset=cp850><title>Désa</title>".encode("latin-1"), ""),
        ("<meta charset=iso-8859-15><title>Désa</title>".encode("iso-8859-15"), ""),
        ("<title>Désa</title>é".encode()[:-1], ""),
    ],
)
def test_whatever_the_bytes_are(body: bytes, content_type: str) -> None:
    assert read_document(body, URL, content_type).title == "Désa"


@pytest.mark.parametrize(
    "style",
    [
        "display:none", "DISPLAY : NONE !important", "visibility:hidden", "position:absolute;left:-9999px",
        "top:-500em", "text-indent:-9999px", "font-size:0", "font-size: 0px; color: red", "font-size:1px", "opacity:0",
        "opacity:0.0;", "height:0;overflow:hidden", "overflow:hidden;width:1px", "clip:rect(0,0,0,0)",
        "clip-path:inset(50%)", "color:#fff;background:#FFFFFF", "color:white;background-color:#fff",
        "transform:scale(0)", "color:transparent", "display:/**/none", "d\\69 splay:none", "filter:opacity(0)",
        "filter:alpha(opacity=0)", "opacity:.0001", "opacity:0%", "font:0/0 a", "font-size:.01em", "font-size:1%",
        "clip:rect(1px, 1px, 1px, 1px)", "clip-path:circle(0)", "clip-path:polygon(0 0,0 0,0 0)",
        "clip-path:inset(0 100% 0 0)", "transform:scaleY(0)", "transform:translateX(-9999px)",
        "transform:rotateY(90deg)",
        "scale:0", "zoom:0", "color:rgba(0,0,0,0)", "color:rgb(0 0 0 / 0%)", "color:#fff0", "color:#ffffff00",
        "color:#fefefe;background:white", "color:rgb(250,250,250);background-color:#fff", "left:99999px", "left:200vw",
        "left:calc(-1 * 9999px)", "inset:-9999px auto auto auto", "translate:-9999px", "z-index:-999",
        "overflow:hidden;max-height:0", "overflow:hidden;line-height:0", "overflow:hidden;text-indent:100%",
    ],
)  # fmt: skip
def test_styles_that_hide(style: str) -> None:
    assert hides(style)
    document = read(f'<p style="{style}">a <a href=/b>c</a></p>d')
    assert document.hidden == ("a c",)
    assert document.links == (Link(f"{_BASE}/b", "c", hidden=True),)
    assert document.text == "d"


@pytest.mark.parametrize(
    "style",
    [
        "display:block", "opacity:0.9", "opacity:1", "font-size:10px", "font-size:0.9em",
        "margin-left:-15px", "height:0",
        "height:100px;overflow:hidden", "border-left:0", "color:#fff;background:#000", "left:-10px", "line-height:0",
        "color:red", "overflow:hidden", "", "color:rgb(0,0,0)", "color:rgba(0,0,0,.8)", "color:#10000f",
        "font-size:1em",
        "font:12px/1.5 Arial", "font-size:1rem", "font-size:.8rem", "left:100%", "left:calc(50% - 200px)", "top:1200px",
        "transform:translate(-50%,-50%)", "transform:translateX(-100px)", "scale:.5", "zoom:1", "filter:opacity(.5)",
        "clip-path:polygon(0 0,100% 0,100% 100%)", "z-index:-1", "margin:0 -15px", "text-indent:30px",
        "overflow:hidden;line-height:1", "max-width:100%;overflow:auto", "color:#fff;background:#333",
    ],
)  # fmt: skip
def test_styles_that_do_not(style: str) -> None:
    assert not hides(style)


@pytest.mark.parametrize(
    "markup",
    [
        "<p hidden>x</p>", "<noscript>x</noscript>", "<marquee height=1>x</marquee>", "<dialog>x</dialog>",
        "<template>x</template>", "<style>.q{display:none}</style><p class=q>x</p>",
        "<style>/* .a{} */ a, #q , b c{left:-999px}</style><p id=q>x</p>", "<div hidden><p hidden>x</p></div>",
        "<style>[data-q='1']{opacity:0}</style><p data-q=1>x</p>",
        "<style>.q > p{opacity:0}</style><i class=q><p>x</p></i>",
        "<style>.q::, .r:hover(, p.q{opacity:0}</style><p class=q>x</p>", "<svg width=0><text>x</text></svg>",
        "<datalist>x</datalist>", "<canvas>x</canvas>",
    ],
)  # fmt: skip
def test_elements_that_nobody_sees(markup: str) -> None:
    document = read(f"<body>{markup}<p>y</p>")
    assert document.hidden == ("x",)
    assert document.text == "y"


@pytest.mark.parametrize(
    "start",
    ["data:text/html,", "DATA:text/html,", "data&colon;text/html,", "data&#58;text/html,", "&#x64;ata:text&sol;html,"],
)
def test_addresses_that_are_pages_are_read_however_they_are_written(start: str) -> None:
    found = read_document(f'<p>x</p><iframe src="{start}<b>slot gacor</b>"></iframe>'.encode(), URL).encoded
    assert any("slot gacor" in text for text in found)


@pytest.mark.parametrize("kind", ["text/template", "text/x-template", "text/html", "text/x-handlebars-template"])
def test_scripts_that_keep_markup_are_read(kind: str) -> None:
    links = '<a href="https://gacorbet.example/">slot</a>'
    found = read_document(f'<script type="{kind}">{links}</script><p>x</p>'.encode(), URL)
    assert Link("https://gacorbet.example/", "slot", hidden=True) in found.links


def test_rules_are_read_up_to_a_bound() -> None:
    sheet = "".join(f".a{number}{{display:none}}" for number in range(MAX_SELECTORS + 9))
    assert len(hidden_selectors(sheet)) == MAX_SELECTORS
    assert hidden_selectors("@media print{.p{display:none}}.b>i,.c{opacity:0}") == (".p", ".b>i", ".c")


@pytest.mark.parametrize(
    "markup",
    [
        "<textarea hidden>{}</textarea>", "<noembed>{}</noembed>", "<noframes>{}</noframes>",
        "<script type=text/template>{}</script>", "<script type='text/x-handlebars-template'>{}</script>",
        "<template><p>{}</template>", "<xmp>{}</xmp>",
    ],
)  # fmt: skip
def test_markup_that_stands_as_text_is_read(markup: str) -> None:
    assert Link("https://a.example/", "x", hidden=True) in read(markup.format("<a href=https://a.example/>x</a>")).links


@pytest.mark.parametrize(
    "style",
    [
        "position:fixed;inset:0", "position:fixed;top:0;left:0;width:100%;height:100%",
        "position:fixed;top:0;right:0;bottom:0;left:0", "position:absolute;width:100vw;height:100vh",
        "position:absolute;top:0;left:0;width:100%;height:100%;z-index:99999",
        "position:fixed;width:100vw;height:100dvh",
        "position:sticky;top:0;width:100%;height:100vh",
    ],
)  # fmt: skip
def test_styles_that_cover(style: str) -> None:
    assert covers(style)
    frame = "<iframe src=https://a.example/></iframe>"
    for markup in (
        f'<iframe src=https://a.example/ style="{style}"></iframe>',
        f'<div style="{style}">{frame}</div>',
        f"<style>#f > .g{{{style}}}</style><div id=f><p class=g><b>{frame}</b></p></div>",
        f'<object data=https://a.example/ style="{style}"></object>',
    ):
        assert read(markup).overlays == ("https://a.example/",)


@pytest.mark.parametrize(
    "style",
    [
        "position:absolute;top:0;left:0;width:100%;height:100%",
        "position:fixed;bottom:0;right:0;width:60px;height:60px",
        "position:fixed;top:0;width:100%;height:60px", "position:absolute;inset:0", "width:100%;height:450px",
    ],
)  # fmt: skip
def test_styles_that_do_not_cover(style: str) -> None:
    assert not covers(style)


def test_frames_are_the_page_when_there_is_nothing_else() -> None:
    frame = '<iframe src="https://a.example/" width="100%" height="100%"></iframe>'
    assert read(frame).overlays == ("https://a.example/",)
    assert not read(f"{frame}<p>{'teks ' * 50}</p>").overlays
    assert not read('<iframe src="https://a.example/" height="300"></iframe>').overlays
    assert read("<frameset><frame src=https://a.example/></frameset>").overlays == ("https://a.example/",)


def test_addresses_in_other_languages_count_as_the_page_s_own() -> None:
    links = "".join(f"<link rel=alternate hreflang=id href={url}>" for url in ("/id", "https://a.example/"))
    assert read(links).canonicals == ("https://a.example/",)


@pytest.mark.parametrize("name", shapes())
def test_no_page_keeps_a_tree_builder_busy(name: str) -> None:
    tamed = tame(shapes()[name])
    again = tame(tamed.markup)
    # What is given to the tree builder is cheap by the same count.
    assert again.work <= MAX_WORK
    assert tamed.markup.count(b"<") <= MAX_TAGS + MAX_DEPTH + MAX_TAGS * tamed.rewritten


@pytest.mark.parametrize(
    "usual",
    [
        "<ul>" + "<li>a" * 3000 + "</ul>",
        "<table>" + "<tr><td>a<td>b" * 3000 + "</table>",
        "<div><p>a</div>" * 3000,
        "<svg><path/><circle/><g><use/></g></svg>" * 800,
        "<svg><style>.a{}</style><title>t</title></svg>" * 800,
        "<b><i>a</b></i>" * 500,
        "<script>if (a < b) { c('<div>') }</script>" * 500,
        "<div>" * 200 + "</div>" * 200,
    ],
)
def test_usual_pages_are_left_as_they_are(usual: str) -> None:
    tamed = tame(usual.encode())
    assert tamed.markup == usual.encode()
    assert not tamed.rewritten


@pytest.mark.parametrize(
    "trick",
    [
        "<div><table><tr><td></div></table>",
        '<div a="</div>">',
        '<i a"><div>">',
        '<div ="><div>">',
        "<div></b>",
        "<svg><style><div></style>",
        "<select><title></select><div></title>",
        "<script><!--<script></script><i a='--></script><div>'>",
        "<svg><![CDATA[><i a=']]><div>'>",
        "<form><div></form>",
        "<svg><p><path/>",
        "<path d=a/>",
        "<b><p></b>",
    ],
)
def test_depth_is_never_taken_for_less(trick: str) -> None:
    tamed = tame((trick * (200_000 // len(trick))).encode())
    assert tamed.rewritten or tamed.work > 1000 * len(trick) or trick == "<b><p></b>"


def _named(names: int, end: str = "=''") -> str:
    """Elements with so many attributes of different names, some of which are asked for."""
    strange = "".join(f"<i a{number}{end}>" for number in range(names - 2))
    return f'{strange}<a href="/x y" class=b a0=">">kata</a>'


@pytest.mark.parametrize("end", ["=''", "=1", ' = "x"', "", "/b=c"])
def test_names_of_attributes_have_an_end(end: str) -> None:
    few, many = (read(_named(names, end)) for names in (40, 2 * MAX_NAMES))

    assert few.links == many.links == (Link(f"{_BASE}/x y", "kata"),)
    assert not tame(_named(40, end).encode()).rewritten
    assert tame(_named(2 * MAX_NAMES, end).encode()).rewritten


@pytest.mark.parametrize("gap", [" ", "\t\n"])
def test_what_stands_between_attributes_is_read_once(gap: str) -> None:
    """If it were read again from each of its letters, this would take minutes."""
    far = f'<i data-x{gap * 50_000}></i><a data-x=1{gap * 50_000}href="/y">dekat</a>'

    page = read(f"{_named(MAX_NAMES + 1)}{far}")

    assert [link.url for link in page.links] == [f"{_BASE}/x y", f"{_BASE}/y"]


def test_as_many_names_of_attributes_as_are_allowed() -> None:
    usual = "".join(f'<p {name}="">' for name in _letters(MAX_NAMES))
    assert not tame(usual.encode()).rewritten
    assert not tame(f"{usual}{usual}".encode()).rewritten
    assert tame(f'{usual}<p zzzzz="">'.encode()).rewritten


def _letters(count: int) -> list[str]:
    """So many different names of letters."""
    return ["".join(letters) for letters in islice(product("abcdefghijklmnopqrstuvwxy", repeat=4), count)]


@pytest.mark.parametrize(
    ("rule", "markup", "most"),
    [
        pytest.param(".a~p", "<p>x</p>", 5_000, id="beside"),
        pytest.param("p:nth-child(2n)", "<p>x</p>", 5_000, id="counted"),
        pytest.param(".a .b .c .d", f"{'<b>' * 30}x{'</b>' * 30}", 40, id="within, far"),
    ],
)
def test_what_is_beside_or_within_much_is_not_looked_for(rule: str, markup: str, most: int) -> None:
    def page(times: int) -> str:
        hidden = "<s class=a><s class=b><s class=c><s class=d>y</s></s></s></s>"
        return f"<style>{rule}{{display:none}}.e{{opacity:0}}</style>{hidden}{markup * times}<i class=e>z</i>"

    small, large = read(page(2)), read(page(2 * most))

    assert any(text != "z" for text in small.hidden)
    assert large.hidden == ("z",)
    assert (small.partial, large.partial) == (False, True)


def test_a_rule_that_does_not_end_takes_no_other_with_it() -> None:
    sheet = "p:not(a{display:none}.e{opacity:0}[x='{display:none}b)q:not(c{display:none}"
    assert hidden_selectors(sheet) == (".e",)
    assert read(f"<style>{sheet}</style><p>x</p><i class=e>y</i><b hidden>z</b>").hidden == ("y", "z")


@pytest.mark.parametrize(
    ("selectors", "kept"),
    [
        (".a,.b", (".a", ".b")),
        (".a:not(.b,.c),.d", (".a:not(.b,.c)", ".d")),
        ("p:not(:nth-child(2))", ("p:not(:nth-child(2))",)),
        ("[x='y'] .d", ("[x='y'] .d",)),
        ("a|b,[x|=y]", ("[x|=y]",)),
        ("a,][,b", ("a", "b")),
        ("b):not(a", ()),
    ],
)
def test_selectors_that_end_what_they_begin(selectors: str, kept: tuple[str, ...]) -> None:
    assert hidden_selectors(f"{selectors}{{display:none}}") == kept


def test_styles_are_looked_through_up_to_a_bound() -> None:
    style = "left:1px;" * 100
    usual = f'<p style="{style}">x</p>' * (MAX_STYLES // len(style))
    within = read(f"<b hidden>z</b>{usual}")
    beyond = read(f"{usual}<p style='{style}'>x</p><b hidden>z</b>")

    assert (within.hidden, within.partial) == (("z",), False)
    assert (beyond.hidden, beyond.partial) == ((), True)


@pytest.mark.parametrize(
    ("markup", "unseen"),
    [
        ("<body style='display:none'>x", True),
        ("<html style='opacity:0'><body>x", True),
        ("<style>html{visibility:hidden}</style><body>x", True),
        ("<style>.a{opacity:0}</style><body class=a>x", True),
        ("<style>head{display:none}</style><body>x", False),
        ("<style>p{opacity:0}</style><body>x<p>y", False),
        ("<body>x", False),
    ],
)
def test_a_page_that_hides_itself(markup: str, unseen: bool) -> None:  # noqa: FBT001 -- a table
    document = read(markup)

    assert document.unseen is unseen
    assert document.text == "x"


def test_what_is_flattened_is_still_read() -> None:
    document = read(
        "<title>t</title>" + "<div>" * 9000 + '<div style="display:none">x <a href=/y>z</a></div><a href=/b>c</a>'
    )
    assert document.title == "t"
    assert [(link.text, link.hidden) for link in document.links] == [("z", True), ("c", False)]


def test_lists_have_an_end() -> None:
    document = read("<a href=/x>y</a>" * (MAX_LINKS + 2) + "<h2>a</h2>" * (MAX_ITEMS + 1))
    assert len(document.links) == MAX_LINKS
    assert len(document.headings) == MAX_ITEMS
    assert document.partial


def test_encoded_pieces_have_an_end() -> None:
    script = "".join(f'a("\\x73\\x6c\\x6f\\x74{number}");' for number in range(MAX_PIECES + 9))
    assert len(read(f"<script>{script}</script>").encoded) == MAX_PIECES


_PARTS = "<div>|</div>|<b>|</p>|<svg>|<!--|-->|<script>|</script>|x|<a href=/b hidden>|</a>|<style>|<template>"
_MORE = "</template>|<select>|<table>|<td>|\"|'|<"


@given(st.lists(st.sampled_from([*_PARTS.split("|"), *_MORE.split("|")])))
def test_whatever_is_nested_can_be_read(parts: list[str]) -> None:
    assert read("".join(parts)).url == URL


@given(st.binary(max_size=500))
def test_whatever_bytes_there_are_can_be_read(body: bytes) -> None:
    assert read_document(body, URL).url == URL
