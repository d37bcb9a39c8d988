"""The one thread that writes: takes what was put, a batch per transaction, until it is told to stop or fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from monitor.model import Record
from monitor.store import news, ripples
from monitor.store.errors import StoreError, explained
from monitor.store.news import News
from monitor.store.registry import Ids
from monitor.store.ripples import Case, Wave
from monitor.store.samples import Inserter
from monitor.vitals import Vitals

INTERVAL = 0.5
"""Seconds that a sample waits at most before its transaction begins."""
LIMIT = 100_000
"""Items that may wait; a database that falls further behind will not catch up."""


class Job:
    """A call to make on the writing connection, in its own transaction, after everything put before it."""

    def __init__(self, call: Callable[[Connection], Any]) -> None:
        """Remember *call*; `done` tells its end."""
        self.call = call
        self.done: Future[Any] = Future()


Item = Record | News | Wave | Job


class Writer:
    """Owns the writing connection from `start` on. Every method but the thread's own may be called from anywhere."""

    def __init__(self, connection: Connection, ids: Ids, vitals: Vitals, place: str) -> None:
        """Write through *connection* to the database that people know as *place*."""
        self.ended: Future[None] = Future()
        """When the thread is gone: without a result when told to stop, with the exception that stopped it otherwise."""
        self.ended.set_running_or_notify_cancel()
        self._connection = connection
        self.ids = ids
        self._inserter = Inserter(connection)
        self._vitals = vitals
        self._place = place
        self._queue: list[Item] = []
        self._taken: list[Item] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, *items: Record | News | Wave, now: bool) -> None:
        """Queue *items*, for one transaction. After a failure they are dropped: `ended` has said so already."""
        with self._lock:
            self._require_open()
            for item in items:
                self._require_known(item)
            if self.ended.done():
                return
            self._queue.extend(items)
            self._vitals.unwritten += len(items)
            crowded = len(self._queue) > LIMIT
        if crowded:
            self._fail(_too_slow(self._place))
        if now:
            self._wake.set()

    def call(self, call: Callable[[Connection], Any]) -> Future[Any]:
        """The future result of *call* on the writing connection."""
        job = Job(call)
        with self._lock:
            self._require_open()
            self._queue.append(job)
        if self.ended.done():
            self._break_jobs()
        self._wake.set()
        return job.done

    def close(self, until: int) -> Future[None]:
        """From now on no sample from before *until* (s since the epoch) is taken; done when all else is written."""

        def closing(_connection: Connection) -> None:
            self._inserter.closed_until = max(self._inserter.closed_until, until)

        return self.call(closing)

    def stop(self) -> None:
        """Write what is queued, then end; nothing more can be put."""
        with self._lock:
            self._stopping = True
        self._wake.set()

    def join(self, timeout: float) -> bool:
        """Wait for the thread; False when it still hangs in the database after *timeout* seconds."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _require_known(self, item: Record | News | Wave) -> None:
        if not isinstance(item, Wave):
            if item.kode not in self.ids.targets:
                raise ValueError(f"{item.kode} is in no inventory that was synced")
            return
        if unknown := item.about_incidents() - item.of_incidents().keys() - self.ids.incidents:
            raise ValueError(f"an event of an incident that was never put: {min(unknown)}")
        self.ids.incidents.update(item.of_incidents())

    def _require_open(self) -> None:
        if self._stopping:
            raise RuntimeError("the store is closed")

    def _run(self) -> None:
        try:
            with explained(self._place):
                self._serve()
        except BaseException as error:  # noqa: BLE001 - nothing is above this thread: `ended` must say whatever it is
            self._fail(error)
        else:
            self._end()

    def _serve(self) -> None:
        while not self.ended.done():
            self._wake.wait(INTERVAL)
            self._wake.clear()
            stopping = self._stopping  # read before the queue is taken: once true, nothing more is put
            self._write(self._take())
            if stopping:
                return

    def _take(self) -> list[Item]:
        with self._lock:
            self._taken, self._queue = self._queue, []
        return self._taken

    def _write(self, batch: list[Item]) -> None:
        for are_jobs, items in groupby(batch, key=_is_job):
            if are_jobs:
                self._work(items)
            else:
                self._transact(list(items))

    def _transact(self, items: list[Item]) -> None:
        connection = self._connection
        began = time.perf_counter()
        with connection.begin():
            self._inserter.write(connection, self.ids, [item for item in items if isinstance(item, Record)])
            cases: dict[int, Case] = {}
            for item in items:
                if isinstance(item, News):
                    news.write(connection, self.ids, item)
                elif isinstance(item, Wave):
                    ripples.write(connection, self.ids, item)
                    cases.update(item.of_incidents())
            for case in cases.values():  # a growing incident is in a batch many times: only the last counts
                ripples.write_members(connection, case)
        self._vitals.store.add(time.perf_counter() - began)
        with self._lock:
            self._vitals.unwritten -= len(items)

    def _work(self, jobs: Iterable[Item]) -> None:
        for job in jobs:
            if isinstance(job, Job) and job.done.set_running_or_notify_cancel():
                with self._connection.begin():
                    result = job.call(self._connection)
                job.done.set_result(result)

    def _end(self) -> None:
        with self._lock:
            if not self.ended.done():
                self.ended.set_result(None)

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            if not self.ended.done():
                self.ended.set_exception(error)
        self._break_jobs()

    def _break_jobs(self) -> None:
        """Whoever waits for a job that will not be done is told why."""
        with self._lock:
            jobs = [item for item in (*self._taken, *self._queue) if isinstance(item, Job)]
            self._queue = []
        for job in jobs:
            if job.done.running() or (not job.done.done() and job.done.set_running_or_notify_cancel()):
                job.done.set_exception(self.ended.exception() or _closed())


def _is_job(item: Item) -> bool:
    return isinstance(item, Job)


def _too_slow(place: str) -> StoreError:
    return StoreError(
        f"{place} tidak mampu menulis secepat pemantauan ({LIMIT} catatan menunggu)",
        "periksa beban diska dan servernya, atau perjarang jadwal pemeriksaan",
    )


def _closed() -> StoreError:
    return StoreError("catatan sudah ditutup", "jalankan lagi daemonnya")
