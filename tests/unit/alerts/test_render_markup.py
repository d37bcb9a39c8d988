from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts import render
from monitor.alerts.compose import compose
from monitor.alerts.message import FindingLine, Message, Report, SiteLine
from monitor.alerts.render.cut import pieces, wrapped
from monitor.alerts.render.whatsapp import neutral
from monitor.incident import NoticeKind
from monitor.model import Audience, Severity
from tests.unit.alerts import situations
from tests.unit.alerts.situations import ALERTS, OPENED

BOARD = "https://pantau.purbalinggakab.go.id/insiden/12"
NASTY = '</b><a href="https://evil.example">&amp; @semua *x* _y_ `z` <script>\u202e\n> q https://evil.example/a?b=<i>'

texts = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="&<>\"'😀*_~` .@\n\u202e\ud800ab", max_size=100),
    st.sampled_from([NASTY, "😀" * 1_600, "&" * 1_600, "evil.example " * 200, "@a" * 800, ""]),
)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Any message at all: renderers trust none of its texts."""
    some = st.lists(texts, max_size=6)
    site = st.builds(SiteLine, kode=texts, name=texts, url=texts, state=texts, since=st.just(OPENED))
    finding = st.builds(
        FindingLine,
        kode=texts,
        code=st.just("site.down"),
        title=texts,
        severity=st.sampled_from(Severity),
        line=texts,
        remedy=texts,
        since=st.just(OPENED),
        evidence=some.map(tuple),
    )
    return Message(
        key="ins-1-1-noc",
        kind=draw(st.sampled_from(NoticeKind)),
        at=OPENED,
        title=draw(texts),
        lead=draw(texts),
        audience=draw(st.sampled_from(Audience)),
        severity=draw(st.sampled_from(Severity)),
        facts=tuple((label, value) for label, value in draw(st.lists(st.tuples(texts, texts), max_size=4))),
        sites=tuple(draw(st.lists(site, max_size=4))),
        sites_total=draw(st.integers(0, 300)),
        findings=tuple(draw(st.lists(finding, max_size=4))),
        findings_total=draw(st.integers(0, 300)),
        sections=tuple(
            (heading, tuple(lines)) for heading, lines in draw(st.lists(st.tuples(texts, some), max_size=3))
        ),
        remedy=draw(texts),
        report=draw(st.none() | st.builds(Report, texts, texts, texts, texts)),
        link=draw(st.sampled_from(["", BOARD])),
    )


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_TAG = re.compile(r"<(/?)(\w+)([^>]*)>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|#x27);)")


def check_telegram(piece: str) -> None:
    """*piece* is what Telegram parses: known tags, closed in order, nothing unescaped."""
    assert units(piece) <= 4096
    open_tags: list[str] = []
    for match in _TAG.finditer(piece):
        closing, name, attributes = match.groups()
        assert name in {"b", "i", "code", "a"}
        assert attributes in {"", f' href="{BOARD}"'}
        if closing:
            assert open_tags.pop() == name
        else:
            open_tags.append(name)
    assert not open_tags
    rest = _TAG.sub("", piece)
    assert "<" not in rest
    assert ">" not in rest
    assert not _ENTITY.search(piece)


@settings(max_examples=60, deadline=None)
@given(messages())
def test_telegram_takes_every_piece(message: Message) -> None:
    said = render.telegram(message)
    assert said
    for piece in said:
        check_telegram(piece)


@settings(max_examples=40, deadline=None)
@given(messages())
def test_whatsapp_takes_every_piece(message: Message) -> None:
    said = render.whatsapp(message)
    assert said
    assert all(0 < units(piece) <= 4000 for piece in said)


class Reader(HTMLParser):
    """What a mail program would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


ALLOWED = {"html", "head", "meta", "title", "style", "body", "table", "tr", "td", "strong", "div", "span", "br", "a"}
FETCHING = {"src", "background", "srcset", "onload", "onclick", "onerror", "action", "data"}


def read(document: str) -> Reader:
    reader = Reader()
    reader.feed(document)
    reader.close()
    return reader


@settings(max_examples=40, deadline=None)
@given(messages())
def test_html_holds_no_markup_but_its_own(message: Message) -> None:
    reader = read(render.html(message))
    assert set(reader.tags) <= ALLOWED
    assert not reader.attributes & FETCHING
    assert reader.tags.count("style") == 1
    own = {site.url for site in message.sites}
    assert all(link == BOARD or (link in own and link.startswith("http")) for link in reader.links)


@settings(max_examples=40, deadline=None)
@given(messages())
def test_plain_text_holds_no_controls(message: Message) -> None:
    assert all(line.isprintable() for line in render.text(message).split("\n"))


@pytest.mark.parametrize("form", ["text", "html", "telegram", "whatsapp"])
def test_nothing_of_a_hijacked_page_can_be_followed(form: str) -> None:
    said = getattr(render, form)(compose(situations.hostile(), ALERTS))
    said = said if isinstance(said, str) else "\n".join(said)
    assert "evil.example" not in said
    assert "slot-gacor.example" not in said
    assert "https://karangbanjar.desa.id" not in said
    assert "evil[.]example" in said
    assert "@semua" not in said
    assert "\u202e" not in said
    assert "<script" not in said or form in {"text", "whatsapp"}
    assert BOARD in said
    assert "csirt@purbalinggakab.go.id" in said, "our own contact stays as it is"


def test_the_noc_can_follow_its_own_site_and_nothing_else() -> None:
    message = compose(situations.single_down(), ALERTS)
    stranger = replace(message, lead="lihat https://evil.example/ dan dinkes.purbalinggakab.go.id, 192.0.2.7")
    for said in (render.text(stranger), render.telegram(stranger)[0], render.whatsapp(stranger)[0]):
        assert "hxxps://evil[.]example/ dan dinkes.purbalinggakab.go.id, 192.0.2.7" in said
        assert "\nhttps://dinkes.purbalinggakab.go.id/\n" in said.replace("  https", "https")
    assert read(render.html(stranger)).links == ["https://dinkes.purbalinggakab.go.id/", BOARD]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", 'https://a.id/" onclick="x', "dns://a.id", "https://a.id/\nx", ""]
)
def test_an_address_that_may_not_be_followed_is_no_link(url: str) -> None:
    message = compose(situations.single_down(), ALERTS)
    site = replace(message.sites[0], url=url)
    assert read(render.html(replace(message, sites=(site,), link=""))).links == []


def test_the_subject_is_harmless_and_one_line() -> None:
    message = compose(situations.hijacked(), ALERTS)
    said = "[TLP:AMBER] KRITIS: halaman disisipi judi daring pada karangbanjar[.]desa[.]id (DESA-046)"
    assert render.subject(message) == said
    assert render.subject(replace(message, title="a\r\nBcc: x@evil.example")) == "[TLP:AMBER] a Bcc: x[@]evil[.]example"


def test_long_messages_say_which_piece_they_are_and_lose_nothing() -> None:
    lines = [f"baris {number}" for number in range(2_000)]
    message = replace(
        compose(situations.single_down(), ALERTS),
        sections=tuple((f"bagian {n}", tuple(lines[n * 50 : n * 50 + 50])) for n in range(40)),
    )
    for form, mark in ((render.telegram, "<i>({}/{})</i>"), (render.whatsapp, "_({}/{})_")):
        said = form(message)
        assert len(said) > 5
        for place, piece in enumerate(said, start=1):
            assert piece.endswith(mark.format(place, len(said)))
        whole = "\n".join(said)
        assert [line for line in lines if f" {line}\n" not in whole + "\n"] == []


def test_a_short_message_is_one_piece_without_a_mark() -> None:
    (said,) = render.telegram(compose(situations.single_down(), ALERTS))
    assert "1/1" not in said


def test_pieces_are_cut_at_lines() -> None:
    assert pieces(["aaaa", "bbbb", "", "cccc"], 31, len, "({})") == ("aaaa\nbbbb\n\ncccc",)
    assert pieces(["aaaa", "bbbb", "", "cccc"], 30, len, "({})") == ("aaaa\nbbbb\n(1/2)", "cccc\n(2/2)")
    assert pieces(["a" * 10, "b" * 10], 26, len, "({})") == ("a" * 10 + "\n(1/2)", "b" * 10 + "\n(2/2)")


@given(st.text(max_size=2_000), st.integers(2, 600))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    parts = list(wrapped(text, width))
    assert all(len(part) <= width for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("*tebal* _miring_ ~coret~ `kode`", "∗tebal∗ ＿miring＿ ∼coret∼ ˋkodeˋ"),
        ("spf_missing", "spf_missing"),
        ("_dmarc", "＿dmarc"),
        ("> kutipan", "› kutipan"),
        ("- butir", "› butir"),
        ("-5 hari", "-5 hari"),
        ("a > b", "a > b"),
    ],
)
def test_whatsapp_sees_no_markup_of_strangers(text: str, said: str) -> None:
    assert neutral(text) == said


def test_webhooks_get_the_same_bytes_and_no_more_than_json() -> None:
    message = compose(situations.hostile(), ALERTS)
    body = render.webhook(message)
    assert body == render.webhook(compose(situations.hostile(), ALERTS))
    said: dict[str, Any] = json.loads(body)
    assert list(said) == sorted(said)
    assert b'": ' not in body
    assert said["findings"][0]["detail"]["links"] == ["javascript:alert(1)", "tg://resolve?domain=evil"], "as it was"


def test_webhooks_survive_what_json_cannot_say() -> None:
    odd = situations.injected(points=float("nan"), title="\ud800", deep={"a": {"b": {"c": {"d": {"e": {"f": {}}}}}}})
    message = compose(situations.situation(odd, audience=Audience.CSIRT), ALERTS)
    detail = json.loads(render.webhook(message))["findings"][0]["detail"]
    assert detail["points"] is None
    assert detail["title"] == "?"
    assert detail["deep"]["a"]["b"]["c"]["d"]["e"] == "{'f': {}}"


def test_the_csirts_messages_say_first_to_whom_they_may_be_passed_on() -> None:
    message = compose(situations.hijacked(), situations.ALERTS)
    assert render.subject(message).startswith("[TLP:AMBER] KRITIS: ")
    assert render.text(message).startswith(render.subject(message))
    assert not render.subject(compose(situations.single_down(), situations.ALERTS)).startswith("[")
