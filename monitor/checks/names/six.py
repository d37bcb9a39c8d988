"""Does IPv6 work from here at all? Without proof of that, a site that cannot be reached over it is not to blame."""

from __future__ import annotations

import asyncio

from monitor.net.authority import Authority

LATELY = 3600.0
"""For how long a connection over IPv6, or an answer, proves that our network has it."""


class Proof:
    """When anybody was last reached over IPv6: by this check, or by the questions to name servers."""

    def __init__(self) -> None:
        """Know of nobody yet."""
        self._at: float | None = None

    def note(self) -> None:
        """Somebody was reached just now."""
        self._at = asyncio.get_running_loop().time()

    def holds(self, authority: Authority) -> bool:
        """Whether that is lately enough."""
        known = [at for at in (self._at, authority.six_heard) if at is not None]
        return bool(known) and asyncio.get_running_loop().time() - max(known) < LATELY
