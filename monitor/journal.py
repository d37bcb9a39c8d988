"""journald: an event of the log as fields that can be asked for, by its native protocol; lines where it cannot be."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

SOCKET = Path("/run/systemd/journal/socket")
PRIORITIES: Mapping[str, int] = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
"""Ours → syslog's (RFC 5424 §6.2.1)."""
_NOTICE = 5
_NO_NAME = re.compile(r"[^A-Z0-9_]")
_LONGEST_NAME = 64
_NOT_FIELDS = frozenset({"event", "level", "timestamp", "exception"})
"""What journald knows by other names."""


def is_here(environment: Mapping[str, str], stream: TextIO) -> bool:
    """Whether *stream* leads to journald (systemd.exec(5), JOURNAL_STREAM)."""
    try:
        state = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environment.get("JOURNAL_STREAM") == f"{state.st_dev}:{state.st_ino}"


class JournalHandler(logging.Handler):
    """Takes records whose formatter makes one line of JSON of them, and sends them to journald field by field."""

    def __init__(self, path: Path = SOCKET) -> None:
        """Send to the socket at *path*."""
        super().__init__()
        self._path = str(path)
        self._socket: socket.socket | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Send *record*; what journald does not take goes to standard error, with its priority in front."""
        try:
            line = self.format(record)
            event = json.loads(line)
            if not self._sent(datagram(event)):
                print(f"<{priority(event)}>{line}", file=sys.stderr, flush=True)  # noqa: T201 – sd-daemon(3)
        except Exception:  # noqa: BLE001 – as every handler of `logging`: what cannot be said must not end the work
            self.handleError(record)

    def close(self) -> None:
        """Let go of the socket."""
        self._hang_up()
        super().close()

    def _sent(self, message: bytes) -> bool:
        try:
            if self._socket is None:
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                self._socket.settimeout(0)
                self._socket.connect(self._path)
            self._socket.send(message)
        except OSError:  # no journald, a full one, or a message that is too large for a datagram
            self._hang_up()
            return False
        return True

    def _hang_up(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
        self._socket = None


def priority(event: Mapping[str, Any]) -> int:
    """The priority of *event* as syslog numbers it."""
    return PRIORITIES.get(str(event.get("level")), _NOTICE)


def datagram(event: Mapping[str, Any]) -> bytes:
    """*event* in journald's native protocol: a sentence for people, and every value as a field `MONITOR_…`."""
    fields = {
        "MESSAGE": sentence(event),
        "PRIORITY": str(priority(event)),
        "SYSLOG_IDENTIFIER": "monitor",
        "MONITOR_EVENT": str(event.get("event", "")),
        **{name(key): said(value) for key, value in event.items() if key not in _NOT_FIELDS},
    }
    return b"".join(_field(key, value.encode(errors="replace")) for key, value in fields.items())


def sentence(event: Mapping[str, Any]) -> str:
    """*event* as people read it in `journalctl`: `noun.verb key=value …`, and the traceback below."""
    values = [f"{key}={_quoted(said(value))}" for key, value in event.items() if key not in _NOT_FIELDS]
    first = " ".join([str(event.get("event", "")), *values])
    return "\n".join(filter(None, [first, str(event.get("exception", ""))]))


def name(key: str) -> str:
    """The field of *key*: journald takes capitals, digits and underscores, 64 at most, and drops any other."""
    return f"MONITOR_{_NO_NAME.sub('_', key.upper())}"[:_LONGEST_NAME]


def said(value: Any) -> str:
    """*value* as text; what is more than a text, as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if not text or set(text) & set(' "\n') else text


def _field(key: str, value: bytes) -> bytes:
    return b"".join(_parts(key.encode("ascii"), value))


def _parts(key: bytes, value: bytes) -> Iterator[bytes]:
    """`KEY=value`, or with its length in front when it has lines (systemd, JOURNAL_NATIVE_PROTOCOL)."""
    yield key
    yield b"\n" + struct.pack("<Q", len(value)) if b"\n" in value else b"="
    yield value
    yield b"\n"
