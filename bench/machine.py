"""The machine under the measurement: its cores, its clocks, and what a process has used of them."""

from __future__ import annotations

import os
import platform
import sqlite3
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The repository: every child process runs there."""

_LIBRARIES = ("httpx", "h11", "uvloop", "SQLAlchemy", "APScheduler")


def cores() -> tuple[int, int]:
    """(core of what is measured, core of the servers): the same one on a machine that has just one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started inside runs on *core* only, with all its threads."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid: int) -> float:
    """Processor time of every thread that *pid* has or had, user and system, to the nanosecond."""
    # clock_getcpuclockid(3) by hand: Linux keeps the process in the upper bits, 2 stands for the scheduler's count.
    return time.clock_gettime((~pid << 3) | 2)


def memory_kb(pid: int, field: str = "VmRSS") -> int:
    """*field* of the process's status, in KiB: resident memory now, or its peak (`VmHWM`)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
        name, _colon, value = line.partition(":")
        if name == field:
            return int(value.split()[0])
    raise ProcessLookupError(f"process {pid} is gone")


def busy(core: int) -> tuple[float, float]:
    """(seconds *core* was busy, seconds in all) since the machine started; subtract two of them."""
    for line in Path("/proc/stat").read_text(encoding="ascii").splitlines():
        name, *ticks = line.split()
        if name == f"cpu{core}":
            counted = [int(tick) / os.sysconf("SC_CLK_TCK") for tick in ticks[:8]]
            return sum(counted) - counted[3] - counted[4], sum(counted)
    raise LookupError(f"no core {core}")


def description() -> dict[str, str]:
    """What a reader needs to compare with a machine of their own; nothing that names this one."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "openssl": ssl.OPENSSL_VERSION,
        "sqlite": sqlite3.sqlite_version,
        "libraries": ", ".join(f"{name} {version(name)}" for name in _LIBRARIES),
        "load": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _colon, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
