"""How what was learnt in several ways is put together, and where CAA is looked for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from monitor.checks.tls.observe import _merged, _staple, _way
from monitor.net.facts import TlsSession
from monitor.net.handshake import Handshake
from monitor.net.server_hello import Kind, Reply
from monitor.net.tls_facts import Seen, Version
from tests.unit.checks.tls.looking import MODERN, offered


def shaken(version: str) -> Handshake:
    return Handshake(address="203.0.113.9", session=TlsSession(version=version, cipher="X", chain=()))


@pytest.mark.parametrize(
    ("accepted", "unknown", "agreed", "known"),
    [
        pytest.param((), (), "TLSv1.2", Seen.YES, id="refused by hand, agreed to in earnest"),
        pytest.param((), (Version.TLS12,), "TLSv1.2", Seen.YES, id="unknown by hand"),
        pytest.param(MODERN, (), "TLSv1.2", Seen.YES, id="accepted both ways"),
        pytest.param((), (), "TLSv1.3", Seen.NO, id="another was agreed to"),
        pytest.param((), (), "QUIC", Seen.NO, id="a version nobody knows"),
    ],
)
def test_what_came_to_a_handshake_is_accepted(
    accepted: tuple[Version, ...], unknown: tuple[Version, ...], agreed: str, known: Seen
) -> None:
    merged = _merged(offered(accepted=accepted, unknown=unknown), shaken(agreed))

    assert merged.version(Version.TLS12) is known


def test_without_a_handshake_the_offers_stand() -> None:
    before = offered()

    assert _merged(before, Handshake(address="203.0.113.9")) is before


@pytest.mark.parametrize(
    ("flight", "seen"),
    [
        pytest.param(None, Seen.UNKNOWN, id="no flight in the clear"),
        pytest.param(Reply(kind=Kind.HELLO, chain=(b"leaf",)), Seen.UNKNOWN, id="broken off"),
        pytest.param(Reply(kind=Kind.HELLO, done=True), Seen.UNKNOWN, id="without a certificate"),
        pytest.param(Reply(kind=Kind.HELLO, chain=(b"leaf",), done=True), Seen.NO, id="whole, and nothing stapled"),
    ],
)
def test_that_nothing_is_stapled_takes_a_whole_flight(flight: Reply | None, seen: Seen) -> None:
    scan: Any = SimpleNamespace(flight=flight)
    inquiry: Any = None

    assert _staple(scan, shaken("TLSv1.2"), inquiry).seen is seen


@pytest.mark.parametrize(
    ("host", "names"),
    [
        pytest.param("onje.desa.id", ("onje.desa.id",), id="registrable"),
        pytest.param("a.b.onje.desa.id", ("a.b.onje.desa.id", "b.onje.desa.id", "onje.desa.id"), id="below"),
        pytest.param("desa.id", (), id="public suffix"),
        pytest.param("203.0.113.9", (), id="address"),
    ],
)
def test_the_climb_ends_at_the_registrable_domain(host: str, names: tuple[str, ...]) -> None:
    assert _way(host, ()).names == names


def test_the_longest_climb_is_cut_at_the_bottom() -> None:
    names = _way(".".join(["a"] * 40 + ["onje.desa.id"]), ()).names

    assert (len(names), names[-1]) == (8, "onje.desa.id")
