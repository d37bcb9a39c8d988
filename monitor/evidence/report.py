"""Pages as PDF/A through typst: the one door to it. Texts go in as data; nothing of them is ever read as markup."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

import typst

from monitor import words
from monitor.evidence import canonical
from monitor.evidence.chapters import chapters
from monitor.evidence.data import MonthData
from monitor.evidence.grids import measured
from monitor.evidence.indicators import Sheet
from monitor.evidence.text import breakable, drawn

STANDARD = "a-2u"
"""PDF/A-2 (ISO 19005-2), level u: every character can be found and copied."""
_SHARED = ("gaya.typ", "grafik.typ")


def month_pdf(month: MonthData) -> bytes:
    """`laporan.pdf`: cover, draft berita acara and every chapter."""
    return _pdf("laporan.typ", month_page(month), month.period.cut)


def indicators_pdf(month: MonthData, sheet: Sheet) -> bytes:
    """`indikator.pdf`: what the record supports, criterion by criterion."""
    return _pdf("indikator.typ", {**_frame(month), "sheet": canonical.plain(sheet)}, month.period.cut)


def month_page(month: MonthData) -> dict[str, Any]:
    """What the template of the report is given."""
    return {**_frame(month), "cover": _cover(month), "chapters": [canonical.plain(each) for each in chapters(month)]}


def _frame(month: MonthData) -> dict[str, Any]:
    """What every page of every document of *month* shares."""
    period = month.period
    local = period.cut.astimezone(words.WIB)
    return {
        "county": drawn(month.county),
        "key": period.key,
        "month": f"{words.MONTHS[period.month - 1]} {period.year}",
        "measured": measured(month),
        "tool": drawn(month.tool),
        "edition": month.edition,
        "date": [local.year, local.month, local.day, local.hour, local.minute, local.second],
        "complete": month.is_complete,
    }


def _cover(month: MonthData) -> dict[str, Any]:
    seal = month.seal
    covered = f"{words.number(seal.days)} hari" + (f", {_days(seal.first, seal.last)}" if seal.first else "")
    facts = (
        ("Masa pengukuran", measured(month)),
        ("Lingkup", f"{words.number(month.coverage.watched)} situs dan layanan yang dipantau"),
        ("Segel catatan", covered if seal.days else "belum ada hari yang disegel"),
        ("Kepala rantai segel", seal.head or words.DASH),
        ("Kunci segel", seal.key_id or words.DASH),
        ("Dibuat oleh", month.tool),
        ("Edisi", words.number(month.edition)),
        *((("Alasan dinyatakan ulang", month.restated),) if month.restated else ()),
    )
    return {
        "facts": [[name, breakable(value)] for name, value in facts],
        "missing": [drawn(item.text) for item in month.shortcomings],
    }


def _days(first: Any, last: Any) -> str:
    return f"{first:%d-%m-%Y} sampai {last:%d-%m-%Y}"


def _pdf(template: str, page: Mapping[str, Any], at: datetime) -> bytes:
    shipped = files(__package__) / "templates"
    source = {name: (shipped / name).read_bytes() for name in _SHARED}
    source["main"] = (shipped / template).read_bytes()
    source["data.json"] = json.dumps(page, ensure_ascii=True).encode()
    return _compiled(source, at)


def _compiled(source: Mapping[str, bytes], at: datetime) -> bytes:
    """The PDF; fonts are typst's own, so that every machine draws the same."""
    made: bytes = typst.compile(  # type: ignore[call-overload]
        dict(source),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARD,
        timestamp=int(at.timestamp()),
    )
    return made


def pictures(template: str, page: Mapping[str, Any], ppi: float = 60) -> Iterable[bytes]:
    """The pages as PNG: for eyes and tests."""
    shipped = files(__package__) / "templates"
    source = {name: (shipped / name).read_bytes() for name in _SHARED}
    source["main"] = (shipped / template).read_bytes()
    source["data.json"] = json.dumps(page).encode()
    made = typst.compile(source, ignore_system_fonts=True, format="png", ppi=ppi)  # type: ignore[call-overload]
    return made if isinstance(made, list) else [made]
