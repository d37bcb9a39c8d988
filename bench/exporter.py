"""Debian's blackbox_exporter as a contestant: its process on our core, its driver with the servers."""

from __future__ import annotations

import json
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.children import Child, answer, ask, python, questions, running, wait_until
from bench.machine import cpu_seconds, memory_kb
from bench.prober import WIDTH
from bench.setup import Setup

PROGRAM = "prometheus-blackbox-exporter"
HOW_TO_GET = f"apt-get install {PROGRAM}"
_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Exporter:
    """The exporter's process and the one that asks it."""

    process: Child
    driver: Child
    log: Path

    def round(self, looks: int) -> dict[str, Any]:
        """What *looks* probes cost the exporter, and it alone; as `prober.Round` says it."""
        before = cpu_seconds(self.process.pid)
        told = ask(self.driver, {"looks": looks}, self.log)
        used = cpu_seconds(self.process.pid) - before
        return {**told, "cpu": used, "peak_kb": memory_kb(self.process.pid, "VmHWM")}


def found() -> bool:
    """Whether the exporter is installed."""
    return shutil.which(PROGRAM) is not None


@contextmanager
def exporter(setup: Path, folder: Path, core: int, servers: int) -> Iterator[Exporter]:
    """The exporter on *core*, driven from the core of the *servers* over the sites of *setup*."""
    values = Setup(**json.loads(setup.read_text(encoding="utf-8")))
    config = folder / "blackbox.yml"
    config.write_text(_config(values.ca_file), encoding="ascii")
    port = _free_port()
    command = (PROGRAM, f"--config.file={config}", f"--web.listen-address={_HOST}:{port}", "--log.level=error")
    log, driver_log = folder / "exporter.log", folder / "driver.log"
    with (
        running(command, core, log) as process,
        running(python("bench.exporter", setup, str(port)), servers, driver_log) as driver,
    ):
        wait_until(lambda: _answers(port), process, log)
        yield Exporter(process, driver, driver_log)


def _config(ca_file: str) -> str:
    module = {
        "prober": "http",
        "timeout": "10s",
        "http": {"preferred_ip_protocol": "ip4", "tls_config": {"ca_file": ca_file}},
    }
    return json.dumps({"modules": {"bench": module}})  # JSON is YAML


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection((_HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def paths(setup: Setup) -> list[str]:
    """What is asked of the exporter, a path per site: the address as target, the name for Host and SNI."""
    return [_path(url, address, setup) for _kode, _kind, url, address in setup.sites]


def _path(url: str, address: str, setup: Setup) -> str:
    parts = urlsplit(url)
    target = f"{parts.scheme}://{address}:{setup.ports[parts.scheme]}{parts.path}"
    return "/probe?" + urlencode({"module": "bench", "target": target, "hostname": parts.netloc})


class Driver:
    """`WIDTH` kept-alive connections to the exporter, each in a thread."""

    def __init__(self, port: int, sites: Sequence[str]) -> None:
        """Ask at *port*."""
        self._connections = [HTTPConnection(_HOST, port, timeout=30) for _worker in range(WIDTH)]
        self._paths = cycle(sites)
        self._lock = threading.Lock()
        self._left = 0
        self._good = 0

    def drive(self, looks: int) -> dict[str, Any]:
        """Have *looks* probes made."""
        self._left, self._good = looks, 0
        began = time.perf_counter()
        threads = [threading.Thread(target=self._work, args=(connection,)) for connection in self._connections]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {"wall": time.perf_counter() - began, "good": self._good}

    def _work(self, connection: HTTPConnection) -> None:
        while (path := self._next()) is not None:
            connection.request("GET", path)
            with connection.getresponse() as response:
                is_good = b"\nprobe_success 1\n" in response.read()
            with self._lock:
                self._good += is_good

    def _next(self) -> str | None:
        with self._lock:
            self._left -= 1
            return next(self._paths) if self._left >= 0 else None


def main(setup: Path, port: int) -> None:
    """Be the driver."""
    driver = Driver(port, paths(Setup(**json.loads(setup.read_text(encoding="utf-8")))))
    for question in questions():
        answer(driver.drive(question["looks"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
