"""Findings into incidents and out of them again, and what that leads to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from monitor import catalogue, words
from monitor.alert_sections import Alerts
from monitor.incident import Cause, CauseKind, EventKind, FindingKey, Incident, Member
from monitor.incidents.grouping import (
    TOGETHER,
    badness,
    causes,
    continues,
    gathers,
    is_chain,
    openings,
    site,
    unsaid,
    worst_state,
)
from monitor.incidents.register import Draft, Register
from monitor.incidents.telling import Teller
from monitor.model import Audience, Severity

AGAIN = timedelta(hours=1)
"""How long after they were last told people hear that a channel has refused more messages."""
KINDS = {
    CauseKind.SITE: "situs",
    CauseKind.ADDRESS: "alamat",
    CauseKind.NAME_SERVER: "server nama",
    CauseKind.DOMAIN: "DNS domain",
    CauseKind.CERTIFICATE: "sertifikat",
    CauseKind.AUTHORITY: "penerbit sertifikat",
    CauseKind.VANTAGE: "titik pantau",
    CauseKind.DELIVERY: "saluran",
}


class Grouper:
    """Places findings, one at a time; every step leaves the register as the record will have it."""

    def __init__(self, options: Alerts, register: Register, teller: Teller) -> None:
        """Work on *register* and have *teller* tell."""
        self._options = options
        self._register = register
        self._teller = teller

    def place(self, draft: Draft, member: Member, audience: Audience, *, again: bool = False, why: str = "") -> int:
        """
        Put *member* where it belongs: into an open incident, one that is known to flap, or a new one; its number.

        *again*: it may have been in an incident before. *why*: what the timeline says besides what it is.
        """
        title = "; ".join(filter(None, (catalogue.text(member.key.code).title, why)))
        number = next(self._homes(member, audience), None)
        if number is None:
            return self._begin(draft, member, audience, title)
        if self._register.is_on(number):
            self._join(draft, number, member, title, again=again)
        else:
            self._come_back(draft, number, member)
        return number

    def _homes(self, member: Member, audience: Audience) -> Iterator[int]:
        """The open incidents that *member* may join, the one it belongs to first."""
        register = self._register
        own = register.sharing(audience, site(member.key.kode))
        is_csirt = audience is Audience.CSIRT
        if not is_csirt:
            yield from (number for number in own if continues(register.known[number], member))
        for cause in causes(member):
            if cause.kind is CauseKind.SITE:
                continue
            for number in register.sharing(audience, cause):
                if gathers(register.known[number], cause, member, register.open[number]):
                    yield number
        yield from (number for number in own if is_csirt or self._is_one_with(number, member))
        yield from self._quiet(member, audience)

    def _is_one_with(self, number: int, member: Member) -> bool:
        """
        Whether what else its site has is told in the same breath.

        An outage is not, after a mere warning: people are to hear when it begins, and when it is over.
        """
        incident = self._register.known[number]
        is_recent = member.joined - self._register.open[number] <= TOGETHER
        return is_recent and badness(member.state) <= worst_state(incident)

    def _quiet(self, member: Member, audience: Audience) -> Iterator[int]:
        """Incidents that flap, and of which nothing is open at the moment."""
        for number in self._chain(member, audience):
            incident = self._register.known[number]
            if incident.resolved is None and not self._register.is_on(number):
                yield number

    def _chain(self, member: Member, audience: Audience) -> Iterator[int]:
        for cause in causes(member):
            for number in self._register.chain(audience, cause):
                if is_chain(self._register.known[number], member):
                    yield number

    def _join(self, draft: Draft, number: int, member: Member, title: str, *, again: bool) -> None:
        before = self._register.known[number]
        worst = worst_state(before)
        after = self._register.join(draft, number, member, again=again)
        draft.say(number, EventKind.GREW, title, kodes=(member.key.kode,))
        self._take_back(draft, before, member)
        self._widen(draft, after, member)
        self._worsen(draft, before, after)
        if not after.notices:
            self._teller.announce(draft, number)
        elif reason := self._news(before, after, member, worst):
            self._teller.update(draft, number, reason)
        else:
            self._teller.include(draft, number)

    def _widen(self, draft: Draft, incident: Incident, member: Member) -> None:
        """The cause is what the newcomer shares with another target; one that it has as well stays."""
        if incident.cause.kind is not CauseKind.SITE and incident.cause in causes(member):
            return
        kode = member.key.kode
        others = [other for other in incident.current if other.key.kode != kode]
        shared = next((cause for cause in causes(member) if any(cause in causes(other) for other in others)), None)
        if shared is None or shared == incident.cause:
            return
        self._register.change(draft, incident.number, cause=shared)
        draft.say(incident.number, EventKind.WIDENED, cause_text(shared), kodes=incident.kodes)

    def _worsen(self, draft: Draft, before: Incident, after: Incident) -> None:
        if after.severity is not before.severity:
            said = words.SEVERITIES[after.severity].lower()
            draft.say(after.number, EventKind.WORSENED, f"keparahan menjadi {said}")

    def _news(self, before: Incident, after: Incident, member: Member, worst: int) -> str:
        """Why people who were told are to be told of *member*, too; empty when the board is enough."""
        if after.audience is Audience.CSIRT:
            return _peak(before, after) if self._flickers(before, member) else "temuan baru"
        reason = "memburuk" if badness(member.state) > worst else _peak(before, after)
        return reason if reason and not self._teller.is_held(after) else ""

    def _flickers(self, incident: Incident, member: Member) -> bool:
        """Whether *member* was in *incident* until a moment ago: the CSIRT knows of it, and the timeline tells."""
        gone = (other.left for other in incident.members if _same(other, member))
        return any(left is not None and member.joined - left < self._options.flap_hold for left in gone)

    def _take_back(self, draft: Draft, incident: Incident, member: Member) -> None:
        """A finding that was gone has opened again: whoever took *incident* on had seen it end."""
        if incident.acknowledged is None:
            return
        if any(_same(other, member) and other.key != member.key for other in incident.members):
            self._register.change(draft, incident.number, acknowledged=None, acknowledged_by="")
            said = f"{_title(member)} terbuka kembali; belum ada yang menangani"
            draft.say(incident.number, EventKind.WITHDRAWN, said, kodes=(member.key.kode,))

    def _begin(self, draft: Draft, member: Member, audience: Audience, title: str) -> int:
        chain = self._lately(self._chain(member, audience), draft.at)
        count = self._count(chain, draft.at)
        if count >= self._options.flap_count:
            number = max(chain)
            self._reopen(draft, number, count)
            self._register.join(draft, number, member, again=True)
            self._tell_flapping(draft, number)
            return number
        number = self._new(draft, site(member.key.kode), audience, member.severity, member.key.opened)
        self._register.join(draft, number, member)
        draft.say(number, EventKind.OPENED, title, kodes=(member.key.kode,))
        self._tell_first(draft, number)
        return number

    def begin_bare(self, draft: Draft, cause: Cause, severity: Severity, text: str) -> None:
        """Open an incident of the monitor's own, which no finding belongs to; the one that is open grows."""
        chain = self._register.chain(Audience.NOC, cause)
        lately = self._lately(chain, draft.at)
        going_on = next(filter(self._register.is_on, chain), None)
        if going_on is not None:
            self._grow_bare(draft, going_on, text)
            return
        quiet = [number for number in chain if self._register.known[number].resolved is None]
        count = self._count(chain, draft.at)
        if quiet:
            self._come_back(draft, quiet[0], None)
        elif count >= self._options.flap_count:
            self._reopen(draft, max(lately), count)
            self._tell_flapping(draft, max(lately))
        else:
            number = self._new(draft, cause, Audience.NOC, severity, draft.at)
            draft.say(number, EventKind.OPENED, text)
            self._tell_first(draft, number)

    def _grow_bare(self, draft: Draft, number: int, text: str) -> None:
        """
        One more message was given up: the timeline says each, and people hear how many once in `AGAIN`.

        That our own network is lost is said again with every beat, and is no more than it was.
        """
        incident = self._register.known[number]
        if incident.cause.kind is not CauseKind.DELIVERY:
            return
        draft.say(number, EventKind.GREW, text)
        if incident.told is not None and draft.at - incident.told >= AGAIN:
            self._teller.update(draft, number, "bertambah")

    def _lately(self, chain: Iterable[int], at: datetime) -> list[int]:
        """Those of *chain* that ended within `flap_window`: an older one is the record's alone."""
        ends = ((number, self._register.known[number].resolved) for number in chain)
        since = at - self._options.flap_window
        return [number for number, resolved in ends if resolved is not None and resolved > since]

    def _count(self, chain: list[int], at: datetime) -> int:
        """How often it opened lately, this time included."""
        since = at - self._options.flap_window
        known = self._register.known
        return 1 + sum(opened > since for number in set(chain) for opened in openings(known[number]))

    def _new(self, draft: Draft, cause: Cause, audience: Audience, severity: Severity, opened: datetime) -> int:
        number = self._register.next_number
        self._register.add(Incident(number=number, cause=cause, audience=audience, severity=severity, opened=opened))
        draft.touched[number] = None
        return number

    def _tell_first(self, draft: Draft, number: int) -> None:
        if self._teller.is_held(self._register.known[number]):
            draft.say(number, EventKind.HELD, "dalam pemeliharaan; diberitahukan bila masih ada sesudahnya")
        self._teller.announce(draft, number)

    def _reopen(self, draft: Draft, number: int, count: int) -> None:
        """Whoever had taken it on had seen it end: it is nobody's again."""
        self._register.change(
            draft, number, resolved=None, held_until=None, flaps=count - 1, acknowledged=None, acknowledged_by=""
        )
        draft.say(number, EventKind.REOPENED, f"terbuka {count} kali dalam {words.duration(self._options.flap_window)}")

    def _tell_flapping(self, draft: Draft, number: int) -> None:
        hold = words.duration(self._options.flap_hold)
        draft.say(number, EventKind.FLAPPING, f"naik-turun; dianggap selesai setelah tenang {hold}")
        self._teller.update(draft, number, "naik-turun")

    def _come_back(self, draft: Draft, number: int, member: Member | None) -> None:
        """It flaps on, and people know."""
        incident = self._register.known[number]
        self._register.change(draft, number, held_until=None, flaps=incident.flaps + 1)
        if member is not None:
            after = self._register.join(draft, number, member, again=True)
            self._worsen(draft, incident, after)
            if reason := _peak(incident, after) or _unheard_of(incident, member):
                self._teller.update(draft, number, reason)
            else:
                self._teller.include(draft, number)
        kodes = (member.key.kode,) if member else ()
        draft.say(number, EventKind.REOPENED, f"kambuh yang ke-{incident.flaps + 1}", kodes=kodes)
        self._teller.announce(draft, number)

    def amend(self, draft: Draft, key: FindingKey, severity: Severity) -> None:
        """The finding of *key* is as bad as *severity* now."""
        number = self._register.number_of(key)
        if number is None or self._register.member(key).severity is severity:
            return
        before = self._register.known[number]
        after = self._register.amend(draft, key, severity)
        self._worsen(draft, before, after)
        reason = _peak(before, after)
        if reason and self._teller.is_held(after):
            self._renew(draft, key)
        elif reason:
            self._teller.update(draft, number, reason)
        else:
            self._teller.include(draft, number)

    def _renew(self, draft: Draft, key: FindingKey) -> None:
        """As if the finding of *key* joined only now: what was told is not what it has become (`unsaid`)."""
        incident, member = self._register.leave(draft, key)
        self._register.join(draft, incident.number, replace(member, joined=draft.at), again=True)

    def catch_up(self, draft: Draft, number: int) -> None:
        """Tell what maintenance had kept back, once it no longer explains all that is open."""
        incident = self._register.known[number]
        told = incident.told
        if told is None or incident.audience is Audience.CSIRT or self._register.open[number] <= told:
            return
        reason = unsaid(incident, told)
        if reason and not self._teller.is_held(incident):
            self._teller.update(draft, number, reason)

    def drop(self, draft: Draft, key: FindingKey, text: str) -> None:
        """The finding of *key* is over, or no matter for an incident any more."""
        incident, member = self._register.leave(draft, key)
        if self._register.is_on(incident.number):
            draft.say(incident.number, EventKind.SHRANK, f"{_title(member)}: {text}", kodes=(key.kode,))
        else:
            self.settle(draft, incident.number)

    def settle(self, draft: Draft, number: int) -> None:
        """Nothing of *number* is open: it is over – or, when it flaps, perhaps."""
        if not self._register.known[number].flaps:
            self._teller.resolve(draft, number)
            return
        until = draft.at + self._options.flap_hold
        self._register.change(draft, number, held_until=until)
        draft.say(number, EventKind.FLAPPING, f"tenang; selesai {words.clock(until)} bila tetap demikian")


def cause_text(cause: Cause) -> str:
    """`alamat 192.0.2.1`."""
    return f"{KINDS[cause.kind]} {cause.value}".rstrip()


def _title(member: Member) -> str:
    return catalogue.text(member.key.code).title


def _same(one: Member, other: Member) -> bool:
    """Whether both are one matter: the same finding, or one that ended and its return."""
    mine, its = one.key, other.key
    return (mine.kode, mine.check, mine.code, mine.subject) == (its.kode, its.check, its.code, its.subject)


def _unheard_of(incident: Incident, member: Member) -> str:
    """Why the CSIRT is to see what joins a quiet *incident*; empty for what it was about, and for the operators."""
    if incident.audience is not Audience.CSIRT:
        return ""
    return "" if any(_same(each, member) for each in incident.members) else "temuan baru"


def _peak(before: Incident, after: Incident) -> str:
    is_new = after.severity is Severity.CRITICAL and before.severity is not Severity.CRITICAL
    return "menjadi kritis" if is_new else ""
