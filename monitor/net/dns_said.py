"""What one authoritative name server says when it is asked directly, read without believing more than it has said."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from monitor.net.dns_answer import Question

MOST_RECORDS = 64
"""Records of one answer that are kept."""


class Word(StrEnum):
    """What it amounts to; the first four are answers."""

    RECORDS = "records"
    """Records of the kind asked, or an alias, with authority (RFC 1035 §4.1.1, AA)."""
    NODATA = "nodata"
    NXDOMAIN = "nxdomain"
    """No such name, said with authority."""
    REFERRAL = "referral"
    """Others have authority for a zone further down (RFC 1034 §4.2.1)."""
    LAME = "lame"
    """It answers, and is no authority for the zone: REFUSED, no AA, a referral upwards (RFC 9499 §7)."""
    SERVFAIL = "servfail"
    SILENT = "silent"
    """Nobody answers there: a time-out, a closed port, an address that the world cannot reach."""
    UNKNOWN = "unknown"
    """Ours: no route from here, too many questions at a time, or the server's own name could not be looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What *server* said at *address*."""

    server: str
    address: str
    word: Word
    words: str = ""
    """Evidence, where the word is not an answer."""
    records: tuple[str, ...] = ()
    """Presentation texts, sorted."""
    aliases: tuple[str, ...] = ()
    """The names its CNAMEs lead to, in order."""
    cut: str = ""
    """The zone that a referral leads to."""
    message: dns.message.Message | None = field(default=None, compare=False, repr=False)
    """The whole of it, for signatures and glue."""

    @property
    def answers(self) -> bool:
        """Whether it spoke with authority."""
        return self.word in _ANSWERS


_ANSWERS = frozenset({Word.RECORDS, Word.NODATA, Word.NXDOMAIN})


def read(message: dns.message.Message, question: Question, zone: str, server: str, address: str) -> Said:
    """What *message* from *server*, asked as an authority of *zone*, says of *question*."""
    word, words = _word(message)
    cut = _cut(message, question, zone) if word in {Word.LAME, Word.NODATA} and _is_quiet(message) else ""
    if cut:
        return Said(server=server, address=address, word=Word.REFERRAL, cut=cut, message=message)
    records, aliases = _answer(message) if word in _ANSWERS else ((), ())
    if word is Word.NODATA and (records or aliases):
        word = Word.RECORDS
    return Said(
        server=server, address=address, word=word, words=words, records=records, aliases=aliases, message=message
    )


def _word(message: dns.message.Message) -> tuple[Word, str]:
    rcode = message.rcode()
    has_authority = bool(message.flags & dns.flags.AA)
    if rcode == dns.rcode.SERVFAIL:
        return Word.SERVFAIL, "SERVFAIL"
    if rcode not in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
        return Word.LAME, dns.rcode.to_text(rcode)
    if not has_authority:
        return Word.LAME, "menjawab tanpa wewenang"
    return (Word.NXDOMAIN if rcode == dns.rcode.NXDOMAIN else Word.NODATA), ""


def _is_quiet(message: dns.message.Message) -> bool:
    """Whether nothing but a referral can be meant: no error, no answer, no SOA (RFC 2308 §2.2)."""
    said = {rrset.rdtype for rrset in message.authority}
    return message.rcode() == dns.rcode.NOERROR and not message.answer and dns.rdatatype.SOA not in said


def _cut(message: dns.message.Message, question: Question, zone: str) -> str:
    """The zone below *zone* and at or above the name asked that *message* refers to; empty when there is none."""
    asked, above = dns.name.from_text(question.name), dns.name.from_text(zone)
    for rrset in message.authority:
        below = rrset.name != above and rrset.name.is_subdomain(above)
        if rrset.rdtype == dns.rdatatype.NS and below and asked.is_subdomain(rrset.name):
            return text(rrset.name)
    return ""


def _answer(message: dns.message.Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not isinstance(message, dns.message.QueryMessage):
        return (), ()
    try:
        chain = message.resolve_chaining()
    except dns.exception.DNSException:
        return (), ()
    aliases = tuple(text(rrset[0].target) for rrset in chain.cnames)
    records = sorted(record.to_text() for record in chain.answer or ())
    return tuple(records[:MOST_RECORDS]), aliases


def listed(message: dns.message.Message, zone: str) -> tuple[str, ...]:
    """The name servers that *message* lists for *zone*, wherever in it they stand; sorted."""
    owner = dns.name.from_text(zone)
    found = {
        text(record.target)
        for rrset in (*message.answer, *message.authority)
        if rrset.rdtype == dns.rdatatype.NS and rrset.name == owner
        for record in rrset
    }
    return tuple(sorted(found))


def glue(message: dns.message.Message, server: str) -> tuple[str, ...]:
    """The addresses that *message* adds for *server* (RFC 9471), IPv4 first."""
    owner = dns.name.from_text(server)
    kinds = (dns.rdatatype.A, dns.rdatatype.AAAA)
    return tuple(
        record.address
        for kind in kinds
        for rrset in message.additional
        if rrset.rdtype == kind and rrset.name == owner
        for record in rrset
    )


def text(name: dns.name.Name) -> str:
    """*name* without the final dot, lower case; the root is empty."""
    return name.to_text(omit_final_dot=True).lower() if name != dns.name.root else ""
