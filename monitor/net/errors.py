"""What goes wrong on a wire, put into the closed world of `FailureKind`."""

from __future__ import annotations

import errno
import re
import ssl
from collections.abc import Mapping

from monitor.errors import reason_of
from monitor.net.facts import FailureKind


class Mishap(Exception):
    """What went wrong, told by code that does not know in which phase; `Progress.failed` adds the rest."""

    def __init__(self, kind: FailureKind, detail: str = "") -> None:
        """Keep *kind* and the evidence."""
        self.kind = kind
        self.detail = detail
        super().__init__(f"{kind} {detail}".rstrip())


AT_ONCE: Mapping[int, FailureKind] = {
    errno.ENETUNREACH: FailureKind.NO_ROUTE,
    errno.EHOSTUNREACH: FailureKind.NO_ROUTE,
    errno.ENETDOWN: FailureKind.NO_ROUTE,
    errno.EADDRNOTAVAIL: FailureKind.NO_ROUTE,
    errno.EAFNOSUPPORT: FailureKind.NO_ROUTE,
    errno.EACCES: FailureKind.NO_ROUTE,
    errno.EINVAL: FailureKind.NO_ROUTE,
}
"""What the kernel says before a packet has left: its own routing table speaks, not the target."""

FROM_OUTSIDE: Mapping[int, FailureKind] = {
    errno.ECONNREFUSED: FailureKind.REFUSED,
    errno.ECONNRESET: FailureKind.RESET,
    errno.ECONNABORTED: FailureKind.RESET,
    errno.EPIPE: FailureKind.RESET,
    errno.ETIMEDOUT: FailureKind.TIMEOUT,
    errno.EHOSTUNREACH: FailureKind.UNREACHABLE,
    errno.ENETUNREACH: FailureKind.UNREACHABLE,
    errno.EHOSTDOWN: FailureKind.UNREACHABLE,
    errno.ENONET: FailureKind.UNREACHABLE,
    errno.ENOPROTOOPT: FailureKind.UNREACHABLE,
    errno.EPROTO: FailureKind.UNREACHABLE,
    errno.EACCES: FailureKind.UNREACHABLE,
}
"""What packets from outside, or their absence, make the kernel say (ICMP: RFC 1122 §4.2.3.9, RFC 4443 §3.1)."""

MISMATCHES = frozenset(
    {
        "BAD_PROTOCOL_VERSION_NUMBER",
        "DH_KEY_TOO_SMALL",
        "EE_KEY_TOO_SMALL",
        "INAPPROPRIATE_FALLBACK",
        "LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED",
        "NO_CIPHERS_AVAILABLE",
        "NO_PROTOCOLS_AVAILABLE",
        "NO_SHARED_CIPHER",
        "NO_SHARED_GROUPS",
        "NO_SHARED_SIGNATURE_ALGORITHMS",
        "NO_SUITABLE_SIGNATURE_ALGORITHM",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "TLSV1_ALERT_INSUFFICIENT_SECURITY",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNKNOWN_CIPHER_RETURNED",
        "UNKNOWN_PROTOCOL",
        "UNSAFE_LEGACY_RENEGOTIATION_DISABLED",
        "UNSUPPORTED_PROTOCOL",
        "UNSUPPORTED_SSL_VERSION",
        "VERSION_TOO_LOW",
        "WRONG_CIPHER_RETURNED",
        "WRONG_CURVE",
        "WRONG_SIGNATURE_TYPE",
        "WRONG_SSL_VERSION",
    }
)
"""OpenSSL's reasons that mean: no version, cipher, group or signature in common."""

_SOURCE_LINE = re.compile(r" \(_ssl\.c:\d+\)$")


def is_mismatch(error: ssl.SSLError) -> bool:
    """Whether the two sides found nothing in common, so that an older offer may succeed."""
    return error.reason in MISMATCHES


def evidence(error: OSError) -> str:
    """What the system said, in our words; what OpenSSL said in its own, without the line of its source."""
    return _SOURCE_LINE.sub("", reason_of(error))


def diagnose(error: OSError) -> Mishap:
    """
    The mishap that *error* tells of.

    Raises *error* itself when it is ours (no file descriptors, no memory…): that must not be blamed on a target.
    """
    if isinstance(error, ssl.SSLError):
        return Mishap(FailureKind.TLS_PROTOCOL if is_mismatch(error) else FailureKind.TLS_ERROR, evidence(error))
    if isinstance(error, TimeoutError):
        return Mishap(FailureKind.TIMEOUT, evidence(error))
    kind = FROM_OUTSIDE.get(error.errno or 0)
    if kind is None:
        raise error
    return Mishap(kind, evidence(error))
