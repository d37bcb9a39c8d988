"""What servers send, byte by byte, for tests of what reads it."""

from __future__ import annotations

from collections.abc import Iterable

RETRY = bytes.fromhex("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C")


def record(kind: int, payload: bytes, version: int = 0x0303) -> bytes:
    return bytes((kind,)) + version.to_bytes(2) + len(payload).to_bytes(2) + payload


def message(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + len(body).to_bytes(3) + body


def alert(description: int, level: int = 2) -> bytes:
    return record(21, bytes((level, description)))


def hello(
    suite: int,
    version: int = 0x0303,
    extensions: Iterable[tuple[int, bytes]] | None = (),
    random: bytes = bytes(32),
) -> bytes:
    """A ServerHello message; *extensions* None leaves even their length out, as SSL 3.0 does."""
    body = version.to_bytes(2) + random + b"\0" + suite.to_bytes(2) + b"\0"
    if extensions is not None:
        written = b"".join(kind.to_bytes(2) + len(data).to_bytes(2) + data for kind, data in extensions)
        body += len(written).to_bytes(2) + written
    return message(2, body)


def hello_1_3(suite: int = 0x1301, random: bytes = bytes(32)) -> bytes:
    return hello(suite, extensions=[(43, b"\x03\x04")], random=random)


def certificates(*ders: bytes) -> bytes:
    written = b"".join(len(der).to_bytes(3) + der for der in ders)
    return message(11, len(written).to_bytes(3) + written)


def status(response: bytes) -> bytes:
    return message(22, b"\1" + len(response).to_bytes(3) + response)


def elliptic(curve: int) -> bytes:
    return message(12, b"\3" + curve.to_bytes(2) + b"\x20" + bytes(32) + bytes(8))


def finite(bits: int) -> bytes:
    prime = (1 << (bits - 1)).to_bytes((bits + 7) // 8)
    return message(12, len(prime).to_bytes(2) + prime + b"\0\1\2" + b"\0\1\4" + bytes(8))


DONE = message(14, b"")


def scts(*entries: bytes) -> bytes:
    written = b"".join(len(entry).to_bytes(2) + entry for entry in entries)
    return len(written).to_bytes(2) + written


def offered_suites(hello: bytes) -> tuple[int, list[int], dict[int, bytes]]:
    """Version, suites and extensions of a ClientHello's record; strict, so that a wrong length fails."""
    assert hello[0] == 22
    assert int.from_bytes(hello[3:5]) == len(hello) - 5
    assert hello[5] == 1
    assert int.from_bytes(hello[6:9]) == len(hello) - 9
    body = hello[9:]
    version, at = int.from_bytes(body[:2]), 34
    at += 1 + body[at]
    length = int.from_bytes(body[at : at + 2])
    suites = [int.from_bytes(body[at + 2 + 2 * n : at + 4 + 2 * n]) for n in range(length // 2)]
    at += 2 + length
    at += 1 + body[at]
    extensions: dict[int, bytes] = {}
    if at < len(body):
        assert int.from_bytes(body[at : at + 2]) == len(body) - at - 2
        at += 2
    while at < len(body):
        kind, length = int.from_bytes(body[at : at + 2]), int.from_bytes(body[at + 2 : at + 4])
        assert kind not in extensions
        extensions[kind] = body[at + 4 : at + 4 + length]
        at += 4 + length
    assert at == len(body)
    return version, suites, extensions
