"""The daemon's own health: is it ready, how late is it, does it write."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from monitor import __version__
from monitor.alerts.feed import NAME
from monitor.checks.base import Check
from monitor.model import Outcome
from monitor.reach import ALERTMANAGER, FEED, HEARTBEAT, Reach
from monitor.store import StoreError
from monitor.store.stored import FrozenMonth
from monitor.vitals import BOUNDS, Tally, Vitals
from monitor.web.affairs import maintenance_of
from monitor.web.looks import TITLES
from monitor.web.reads import Connection, Records, Vantage
from monitor.web.rows import spelled
from monitor.web.templating import first_upper
from monitor.web.view import View
from monitor.words import number

ANSWER = timedelta(seconds=2)
"""The store answers a trifle within this, or is not ready."""


async def unready(vitals: Vitals, store: Records, watched: int) -> list[str]:
    """Why the daemon is not ready; empty when it is."""
    reasons = []
    if watched and not vitals.runs:
        reasons.append("kunjungan pertama belum selesai")
    if vitals.runs and not sum(vitals.store.counts):
        reasons.append("penyimpanan belum menulis satu pun catatan")
    try:
        async with asyncio.timeout(ANSWER.total_seconds()):
            await store.retired()
    except TimeoutError:
        reasons.append("penyimpanan tidak menjawab")
    except StoreError:
        reasons.append("penyimpanan tidak dapat dibaca")
    return reasons


@dataclass(frozen=True, slots=True)
class Pace:
    """How long something takes, from a histogram: bounds, not exact values."""

    count: int
    mean: float
    """Seconds."""
    most: float | None
    """99 of 100 took no longer than this many seconds; None: longer than the largest bound."""


def pace(tally: Tally) -> Pace | None:
    """What *tally* says; None before the first observation."""
    counts = list(accumulate(tally.counts))
    if not counts[-1]:
        return None
    within = next(number for number, count in enumerate(counts) if count * 100 >= counts[-1] * 99)
    return Pace(counts[-1], tally.total / counts[-1], BOUNDS[within] if within < len(BOUNDS) else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A banner: something about ourselves that readers must know before they believe the board."""

    level: str
    """`alarm` or `warning`."""
    title: str
    lines: Sequence[str] = ()
    since: datetime | None = None
    link: tuple[str, str] | None = None
    """Where to go (path of the board), and what to call it."""


def notices(vitals: Vitals, vantage: Vantage) -> list[Notice]:
    """What must be said above everything else; worst first."""
    result, seen = [], vantage.current
    if seen is not None and seen.connected is False:
        said = seen.reason.removeprefix("titik pantau terputus: ").capitalize()
        lines = ("Situs yang gagal dikunjungi dicatat sebagai tidak teramati, bukan turun.", f"{said}." if said else "")
        result.append(Notice(level="alarm", title="Titik pantau terputus", since=vantage.since, lines=lines))
    if seen is not None and not seen.sentinels:
        result.append(
            Notice(
                level="warning",
                title="Penjaga jaringan belum disetel",
                lines=("Gangguan jaringan kita sendiri tidak dapat dibedakan dari gangguan situs.",),
            )
        )
    if vitals.inventory_problems:
        result.append(
            Notice(
                level="warning",
                title="Inventaris yang baru ditolak; yang lama tetap dipakai",
                lines=vitals.inventory_problems,
            )
        )
    return [*result, *_unwitnessed(vitals)]


def _unwitnessed(vitals: Vitals) -> Iterator[Notice]:
    """What keeps the record from being proof."""
    link = ("/kesehatan#h-segel", "Lihat sampai kapan catatan tersegel")
    if vitals.seal_problem:
        yield Notice(
            level="alarm",
            title="Catatan pemantauan tidak lagi disegel",
            lines=(
                f"{first_upper(vitals.seal_problem)}.",
                "Periksa rantainya: `monitor seal verify`.",
            ),
            link=link,
        )
    if vitals.stamp_problem:
        yield Notice(
            level="warning",
            title="Segel belum mendapat cap waktu dari luar",
            lines=(f"{first_upper(vitals.stamp_problem)}.", "Dicoba lagi tiap seperempat jam."),
            link=link,
        )
    if vitals.evidence_problem:
        yield Notice(
            level="warning",
            title="Bundel bukti bulan lalu belum jadi",
            lines=(
                f"{first_upper(vitals.evidence_problem)}.",
                "Dicoba lagi tiap jam; dapat juga dibuat sendiri: `monitor evidence export --month …`.",
            ),
        )


def unheard(view: View) -> list[Notice]:
    """Why what the board knows may not reach anybody; worst first."""
    if view.desk is None:
        return []
    if not view.settings.alerts.channels:
        return [_MUTE]
    reach = view.reach
    return [] if reach is None else [*_silent(reach), *_given_up(reach), *_unheard_outside(reach)]


_MUTE = Notice(
    level="alarm",
    title="Belum ada saluran notifikasi: tidak seorang pun diberi tahu",
    lines=(
        "Bila situs turun atau disisipi, itu hanya tertulis di papan ini.",
        "Tambahkan [alerts.channels.noc] dan [alerts.channels.csirt] pada setelan; uji: `monitor alerts test NAMA`.",
    ),
    link=("/pesan", "Lihat pesan yang seharusnya terkirim"),
)


def _silent(reach: Reach) -> Iterator[Notice]:
    if reach.silent:
        yield Notice(
            level="alarm",
            title=f"Saluran {', '.join(reach.silent)} tidak menerima pesan",
            lines=("Pesannya dicoba lagi sampai 24 jam; sementara itu beri tahu yang bertugas dengan cara lain.",),
            link=("/pesan?keadaan=menunggu", "Lihat yang menunggu"),
        )


def _given_up(reach: Reach) -> Iterator[Notice]:
    if reach.dead:
        ways = ", ".join(f"{number(count)} lewat {channel}" for channel, count in reach.dead.items())
        yield Notice(
            level="warning",
            title=f"Pesan yang tidak pernah sampai: {ways}",
            link=("/pesan?keadaan=gagal", "Lihat sebabnya, lalu kirim ulang"),
        )


OUTSIDE = {FEED: "Umpan SIEM", HEARTBEAT: "Tanda hidup ke luar", ALERTMANAGER: "Alertmanager"}


def _unheard_outside(reach: Reach) -> Iterator[Notice]:
    for standing in reach.standings:
        if standing.well is False:
            what = " ".join(filter(None, (OUTSIDE.get(standing.what, standing.what), standing.name)))
            yield Notice(level="warning", title=f"{what} tidak diterima", lines=(f"{standing.reason}.",))


def unfiltered(unknown: Sequence[str]) -> list[Notice]:
    """What must be said when a reader asked for what there is not: `name=value` each."""
    if not unknown:
        return []
    title = f"Saringan tidak dikenal: {', '.join(unknown)}"
    return [
        Notice(level="warning", title=title, lines=("Saringan itu diabaikan; yang tampak tidak disaring olehnya.",))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Everything on the health page."""

    version: str
    started: datetime
    uptime: timedelta
    connection: Connection | None
    connected_since: datetime | None
    checks: Sequence[Ran]
    lag: Pace | None
    store: Pace | None
    vitals: Vitals
    watched: str
    """How many sites, services and domains."""
    sealed_day: datetime | None
    """An instant of the newest sealed day; None before the first seal."""
    bundle: FrozenMonth | None
    """The last month that was handed out; None when none was."""
    reasons: Sequence[str]
    reach: Reach | None
    maintained: int
    """How many targets are under planned maintenance right now."""
    windows: int
    """How many windows are planned or on."""
    feed_behind: timedelta | None
    """How old the oldest change is that the SIEM has not taken; None when it has them all, or there is no feed."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A check and what came of its runs since the start."""

    title: str
    every: timedelta | None
    """None for a check that is known from its runs only."""
    runs: Mapping[Outcome, int]


async def _feed_behind(view: View) -> timedelta | None:
    if view.reach is None or all(standing.what != FEED for standing in view.reach.standings):
        return None
    waiting = await view.store.changes_since(await view.store.feed_position(NAME), 1)
    return view.now() - waiting[0].at if waiting else None


async def _last_bundle(view: View) -> FrozenMonth | None:
    try:
        return next(reversed(await view.store.frozen()), None)
    except StoreError:  # the page says elsewhere that it cannot be read
        return None


def ran(checks: Iterable[Check[Any]], vitals: Vitals) -> list[Ran]:
    """Each check with its runs; what ran and is no check of ours any more comes last."""
    known = {check.name: check.every for check in checks}
    names = dict.fromkeys((*known, *sorted({name for name, _outcome in vitals.runs})))
    counts = vitals.runs
    return [
        Ran(TITLES.get(name, name), known.get(name), {each: counts.get((name, each.value), 0) for each in Outcome})
        for name in names
    ]


async def health(view: View) -> Health:
    """The daemon's health."""
    vitals, vantage, now = view.vitals, view.vantage, view.now()
    entries = view.latest.entries()
    return Health(
        version=__version__,
        started=vitals.started,
        uptime=now - vitals.started,
        connection=vantage.current,
        connected_since=vantage.since,
        checks=ran(view.checks, vitals),
        lag=pace(vitals.lag),
        store=pace(vitals.store),
        vitals=vitals,
        sealed_day=vitals.seal_until - timedelta(days=1) if vitals.seal_until else None,
        bundle=await _last_bundle(view),
        watched=spelled(entry.target for entry in entries),
        reasons=await unready(vitals, view.store, len(entries)),
        reach=view.reach,
        maintained=sum(bool(maintenance_of(view, entry)) for entry in entries),
        windows=len(view.desk.book.windows) if view.desk else 0,
        feed_behind=await _feed_behind(view),
    )
