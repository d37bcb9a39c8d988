"""The facts of a look at a site's name: by each authoritative server, by our resolver, and by what it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.net.dns_said import Word


class Six(StrEnum):
    """Whether the site can be reached over IPv6."""

    ABSENT = "absent"
    """There is no AAAA."""
    REACHED = "reached"
    UNREACHED = "unreached"
    """Nobody accepts a connection there, while somebody does over IPv4."""
    UNKNOWN = "unknown"
    """This machine has no IPv6 that was seen to work, or IPv4 does not work either."""


class Claim(StrEnum):
    """Whether a service that a name leads to still knows it."""

    NONE = "none"
    """The name leads to no service that hands names out, or to one that knows it."""
    NXDOMAIN = "nxdomain"
    BODY = "body"
    """The service's own page says that nobody has it."""
    UNKNOWN = "unknown"
    """The page could not be fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What one authoritative server says of the name."""

    server: str
    address: str = ""
    word: Word
    words: str = ""
    addresses: tuple[str, ...] = ()
    """A and AAAA, sorted."""
    aliases: tuple[str, ...] = ()

    @property
    def answers(self) -> bool:
        """Whether it spoke with authority."""
        return self.word in {Word.RECORDS, Word.NODATA, Word.NXDOMAIN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What our resolver says of the name: what its visitors get."""

    failure: str = ""
    """The kind of failure; empty when there was an answer."""
    words: str = ""
    ours: bool = False
    """Whether the failure says nothing about the name."""
    exists: bool = False
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """A site's name as the DNS has it. Kept as evidence: a changed address shows here."""

    host: str
    zone: str
    voices: tuple[Voice, ...] = ()
    resolved: Resolved
    addresses: tuple[str, ...] = ()
    """Of all voices and of the resolver, sorted."""
    private: tuple[str, ...] = ()
    """Those of the voices that the public cannot reach, each with the reason."""
    six: Six = Six.UNKNOWN
    six_words: str = ""
    service: str = ""
    """The service that its aliases lead to, of those that hand names out."""
    claim: Claim = Claim.NONE

    @property
    def heard(self) -> tuple[Voice, ...]:
        """The voices that spoke with authority."""
        return tuple(voice for voice in self.voices if voice.answers)

    @property
    def published(self) -> tuple[str, ...]:
        """What the public gets, sorted: by the voices, or by our resolver where they only lead elsewhere."""
        said = {address for voice in self.heard for address in voice.addresses}
        leads_away = any(voice.aliases for voice in self.heard) and not said
        return self.resolved.addresses if leads_away else tuple(sorted(said))

    @property
    def aliases(self) -> tuple[str, ...]:
        """Where the name leads, by the resolver or else by the first voice that says so."""
        return self.resolved.aliases or next((voice.aliases for voice in self.heard if voice.aliases), ())
