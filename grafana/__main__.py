"""`python -m grafana`: writes the dashboards; with `--check` only says which files are not what the code makes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from grafana import frame
from grafana.boards import DASHBOARDS

FOLDER = Path(__file__).parent / "dashboards"


def files() -> Mapping[str, str]:
    """File name → what belongs into it."""
    built = [make() for make in DASHBOARDS]
    return {f"{made.build().uid}.json": frame.text(made) for made in built}


def stale(folder: Path = FOLDER) -> list[str]:
    """Names of files that are missing, out of date, or of no dashboard."""
    wanted = files()
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def write(folder: Path = FOLDER) -> None:
    """Make *folder* hold exactly the dashboards."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = files()
    for path in folder.glob("*.json"):
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        (folder / name).write_text(content, encoding="utf-8")


def main(words: list[str] | None = None) -> int:
    """0; 1 when `--check` found something stale."""
    parser = argparse.ArgumentParser(prog="python -m grafana", description="Grafana's dashboards from their code.")
    parser.add_argument("--check", action="store_true", help="write nothing; name the files that are not up to date")
    if not parser.parse_args(words).check:
        write()
        return 0
    old = stale()
    for name in old:
        print(f"grafana/dashboards/{name} is not what the code makes; run: make dashboards", file=sys.stderr)  # noqa: T201
    return int(bool(old))


if __name__ == "__main__":
    sys.exit(main())
