"""What is forked cannot tell that it was not started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import forking

MODULE = "tests.integration.forked"


async def ended(*words: str, **where: Any) -> forking.Ended:
    return await forking.run(MODULE, *words, patience=60, **where)


def started(*words: str, **where: Any) -> forking.Ended:
    """As `ended`, by a new interpreter."""
    command = [sys.executable, "-m", MODULE, *words]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60, **{"cwd": forking.ROOT, **where})
    return forking.Ended(done.returncode, done.stdout, done.stderr)


async def test_it_is_given_what_a_new_process_is_given(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(forking.ROOT), "X": "é", "LC_ALL": "C.UTF-8"}
    where = {"env": env, "cwd": tmp_path}

    forked = json.loads((await ended("tell", "a b", stdin=b"masukan", **where)).out)

    assert forked == json.loads(started("tell", "a b", input=b"masukan", **where).out)
    assert (forked["argv"], forked["stdin"], forked["open"]) == (["tell", "a b"], "masukan", [0, 1, 2])


@pytest.mark.parametrize(
    "words",
    [
        ("code", "0"),
        ("code", "3"),
        ("code", "256"),
        ("words",),
        ("bug",),
        ("late",),
        ("signal", str(int(signal.SIGKILL))),
        ("signal", str(int(signal.SIGTERM))),
        ("signal", str(int(signal.SIGINT))),
    ],
    ids=" ".join,
)
async def test_it_ends_as_a_new_process_ends(words: tuple[str, ...]) -> None:
    forked, new = await ended(*words), started(*words)

    assert (forked.code, forked.out) == (new.code, new.out)
    assert forked.err.splitlines()[-1:] == new.err.splitlines()[-1:]


def test_it_can_be_killed_and_its_end_is_known() -> None:
    read, write = os.pipe()
    with os.fdopen(read) as said:
        with os.fdopen(write) as theirs:
            process = forking.fork(MODULE, "wait", stdout=theirs)
        assert said.readline() == "hidup\n"
        assert process.poll() is None

        process.kill()

        assert process.wait() == -signal.SIGKILL
        assert said.read() == ""
        assert process.poll() == -signal.SIGKILL
        process.kill()  # its number may be somebody else's by now


def test_it_does_not_outlive_who_asked_for_it() -> None:
    code = f"import os\nfrom tests import forking\nforking.fork({MODULE!r}, 'wait').poll()\nos.read(0, 1)\nos._exit(0)"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=forking.ROOT
    ) as asking:
        assert asking.stdout
        assert asking.stdin
        assert asking.stdout.readline() == b"hidup\n"

        asking.stdin.close()

        assert asking.stdout.read() == b""  # whoever has it open is gone
