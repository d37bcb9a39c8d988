"""`python -m tests.lab`: the lab standing alone until Ctrl-C; the scenario file is read again when it changes."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor import inventory
from monitor.errors import InventoryError
from tests.lab import Lab, ScenarioError, load, pointers
from tests.lab.cases import CALM_FILE
from tests.lab.loops import run, stopping

_POLL = 0.5


async def stand(arguments: argparse.Namespace, directory: Path) -> int:
    """The exit code, once somebody has asked the lab to end."""
    stop = stopping()
    seen = _changed(arguments.scenario)
    async with Lab(inventory.load(arguments.inventory), load(arguments.scenario), directory) as lab:
        settings = pointers.toml(lab.settings())
        if arguments.settings_out:
            arguments.settings_out.write_text(settings, encoding="utf-8")
        print(f"# The lab is up: names at {':'.join(map(str, lab.name_server))}. Settings for a daemon:\n\n{settings}")
        sys.stdout.flush()
        watcher = asyncio.create_task(follow(lab, arguments.scenario, seen))
        await stop.wait()
        watcher.cancel()
    return 0


async def follow(lab: Lab, path: Path, seen: int) -> None:
    """Play *path* again whenever it has changed since *seen*; one with errors is refused, the last good one stays."""
    while True:
        await asyncio.sleep(_POLL)
        if (now := _changed(path)) != seen:
            seen = now
            _replay(lab, path)


def _replay(lab: Lab, path: Path) -> None:
    try:
        lab.play(load(path))
    except (ScenarioError, OSError) as error:
        print(f"# not played: {error}", file=sys.stderr)
    else:
        print(f"# {path} is being played", file=sys.stderr)


def _changed(path: Path) -> int:
    """When *path* was last written; 0 while it is not there."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m tests.lab", description="The regency on loopback.")
    made.add_argument("--scenario", type=Path, default=CALM_FILE, help="TOML file; read again when it changes")
    made.add_argument("--inventory", type=Path, default=Path("inventory"), help="folder of the CSV files")
    made.add_argument("--settings-out", type=Path, help="write settings for a daemon there")
    made.add_argument("--directory", type=Path, help="keep the lab's CA there instead of in a temporary folder")
    return made


def main() -> int:
    """The exit code: 0 after an orderly end, 2 when the inventory, the scenario or a file is unusable."""
    arguments = parser().parse_args()
    logging.basicConfig(format="# %(message)s")
    try:
        with TemporaryDirectory(prefix="lab-") as temporary:
            return run(stand(arguments, arguments.directory or Path(temporary)))
    except (ScenarioError, InventoryError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
