"""A Postfix of a test's own: its configuration, queue and log in one folder, its ports on loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_STARTING = 20.0
_SERVICES = """
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
rewrite unix - - n - - trivial-rewrite
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running one: the port of each listener by name."""

    ports: Mapping[str, int]
    log: Path

    def said(self) -> str:
        """Its log until now."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""


@contextmanager
def running(master: Path, host: str, listeners: Mapping[str, Mapping[str, str]]) -> Iterator[Postfix]:
    """A Postfix called *host* with a listener per name, each with parameters of its own (postconf(5)); needs root."""
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    try:
        folder.chmod(0o755)
        ports = {name: _free_port() for name in listeners}
        log = _written(folder, host, listeners, ports)
        process = subprocess.Popen(
            [master, "-c", folder / "etc", "-d"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # it signals its process group when it ends
        )
        try:
            for port in ports.values():
                _await(port, process, log)
            yield Postfix(ports, log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_STARTING)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _written(folder: Path, host: str, listeners: Mapping[str, Mapping[str, str]], ports: Mapping[str, int]) -> Path:
    etc, queue, data, log = folder / "etc", folder / "queue", folder / "data", folder / "queue" / "mail.log"
    owner = pwd.getpwnam("postfix")
    for path in (etc, queue, data, *(queue / name for name in ("pid", "private", "public"))):
        path.mkdir()
    for path in (data, queue / "private", queue / "public"):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    main = {
        "compatibility_level": "3.6",
        "queue_directory": queue,
        "data_directory": data,
        "maillog_file": log,
        "maillog_file_prefixes": folder,
        "myhostname": host,
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "mydestination": "",
        "local_recipient_maps": "",
        "alias_maps": "",
    }
    (etc / "main.cf").write_text("".join(f"{key} = {value}\n" for key, value in main.items()), encoding="ascii")
    lines = [_listener(ports[name], parameters) for name, parameters in listeners.items()]
    (etc / "master.cf").write_text("\n".join(lines) + _SERVICES, encoding="ascii")
    return log


def _listener(port: int, parameters: Mapping[str, str]) -> str:
    options = "".join(f"\n  -o {key}={value}" for key, value in parameters.items())
    return f"127.0.0.1:{port} inet n - n - - smtpd{options}"


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until *port* is open; the connection goes no further than that."""
    deadline = time.monotonic() + _STARTING
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(log.read_text(errors="replace") if log.exists() else "Postfix did not start")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
