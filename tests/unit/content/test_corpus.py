"""The bars of `make quality`, so that no change to a word or a weight slips below them."""

from __future__ import annotations

import pytest

from tests.quality import PARTS, Figures, judged, passes


@pytest.mark.parametrize("part", PARTS)
def test_gambling_is_found_and_nobody_else_accused(part: str) -> None:
    pages = judged(part)
    wrong = [page.file for page in pages if page.hit is not page.injected]
    # Which of the held-out pages are wrong is nobody's business: a detector tuned to them proves nothing.
    assert passes(Figures.of(pages)), wrong if part == "train" else len(wrong)


@pytest.mark.parametrize(
    ("figures", "passing"),
    [
        (Figures(injected=100, found=97, benign=100, accused=0), True),
        (Figures(injected=100, found=96, suspected=4, benign=100), False),
        (Figures(injected=100, found=99, benign=100, accused=1), True),
        (Figures(injected=100, found=98, benign=100, accused=1), False),
        (Figures(injected=100, found=100, benign=0), False),
        (Figures(benign=100), False),
    ],
)
def test_the_bars(figures: Figures, passing: bool) -> None:  # noqa: FBT001 -- a table
    assert passes(figures) is passing
