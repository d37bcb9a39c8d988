"""What a reader asks a list for, from a query string and back to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from monitor.grade import Letter
from monitor.graded import graded
from monitor.latest import Entry
from monitor.model import Audience, Finding, Kind, OpenFinding, Severity, State, Target
from monitor.web.addressed import audiences
from monitor.web.rows import worst

IDLE = "tidak-dipantau"
"""Asks, in the place of a state, for what is in the register and not watched."""
LONGEST = 100
"""Characters of a search text."""

E = TypeVar("E", bound=StrEnum)


class Order(StrEnum):
    """How a list is sorted."""

    STATE = "keadaan"
    """By jenis, and in each what needs somebody first."""
    GRADE = "nilai"
    """The worst grade first, whatever the jenis."""
    NAME = "nama"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the reader asked for; empty is everything."""

    text: str = ""
    kind: Kind | None = None
    state: State | None = None
    severity: Severity | None = None
    """At least this bad."""
    letter: Letter | None = None
    idle: bool = False
    """Only what is not watched."""
    order: Order = Order.STATE

    def __bool__(self) -> bool:
        """Whether anything was asked for; an order alone leaves nothing out."""
        return bool(self.text or self.kind or self.state or self.severity or self.letter or self.idle)

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """From a page's query string; what is not a known value counts as not asked."""
        return cls(
            text=folded(query.get("q")),
            kind=member(Kind, query.get("jenis")),
            state=member(State, query.get("keadaan")),
            severity=member(Severity, query.get("keparahan")),
            letter=member(Letter, query.get("nilai")),
            idle=query.get("keadaan") == IDLE,
            order=member(Order, query.get("urut")) or Order.STATE,
        )

    def query(self, **changes: str | int) -> str:
        """The query string of this wish with *changes*; empty values are left out."""
        values: dict[str, str | int | None] = {
            "q": self.text,
            "jenis": self.kind,
            "keadaan": IDLE if self.idle else self.state,
            "keparahan": self.severity,
            "nilai": self.letter,
            "urut": None if self.order is Order.STATE else self.order,
            **changes,
        }
        return encoded(values)

    def fits(self, entry: Entry) -> bool:
        """Whether *entry* is among what was asked for; every word of the text must occur somewhere."""
        if self.idle or self.kind not in {None, entry.target.kind} or self.state not in {None, entry.state}:
            return False
        if self.severity is not None and not _at_least(worst(entry), self.severity):
            return False
        if self.letter is not None and _letter(entry) is not self.letter:
            return False
        return not self.text or _says(entry.target, self.text)

    def fits_idle(self, target: Target) -> bool:
        """Whether *target*, which is not watched, is to be listed: it has no state, no findings and no grade."""
        if self.state or self.severity or self.letter or self.kind not in {None, target.kind}:
            return False
        return not self.text or _says(target, self.text)


def _letter(entry: Entry) -> Letter | None:
    grade = graded(entry)
    return None if grade is None else grade.letter


def _at_least(severity: Severity | None, least: Severity) -> bool:
    return severity is not None and severity.rank >= least.rank


def _says(target: Target, text: str) -> bool:
    haystack = f"{target.name}\n{target.kode}\n{target.host}\n{target.owner}".casefold()
    return all(word in haystack for word in text.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFindings:
    """Which open findings the reader asked for; empty is all of them."""

    sites: Wanted = Wanted()
    """Of which sites: `severity` is that of the finding here."""
    code: str = ""
    audience: Audience | None = None
    called: bool = False
    """Whether an audience is also shown what somebody else is to mend and is an incident of its own."""
    owner: str = ""
    one_by_one: bool = False
    """Each finding by itself, not by rule."""

    def __bool__(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.sites or self.code or self.audience or self.owner)

    @classmethod
    def of(cls, query: Mapping[str, str]) -> WantedFindings:
        """From a page's query string; what is not a known value counts as not asked."""
        return cls(
            sites=Wanted.of({name: value for name, value in query.items() if name in {"q", "jenis", "keparahan"}}),
            code=folded(query.get("aturan")),
            audience=member(Audience, query.get("untuk")),
            called=True,
            owner=folded(query.get("pemilik")),
            one_by_one=query.get("susun") == "satu",
        )

    def query(self, **changes: str | int) -> str:
        """The query string of this wish with *changes*; empty values are left out."""
        values: dict[str, str | int | None] = {
            "q": self.sites.text,
            "jenis": self.sites.kind,
            "keparahan": self.sites.severity,
            "untuk": self.audience,
            "aturan": self.code,
            "pemilik": self.owner,
            "susun": "satu" if self.one_by_one else None,
            **changes,
        }
        return encoded(values)

    def fits(self, entry: Entry) -> bool:
        """Whether findings on *entry* may be among what was asked for."""
        return self.sites.fits(entry) and self.owner.casefold() in entry.target.owner.casefold()

    def names(self, item: OpenFinding) -> bool:
        """Whether *item* is among what was asked for, as far as its rule and severity go."""
        finding, least = item.finding, self.sites.severity
        return (
            self.code in {"", finding.code}
            and self._concerns(finding)
            and (least is None or finding.severity.rank >= least.rank)
        )

    def _concerns(self, finding: Finding) -> bool:
        return self.audience in {None, finding.rule.audience} or (self.called and self.audience in audiences(finding))


_CHOICES: Mapping[str, type[StrEnum]] = {
    "jenis": Kind,
    "keadaan": State,
    "keparahan": Severity,
    "nilai": Letter,
    "urut": Order,
    "untuk": Audience,
}


def unknown(query: Mapping[str, str], *names: str) -> list[str]:
    """What of the filters *names* in a page's query string is no known value, as `name=value`: it filters nothing."""
    given = {name: query[name] for name in names if query.get(name)}
    return [
        f"{name}={folded(value)}"
        for name, value in given.items()
        if member(_CHOICES[name], value) is None and (name, value) != ("keadaan", IDLE)
    ]


def member(kinds: type[E], value: str | None) -> E | None:
    """*value* as one of *kinds*; None when it is none of them."""
    try:
        return kinds(value) if value else None
    except ValueError:
        return None


def folded(value: str | None) -> str:
    """*value* cut to a length and with single spaces."""
    return " ".join((value or "")[:LONGEST].split())


def encoded(values: Mapping[str, str | int | None]) -> str:
    """A query string; empty values are left out."""
    return urlencode({name: str(value) for name, value in values.items() if value})
