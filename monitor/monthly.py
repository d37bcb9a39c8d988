"""Hands out each month by itself: the evidence bundle of the month that ended, made by a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import structlog

from monitor.availability import month_name, parse_month
from monitor.errors import MonitorError, reason_of
from monitor.store import AlreadyFrozen, StoreError
from monitor.store.stored import FrozenMonth
from monitor.vitals import Vitals
from monitor.words import WIB

BEAT = timedelta(minutes=1)
"""How often it is asked whether a month is due."""
AT = timedelta(hours=1)
"""How long after the end of a month (WIB) its bundle is made."""
AGAIN = timedelta(hours=1)
"""How long after a try that failed it is tried again."""
PATIENCE = timedelta(hours=24)
"""How long the last day's seal and hours are waited for; then the bundle is made without, and its cover says so."""
BOUND = timedelta(minutes=30)
"""How long making a bundle may take; of a year of this county it takes half a minute."""
NICENESS = 10
"""The probes come first."""
ANSWERED = frozenset({0, 3})
"""Exit codes of an export that says what came of it; 3: something is missing, or all, and then nothing was written."""
_TICK = timedelta(microseconds=1)
_MANY = 2_000
"""Characters of what the export said that a problem repeats."""

log = structlog.get_logger(__name__)


class Failed(MonitorError):
    """No bundle was made: why (Indonesian)."""


class Empty(MonitorError):
    """No bundle was made because nobody saw any site in the month: whether there is to be one, people decide."""


class Records(Protocol):
    """The part of a `Store` that is needed."""

    async def frozen(self, month: str | None = None, /) -> Sequence[FrozenMonth]:
        """What was handed out about *month*."""

    async def first_day(self) -> date | None:
        """The day (WIB) on which the record begins."""

    async def sealed_until(self) -> datetime | None:
        """The first instant that no seal covers."""

    async def rolled_until(self) -> datetime | None:
        """The instant to which the record is rolled up."""

    async def freeze(
        self, month: str, digest: str, at: datetime, /, *, bundle: str = "", reason: str = ""
    ) -> FrozenMonth:
        """Note that *month* was handed out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the record says that decides whether a month is due."""

    first_day: date | None
    """The day (WIB) on which it begins; None while it is empty."""
    sealed_until: datetime | None
    """The first instant that no seal covers; None before the first seal."""
    rolled_until: datetime | None
    """The instant to which it is rolled up; None when it is not."""
    is_handed_out: bool
    """Whether there is a bundle of the month."""


def ended(now: datetime) -> str:
    """The month (WIB) before the one of *now*: `2026-10`."""
    return month_name(parse_month(month_name(now))[0] - _TICK)


def is_due(now: datetime, known: Known, *, started: datetime, tried: datetime | None) -> bool:
    """
    Whether the bundle of `ended(now)` is to be made right now; pure.

    From an hour after the month's end on, when the record knows the month, nobody has handed it out, and it is sealed
    and rolled up to its end – or was not within a day of the month's end and of the start of this daemon, which may
    have been off and first catches up. After a try that failed (*tried*), an hour later again.
    """
    end = parse_month(month_name(now))[0]
    if known.is_handed_out or now < end + AT:
        return False
    if known.first_day is None or known.first_day >= end.astimezone(WIB).date():
        return False
    if tried is not None and now < tried + AGAIN:
        return False
    is_ready = all(until is not None and until >= end for until in (known.sealed_until, known.rolled_until))
    return is_ready or now >= max(end, started) + PATIENCE


class Monthly:
    """On the event loop, beside the watch, which never waits for it; `aclose` it."""

    def __init__(
        self, store: Records, vitals: Vitals, now: Callable[[], datetime], command: Sequence[str], *, wanted: bool
    ) -> None:
        """*command*: this program with its settings (`monitor --config …`); *wanted*: whether the settings want it."""
        self._store = store
        self._vitals = vitals
        self._now = now
        self._command = tuple(command)
        self._wanted = wanted
        self._done = ""
        """The month of which nothing more is to be made: it is handed out, or empty."""
        self._tried: datetime | None = None
        self._making: asyncio.Task[None] | None = None

    async def beat(self) -> None:
        """Begin to make the bundle that is due, if there is one, and return at once."""
        now = self._now()
        month = ended(now)
        is_busy = self._making is not None and not self._making.done()
        if not self._wanted or is_busy or month == self._done:
            return
        known = await self._known(month)
        if known.is_handed_out:
            self._done, self._vitals.evidence_problem = month, ""
        elif is_due(now, known, started=self._vitals.started, tried=self._tried):
            self._tried = now
            self._making = asyncio.get_running_loop().create_task(self._hand_out(month))

    async def aclose(self) -> None:
        """End what is being made; it is made again after the next start."""
        if self._making is not None:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)

    async def _known(self, month: str) -> Known:
        return Known(
            first_day=await self._store.first_day(),
            sealed_until=await self._store.sealed_until(),
            rolled_until=await self._store.rolled_until(),
            is_handed_out=bool(await self._store.frozen(month)),
        )

    async def _hand_out(self, month: str) -> None:
        log.info("evidence.exporting", month=month)
        try:
            made = await self._export(month)
            await self._store.freeze(month, made["freeze"]["digest"], self._now(), bundle=made["freeze"]["bundle"])
        except AlreadyFrozen:
            log.info("evidence.handed_out_by_others", month=month)
        except Empty as error:
            self._done, self._vitals.evidence_problem = month, None
            log.warning("evidence.empty", month=month, reason=str(error), remedy="monitor evidence export --kosong")
        except (Failed, StoreError, OSError, ValueError, TypeError, KeyError) as error:
            reason = reason_of(error) if isinstance(error, OSError) else str(error) or type(error).__name__
            log.error("evidence.failed", month=month, reason=reason)  # noqa: TRY400 – no bug of ours to be traced
            self._vitals.evidence_problem = f"bundel bukti {month} belum jadi: {reason}"
        else:
            self._vitals.evidence_problem = ""
            log.info("evidence.exported", month=month, **{key: made[key] for key in _LOGGED})

    async def _export(self, month: str) -> dict[str, Any]:
        """What the export says that it made. Raises `Failed`, or `Empty`."""
        arguments = ("evidence", "export", "--month", month, "--json", "--no-freeze")
        process = await asyncio.create_subprocess_exec(
            *self._command,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # so that it ends together with its own children
        )
        try:
            _step_back(process.pid)
            async with asyncio.timeout(BOUND.total_seconds()):
                said, complaints = await process.communicate()
        except TimeoutError as error:
            raise Failed(f"ekspor tidak selesai dalam {BOUND // timedelta(minutes=1)} menit") from error
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if process.returncode not in ANSWERED:
            told = complaints.decode(errors="replace").strip()[-_MANY:]
            raise Failed(f"ekspor berakhir dengan kode {process.returncode}: {told or 'tanpa keterangan'}")
        document = json.loads(said)
        if document["path"] is None:
            raise Empty(f"bulan {month} tidak memuat satu pengamatan pun")
        if document["freeze"] is None:
            raise AlreadyFrozen(month)
        return dict(document)


def _step_back(pid: int) -> None:
    """Have *pid* yield to us, unless it has ended already; where a service manager forbids that, it does not."""
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    try:
        os.setpriority(os.PRIO_PROCESS, pid, max(ours, NICENESS))
    except ProcessLookupError:
        pass
    except PermissionError:  # a filter of system calls without `setpriority`: the bundle matters more
        log.warning("evidence.not_niced", remedy="SystemCallFilter=setpriority")


_LOGGED = ("path", "sha256", "complete", "shortcomings")
