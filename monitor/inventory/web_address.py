"""What can be wrong with the address of a site, and when two addresses are one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from monitor.inventory.cells import Fault, shown

Key = tuple[str, int | None, str, str]
"""(host, port unless the scheme's own, path, query)."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65535
_NAME_LENGTH = 253
_EXAMPLE = "https://dinkominfo.purbalinggakab.go.id"

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\"<>\\^`{|}]")
"""What RFC 3986 §2 allows nowhere, not even percent-encoded by good will."""
_ADDRESS = re.compile(r"https?://(?P<authority>[^/?#]*)")
_HOST_AND_PORT = re.compile(r"(?:\[(?P<v6>[^\[\]]*)\]|(?P<name>[^:\[\]]*))(?::(?P<port>[^\[\]]*))?")


def url_faults(text: str) -> Iterator[Fault]:
    """
    Everything wrong with *text* as the address of a site.

    Never quotes the whole address: a person may have written a password into it.
    """
    if (fault := _character_fault(text)) is not None:
        yield fault
        return
    match = _ADDRESS.match(text)
    if match is None:
        yield Fault("alamat tidak diawali http:// atau https:// (huruf kecil)", f"tulis lengkap, misalnya {_EXAMPLE}")
        return
    _userinfo, at, host_and_port = match["authority"].rpartition("@")
    if at:
        yield Fault("alamat memuat nama pengguna atau kata sandi (bagian sebelum @)", "hapus bagian itu sampai tanda @")
    if "#" in text:
        yield Fault("alamat memuat bagian #…", "hapus tanda # dan semua sesudahnya; server tidak pernah menerimanya")
    yield from _authority_faults(host_and_port)


def _character_fault(text: str) -> Fault | None:
    if any(char.isspace() for char in text):
        return Fault("alamat memuat spasi", "hapus spasinya; satu sel hanya untuk satu alamat")
    foreign = next((char for char in text if not char.isascii()), None)
    if foreign is not None:
        return Fault(
            f"alamat memuat huruf {shown(foreign)} (U+{ord(foreign):04X})",
            "ketik ulang huruf itu; nama domain berhuruf khusus ditulis dalam bentuk xn--",
        )
    forbidden = _FORBIDDEN.search(text)
    if forbidden is not None:
        return Fault(f"alamat memuat tanda {forbidden[0]}", f"hapus tanda itu; bentuk yang benar misalnya {_EXAMPLE}")
    return None


def _authority_faults(host_and_port: str) -> Iterator[Fault]:
    match = _HOST_AND_PORT.fullmatch(host_and_port)
    if match is None:
        yield Fault("kurung siku alamat IPv6 tidak berpasangan", "tulis seperti https://[2001:db8::1]/")
        return
    if match["v6"] is not None:
        yield from _ipv6_faults(match["v6"])
    else:
        yield from host_faults(match["name"])
    if match["port"] is not None and not _is_port(match["port"]):
        yield Fault("port tidak sah", f"hapus port, atau tulis angka 1–{_HIGHEST_PORT}; IPv6 harus dalam kurung siku")


def _ipv6_faults(text: str) -> Iterator[Fault]:
    # A zone (fe80::1%eth0) means something on one machine only: RFC 6874 §1.
    if "%" in text or not _parses(IPv6Address, text):
        yield Fault("alamat IPv6 di dalam kurung siku tidak sah", "tulis seperti https://[2001:db8::1]/")


def host_faults(host: str) -> Iterator[Fault]:
    """Everything wrong with *host* as a full domain name (RFC 1123 §2.1) or an IPv4 address."""
    if not host:
        yield Fault("alamat tidak memuat nama host", f"tulis lengkap, misalnya {_EXAMPLE}")
        return
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        if not _parses(IPv4Address, host):
            yield Fault(f"{shown(host)} bukan alamat IP yang sah", "tulis empat angka 0–255 tanpa nol di depan")
    elif len(host) > _NAME_LENGTH or not all(map(_LABEL.fullmatch, labels)):
        yield Fault(
            f"nama host {shown(host)} tidak sah", "pakai huruf, angka, tanda hubung, dan titik; periksa titik ganda"
        )
    elif len(labels) == 1:
        yield Fault(f"nama host {shown(host)} tidak lengkap", f"tulis dengan domainnya, misalnya {_EXAMPLE}")


def _is_port(text: str) -> bool:
    return text.isdigit() and len(text) <= len(str(_HIGHEST_PORT)) and 0 < int(text) <= _HIGHEST_PORT


def _parses(kind: type[IPv4Address | IPv6Address], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


def same_site(url: str) -> Key:
    """What two faultless addresses share when they lead to one place; http and https do."""
    parts = urlsplit(url)
    port = None if parts.port == _DEFAULT_PORTS[parts.scheme] else parts.port
    return parts.hostname or "", port, parts.path or "/", parts.query
