"""The three SSL contexts of a transport, built once: what browsers accept, the same but outdated, and anything."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import ConfigError, Problem, reason_of
from monitor.settings import Net

BROWSER_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:kRSA+AESGCM:kRSA+AES:!aNULL:!eNULL:!AESCCM:@SECLEVEL=2"
"""TLS 1.2 suites that today's browsers offer; those of TLS 1.3 are always on."""
ANY_CIPHERS = "ALL:!aNULL:@SECLEVEL=0"
"""Everything this OpenSSL can do, but for suites without a certificate: that is what we come to see."""
LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT (in `ssl` since 3.12): servers without RFC 5746, as browsers accept them."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Contexts for the passes of a handshake; none is ever built while probing."""

    strict: ssl.SSLContext
    """Verifies, and offers what browsers offer."""
    outdated: ssl.SSLContext
    """Verifies, and offers every version and cipher; tells a good certificate on an old server from a bad one."""
    permissive: ssl.SSLContext
    """Verifies nothing: to see the page and the chain of a server that did not verify."""
    offers: frozenset[str]
    """Names of the ciphers in `strict`."""
    own: frozenset[bytes] = frozenset()
    """The DER of the authorities that the settings add: trusted here, and by no stranger's browser."""

    def is_modern(self, version: str, cipher: str) -> bool:
        """Whether `strict` would have agreed to that, too."""
        return version in {"TLSv1.2", "TLSv1.3"} and cipher in self.offers


def build_trust(settings: Net, *, alpn: tuple[str, ...] = ("http/1.1",)) -> Trust:
    """The contexts by *settings*, proposing *alpn*; raises `ConfigError` naming every unusable CA file."""
    strict, outdated, permissive = (_context(alpn) for _ in range(3))
    for verifying in (strict, outdated):
        _load(verifying, settings)
    strict.minimum_version = ssl.TLSVersion.TLSv1_2
    strict.set_ciphers(BROWSER_CIPHERS)
    permissive.check_hostname = False
    permissive.verify_mode = ssl.CERT_NONE
    for tolerant in (outdated, permissive):
        tolerant.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        tolerant.set_ciphers(ANY_CIPHERS)
    offers = frozenset(cipher["name"] for cipher in strict.get_ciphers())
    return Trust(strict, outdated, permissive, offers, _own(settings))


def _own(settings: Net) -> frozenset[bytes]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for path in settings.extra_ca:
        context.load_verify_locations(cafile=path)
    return frozenset(context.get_ca_certs(binary_form=True))


def _context(alpn: tuple[str, ...]) -> ssl.SSLContext:
    """As PROTOCOL_TLS_CLIENT comes: chain and name are verified."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.options |= LEGACY_SERVER_CONNECT
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context


def _load(context: ssl.SSLContext, settings: Net) -> None:
    problems = []
    if settings.system_ca:
        context.set_default_verify_paths()
        if not _has_system_ca():
            problems.append(_no_system_ca())
    for path in settings.extra_ca:
        try:
            context.load_verify_locations(cafile=path)
        except OSError as error:  # ssl.SSLError is one, too
            problems.append(_unusable(path, error))
    if problems:
        raise ConfigError(problems)


def _has_system_ca() -> bool:
    """Without a single authority every site would look untrusted, and that would be our fault."""
    paths = ssl.get_default_verify_paths()
    return paths.cafile is not None or (paths.capath is not None and any(os.scandir(paths.capath)))


def _no_system_ca() -> Problem:
    return Problem(
        "net.system_ca",
        "sistem ini tidak memiliki otoritas sertifikat",
        "pasang paket ca-certificates, atau isi net.extra_ca dan setel net.system_ca = false",
    )


def _unusable(path: Path, error: OSError) -> Problem:
    reason = "isinya bukan sertifikat PEM" if isinstance(error, ssl.SSLError) else reason_of(error)
    return Problem("net.extra_ca", f"{path}: {reason}", "berkas harus ada dan berisi sertifikat dalam bentuk PEM")
