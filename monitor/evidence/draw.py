"""
Pages through typst: the one door to it. Run as a program, it draws one document.

`python -m monitor.evidence.draw TEMPLATE SECONDS`: JSON comes in, a PDF goes out; SECONDS since the epoch is its date.
"""

from __future__ import annotations

import sys
from importlib.resources import files

import typst

STANDARD = "a-2u"
"""PDF/A-2 (ISO 19005-2), level u: every character can be found and copied."""
_SHARED = ("gaya.typ", "grafik.typ")


def _source(template: str, page: bytes) -> dict[str, bytes]:
    shipped = files("monitor.evidence") / "templates"
    source = {name: (shipped / name).read_bytes() for name in _SHARED}
    return {**source, "main": (shipped / template).read_bytes(), "data.json": page}


def pdf(template: str, page: bytes, at: int) -> bytes:
    """
    *template* filled with the JSON *page*, dated *at* (seconds since the epoch).

    Fonts are typst's own, so that every machine draws the same. Raises `typst.TypstError`.
    """
    made: bytes = typst.compile(  # type: ignore[call-overload]
        _source(template, page), ignore_system_fonts=True, format="pdf", pdf_standards=STANDARD, timestamp=at
    )
    return made


def pictures(template: str, page: bytes, ppi: float = 60) -> list[bytes]:
    """The pages as PNG: for eyes and tests."""
    made = typst.compile(_source(template, page), ignore_system_fonts=True, format="png", ppi=ppi)  # type: ignore[call-overload]
    return made if isinstance(made, list) else [made]


def main() -> None:
    """Draw what standard input says."""
    template, at = sys.argv[1:]
    sys.stdout.buffer.write(pdf(template, sys.stdin.buffer.read(), int(at)))


if __name__ == "__main__":
    main()
