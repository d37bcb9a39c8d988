"""The charts of the summary, reckoned: lengths and heights from 0 to 1, for vector shapes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from monitor import words
from monitor.evidence.blocks import Bar, Bars, Column, Columns
from monitor.evidence.data import Day, KindTotal, MonthData
from monitor.evidence.grids import measured

_HORIZON = ((0, "sudah lewat"), (8, "0–7 hari"), (15, "8–14"), (31, "15–30"), (61, "31–60"), (91, "61–90"))
_BEYOND = "lebih dari 90"
_STEPS = (1, 2, 3, 5, 8)
_HALF = Fraction(1, 2)
_SHADED = "Berarsir: lebih dari separuh waktu situs tidak teramati pada hari itu, atau catatan belum ada."
_LOWS = (Fraction(999, 1000), Fraction(99, 100), Fraction(98, 100), Fraction(95, 100), Fraction(9, 10), Fraction(1, 2))


def availability(month: MonthData) -> Bars:
    """Availability per jenis against its target; the scale begins where the lowest of them still shows."""
    seen = [share for kind in month.kinds for share in (kind.figures.ratio, kind.target) if share is not None]
    low = next((low for low in _LOWS if low < min(seen)), Fraction(0)) if seen else Fraction(0)
    return Bars(
        title="Ketersediaan per jenis terhadap target",
        measured=measured(month),
        low=words.percent(low, 1),
        high="100%",
        bars=tuple(_kind_bar(kind, low) for kind in month.kinds),
        note="Garis tegak: target." + (" Skala tidak mulai dari nol." if low else ""),
    )


def _kind_bar(kind: KindTotal, low: Fraction) -> Bar:
    ratio, target = kind.figures.ratio, kind.target
    return Bar(
        label=words.KINDS[kind.kind],
        length=None if ratio is None else _on(ratio, low),
        text="tidak teramati" if ratio is None else words.percent(ratio),
        mark=None if target is None else _on(target, low),
        mark_text="" if target is None else words.percent(target),
    )


def _on(share: Fraction, low: Fraction) -> float:
    return float((share - low) / (1 - low))


def ceiling(value: float) -> int:
    """The next of 1, 2, 3, 5, 8, 10, 20, 30 … from *value* on: the top of an axis."""
    scale = 1
    while True:
        for step in _STEPS:
            if step * scale >= value:
                return step * scale
        scale *= 10


def outages(month: MonthData) -> Columns:
    """How many outages began on each day."""
    top = ceiling(max((day.started for day in month.days), default=1) or 1)
    columns = (_day_column(day, _part(day, day.started / top), str(day.started or "")) for day in month.days)
    return Columns(
        title="Gangguan yang mulai tiap hari",
        measured=measured(month),
        top=words.number(top),
        series=("Gangguan",),
        columns=tuple(columns),
        note=_SHADED,
    )


def _part(day: Day, height: float) -> float | None:
    return None if not day.figures.known else height


def _day_column(day: Day, height: float | None, text: str) -> Column:
    return Column(label=str(day.day.day), heights=(height,), text=text, shaded=day.figures.unobserved_share > _HALF)


def downtime(month: MonthData) -> Columns:
    """Hours that sites were down, together, on each day."""
    hours = [day.figures.down / timedelta(hours=1) for day in month.days]
    top = ceiling(max(hours, default=1) or 1)
    columns = (_day_column(day, _part(day, spent / top), "") for day, spent in zip(month.days, hours, strict=True))
    return Columns(
        title="Lama turun tiap hari, semua situs (jam)",
        measured=measured(month),
        top=f"{words.number(top)} jam",
        series=("Turun",),
        columns=tuple(columns),
        note=_SHADED,
    )


def response(month: MonthData) -> Columns:
    """The median response of each day."""
    spent = [None if day.response is None else day.response / timedelta(milliseconds=1) for day in month.days]
    top = ceiling(max((value for value in spent if value is not None), default=1) or 1)
    columns = (
        _day_column(day, None if value is None else value / top, "")
        for day, value in zip(month.days, spent, strict=True)
    )
    return Columns(
        title="Waktu respons tiap hari (median dari median situs)",
        measured=measured(month),
        top=f"{words.number(top)} ms",
        series=("Median",),
        columns=tuple(columns),
        line=True,
        note=_SHADED,
    )


def horizon(month: MonthData) -> Columns:
    """How many certificates end when."""
    left = [item.days_left for item in month.certificates if item.days_left is not None]
    counts = dict.fromkeys((*(name for _end, name in _HORIZON), _BEYOND), 0)
    for days in left:
        counts[next((name for end, name in _HORIZON if days < end), _BEYOND)] += 1
    top = ceiling(max(counts.values()) or 1)
    columns = (Column(label=name, heights=(count / top,), text=words.number(count)) for name, count in counts.items())
    return Columns(
        title="Sisa masa berlaku sertifikat",
        measured=f"pada {words.table(month.period.cut)} WIB",
        top=words.number(top),
        series=("Sertifikat",),
        columns=tuple(columns),
    )


def severities(month: MonthData) -> Columns:
    """Findings opened and resolved, by severity."""
    counts = [(item.opened, item.resolved) for item in month.severities]
    top = ceiling(max((count for pair in counts for count in pair), default=1) or 1)
    columns = (
        Column(
            label=words.SEVERITIES[item.severity],
            heights=(item.opened / top, item.resolved / top),
            text=f"{words.number(item.opened)} / {words.number(item.resolved)}",
        )
        for item in month.severities
    )
    return Columns(
        title="Temuan dibuka dan selesai per tingkat keparahan",
        measured=measured(month),
        top=words.number(top),
        series=("Dibuka", "Selesai"),
        columns=tuple(columns),
    )


def all_of(month: MonthData) -> Iterator[Bars | Columns]:
    """Every chart, in the order of the summary."""
    yield availability(month)
    yield outages(month)
    yield downtime(month)
    yield response(month)
    yield horizon(month)
    yield severities(month)
