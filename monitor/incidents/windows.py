"""Planned maintenance: what a window covers, and when – once, or again and again by RFC 5545, reckoned in WIB."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import MAXYEAR, UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from ipaddress import ip_address, ip_network
from itertools import islice, takewhile

from dateutil.rrule import rrulestr

from monitor.incident import Scope, Window
from monitor.incidents.errors import Misplanned
from monitor.model import Kind
from monitor.words import WIB

Span = tuple[datetime, datetime]
"""From the first instant on (UTC), the second no longer in it."""

MAX_RULE = 200
"""Characters of a recurrence."""

# The calendar repeats every 400 years, to the weekday (146,097 days are whole weeks). Reckoned in the last of them that
# a `datetime` has, a rule that never comes true – the 30th of February – is through with in a moment.
_ERA = 400

_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_DAYS = "MO|TU|WE|TH|FR|SA|SU"
_NUMBERS: Mapping[str, tuple[int, int]] = {
    "INTERVAL": (1, 366),
    "COUNT": (1, 10_000),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSETPOS": (-366, 366),
}
_SINGLE = frozenset({"INTERVAL", "COUNT", "BYMINUTE"})
_NOT_ZERO = frozenset({"BYMONTHDAY", "BYSETPOS"})
_MAX_ITEMS = 31
_LAST_YEAR = 2300
_INTEGER = re.compile(r"[+-]?\d{1,5}", re.ASCII)
_DAY = re.compile(rf"([+-]?[1-5])?({_DAYS})")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)


def covers(window: Window, kode: str, kind: Kind | None, addresses: Iterable[str], at: datetime) -> bool:
    """Whether *window* is on at *at* and is about the target *kode*, its jenis, or one of its *addresses*."""
    return concerns(window, kode, kind, addresses) and is_on(window, at)


def concerns(window: Window, kode: str, kind: Kind | None, addresses: Iterable[str]) -> bool:
    """Whether *window* is about the target *kode*, its jenis, or one of its *addresses*, at whatever time."""
    match window.scope:
        case Scope.ALL:
            return True
        case Scope.TARGET:
            return window.value == kode
        case Scope.KIND:
            return kind is not None and window.value == kind.value
        case Scope.ADDRESS:
            return any(_is_within(address, window.value) for address in addresses)


@lru_cache(maxsize=4096)
def _is_within(address: str, network: str) -> bool:
    try:
        return ip_address(address) in ip_network(network, strict=False)
    except ValueError:  # a target that was never met has no address
        return False


def is_on(window: Window, at: datetime) -> bool:
    """Whether *at* is within one of the times of *window*."""
    span = next_occurrence(window, at)
    return span is not None and span[0] <= at


def next_occurrence(window: Window, at: datetime) -> Span | None:
    """The time of *window* that is on at *at*, or else the next one; None when it is over for good."""
    return next((span for span in _spans(window) if span[1] > at), None)


def next_occurrences(window: Window, at: datetime, most: int) -> tuple[Span, ...]:
    """The time of *window* that is on at *at*, if any, and those that come: at most so many, in order."""
    return tuple(islice((span for span in _spans(window) if span[1] > at), most))


def occurrences(window: Window, since: datetime, until: datetime) -> tuple[Span, ...]:
    """The times of *window* that touch *since* … *until* (exclusive), whole, in order; those that overlap are one."""
    found: list[Span] = []
    for start, end in takewhile(lambda span: span[0] < until, _spans(window)):
        if end <= since:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _spans(window: Window) -> Iterator[Span]:
    """All times of *window* by their start; when a person has ended it, up to then."""
    for start in _starts(window):
        end = start + window.length
        if window.ended is not None:
            end = min(end, window.ended)
        if end <= start:
            return
        yield start, end


def _starts(window: Window) -> Iterator[datetime]:
    if not window.rule:
        yield window.start
        return
    first = window.start.astimezone(WIB).replace(tzinfo=None)
    years = (MAXYEAR - first.year) // _ERA * _ERA
    for local in rrulestr(_later(window.rule, years), dtstart=_moved(first, years)):
        yield _moved(local, -years).replace(tzinfo=WIB).astimezone(UTC)


def _moved(local: datetime, years: int) -> datetime:
    return local.replace(year=local.year + years)


def _later(rule: str, years: int) -> str:
    """*rule*, its UNTIL as many *years* later."""
    return re.sub(r"(?<=UNTIL=)\d{4}", lambda match: f"{int(match[0]) + years:04d}", rule)


def parse_rule(text: str) -> str:
    """
    A recurrence as it is kept: upper case, without `RRULE:`, its UNTIL in WIB; empty for an empty one.

    Raises `ValueError`, in Indonesian, for what is no rule of RFC 5545 §3.3.10, or comes more often than people
    plan maintenance.
    """
    rule = "".join(text.split()).upper().removeprefix("RRULE:").strip(";")
    if not rule:
        return ""
    if len(rule) > MAX_RULE:
        raise ValueError(f"aturan ulang terlalu panjang (paling banyak {MAX_RULE} huruf)")
    parts = _parts(rule)
    _check_together(parts)
    return ";".join(f"{name}={_checked(name, value)}" for name, value in parts.items())


def _parts(rule: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, sign, value = part.partition("=")
        if not sign or not value:
            raise ValueError(f"aturan ulang: {part!r} bukan pasangan NAMA=NILAI")
        if name in parts:
            raise ValueError(f"aturan ulang: {name} tertulis dua kali")
        parts[name] = value
    return parts


def _check_together(parts: Mapping[str, str]) -> None:
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES:
        raise ValueError(
            f"aturan ulang: FREQ={frequency or '…'} tidak dapat dipakai; pilih {', '.join(_FREQUENCIES)}"
            " (beberapa kali sehari: FREQ=DAILY;BYHOUR=6,18)"
        )
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("aturan ulang: pakai COUNT atau UNTIL, jangan keduanya")
    if frequency == "WEEKLY" and "BYMONTHDAY" in parts:
        raise ValueError("aturan ulang: BYMONTHDAY tidak berlaku untuk FREQ=WEEKLY")
    if frequency in {"DAILY", "WEEKLY"} and any(character.isdigit() for character in parts.get("BYDAY", "")):
        raise ValueError(f"aturan ulang: BYDAY bernomor tidak berlaku untuk FREQ={frequency}")


def _checked(name: str, value: str) -> str:
    if name == "FREQ":
        return value
    if name == "UNTIL":
        return _until(value)
    if name == "WKST":
        return _matching(name, (value,), re.compile(_DAYS))
    if name == "BYDAY":
        return _matching(name, _items(name, value), _DAY)
    if name in _NUMBERS:
        return ",".join(str(_number(name, item)) for item in _items(name, value))
    raise ValueError(f"aturan ulang: bagian {name[:20]!r} tidak dikenal")


def _items(name: str, value: str) -> tuple[str, ...]:
    items = tuple(value.split(","))
    most = 1 if name in _SINGLE else _MAX_ITEMS
    if len(items) > most:
        raise ValueError(f"aturan ulang: {name} paling banyak berisi {most} nilai")
    return items


def _matching(name: str, items: Iterable[str], form: re.Pattern[str]) -> str:
    for item in items:
        if form.fullmatch(item) is None:
            raise ValueError(f"aturan ulang: {name}={item[:20]} tidak dikenal; hari ditulis MO, TU, WE, TH, FR, SA, SU")
    return ",".join(items)


def _number(name: str, item: str) -> int:
    low, high = _NUMBERS[name]
    number = int(item) if _INTEGER.fullmatch(item) else None
    if number is None or not low <= number <= high or (number == 0 and name in _NOT_ZERO):
        raise ValueError(f"aturan ulang: {name}={item[:20]} di luar {low}…{high}")
    return number


def _until(value: str) -> str:
    """A bare day counts whole; an instant in UTC is told in WIB, as everything here."""
    match = _UNTIL.fullmatch(value)
    local = _local(match[1] + (match[2] or "235959"), UTC if match[3] else WIB) if match else None
    if local is None or local.year > _LAST_YEAR:
        raise ValueError(f"aturan ulang: UNTIL={value[:20]} bukan tanggal; tulis seperti 20261231 atau 20261231T170000")
    return f"{local:%Y%m%dT%H%M%S}"


def _local(digits: str, zone: tzinfo) -> datetime | None:
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=zone).astimezone(WIB)
    except (ValueError, OverflowError):
        return None


class Calendar:
    """Windows, and which of them are on: asked every second, so each is reckoned only when its next edge has come."""

    def __init__(self) -> None:
        """No windows yet."""
        self.windows: dict[int, Window] = {}
        self._next: dict[int, tuple[datetime, Span | None]] = {}

    def put(self, window: Window) -> None:
        """Take *window* in, in place of the one of its number."""
        self.windows[window.number] = window
        self._next.pop(window.number, None)

    def on(self, at: datetime) -> tuple[Window, ...]:
        """Those that are on at *at*, by number."""
        return tuple(window for window in self.windows.values() if self._is_on(window, at))

    def _is_on(self, window: Window, at: datetime) -> bool:
        asked, span = self._next.get(window.number, (at, None))
        if window.number not in self._next or at < asked or (span is not None and at >= span[1]):
            span = next_occurrence(window, at)
            self._next[window.number] = (at, span)
        return span is not None and span[0] <= at


_LONGEST = timedelta(days=31)


def check(window: Window, at: datetime) -> None:
    """Raises `Misplanned` for a window that would never be on after *at*, or covers nothing."""
    if not timedelta() < window.length <= _LONGEST:
        raise Misplanned("lama pemeliharaan harus lebih dari nol dan paling lama 31 hari", "length")
    if window.scope is Scope.ADDRESS:
        _check_network(window.value)
    if window.scope is Scope.KIND and window.value not in {kind.value for kind in Kind}:
        raise Misplanned(f"jenis {window.value[:40]!r} tidak dikenal", "value")
    if next_occurrence(window, at) is None:
        raise Misplanned(
            "jadwal pemeliharaan ini tidak pernah berlaku lagi: waktunya sudah lewat atau tidak pernah tiba", "start"
        )


def _check_network(value: str) -> None:
    try:
        ip_network(value, strict=False)
    except ValueError:
        raise Misplanned(
            f"{value[:60]!r} bukan alamat IP atau jaringan, misalnya 192.0.2.1 atau 192.0.2.0/24", "value"
        ) from None
