"""One look at a mail domain: every question at the same time, but mail servers one after the other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from monitor import settings
from monitor.checks.base import Context
from monitor.checks.mail.facts import Mail, Trouble
from monitor.checks.mail.looks import exchangers, mta_sts, policies, spf
from monitor.checks.mail.looks.asking import Asker
from monitor.checks.mail.manners import Manners
from monitor.errors import Unreachable
from monitor.model import Target

MARGIN = 5.0
"""Seconds before the check's time-out at which no new conversation begins."""


@dataclass(frozen=True, slots=True)
class Observer:
    """Looks at mail domains; remembers how it stands with their servers."""

    settings: settings.Mail
    manners: Manners

    async def __call__(self, target: Target, ctx: Context) -> Mail:
        """What was seen of *target*'s mail. Raises `Unreachable` when nobody answered a single question."""
        deadline = asyncio.get_running_loop().time() + self.settings.timeout.total_seconds() - MARGIN
        facts = await self._look(target.host, Asker(ctx, deadline))
        answers = (facts.exchangers, facts.spf, facts.dmarc, facts.mta_sts.texts, facts.tls_rpt)
        troubles = [each for each in answers if isinstance(each, Trouble)]
        if len(troubles) == len(answers):
            raise Unreachable(f"{troubles[0].kind} {troubles[0].text}".rstrip())
        return facts

    async def _look(self, domain: str, asker: Asker) -> Mail:
        caller = exchangers.Caller(asker=asker, manners=self.manners, helo=self.settings.helo, port=self.settings.port)
        selectors = self.settings.dkim_selectors.get(domain, ())
        async with asyncio.TaskGroup() as group:
            asked_mx = group.create_task(caller.exchangers(domain))
            asked_spf = group.create_task(spf.spf(asker, domain))
            asked_dmarc = group.create_task(policies.dmarc(asker, domain))
            asked_dkim = group.create_task(policies.dkim(asker, domain, selectors))
            asked_sts = group.create_task(mta_sts.mta_sts(asker, domain))
            asked_rpt = group.create_task(policies.tls_rpt(asker, domain))
        facts = Mail(
            domain=domain,
            exchangers=asked_mx.result(),
            spf=asked_spf.result(),
            dmarc=asked_dmarc.result(),
            dkim=asked_dkim.result(),
            mta_sts=asked_sts.result(),
            tls_rpt=asked_rpt.result(),
        )
        return replace(facts, outgoing=self.manners.outgoing())
