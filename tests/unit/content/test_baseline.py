"""What is usual for a page, how slowly that is learned, and what is far from it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.content.baseline import (
    DEFAULT,
    EMPTY,
    FAR,
    FULL,
    MAX_TERMS,
    Baseline,
    begun,
    distance,
    grown,
    is_emptied,
    learn,
    recall,
    remembered,
    strange_language,
)
from monitor.content.facts import Document
from monitor.content.shape import Shape, shape_of

START = datetime(2026, 11, 1, tzinfo=UTC)
SIX_HOURS = timedelta(hours=6)
USUAL = Shape(
    title=frozenset({"pemerintah", "desa", "onje"}),
    words=900,
    tags={"a": 120, "div": 300, "img": 30, "li": 90, "p": 40},
    assets=frozenset({"jquery.min.js", "bootstrap.css", "style.css"}),
    writing="latin",
    language="id",
)
DEFACED = Shape(title=frozenset({"hacked", "by"}), words=40, tags={"img": 1, "p": 2}, writing="latin", language="en")
REDESIGN = replace(USUAL, words=2500, tags={"section": 30, "a": 80, "img": 60}, assets=frozenset({"app.js", "app.css"}))


def taught(*shapes: Shape, every: timedelta = SIX_HOURS, known: Any = None, start: datetime = START) -> Any:
    for number, shape in enumerate(shapes):
        known = learn(shape, known, start + number * every, DEFAULT) or known
    return known


def mature(shape: Shape = USUAL) -> Baseline:
    baseline = recall(taught(*[shape] * 9))
    assert baseline is not None
    assert baseline.is_mature(DEFAULT)
    return baseline


@pytest.mark.parametrize(
    ("samples", "every", "expected"),
    [
        pytest.param(9, SIX_HOURS, True, id="nine in two days"),
        pytest.param(8, SIX_HOURS, False, id="not yet two days"),
        pytest.param(7, timedelta(days=1), False, id="too few"),
        pytest.param(8, timedelta(days=1), True, id="eight in a week"),
    ],
)
def test_a_baseline_matures_by_samples_and_by_time(samples: int, every: timedelta, *, expected: bool) -> None:
    baseline = recall(taught(*[USUAL] * samples, every=every))

    assert baseline is not None
    assert baseline.samples == samples
    assert baseline.is_mature(DEFAULT) is expected


def test_a_sample_is_taken_at_most_every_so_often() -> None:
    first = learn(USUAL, None, START, DEFAULT)

    assert learn(USUAL, first, START + SIX_HOURS - timedelta(seconds=1), DEFAULT) is None
    assert learn(USUAL, first, START + SIX_HOURS, DEFAULT) is not None


def test_a_clock_that_went_back_does_not_stop_learning() -> None:
    assert learn(USUAL, learn(USUAL, None, START, DEFAULT), START - timedelta(days=400), DEFAULT) is not None


def test_a_page_as_usual_is_near() -> None:
    assert distance(mature(), USUAL).total < 0.001
    varied = replace(USUAL, words=1300, tags={**USUAL.tags, "a": 170, "p": 60})
    assert distance(mature(), varied).total < FAR / 2


def test_a_page_altogether_different_is_far() -> None:
    far = distance(mature(), DEFACED)

    assert far.is_far
    assert (far.title, far.assets) == (1, 1)


def test_one_thing_that_differs_is_not_enough() -> None:
    assert not distance(mature(), REDESIGN).is_far  # the title is the same
    assert not distance(mature(), replace(USUAL, title=frozenset({"beranda"}))).is_far
    assert not distance(mature(), replace(USUAL, words=0, tags={})).is_far


def test_what_varies_a_lot_is_far_only_beyond_that() -> None:
    nervous = [replace(USUAL, words=200 if number % 2 else 4000) for number in range(9)]
    baseline = recall(taught(*nervous))
    assert baseline is not None

    assert distance(baseline, replace(USUAL, words=200)).size < 0.5
    assert distance(mature(), replace(USUAL, words=200)).size == 1


def test_a_changed_page_is_not_learned_but_accepted_after_a_while() -> None:
    known = taught(*[USUAL] * 9)
    last = START + 8 * SIX_HOURS

    assert learn(DEFACED, known, last + DEFAULT.accept_after - timedelta(seconds=1), DEFAULT) is None
    accepted = recall(learn(DEFACED, known, last + DEFAULT.accept_after, DEFAULT))
    assert accepted is not None
    assert (accepted.samples, accepted.title) == (1, {"by": 1.0, "hacked": 1.0})


def test_a_redesign_that_keeps_its_name_is_learned_on_the_way() -> None:
    baseline = recall(taught(*[REDESIGN] * 30, known=taught(*[USUAL] * 9), start=START + 9 * SIX_HOURS))
    assert baseline is not None

    assert distance(baseline, REDESIGN).total < FAR / 2


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(replace(USUAL, words=0, tags={}, assets=frozenset(), title=frozenset()), id="emptied"),
        pytest.param(replace(DEFACED, words=600, language="vi"), id="another language"),
    ],
)
def test_some_things_are_never_accepted(shape: Shape) -> None:
    assert learn(shape, taught(*[USUAL] * 9), START + timedelta(days=400), DEFAULT) is None


@pytest.mark.parametrize(
    ("usual", "now", "expected"),
    [
        pytest.param(FULL, EMPTY - 1, True, id="emptied"),
        pytest.param(FULL, EMPTY, False, id="says something"),
        pytest.param(FULL - 1, EMPTY - 1, False, id="never said much"),
    ],
)
def test_emptied(usual: int, now: int, *, expected: bool) -> None:
    assert is_emptied(begun(replace(USUAL, words=usual), START), replace(USUAL, words=now)) is expected


THAI = replace(USUAL, writing="thai", language="", foreign_letters=0.9)


@pytest.mark.parametrize(
    ("usual", "now", "expected"),
    [
        pytest.param(USUAL, THAI, "thai", id="another writing"),
        pytest.param(USUAL, replace(USUAL, language="vi"), "vi", id="another language"),
        pytest.param(USUAL, replace(USUAL, language="en"), "", id="English alone is nothing"),
        pytest.param(USUAL, replace(USUAL, language="jv"), "", id="nor is Javanese"),
        pytest.param(USUAL, replace(USUAL, language="", writing=""), "", id="too little to tell"),
        pytest.param(USUAL, replace(USUAL, foreign_letters=0.3), "non-latin", id="a third of it is foreign"),
        pytest.param(USUAL, replace(USUAL, foreign_letters=0.25), "", id="a quotation"),
        pytest.param(replace(USUAL, foreign_letters=0.4), THAI, "", id="a site in two writings"),
        pytest.param(replace(USUAL, language="pt"), replace(USUAL, language="pt"), "", id="as ever"),
    ],
)
def test_a_strange_language(usual: Shape, now: Shape, expected: str) -> None:
    assert strange_language(begun(usual, START), now) == expected


def test_memory_survives_json() -> None:
    known = taught(*[USUAL, REDESIGN] * 5)
    stored = json.loads(json.dumps(known))
    baseline = recall(stored)

    assert stored == known
    assert baseline is not None
    assert remembered(baseline) == known


BROKEN: list[Any] = [
    None,
    {},
    {"version": 1},
    {"version": 2},
    {"version": 1, "last": 5},
    *({**remembered(begun(USUAL, START)), key: value} for key, value in [
        ("version", 0), ("words", "x"), ("words", [1]), ("words", [float("nan"), 0]), ("words", [1e300, 0]),
        ("tags", 3), ("tags", {"a": 1}), ("title", ["x"]), ("title", {"x": "y"}), ("last", "kemarin"),
        ("last", "2026-11-01T00:00:00"), ("samples", None), ("foreign_letters", -1),
    ]),
]  # fmt: skip


@pytest.mark.parametrize("known", BROKEN, ids=repr)
def test_a_memory_that_cannot_be_read_counts_as_none(known: Any) -> None:
    assert recall(known) is None
    begun_anew = recall(learn(USUAL, known, START + timedelta(days=9), DEFAULT))
    assert begun_anew is not None
    assert begun_anew.samples == 1


shapes = st.builds(
    Shape,
    title=st.frozensets(st.text(max_size=8), max_size=20),
    words=st.integers(0, 10**6),
    tags=st.dictionaries(st.sampled_from(["a", "p", "div"]), st.integers(0, 10**6)),
    assets=st.frozensets(st.text(max_size=8), max_size=24),
)


@given(st.lists(shapes, min_size=1, max_size=12), shapes)
def test_whatever_is_learned_is_bounded_and_readable(seen: list[Shape], shape: Shape) -> None:
    baseline = begun(seen[0], START)
    for number, item in enumerate(seen[1:], start=1):
        baseline = grown(baseline, item, START + number * SIX_HOURS)
    far = distance(baseline, shape)

    assert len(baseline.title) <= MAX_TERMS
    assert all(0 <= part <= 1 for part in (far.title, far.size, far.structure, far.assets, far.total))
    assert recall(json.loads(json.dumps(remembered(baseline)))) is not None


@pytest.mark.parametrize(
    ("text", "writing", "language"),
    [
        pytest.param("Pemerintah desa dan warga bekerja bakti di jalan untuk kita. " * 5, "latin", "id", id="id"),
        pytest.param("The people of the village talked about the road that is new. " * 5, "latin", "en", id="en"),
        pytest.param("Nhà cái bóng đá uy tín với các trò chơi của chúng tôi. " * 6, "latin", "vi", id="vi"),
        pytest.param("เว็บสล็อตแตกง่ายที่สุดในประเทศไทย " * 9, "thai", "", id="th"),
        pytest.param("线上娱乐城欢迎新会员注册即送彩金" * 12, "han", "", id="zh"),
        pytest.param("Лучшие онлайн казино с бонусами для новых игроков " * 6, "cyrillic", "", id="ru"),
        pytest.param("Sedikit kata", "", "", id="too little"),
    ],
)  # fmt: skip
def test_writing_and_language(text: str, writing: str, language: str) -> None:
    shape = shape_of(Document(url="", text=text))

    assert (shape.writing, shape.language) == (writing, language)


def test_what_is_compared_does_not_follow_versions_and_digests() -> None:
    def assets(version: str) -> frozenset[str]:
        url = f"https://a.desa.id/assets/app.{version}.js?v={version}"
        return shape_of(Document(url="", scripts=(url,), styles=("https://a.desa.id/a.png",))).assets

    assert assets("abcdef01") == assets("1234567f")
    assert len(assets("1")) == 1
