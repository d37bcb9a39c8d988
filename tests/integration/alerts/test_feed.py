from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.alerts.channels import Undelivered
from monitor.alerts.ecs import Line, line_of
from monitor.alerts.sinks import FileSink, JournalSink, SyslogSink, sink
from monitor.settings import Feed, Net
from tests.integration.alerts.receiving import eventually
from tests.integration.net.misbehaving import Authority, closed_port, reset, serving, stranger
from tests.unit.alerts.test_feed import OBSERVER, change


def lines(*numbers: int) -> list[Line]:
    return [line_of(change(number), OBSERVER) for number in numbers]


def ids(path: Path) -> list[str]:
    return [json.loads(line)["event"]["id"] for line in path.read_text().splitlines() if line]


async def test_a_file_is_appended_to_and_made_anew_when_it_was_moved(tmp_path: Path) -> None:
    path = tmp_path / "umpan.jsonl"
    path.write_text('{"event": {"id": "dulu"}}\n')
    to = FileSink(path)
    await to.deliver(lines(1, 2))
    path.rename(tmp_path / "umpan.1")
    await to.deliver(lines(3))
    path.unlink()
    await to.deliver(lines(4))
    await to.aclose()
    assert ids(tmp_path / "umpan.1") == ["dulu", "1", "2"]
    assert ids(path) == ["4"]
    assert path.stat().st_mode & 0o007 == 0


async def test_a_file_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    to = FileSink(tmp_path / "belum-ada" / "umpan.jsonl")
    with pytest.raises(Undelivered):
        await to.deliver(lines(1))
    (tmp_path / "belum-ada").mkdir()
    await to.deliver(lines(1))
    await to.aclose()
    assert ids(tmp_path / "belum-ada" / "umpan.jsonl") == ["1"]


async def test_a_full_disk_fails() -> None:
    to = FileSink(Path("/dev/full"))
    with pytest.raises(Undelivered, match="tidak dapat ditulis"):
        await to.deliver(lines(1))
    await to.aclose()


async def test_half_a_line_spoils_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, write, calls = tmp_path / "umpan.jsonl", os.write, 0

    def short(fd: int, data: memoryview) -> int:
        nonlocal calls
        calls += 1
        return write(fd, data[:10]) if calls == 1 else write(fd, data)

    monkeypatch.setattr(os, "write", short)
    to = FileSink(path)
    await to.deliver(lines(1, 2))
    await to.aclose()
    assert ids(path) == ["1", "2"]


async def test_journald_gets_a_datagram_a_line(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(str(path))
        journal.settimeout(5)
        await JournalSink(path).deliver(lines(1, 2))
        first, second = journal.recv(65536), journal.recv(65536)
    assert b"MONITOR_CHANGE=1\n" in first
    assert b"MONITOR_CHANGE=2\n" in second


async def test_without_journald_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(Undelivered, match="tidak ada journald"):
        await JournalSink(tmp_path / "tidak-ada").deliver(lines(1))


class Siem:
    """A syslog server: what it read, per connection."""

    def __init__(self) -> None:
        self.port = 0
        self.read = list[str]()
        self.mode = "reads"
        self.writers = list[asyncio.StreamWriter]()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        if self.mode == "hangs":
            await asyncio.Event().wait()
        while length := await reader.readuntil(b" "):
            message = (await reader.readexactly(int(length))).decode("ascii")
            if self.mode == "resets":
                reset(writer)
                return
            self.read.append(json.loads(message[message.index("{") :])["event"]["id"])


@asynccontextmanager
async def siem(tls: ssl.SSLContext | None = None) -> AsyncIterator[Siem]:
    server = Siem()
    async with serving(server.handle, tls=tls) as site:
        server.port = site.port
        yield server


def syslog(server: Siem | int, net: Net, to: str = "syslog-tcp") -> SyslogSink:
    port = server if isinstance(server, int) else server.port
    made = sink(Feed.model_validate({"to": to, "address": f"127.0.0.1:{port}"}), net, "pantau")
    assert isinstance(made, SyslogSink)
    return made


@pytest.mark.parametrize("to", ["syslog-tcp", "syslog-tls"])
async def test_syslog_takes_lines_over_one_connection(net: Net, authority: Authority, to: str) -> None:
    async with siem(authority.good("127.0.0.1") if to == "syslog-tls" else None) as server:
        out = syslog(server, net, to)
        await out.deliver(lines(1, 2))
        await out.deliver(lines(3))
        await eventually(lambda: server.read == ["1", "2", "3"])
        await out.aclose()
    assert len(server.writers) == 1


async def test_syslog_that_hung_up_is_called_again(net: Net) -> None:
    async with siem() as server:
        out = syslog(server, net)
        await out.deliver(lines(1))
        await eventually(lambda: server.read == ["1"])
        server.writers[0].close()
        await server.writers[0].wait_closed()
        await out.deliver(lines(2))
        await eventually(lambda: server.read == ["1", "2"])
        await out.aclose()
    assert len(server.writers) == 2


async def test_syslog_that_reads_nothing_has_not_taken_it(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.alerts.sinks._SECONDS", 0.5)
    async with siem() as server:
        server.mode = "hangs"
        out = syslog(server, net)
        with pytest.raises(Undelivered, match="tepat waktu"):
            await out.deliver(lines(*range(5000)))
        await out.aclose()


async def test_syslog_nobody_listens(net: Net) -> None:
    with pytest.raises(Undelivered, match="tidak terjangkau"):
        await syslog(closed_port(), net).deliver(lines(1))


async def test_syslog_to_a_stranger_says_nothing(net: Net) -> None:
    async with siem(stranger()) as server:
        with pytest.raises(Undelivered, match="sertifikat"):
            await syslog(server, net, "syslog-tls").deliver(lines(1))
    assert server.read == []
