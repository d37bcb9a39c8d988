"""From what runs saw to what is open: confirmation, openings, resolutions and states, as pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from monitor.model import Change, CheckResult, Finding, OpenFinding, Outcome, State, Turn

LOOKS = 3
"""A fault that may be passing is opened when this many looks in a row have seen it (DESIGN: confirmation)."""

AMEND_EVERY = timedelta(days=1)
"""How often the changing detail of an open finding is stored anew."""

Key = tuple[str, str, str]
"""(check, code, subject)."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A fault seen, but not yet often enough in a row."""

    finding: Finding
    first: datetime
    looks: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is open and what is pending on one target."""

    open: Mapping[Key, OpenFinding] = field(default_factory=dict)
    pending: Mapping[Key, Pending] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """What one result did to a ledger."""

    ledger: Ledger
    changes: tuple[Change, ...] = ()
    amended: tuple[OpenFinding, ...] = ()
    """Open findings whose severity or detail is no longer what the record says."""


def advance(ledger: Ledger, result: CheckResult[object]) -> Step:
    """
    What is open after *result*, and what changed by it.

    A run that observed nothing closes nothing, and neither does one whose facts could not answer the question, for
    all subjects or for the one that a finding is about: a site that is down has not fixed its certificate.
    """
    if result.outcome is not Outcome.OBSERVED:
        return Step(_without_pending(ledger, result.check))
    seen = {(result.check, *finding.key): finding for finding in result.findings}
    if not ledger.pending and _is_unchanged(ledger.open, seen, result.check):
        return Step(ledger)
    return _Reckoning(ledger, result, seen).step()


def _is_unchanged(opened: Mapping[Key, OpenFinding], seen: Mapping[Key, Finding], check: str) -> bool:
    """Whether exactly what is open of *check* was seen again, as it was: nearly every run, so it has to be cheap."""
    if sum(key[0] == check for key in opened) != len(seen):
        return False
    return all(
        key in opened
        and finding.severity is opened[key].finding.severity
        and finding.detail == opened[key].finding.detail
        for key, finding in seen.items()
    )


def _without_pending(ledger: Ledger, check: str) -> Ledger:
    """Looks are in a row only while we can look: after a gap of ours the counting starts again."""
    if not is_pending(ledger, check):
        return ledger
    return Ledger(ledger.open, {key: item for key, item in ledger.pending.items() if key[0] != check})


@dataclass(slots=True)
class _Reckoning:
    """The working sheet of one `advance`."""

    before: Ledger
    result: CheckResult[object]
    seen: Mapping[Key, Finding]
    open: dict[Key, OpenFinding] = field(default_factory=dict)
    pending: dict[Key, Pending] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    amended: list[OpenFinding] = field(default_factory=list)

    def step(self) -> Step:
        self._keep_or_close()
        for key, finding in self.seen.items():
            if key not in self.open:
                self._see(key, finding)
        ledger = Ledger(MappingProxyType(self.open), MappingProxyType(self.pending))
        return Step(ledger, tuple(self.changes), tuple(self.amended))

    def _judged(self, key: Key) -> bool:
        check, code, subject = key
        result = self.result
        return check == result.check and code in result.judged and (code, subject) not in result.overlooked

    def _keep_or_close(self) -> None:
        for key, was in self.before.open.items():
            again = self.seen.get(key)
            if again is not None:
                self.open[key] = self._seen_again(was, again)
            elif self._judged(key):
                self._change(was.finding, Turn.RESOLVED, was.opened)
            else:
                self.open[key] = was
        self.pending.update((key, was) for key, was in self.before.pending.items() if not self._judged(key))

    def _seen_again(self, was: OpenFinding, again: Finding) -> OpenFinding:
        """The open finding as it is now; its detail (days left, say) goes into the record once a day."""
        written, at = was.written or was.opened, self.result.started
        stale = again.detail != was.finding.detail and at - written >= AMEND_EVERY
        if again.severity is was.finding.severity and not stale:
            return OpenFinding(was.check, again, was.opened, was.written)
        now = OpenFinding(was.check, again, was.opened, at)
        self.amended.append(now)
        return now

    def _see(self, key: Key, finding: Finding) -> None:
        was = self.before.pending.get(key)
        first, looks = (was.first, was.looks + 1) if was else (self.result.started, 1)
        if finding.rule.confirm and looks < LOOKS:
            self.pending[key] = Pending(finding, first, looks)
            return
        self.pending.pop(key, None)
        self.open[key] = OpenFinding(self.result.check, finding, first)
        self._change(finding, Turn.OPENED, first)

    def _change(self, finding: Finding, turn: Turn, opened: datetime) -> None:
        result = self.result
        at = result.started + result.duration
        self.changes.append(
            Change(kode=result.target.kode, check=result.check, finding=finding, turn=turn, at=at, opened=opened)
        )


def is_pending(ledger: Ledger, check: str) -> bool:
    """Whether a fault of *check* has been seen, but not yet often enough."""
    return any(key[0] == check for key in ledger.pending)


def unconfirmed(ledger: Ledger, check: str) -> bool:
    """Whether a fault of *check* is waiting for another look within seconds."""
    return any(key[0] == check and item.finding.rule.quick for key, item in ledger.pending.items())


def look_state(result: CheckResult[object]) -> State:
    """What this one look saw, unconfirmed."""
    if result.outcome is not Outcome.OBSERVED:
        return State.UNOBSERVED
    return worst(finding.rule.state for finding in result.findings)


def settled_state(ledger: Ledger) -> tuple[State, OpenFinding | None]:
    """The state that the open findings make, and the oldest of those that decide it."""
    if not ledger.open:
        return State.UP, None
    state = worst(item.finding.rule.state for item in ledger.open.values())
    deciding = (item for item in ledger.open.values() if item.finding.rule.state is state)
    return state, min(deciding, key=lambda item: item.opened, default=None)


BADNESS = (State.UP, State.DEGRADED, State.UNOBSERVED, State.DOWN)
"""A name nobody can look up (`UNOBSERVED`) says more than a warning about it, and less than an outage."""


def worst(states: Iterable[State | None]) -> State:
    """The state that counts among *states*; up when there are none."""
    return max((state for state in states if state is not None), key=BADNESS.index, default=State.UP)
