"""
How the county reads instants, durations, numbers and states: Indonesian, WIB, without the locale of the machine.

Instants are aware and shown in WIB, UTC+07:00 without daylight saving; a naive one is refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date as Date  # noqa: N812 - `date` is what is said of an instant
from datetime import datetime, timedelta, timezone
from fractions import Fraction

from monitor.model import Criticality, Kind, Severity, State, Verification

WIB = timezone(timedelta(hours=7), "WIB")
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
UNITS = (("hari", 86_400), ("jam", 3_600), ("menit", 60), ("detik", 1))
DASH = "–"
"""What stands where there is no value."""

KINDS: Mapping[Kind, str] = {
    Kind.OPD: "OPD",
    Kind.KECAMATAN: "Kecamatan",
    Kind.KELURAHAN: "Kelurahan",
    Kind.DESA: "Desa",
    Kind.PUSKESMAS: "Puskesmas",
    Kind.LAYANAN: "Layanan",
    Kind.DOMAIN: "Domain",
}
STATES: Mapping[State, str] = {
    State.DOWN: "Turun",
    State.DEGRADED: "Terganggu",
    State.UNOBSERVED: "Tidak teramati",
    State.UP: "Aktif",
}
"""In the order a board shows them: what needs somebody first."""
VIEWS: Mapping[str, str] = {
    "pengunjung": "pengunjung biasa",
    "googlebot": "mesin pencari (Googlebot)",
    "rujukan": "pengunjung dari hasil pencarian",
    "ponsel": "pengunjung dengan ponsel",
}
"""As whom a page was asked for → who sees what was found."""

SEVERITIES: Mapping[Severity, str] = {
    Severity.CRITICAL: "Kritis",
    Severity.HIGH: "Tinggi",
    Severity.MEDIUM: "Sedang",
    Severity.LOW: "Rendah",
    Severity.INFO: "Info",
}
"""Worst first."""
CHECKS: Mapping[str, str] = {
    "website": "Kunjungan",
    "transport": "HTTP tanpa enkripsi (port 80)",
    "tls": "TLS",
    "names": "Nama di server otoritatif",
    "zone": "Delegasi domain dan DNSSEC",
    "registration": "Pendaftaran domain",
    "mail": "Surel",
    "security_txt": "security.txt",
    "cloaking": "Yang dilihat mesin pencari",
    "freshness": "Kebaruan isi",
}
"""The slug of a check → what it is called."""
CRITICALITIES: Mapping[Criticality, str] = {
    Criticality.HIGH: "Tinggi",
    Criticality.MEDIUM: "Sedang",
    Criticality.LOW: "Rendah",
}
VERIFICATIONS: Mapping[Verification, str] = {
    Verification.OK: "Sudah benar",
    Verification.NEEDED: "Perlu verifikasi",
}
DISTRUST: Mapping[int, str] = {
    9: "belum berlaku",
    10: "kedaluwarsa",
    18: "ditandatangani sendiri",
    19: "akar buatan sendiri di dalam rantai",
    20: "penerbit tidak dikenal atau rantai tidak lengkap",
    21: "penerbit tidak dikenal atau rantai tidak lengkap",
    23: "dicabut",
    62: "nama host tidak cocok",
    64: "alamat IP tidak cocok",
}
"""OpenSSL's X509_V_ERR_… (x509_vfy.h)."""


def _wib(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(WIB)


def prose(instant: datetime) -> str:
    """`Selasa, 24 November 2026, 08.05 WIB`."""
    local = _wib(instant)
    return f"{DAYS[local.weekday()]}, {date(instant)}, {local:%H.%M} WIB"


def date(instant: datetime) -> str:
    """`24 November 2026`."""
    local = _wib(instant)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def calendar_day(day: Date) -> str:
    """`Selasa, 24 November 2026`: a day of the calendar."""
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def clock(instant: datetime) -> str:
    """`08.05.09 WIB`."""
    return f"{_wib(instant):%H.%M.%S} WIB"


def hour(instant: datetime) -> str:
    """`08.05 WIB`."""
    return f"{_wib(instant):%H.%M} WIB"


def since(instant: datetime, now: datetime) -> str:
    """`08.05 WIB` when that was on the day of *now*, `23 November 2026, 08.05 WIB` otherwise."""
    same = _wib(instant).date() == _wib(now).date()
    return hour(instant) if same else f"{date(instant)}, {hour(instant)}"


def day(instant: datetime) -> str:
    """`2026-11-24`: the day in WIB, for keys."""
    return _wib(instant).date().isoformat()


def week(instant: datetime) -> str:
    """`2026-W48`: the week of ISO 8601 in WIB, for keys."""
    year, number_, _day = _wib(instant).isocalendar()
    return f"{year}-W{number_:02d}"


def table(instant: datetime) -> str:
    """`24-11-2026 08:05`."""
    return f"{_wib(instant):%d-%m-%Y %H:%M}"


def iso(instant: datetime) -> str:
    """`2026-11-24T08:05:09+07:00`, for machines."""
    return _wib(instant).isoformat(timespec="seconds")


def number(value: float | Fraction, places: int = 0) -> str:
    """`1.234.567,89`: rounded to *places* decimals, halves to the even digit."""
    text = f"{float(value):,.{places}f}" if isinstance(value, Fraction) else f"{value:,.{places}f}"
    return text.translate({ord(","): ".", ord("."): ","})


def floored(share: Fraction, places: int = 2) -> float:
    """*share* (0 to 1) with the digits that `percent` shows, rounded down: 1.0 is never said of anything less."""
    scale = 100 * 10**places
    return float(Fraction(math.floor(share * scale), scale))


def percent(share: float | Fraction, places: int = 2) -> str:
    """`99,95%` of a *share* from 0 to 1, rounded down: 100% is never said of anything less."""
    exact = share if isinstance(share, Fraction) else Fraction(str(share))
    scale = 10**places
    whole, rest = divmod(math.floor(exact * 100 * scale), scale)
    return f"{number(whole)},{rest:0{places}d}%" if places else f"{number(whole)}%"


def duration(span: timedelta) -> str:
    """`2 jam 5 menit`: the largest unit and the one below it, rounded down; never negative."""
    left = max(0, math.floor(span.total_seconds()))
    for (unit, size), below in zip(UNITS, (*UNITS[1:], None), strict=True):
        if left >= size:
            count, rest = divmod(left, size)
            smaller = rest // below[1] if below else 0
            return f"{count} {unit} {smaller} {below[0]}" if below and smaller else f"{count} {unit}"
    return "0 detik"


def milliseconds(microseconds: int) -> str:
    """`1.234 ms`; below ten milliseconds with one decimal, so that a phase on the local network is not nought."""
    value = microseconds / 1000
    return f"{number(value, 0 if value >= 10 or microseconds == 0 else 1)} ms"  # noqa: PLR2004


def days(count: int) -> str:
    """`12 hari`, `hari ini`, `baru lewat`, or `lewat 3 hari`: what `days_left` says, whole days either way."""
    if count < 0:
        return f"lewat {number(-count - 1)} hari" if count < -1 else "baru lewat"
    return f"{number(count)} hari" if count else "hari ini"


def days_left(until: datetime, now: datetime) -> int:
    """Whole days from *now* to *until*; 0 on the last one, negative from the instant it has passed."""
    return math.floor((until - now) / timedelta(days=1))


def size(octets: int) -> str:
    """`512,0 KiB`."""
    kib = 1024
    return f"{number(octets)} B" if octets < kib else f"{number(octets / kib, 1)} KiB"


def distrust(code: object, message: str) -> str:
    """Why a chain did not verify, by OpenSSL's *code*; its own *message* where there are no words for that."""
    return (DISTRUST.get(code) if isinstance(code, int) else None) or message
