"""What the kernel and OpenSSL say, in our words."""

from __future__ import annotations

import errno
import os
import ssl

import pytest

from monitor.net.errors import AT_ONCE, FROM_OUTSIDE, diagnose
from monitor.net.facts import OURS, FailureKind


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        pytest.param(errno.ECONNREFUSED, FailureKind.REFUSED, "koneksi ditolak", id="refused"),
        pytest.param(errno.ECONNRESET, FailureKind.RESET, "koneksi diputus", id="reset"),
        pytest.param(errno.EPIPE, FailureKind.RESET, "koneksi diputus", id="reset before we were done"),
        pytest.param(errno.EHOSTUNREACH, FailureKind.UNREACHABLE, "tidak ada jalan ke host itu", id="host unreachable"),
        pytest.param(
            errno.ENETUNREACH,
            FailureKind.UNREACHABLE,
            "tidak ada jalan ke jaringan itu",
            id="network unreachable, says a router",
        ),
        pytest.param(errno.ETIMEDOUT, FailureKind.TIMEOUT, "tidak ada jawaban", id="kernel's own time-out"),
    ],
)
def test_the_networks_word_becomes_a_kind(code: int, kind: FailureKind, said: str) -> None:
    mishap = diagnose(OSError(code, os.strerror(code)))

    assert (mishap.kind, mishap.detail) == (kind, said)


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EBADF, errno.EPERM])
def test_what_is_ours_is_let_through(code: int) -> None:
    error = OSError(code, os.strerror(code))

    with pytest.raises(OSError, match=os.strerror(code)) as caught:
        diagnose(error)
    assert caught.value is error


def test_what_comes_from_outside_is_never_ours_and_what_is_said_at_once_always_is() -> None:
    assert OURS.isdisjoint(FROM_OUTSIDE.values())
    assert OURS.issuperset(AT_ONCE.values())


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        pytest.param("UNSUPPORTED_PROTOCOL", FailureKind.TLS_PROTOCOL, id="version"),
        pytest.param("SSLV3_ALERT_HANDSHAKE_FAILURE", FailureKind.TLS_PROTOCOL, id="cipher"),
        pytest.param("WRONG_VERSION_NUMBER", FailureKind.TLS_ERROR, id="no TLS at all"),
        pytest.param("TLSV1_UNRECOGNIZED_NAME", FailureKind.TLS_ERROR, id="a name they do not know"),
    ],
)
def test_openssls_reason_becomes_a_kind_without_its_source_line(reason: str, kind: FailureKind) -> None:
    error = ssl.SSLError(1, f"[SSL: {reason}] something (_ssl.c:1006)")
    error.reason = reason

    mishap = diagnose(error)

    assert (mishap.kind, mishap.detail) == (kind, f"[SSL: {reason}] something")
