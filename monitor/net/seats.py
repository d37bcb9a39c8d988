"""Seats at an address: how many connections one address is asked to bear at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from monitor.net.errors import Mishap
from monitor.net.facts import FailureKind

PATIENCE = 30.0
"""Seconds to queue for a seat before giving up; that failure is ours."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    port: int
    turn: asyncio.Future[None]


@dataclass(slots=True)
class _Table:
    """One address that somebody sits at."""

    taken: int = 0
    queue: deque[_Waiter] = field(default_factory=deque)


class Seats:
    """First come, first served at each address; an address nobody uses costs nothing."""

    def __init__(self, limit: int, patience: float = PATIENCE) -> None:
        """At most *limit* seats at an address, and *patience* seconds in its queue."""
        self._limit = limit
        self._patience = patience
        self._tables: dict[str, _Table] = {}

    def __len__(self) -> int:
        """Addresses in use."""
        return len(self._tables)

    def take_at_once(self, address: str) -> bool:
        """Take a seat if that needs no waiting, and say whether it was taken."""
        table = self._tables.get(address)
        if table is None:
            table = self._tables[address] = _Table()
        # Whoever queues is served by `leave`, so nobody waits while a seat is free.
        if table.taken >= self._limit:
            return False
        table.taken += 1
        return True

    async def wait(self, address: str, port: int) -> None:
        """
        Take a seat when it is this caller's turn.

        Raises `Mishap`: `BUSY` when patience ends, or what `condemn` tells the queue.
        """
        loop = asyncio.get_running_loop()
        waiter = _Waiter(port, loop.create_future())
        queue = self._tables[address].queue
        queue.append(waiter)
        bell = loop.call_later(self._patience, _give_up, waiter.turn, self._patience)
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if waiter.turn.done() and not waiter.turn.cancelled() and waiter.turn.exception() is None:
                self.leave(address)  # the turn came while we were being cancelled
            raise
        finally:
            bell.cancel()
            if waiter in queue:
                queue.remove(waiter)

    def leave(self, address: str) -> None:
        """Give the seat to the next in the queue, or free it."""
        table = self._tables[address]
        while table.queue:
            turn = table.queue.popleft().turn
            if not turn.done():
                turn.set_result(None)
                return
        table.taken -= 1
        if not table.taken:
            del self._tables[address]

    def condemn(self, address: str, port: int, mishap: Mishap) -> None:
        """
        Tell everybody who queues for *address* and *port* that it does not answer.

        That nobody accepts a connection there is one fact about the address, just now established for all of them.
        Without this, 85 sites on a dead host would queue behind each other's time-outs, two by two, for minutes, and
        most would end as `BUSY`: nobody would learn that they are down.
        """
        for waiter in self._tables[address].queue:
            if waiter.port == port and not waiter.turn.done():
                waiter.turn.set_exception(Mishap(mishap.kind, mishap.detail))


def _give_up(turn: asyncio.Future[None], patience: float) -> None:
    if not turn.done():
        turn.set_exception(Mishap(FailureKind.BUSY, f"no seat at this address within {patience:g} s"))
