"""The documents as PDF/A. Texts go to the templates as data; nothing of them is ever read as markup."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor import words
from monitor.errors import MonitorError
from monitor.evidence import canonical, draw, standing
from monitor.evidence.chapters import chapters
from monitor.evidence.data import MonthData
from monitor.evidence.grids import measured
from monitor.evidence.indicators import Sheet
from monitor.evidence.text import breakable, drawn

PATIENCE = 300
"""Seconds; a month takes two."""
_MINUTE = timedelta(minutes=1)
"""What the cover tells apart."""
_WORDS = 500
"""Characters of what the drawing program says when it fails."""


class Undrawn(MonitorError):
    """A page could not be drawn: a fault of ours, or of the machine."""


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
        "empty": month.is_empty,
    }


def _cover(month: MonthData) -> dict[str, Any]:
    seal = month.seal
    covered = f"{words.number(seal.days)} hari" + (f", {_days(seal.first, seal.last)}" if seal.first else "")
    facts = (
        ("Masa pengukuran", measured(month)),
        *_before(month),
        ("Lingkup", f"{words.number(month.coverage.watched)} situs dan layanan yang dipantau"),
        ("Waktu tidak teramati", f"{words.percent(month.total.unobserved_share)} dari masa pengukuran"),
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


def _before(month: MonthData) -> tuple[tuple[str, str], ...]:
    """What is said of the part of the month before there was a record."""
    since, began = month.period.since, standing.began(month)
    if began - since < _MINUTE:
        return ()
    spent = f"{words.table(since)} sampai {words.table(began)} WIB, tidak diukur dan tidak dihitung"
    return (("Sebelum catatan ada", spent),)


def _days(first: Any, last: Any) -> str:
    return f"{first:%d-%m-%Y} sampai {last:%d-%m-%Y}"


def _pdf(template: str, page: Mapping[str, Any], at: datetime) -> bytes:
    """
    Drawn by a process of its own: what it takes of memory is given back, and nothing of ours is within its reach.

    Raises `Undrawn` with the drawing program's words.
    """
    order = [sys.executable, "-m", draw.__name__, template, str(int(at.timestamp()))]
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    text = json.dumps(page).encode()
    try:
        done = subprocess.run(order, input=text, capture_output=True, env=environment, timeout=PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Undrawn(f"{template} belum selesai digambar setelah {PATIENCE} detik") from error
    if done.returncode != 0:
        raise Undrawn(f"{template} tidak dapat digambar: {done.stderr.decode(errors='replace').strip()[-_WORDS:]}")
    return done.stdout
