"""The store as the daemon holds it: records go in without waiting, questions are answered by reader threads."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import datetime
from typing import Self

from monitor.model import Change, Record, Rule, Target, Transition
from monitor.store import engine, lock, migrate, queries, registry
from monitor.store.errors import explained
from monitor.store.news import news_of, news_of_changes
from monitor.store.place import Place, parse
from monitor.store.reader import Reader
from monitor.store.registry import Ids
from monitor.store.stored import Remembered, StoredFacts, StoredFinding, StoredSample, StoredTarget, TargetChange
from monitor.store.writer import Writer
from monitor.vitals import Vitals

_HANGING = 60
"""Seconds that `close` waits for a database that does not answer."""


class Store:
    """
    The record of one regency. Made by `open`, ended by `close`; nearly everything raises `StoreError`.

    Reading sees what is committed: `flush` first to see what was just put.
    """

    def __init__(self, reader: Reader, writer: Writer | None, rules: Mapping[str, Rule], held: ExitStack) -> None:
        """Use `open`. *held* releases everything, in order."""
        self._reader = reader
        self._writer = writer
        self._rules = rules
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

    def put(self, record: Record) -> None:
        """
        Have *record* written within about a second, at once when it carries changes; never waits.

        Raises `ValueError` or `TypeError` for what cannot be recorded: a kode never synced, facts that are not JSON.
        """
        writer = self._writing
        news = news_of(record)
        if news is None:
            writer.put(record, now=False)
        else:
            writer.put(record, news, now=news.urgent)

    def put_transition(self, transition: Transition) -> None:
        """Have *transition* written at once, without a sample: nobody looked."""
        self.put_changes(transition.kode, (), transition)

    def put_changes(self, kode: str, changes: Iterable[Change], transition: Transition | None = None) -> None:
        """Have *changes* and *transition* of *kode* written at once, without a sample: nobody looked."""
        self._writing.put(news_of_changes(kode, changes, transition), now=True)

    async def flush(self) -> None:
        """Return when everything put so far survives a power cut."""
        await asyncio.wrap_future(self._writing.call(lambda _connection: None))

    async def sync(self, targets: Sequence[Target], now: datetime) -> None:
        """Make the register say what *targets* say: new ones are added, missing ones retired; history stays."""
        writer = self._writing
        await asyncio.wrap_future(writer.call(lambda connection: registry.sync(connection, writer.ids, targets, now)))

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

    async def load(self) -> Remembered:
        """What a daemon needs to go on where the last one stopped."""
        return await self._reader.ask(queries.load, self._rules)

    async def transitions(self, kode: str, since: datetime) -> tuple[Transition, ...]:
        """What the state of *kode* was from *since* on: the transition in force then, and every later one."""
        return await self._reader.ask(queries.transitions, kode, since)

    async def samples(
        self, kode: str, check: str, since: datetime, until: datetime, limit: int = 10_000
    ) -> tuple[StoredSample, ...]:
        """The samples of [*since*, *until*), oldest first; when there are more than *limit*, the newest ones."""
        return await self._reader.ask(queries.samples, kode, check, since, until, limit=limit)

    async def findings(
        self, kode: str | None = None, *, open_only: bool = False, limit: int = 1_000
    ) -> tuple[StoredFinding, ...]:
        """Findings of *kode*, or of all, newest first."""
        return await self._reader.ask(queries.findings, self._rules, kode, open_only=open_only, limit=limit)

    async def facts(self, kode: str, check: str) -> StoredFacts | None:
        """The newest evidence; None when there is none."""
        return next(iter(await self.facts_history(kode, check, limit=1)), None)

    async def facts_history(self, kode: str, check: str, limit: int = 100) -> tuple[StoredFacts, ...]:
        """The evidence each time it differed, newest first."""
        return await self._reader.ask(queries.facts_history, kode, check, limit)

    async def last_samples(self, *, observed: bool = False) -> Mapping[tuple[str, str], datetime]:
        """(kode, check) → when its latest run began (UTC); with *observed*, the latest that saw something."""
        return await self._reader.ask(queries.last_samples, observed=observed)

    async def last_sample_at(self) -> datetime | None:
        """When the latest run of all began (UTC); None in an empty record."""
        return max((await self.last_samples()).values(), default=None)

    async def retired(self) -> tuple[StoredTarget, ...]:
        """Targets that left the inventory, by kode."""
        return await self._reader.ask(queries.retired)

    async def target_changes(self, kode: str) -> tuple[TargetChange, ...]:
        """What was declared differently of *kode* over time, oldest first."""
        return await self._reader.ask(queries.target_changes, kode)

    async def counts(self) -> Mapping[str, int]:
        """Table → rows."""
        return await self._reader.ask(queries.counts)

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
        ids = Ids(connection)
    return Writer(connection, ids, vitals, place.name)


def _open_reader(place: Place, held: ExitStack) -> Reader:
    source = engine.reading(place)
    reader = Reader(source, place.name)
    held.callback(reader.close)
    with source.connect() as connection:
        migrate.require_head(connection, place.name)
    return reader
