"""Does the record still say what a bundle says? Its figures are reckoned again, and its seals are looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from monitor.evidence import acted, canonical, collect, remembered
from monitor.evidence.collect import Edition
from monitor.evidence.data import MonthData, Period
from monitor.evidence.record import Brief, Record
from monitor.evidence.verify import Fault
from monitor.model import Kind
from monitor.store.told import Told

_SAID_ELSEWHERE = ("tool", "shortcomings", "method")
"""What is not the record's: which program, whether there was a key, how the settings are now."""
_AMENDED = ("severity", "sentence", "title", "fix", "reference")
"""What of a finding that was open at the cut may have been written anew since: the record keeps the latest."""
_LONGEST = 80


class Misshapen(ValueError):
    """The figures of a bundle are not of the shape this program knows."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of it."""

    fault: Fault | None
    notes: tuple[str, ...] = ()
    """What differs and is no fault; Indonesian."""


def period_in(figures: Mapping[str, Any]) -> Period:
    """The month of *figures*. Raises `Misshapen`."""
    try:
        said = figures["period"]
        since, until, cut = (datetime.fromisoformat(said[name]) for name in ("since", "until", "cut"))
        return Period(year=int(said["year"]), month=int(said["month"]), since=since, until=until, cut=cut)
    except (KeyError, TypeError, ValueError) as error:
        raise Misshapen("data.json tidak menyebut masa pengukurannya") from error


async def compare(record: Record, figures: Mapping[str, Any], brief: Brief) -> Compared:
    """Reckon the month of *figures* again from *record*. Raises `Misshapen`, or what reading the record raises."""
    period, then, edition = period_in(figures), _as_then(figures, brief), _edition(figures)
    gone, _rest = await record.let_go()

    def remind(told: Told) -> Told:
        return remembered.reminded(told, figures, then.vital, gone)

    month = await collect.collect(record, period, then, edition, remind)
    fault = await _seal(record, figures)
    if fault is not None:
        return Compared(fault)
    again, notes = _levelled(figures, month)
    first = next(canonical.differences(_figures(figures), _figures(again)), None)
    return Compared(None if first is None else _fault(*first), (*notes, *((_LET_GO,) if gone > period.since else ())))


_LET_GO = (
    "data mentah bulan ini sudah dilepas; kapan situs dilihat diambil dari bundel, selebihnya dihitung dari catatan"
)


def _edition(figures: Mapping[str, Any]) -> Edition:
    """Which telling of the month *figures* are. Raises `Misshapen`."""
    number, reason = figures.get("edition"), figures.get("restated", "")
    if not isinstance(number, int) or not isinstance(reason, str):
        raise Misshapen("data.json tidak menyebut edisinya")
    return Edition(number, reason)


def _as_then(figures: Mapping[str, Any], brief: Brief) -> Brief:
    """*brief* with the targets that the bundle was measured against: settings may have changed since. `Misshapen`."""
    try:
        said = figures["method"]["targets"]
        targets = {Kind(kind): Fraction(share) for kind, share in said.items()}
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        raise Misshapen("data.json tidak menyebut targetnya") from error
    return replace(brief, method=replace(brief.method, targets=targets))


def _figures(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in _SAID_ELSEWHERE}


def _fault(where: str, bundle: Any, record: Any) -> Fault:
    return Fault(where, f"bundel mengatakan {_short(bundle)}, catatan mengatakan {_short(record)}")


def _short(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} baris"
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _levelled(figures: Mapping[str, Any], month: MonthData) -> tuple[dict[str, Any], tuple[str, ...]]:
    """*month* as JSON, with the words of findings as the bundle has them where they may have been written anew."""
    again: dict[str, Any] = canonical.plain(month)
    listed = figures.get("findings")
    items = (item for item in listed if isinstance(item, dict)) if isinstance(listed, list) else ()
    known = {number: item for item in items if isinstance(number := item.get("number"), int)}
    amended = 0
    for item in again["findings"]:
        was = known.get(item["number"])
        if was is None:
            continue
        differs = any(was.get(name) != item[name] for name in _AMENDED)
        amended += differs
        item.update({name: was.get(name) for name in _AMENDED if differs})
    if not amended:
        return again, ()
    again["severities"] = _counted(again["findings"])
    return again, (f"{amended} temuan ditulis ulang sejak bundel dibuat; isinya dibandingkan tanpa tingkat dan uraian",)


def _counted(findings: list[dict[str, Any]]) -> Any:
    """The counts by severity, of findings as JSON has them."""
    severities = [item.severity.value for item in acted.severities(())]
    return [
        {
            "severity": severity,
            "carried": sum(not item["is_new"] for item in of),
            "opened": sum(item["is_new"] for item in of),
            "resolved": sum(item["resolved"] is not None for item in of),
            "open": sum(item["resolved"] is None for item in of),
        }
        for severity in severities
        for of in ([item for item in findings if item["severity"] == severity],)
    ]


async def _seal(record: Record, figures: Mapping[str, Any]) -> Fault | None:
    """Whether the chain still has the days and the head that the bundle names."""
    said = figures.get("seal")
    if not isinstance(said, Mapping):
        raise Misshapen("data.json tidak menyebut segelnya")
    if not said.get("head"):
        return None
    try:
        first, last = (date.fromisoformat(said[name]) for name in ("first", "last"))
    except (KeyError, TypeError, ValueError) as error:
        raise Misshapen("data.json tidak menyebut hari-hari segelnya") from error
    sealed = await record.seals(first, last)
    if len(sealed) != said.get("days") or not sealed or sealed[-1].head != said["head"]:
        return Fault("seal", f"rantai segel catatan sampai {last:%d-%m-%Y} bukan yang disebut bundel")
    return None
