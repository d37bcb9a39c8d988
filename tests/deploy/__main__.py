"""`python -m tests.deploy`: the product installed, tormented, upgraded on a booted Debian; OK or FAIL a line."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from tests.deploy import container, packages
from tests.deploy.proofs import PROOFS
from tests.deploy.stage import Stage

LIMIT = 45 * 60
"""Seconds for everything."""
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM)


class TimeIsUp(BaseException):
    """It took too long, or somebody asked to end."""


def prove(stage: Stage, wanted: list[str]) -> int:
    """How many proofs failed; a line for each. One that a later one needs takes those along."""
    failed = 0
    for proof in PROOFS:
        if wanted and proof.__name__ not in wanted:
            continue
        began = time.monotonic()
        try:
            said, word = proof(stage), "OK"
        except (AssertionError, subprocess.SubprocessError, OSError, ValueError, KeyError, TypeError) as error:
            print(f"{error}\n  {traceback.extract_tb(error.__traceback__)[1]}", file=sys.stderr)
            said, word = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}", "FAIL"
            failed += 1
        print(f"{word:<5}{proof.__name__.replace('_', ' ')} [{time.monotonic() - began:.0f} s] {said}", flush=True)
    return failed


def main() -> int:
    """The exit code: 0 when every proof holds, 1 when one does not, 3 when this machine cannot show it."""
    arguments = _parser().parse_args()
    for number in ENDING:
        signal.signal(number, _end)
    signal.alarm(LIMIT)
    try:
        container.require()
        # Too large for a /tmp that is memory.
        with TemporaryDirectory(prefix="deploy-", dir="/var/tmp") as temporary:
            return _show(Path(temporary), arguments)
    except container.NotPossible as error:
        print(f"not shown: {error}", file=sys.stderr)
        return 3
    except TimeIsUp as error:
        print(f"FAIL {error}", file=sys.stderr)
        return 1


def _show(folder: Path, arguments: argparse.Namespace) -> int:
    previous = arguments.previous or packages.before_last_change()
    made = packages.build(folder / "packages", previous)
    root = folder / "root"
    container.bootstrap(root, arguments.base)
    with container.booted(root, folder / "console.log") as machine:
        print(
            f"booted: {machine.ask('uname', '-sr')}, {machine.ask('systemctl', '--version').splitlines()[0]}",
            flush=True,
        )
        stage = Stage(machine, made)
        stage.bring()
        failed = prove(stage, arguments.proof)
    print(f"{len(PROOFS) - failed} of {len(PROOFS)} hold" if not arguments.proof else f"{failed} failed")
    return int(failed > 0)


def _end(number: int, _frame: FrameType | None) -> None:
    for other in ENDING:  # what is cleaned up now must not be interrupted by a second one
        signal.signal(other, signal.SIG_IGN)
    raise TimeIsUp("time is up" if number == signal.SIGALRM else f"ended by signal {number}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.deploy", description="The product on a booted Debian.")
    parser.add_argument("--base", type=Path, help="keep the bootstrapped Debian there, or use the one that is there")
    parser.add_argument("--previous", help="commit to upgrade from; the one before the last change when left out")
    parser.add_argument("--proof", action="append", default=[], help="only this one; may be said again")
    return parser


if __name__ == "__main__":
    sys.exit(main())
