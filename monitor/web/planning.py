"""Maintenance as a person fills it in: how often and until when, as a recurrence of RFC 5545 – and one in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from monitor.moments import BadAct
from monitor.words import DAYS, WIB

WEEK: Mapping[str, str] = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), DAYS, strict=True))
"""The days of RFC 5545 (§3.3.10) in the county's words."""
LAST = "terakhir"
_LAST_DAY = "-1"
_LAST_YEAR = 2300
"""A recurrence ends by then, or never."""
DATES: Mapping[str, str] = {
    **{str(day): str(day) for day in range(1, 32)},
    LAST: "hari terakhir bulan",
}
"""On which day of the month: what the form sends → what it shows."""


class Repeat(StrEnum):
    """How often."""

    ONCE = "sekali"
    DAILY = "harian"
    WEEKLY = "mingguan"
    MONTHLY = "bulanan"
    OTHER = "lainnya"
    """As a rule of RFC 5545 says."""


REPEATS: Mapping[Repeat, str] = {
    Repeat.ONCE: "sekali",
    Repeat.DAILY: "setiap hari",
    Repeat.WEEKLY: "setiap minggu",
    Repeat.MONTHLY: "setiap bulan",
    Repeat.OTHER: "lainnya, menurut aturan RFC 5545",
}
FIELDS: Mapping[str, str] = {
    "actor": "nama",
    "scope": "cakupan",
    "value": "nilai",
    "start": "mulai",
    "length": "menit",
    "rule": "ulang",
    "reason": "alasan",
}
"""Part of a plan → the field of the form that asks for it; the form's other fields are named as they are."""


def rule_of(form: Mapping[str, str], start: datetime) -> str:
    """
    The recurrence that *form* asks for, from *start* on; empty: once. Raises `BadAct`, which names the field.

    A form without `ulangi` is a program's: its `ulang` alone says it.
    """
    raw = form.get("ulang", "")
    repeat = _repeat(form.get("ulangi", "") or (Repeat.OTHER if raw else Repeat.ONCE))
    if repeat is Repeat.OTHER:
        if not raw:
            raise BadAct(
                "aturan ulang kosong; tulis misalnya FREQ=WEEKLY;BYDAY=SU, atau pilih ulangan yang lain", "rule"
            )
        return raw
    if raw:
        raise BadAct(
            f"ulangi: terpilih “{REPEATS[repeat]}”, padahal aturan RFC 5545 terisi; pilih “{REPEATS[Repeat.OTHER]}”,"
            " atau kosongkan aturan itu",
            "ulangi",
        )
    return "" if repeat is Repeat.ONCE else f"{_EACH[repeat](form, start)}{_until(form.get('sampai', ''), start)}"


def _repeat(value: str) -> Repeat:
    try:
        return Repeat(value)
    except ValueError as error:
        raise BadAct("ulangi tidak dikenal; pilih salah satu dari daftar", "ulangi") from error


def _daily(form: Mapping[str, str], start: datetime) -> str:
    return "FREQ=DAILY"


def _weekly(form: Mapping[str, str], start: datetime) -> str:
    days = [day for day in WEEK if form.get(f"hari_{day}")]
    if not days:
        raise BadAct("hari belum dipilih; untuk “setiap minggu” pilih sedikitnya satu hari", f"hari_{next(iter(WEEK))}")
    return f"FREQ=WEEKLY;BYDAY={','.join(days)}"


def _monthly(form: Mapping[str, str], start: datetime) -> str:
    chosen = form.get("tanggal", "") or str(start.astimezone(WIB).day)
    if chosen not in DATES:
        raise BadAct(f"tanggal {chosen[:20]!r} tidak dikenal; pilih 1 sampai 31, atau hari terakhir bulan", "tanggal")
    return f"FREQ=MONTHLY;BYMONTHDAY={_LAST_DAY if chosen == LAST else chosen}"


_EACH = {Repeat.DAILY: _daily, Repeat.WEEKLY: _weekly, Repeat.MONTHLY: _monthly}


def _until(text: str, start: datetime) -> str:
    if not text:
        return ""
    try:
        last = date.fromisoformat(text)
    except ValueError as error:
        raise BadAct(
            f"sampai bukan tanggal: {text[:40]!r}; tulis seperti 2026-12-31, atau kosongkan", "sampai"
        ) from error
    if last.year > _LAST_YEAR:
        raise BadAct(f"sampai {text[:40]!r} terlalu jauh; pilih tahun yang lebih dekat, atau kosongkan", "sampai")
    if last < start.astimezone(WIB).date():
        raise BadAct(f"sampai {last:%d-%m-%Y} lebih awal daripada waktu mulai; pilih hari yang lebih akhir", "sampai")
    return f";UNTIL={last:%Y%m%d}"


def spoken(rule: str, start: datetime) -> str:
    """
    The recurrence *rule*, as a window has it that begins at *start*, in words; empty for once.

    `setiap Senin dan Kamis sampai 31-12-2026`.

    What the form cannot ask for has no words: then it is the rule itself, as `menurut aturan FREQ=…`.
    """
    if not rule:
        return ""
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    until = parts.pop("UNTIL", "")
    each = _each(parts, start.astimezone(WIB))
    return f"{each}{_ended(until)}" if each else f"menurut aturan {rule}"


def _each(parts: Mapping[str, str], start: datetime) -> str:
    match parts:
        case {"FREQ": "DAILY", **rest} if not rest:
            return "setiap hari"
        case {"FREQ": "WEEKLY", **rest} if not rest.keys() - {"BYDAY"}:
            named = rest["BYDAY"].split(",") if "BYDAY" in rest else [[*WEEK][start.weekday()]]
            return f"setiap {_together([WEEK[day] for day in WEEK if day in named])}"
        case {"FREQ": "MONTHLY", **rest} if not rest.keys() - {"BYMONTHDAY"}:
            return _of_month(rest.get("BYMONTHDAY", str(start.day)))
    return ""


def _of_month(day: str) -> str:
    """Of several days at once, or counted from the end, the form knows nothing but the last."""
    if day == _LAST_DAY:
        return "setiap hari terakhir bulan"
    return f"setiap bulan tanggal {day}" if day in DATES else ""


def _together(words: list[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} dan {last}" if others else last


def _ended(until: str) -> str:
    """`UNTIL` as it is kept, in WIB: `20261231T235959`."""
    return f" sampai {until[6:8]}-{until[4:6]}-{until[:4]}" if until else ""
