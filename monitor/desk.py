"""What people do about incidents and findings: one place for board, API and command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.incident import FindingKey, Mark, Ripples, Scope, Verb, Window
from monitor.incidents.book import Book
from monitor.incidents.errors import Senseless
from monitor.moments import BadAct, Faults

log = structlog.get_logger(__name__)

MAX_TEXT = 1_000
"""Characters of what a person writes."""
MAX_NAME = 80
LONGEST_DISMISSAL = timedelta(days=366)
FARTHEST = timedelta(days=3660)
"""How far from now maintenance may begin, either way."""


class Journal(Protocol):
    """The part of a `Store` that a desk needs."""

    def put_ripples(self, ripples: Ripples) -> None:
        """Have them written at once."""

    async def flush(self) -> None:
        """Return when everything put so far is safe."""

    async def requeue(self, key: str, now: datetime) -> bool:
        """Have a parcel that was given up sent again; False when *key* is not one."""


class Desk:
    """Every act is recorded with who and when before it returns. Raises `BadAct`, or what the book raises."""

    def __init__(self, book: Book, journal: Journal, now: Callable[[], datetime], nudge: Callable[[], None]) -> None:
        """Act on *book*, record in *journal*; *nudge* wakes whoever sends messages."""
        self._book = book
        self._journal = journal
        self._now = now
        self._nudge = nudge

    @property
    def book(self) -> Book:
        """What is open, for reading."""
        return self._book

    async def record(self, ripples: Ripples) -> None:
        """Make *ripples* safe, and have what they tell sent."""
        if ripples:
            self._journal.put_ripples(ripples)
            await self._journal.flush()
            self._nudge()

    async def acknowledge(self, number: int, actor: str, text: str = "") -> None:
        """Somebody takes incident *number* on: no more reminders."""
        await self.record(self._book.acknowledge(number, _name(actor), _text(text), self._now()))

    async def unacknowledge(self, number: int, actor: str, text: str = "") -> None:
        """Nobody has taken it on any more."""
        await self.record(self._book.unacknowledge(number, _name(actor), _text(text), self._now()))

    async def note(self, number: int, actor: str, text: str) -> None:
        """A line in the timeline of incident *number*."""
        await self.record(self._book.note(number, _name(actor), _required(text, "catatan"), self._now()))

    async def assign(self, number: int, actor: str, to: str) -> None:
        """*to* is to deal with incident *number*."""
        await self.record(self._book.assign(number, _name(actor), _name(to, "nama petugas", "to"), self._now()))

    async def mark(
        self, key: FindingKey, verb: Verb, actor: str, text: str = "", until: datetime | None = None
    ) -> None:
        """Acknowledge, assign, note, dismiss (with reason and end) or take back, for one open finding."""
        at = self._now()
        actor, text, until = fitted(verb, actor, text, until, at)
        mark = Mark(key=key, verb=verb, actor=actor, at=at, text=text, until=until)
        await self.record(self._book.mark(mark, at))

    async def plan(
        self,
        scope: Scope,
        value: str,
        start: datetime,
        length: timedelta,
        *,
        actor: str,
        reason: str,
        rule: str = "",
    ) -> Window:
        """Maintenance, once or by *rule* (RFC 5545), from *start* for *length*; planned once when asked for twice."""
        reason, actor, at = _required(reason, "alasan pemeliharaan", "reason"), _name(actor), self._now()
        if abs(start - at) > FARTHEST:
            raise BadAct("waktu mulai lebih dari sepuluh tahun dari sekarang; periksa tahunnya", "start")
        try:
            window, ripples = self._book.add_window(
                scope=scope,
                value=value,
                start=start,
                length=length,
                rule=rule,
                reason=reason,
                actor=actor,
                at=at,
            )
        except Senseless as error:  # of what is not there yet, nothing can be the case: what was put is wrong
            raise BadAct(str(error), error.field) from error
        await self.record(ripples)
        if not ripples:  # what was planned a moment ago may still be on its way to the disk
            await self._journal.flush()
        return window

    async def end(self, number: int, actor: str) -> None:
        """Maintenance window *number* is over, for good."""
        await self.record(self._book.end_window(number, _name(actor), self._now()))

    async def resend(self, key: str, actor: str) -> bool:
        """Whether there is a message *key* that was given up; it is tried again."""
        actor = _name(actor)
        found = await self._journal.requeue(key, self._now())
        if found:
            log.info("message.resent", key=key, actor=actor)
            self._nudge()
        return found

    async def forget(self, kode: str, check: str, actor: str) -> None:
        """What *check* has learned of *kode* is forgotten: it learns anew."""
        log.info("baseline.forgotten", target=kode, check=check, actor=_name(actor))
        await self.record(Ripples(forget=((kode, check),)))


def fitted(verb: Verb, actor: str, text: str, until: datetime | None, at: datetime) -> tuple[str, str, datetime | None]:
    """Actor, text and end of a mark at *at* as they are kept. Raises `BadAct` that says all that is missing."""
    faults = Faults()
    with faults:
        actor = _name(actor)
    with faults:
        text = _required(text, _WANTED[verb]) if verb in _WANTED else _text(text)
    with faults:
        until = _until(until, at) if verb is Verb.DISMISS else until
    faults.settle()
    return actor, text, until


_WANTED = {Verb.DISMISS: "alasan positif palsu", Verb.NOTE: "isi", Verb.ASSIGN: "isi"}
"""What is done → the text that goes with it, where there must be one."""


def _name(value: str, what: str = "nama Anda", field: str = "actor") -> str:
    name = " ".join(value.split())
    if not name:
        raise BadAct(f"{what} kosong; isi dengan nama orang yang bertindak", field)
    return _text(name, MAX_NAME, field)


def _required(value: str, what: str, field: str = "text") -> str:
    text = _text(value, field=field)
    if not text:
        raise BadAct(f"{what} kosong; tuliskan singkat agar dapat dipertanggungjawabkan", field)
    return text


def _text(value: str, limit: int = MAX_TEXT, field: str = "text") -> str:
    """*value* without control characters but line ends."""
    kept = "".join(character for character in value if character == "\n" or character.isprintable()).strip()
    if len(kept) > limit:
        raise BadAct(f"teks terlalu panjang ({len(kept)} huruf); paling banyak {limit}", field)
    return kept


def _until(until: datetime | None, at: datetime) -> datetime:
    if until is None:
        raise BadAct("tanggal berakhir kosong; sebutkan sampai kapan temuan ini dianggap positif palsu", "until")
    if until <= at:
        raise BadAct("masa berlaku positif palsu harus berakhir di kemudian hari; sebutkan tanggalnya", "until")
    if until - at > LONGEST_DISMISSAL:
        raise BadAct("masa berlaku positif palsu paling lama satu tahun; pilih tanggal yang lebih dekat", "until")
    return until
