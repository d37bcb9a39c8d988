"""Where the feed's lines go: a file, journald, or a syslog server; each says when lines have really left our hands."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import socket
import ssl
import struct
import termios
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from monitor.alerts.channels.courier import Undelivered
from monitor.alerts.channels.threads import Thread
from monitor.alerts.ecs import Line
from monitor.errors import reason_of
from monitor.net.trust import build_trust
from monitor.sections import split_address
from monitor.settings import Feed, Net

JOURNAL = Path("/run/systemd/journal/socket")
MESSAGE_ID = "6f1d5f0c9d3e4a0d8a5c2b7e41f09c3a"
"""Of every line in the journal: `journalctl MESSAGE_ID=…`."""
PORTS = {"syslog-tcp": 601, "syslog-tls": 6514}
"""RFC 6587 names no port but IANA does (syslog-conn); RFC 5425 §4.1."""
_LOCAL0 = 16
_SECONDS = 10.0
"""For a batch to be taken."""
_POLL = 0.02
_MODE = 0o640


class Sink(Protocol):
    """One way to a SIEM."""

    async def deliver(self, lines: Sequence[Line]) -> None:
        """Hand over *lines*, in order; returns when they are out of our hands. Raises `Undelivered`."""

    async def aclose(self) -> None:
        """Let go."""


class FileSink:
    """Appends to a file, and makes a new one when it was moved away (logrotate needs to tell us nothing)."""

    def __init__(self, path: Path) -> None:
        """Write to *path*; its folder must be there."""
        self._path = path
        self._fd: int | None = None
        self._torn = False
        self._thread = Thread("umpan")

    async def deliver(self, lines: Sequence[Line]) -> None:
        """Written and synced to the disk."""
        block = "".join(f"{line.json}\n" for line in lines).encode("ascii")
        failed = await self._thread.call(lambda: self._write(block), _SECONDS)
        if failed:
            raise Undelivered(failed)

    async def aclose(self) -> None:
        """Close the file."""
        self._close()

    def _write(self, block: bytes) -> str:
        """Why not; empty when *block* is on the disk. Blocks."""
        try:
            self._write_all(self._opened(), block)
        except OSError as error:
            self._close()
            return f"berkas umpan tidak dapat ditulis ({reason_of(error)})"
        return ""

    def _write_all(self, fd: int, block: bytes) -> None:
        left = memoryview(b"\n" + block if self._torn else block)
        while left:
            self._torn = True  # a full disk takes half a line: the next one begins on a line of its own
            left = left[os.write(fd, left) :]
        self._torn = False
        try:
            os.fdatasync(fd)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.EROFS}:  # a pipe has no disk
                raise

    def _opened(self) -> int:
        if self._fd is not None and self._is_moved(self._fd):
            self._close()
        if self._fd is None:
            self._fd = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _MODE)
        return self._fd

    def _is_moved(self, fd: int) -> bool:
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return True
        return not os.path.samestat(there, os.fstat(fd))

    def _close(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
        self._fd, self._torn = None, False


class JournalSink:
    """journald's native protocol: a datagram of fields for each line (systemd, JOURNAL_NATIVE_PROTOCOL)."""

    def __init__(self, path: Path = JOURNAL) -> None:
        """Write to the socket at *path*."""
        self._path = path
        self._thread = Thread("umpan")

    async def deliver(self, lines: Sequence[Line]) -> None:
        """In journald's queue."""
        failed = await self._thread.call(lambda: self._send(lines), _SECONDS)
        if failed:
            raise Undelivered(failed)

    async def aclose(self) -> None:
        """Nothing is held."""

    def _send(self, lines: Sequence[Line]) -> str:
        """Why not; empty when all were taken. Blocks, but no longer than a batch may take."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
                journal.settimeout(_SECONDS)
                journal.connect(str(self._path))
                for line in lines:
                    journal.send(fields(line))
        except FileNotFoundError:
            return "tidak ada journald di mesin ini"
        except OSError as error:
            return f"journald tidak menerima ({reason_of(error)})"
        return ""


def fields(line: Line) -> bytes:
    """*line* as journald takes it."""
    values = {
        "MESSAGE": line.text,
        "MESSAGE_ID": MESSAGE_ID,
        "PRIORITY": str(line.priority),
        "SYSLOG_IDENTIFIER": "monitor",
        **{f"MONITOR_{name.upper()}": value for name, value in line.labels},
        "MONITOR_ECS": line.json,
    }
    return b"".join(_field(name, value.encode(errors="replace")) for name, value in values.items())


def _field(name: str, value: bytes) -> bytes:
    if b"\n" not in value:
        return name.encode("ascii") + b"=" + value + b"\n"
    return name.encode("ascii") + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"


class SyslogSink:
    """RFC 5424 over TCP with octet counting (RFC 6587 §3.4.1), or over TLS (RFC 5425)."""

    def __init__(self, host: str, port: int, trust: ssl.SSLContext | None, hostname: str) -> None:
        """Write to *host*:*port*, verified by *trust* (None: plain TCP), as the machine called *hostname*."""
        self._host = host
        self._port = port
        self._trust = trust
        self._hostname = hostname
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def deliver(self, lines: Sequence[Line]) -> None:
        """Acknowledged by the other side's kernel: syslog itself acknowledges nothing."""
        block = b"".join(frame(line, self._hostname) for line in lines)
        failed = await self._try(block)
        if failed is not None:
            self._drop()
            raise failed

    async def aclose(self) -> None:
        """Hang up."""
        self._drop()

    async def _try(self, block: bytes) -> Undelivered | None:
        try:
            async with asyncio.timeout(_SECONDS):
                await self._hand_over(block)
        except TimeoutError:
            return Undelivered("server syslog tidak menerima tepat waktu")
        except ssl.SSLCertVerificationError:
            return Undelivered("sertifikat server syslog tidak sah")
        except OSError as error:
            return Undelivered(f"server syslog tidak terjangkau ({reason_of(error)})")
        return None

    async def _hand_over(self, block: bytes) -> None:
        reader, writer = await self._connected()
        writer.write(block)
        await writer.drain()
        while _unacknowledged(writer):
            _require_open(reader, writer)
            await asyncio.sleep(_POLL)
        _require_open(reader, writer)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The connection of before, unless the other side has hung up meanwhile; it never has anything to say."""
        if self._reader is not None and self._writer is not None:
            await asyncio.sleep(0)  # let the loop notice what has arrived
            if not self._reader.at_eof() and not self._writer.is_closing() and self._reader.exception() is None:
                return self._reader, self._writer
            self._drop()
        name = self._host if self._trust is not None else None
        self._reader, self._writer = await asyncio.open_connection(
            self._host, self._port, ssl=self._trust, server_hostname=name
        )
        return self._reader, self._writer

    def _drop(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
        self._reader = self._writer = None


def _require_open(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if reader.at_eof() or writer.is_closing() or reader.exception() is not None:
        raise ConnectionResetError(errno.ECONNRESET, "sambungan diputus")


def _unacknowledged(writer: asyncio.StreamWriter) -> int:
    """Bytes not acknowledged by the other side's TCP yet (Linux: SIOCOUTQ), those still in our buffers included."""
    waiting = writer.transport.get_write_buffer_size()
    queued = b"\0" * 4
    with suppress(OSError):  # closed meanwhile: `_require_open` says so
        queued = fcntl.ioctl(writer.get_extra_info("socket").fileno(), termios.TIOCOUTQ, queued)
    return waiting + int(struct.unpack("i", queued)[0])


def frame(line: Line, hostname: str) -> bytes:
    """*line* as a syslog message, its length before it; the document is the message, and ASCII, so it needs no BOM."""
    priority = _LOCAL0 * 8 + line.priority
    at = line.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    message = f"<{priority}>1 {at} {_name(hostname)} monitor - finding - {line.json}".encode("ascii")
    return str(len(message)).encode("ascii") + b" " + message


def _name(hostname: str) -> str:
    """RFC 5424 §6.2.4: printable ASCII, at most 255 characters, `-` for none."""
    return "".join(letter for letter in hostname if "!" <= letter <= "~")[:255] or "-"


def sink(settings: Feed, net: Net, hostname: str) -> Sink | None:
    """The sink of *settings*; None when there is to be no feed. Raises `ConfigError` for a bad CA file."""
    match settings.to:
        case "":
            return None
        case "file":
            return FileSink(Path(settings.path))
        case "journald":
            return JournalSink()
        case "syslog-tcp" | "syslog-tls":
            host, port = split_address(settings.address, PORTS[settings.to])
            trust = build_trust(net, alpn=()).strict if settings.to == "syslog-tls" else None
            return SyslogSink(host, port, trust, hostname)
