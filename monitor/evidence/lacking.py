"""What is missing in a month, in sentences for the cover: never hidden, never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from monitor import words
from monitor.evidence.data import Figures, Gap, Period, Shortcoming, Site
from monitor.store.told import Told

MOST_UNOBSERVED = Fraction(1, 200)
"""Of all time; more is a gap. A restart of the monitor now and then is none, and is said on the cover all the same."""
MOST_OF_SITE = Fraction(1, 10)
"""Of the time of one site."""
_NAMED = 12


def shortcomings(
    period: Period, sites: Sequence[Site], total: Figures, told: Told, first: date | None, *, observed: bool
) -> Iterator[Shortcoming]:
    """Everything but what concerns the seal and the signature; *observed*: whether any look saw a site."""
    watched = [site for site in sites if site.active]
    if not period.is_over:
        yield Shortcoming(Gap.NOT_OVER, f"Bulan belum berakhir; data sampai {words.table(period.cut)} WIB.")
    if not observed:
        yield Shortcoming(Gap.NO_DATA, "Catatan tidak memuat satu pengamatan pun pada bulan ini.")
        return
    yield from _late(period, first)
    if total.unobserved_share > MOST_UNOBSERVED:
        yield Shortcoming(Gap.UNOBSERVED, f"{words.percent(total.unobserved_share)} waktu situs tidak teramati.")
    yield from _sites(watched)
    yield from _rollups(period, told)


def _late(period: Period, first: date | None) -> Iterator[Shortcoming]:
    began = period.since.astimezone(words.WIB).date()
    if first is not None and first > began:
        yield Shortcoming(Gap.LATE_START, f"Catatan baru dimulai {first:%d-%m-%Y}; hari sebelumnya tidak diukur.")


def _sites(watched: Sequence[Site]) -> Iterator[Shortcoming]:
    never = [site.kode for site in watched if not site.figures.known]
    if never:
        count = words.number(len(never))
        yield Shortcoming(Gap.NEVER_SEEN, f"{count} situs tidak pernah teramati: {named(never)}.")
    seldom = [site.kode for site in watched if site.figures.known and site.figures.unobserved_share > MOST_OF_SITE]
    if seldom:
        yield Shortcoming(
            Gap.UNOBSERVED,
            f"{words.number(len(seldom))} situs tidak teramati lebih dari {words.percent(MOST_OF_SITE, 0)} waktunya: "
            f"{named(seldom)}.",
        )


def _rollups(period: Period, told: Told) -> Iterator[Shortcoming]:
    hour = period.cut - timedelta(minutes=period.cut.minute, seconds=period.cut.second)
    if told.rolled_until is None or told.rolled_until < hour:
        until = "belum ada" if told.rolled_until is None else f"baru sampai {words.table(told.rolled_until)} WIB"
        yield Shortcoming(Gap.NO_ROLLUPS, f"Rekap jam {until}; csv/rekap-jam.csv dan banyaknya pengamatan kurang.")


def named(items: Sequence[str]) -> str:
    """The first of *items*, and how many more there are."""
    rest = len(items) - _NAMED
    return ", ".join(items[:_NAMED]) + (f", dan {words.number(rest)} lagi" if rest > 0 else "")


def let_go(period: Period, gone: datetime) -> Iterator[Shortcoming]:
    """Of samples that retention took before *gone*, only rollups tell."""
    if gone > period.since:
        until = words.table(min(gone, period.cut))
        yield Shortcoming(
            Gap.LET_GO,
            f"Data mentah sampai {until} WIB sudah dilepas menurut masa simpannya: kapan tiap situs dilihat tidak lagi "
            "diketahui. Ketersediaan dihitung dari rekapnya.",
        )


def unsealed(missing: Sequence[date]) -> Iterator[Shortcoming]:
    """Days that are over and not sealed."""
    if missing:
        days = named([f"{day:%d-%m-%Y}" for day in missing])
        yield Shortcoming(Gap.UNSEALED, f"{words.number(len(missing))} hari belum disegel: {days}.")


def unreadable(why: str) -> Shortcoming:
    """The chain of seals cannot be read."""
    return Shortcoming(Gap.UNREADABLE_SEAL, f"Segel catatan tidak dapat dibaca: {why}.")


def unsigned(why: str) -> Shortcoming:
    """There is no key to sign with."""
    return Shortcoming(Gap.UNSIGNED, f"Bundel tidak ditandatangani: {why}.")
