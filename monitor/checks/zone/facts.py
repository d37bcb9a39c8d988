"""The facts of a look at a zone: what its parent says, what each of its name servers says, what its signatures say."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.net.dns_said import Word
from monitor.net.dnssec import Security


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What one name server said at one of its addresses when asked for the zone's SOA."""

    server: str
    address: str = ""
    """Empty when it has none, or none that could be found."""
    word: Word
    words: str = ""
    serial: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegated:
    """A zone as its parent and its servers show it."""

    zone: str
    parent: str
    exists: bool = True
    """By the parent's own word; when False there is nothing else to see."""
    words: str = ""
    """How the parent put it."""
    delegated: tuple[str, ...] = ()
    """The servers' names at the parent, sorted."""
    listed: tuple[str, ...] | None = None
    """The servers' names in the zone itself; None when nobody said."""
    shared: bool = False
    """The parent's servers serve the zone as well, so that `delegated` is the zone's own list."""
    voices: tuple[Voice, ...] = ()
    security: Security = Security.UNKNOWN
    security_words: str = ""
    bogus: tuple[str, ...] = ()
    """Servers whose signatures do not hold."""
    wildcard: tuple[str, ...] | None = None
    """What a name that nobody has made up before leads to; None when that is not known."""

    def of(self, server: str) -> tuple[Voice, ...]:
        """The voices of *server*."""
        return tuple(voice for voice in self.voices if voice.server == server)

    @property
    def servers(self) -> tuple[str, ...]:
        """Every server asked, each once."""
        return tuple(dict.fromkeys(voice.server for voice in self.voices))
