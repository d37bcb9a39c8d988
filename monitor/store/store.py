"""The store as the daemon holds it: records go in without waiting, questions are answered by reader threads."""

from __future__ import annotations

import asyncio
import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any, Self, TypeVar

from sqlalchemy import Connection

from monitor.access.people import Account, Deed, Session, Token
from monitor.assets import AssetChange, Judgement, Sighting
from monitor.incident import NOTHING, Parcel, Ripples
from monitor.model import Audience, Change, Exhibit, Record, Rule, Target, Transition
from monitor.seal.canonical import Table
from monitor.seal.days import end_of
from monitor.seal.keys import SealKey
from monitor.seal.sealed import Sealed
from monitor.store import access as entrance
from monitor.store import assets as register_rows
from monitor.store import codec, engine, feed, lock, migrate, months, parcels, registry, retention, rollups, seals
from monitor.store import exhibits as keeping
from monitor.store.asking import Asking
from monitor.store.errors import explained
from monitor.store.news import news_of, news_of_changes
from monitor.store.place import Place, parse
from monitor.store.reader import Reader
from monitor.store.registry import Ids
from monitor.store.ripples import wave_of
from monitor.store.stored import FrozenMonth
from monitor.store.writer import Writer
from monitor.vitals import Vitals

T = TypeVar("T")

_HANGING = 60
"""Seconds that `close` waits for a database that does not answer."""


class Store(Asking):
    """
    The record of one regency. Made by `open`, ended by `close`; nearly everything raises `StoreError`.

    Reading sees what is committed: `flush` first to see what was just put.
    """

    def __init__(self, reader: Reader, writer: Writer | None, rules: Mapping[str, Rule], held: ExitStack) -> None:
        """Use `open`. *held* releases everything, in order."""
        super().__init__(reader, rules)
        self._writer = writer
        self._held = held
        self._never: Future[None] = Future()

    @classmethod
    def open(
        cls, url: str, vitals: Vitals, rules: Mapping[str, Rule] | None = None, *, read_only: bool = False
    ) -> Self:
        """
        The store at *url*, at the schema of this code. Blocks; raises `StoreError`.

        The one daemon that may write takes a lock, then migrates. With *read_only* nothing is locked, migrated or
        written, and a daemon may be at work meanwhile. *rules* (code → rule) bring findings back to life.
        """
        place = parse(url)
        with ExitStack() as held, explained(place.name):
            writer = None if read_only else _open_writer(place, vitals, held)
            reader = _open_reader(place, held)
            if writer is not None:
                writer.start()
            return cls(reader, writer, rules or {}, held.pop_all())

    @property
    def failed(self) -> asyncio.Future[None]:
        """Done, with the exception, as soon as a write fails: nothing is recorded any more, the daemon must stop."""
        return asyncio.wrap_future(self._writer.ended if self._writer else self._never)

    def put(self, record: Record, ripples: Ripples = NOTHING) -> None:
        """
        Have *record* written within about a second, at once when it carries changes or *ripples*; never waits.

        *ripples* are written in the same transaction. Raises `ValueError` or `TypeError` for what cannot be recorded:
        a kode never synced, facts that are not JSON, an event of an incident never put.
        """
        writer = self._writing
        news = news_of(record)
        if ripples:
            items = (record,) if news is None else (record, news)
            writer.put(*items, wave_of(ripples), now=True)
        elif news is None:
            writer.put(record, now=False)
        else:
            writer.put(record, news, now=news.urgent)

    def put_transition(self, transition: Transition) -> None:
        """Have *transition* written at once, without a sample: nobody looked."""
        self.put_changes(transition.kode, (), transition)

    def put_changes(
        self,
        kode: str,
        changes: Iterable[Change],
        transition: Transition | None = None,
        ripples: Ripples = NOTHING,
    ) -> None:
        """Have *changes*, *transition* and *ripples* written at once, together and without a sample: nobody looked."""
        news = news_of_changes(kode, changes, transition)
        self._writing.put(news, *([wave_of(ripples)] if ripples else ()), now=True)

    def put_ripples(self, ripples: Ripples) -> None:
        """Have *ripples* written at once: time went by, or a person did something."""
        if ripples:
            self._writing.put(wave_of(ripples), now=True)

    async def flush(self) -> None:
        """Return when everything put so far survives a power cut."""
        await self._ask_writer(lambda _connection: None)

    async def sync(self, targets: Sequence[Target], now: datetime) -> None:
        """Make the register say what *targets* say: new ones are added, missing ones retired; history stays."""
        ids = self._writing.ids
        await self._ask_writer(lambda connection: registry.sync(connection, ids, targets, now))

    async def close(self) -> None:
        """Write what is queued, then let go of the database. Raises when that last write fails."""
        writer, failed_before = self._writer, False
        if writer is not None:
            failed_before = writer.ended.done()
            writer.stop()
            if not await asyncio.to_thread(writer.join, _HANGING):
                return  # the lock dies with the process
        await asyncio.to_thread(self._held.close)
        if writer is not None and not failed_before:
            writer.ended.result()

    async def claim(self, channel: str, now: datetime, lease: timedelta) -> Parcel | None:
        """
        The parcel that *channel* is to send now, for this caller alone until *now* + *lease*; None when there is none.

        Of those with the same `order`, the next is handed out when the one before it was sent or given up.
        """
        at, until = codec.to_ms(now), codec.to_ms(now + lease)
        return await self._ask_writer(lambda connection: parcels.claim(connection, channel, at, until))

    async def compose(self, key: str, body: Mapping[str, Any]) -> None:
        """
        Keep *body* as the message of the parcel *key* for every try, unless one is kept already.

        Raises `TypeError` or `ValueError` when it is not JSON.
        """
        document = codec.to_json(body)
        await self._ask_writer(lambda connection: parcels.compose(connection, key, document))

    async def settle(
        self, key: str, *, at: datetime, error: str = "", retry_at: datetime | None = None, dead: bool = False
    ) -> None:
        """
        Record how a try to send the parcel *key* ended at *at*: it was sent, unless *retry_at* or *dead* says not.

        *error* says why not, without secrets. What was sent stays sent, whatever another try says later.
        """
        ended = codec.to_ms(at)
        if dead:
            await self._ask_writer(lambda connection: parcels.give_up(connection, key, ended, error))
        elif retry_at is not None:
            until = codec.to_ms(retry_at)
            await self._ask_writer(lambda connection: parcels.put_off(connection, key, until, error))
        else:
            await self._ask_writer(lambda connection: parcels.deliver(connection, key, ended))

    async def requeue(self, key: str, now: datetime) -> bool:
        """Have a parcel that was given up sent again from *now* on; False when *key* is not one."""
        due = codec.to_ms(now)
        return await self._ask_writer(lambda connection: parcels.requeue(connection, key, due))

    async def add_exhibits(self, kode: str, check: str, at: datetime, exhibits: Sequence[Exhibit]) -> None:
        """
        Keep *exhibits* that came later than the record of the run at *at*, with the gravest finding open then.

        Raises `ValueError` or `TypeError` for what cannot be recorded.
        """
        ids, moment = self._writing.ids, codec.to_ms(at)
        if kode not in ids.targets:
            raise ValueError(f"{kode} is in no inventory that was synced")
        keeping.require_fit(exhibits)
        grave = [code for code, rule in self._rules.items() if rule.audience is Audience.CSIRT]
        await self._ask_writer(
            lambda connection: keeping.add(
                connection, ids.targets[kode], ids.check(connection, check), moment, exhibits, grave=grave
            )
        )

    async def drop_exhibits(self, before: datetime, limit: int = 100) -> int:
        """Drop at most *limit* of the exhibits received before *before*, the oldest first; how many there were."""
        end = codec.to_ms(before)
        return await self._ask_writer(lambda connection: keeping.drop(connection, end, limit))

    async def set_feed_position(self, name: str, change_id: int) -> None:
        """The reader *name* has dealt with every change up to *change_id*."""
        await self._ask_writer(lambda connection: feed.set_position(connection, name, change_id))

    async def put_assets(self, changes: Sequence[AssetChange], sightings: Sequence[Sighting] = ()) -> None:
        """Append *changes* to the log and renew *sightings*. Raises `ValueError` for a kode that was never synced."""
        ids = self._writing.ids
        named = {change.kode for change in changes} | {sighting.kode for sighting in sightings}
        if unknown := named - ids.targets.keys():
            raise ValueError(f"{min(unknown)} is in no inventory that was synced")
        if changes or sightings:
            await self._ask_writer(lambda connection: register_rows.write(connection, ids, changes, sightings))

    async def judge_candidate(self, judgement: Judgement) -> None:
        """Record what somebody decided about a host that is not listed."""
        await self._ask_writer(lambda connection: register_rows.judge(connection, judgement))

    async def put_account(self, item: Account, deed: Deed) -> None:
        """Keep *item* in place of what there was under its name, and who did so; its sessions end."""

        def write(connection: Connection) -> None:
            entrance.put_account(connection, item)
            entrance.drop_sessions(connection, account=item.name)
            entrance.put_deed(connection, deed)

        await self._ask_writer(write)

    async def put_password(self, item: Account) -> None:
        """Keep *item*, whose password is the same and encoded anew."""
        await self._ask_writer(lambda connection: entrance.put_account(connection, item))

    async def drop_account(self, name: str, deed: Deed) -> None:
        """Forget the account *name* with its sessions, and record who did so."""

        def write(connection: Connection) -> None:
            entrance.drop_account(connection, name)
            entrance.put_deed(connection, deed)

        await self._ask_writer(write)

    async def put_session(self, item: Session, deed: Deed, ended: Sequence[bytes] = ()) -> None:
        """Keep *item*, record who signed in, and forget the sessions *ended* (digests)."""

        def write(connection: Connection) -> None:
            entrance.drop_sessions(connection, ended)
            entrance.put_session(connection, item)
            entrance.put_deed(connection, deed)

        await self._ask_writer(write)

    async def touch_session(self, digest: bytes, seen: datetime) -> None:
        """The session *digest* was used at *seen*."""
        await self._ask_writer(lambda connection: entrance.touch_session(connection, digest, seen))

    async def drop_session(self, digest: bytes, deed: Deed) -> None:
        """End the session *digest*, and record who did so."""

        def write(connection: Connection) -> None:
            entrance.drop_sessions(connection, (digest,))
            entrance.put_deed(connection, deed)

        await self._ask_writer(write)

    async def put_token(self, item: Token, deed: Deed) -> None:
        """Keep *item*, and record who made it."""

        def write(connection: Connection) -> None:
            entrance.put_token(connection, item)
            entrance.put_deed(connection, deed)

        await self._ask_writer(write)

    async def drop_token(self, name: str, deed: Deed) -> None:
        """Forget the token *name*, and record who did so."""

        def write(connection: Connection) -> None:
            entrance.drop_token(connection, name)
            entrance.put_deed(connection, deed)

        await self._ask_writer(write)

    async def put_deed(self, deed: Deed) -> None:
        """Append *deed* to the audit trail."""
        await self._ask_writer(lambda connection: entrance.put_deed(connection, deed))

    async def close_day(self, day: date) -> None:
        """Return when everything put so far is written; from then on no sample of *day* (WIB) or before is taken."""
        await asyncio.wrap_future(self._writing.close(codec.to_ms(end_of(day)) // 1000))

    async def put_seal(self, sealed: Sealed, tables: Mapping[str, Table]) -> bool:
        """Keep *sealed* with the leaves of *tables*; False, and nothing is kept, unless it continues the chain."""
        return await self._ask_writer(lambda connection: seals.put(connection, sealed, tables))

    async def put_seal_key(self, key: SealKey) -> None:
        """Keep *key* as the newest."""
        await self._ask_writer(lambda connection: seals.put_key(connection, key))

    async def put_seal_stamp(self, height: int, at: datetime, authority: str, token: bytes) -> None:
        """Keep *token*, with which *authority* stamped the head of the seal at *height*."""
        await self._ask_writer(
            lambda connection: seals.put_stamp(connection, height, codec.to_ms(at), authority, token)
        )

    async def set_cadences(self, cadences: Mapping[str, timedelta], now: datetime) -> None:
        """From *now* on the vital checks look as often as *cadences* (check → interval) says."""
        ids, at = self._writing.ids, int(now.timestamp())

        def note(connection: Connection) -> None:
            for check, every in cadences.items():
                rollups.set_cadences(connection, ids.check(connection, check), math.ceil(every.total_seconds()), at)

        await self._ask_writer(note)

    async def roll_up(self, now: datetime, limit: int = 60) -> int:
        """
        Build the rollups of closed hours, in at most *limit* short transactions that let others in between.

        How many hours of targets were built, again or for the first time; 0 when there was nothing to do.
        """
        hours = 0
        for _transaction in range(limit):
            progress = await self._ask_writer(lambda connection: rollups.advance(connection, now))
            hours += progress.hours
            if progress.is_done:
                break
        return hours

    async def prune(
        self, now: datetime, *, samples: timedelta, keep: timedelta, unsealed: bool = False, limit: int = 500
    ) -> Mapping[str, int]:
        """
        Let go of samples older than *samples*, and of the rest older than *keep*; table → how many rows went.

        In at most *limit* short transactions, between which others write; what is left goes the next time. Never what
        is not rolled up yet, nor, without *unsealed*, what no seal covers.
        """
        ends = await self._ask_writer(
            lambda connection: retention.limits(connection, now, samples, keep, unsealed=unsealed)
        )
        pruner = retention.Pruner(ends)
        for _transaction in range(limit):
            if not await self._ask_writer(pruner.advance):
                break
        return pruner.gone

    async def freeze(self, month: str, digest: str, at: datetime, *, bundle: str = "", reason: str = "") -> FrozenMonth:
        """
        Note that *month* (`2026-10`, WIB) was handed out: *digest* (SHA-256, hex) of its figures, and of the *bundle*.

        The same again is the same; anything else needs a *reason*, and both are kept: `AlreadyFrozen` without one.
        Raises `ValueError` (Indonesian) for what is no month, no digest, or not over.
        """
        item = months.checked(FrozenMonth(month=month, at=at, digest=digest, bundle=bundle, reason=reason))
        held = await self._ask_writer(lambda connection: months.freeze(connection, item))
        if held is None:
            raise months.AlreadyFrozen(f"bulan {month} sudah dibekukan; menyatakannya lagi harus dengan alasan")
        return held

    async def _ask_writer(self, call: Callable[[Connection], T]) -> T:
        """What *call* returns, in a transaction of its own, after everything put before it; what it raises ends us."""
        return await asyncio.wrap_future(self._writing.call(call))

    @property
    def _writing(self) -> Writer:
        if self._writer is None:
            raise RuntimeError("the store was opened read-only")
        return self._writer


def _open_writer(place: Place, vitals: Vitals, held: ExitStack) -> Writer:
    source = engine.writing(place)
    if place.path is not None:
        held.callback(os.close, lock.hold_file(place.path))
    connection = held.enter_context(source.connect())
    if place.path is None:
        lock.hold_session(connection)
    migrate.upgrade(connection, place.name)
    with connection.begin():
        parcels.free(connection)  # we hold the lock: whoever had claimed them is gone
        return Writer(connection, Ids(connection), vitals, place.name)


def _open_reader(place: Place, held: ExitStack) -> Reader:
    source = engine.reading(place)
    reader = Reader(source, place.name)
    held.callback(reader.close)
    with source.connect() as connection:
        migrate.require_head(connection, place.name)
    return reader
