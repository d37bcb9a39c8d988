"""A ClientHello made by hand (RFC 5246 §7.4.1.2, RFC 8446 §4.1.2), so that no local library decides what is offered."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from monitor.net.suites import MODERN, USUAL
from monitor.net.tls_facts import Version

RANDOM = 32
_HANDSHAKE, _CLIENT_HELLO = 22, 1
_SCSV = 0x00FF
"""TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 §3.3): some servers hang up on a client without it."""

_SERVER_NAME, _STATUS_REQUEST, _GROUPS, _POINT_FORMATS, _SIGNATURES = 0, 5, 10, 11, 13
_SCT, _PADDING, _VERSIONS, _KEY_SHARE = 18, 21, 43, 51

X25519 = 29
GROUPS = (X25519, 23, 24, 25)
"""x25519, secp256r1, secp384r1, secp521r1 (RFC 8446 §4.2.7)."""
OLD_GROUPS = (22, 21, 19)
"""secp256k1, secp224r1, secp192r1 (RFC 8422 §5.1.1): a server with such a key answers nobody who lacks its curve."""
_SIGNATURE_SCHEMES = (
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B,
    0x0401, 0x0501, 0x0601, 0x0402, 0x0303, 0x0301, 0x0203, 0x0201, 0x0202,
)  # fmt: skip
"""RFC 8446 §4.2.3, and the SHA-1 and DSA ones that old servers have nothing better than."""

_TOO_SHORT, _LONG_ENOUGH = 256, 512
"""Some load balancers hang on hellos of a length in between (RFC 7685 §1)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a client claims to be able to do: one version, and these suites."""

    version: Version
    suites: tuple[int, ...]


def usual(version: Version) -> Offer:
    """What a client that speaks *version* and nothing else would offer."""
    return Offer(version, MODERN if version is Version.TLS13 else USUAL)


def client_hello(offer: Offer, host: str, *, random: bytes | None = None) -> bytes:
    """The record that makes *offer* to *host*; *random* is for tests."""
    random = secrets.token_bytes(RANDOM) if random is None else random
    legacy = min(offer.version.wire, Version.TLS12.wire)
    # A session identifier makes TLS 1.3 look like a resumption to the boxes between (RFC 8446 §D.4).
    session = random if offer.version is Version.TLS13 else b""
    suites = offer.suites if offer.version is Version.TLS13 else (*offer.suites, _SCSV)
    body = legacy.to_bytes(2) + random + _vector(session, 1) + _vector(_numbers(suites), 2) + _vector(b"\0", 1)
    if offer.version is not Version.SSL3:  # it has no extensions, and its servers choke on them
        body += _extensions(offer.version, host, random, len(body))
    message = bytes((_CLIENT_HELLO,)) + _vector(body, 3)
    record = min(legacy, Version.TLS10.wire)  # as old servers want it (RFC 5246 §E.1)
    return bytes((_HANDSHAKE,)) + record.to_bytes(2) + _vector(message, 2)


def _extensions(version: Version, host: str, random: bytes, before: int) -> bytes:
    chosen = [
        *_server_name(host),
        _extension(_GROUPS, _vector(_numbers(GROUPS if version is Version.TLS13 else (*GROUPS, *OLD_GROUPS)), 2)),
        _extension(_POINT_FORMATS, _vector(b"\0", 1)),
        _extension(_STATUS_REQUEST, b"\1\0\0\0\0"),
        _extension(_SCT, b""),
    ]
    if version in {Version.TLS12, Version.TLS13}:
        chosen.append(_extension(_SIGNATURES, _vector(_numbers(_SIGNATURE_SCHEMES), 2)))
    if version is Version.TLS13:
        chosen.append(_extension(_VERSIONS, _vector(version.wire.to_bytes(2), 1)))
        # Any 32 bytes are a public key of x25519 (RFC 7748 §5); nobody will ever need the private one.
        chosen.append(_extension(_KEY_SHARE, _vector(X25519.to_bytes(2) + _vector(random, 2), 2)))
    return _vector(_padded(b"".join(chosen), before), 2)


def _padded(extensions: bytes, before: int) -> bytes:
    length = 4 + before + 2 + len(extensions)
    if _TOO_SHORT <= length < _LONG_ENOUGH:
        return extensions + _extension(_PADDING, bytes(max(0, _LONG_ENOUGH - length - 4)))
    return extensions


def _server_name(host: str) -> Iterable[bytes]:
    """The name in A-labels; of an address there is none (RFC 6066 §3)."""
    name = host.removesuffix(".")
    try:
        ip_address(name)
    except ValueError:
        yield _extension(_SERVER_NAME, _vector(b"\0" + _vector(name.encode("idna"), 2), 2))


def _extension(kind: int, data: bytes) -> bytes:
    return kind.to_bytes(2) + _vector(data, 2)


def _numbers(values: Iterable[int]) -> bytes:
    return b"".join(value.to_bytes(2) for value in values)


def _vector(data: bytes, width: int) -> bytes:
    """*data* behind its length (RFC 5246 §4.3)."""
    return len(data).to_bytes(width) + data
