"""From a result to its consequences, in order: what is open, what changed, the record, what people see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from monitor.checks.base import Check
from monitor.features import features_of
from monitor.findings import Ledger, Step, advance, is_pending, look_state, settled_state, unconfirmed
from monitor.incident import NOTHING, Ripples
from monitor.incidents.book import Book
from monitor.latest import Entry, Latest
from monitor.model import (
    Again,
    Audience,
    Change,
    CheckResult,
    Measure,
    OpenFinding,
    Outcome,
    Record,
    State,
    Transition,
    Turn,
)
from monitor.store import Remembered, Store
from monitor.vitals import Vitals

_EVENTS = {Turn.OPENED: "finding.opened", Turn.RESOLVED: "finding.resolved"}

log = structlog.get_logger(__name__)


class Pipeline:
    """Takes results one at a time, on the event loop, and hands their records to the store."""

    def __init__(
        self,
        latest: Latest,
        store: Store,
        vitals: Vitals,
        book: Book,
        *,
        tell: Callable[[], None] = lambda: None,
        witness: Callable[[CheckResult[Any]], None] = lambda _result: None,
        hasten: Callable[[str, str], None] = lambda _check, _kode: None,
    ) -> None:
        """
        Keep *latest*, *vitals* and *book* current and put records into *store*.

        *tell* is called when there may be something to tell, *witness* with a result that opened what the CSIRT must
        see, *hasten* with (check, kode) of what holds an incident open of which something else has just ended.
        """
        self._latest = latest
        self._store = store
        self._vitals = vitals
        self._book = book
        self._tell_of = tell
        self._witness = witness
        self._hasten = hasten

    def take(self, check: Check[Any], result: CheckResult[Any]) -> Again:
        """Draw every consequence of *result*, and say whether to look again before the next turn."""
        runs, key = self._vitals.runs, (check.name, result.outcome.value)
        runs[key] = runs.get(key, 0) + 1
        entry = self._latest.get(result.target.kode)
        if entry is None or entry.target.url != result.target.url:
            return Again.NO  # retired, or moved, while it was being looked at
        if result.outcome is Outcome.INAPPLICABLE:
            entry.results[check.name] = result  # people may want to know why; there is nothing to record
            return Again.NO
        step = advance(entry.ledger, result)
        transition = _transition(check, entry, result, step)
        record = _record(check, entry, result, step, transition)
        _update(entry, result, step, transition)
        ripples = self._ripples(entry, step, result.started + result.duration)
        self._store.put(record, ripples)
        self._vitals.taken = result.started + result.duration
        self._tell(entry, step, transition)
        if step.changes:
            self._tell_of()
            self._hasten_others(check, step, ripples)
        if record.exhibits:
            self._witness(result)
        if unconfirmed(step.ledger, check.name):
            return Again.SOON
        return Again.NO if result.outcome is Outcome.OBSERVED else Again.LATER

    def _ripples(self, entry: Entry, step: Step, at: datetime) -> Ripples:
        """What the changes mean to people; nearly every run changes nothing."""
        if not step.changes and not step.amended:
            return NOTHING
        features = features_of(self._latest, entry)
        return self._book.take(step.changes, step.amended, features, at, kode=entry.target.kode)

    def _hasten_others(self, check: Check[Any], step: Step, ripples: Ripples) -> None:
        """People wait to hear that it is over: what a rare check found need not wait for its turn."""
        if any(change.turn is Turn.RESOLVED for change in step.changes):
            members = {member.key for incident in ripples.incidents for member in incident.current}
            for name, kode in {(key.check, key.kode) for key in members if key.check != check.name}:
                self._hasten(name, kode)

    def resume(self, known: Remembered, at: datetime) -> None:
        """Take up what the record knows of each target: a restart forgets nothing and repeats nothing."""
        evidence: dict[str, dict[str, Mapping[str, Any]]] = {}
        for (kode, check), facts in known.facts.items():
            evidence.setdefault(kode, {})[check] = facts
        memory: dict[str, dict[str, Mapping[str, Any]]] = {}
        for (kode, check), learned in known.memory.items():
            memory.setdefault(kode, {})[check] = learned
        for entry in self._latest.entries():
            kode = entry.target.kode
            entry.ledger = Ledger({(item.check, *item.finding.key): item for item in known.open.get(kode, ())})
            entry.remembered = evidence.get(kode, {})
            entry.memory = memory.get(kode, {})
            last = known.transitions.get(kode)
            if last is not None:
                _show(entry, last)
        for kode, items in known.open.items():
            if self._latest.get(kode) is None:  # it left the inventory while the daemon was off
                self._retire(kode, items, at)

    def retire(self, entry: Entry, at: datetime) -> None:
        """Close the books of a target that is no longer watched: nobody will see its faults mended."""
        self._retire(entry.target.kode, entry.ledger.open.values(), at)

    def _retire(self, kode: str, items: Iterable[OpenFinding], at: datetime) -> None:
        changes = [_abandoned(kode, item, at, "sasaran tidak lagi dipantau") for item in items]
        ripples = self._book.retire(kode, at)
        self._store.put_changes(kode, changes, Transition(kode, at, State.UNOBSERVED, "tidak lagi dipantau"), ripples)

    def narrow(self, entry: Entry, checks: Iterable[Check[Any]], at: datetime) -> None:
        """Close what none of *checks* can judge of *entry* any more: a rule or a check that no longer applies to it."""
        applying = {check.name: check for check in checks if check.applies(entry.target)}
        for gone in entry.results.keys() - applying.keys():
            entry.results.pop(gone, None)
            entry.seen.pop(gone, None)
        judged = {(name, rule.code) for name, check in applying.items() for rule in check.rules}
        left = {key: item for key, item in entry.ledger.open.items() if key[:2] not in judged}
        if not left:
            return
        kode = entry.target.kode
        changes = [_abandoned(kode, item, at, "tidak lagi diperiksa") for item in left.values()]
        ripples = self._book.take(changes, (), features_of(self._latest, entry), at, kode=kode)
        self._store.put_changes(kode, changes, None, ripples)
        kept = {key: item for key, item in entry.ledger.open.items() if key not in left}
        entry.ledger = Ledger(kept, entry.ledger.pending)

    def lose_sight(self, entry: Entry, since: datetime, reason: str) -> None:
        """Nobody has observed *entry*'s target from *since* on: record it, if it was in sight."""
        if entry.state is State.UNOBSERVED:
            return
        transition = Transition(entry.target.kode, since, State.UNOBSERVED, reason)
        self._store.put_transition(transition)
        _show(entry, transition)

    def _tell(self, entry: Entry, step: Step, transition: Transition | None) -> None:
        kode = entry.target.kode
        for change in step.changes:
            finding = change.finding
            log.info(
                _EVENTS[change.turn],
                target=kode,
                code=finding.code,
                subject=finding.subject,
                severity=finding.severity.value,
                opened=change.opened.isoformat(),
            )
        if transition is not None:
            log.info("target.state", target=kode, state=transition.state.value, cause=transition.cause)


def _abandoned(kode: str, item: OpenFinding, at: datetime, reason: str) -> Change:
    """The end of a finding that nobody looks for any more; the record says that it was not seen mended."""
    finding = replace(item.finding, detail={**item.finding.detail, "closed": reason})
    return Change(kode=kode, check=item.check, finding=finding, turn=Turn.RESOLVED, at=at, opened=item.opened)


def _transition(check: Check[Any], entry: Entry, result: CheckResult[Any], step: Step) -> Transition | None:
    """The step to another state, if there is one; only a vital check's runs can lose sight of a target."""
    kode, at = entry.target.kode, result.started
    if result.outcome is not Outcome.OBSERVED:
        if not check.vital or entry.state is State.UNOBSERVED:
            return None
        return Transition(kode, at, State.UNOBSERVED, result.reason)
    state, deciding = settled_state(step.ledger)
    if entry.state is State.UNOBSERVED and (
        not check.vital or (state is State.UP and is_pending(step.ledger, check.name))
    ):
        return None  # one look that may be a passing fault has not brought it into sight
    if state is entry.state:
        return None
    if deciding is None:
        return Transition(kode, at, state)
    confirmed = any(change.finding.key == deciding.finding.key for change in step.changes)
    return Transition(kode, deciding.opened if confirmed else at, state, deciding.finding.code)


def _record(
    check: Check[Any], entry: Entry, result: CheckResult[Any], step: Step, transition: Transition | None
) -> Record:
    return Record(
        kode=entry.target.kode,
        check=check.name,
        at=result.started,
        outcome=result.outcome,
        state=look_state(result),
        duration=result.duration,
        measure=result.measure or Measure(),
        changes=step.changes,
        amended=step.amended,
        transition=transition,
        facts=_news(check, entry, result),
        exhibits=result.exhibits if any(map(_is_grave, step.changes)) else (),
        memory=_learned(check, entry, result, step),
    )


def _news(check: Check[Any], entry: Entry, result: CheckResult[Any]) -> Mapping[str, Any] | None:
    """The evidence of *result* when it differs from what was last kept."""
    if result.evidence is None or entry.remembered.get(check.name) == result.evidence:
        return None
    entry.remembered[check.name] = result.evidence
    return result.evidence


def _is_grave(change: Change) -> bool:
    return change.turn is Turn.OPENED and change.finding.rule.audience is Audience.CSIRT


def _learned(check: Check[Any], entry: Entry, result: CheckResult[Any], step: Step) -> Mapping[str, Any] | None:
    """What *check* learns from *result*; nothing from a site of which something the CSIRT must see is known."""
    if result.outcome is not Outcome.OBSERVED or _is_suspicious(step.ledger):
        return None
    memory = check.learn(result.facts, entry.memory.get(check.name), result.started)
    if memory is not None:
        entry.memory[check.name] = memory
    return memory


def _is_suspicious(ledger: Ledger) -> bool:
    findings = (
        *(item.finding for item in ledger.open.values()),
        *(item.finding for item in ledger.pending.values()),
    )
    return any(finding.rule.audience is Audience.CSIRT for finding in findings)


def _update(entry: Entry, result: CheckResult[Any], step: Step, transition: Transition | None) -> None:
    entry.ledger = step.ledger
    entry.results[result.check] = result
    if result.outcome is Outcome.OBSERVED:
        entry.seen[result.check] = result
    if transition is not None:
        _show(entry, transition)


def _show(entry: Entry, transition: Transition) -> None:
    """Have *entry* show the state of *transition*: a fault counts from its opening, also when sight was lost since."""
    entry.state, entry.since, entry.cause = transition.state, transition.at, transition.cause
    state, deciding = settled_state(entry.ledger)
    if deciding is not None and state is transition.state:
        entry.since = min(deciding.opened, transition.at)
