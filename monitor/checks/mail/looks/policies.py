"""What a domain says in text records of how its mail is to be treated: DMARC, DKIM, TLS-RPT."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.checks.mail.facts import Dmarc, ReportAddress, Selector, Trouble
from monitor.checks.mail.looks.asking import Asker
from monitor.net import records
from monitor.standards import dmarc as grammar

MOST_REPORTS = 4
"""Recipients whose word is asked for."""
MOST_SELECTORS = 16


async def dmarc(asker: Asker, domain: str) -> Dmarc | Trouble:
    """The DMARC records of *domain*, and whether strangers want the reports it sends them."""
    texts = await asker.versioned(f"_dmarc.{domain}", "v=DMARC1")
    if isinstance(texts, Trouble):
        return texts
    published = grammar.records(texts)
    value = grammar.parse(published[0]).value if len(published) == 1 else None
    strangers = grammar.outside(value, domain) if value is not None else ()
    reports = [await _report(asker, domain, name) for name in strangers[:MOST_REPORTS]]
    return Dmarc(texts=texts, reports=tuple(reports))


async def _report(asker: Asker, domain: str, recipient: str) -> ReportAddress:
    """Whether *recipient* says that it wants reports on *domain* (RFC 7489 §7.1)."""
    texts = await asker.versioned(grammar.authorisation(domain, recipient), "v=DMARC1")
    return ReportAddress(domain=recipient, authorised=texts if isinstance(texts, Trouble) else bool(texts))


async def dkim(asker: Asker, domain: str, selectors: Sequence[str]) -> tuple[Selector, ...]:
    """The keys of those *selectors* that the settings name; others cannot be discovered (RFC 6376 §3.1)."""
    return tuple([await _selector(asker, domain, name) for name in selectors[:MOST_SELECTORS]])


async def _selector(asker: Asker, domain: str, name: str) -> Selector:
    answer = await asker.ask(f"{name}._domainkey.{domain}", "TXT")
    return Selector(name=name, texts=answer if isinstance(answer, Trouble) else tuple(sorted(records.texts(answer))))


async def tls_rpt(asker: Asker, domain: str) -> tuple[str, ...] | Trouble:
    """The TLS-RPT records of *domain* (RFC 8460 §3)."""
    return await asker.versioned(f"_smtp._tls.{domain}", "v=TLSRPTv1")
