"""Does a zone answer for names that nobody has made? Asked rarely, and remembered."""

from __future__ import annotations

import asyncio
import secrets

from monitor.net.authority import Authority
from monitor.net.dns_said import Said, Word

EVERY = 6 * 3600.0
"""Seconds between two such questions about one zone."""
_MOST = 4096


class Wildcards:
    """What a made-up name under each zone led to when it was last asked for."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[str, tuple[float, tuple[str, ...]]] = {}

    async def of(self, zone: str, authority: Authority, server: Said, *, deadline: float) -> tuple[str, ...] | None:
        """Where made-up names under *zone* lead; empty: nowhere. None when *server*, one that answers, did not say."""
        now = asyncio.get_running_loop().time()
        known = self._known.get(zone)
        if known is not None and now < known[0]:
            return known[1]
        name = f"{secrets.token_hex(8)}.{zone}"
        said = await authority.ask(server.server, server.address, name, "A", zone=zone, deadline=deadline)
        if not said.answers:
            return None
        found = (said.records or said.aliases[-1:]) if said.word is Word.RECORDS else ()
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[zone] = now + EVERY, found
        return found
