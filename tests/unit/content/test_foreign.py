"""Whom a page brings along, and what counts as a public service."""

from __future__ import annotations

import pytest

from monitor.content.facts import Document, Link
from monitor.content.foreign import (
    MAX_HOSTS,
    MAX_SERVICES,
    Service,
    foreign,
    is_foreign,
    is_form,
    is_public_service,
    services,
)

OWN = "onje.desa.id"


def linked(*links: tuple[str, str]) -> Document:
    return Document(url=f"https://{OWN}/", links=tuple(Link(url, text) for url, text in links))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        pytest.param(OWN, False, id="the page's own"),
        pytest.param("cdn.onje.desa.id", False, id="under its domain"),
        pytest.param("dinkominfo.purbalinggakab.go.id", False, id="a government's"),
        pytest.param("losari.desa.id", False, id="a village's"),
        pytest.param("evil.example", True, id="a stranger's"),
        pytest.param("onje.desa.id.evil.example", True, id="a stranger's that looks like it"),
        pytest.param("203.0.113.7", True, id="an address"),
        pytest.param("", False, id="none"),
    ],
)
def test_who_is_foreign(host: str, *, expected: bool) -> None:
    assert is_foreign(host, OWN) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        pytest.param("fonts.googleapis.com", True, id="fonts"),
        pytest.param("www.youtube.com", True, id="under a listed name"),
        pytest.param("CDN.JSDELIVR.NET.", True, id="case and root"),
        pytest.param("smpn1.sch.id", True, id="a school"),
        pytest.param("storage.googleapis.com", False, id="anybody's bucket"),
        pytest.param("notyoutube.com", False, id="the end of a name"),
        pytest.param("youtube.com.evil.example", False, id="the beginning of a name"),
        pytest.param("com", False, id="a suffix"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_public_services(host: str, *, expected: bool) -> None:
    assert is_public_service(host) is expected


def test_settings_add_hosts_with_all_that_is_under_them() -> None:
    added = frozenset({"widget.example"})

    assert is_public_service("a.widget.example", added)
    assert not is_public_service("widget.example.evil", added)


def test_every_group_says_what_for_and_where_that_is_known_from() -> None:
    for group in services().groups:
        assert group.name
        assert group.use
        assert group.source
        assert all(host == host.lower().strip(".") for host in group.hosts)


def test_hosts_are_told_once_and_sorted() -> None:
    document = Document(
        url="",
        scripts=("https://b.example/1.js", "https://a.example/1.js", "https://b.example/2.js", f"https://{OWN}/x.js"),
        frames=("https://c.example/",),
    )
    found = foreign(document, OWN)

    assert (found.scripts, found.frames, found.partial) == (("a.example", "b.example"), ("c.example",), False)


def test_what_is_left_out_is_said() -> None:
    def scripts(count: int) -> Document:
        return Document(url="", scripts=tuple(f"https://a{number}.example/" for number in range(count)))

    assert not foreign(scripts(MAX_HOSTS), OWN).partial
    assert foreign(scripts(MAX_HOSTS + 1), OWN).partial
    assert len(foreign(scripts(MAX_HOSTS + 1), OWN).scripts) == MAX_HOSTS
    many = linked(*[(f"https://a{number}.example/", "Layanan") for number in range(MAX_SERVICES + 1)])
    assert foreign(many, OWN).partial


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Pendaftaran Online", True, id="registration"),
        pytest.param("PPDB 2026", True, id="school"),
        pytest.param("E-Office", True, id="e-something"),
        pytest.param("Layanan Surat Online", True, id="two words"),
        pytest.param("Melayani dengan hati", False, id="part of a word"),
        pytest.param("Berita desa", False, id="news"),
        pytest.param("", False, id="no text"),
        pytest.param("Bupati meninjau layanan " + "dan menyapa warga yang hadir pada acara itu " * 2, False, id="news"),
    ],
)
def test_what_calls_itself_a_service(text: str, *, expected: bool) -> None:
    assert bool(foreign(linked(("https://a.example/", text)), OWN).services) is expected


def test_the_order_of_links_changes_nothing() -> None:
    links = [("https://b.example/", "Pengaduan"), ("https://a.example/", "Izin"), ("https://b.example/x", "Antrian")]

    forward, backward = (foreign(linked(*order), OWN).services for order in (links, links[::-1]))
    assert forward == backward == (Service("a.example", "Izin"), Service("b.example", "Antrian"))


def test_hidden_links_are_no_offer() -> None:
    document = Document(url="", links=(Link("https://a.example/", "Layanan", hidden=True),))

    assert foreign(document, OWN).services == ()


@pytest.mark.parametrize("host", ["forms.gle", "docs.google.com", "bit.ly", "wa.me", "s.id"])
def test_forms_and_short_addresses(host: str) -> None:
    assert is_form(host)
