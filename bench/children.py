"""Child processes: on a core of their own, talked to in lines of JSON, and gone when we are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.machine import ROOT, on_core

STARTING = 60.0
"""Seconds a child may need until it is of use."""
_ENDING = 15.0

Child = subprocess.Popen[str]


class Trouble(Exception):
    """A child did not do its part; the text says which and what it said."""


@contextmanager
def running(command: Sequence[str | Path], core: int, log: Path) -> Iterator[Child]:
    """*command* as a child on *core*, what it says on standard error in *log*; ended when the block ends."""
    with log.open("w", encoding="utf-8") as said, on_core(core):
        child = subprocess.Popen(
            ["setpriv", "--pdeathsig=TERM", "--", *map(str, command)],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
    try:
        yield child
    finally:
        _end(child)


def python(module: str, *arguments: str | Path) -> list[str | Path]:
    """The command that runs *module* under the interpreter that runs us."""
    return [sys.executable, "-m", module, *arguments]


def ask(child: Child, question: Mapping[str, Any], log: Path) -> dict[str, Any]:
    """The answer of *child* to *question*, a line of JSON each. Raises `Trouble` when there is none."""
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(json.dumps(question) + "\n")
        child.stdin.flush()
        line = child.stdout.readline()
    except BrokenPipeError:
        line = ""
    if not line:
        raise Trouble(f"{log.stem} went away: {last_words(log)}")
    answer: dict[str, Any] = json.loads(line)
    return answer


def questions() -> Iterator[dict[str, Any]]:
    """In a child: what the parent asks, until it closes the pipe."""
    for line in sys.stdin:
        yield json.loads(line)


def answer(values: Mapping[str, Any]) -> None:
    """In a child: tell the parent."""
    print(json.dumps(values), flush=True)


def wait_until(ready: Callable[[], bool], child: Child, log: Path, within: float = STARTING) -> None:
    """Return when *ready*; raises `Trouble` when *child* ends before, or time does."""
    deadline = time.monotonic() + within
    while not ready():
        if child.poll() is not None or time.monotonic() > deadline:
            raise Trouble(f"{log.stem} did not start: {last_words(log)}")
        time.sleep(0.05)


def last_words(log: Path) -> str:
    """The end of what a child has said."""
    return log.read_text(encoding="utf-8", errors="replace")[-2000:].strip() or "(nothing said)"


def _environment() -> dict[str, str]:
    """Ours, without what would set up a daemon or a proxy from outside."""
    unwanted = ("MONITOR_", "CREDENTIALS_DIRECTORY", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_")
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(unwanted)}


def _end(child: Child) -> None:
    child.terminate()
    try:
        child.communicate(timeout=_ENDING)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
