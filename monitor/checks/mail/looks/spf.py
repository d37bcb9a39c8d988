"""The SPF record, and everything it leads to."""

from __future__ import annotations

from monitor.checks.mail.facts import Spf, Trouble
from monitor.checks.mail.looks.asking import Asker
from monitor.net.spf_lookup import SpfLookup
from monitor.standards import spf as grammar
from monitor.standards.spf_survey import survey


async def spf(asker: Asker, domain: str) -> Spf | Trouble:
    """The SPF records of *domain*; surveyed when there is just one (RFC 7208 §4.5)."""
    texts = await asker.versioned(domain, "v=spf1")
    if isinstance(texts, Trouble):
        return texts
    texts = grammar.records(texts)
    if len(texts) != 1:
        return Spf(texts=texts)
    return Spf(texts=texts, survey=await survey(domain, SpfLookup(asker.ctx.net.resolver, asker.deadline)))
