"""One look-up: the name servers in turn, aliases to their end, on one deadline."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from monitor.net.dns_answer import Answer, Question
from monitor.net.dns_servers import Server
from monitor.net.dns_wire import SILENT, NoAnswer, ask
from monitor.net.facts import Failure, FailureKind, Phase

ROUNDS = 2
"""Times a silent name server is asked: datagrams get lost."""
MOST_ALIASES = 8
"""Messages with nothing but aliases that are followed."""
NOBODY = "tidak ada server nama: isi dns.nameservers atau /etc/resolv.conf"

_TELLING = (
    FailureKind.SERVFAIL,
    FailureKind.MALFORMED,
    FailureKind.DNS_REFUSED,
    FailureKind.TIMEOUT,
    FailureKind.NO_ROUTE,
    FailureKind.BUSY,
)
"""Of what several servers said, the first of these counts: words on the name, then silence, then our own trouble."""


class Lookup:
    """The asking of one question, which can tell at any time what was said so far."""

    def __init__(self, question: Question, servers: Sequence[Server], until: float) -> None:
        """Ask *question* of *servers* until loop time *until*."""
        self.until = until
        self._question = question
        self._servers = servers
        self._asked = question
        self._said: dict[Server, NoAnswer] = {}
        self._asking: Server | None = None

    async def run(self) -> Answer | Failure:
        """The answer at the end of the aliases, or why there is none."""
        try:
            answer = await self._ask()
            for _ in range(MOST_ALIASES):
                if answer.complete:
                    return answer
                self._asked = replace(self._question, name=answer.canonical)
                answer = (await self._ask()).after(answer)
        except NoAnswer:
            return self.failure()
        return Failure(Phase.DNS, FailureKind.MALFORMED, f"{answer.server}: rantai CNAME tanpa ujung")

    def failure(self) -> Failure:
        """Why there is no answer, by what the servers have said so far."""
        if not self._servers:
            return Failure(Phase.DNS, FailureKind.TIMEOUT, NOBODY)
        said = {server.name: no.words for server, no in self._said.items()}
        if self._asking is not None:
            said.setdefault(self._asking.name, SILENT)
        words = "; ".join(f"{name}: {what}" for name, what in said.items())
        kinds = {no.kind for no in self._said.values()}
        kind = next((kind for kind in _TELLING if kind in kinds), FailureKind.TIMEOUT)
        prefix = "" if self._asked is self._question else f"{self._asked.name} (tujuan CNAME): "
        return Failure(Phase.DNS, kind, prefix + words)

    async def _ask(self) -> Answer:
        """The first answer of a server; the silent ones are asked again while there is time. Raises `NoAnswer`."""
        self._said.clear()
        turns = deque([*self._servers] * ROUNDS)
        while turns:
            server = turns.popleft()
            try:
                return await self._try(server, len(turns) + 1)
            except NoAnswer as no:
                self._said[server] = no
                if not no.silent:
                    turns = deque(other for other in turns if other is not server)
        raise NoAnswer(FailureKind.TIMEOUT, NOBODY)

    async def _try(self, server: Server, turns: int) -> Answer:
        """What *server* answers within its share of the time left for *turns*."""
        self._asking = server
        now = asyncio.get_running_loop().time()
        return await ask(server, self._asked, now + max(0.0, self.until - now) / turns)
