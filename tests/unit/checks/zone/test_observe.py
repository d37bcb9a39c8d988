"""A look at a zone whose servers nobody could ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest

from monitor.checks.base import Context
from monitor.checks.zone import zone
from monitor.errors import Unreachable
from monitor.net.delegation import Delegation, NameServer
from monitor.net.dns_said import Said, Word
from monitor.settings import Zone
from tests.unit.checks.zone.speaking import DOMAIN, ONE, TARGET, TWO

LOST = NameServer(name=ONE, words="SERVFAIL", unknown=True)
ELSEWHERE = NameServer(name=TWO, addresses=("2001:db8::1",))


class _Authority:
    """A parent that answers, above servers that we have no way to."""

    def __init__(self, *servers: NameServer) -> None:
        self._servers = servers

    async def delegation(self, zone: str, **_how: Any) -> Delegation:
        names = tuple(server.name for server in self._servers)
        return Delegation(zone=zone, parent="desa.id", servers=self._servers, names=names)

    async def servers(self, *_names: Any, **_how: Any) -> tuple[NameServer, ...]:
        return ()

    async def ask(self, server: str, address: str, *_what: Any, **_how: Any) -> Said:
        return Said(server=server, address=address, word=Word.UNKNOWN, words="tidak ada rute")


class _Net:
    validator = None

    def __init__(self, *servers: NameServer) -> None:
        self.authority = _Authority(*servers)


@pytest.mark.parametrize(
    ("servers", "words"),
    [
        pytest.param((LOST,), "SERVFAIL", id="names that cannot be looked up"),
        pytest.param((ELSEWHERE,), "tidak ada rute", id="addresses out of our reach"),
        pytest.param((LOST, ELSEWHERE), "SERVFAIL; tidak ada rute", id="both"),
    ],
)
async def test_a_zone_that_nobody_could_ask_is_not_observed(servers: tuple[NameServer, ...], words: str) -> None:
    context = Context(cast("Any", _Net(*servers)))
    with pytest.raises(Unreachable, match=f"tidak satu pun server nama {DOMAIN} dapat ditanya: {words}"):
        await zone(Zone(timeout=timedelta(seconds=2))).observe(TARGET, context)
