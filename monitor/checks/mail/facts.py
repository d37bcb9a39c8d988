"""The facts of a mail domain: each question has its answer, or the trouble in asking it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from monitor.net.dane import Tlsa
from monitor.net.facts import ExchangeFailed, Failure, FailureKind
from monitor.net.smtp import SmtpSession
from monitor.standards.spf import Survey


@dataclass(frozen=True, slots=True)
class Trouble:
    """A question that nobody could answer: neither "it is there" nor "it is not there"."""

    kind: str
    """A `FailureKind`, or one of `WAITING` and `SKIPPED`."""
    text: str = ""

    @classmethod
    def of(cls, failed: ExchangeFailed | Failure) -> Trouble:
        """The trouble that *failed* tells of."""
        failure = failed.failure if isinstance(failed, ExchangeFailed) else failed
        return cls(failure.kind.value, failure.detail)


WAITING = "waiting"
"""The server asked for patience before; it is left alone for a while."""
SKIPPED = "skipped"
"""There was no time left."""


class Outgoing(StrEnum):
    """Whether our own network lets us out to port 25; many do not."""

    OPEN = "open"
    """Some server has greeted us lately."""
    BLOCKED = "blocked"
    """Servers of several providers, and all of them, were silent."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse:
    """The names that an address says it has, and whether one of them leads back to it."""

    address: str
    names: tuple[str, ...] = ()
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsaSet:
    """The TLSA records of a mail server, and whether they count."""

    records: tuple[Tlsa, ...] = ()
    authenticated: bool = False
    """The resolver validated them and the server's addresses (RFC 7672 §2.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanger:
    """A host named by MX records."""

    host: str
    preference: int
    """The best, where it is listed more than once."""
    addresses: tuple[str, ...] | Trouble = ()
    alias: str = ""
    """The name that a CNAME leads to; empty when it is none."""
    reverse: Reverse | Trouble | None = None
    """Of the first address; None when there is none."""
    session: SmtpSession | Trouble | None = None
    """None when there is no address to go to."""
    tlsa: TlsaSet | Trouble = TlsaSet()

    @property
    def is_invalid(self) -> bool:
        """Whether its name is none that a host can have, so that nobody can ask for its addresses."""
        return isinstance(self.addresses, Trouble) and self.addresses.kind == FailureKind.BAD_URL

    @property
    def is_unknown(self) -> bool:
        """Whether nobody could say which addresses it has."""
        return isinstance(self.addresses, Trouble) and not self.is_invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchangers:
    """Where mail for the domain goes."""

    records: tuple[tuple[int, str], ...] = ()
    """(preference, host) as published, the preferred first; an empty host is `.` (RFC 7505)."""
    exists: bool = True
    """False when the domain itself does not."""
    implicit: tuple[str, ...] | Trouble = ()
    """The domain's own addresses, which stand in where there is no MX (RFC 5321 §5.1); asked for only then."""
    hosts: tuple[Exchanger, ...] = ()
    """Each host once, the preferred first; not all when there are many."""
    left_out: int = 0
    """Hosts not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spf:
    """The domain's SPF records and what evaluating the one would take."""

    texts: tuple[str, ...] = ()
    survey: Survey | None = None
    """None unless there is exactly one record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAddress:
    """Where DMARC reports are to go outside the domain."""

    domain: str
    """Of the recipient."""
    authorised: bool | Trouble
    """Whether it says that it wants them (RFC 7489 §7.1, RFC 9990 §4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dmarc:
    """The DMARC records of the domain."""

    texts: tuple[str, ...] = ()
    reports: tuple[ReportAddress, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """One DKIM selector that the settings say is in use."""

    name: str
    texts: tuple[str, ...] | Trouble = ()


class PolicyFault(StrEnum):
    """Why there is no MTA-STS policy although somebody answered, or why there is none at all."""

    NONE = ""
    ABSENT = "absent"
    """No such host, or no such file."""
    CERTIFICATE = "certificate"
    REDIRECT = "redirect"
    STATUS = "status"
    TYPE = "type"
    SIZE = "size"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile:
    """What was found at the well-known place of the MTA-STS policy (RFC 8461 §3.3)."""

    text: str = ""
    fault: PolicyFault = PolicyFault.NONE
    detail: str = ""
    """E.g. the status, or why the certificate did not verify."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MtaSts:
    """The MTA-STS records, and the policy."""

    texts: tuple[str, ...] | Trouble = ()
    policy: PolicyFile | Trouble = PolicyFile(fault=PolicyFault.ABSENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Everything that was seen of one mail domain."""

    domain: str
    exchangers: Exchangers | Trouble
    outgoing: Outgoing = Outgoing.UNKNOWN
    spf: Spf | Trouble
    dmarc: Dmarc | Trouble
    dkim: tuple[Selector, ...] = ()
    mta_sts: MtaSts
    tls_rpt: tuple[str, ...] | Trouble
    """The TLS-RPT records (RFC 8460)."""

    @property
    def hosts(self) -> tuple[Exchanger, ...]:
        """The hosts that were looked at; none when nobody could say which they are."""
        return () if isinstance(self.exchangers, Trouble) else self.exchangers.hosts


def is_address(host: str) -> bool:
    """Whether an MX record names an address, which it may not (RFC 5321 §5.1)."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
