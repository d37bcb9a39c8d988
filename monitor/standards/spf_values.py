"""What an SPF record (RFC 7208) says, and what evaluating it can take; plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

VERSION = "v=spf1"
LOOKUPS = 10
"""Terms that cause DNS look-ups, in one evaluation (RFC 7208 §4.6.4)."""
VOIDS = 2
"""Look-ups without an answer, in one evaluation (RFC 7208 §4.6.4)."""


class Qualifier(StrEnum):
    """What a match means (RFC 7208 §4.6.2)."""

    PASS = "+"  # noqa: S105 – a sign
    FAIL = "-"
    SOFTFAIL = "~"
    NEUTRAL = "?"


class Kind(StrEnum):
    """The mechanisms (RFC 7208 §5)."""

    ALL = "all"
    INCLUDE = "include"
    A = "a"
    MX = "mx"
    PTR = "ptr"
    IP4 = "ip4"
    IP6 = "ip6"
    EXISTS = "exists"


ASKING = frozenset({Kind.INCLUDE, Kind.A, Kind.MX, Kind.PTR, Kind.EXISTS})
"""Mechanisms that count against `LOOKUPS`; so does `redirect`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """One directive: a mechanism and what its match means."""

    kind: Kind
    qualifier: Qualifier = Qualifier.PASS
    domain: str = ""
    """The domain-spec, macros as written; empty: the domain of the record."""
    network: IPv4Network | IPv6Network | None = None
    """Of `ip4` and `ip6`."""
    prefix4: int = 32
    """Of `a` and `mx`."""
    prefix6: int = 128

    def __str__(self) -> str:
        """The term as it would be written."""
        sign = "" if self.qualifier is Qualifier.PASS else self.qualifier.value
        target = str(self.network) if self.network is not None else self.domain
        four = f"/{self.prefix4}" if self.prefix4 != 32 else ""  # noqa: PLR2004 – the default
        six = f"//{self.prefix6}" if self.prefix6 != 128 else ""  # noqa: PLR2004
        return f"{sign}{self.kind}{':' if target else ''}{target}{four}{six}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Modifier:
    """One `name=value`; the name in lower case."""

    name: str
    value: str

    def __str__(self) -> str:
        """The term as it would be written."""
        return f"{self.name}={self.value}"


Term = Mechanism | Modifier


@dataclass(frozen=True, slots=True)
class Spf:
    """The terms of a record that could be made out, in order."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        """The record as it would be written."""
        return " ".join((VERSION, *map(str, self.terms)))

    @property
    def mechanisms(self) -> tuple[Mechanism, ...]:
        """Those that are evaluated: nothing after `all` is (RFC 7208 §5.1)."""
        found: list[Mechanism] = []
        for term in self.terms:
            if isinstance(term, Mechanism):
                found.append(term)
                if term.kind is Kind.ALL:
                    break
        return tuple(found)

    @property
    def all(self) -> Qualifier | None:
        """The qualifier of `all`; None when there is none."""
        return next((one.qualifier for one in self.mechanisms if one.kind is Kind.ALL), None)

    @property
    def redirect(self) -> str:
        """Where evaluation goes on when nothing matches; empty for nowhere (RFC 7208 §6.1: also beside `all`)."""
        return "" if self.all is not None else self._modifier("redirect")

    @property
    def lookups(self) -> int:
        """Its own terms that count against `LOOKUPS`, when nothing matches before the end."""
        return sum(one.kind in ASKING for one in self.mechanisms) + bool(self.redirect)

    @property
    def exp(self) -> str:
        """Where the explanation of a refusal stands; empty when nowhere."""
        return self._modifier("exp")

    def _modifier(self, name: str) -> str:
        return next((one.value for one in self.terms if isinstance(one, Modifier) and one.name == name), "")


class SurveyFault(StrEnum):
    """What makes the evaluation of a record end in `permerror`, wherever it is reached."""

    NO_RECORD = "tanpa-catatan"
    """An `include` or `redirect` leads to a domain without SPF (RFC 7208 §5.2, §6.1)."""
    SEVERAL = "ganda"
    """More than one record (RFC 7208 §4.5)."""
    SYNTAX = "sintaks"
    LOOP = "berputar"
    """A record leads back to itself."""
    MANY_MX = "mx-terlalu-banyak"
    """More than ten MX records behind one `mx` (RFC 7208 §4.6.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong on the way."""

    kind: SurveyFault
    domain: str
    """Where."""
    term: str = ""
    """The term that led there; empty for the first record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One record on the way, and how it was reached."""

    domain: str
    text: str
    term: str = ""
    """`include:…` or `redirect=…`; empty for the first."""
    depth: int = 0
    lookups: int = 0
    """Terms of this record alone that count against the ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What evaluating a domain's record can take, for no address in particular: everything it leads to."""

    domain: str
    records: tuple[Seen, ...] = ()
    """In the order of evaluation; one that is included twice stands there twice."""
    lookups: int = 0
    """Terms that count when nothing matches before the end."""
    voids: tuple[str, ...] = ()
    """Terms whose names have no such records, as `domain: term`."""
    all: Qualifier | None = None
    """What happens to everybody else, redirects followed; None: neutral by default."""
    faults: tuple[Fault, ...] = ()
    unanswered: tuple[str, ...] = ()
    """Names that nobody could say anything about: the rest is then a lower bound."""
    unexpanded: tuple[str, ...] = ()
    """Terms with macros, which only a message can fill in; counted, not followed."""
    truncated: bool = False
    """There was more than we care to follow; far beyond the ten in any case."""

    @property
    def over_lookups(self) -> bool:
        """More than the ten look-ups of RFC 7208 §4.6.4."""
        return self.lookups > LOOKUPS

    @property
    def over_voids(self) -> bool:
        """More than the two void look-ups of RFC 7208 §4.6.4."""
        return len(self.voids) > VOIDS

    @property
    def complete(self) -> bool:
        """Whether everything could be asked, and followed to its end."""
        redirected = any(term.partition(": ")[2].startswith("redirect=") for term in self.unexpanded)
        return not (self.unanswered or self.truncated or redirected)
