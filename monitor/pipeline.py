"""From a result to its consequences, in order: what is open, what changed, the record, what people see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from monitor.checks.base import Check
from monitor.findings import Ledger, Step, advance, look_state, settled_state, unconfirmed
from monitor.latest import Entry, Latest
from monitor.model import Again, CheckResult, Measure, Outcome, Record, State, Transition, Turn
from monitor.store import Remembered, Store
from monitor.vitals import Vitals

CADENCES_UNOBSERVED = 2.5
"""A gap longer than this many cadences is time that nobody observed."""

_EVENTS = {Turn.OPENED: "finding.opened", Turn.RESOLVED: "finding.resolved"}

log = structlog.get_logger(__name__)


class Pipeline:
    """Takes results one at a time, on the event loop, and hands their records to the store."""

    def __init__(self, latest: Latest, store: Store, vitals: Vitals) -> None:
        """Keep *latest* and *vitals* current and put records into *store*."""
        self._latest = latest
        self._store = store
        self._vitals = vitals

    def take(self, check: Check[Any], result: CheckResult[Any]) -> Again:
        """Draw every consequence of *result*, and say whether to look again before the next turn."""
        runs, key = self._vitals.runs, (check.name, result.outcome.value)
        runs[key] = runs.get(key, 0) + 1
        entry = self._latest.get(result.target.kode)
        if entry is None:
            return Again.NO  # retired while it was being looked at
        if result.outcome is Outcome.INAPPLICABLE:
            entry.results[check.name] = result  # people may want to know why; there is nothing to record
            return Again.NO
        step = advance(entry.ledger, result)
        transition = _transition(check, entry, result, step)
        self._store.put(_record(check, entry, result, step, transition))
        _update(entry, result, step, transition)
        self._tell(entry, step, transition)
        if unconfirmed(step.ledger, check.name):
            return Again.SOON
        return Again.NO if result.outcome is Outcome.OBSERVED else Again.LATER

    def resume(self, known: Remembered) -> None:
        """Take up what the record knows of each target: a restart forgets nothing and repeats nothing."""
        for entry in self._latest.entries():
            kode = entry.target.kode
            entry.ledger = Ledger({(item.check, *item.finding.key): item for item in known.open.get(kode, ())})
            entry.remembered = {check: facts for (of, check), facts in known.facts.items() if of == kode}
            last = known.transitions.get(kode)
            if last is not None:
                _show(entry, last)

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


def _transition(check: Check[Any], entry: Entry, result: CheckResult[Any], step: Step) -> Transition | None:
    """The step to another state, if there is one; only a vital check's runs can lose sight of a target."""
    kode, at = entry.target.kode, result.started
    if result.outcome is not Outcome.OBSERVED:
        if not check.vital or entry.state is State.UNOBSERVED:
            return None
        return Transition(kode, at, State.UNOBSERVED, result.reason)
    state, deciding = settled_state(step.ledger)
    if entry.state is State.UNOBSERVED and (not check.vital or (state is State.UP and step.ledger.pending)):
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
        worsened=step.worsened,
        transition=transition,
        facts=_news(check, entry, result),
    )


def _news(check: Check[Any], entry: Entry, result: CheckResult[Any]) -> Mapping[str, Any] | None:
    """The evidence of *result* when it differs from what was last kept."""
    if result.outcome is not Outcome.OBSERVED:
        return None
    evidence = check.remember(result.facts)
    if entry.remembered.get(check.name) == evidence:
        return None
    entry.remembered[check.name] = evidence
    return evidence


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
