"""What a command does when nobody reads what it says any more."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.cli.piped import HUNG_UP, Outlet
from tests import forking


def test_what_is_read_is_written() -> None:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reader, Outlet(write, "wb") as outlet:
        assert outlet.write(b"halo") == 4
        outlet.close()
        assert reader.read() == b"halo"


def test_the_first_write_that_nobody_reads_ends_the_command_and_later_ones_go_nowhere() -> None:
    read, write = os.pipe()
    os.close(read)
    with Outlet(write, "wb") as outlet:
        with pytest.raises(SystemExit) as ended:
            outlet.write(b"halo")
        assert outlet.write(b"sisa") == 4
    assert ended.value.code == HUNG_UP == 141


def test_a_command_leaves_broken_connections_to_those_who_handle_them() -> None:
    """With SIGPIPE's default a site that hangs up would end the command, or whatever process it was run in."""
    assert CliRunner().invoke(app, ["inventory", "list"]).exit_code == 0

    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN


@pytest.mark.parametrize(
    ("unread", "words"),
    [
        pytest.param("stdout", ["inventory", "list"], id="what rich prints"),
        pytest.param("stdout", ["inventory", "list", "--json"], id="what is echoed"),
        pytest.param("stderr", ["--config", "tidak-ada.toml", "config", "check"], id="what it complains"),
    ],
)
def test_the_installed_command_ends_quietly_as_the_shell_knows_it(
    unread: str, words: list[str], tmp_path: Path
) -> None:
    read, write = os.pipe()
    os.close(read)
    other = tmp_path / "other"
    with os.fdopen(write, "wb") as broken, other.open("wb") as kept:
        out, err = (broken, kept) if unread == "stdout" else (kept, broken)
        process = forking.fork("monitor", *words, stdout=out, stderr=err)

    assert process.wait() == HUNG_UP
    assert other.read_bytes() == b""
