"""Why the system refuses, said so that people of the county can read it."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from pathlib import Path

import pytest

from monitor.errors import SYSTEM, reason_of


def _of(code: int) -> OSError:
    return OSError(code, os.strerror(code))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOENT, "berkas atau folder itu tidak ada"),
        (errno.EACCES, "hak akses tidak cukup"),
        (errno.EPERM, "hak akses tidak cukup"),
        (errno.EISDIR, "itu folder, bukan berkas"),
        (errno.ENOSPC, "ruang simpan penuh"),
        (errno.EROFS, "diska hanya dapat dibaca"),
        (errno.EADDRINUSE, "sudah dipakai proses lain"),
        (errno.ECONNREFUSED, "koneksi ditolak"),
        (errno.ETIMEDOUT, "tidak ada jawaban"),
    ],
)
def test_what_the_system_says_is_said_in_indonesian(code: int, said: str) -> None:
    assert reason_of(_of(code)) == said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(TimeoutError("timed out"), "tidak ada jawaban", id="a time-out without a number"),
        pytest.param(
            ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('127.0.0.1', 9)"),
            "koneksi ditolak",
            id="an event loop's own words",
        ),
        pytest.param(
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "nama host tidak dikenal", id="a name"
        ),
        pytest.param(ssl.SSLError(1, "[SSL] wrong version number"), "[SSL] wrong version number", id="OpenSSL's 1"),
        pytest.param(_of(errno.ENOTTY), os.strerror(errno.ENOTTY), id="no words of ours"),
        pytest.param(OSError("odd"), "odd", id="no number at all"),
        pytest.param(OSError(), "OSError", id="nothing at all"),
    ],
)
def test_what_has_no_words_of_ours_is_told_as_it_came(error: OSError, said: str) -> None:
    assert reason_of(error) == said


def test_a_file_that_is_really_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as refused:
        (tmp_path / "tidak-ada").read_bytes()

    assert reason_of(refused.value) == SYSTEM[errno.ENOENT]
