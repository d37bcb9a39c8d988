"""A Debian of our own: bootstrapped, booted with systemd, without a network; gone afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NEEDED = {"debootstrap": "debootstrap", "systemd-nspawn": "systemd-container", "nsenter": "util-linux"}
"""Program → the package that brings it."""
PACKAGES = "systemd,systemd-sysv,dbus,python3,python3-venv,ca-certificates,tzdata,iproute2,postgresql"
BOOTS_WITHIN = 90.0
ENDS_WITHIN = 30.0
_BOOTSTRAPPED_WITHIN = 900
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class NotPossible(Exception):
    """This machine cannot boot a container; the message says why."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ended."""

    code: int
    out: str
    """Both streams, in order."""


@dataclass(frozen=True, slots=True)
class Container:
    """A booted machine."""

    root: Path
    """Its files, as this machine sees them."""
    leader: int
    """Its first process."""

    def run(
        self, *words: str, within: float = 60.0, environment: Mapping[str, str] | None = None, said: str = ""
    ) -> Ended:
        """What came of *words* there; *said* is all that their standard input holds."""
        inside = {"PATH": _PATH, "HOME": "/root", "LANG": "C.UTF-8", "TERM": "dumb", **(environment or {})}
        command = ["nsenter", f"--target={self.leader}", "--all", "env", "--chdir=/", "-i"]
        command += [f"{name}={value}" for name, value in inside.items()]
        done = subprocess.run(
            [*command, *words],
            input=said,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=within,
            check=False,
        )
        return Ended(done.returncode, done.stdout.strip())

    def ask(self, *words: str, within: float = 60.0) -> str:
        """What *words* say there. Raises `AssertionError` when they fail."""
        ended = self.run(*words, within=within)
        assert ended.code == 0, f"{' '.join(words)}: {ended.code}\n{ended.out[-3000:]}"
        return ended.out


def require() -> None:
    """Raises `NotPossible` with what is missing."""
    if os.geteuid() != 0:
        raise NotPossible("root is needed to boot a container")
    absent = [package for program, package in NEEDED.items() if shutil.which(program) is None]
    if absent and not _install(absent):
        raise NotPossible(f"apt-get install {' '.join(absent)}")


def _install(packages: list[str]) -> bool:
    if shutil.which("apt-get") is None:
        return False
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run(["apt-get", "-qq", "update"], env=quiet, capture_output=True, check=False)
    words = ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *packages]
    return subprocess.run(words, env=quiet, capture_output=True, check=False).returncode == 0


def bootstrap(root: Path, kept: Path | None) -> None:
    """A minimal Debian in *root*: a copy of *kept* where that is there, and kept there otherwise."""
    if kept is not None and kept.is_dir():
        subprocess.run(["cp", "--archive", kept, root], check=True)
        return
    words = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", _codename(), str(root), _mirror()]
    done = subprocess.run(words, capture_output=True, text=True, timeout=_BOOTSTRAPPED_WITHIN, check=False)
    if done.returncode != 0:
        raise NotPossible(f"debootstrap failed: {(done.stdout + done.stderr)[-1500:]}")
    if kept is not None:
        subprocess.run(["cp", "--archive", root, kept], check=True)


def _codename() -> str:
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    if values.get("ID", "").strip('"') != "debian":
        raise NotPossible("this machine is no Debian: debootstrap needs one")
    return values["VERSION_CODENAME"].strip('"')


def _mirror() -> str:
    """Where this machine's own packages come from."""
    words = ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages", f"Codename: {_codename()}"]
    found = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    if not found:
        raise NotPossible("apt knows no mirror; run apt-get update")
    return found[0]


@contextmanager
def booted(root: Path, log: Path) -> Iterator[Container]:
    """The machine in *root*, booted; what its console says goes to *log*. It is off when the block ends."""
    words = [
        "systemd-nspawn", "--quiet", f"--directory={root}", "--boot", "--private-network", "--register=no",
        "--machine=monitor-uji", "--hostname=monitor-uji", "--resolv-conf=off", "--timezone=off", "--link-journal=no",
        "--console=pipe", "--kill-signal=SIGRTMIN+3",
    ]  # fmt: skip
    if not Path("/run/systemd/system").is_dir():
        words.append("--keep-unit")  # nobody here could give it a unit of its own
    with log.open("wb") as console:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=console, stderr=console)
    try:
        container = Container(root, _leader(process, log))
        _await_boot(container, log)
        yield container
    finally:
        _end(process)


def _leader(process: subprocess.Popen[bytes], log: Path) -> int:
    """The first process of the container: the only child of *process*."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + BOOTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        for child in children.read_text().split():
            with contextlib.suppress(OSError):
                if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                    return int(child)
        time.sleep(0.1)
    raise NotPossible(f"the container did not boot: {log.read_text(errors='replace')[-1500:]}")


def _await_boot(container: Container, log: Path) -> None:
    deadline = time.monotonic() + BOOTS_WITHIN
    while time.monotonic() < deadline:
        if container.run("systemctl", "is-system-running", "--wait").out in {"running", "degraded"}:
            return
        time.sleep(0.2)
    raise NotPossible(f"the container did not come up: {log.read_text(errors='replace')[-1500:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Shut the machine down; what does not end is killed with all that is in it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(ENDS_WITHIN)
