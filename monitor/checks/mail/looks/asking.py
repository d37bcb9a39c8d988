"""Asking the name servers on one deadline, with trouble as an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.checks.base import Context
from monitor.checks.mail.facts import Trouble
from monitor.net import records
from monitor.net.dns import Answer
from monitor.net.facts import ExchangeFailed


@dataclass(frozen=True, slots=True)
class Asker:
    """Questions of one run."""

    ctx: Context
    deadline: float
    """Loop time."""

    async def ask(self, name: str, rdtype: str) -> Answer | Trouble:
        """What the name servers say, or why nobody says anything."""
        try:
            return await self.ctx.net.resolver.query(name, rdtype, deadline=self.deadline, fresh=self.ctx.fresh)
        except ExchangeFailed as failed:
            return Trouble.of(failed)

    async def addresses(self, host: str) -> tuple[str, ...] | Trouble:
        """The IPv4 and IPv6 addresses of *host*, each in order of value; trouble when there may be unknown ones."""
        four, six = await self.ask(host, "A"), await self.ask(host, "AAAA")
        known = [address for each in (four, six) if isinstance(each, Answer) for address in sorted(each.texts)]
        trouble = next((each for each in (four, six) if isinstance(each, Trouble)), None)
        return trouble if trouble is not None and not known else tuple(known)

    async def versioned(self, name: str, version: str) -> tuple[str, ...] | Trouble:
        """The text records of *name* that begin with the tag *version*, e.g. `v=DMARC1`."""
        answer = await self.ask(name, "TXT")
        return answer if isinstance(answer, Trouble) else of_version(records.texts(answer), version)


def of_version(texts: tuple[str, ...], version: str) -> tuple[str, ...]:
    """Those of *texts* that begin with the tag *version*, and not with a longer one; in order of value."""
    tag, _, value = version.partition("=")
    begins = re.compile(rf"\s*{tag}\s*=\s*{value}(?![A-Za-z0-9])", re.IGNORECASE)
    return tuple(sorted(text for text in texts if begins.match(text)))
