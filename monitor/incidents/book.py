"""The book of incidents: what is open, what people did about it, and what follows – in memory, for one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.alert_sections import Alerts
from monitor.incident import (
    Cause,
    CauseKind,
    EventKind,
    FindingKey,
    Incident,
    Mark,
    Member,
    Ripples,
    Scope,
    Verb,
    Window,
)
from monitor.incidents import windows as calendar
from monitor.incidents.causes import Features
from monitor.incidents.errors import Misplanned, NoSuchFinding, NoSuchIncident, NoSuchWindow, Senseless
from monitor.incidents.grouping import badness, key_of, member_of, site
from monitor.incidents.joining import Grouper
from monitor.incidents.marks import Marks
from monitor.incidents.register import Draft, Register
from monitor.incidents.telling import Channels, Teller
from monitor.incidents.worth import audience_of, is_incident
from monitor.model import Audience, Change, Finding, Kind, OpenFinding, Severity, Turn

VANTAGE = Cause(CauseKind.VANTAGE, "")
_MAX_ERROR = 200
_MARKED = {
    Verb.ACKNOWLEDGE: EventKind.ACKNOWLEDGED,
    Verb.NOTE: EventKind.NOTED,
    Verb.ASSIGN: EventKind.ASSIGNED,
    Verb.DISMISS: EventKind.DISMISSED,
    Verb.WITHDRAW: EventKind.WITHDRAWN,
}


class Book:
    """
    Findings in, ripples out: every method says what is to be written, and has already taken it as written.

    Instants are aware; one before the last is taken for the last, so that a clock that is put back does no harm.
    """

    def __init__(
        self,
        options: Alerts,
        channels: Channels,
        kind_of: Callable[[str], Kind | None],
        finding_of: Callable[[FindingKey], Finding | None] | None = None,
    ) -> None:
        """
        An empty book.

        *channels* says who is to be told; *kind_of* the jenis of a kode, None when it is not watched; *finding_of* what
        an open finding is like now, None when it is not open. Without that, only what is in an incident can be marked,
        and what was dismissed comes back only when it changes.
        """
        self._options = options
        self._kind_of = kind_of
        self._finding_of = finding_of
        self._register = Register()
        self._calendar = calendar.Calendar()
        self._marks = Marks()
        self._addresses: dict[str, str] = {}
        self._last: datetime | None = None
        self._next_window = 1
        self._teller = Teller(options, channels, self._register, self._is_covered)
        self._grouper = Grouper(options, self._register, self._teller)

    def resume(
        self,
        incidents: Iterable[Incident],
        windows: Iterable[Window],
        marks: Iterable[Mark],
        at: datetime,
        *,
        next_incident: int = 1,
        next_window: int = 1,
    ) -> None:
        """
        Take up what the record says; the book must be empty.

        *incidents*: the open ones and those resolved within `flap_window` before *at*. *windows*: those nobody has
        ended. *marks*: of findings that are open, oldest first.
        *next_incident*, *next_window*: numbers that were never given yet, and no lower one is.
        """
        self._last = at
        self._register.next_number = next_incident
        known = sorted(incidents, key=_end)
        for incident in known:
            self._register.load(incident)
        self._next_window = next_window
        for window in windows:
            self._calendar.put(window)
            self._next_window = max(self._next_window, window.number + 1)
        for mark in marks:
            self._marks.put(mark)

    # What the monitor saw.

    def take(
        self,
        changes: Iterable[Change],
        amended: Iterable[OpenFinding],
        features: Features,
        at: datetime,
        *,
        kode: str,
    ) -> Ripples:
        """What *changes* and *amended* of the target *kode* lead to."""
        draft = self._draft(at)
        changes = tuple(changes)
        if features.address:
            self._addresses[kode] = features.address
        # First what opened: a fault that takes another form (refused, after 503) has not been over in between.
        for change in sorted((each for each in changes if each.turn is Turn.OPENED), key=_urgency, reverse=True):
            self._open(draft, change, features)
        for item in amended:
            self._amend(draft, kode, item, features)
        for change in changes:
            if change.turn is Turn.RESOLVED:
                self._close(draft, key_of(change), str(change.finding.detail.get("closed") or "tidak ditemukan lagi"))
        return self._register.ripples(draft)

    def _open(self, draft: Draft, change: Change, features: Features, *, again: bool = False) -> None:
        key = key_of(change)
        if (
            not is_incident(change.finding)
            or self._register.number_of(key) is not None
            or self._marks.is_dismissed(key, draft.at)
        ):
            return
        member = member_of(change, features, draft.at)
        self._grouper.place(draft, member, audience_of(change.finding), again=again)

    def _amend(self, draft: Draft, kode: str, item: OpenFinding, features: Features) -> None:
        finding = item.finding
        key = FindingKey(kode=kode, check=item.check, code=finding.code, subject=finding.subject, opened=item.opened)
        change = _opening(key, finding, draft.at)
        if self._register.number_of(key) is None:
            self._open(draft, change, features, again=True)
        elif is_incident(finding):
            self._grouper.amend(draft, key, finding.severity)
        else:
            self._grouper.drop(draft, key, "mereda")

    def _close(self, draft: Draft, key: FindingKey, text: str) -> None:
        self._marks.forget(key)
        if self._register.number_of(key) is not None:
            self._grouper.drop(draft, key, text)

    def retire(self, kode: str, at: datetime) -> Ripples:
        """Nobody watches *kode* any more: its findings leave their incidents, unmended as they may be."""
        draft = self._draft(at)
        for number in self._numbers_of(kode):
            for member in self._register.known[number].current:
                if member.key.kode == kode:
                    self._close(draft, member.key, "sasaran tidak lagi dipantau")
        self._marks.forget_all(kode)
        self._addresses.pop(kode, None)
        return self._register.ripples(draft)

    def vantage(self, reason: str, at: datetime) -> Ripples:
        """Our own network is lost, for *reason*; empty: it is back."""
        draft = self._draft(at)
        self._switch(draft, VANTAGE, reason)
        return self._register.ripples(draft)

    def delivery(self, channel: str, error: str, at: datetime) -> Ripples:
        """A message was given up, for *channel* does not take it (*error*, without secrets)."""
        draft = self._draft(at)
        self._switch(draft, Cause(CauseKind.DELIVERY, channel), error[:_MAX_ERROR] or "pesan tidak terkirim")
        return self._register.ripples(draft)

    def readdress(self, numbers: Iterable[int], at: datetime) -> Ripples:
        """What waited for a channel that is no longer set reached nobody: those who are now to be told are told."""
        draft = self._draft(at)
        for number in dict.fromkeys(numbers):
            if number in self._register.open:
                self._teller.include(draft, number)
        return self._register.ripples(draft)

    def delivered(self, channel: str, at: datetime) -> Ripples:
        """*channel* took a message."""
        cause = Cause(CauseKind.DELIVERY, channel)
        draft = self._draft(at)
        self._switch(draft, cause, "")
        return self._register.ripples(draft)

    def _switch(self, draft: Draft, cause: Cause, reason: str) -> None:
        if reason:
            self._grouper.begin_bare(draft, cause, Severity.HIGH, reason)
            return
        for number in self._register.chain(Audience.NOC, cause):
            if self._register.is_on(number):
                self._grouper.settle(draft, number)

    def tick(self, at: datetime) -> Ripples:
        """What time alone leads to; asked every second or so, at a cost that grows with what is open."""
        draft = self._draft(at)
        for key in self._marks.expired(draft.at):
            self._rejoin(draft, key, "masa positif palsu berakhir")
        is_blind = any(map(self._register.is_on, self._register.chain(Audience.NOC, VANTAGE)))
        for number in sorted(self._register.open):
            self._pass_time(draft, number, is_blind=is_blind)
        self._register.forget(draft.at - self._options.flap_window)
        return self._register.ripples(draft)

    def _pass_time(self, draft: Draft, number: int, *, is_blind: bool) -> None:
        incident = self._register.known[number]
        if incident.held_until is not None:
            if incident.held_until <= draft.at:
                self._teller.resolve(draft, number)
        elif not incident.notices:
            self._teller.announce(draft, number)
        elif not is_blind or incident.cause == VANTAGE:
            self._grouper.catch_up(draft, number)
            self._remind(draft, number)

    def _remind(self, draft: Draft, number: int) -> None:
        if self._teller.is_due(number, draft.at):
            current = self._register.known[number].current
            is_taken = bool(current) and all(self._marks.is_acknowledged(member.key) for member in current)
            self._teller.remind(draft, number, is_taken=is_taken)

    def _rejoin(self, draft: Draft, key: FindingKey, why: str) -> int | None:
        """The finding of *key* counts again, as it is now; its incident, if it is for one."""
        self._marks.lift(key)
        finding = self._finding_of(key) if self._finding_of else None
        if finding is None or not is_incident(finding) or self._register.number_of(key) is not None:
            return None
        member = member_of(_opening(key, finding, draft.at), Features(), draft.at)
        return self._grouper.place(draft, member, audience_of(finding), again=True, why=why)

    # What people do.

    def acknowledge(self, number: int, actor: str, text: str, at: datetime) -> Ripples:
        """*actor* has taken incident *number* on: no more reminders. Raises `NoSuchIncident` or `Senseless`."""
        draft = self._draft(at)
        self._unresolved(number)
        self._register.change(draft, number, acknowledged=draft.at, acknowledged_by=actor)
        draft.say(number, EventKind.ACKNOWLEDGED, text, actor=actor)
        return self._register.ripples(draft)

    def unacknowledge(self, number: int, actor: str, text: str, at: datetime) -> Ripples:
        """Nobody has taken incident *number* on any more. Raises `NoSuchIncident` or `Senseless`."""
        draft = self._draft(at)
        if self._unresolved(number).acknowledged is None:
            raise Senseless(f"INS-{number} belum diterima siapa pun; tidak ada yang dapat dicabut")
        self._register.change(draft, number, acknowledged=None, acknowledged_by="")
        draft.say(number, EventKind.WITHDRAWN, text, actor=actor)
        return self._register.ripples(draft)

    def note(self, number: int, actor: str, text: str, at: datetime) -> Ripples:
        """A line in the timeline of incident *number*, also when it is over. Raises `NoSuchIncident`."""
        draft = self._draft(at)
        self._existing(number)
        draft.say(number, EventKind.NOTED, text, actor=actor)
        return self._register.ripples(draft)

    def assign(self, number: int, actor: str, to: str, at: datetime) -> Ripples:
        """*to* is to deal with incident *number*. Raises `NoSuchIncident` or `Senseless`."""
        draft = self._draft(at)
        self._unresolved(number)
        self._register.change(draft, number, assignee=to)
        draft.say(number, EventKind.ASSIGNED, to, actor=actor)
        return self._register.ripples(draft)

    def _existing(self, number: int) -> None:
        if not 0 < number < self._register.next_number:
            raise NoSuchIncident(number)

    def _unresolved(self, number: int) -> Incident:
        self._existing(number)
        incident = self._register.known.get(number)
        if incident is None or incident.resolved is not None:
            raise Senseless(f"INS-{number} sudah selesai; yang masih dapat ditambahkan hanyalah catatan")
        return incident

    def mark(self, mark: Mark, at: datetime) -> Ripples:
        """What a person did about one open finding. Raises `NoSuchFinding` or `Senseless`."""
        draft = self._draft(at)
        mark = replace(mark, at=draft.at)
        self._check_mark(mark)
        number = self._register.number_of(mark.key)
        self._marks.put(mark)
        draft.marks.append(mark)
        if number is None and mark.verb is Verb.WITHDRAW:
            number = self._rejoin(draft, mark.key, "positif palsu dicabut")
        if number is not None:
            draft.say(number, _MARKED[mark.verb], mark.text, kodes=(mark.key.kode,), actor=mark.actor)
            if mark.verb is Verb.DISMISS:
                self._set_aside(draft, mark.key)
        return self._register.ripples(draft)

    def _set_aside(self, draft: Draft, key: FindingKey) -> None:
        """A false positive counts no more; when all of an incident is that, there was none."""
        incident, _member = self._register.leave(draft, key)
        if not self._register.is_on(incident.number):
            self._teller.resolve(draft, incident.number, "tidak tersisa selain positif palsu")

    def _check_mark(self, mark: Mark) -> None:
        key = mark.key
        is_known = self._register.number_of(key) is not None or self._marks.is_dismissed(key, mark.at)
        if not is_known and (self._finding_of is None or self._finding_of(key) is None):
            raise NoSuchFinding(key.kode, key.code)
        if mark.verb is Verb.DISMISS and (mark.until is None or mark.until <= mark.at):
            raise Senseless("masa berlaku positif palsu harus berakhir di kemudian hari")
        if mark.verb is Verb.WITHDRAW and not (
            self._marks.is_dismissed(key, mark.at) or self._marks.is_acknowledged(key)
        ):
            raise Senseless(f"temuan {key.code} pada {key.kode} tidak diterima dan tidak ditandai positif palsu")

    def add_window(
        self,
        *,
        scope: Scope,
        value: str,
        start: datetime,
        length: timedelta,
        rule: str = "",
        reason: str = "",
        actor: str = "",
        at: datetime,
    ) -> tuple[Window, Ripples]:
        """
        Planned maintenance, or the one there is when the same person planned just the same for the same reason.

        Raises `Senseless` for one that covers nothing or is never on.
        """
        draft = self._draft(at)
        try:
            window = Window(
                number=self._next_window,
                scope=scope,
                value="" if scope is Scope.ALL else value.strip(),
                start=start,
                length=length,
                rule=_recurrence(rule),
                reason=reason,
                actor=actor,
                created=draft.at,
            )
            calendar.check(window, draft.at)
        except Misplanned as error:
            raise Senseless(str(error), error.field) from error
        if scope is Scope.TARGET and self._kind_of(window.value) is None:
            raise Senseless(f"sasaran {window.value[:40]!r} tidak ada dalam daftar", "value")
        if (planned := self._same_as(window)) is not None:  # a form that was sent twice
            return planned, self._register.ripples(draft)
        self._next_window += 1
        return window, self._put_window(draft, window)

    def _same_as(self, window: Window) -> Window | None:
        known = self._calendar.windows.values()
        return next(
            (each for each in known if replace(each, number=window.number, created=window.created) == window), None
        )

    def end_window(self, number: int, actor: str, at: datetime) -> Ripples:
        """Maintenance *number* is over, for good. Raises `NoSuchWindow`."""
        draft = self._draft(at)
        window = self._calendar.windows.get(number)
        if window is None or window.ended is not None:
            raise NoSuchWindow(number)
        reason = f"{window.reason} (diakhiri oleh {actor})".lstrip()
        return self._put_window(draft, replace(window, ended=draft.at, reason=reason))

    def _put_window(self, draft: Draft, window: Window) -> Ripples:
        self._calendar.put(window)
        draft.windows.append(window)
        return self._register.ripples(draft)

    # What there is to read.

    @property
    def open(self) -> tuple[Incident, ...]:
        """The incidents that are not resolved, oldest first; those that wait for quiet included."""
        return tuple(self._register.known[number] for number in sorted(self._register.open))

    def get(self, number: int) -> Incident | None:
        """Incident *number*, if it is open or was lately; the record knows the others."""
        return self._register.known.get(number)

    def of(self, kode: str) -> tuple[Incident, ...]:
        """The incidents that something open of the target *kode* is in, oldest first."""
        return tuple(self._register.known[number] for number in self._numbers_of(kode))

    def _numbers_of(self, kode: str) -> list[int]:
        numbers = (self._register.sharing(audience, site(kode)) for audience in Audience)
        return sorted(number for some in numbers for number in some)

    def windows_now(self, kode: str, address: str, at: datetime) -> tuple[Window, ...]:
        """The maintenance of the target *kode*, last met at *address* (empty: unknown), that is on at *at*."""
        kind = self._kind_of(kode)
        return tuple(window for window in self._calendar.on(at) if calendar.concerns(window, kode, kind, (address,)))

    def is_maintained(self, kode: str, at: datetime) -> bool:
        """Whether maintenance of *kode* goes on; by address, once a change has shown where it is."""
        return bool(self.windows_now(kode, self._addresses.get(kode, ""), at))

    def is_quiet(self, kode: str, item: OpenFinding, at: datetime) -> bool:
        """
        Whether nobody is to be told of *item*: a false positive, or what began in maintenance that goes on.

        What is the CSIRT's no maintenance explains; and what was told before it began is not taken back for it.
        """
        if self.is_false(kode, item, at):
            return True
        if audience_of(item.finding) is Audience.CSIRT:
            return False
        windows = self.windows_now(kode, self._addresses.get(kode, ""), at)
        return any(calendar.is_on(window, item.opened) for window in windows)

    def is_false(self, kode: str, item: OpenFinding, at: datetime) -> bool:
        """Whether *item*, open on *kode*, is taken for a false positive at *at*."""
        finding = item.finding
        key = FindingKey(kode=kode, check=item.check, code=finding.code, subject=finding.subject, opened=item.opened)
        return self._marks.is_dismissed(key, at)

    def dismissed(self, key: FindingKey, at: datetime) -> bool:
        """Whether the finding of *key* is taken for a false positive."""
        return self._marks.is_dismissed(key, at)

    def marks(self, key: FindingKey) -> tuple[Mark, ...]:
        """What people did about the finding of *key*, which is open, oldest first."""
        return self._marks.of(key)

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows that nobody has ended, by number."""
        return tuple(window for window in self._calendar.windows.values() if window.ended is None)

    def _draft(self, at: datetime) -> Draft:
        self._last = at if self._last is None else max(self._last, at)
        return Draft(self._last)

    def _is_covered(self, member: Member) -> bool:
        return self._last is not None and bool(self.windows_now(member.key.kode, member.address, self._last))


def _opening(key: FindingKey, finding: Finding, at: datetime) -> Change:
    return Change(kode=key.kode, check=key.check, finding=finding, turn=Turn.OPENED, at=at, opened=key.opened)


def _urgency(change: Change) -> tuple[int, int]:
    """Higher for what people must hear of first."""
    return badness(change.finding.rule.state), change.finding.severity.rank


def _end(incident: Incident) -> tuple[bool, datetime]:
    """Sorts what is open before what is resolved, and that by its end."""
    return incident.resolved is not None, incident.resolved or incident.opened


def _recurrence(text: str) -> str:
    try:
        return calendar.parse_rule(text)
    except ValueError as error:
        raise Senseless(str(error), "rule") from error
