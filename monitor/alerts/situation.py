"""An incident with all that is needed to tell of it, as one value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.alerts import phrases
from monitor.incident import Event, EventKind, FindingKey, Incident, NoticeKind
from monitor.model import Audience, Finding, Kind, State, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A finding of an incident, as last seen."""

    kode: str
    check: str
    finding: Finding
    opened: datetime
    """UTC."""
    resolved: datetime | None = None
    """UTC; None while it is open."""

    @property
    def key(self) -> FindingKey:
        """As the incident's members name it."""
        return FindingKey(
            kode=self.kode,
            check=self.check,
            code=self.finding.code,
            subject=self.finding.subject,
            opened=self.opened,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known when a message is composed; the incident as it is now, this notice already counted."""

    incident: Incident
    key: str
    """The parcel's: `ins-12-1-noc`."""
    kind: NoticeKind
    now: datetime
    """UTC."""
    findings: tuple[Noted, ...] = ()
    """Of all members, those that left included; empty for what is about no target."""
    targets: Mapping[str, Target] = field(default_factory=dict)
    """By kode; what the inventory no longer lists is missing."""
    states: Mapping[str, tuple[State, datetime]] = field(default_factory=dict)
    """kode → state, since when (UTC)."""
    gone: frozenset[str] = frozenset()
    """The kodes that nobody watches any more."""
    timeline: tuple[Event, ...] = ()
    """Oldest first."""
    vantage_connected: bool | None = None
    """What the sentinels say; None when they were not asked."""
    told_before: datetime | None = None
    """UTC, when the message before this one left; None: as the timeline says."""
    looks: int = 3
    """How many looks in a row confirm a passing fault."""
    is_alone: bool = True
    """Whether the first line says how bad it is and since when; in a list, columns of their own do."""

    @property
    def concerned(self) -> tuple[Noted, ...]:
        """
        What the message is about, worst first, then oldest: what is open, or else what was.

        What went away and came back is one thing, as it was the last time.
        """
        current = tuple(noted for noted in self.findings if noted.resolved is None)
        shown = self.findings if self.kind is NoticeKind.RESOLVED or not current else current
        return tuple(sorted((times[-1] for times in _recurring(shown)), key=_worst_first))

    @property
    def recurring(self) -> tuple[tuple[Noted, ...], ...]:
        """All that was ever found, worst first, then oldest: of each the times it was there, oldest first."""
        return tuple(sorted(_recurring(self.findings), key=lambda times: min(map(_worst_first, times))))

    @property
    def kodes(self) -> tuple[str, ...]:
        """The targets concerned, each once, the worst first; domains only when no site is concerned."""
        found = tuple(dict.fromkeys(noted.kode for noted in self.concerned)) or self.incident.kodes
        sites = tuple(kode for kode in found if kode in self.targets and self.targets[kode].kind is not Kind.DOMAIN)
        return sites or found

    @property
    def worst(self) -> Noted | None:
        """The finding that a short message speaks of; None for what is about no target."""
        return next(iter(self.concerned), None)

    def recurrences(self, noted: Noted) -> int:
        """How often what *noted* is about went away and came back while the incident ran."""
        same = (noted.kode, noted.finding.key)
        return max(0, sum((each.kode, each.finding.key) == same for each in self.findings) - 1)

    @property
    def brief(self) -> str:
        """What is wrong in a few words: what most of the worst findings say; empty when there are none."""
        concerned = self.concerned
        rank = concerned[0].finding.severity.rank if concerned else 0
        said = Counter(phrases.brief(item.finding) for item in concerned if item.finding.severity.rank == rank)
        return said.most_common(1)[0][0] if said else ""

    @property
    def faults(self) -> Mapping[str, int]:
        """What is wrong in a few words → with how many targets that is the worst, the worst first."""
        worst = {noted.kode: phrases.brief(noted.finding) for noted in reversed(self.concerned)}
        return Counter(worst[kode] for kode in self.kodes if kode in worst)

    @property
    def noun(self) -> str:
        """What the targets are: `situs`, or `domain` when none is a site."""
        kinds = {self.targets[kode].kind for kode in self.kodes if kode in self.targets}
        return "domain" if kinds == {Kind.DOMAIN} else "situs"

    @property
    def cause_words(self) -> phrases.CauseWords:
        """What the targets share, in words."""
        breach = self.incident.audience is Audience.CSIRT
        return phrases.cause_words(self.incident.cause, len(self.kodes), breach=breach)

    @property
    def alarm(self) -> str:
        """The word for how bad it is: `TURUN`, `TERGANGGU`, `KRITIS`, `PERLU TINDAKAN`."""
        states = frozenset(noted.finding.rule.state for noted in self.concerned)
        return phrases.alarm(self.incident.severity, states)

    @property
    def ended(self) -> datetime:
        """When the last fault went away, or now; a flapping incident counts as over only later."""
        ends = [noted.resolved for noted in self.findings if noted.resolved is not None]
        if self.kind is not NoticeKind.RESOLVED:
            return self.now
        return max(ends) if ends else self.incident.resolved or self.now

    @property
    def span(self) -> timedelta:
        """How long it has lasted."""
        return self.ended - self.incident.opened

    @property
    def ill(self) -> tuple[str, ...]:
        """Those of `kodes` that are down or degraded now."""
        bad = {State.DOWN, State.DEGRADED}
        return tuple(kode for kode in self.kodes if kode in self.states and self.states[kode][0] in bad)

    @property
    def told_last(self) -> datetime | None:
        """When people were told before this message; None when this is the first."""
        if self.told_before is not None:
            return self.told_before
        told = [event.at for event in self.timeline if event.kind in {EventKind.NOTIFIED, EventKind.REMINDED}]
        match = _SEQUENCE.fullmatch(self.key)
        place = int(match[1]) - 2 if match else len(told) - 2
        return told[place] if 0 <= place < len(told) else None

    @property
    def fresh(self) -> tuple[Noted, ...]:
        """What people were not told of yet, worst first."""
        told = self.told_last
        if told is None:
            return self.concerned
        joined = {member.key: member.joined for member in self.incident.members}
        return tuple(noted for noted in self.concerned if joined.get(noted.key, noted.opened) > told)

    @property
    def news(self) -> frozenset[EventKind]:
        """What has happened since people were last told."""
        told = self.told_last
        return frozenset(event.kind for event in self.timeline if told is None or event.at > told)

    @property
    def dismissed(self) -> Event | None:
        """The act that ended it as a false positive; None when any of it was none, and went away by itself."""
        if any(noted.resolved is not None and noted.resolved <= self._over for noted in self.findings):
            return None
        last = next((event for event in reversed(self.timeline) if event.kind in _ENDS), None)
        return last if last is not None and last.kind is EventKind.DISMISSED else None

    @property
    def is_unwatched(self) -> bool:
        """Whether it ended only because nobody watches its targets, or looks for such a thing, any more."""
        ended = [noted for noted in self.findings if noted.resolved is not None]
        is_abandoned = bool(ended) and all("closed" in noted.finding.detail for noted in ended)
        return is_abandoned or (bool(self.kodes) and self.gone.issuperset(self.kodes))

    @property
    def is_eased(self) -> bool:
        """Whether it ended although something of it is still found, only milder."""
        is_found = any(noted.resolved is None for noted in self.findings)
        return is_found and not any(event.kind is EventKind.DISMISSED for event in self.timeline)

    @property
    def _over(self) -> datetime:
        """When it was closed; what was dismissed may go away afterwards."""
        return self.incident.resolved or self.now

    def called(self, kode: str) -> str:
        """`Dinas Kesehatan (OPD-009)`."""
        return phrases.called(kode, self.targets.get(kode))

    def host(self, kode: str) -> str:
        """The host of *kode*'s site; its name when it has none."""
        target = self.targets.get(kode)
        return (target.host or target.name) if target else kode


def _recurring(findings: Iterable[Noted]) -> Iterator[tuple[Noted, ...]]:
    """*findings*, each with the times it went away and came back, oldest first."""
    found: dict[tuple[str, tuple[str, str]], list[Noted]] = {}
    for noted in sorted(findings, key=lambda noted: noted.opened):
        found.setdefault((noted.kode, noted.finding.key), []).append(noted)
    return map(tuple, found.values())


def _worst_first(noted: Noted) -> tuple[int, datetime, str]:
    return -noted.finding.severity.rank, noted.opened, noted.kode


_SEQUENCE = re.compile(r"ins-\d+-(\d+)-.+")
_ENDS = frozenset({EventKind.DISMISSED, EventKind.SHRANK, EventKind.REOPENED, EventKind.GREW, EventKind.OPENED})
"""What may be the last thing that happened before an incident ended."""
