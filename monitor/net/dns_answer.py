"""Questions and answers of the DNS as plain values, and the way from a message to an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
import idna

Rdata: TypeAlias = dns.rdata.Rdata

# Letters, digits, hyphen (RFC 1123 §2.1), and the underscore that service names need (RFC 8552).
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
# A name that ends in a number is a mistyped address: no top-level domain is all digits (RFC 3696 §2).
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a name in A-labels, lower case, without the final dot, and a record type."""

    name: str
    rdtype: dns.rdatatype.RdataType


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the name servers say of one name and type: records, none of that type, or no such name."""

    name: str
    rdtype: str
    exists: bool
    """False on NXDOMAIN: of `name`, or of the name its aliases lead to."""
    records: tuple[Rdata, ...] = ()
    """dnspython's immutable values, in the order received; empty when there are none (NODATA)."""
    aliases: tuple[str, ...] = ()
    """The names that CNAMEs lead to, in order."""
    complete: bool = True
    """False when the end of its aliases has yet to be asked; never so outside the look-up."""
    authenticated: bool = False
    """The name servers say that DNSSEC vouches for it (AD, RFC 4035 §3.2.3): worth as much as the way to them."""
    ttl: int = 0
    """Seconds it may be remembered; 0 for a negative answer without an SOA (RFC 2308 §5)."""
    server: str = ""
    """The name server that said so, as `192.0.2.1:53`."""
    size: int = field(default=0, compare=False)
    """Bytes of the message it came in."""

    @property
    def canonical(self) -> str:
        """The name at the end of the aliases: the one that exists or not."""
        return self.aliases[-1] if self.aliases else self.name

    @property
    def texts(self) -> tuple[str, ...]:
        """The records as presentation text (RFC 1035 §5.1): an address is just itself."""
        return tuple(record.to_text() for record in self.records)

    def after(self, before: Answer) -> Answer:
        """This answer, reached through the aliases of *before*."""
        aliases = (*before.aliases, *self.aliases)
        return replace(
            self,
            name=before.name,
            aliases=aliases,
            authenticated=self.authenticated and before.authenticated,
            ttl=min(self.ttl, before.ttl),
            size=self.size + before.size,
        )


class NotAnAnswer(Exception):
    """A well-formed message that leaves the question open; the text says how."""


def question(host: str, rdtype: str) -> Question:
    """
    The question after *host* (A- or U-labels, any case, a final dot allowed).

    Raises `ValueError` when it cannot be a name of the DNS.
    """
    name = host.removesuffix(".")
    name = name.lower() if name.isascii() else _a_labels(name)
    if _NAME.fullmatch(name) is None or _NUMBER.fullmatch(name):
        raise ValueError(f"{host[:260]!r} bukan nama DNS")
    return Question(name, dns.rdatatype.from_text(rdtype))


def _a_labels(name: str) -> str:
    try:
        return idna.encode(name, uts46=True).decode("ascii").removesuffix(".")
    except idna.IDNAError as error:
        raise ValueError(f"{name[:260]!r} bukan nama DNS ({error})") from error


def read(message: dns.message.Message, question: Question, server: str, size: int) -> Answer:
    """
    What *message* (NOERROR or NXDOMAIN) says; not `complete` when it ends in a CNAME whose target has yet to be asked.

    Raises `NotAnAnswer` on a referral, an endless chain of aliases, or a contradiction.
    """
    chain = _chain(message)
    exists = message.rcode() != dns.rcode.NXDOMAIN
    said = {rrset.rdtype for rrset in message.authority}
    told = chain.answer is not None or not exists or dns.rdatatype.SOA in said
    if not told and not chain.cnames and dns.rdatatype.NS in said:
        raise NotAnAnswer("merujuk ke server lain tanpa menjawab")
    return Answer(
        name=question.name,
        rdtype=question.rdtype.name,
        exists=exists,
        records=tuple(chain.answer or ()),
        aliases=tuple(_text(rrset[0].target) for rrset in chain.cnames),
        complete=told or not chain.cnames,
        authenticated=bool(message.flags & dns.flags.AD),
        ttl=chain.minimum_ttl if chain.answer is not None or dns.rdatatype.SOA in said else 0,
        server=server,
        size=size,
    )


def _chain(message: dns.message.Message) -> dns.message.ChainingResult:
    if not isinstance(message, dns.message.QueryMessage):
        raise NotAnAnswer("bukan jawaban atas pertanyaan")
    try:
        return message.resolve_chaining()
    except dns.message.ChainTooLong as error:
        raise NotAnAnswer("rantai CNAME tanpa ujung") from error
    except dns.exception.DNSException as error:
        raise NotAnAnswer(f"jawaban yang bertentangan ({type(error).__name__})") from error


def _text(name: dns.name.Name) -> str:
    """*name* as `Question` has it; odd octets escaped (RFC 1035 §5.1)."""
    return name.to_text(omit_final_dot=True).lower()
