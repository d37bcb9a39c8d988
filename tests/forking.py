"""
Programs that are forked from a process which has imported everything: most of what a start takes is importing.

`python -m tests.forking` is that process: one thread, no event loop. It obeys whoever holds the other end of the socket
that is its standard input, and each fork becomes `python -m MODULE …` with the arguments, the environment, the folder
and the standard streams that were asked for. What only a new process can show – that a command imports what it needs,
that the entry point is installed – is proved by tests that start one.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, NoReturn

from monitor.web import templating

ROOT = Path(__file__).parents[1]
IMPORTED = ("monitor.app", "tests.integration.store.torn", "tests.integration.store.killed")
"""What is imported before anything is asked for, besides every command."""
_LONGEST = 1 << 20
_STREAMS = 3


@dataclass(slots=True)
class Forked:
    """A program at work; as `subprocess.Popen` has it, as far as tests ask."""

    pid: int
    _told: socket.socket = field(repr=False)
    returncode: int | None = None
    """None while it is not known to have ended; minus the signal that ended it."""

    def send_signal(self, number: int) -> None:
        """Signal it, unless it has ended: its number may be somebody else's by then."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def wait(self) -> int:
        """Its exit code, when it has ended."""
        while self.returncode is None:
            self._heard(self._told.recv(_LONGEST))
        return self.returncode

    def poll(self) -> int | None:
        """Its exit code, or None while it is at work."""
        if self.returncode is None:
            with contextlib.suppress(BlockingIOError):
                self._heard(self._told.recv(_LONGEST, socket.MSG_DONTWAIT))
        return self.returncode

    def _heard(self, said: bytes) -> None:
        if not said:
            raise RuntimeError("the process that forks is gone")
        self.returncode = int(said)
        self._told.close()


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that has ended."""

    code: int
    out: bytes
    err: bytes


def fork(
    module: str,
    *words: str,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    stdin: int | IO[Any] | None = None,
    stdout: int | IO[Any] | None = None,
    stderr: int | IO[Any] | None = None,
) -> Forked:
    """`python -m module words…` at work; a stream that is not given is ours, as is the environment."""
    order = {"module": module, "words": words, "env": dict(os.environ if env is None else env), "cwd": str(cwd)}
    streams = [_number(given, own) for own, given in enumerate((stdin, stdout, stderr))]
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        socket.send_fds(_orders(), [json.dumps(order).encode()], [*streams, theirs.fileno()])
    pid = ours.recv(_LONGEST)
    if not pid:
        raise RuntimeError("the process that forks is gone")
    return Forked(int(pid), ours)


async def run(module: str, *words: str, patience: float, stdin: bytes = b"", **where: Any) -> Ended:
    """What `python -m module words…` said, and how it ended; fails when it takes more than *patience* seconds."""
    with ExitStack() as theirs:
        (into, feed), (out, said), (err, complained) = (_pipe() for _stream in range(_STREAMS))
        for pipe in (into, said, complained):
            theirs.enter_context(pipe)
        process = fork(module, *words, stdin=into, stdout=said, stderr=complained, **where)
    try:
        async with asyncio.timeout(patience):
            _fed, told, complaint = await asyncio.gather(
                asyncio.to_thread(_feed, feed, stdin), asyncio.to_thread(_all, out), asyncio.to_thread(_all, err)
            )
            return Ended(await asyncio.to_thread(process.wait), told, complaint)
    finally:
        process.kill()


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    read, write = os.pipe()
    return os.fdopen(read, "rb"), os.fdopen(write, "wb")


def _number(stream: int | IO[Any] | None, own: int) -> int:
    if stream is None:
        return own
    return stream if isinstance(stream, int) else stream.fileno()


def _feed(pipe: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), pipe:
        pipe.write(data)


def _all(pipe: IO[bytes]) -> bytes:
    with pipe:
        return pipe.read()


@cache
def _orders() -> socket.socket:
    """Where the process that forks hears of what it is to do; it is started by the first who asks, and ends with us."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-m", "tests.forking"]
        process = subprocess.Popen(command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, cwd=ROOT)
    atexit.register(_end, process, ours)
    return ours


def _end(process: subprocess.Popen[bytes], orders: socket.socket) -> None:
    orders.close()
    process.wait()


@dataclass(slots=True)
class _Order:
    """What a fork is to become."""

    module: str
    words: list[str]
    env: dict[str, str]
    cwd: str


class _Forker:
    """The process that forks: hears orders, tells the number of each fork and, at its end, its exit code."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._selector = selectors.DefaultSelector()
        self._selector.register(orders, selectors.EVENT_READ)
        self._alive: dict[int, tuple[int, socket.socket]] = {}

    def serve(self) -> _Order | None:
        """In a fork: what it is to become. In the process itself, when nobody orders any more: None."""
        while True:
            for key, _events in self._selector.select():
                if key.fileobj is not self._orders:
                    self._tell_the_end(key.fd)
                    continue
                heard, numbers, _flags, _address = socket.recv_fds(self._orders, _LONGEST, _STREAMS + 1)
                if not heard:
                    self._end_all()
                    return None
                order = self._fork(_Order(**json.loads(heard)), numbers)
                if order is not None:
                    return order

    def _fork(self, order: _Order, numbers: list[int]) -> _Order | None:
        pid = os.fork()
        if not pid:
            for own, number in enumerate(numbers[:_STREAMS]):
                os.dup2(number, own)
            self._forget(numbers)
            return order
        teller = socket.socket(fileno=numbers.pop())
        for number in numbers:
            os.close(number)
        watched = os.pidfd_open(pid)
        self._alive[watched] = pid, teller
        self._selector.register(watched, selectors.EVENT_READ)
        with contextlib.suppress(BrokenPipeError):
            teller.send(str(pid).encode())
        return None

    def _tell_the_end(self, watched: int) -> None:
        pid, teller = self._alive.pop(watched)
        self._selector.unregister(watched)
        os.close(watched)
        _pid, status = os.waitpid(pid, 0)
        with teller, contextlib.suppress(BrokenPipeError):
            teller.send(str(os.waitstatus_to_exitcode(status)).encode())

    def _forget(self, numbers: list[int]) -> None:
        """In a fork: nothing is open but the standard streams."""
        for number in {*numbers, *self._alive}:
            os.close(number)
        for _pid, teller in self._alive.values():
            teller.close()
        self._selector.close()
        self._orders.close()

    def _end_all(self) -> None:
        for pid, _teller in self._alive.values():
            os.kill(pid, signal.SIGKILL)


def _become(order: _Order) -> NoReturn:
    """What a new interpreter would find, run, and do at its end – but for taking every module apart, one by one."""
    code, interrupted = 1, False
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(order.cwd)
        os.environ.clear()
        os.environ.update(order.env)
        time.tzset()
        sys.argv = [order.module, *order.words]
        runpy.run_module(order.module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
    except BaseException as error:  # noqa: BLE001 - as the interpreter does
        sys.excepthook(*sys.exc_info())
        interrupted = isinstance(error, KeyboardInterrupt)
    finally:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        if interrupted:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        os._exit(code & 0xFF)


def _import_everything() -> None:
    cli = importlib.import_module("monitor.cli")
    for part in cli.PARTS.values():
        importlib.import_module(f"monitor.cli.{part.where.partition(':')[0]}")
    for module in IMPORTED:
        importlib.import_module(module)
    templating.prepare()  # a third of what is left of a start


def main() -> None:
    """Import, then obey."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us, by ending
    with socket.socket(fileno=os.dup(0)) as orders:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        _import_everything()
        assert threading.active_count() == 1, threading.enumerate()
        gc.collect()
        gc.freeze()
        order = _Forker(orders).serve()
    if order is not None:
        _become(order)


if __name__ == "__main__":
    main()
