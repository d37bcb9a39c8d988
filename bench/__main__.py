"""`python -m bench`: everything that `docs/benchmarks.md` shows, in half an hour; `--help` for less."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import alerts, content, daemon, evidence, machine, overhead, record, rollups, visits
from bench.children import Trouble
from bench.figures import Part, table

Measure = Callable[[Path], Part]
FULL: Mapping[str, Measure] = {
    "a": lambda folder: visits.measure(folder, visits.FULL),
    "b": lambda folder: daemon.measure(folder, daemon.FULL),
    "c": lambda folder: record.measure(folder, record.FULL),
    "d": lambda folder: overhead.measure(folder, overhead.FULL),
    "e": lambda folder: content.measure(folder, content.FULL),
    "f": lambda folder: alerts.measure(folder, alerts.FULL),
    "g": lambda folder: alerts.measure_kills(folder, 500),
    "h": lambda folder: rollups.measure(folder, rollups.FULL),
    "i": lambda folder: evidence.measure(folder, evidence.FULL),
}
QUICK: Mapping[str, Measure] = {
    "a": lambda folder: visits.measure(folder, visits.QUICK),
    "b": lambda folder: daemon.measure(folder, daemon.QUICK),
    "c": lambda folder: record.measure(folder, record.QUICK),
    "d": lambda folder: overhead.measure(folder, overhead.QUICK),
    "e": lambda folder: content.measure(folder, content.QUICK),
    "f": lambda folder: alerts.measure(folder, alerts.QUICK),
    "g": lambda folder: alerts.measure_kills(folder, 10),
    "h": lambda folder: rollups.measure(folder, rollups.QUICK),
    "i": lambda folder: evidence.measure(folder, evidence.QUICK),
}


def main() -> int:
    """Measure, print, and say with the exit code whether everything could be measured."""
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(1))  # so that folder and children go, too
    arguments = _arguments()
    parts: list[Part] = []
    troubles: list[str] = []
    described = machine.description()
    for name, value in described.items():
        print(f"{name:<11}{value}")
    with TemporaryDirectory(prefix="bench-") as folder:
        for letter, measure in (QUICK if arguments.quick else FULL).items():
            if letter in (arguments.only or letter):
                _measured(letter, measure, Path(folder), parts, troubles)
                _write(arguments, described, parts)
    return int(bool(troubles))


def _write(arguments: argparse.Namespace, described: Mapping[str, str], parts: Sequence[Part]) -> None:
    """What is known so far: a part that fails does not take the others with it."""
    if arguments.json:
        values = {"machine": described, "quick": arguments.quick, "parts": [part.as_json() for part in parts]}
        arguments.json.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def _measured(letter: str, measure: Measure, folder: Path, parts: list[Part], troubles: list[str]) -> None:
    began = time.monotonic()
    try:
        part = measure(folder / letter)
    except Trouble as trouble:
        troubles.append(f"{letter}: {trouble}")
        print(f"\n{letter}: not measured: {trouble}", file=sys.stderr)
        return
    parts.append(part)
    print(f"\n## {part.title} ({time.monotonic() - began:.0f} s)\n\n{table(part.figures)}\n")
    print("\n".join(f"- {note}" for note in part.notes), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What it costs. Lower is better.")
    parser.add_argument("--quick", action="store_true", help="does it run at all? Figures mean nothing")
    parser.add_argument(
        "--only",
        choices="abcdefghi",
        help="a visits · b daemon · c record · d overhead · e content · f alerts · g kill -9 · h rollups · i bundle",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured there, too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
