"""A sign is found wherever it stands, however often its rarest letter does."""

from __future__ import annotations

import pytest

from monitor.content.holding import holds

MANY = b"! " * 1_000


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"!",
        b"!--",
        b"<!-",
        b"<!--",
        b"<!doctype html><p>Halo!</p>",
        b"<!doctype html><!-- x -->",
        b"<!<!--",
        MANY,
        MANY + b"<!--",
        b"<!--" + MANY,
        b"!" * 398 + b"<!--",
        b"!" * 399 + b"<!--",
        b"!" * 400 + b"<!--",
        b"!" * 399 + b"<!-<!--",
        b"!" * 400 + b"<!-",
    ],
)
def test_a_sign_is_found_by_its_rarest_letter(data: bytes) -> None:
    assert holds(data, b"<!--", b"!") is (b"<!--" in data)


def test_the_rarest_letter_may_stand_first_or_last() -> None:
    assert holds(b"x&#99;", b"&#", b"&")
    assert holds(b"src=data:text", b"data:", b":")
    assert not holds(b":data", b"data:", b":")
