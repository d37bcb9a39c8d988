"""The container made ready for proofs: packages at hand, the lab beside the daemon, and ways to look at both."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.deploy.container import Container, Ended
from tests.deploy.packages import Packages

UNIT = "monitor.service"
LAB_PYTHON = "/srv/lab/venv/bin/python"
SITES = 24
"""One of the county's own domain, whose name server the vantage asks for, and villages."""
PATIENCE = 150.0
"""Seconds for anything to come true: the watchdog's minute, a restart, a visit – on a machine with other work."""
BOARD = "http://127.0.0.1:8620"

_HURRY = """[Service]
Environment=MONITOR_CHECKS__WEBSITE__EVERY=5s MONITOR_CHECKS__WEBSITE__TIMEOUT=5s
Environment='MONITOR_RUNNER__LOOKS=["500ms", "1s"]'
"""
_SETTINGS = """
[database]
url = "sqlite:////var/lib/monitor/monitor.db"
[inventory]
directory = "/etc/monitor/inventory"
[web]
listen = "127.0.0.1:8620"
[alerts.channels.noc]
type = "webhook"
per_minute = 600
[alerts.channels.csirt]
type = "webhook"
per_minute = 600
"""
_FEWER = """
import sys
from pathlib import Path
from monitor import inventory
known = [one for one in inventory.load(Path("/srv/tree/inventory")) if one.active]
sites = [one for one in known if one.kode == "OPD-001"] + [one for one in known if one.kode.startswith("DESA")]
folder = Path("/etc/monitor/inventory")
for path in folder.glob("*.csv"):
    path.unlink()
inventory.dump(sites[: int(sys.argv[1])], folder)
"""
_GET = """
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
sys.stdout.write(opener.open(sys.argv[1], timeout=20).read().decode())
"""


@dataclass(slots=True)
class Stage:
    """The container, and what is on it."""

    container: Container
    packages: Packages

    # The machine

    def ask(self, *words: str, within: float = 60.0) -> str:
        """What a command there says; it must not fail."""
        return self.container.ask(*words, within=within)

    def run(self, *words: str, within: float = 60.0, said: str = "", **environment: str) -> Ended:
        """What came of a command there; *said* is its standard input."""
        return self.container.run(*words, within=within, said=said, environment=environment)

    def file(self, path: str) -> Path:
        """The file *path* of the container, from here."""
        return self.container.root / path.lstrip("/")

    def bring(self) -> None:
        """Packages and tree to where the container has them."""
        for name in ("current", "previous", "broken"):
            shutil.copytree(getattr(self.packages, name), self.file(f"/srv/{name}"))
        shutil.copytree(self.packages.tree, self.file("/srv/tree"), symlinks=True)

    def installer(self, package: str, *words: str) -> Ended:
        """What came of the installer of the package called *package*."""
        return self.run(f"/srv/{package}/install.sh", *words, within=600)

    def until(self, truth: Callable[[], Any], what: str) -> Any:
        """What *truth* gives as soon as that is true. Raises `AssertionError` with *what* when it never is."""
        deadline, seen = time.monotonic() + PATIENCE, None
        while time.monotonic() < deadline:
            seen = truth()
            if seen:
                return seen
            time.sleep(0.3)
        raise AssertionError(f"never: {what}\n{self.journal(30)}")

    # The service

    def shown(self, name: str) -> str:
        """The property *name* of the daemon's unit."""
        return self.ask("systemctl", "show", "--value", f"--property={name}", UNIT)

    def is_active(self) -> bool:
        """Whether the daemon runs and has said so."""
        return (self.shown("ActiveState"), self.shown("SubState")) == ("active", "running")

    def restarts(self) -> int:
        """How often systemd has started it again by itself."""
        return int(self.shown("NRestarts"))

    def journal(self, lines: int = 200, *matches: str) -> str:
        """The newest *lines* of its journal that fit *matches*."""
        words = ["journalctl", "--unit", UNIT, "--no-pager", "--output=cat", f"--lines={lines}", *matches]
        return self.run(*words).out

    def release(self) -> str:
        """Which release runs."""
        return self.file("/opt/monitor/current").readlink().name

    # The lab

    def open_lab(self) -> None:
        """The lab and a mailbox as services of their own; the daemon pointed at both, and in a hurry."""
        self.ask("python3", "-m", "venv", "/srv/lab/venv", within=300)
        install = ["-m", "pip", "--quiet", "install", "--no-index", "--require-hashes", "--no-cache-dir"]
        source = ["--find-links", "/srv/current/wheels", "--requirement", "/srv/current/requirements.txt"]
        self.ask(LAB_PYTHON, *install, *source, within=600)
        self.ask("systemctl", "stop", UNIT)
        self.ask("env", "PYTHONPATH=/srv/tree", LAB_PYTHON, "-c", _FEWER, str(SITES))
        self.ask("chown", "-R", "root:monitor", "/etc/monitor/inventory")
        self.ask("chmod", "-R", "u=rwX,g=rX,o=", "/etc/monitor/inventory")
        self.play()
        self._serve("letters", "tests.deploy.letters", "/srv/lab/letters.jsonl")
        self._serve(
            "lab", "tests.lab", "--inventory", "/etc/monitor/inventory", "--scenario", "/srv/lab/scenario.toml",
            "--settings-out", "/srv/lab/settings.toml", "--directory", "/srv/lab",
        )  # fmt: skip
        self.until(lambda: self._is_there("/srv/lab/settings.toml", "/srv/lab/letters.jsonl.url"), "the lab is up")
        self._point()

    def _serve(self, name: str, module: str, *words: str) -> None:
        environment = ["--setenv=PYTHONPATH=/srv/tree", "--setenv=PYTHONDONTWRITEBYTECODE=1"]
        service = ["systemd-run", "--quiet", f"--unit={name}", "--working-directory=/srv/tree", *environment]
        self.ask(*service, LAB_PYTHON, "-m", module, *words)

    def _is_there(self, *paths: str) -> bool:
        return all(self.file(path).is_file() and self.file(path).stat().st_size for path in paths)

    def _point(self) -> None:
        lab = self.file("/srv/lab/settings.toml").read_text(encoding="utf-8")
        self.file("/etc/monitor/monitor.toml").write_text(lab + _SETTINGS, encoding="utf-8")
        mailbox = self.file("/srv/lab/letters.jsonl.url").read_text(encoding="utf-8")
        for name in ("noc", "csirt"):  # as secrets: the daemon gets them as credentials
            for key, value in (("URL", f"{mailbox}/{name}"), ("SECRET", "uji")):
                secret = self.file(f"/etc/monitor/credentials/ALERTS__CHANNELS__{name.upper()}__{key}")
                secret.write_text(value, encoding="utf-8")
                secret.chmod(0o600)
        folder = self.file("/etc/systemd/system/monitor.service.d")
        folder.mkdir(exist_ok=True)
        (folder / "uji.conf").write_text(_HURRY, encoding="utf-8")
        self.ask("systemctl", "daemon-reload")
        self.ask("systemctl", "start", UNIT, within=PATIENCE)

    def play(self, *down: str) -> None:
        """Have exactly the sites *down* refuse connections."""
        faults = "".join(f'[[fault]]\nsite = "{kode}"\nfault = "refused"\n' for kode in down)
        new = self.file("/srv/lab/scenario.toml.new")
        new.write_text(f'title = "Uji"\nttl = 1\n{faults}', encoding="utf-8")
        new.replace(self.file("/srv/lab/scenario.toml"))

    def letters(self) -> list[dict[str, str]]:
        """What the channels have received."""
        path = self.file("/srv/lab/letters.jsonl")
        lines: Iterable[str] = path.read_text(encoding="utf-8").splitlines() if path.exists() else ()
        return [json.loads(line) for line in lines]

    # The board

    def get(self, path: str) -> Any:
        """The JSON at *path* of the board; None while it does not answer."""
        ended = self.run(LAB_PYTHON, "-c", _GET, BOARD + path)
        return json.loads(ended.out) if ended.code == 0 else None

    def state(self, kode: str) -> str | None:
        """What the board says of *kode*."""
        found = self.get(f"/api/v1/targets/{kode}")
        return found["state"] if found else None

    def await_state(self, kode: str, state: str) -> None:
        """Until *kode* is in *state*."""
        self.until(lambda: self.state(kode) == state, f"{kode} is {state}")

    def down_since(self, kode: str) -> str:
        """Since when the finding that *kode* is down has been open, as soon as it is seen to be."""
        self.await_state(kode, "turun")
        findings = self.get(f"/api/v1/targets/{kode}")["findings"]
        (opened,) = [one["opened"] for one in findings if one["code"] == "site.down"]
        return str(opened)

    def await_calm(self) -> None:
        """Until every site is up."""
        self.until(lambda: self._up() >= SITES, f"{SITES} sites are up")

    def _up(self) -> int:
        found = self.get("/api/v1/status")
        return int(found["states"].get("aktif", 0)) if found else 0

    def samples(self) -> int:
        """How many looks the record holds, by `monitor db check`, which must find it sound."""
        found = json.loads(self.ask("/usr/local/bin/monitor", "db", "check", "--json"))
        assert found["flaws"] == [], found
        return int(found["rows"])
