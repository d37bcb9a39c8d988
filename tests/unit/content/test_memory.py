"""What was read of pages is kept while they stay the same, and no more of it than there is room for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pytest

from monitor.content.memory import Memo


@dataclass(frozen=True, slots=True)
class Text:
    """What stands on a page, and how much room it takes."""

    said: bytes
    weight: int = 1


class Reader:
    """Reads pages through a memo, and knows which it really had to read."""

    def __init__(self, memo: Memo[Text], weight: int = 1) -> None:
        self.done: list[str] = []
        self._memo, self._weight = memo, weight

    def read(self, body: bytes, url: str = "a", *way: object) -> Text:
        return self._memo.read(body, url, way, partial(self._one, body, url))

    def _one(self, body: bytes, url: str) -> Text:
        self.done.append(url)
        return Text(body, self._weight)


@pytest.mark.parametrize(
    ("pages", "weight", "each", "urls", "done"),
    [
        (2, 9, 1, "abacab", "abcab"),
        (3, 9, 1, "abacab", "abc"),
        (9, 1, 1, "aaba", "aba"),
        (9, 2, 1, "aaba", "ab"),
        (9, 4, 2, "abacab", "abcab"),
        (9, 1, 2, "aa", "aa"),
        (0, 9, 1, "aa", "aa"),
    ],
)
def test_what_is_kept_is_bounded_by_pages_and_by_weight(
    pages: int, weight: int, each: int, urls: str, done: str
) -> None:
    reader = Reader(Memo(pages=pages, weight=weight), each)
    for url in urls:
        reader.read(b"x", url)

    assert "".join(reader.done) == done


def test_weight_that_is_gone_counts_no_more() -> None:
    reader = Reader(Memo(pages=9, weight=3))
    for number in range(20):
        reader.read(b"%d" % number, "ab"[number % 2])
    reader.read(b"18")
    reader.read(b"19", "b")

    assert len(reader.done) == 20


def test_a_version_is_what_a_page_says_and_how_it_is_read() -> None:
    reader = Reader(Memo(pages=9, weight=9))
    first = reader.read(b"x")

    assert reader.read(bytes(bytearray(b"x"))) is first
    assert reader.read(b"y") == Text(b"y")
    assert reader.read(b"x", "a", "way") == first
    assert reader.read(b"x", "a", "other way") == first
    assert reader.done == ["a"] * 4


def test_versions_with_the_same_steady_part_are_one() -> None:
    reader = Reader(Memo(pages=9, weight=9, steady=lambda body: body.strip(b"0123456789")))
    first = reader.read(b"x1")

    assert reader.read(b"x2") is first
    assert reader.read(b"x2", "a", "way") is not first
    assert reader.read(b"y2", "a", "way") == Text(b"y2")
    assert reader.done == ["a"] * 3
