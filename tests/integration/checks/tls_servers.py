"""Real TLS servers of the distribution, each set up badly in its own way, and fakes for what they no longer can do."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from tests.conftest import require

_STARTING = 20.0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def nginx(folder: Path, chain: Path, key: Path, *directives: str) -> Iterator[int]:
    """An nginx with *directives* in its server block; its port."""
    program = require("nginx")
    for _attempt in range(5):  # somebody else may take the port first
        port = _free_port()
        config = folder / "nginx.conf"
        config.write_text(
            f"""
            daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
            events {{ worker_connections 64; }}
            http {{
                access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
                fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
                server {{
                    listen 127.0.0.1:{port} ssl; ssl_certificate {chain}; ssl_certificate_key {key};
                    {" ".join(f"{directive};" for directive in directives)}
                }}
            }}
            """,
            encoding="ascii",
        )
        with _running([str(program), "-e", str(folder / "error.log"), "-c", str(config)]) as process:
            if _accepts(port, process):
                yield port
                return
    pytest.fail((folder / "error.log").read_text(errors="replace"))


@contextmanager
def openssl(chain: Path, key: Path, *options: str, above: Path | None = None) -> Iterator[int]:
    """An `openssl s_server` with the first certificate of *chain*, those of *above*, and *options*; its port."""
    program = shutil.which("openssl") or pytest.skip("openssl is missing: apt-get install openssl")
    command = [program, "s_server", "-accept", "127.0.0.1:0", "-cert", str(chain), "-key", str(key), "-www"]
    extra = [] if above is None else ["-cert_chain", str(above)]
    with _running([*command, *extra, *options]) as process:
        yield _announced(process)


def _announced(process: subprocess.Popen[bytes]) -> int:
    assert process.stdout is not None
    said = b""
    for line in process.stdout:
        said += line
        if match := re.search(rb"^ACCEPT .*:(\d+)", line):
            return int(match[1])
    pytest.fail(said.decode(errors="replace"))


@contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig=KILL", *command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _accepts(port: int, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + _STARTING
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        time.sleep(0.01)
    return False


Answering = Callable[[bytes], bytes | None]
"""From a ClientHello's record to the bytes of an answer; None hangs up, empty bytes are silence."""


@asynccontextmanager
async def fake(answering: Answering) -> AsyncIterator[int]:
    """A server that answers hellos by hand; its port."""
    stuck: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        stuck.add(task)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                header = await reader.readexactly(5)
                hello = header + await reader.readexactly(int.from_bytes(header[3:]))
                answer = answering(hello)
                if answer is not None:
                    writer.write(answer)
                    await reader.read()
        finally:
            writer.transport.abort()
            stuck.discard(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(stuck):
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
