"""`make quality`: how well gambling is recognised, on pages it was made with and on pages it was not."""

from __future__ import annotations

import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.content.document import read_document
from monitor.content.facts import Gambling, Verdict
from monitor.content.gambling import score
from monitor.domains import host_of, registrable

CORPUS = Path(__file__).parent / "corpus"
PARTS = ("train", "heldout", "blind")
APART = PARTS[1:]
"""The parts that nobody who works on the detector looks at."""
RECALL = 0.97
PRECISION = 0.99
"""What the pages kept apart have to reach, all together: in each part alone, one page is more than a hundredth."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A page of the corpus, and what was said of it."""

    file: str
    injected: bool
    labels: tuple[str, ...]
    """Its family and its techniques, or its topic."""
    gambling: Gambling

    @property
    def hit(self) -> bool:
        return self.gambling.verdict is Verdict.INJECTED

    @property
    def suspect(self) -> bool:
        return self.gambling.verdict is Verdict.SUSPECT


@dataclass(frozen=True, slots=True)
class Figures:
    """How many pages there are of each kind, and what they were taken for."""

    injected: int = 0
    found: int = 0
    suspected: int = 0
    benign: int = 0
    accused: int = 0
    """Benign pages that were called injected."""
    doubted: int = 0
    """Benign pages that were called suspect."""

    @classmethod
    def of(cls, pages: Iterable[Judged]) -> Figures:
        """The figures of *pages*."""
        bad: list[Judged] = []
        good: list[Judged] = []
        for page in pages:
            (bad if page.injected else good).append(page)
        counts = (
            len(bad),
            _count(bad, "hit"),
            _count(bad, "suspect"),
            len(good),
            _count(good, "hit"),
            _count(good, "suspect"),
        )
        return cls(*counts)

    @property
    def recall(self) -> float:
        """Of the injected pages, those found; 1 when there are none."""
        return self.found / self.injected if self.injected else 1.0

    @property
    def precision(self) -> float:
        """Of the pages called injected, those that are; 1 when there are none."""
        called = self.found + self.accused
        return self.found / called if called else 1.0


def _count(pages: Iterable[Judged], name: str) -> int:
    return sum(getattr(page, name) for page in pages)


def judged(part: str) -> tuple[Judged, ...]:
    """Every page of the *part* `train` or `heldout`, judged."""
    root = CORPUS / part
    pages = tomllib.loads((root / "index.toml").read_text(encoding="utf-8")).get("page", [])
    return tuple(
        Judged(
            file=page["file"],
            injected=page["file"].startswith("injected/"),
            labels=(*page["techniques"], page["family"]) if "family" in page else (page["topic"],),
            gambling=judge((root / page["file"]).read_bytes(), page["url"]),
        )
        for page in pages
    )


def judge(body: bytes, url: str) -> Gambling:
    """What is said of the page *body* at *url*."""
    host = host_of(url)
    return score(read_document(body, url, "text/html"), registrable(host) or host)


def main() -> int:
    """Print every table; 1 when the pages that were kept apart miss a bar, or there are none."""
    parts = {part: judged(part) for part in PARTS}
    for part, pages in parts.items():
        print(f"\n## {part}\n\n{table(pages)}\n")
        # Names of pages that were kept apart are not printed: who reads them would tune to them.
        if part == "train":
            print("\n".join(_named(page) for page in pages if page.hit is not page.injected or page.suspect))
    apart = Figures.of(page for part in APART for page in parts[part])
    held = passes(apart)
    print(
        f"\n## {' and '.join(APART)} together: recall {apart.recall:.3f} (at least {RECALL}), precision"
        f" {apart.precision:.3f} (at least {PRECISION}): {'met' if held else 'MISSED'}"
    )
    return int(not held)


def passes(figures: Figures) -> bool:
    """Whether *figures* reach the bars; none do without pages of both kinds."""
    return bool(figures.injected and figures.benign) and figures.recall >= RECALL and figures.precision >= PRECISION


def _named(page: Judged) -> str:
    first = page.gambling.hits[0].excerpt if page.gambling.hits else ""
    return f"- {page.file}: {page.gambling.verdict}, {page.gambling.points:g} – {first}"


HEADINGS = ("label", "injected", "found", "suspect", "recall", "benign", "accused", "suspect", "precision")


def table(pages: Sequence[Judged]) -> str:
    """Figures of all *pages*, and of each family, technique and topic that is not all right."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for page in pages:
        for label in page.labels:
            groups[label].append(page)
    rows = [("all", Figures.of(pages)), *((label, Figures.of(group)) for label, group in sorted(groups.items()))]
    lines = [HEADINGS, *(_cells(label, figures) for label, figures in rows if _matters(label, figures))]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    pad: Callable[[str, int], str] = str.ljust
    return "\n".join(
        "  ".join(pad(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _matters(label: str, figures: Figures) -> bool:
    return label == "all" or bool(figures.injected or figures.accused or figures.doubted)


def _cells(label: str, figures: Figures) -> tuple[str, ...]:
    counts = (figures.injected, figures.found, figures.suspected)
    others = (figures.benign, figures.accused, figures.doubted)
    return (
        label,
        *map(str, counts),
        f"{figures.recall:.3f}" if figures.injected else "",
        *map(str, others),
        f"{figures.precision:.3f}" if figures.injected else "",
    )


if __name__ == "__main__":
    sys.exit(main())
