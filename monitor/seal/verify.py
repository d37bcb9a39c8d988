"""
Is the record still what was sealed? Every deviation is named: which day, which table and, where it can be told, whose.

Works on a store that only reads, beside a running daemon.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from cryptography.x509 import Certificate

from monitor import words
from monitor.seal import stamp
from monitor.seal.canonical import Leaf, Table
from monitor.seal.chain import Link, SealRow, followed
from monitor.seal.comparing import Comparison
from monitor.seal.errors import BadSeal
from monitor.seal.flaws import Flaw, What
from monitor.seal.keys import Keyring
from monitor.seal.sealed import Sealed

SHORTEST_HEAD = 16
"""Hex digits with which a head may be named."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found."""

    flaws: tuple[Flaw, ...]
    """In the order of the chain; empty when everything is as it was sealed."""
    notes: tuple[str, ...]
    """What a reader should know, although nothing is wrong with it; Indonesian."""
    last: Sealed | None
    """The newest sealed day that could be read."""
    days: int
    """Whose rows were compared."""
    rows: int
    """That were compared and are as they were sealed."""

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.flaws


class Token(Protocol):
    """A time-stamp as it was kept."""

    @property
    def height(self) -> int:
        """Of the seal whose head was stamped."""

    @property
    def token(self) -> bytes:
        """The authority's answer."""


class Record(Protocol):
    """The part of a store that is verified."""

    async def seal_rows(self) -> Sequence[SealRow]:
        """Every row of the chain as it is, in order."""

    async def seal_keys(self) -> Keyring:
        """All public keys, oldest first. Raises `BadSeal`."""

    async def seal_leaves(self, day: date) -> Mapping[str, Sequence[Leaf]]:
        """Table → the leaves *day* was sealed with. Raises `BadSeal`."""

    async def sealed_tables(self, sealed: Sealed, previous: Sealed | None) -> Mapping[str, Table]:
        """What the rows that *sealed* covers are now."""

    async def bodies_flaws(self, sealed: Sealed, previous: Sealed | None) -> Sequence[Flaw]:
        """What of the evidence that *sealed* covers is no longer what its digest says."""

    async def seal_stamps(self) -> Sequence[Token]:
        """Every time-stamp, oldest first."""

    async def record_flaws(self) -> Sequence[Flaw]:
        """Where rows that live on say something else than the events they came from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be verified."""

    since: date | None = None
    """The first day whose rows are compared; the chain is always followed from its beginning."""
    until: date | None = None
    """The last one."""
    heads: Sequence[str] = ()
    """Heads known from outside (a mail, the cover of a bundle): each must be in the chain."""
    key_id: str = ""
    """A key known from outside: it must be among the record's. Empty: none is known."""
    roots: Sequence[Certificate] = ()
    """Under which time-stamps must stand (`stamp.roots_in`); without, they are not looked at."""
    kept: Mapping[str, datetime] = field(default_factory=dict)
    """Table → its rows from before that instant may have been let go, as the settings say."""


async def verify(record: Record, question: Question | None = None) -> Report:
    """Compare the *record* with its seals. Raises only what reading the record raises."""
    question = question or Question()
    flaws: list[Flaw] = []
    ring = await _keys(record, flaws)
    rows = await record.seal_rows()
    chain = list(followed(rows, ring, flaws))
    flaws += _outside(question, [sealed for sealed, _previous in chain], ring)
    notes = [
        f"kunci {key.key_id} menggantikan kunci yang hilang sejak {words.prose(key.at)}: {key.reason}"
        for key in ring.lost()
    ]
    compared = good = 0
    async for day in _compared(record, question, chain):
        flaws += day.flaws
        notes += day.notes
        compared, good = compared + 1, good + day.rows
    flaws += await record.record_flaws()
    days = {sealed.height: sealed for sealed, _previous in chain}
    attested = _attested(days, await record.seal_stamps(), question.roots, flaws)
    notes += attested[-1:]
    last = chain[-1][0] if chain else None
    return Report(tuple(flaws), tuple(notes), last, compared, good)


async def _keys(record: Record, flaws: list[Flaw]) -> Keyring:
    try:
        ring = await record.seal_keys()
    except BadSeal as error:
        flaws.append(Flaw("seal_key", What.WRONG, detail=str(error)))
        return Keyring(())
    flaws += (Flaw("seal_key", What.WRONG, detail=said) for said in ring.flaws())
    return ring


def _outside(question: Question, chain: Sequence[Sealed], ring: Keyring) -> Iterator[Flaw]:
    """What was seen outside and is not in the record: the end was cut off, or it is another chain altogether."""
    for head in question.heads:
        if not any(sealed.head.startswith(head) for sealed in chain):
            said = f"kepala {head[:SHORTEST_HEAD]}… tidak ada: rantai dipotong, diganti, atau ini catatan lain"
            yield Flaw("seal", What.WRONG, detail=said)
    if question.key_id and question.key_id not in ring:
        yield Flaw("seal_key", What.WRONG, detail=f"kunci {question.key_id} tidak ada dalam catatan")


def _attested(
    chain: Mapping[int, Sealed], tokens: Sequence[Token], roots: Sequence[Certificate], flaws: list[Flaw]
) -> list[str]:
    """What each time-stamp attests, oldest first; what does not hold goes to *flaws*."""
    if not roots:
        return [f"{words.number(len(tokens))} cap waktu tidak diperiksa: akarnya tidak disebut"] if tokens else []
    attested: list[str] = []
    for token in tokens:
        sealed = chain.get(token.height)
        try:
            found = stamp.of(sealed, token.token, roots)
        except BadSeal as error:
            day = None if sealed is None else sealed.day
            flaws.append(Flaw("seal_stamp", What.WRONG, day, label=f"segel ke-{token.height}", detail=str(error)))
        else:
            said = f"kepala segel ke-{token.height} dicap {words.prose(found.at)} oleh {found.authority}"
            attested.append(f"{said} ({words.number(len(attested) + 1)} cap waktu sah)")
    return attested


async def _compared(record: Record, question: Question, chain: Sequence[Link]) -> AsyncIterator[Comparison]:
    for sealed, previous in chain:
        if (question.since and sealed.day < question.since) or (question.until and sealed.day > question.until):
            continue
        day = Comparison(sealed, question.kept)
        leaves = await _leaves(record, day)
        found = await record.sealed_tables(sealed, previous)
        for name in sealed.tables:
            if name in found:
                day.compare(name, Table(tuple(leaves.get(name, ()))), found[name])
            else:
                day.flaws.append(Flaw(name, What.WRONG, sealed.day, detail="tabel ini tidak dikenal program ini"))
        day.flaws += [replace(flaw, day=sealed.day) for flaw in await record.bodies_flaws(sealed, previous)]
        yield day


async def _leaves(record: Record, day: Comparison) -> Mapping[str, Sequence[Leaf]]:
    sealed = day.sealed
    try:
        return await record.seal_leaves(sealed.day)
    except BadSeal as error:
        day.flaws.append(Flaw("seal", What.WRONG, sealed.day, str(sealed.height), detail=str(error)))
        return {}
