"""What the service manager is told of us: systemd's notifications (sd_notify(3)); nothing where there is none."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import MutableMapping
from contextlib import suppress
from datetime import timedelta
from typing import Self

BEATS = 3
"""In the time after which systemd takes us for dead: one may be late, one withheld."""
LONGEST_STATUS = 400
"""Characters; `systemctl status` shows it on one line."""


class Supervisor:
    """Sends datagrams to the service manager; never raises, and never waits for it."""

    def __init__(self, address: str = "", beat_every: timedelta | None = None) -> None:
        """Tell the socket *address* (`@…`: abstract); an empty one is nobody."""
        self.beat_every = beat_every
        """How often `alive` is expected; None when nobody waits for it."""
        self._address = "\0" + address[1:] if address.startswith("@") else address

    @classmethod
    def of(cls, environment: MutableMapping[str, str], pid: int | None = None) -> Self:
        """Who waits for us, by *environment*; the variables are taken out, so that no child speaks in our name."""
        address = environment.pop("NOTIFY_SOCKET", "")
        usec, whose = environment.pop("WATCHDOG_USEC", ""), environment.pop("WATCHDOG_PID", "")
        ours = not whose or whose == str(os.getpid() if pid is None else pid)
        waits = bool(address) and ours and usec.isascii() and usec.isdecimal() and int(usec) > 0
        return cls(address, timedelta(microseconds=int(usec)) / BEATS if waits else None)

    def ready(self, status: str) -> None:
        """The start, or a reload, is over."""
        self._tell("READY=1", _status(status))

    def reloading(self) -> None:
        """A reload has begun; `ready` says when it is over (sd_notify(3): with the monotonic clock's microseconds)."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def alive(self, status: str) -> None:
        """The work goes on."""
        self._tell("WATCHDOG=1", _status(status))

    def say(self, status: str) -> None:
        """Have *status* shown, and nothing more."""
        self._tell(_status(status))

    def stopping(self) -> None:
        """We end because we were told to."""
        self._tell("STOPPING=1", _status("berhenti dengan tertib"))

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        message = "\n".join(lines).encode(errors="replace")
        # A manager that does not listen will notice by the watchdog; a monitor must not fail of it.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.settimeout(0)
            manager.connect(self._address)
            manager.send(message)


def _status(text: str) -> str:
    """One line: a second one would be a command to the service manager."""
    line = " ".join(text.split())
    return f"STATUS={line if len(line) <= LONGEST_STATUS else line[: LONGEST_STATUS - 1] + '…'}"
