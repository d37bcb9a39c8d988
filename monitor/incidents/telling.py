"""Who is told what of an incident, and when: parcels for the outbox, each with a key that makes it the only one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from monitor import words
from monitor.alert_sections import Alerts
from monitor.incident import CauseKind, EventKind, Incident, Member, NoticeKind, Parcel, parcel_key
from monitor.incidents.grouping import CALM, run_start
from monitor.incidents.register import Draft, Register
from monitor.model import Audience, Severity

Channels = Callable[[Incident, NoticeKind, datetime], tuple[str, ...]]
"""Who is to be told of an incident, for what reason, at what time."""


class Teller:
    """Turns what happens to incidents into notices, and remembers on the incident that it did."""

    def __init__(
        self,
        options: Alerts,
        channels: Channels,
        register: Register,
        is_covered: Callable[[Member], bool],
    ) -> None:
        """Tell *channels*; *is_covered* says whether maintenance of a member's target goes on now."""
        self._options = options
        self._channels = channels
        self._register = register
        self._is_covered = is_covered

    def is_held(self, incident: Incident) -> bool:
        """Whether maintenance explains all that is open of *incident*; what is the CSIRT's it never explains."""
        if incident.audience is Audience.CSIRT:
            return False
        current = incident.current
        return bool(current) and all(map(self._is_covered, current))

    def announce(self, draft: Draft, number: int) -> None:
        """Tell of *number* for the first time, where there is anybody to tell and no maintenance to explain it."""
        incident = self._register.known[number]
        if incident.notices or not self._register.is_on(number) or self.is_held(incident):
            return
        channels = self._to(incident, NoticeKind.OPENED, draft.at)
        if channels:
            self._send(draft, incident, NoticeKind.OPENED, channels, draft.at + self._options.wait)
            draft.say(number, EventKind.NOTIFIED, _to(channels))

    def update(self, draft: Draft, number: int, reason: str) -> None:
        """
        Tell that *number* has developed; with the message that is about to leave, if there is one.

        While more and more comes, messages leave ever more rarely: each later than the one before by as long as the run
        had lasted then, so that forty sites in half an hour are a handful of messages.
        """
        incident = self._register.known[number]
        if incident.told is None:
            self.announce(draft, number)
            return
        if draft.at < incident.told:  # composed when it leaves: what is new is in it, for those whom it is for
            self.include(draft, number)
            return
        channels = self._to(incident, NoticeKind.UPDATED, draft.at)
        if not channels:
            return
        rest = min(CALM, max(timedelta(), incident.told - run_start(incident, draft.at)))
        due = max(draft.at + self._options.wait, incident.told + rest)
        self._send(draft, incident, NoticeKind.UPDATED, channels, due)
        taken = f"; tetap ditangani {incident.acknowledged_by}" if incident.acknowledged else ""
        draft.say(number, EventKind.NOTIFIED, f"{reason}: {_to(channels)}{taken}")

    def include(self, draft: Draft, number: int) -> None:
        """
        Tell of *number*, for the first time, those who are to be told of it only since it has developed.

        A certificate that expires on a site that is ill already is no news to the operators; the CSIRT may have a route
        for it, and has heard of nothing.
        """
        incident = self._register.known[number]
        if not incident.notices or self.is_held(incident):
            return
        named = self._to(incident, NoticeKind.OPENED, draft.at)
        channels = tuple(name for name in named if name not in incident.channels)
        if channels:
            self._send(draft, incident, NoticeKind.OPENED, channels, draft.at + self._options.wait)
            draft.say(number, EventKind.NOTIFIED, f"perlu diketahui juga: {_to(channels)}")

    def remind(self, draft: Draft, number: int, *, is_taken: bool) -> None:
        """Tell again of what is bad and still open, while nobody has taken it on."""
        incident = self._register.known[number]
        if is_taken or incident.acknowledged or not self._is_due(incident, draft.at) or self.is_held(incident):
            return
        channels = self._to(incident, NoticeKind.REMINDER, draft.at)
        if channels:
            self._send(draft, incident, NoticeKind.REMINDER, channels, draft.at)
            draft.say(number, EventKind.REMINDED, _to(channels))

    def _is_due(self, incident: Incident, at: datetime) -> bool:
        grave = incident.severity.rank >= Severity.HIGH.rank
        return grave and incident.told is not None and at - incident.told >= self._options.remind

    def is_due(self, number: int, at: datetime) -> bool:
        """Whether people were told of *number* long enough ago to be reminded, if nothing else speaks against it."""
        return self._is_due(self._register.known[number], at)

    def resolve(self, draft: Draft, number: int, text: str = "") -> None:
        """It is over; whoever heard of it hears that, too – after everything that was sent before."""
        incident = self._register.change(draft, number, resolved=draft.at, held_until=None)
        lasted = f"setelah {words.duration(draft.at - incident.opened)}"
        silent = "" if incident.notices else "; tidak ada yang diberi tahu"
        kodes = dict.fromkeys(member.key.kode for member in incident.members if member.left == draft.at)
        draft.say(number, EventKind.RESOLVED, (text or lasted) + silent, kodes=kodes)
        if not incident.notices:
            return
        heard = tuple(name for name in incident.channels if name in self._options.carrying)
        channels = heard or self._to(incident, NoticeKind.RESOLVED, draft.at)
        if channels:
            self._send(draft, incident, NoticeKind.RESOLVED, channels, draft.at)

    def _to(self, incident: Incident, kind: NoticeKind, at: datetime) -> tuple[str, ...]:
        """The channels, but the one that the incident is about: it does not take our messages."""
        failing = incident.cause.value if incident.cause.kind is CauseKind.DELIVERY else None
        named = dict.fromkeys(self._channels(incident, kind, at))
        return tuple(name for name in named if name != failing)

    def _send(
        self, draft: Draft, incident: Incident, kind: NoticeKind, channels: tuple[str, ...], due: datetime
    ) -> None:
        sequence = incident.notices + 1
        for channel in channels:
            draft.parcels.append(
                Parcel(
                    key=parcel_key(incident.number, sequence, channel),
                    channel=channel,
                    kind=kind,
                    order=f"ins-{incident.number}",
                    created=draft.at,
                    due=due,
                    incident=incident.number,
                )
            )
        told = tuple(dict.fromkeys((*incident.channels, *channels)))
        self._register.change(draft, incident.number, told=due, notices=sequence, channels=told)


def _to(channels: tuple[str, ...]) -> str:
    return f"ke {', '.join(channels)}"
