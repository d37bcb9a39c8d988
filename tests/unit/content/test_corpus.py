"""
No change to a word or a weight makes the detector worse than it was measured.

The bars (`make quality`: recall 0.97, precision 0.99) are met on the pages kept apart, taken together, and on `heldout`
alone; `blind` alone reaches a precision of 0.986, for one benign page of it is accused. What is reached is held here as
a floor.
"""

from __future__ import annotations

import pytest

from tests.quality import APART, PARTS, Figures, judged, passes

FLOORS = {"train": (0.99, 0.99), "heldout": (0.97, 0.99), "blind": (0.99, 0.98)}
"""Part → recall and precision that were reached."""


@pytest.mark.parametrize("part", PARTS)
def test_gambling_is_found_and_nobody_else_accused(part: str) -> None:
    pages = judged(part)
    figures = Figures.of(pages)
    wrong = [page.file for page in pages if page.hit is not page.injected]
    del pages  # a failure shows what it is about, and pages kept apart are nobody's to see: who does would tune to them
    recall, precision = FLOORS[part]
    passing = figures.recall >= recall and figures.precision >= precision
    assert passing, wrong if part == "train" else f"recall {figures.recall:.3f}, precision {figures.precision:.3f}"


def test_the_bars_are_met_on_the_pages_kept_apart() -> None:
    apart = Figures.of(page for part in APART for page in judged(part))
    assert passes(apart), f"recall {apart.recall:.3f}, precision {apart.precision:.3f}"


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
