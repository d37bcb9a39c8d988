"""Somebody's name on a page: signatures, and what only reports about them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.content.defacement import (
    BRIEF,
    MAX_EXCERPT,
    MAX_MARKS,
    NEAR_EMPTY,
    NONE,
    THRESHOLD,
    defacement,
)
from monitor.content.facts import Document, Place

LONG = "Kegiatan warga desa berjalan lancar dan diikuti banyak orang. " * 40


def shown(title: str = "Desa Onje", text: str = LONG, **values: tuple[str, ...]) -> Document:
    return Document(url="https://onje.desa.id/", title=title, text=text, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(shown("Hacked by Mr.X"), id="title"),
        pytest.param(shown("H4ck3d By Mr.X"), id="leet"),
        pytest.param(shown("-=[ HACKED BY Mr.X ]=-"), id="ornaments"),
        pytest.param(shown("Desa Onje – Hacked By xNot_RespondinGx"), id="beside the site's own title"),
        pytest.param(shown("Diretas oleh Garuda Cyber"), id="Indonesian"),
        pytest.param(shown("Pwned by root"), id="pwned"),
        pytest.param(shown("Touched by Ghost Cyber Team"), id="a gang"),
        pytest.param(shown(headings=("Hacked by Mr.X",)), id="a heading on a page that is otherwise whole"),
        pytest.param(shown("Touched By Mr.X", "Touched by Mr.X"), id="a weak verb, and hardly anything else"),
        pytest.param(shown("index", "hacked by ./Anon_404"), id="in the text of a page without more"),
        pytest.param(shown("", "./Ghost was here. Sorry admin, patch your system."), id="was here, with a greeting"),
        pytest.param(
            shown("Oops", "Your security is low. Greetz: all member of Java Cyber Army"), id="security is low"
        ),
        pytest.param(shown("Maaf", "Website anda telah kami retas, sorry admin"), id="to the owner"),
        pytest.param(shown("Hacked!", "hello admin"), id="one word"),
    ],
)
def test_a_signature(document: Document) -> None:
    found = defacement(document)

    assert found.is_certain
    assert found.marks[0].excerpt


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(shown(), id="a page"),
        pytest.param(shown("Hackathon Purbalingga 2026", "Ayo ikut hackathon, hadiah jutaan."), id="a hackathon"),
        pytest.param(shown(text=LONG + "Situs itu hacked by Bjorka pekan lalu. " + LONG), id="an article"),
        pytest.param(
            shown(headings=("Situs Kementerian Hacked by Bjorka, Begini Penjelasan Menteri",)), id="a headline"
        ),
        pytest.param(shown("Ratusan situs desa diretas oleh komplotan judi, ini daftarnya"), id="a long title"),
        pytest.param(shown("Apa itu web defacement? Kenali tanda hacked by", LONG), id="a course"),
        pytest.param(shown("Pelatihan Keamanan Siber", "Website diretas? Hubungi CSIRT."), id="an invitation"),
        pytest.param(shown("Desa Onje", "This site is owned by Pemerintah Desa Onje"), id="an owner"),
        pytest.param(shown("Touched by love: kisah relawan"), id="a figure of speech"),
        pytest.param(shown("Desa Onje", "Bupati was here"), id="a visit"),
        pytest.param(shown("Cyber Team Purbalingga", "We are anonymous volunteers."), id="a team without a claim"),
        pytest.param(shown(comments=("hacked by nobody",)), id="a comment alone"),
    ],
)
def test_no_signature(document: Document) -> None:
    assert not defacement(document).is_certain


def test_a_claim_needs_to_be_brief_to_be_a_signature() -> None:
    brief = "hacked by " + " ".join("abcde"[: BRIEF - 2])
    wordy = "hacked by " + " ".join("abcdefgh"[: BRIEF - 1])

    assert defacement(shown(brief)).is_certain
    assert not defacement(shown(wordy)).is_certain


def test_hardly_anything_else_is_less_than_so_many_words() -> None:
    claim = "hacked by x"

    assert defacement(shown("x", claim + " y" * (NEAR_EMPTY - 4))).is_certain
    assert not defacement(shown("x", claim + " y" * (NEAR_EMPTY - 3))).is_certain


def test_the_weightiest_is_named_first_and_where_it_stands() -> None:
    found = defacement(shown("Hacked by X", "hacked by X. greetz: Y"))

    assert found.marks[0].place is Place.TITLE
    assert found.points >= THRESHOLD


@given(st.text(max_size=400), st.lists(st.text(max_size=120), max_size=12))
def test_marks_are_few_and_one_plain_line(text: str, headings: list[str]) -> None:
    page = shown(f"hacked by {text}", text, headings=tuple(headings), hidden=(f"hacked by {text}",) * 20)
    found = defacement(page)

    assert len(found.marks) <= MAX_MARKS
    assert all(mark.excerpt.isprintable() and len(mark.excerpt) <= MAX_EXCERPT for mark in found.marks)
    assert found != NONE
