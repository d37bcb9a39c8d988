"""Questions to the record; each takes a connection and returns frozen values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from monitor.model import Audience, Finding, Measure, OpenFinding, Outcome, Rule, Transition
from monitor.store import cases, codec
from monitor.store.registry import target_of
from monitor.store.schema import (
    check_kind,
    fact_body,
    facts,
    finding,
    incident,
    incident_finding,
    maintenance,
    memory,
    metadata,
    sample,
    still_open,
    target,
    target_change,
    transition,
)
from monitor.store.stored import Remembered, StoredFacts, StoredFinding, StoredSample, StoredTarget, TargetChange

Rules = Mapping[str, Rule]


def load(connection: Connection, rules: Rules, resolved_since: datetime) -> Remembered:
    """Everything of `Remembered`, with the incidents resolved at *resolved_since* or later."""
    return Remembered(
        open=_open(connection, rules),
        transitions=_latest_transitions(connection),
        facts=_latest_facts(connection),
        memory=_memory(connection),
        incidents=cases.recent(connection, resolved_since),
        next_incident=cases.next_number(connection, incident.c.number),
        windows=cases.windows(connection, ended_too=False),
        next_window=cases.next_number(connection, maintenance.c.number),
        marks=cases.marks_of_open(connection),
    )


def _open(connection: Connection, rules: Rules) -> Mapping[str, tuple[OpenFinding, ...]]:
    found: dict[str, list[OpenFinding]] = {}
    for row in connection.execute(_findings().where(still_open).order_by(finding.c.opened_at, finding.c.id)):
        item = OpenFinding(row.slug, _finding_of(row, rules), codec.from_ms(row.opened_at))
        found.setdefault(row.kode, []).append(item)
    return {kode: tuple(items) for kode, items in found.items()}


def _latest_transitions(connection: Connection) -> Mapping[str, Transition]:
    newest = select(func.max(transition.c.id)).group_by(transition.c.target_id)
    rows = connection.execute(_transitions().where(transition.c.id.in_(newest)))
    return {row.kode: _transition_of(row) for row in rows}


def _latest_facts(connection: Connection) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    newest = select(func.max(facts.c.id)).group_by(facts.c.target_id, facts.c.check_id)
    rows = connection.execute(_facts().where(facts.c.id.in_(newest)))
    return {(row.kode, row.slug): codec.unpack(row.body) for row in rows}


def _memory(connection: Connection) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    columns = (target.c.kode, check_kind.c.slug, memory.c.body)
    rows = connection.execute(select(*columns).select_from(memory.join(target).join(check_kind)))
    return {(row.kode, row.slug): codec.from_json(row.body) for row in rows}


def transitions(connection: Connection, kode: str, since: datetime) -> tuple[Transition, ...]:
    """What the state of *kode* was from *since* on: the transition in force then, and every later one."""
    of = _target_id(kode)
    in_force = (
        select(func.coalesce(func.max(transition.c.id), 0))
        .where(transition.c.target_id == of, transition.c.at <= codec.to_ms(since))
        .scalar_subquery()
    )
    wanted = _transitions().where(transition.c.target_id == of, transition.c.id >= in_force)
    return tuple(map(_transition_of, connection.execute(wanted.order_by(transition.c.id))))


def samples(
    connection: Connection, kode: str, check: str, since: datetime, until: datetime, *, limit: int
) -> tuple[StoredSample, ...]:
    """The samples of [*since*, *until*), oldest first; when there are more than *limit*, the newest ones."""
    wanted = (
        select(sample)
        .where(
            sample.c.target_id == _target_id(kode),
            sample.c.check_id == _check_id(check),
            sample.c.at >= since.timestamp(),
            sample.c.at < until.timestamp(),
        )
        .order_by(sample.c.at.desc())
        .limit(limit)
    )
    return tuple(map(_sample_of, reversed(connection.execute(wanted).all())))


def last_samples(connection: Connection, *, observed: bool) -> dict[tuple[str, str], datetime]:
    """(kode, check) → when its latest run began (UTC); with *observed*, the latest that saw something."""
    of = [sample.c.target_id == target.c.id, sample.c.check_id == check_kind.c.id]
    if observed:
        of.append(sample.c.outcome == codec.OUTCOMES[Outcome.OBSERVED])
    # A seek per pair instead of a walk through every sample.
    newest = select(sample.c.at).where(*of).order_by(sample.c.at.desc()).limit(1).scalar_subquery()
    pairs = select(target.c.kode, check_kind.c.slug, newest).select_from(
        target.join(check_kind, target.c.id.is_not(None))
    )
    return {
        (kode, check): codec.EPOCH + timedelta(seconds=found)
        for kode, check, found in connection.execute(pairs)
        if found is not None
    }


def findings(
    connection: Connection, rules: Rules, kode: str | None, *, open_only: bool, limit: int
) -> tuple[StoredFinding, ...]:
    """The newest *limit* findings, newest first."""
    wanted = _findings().order_by(finding.c.id.desc()).limit(limit)
    if kode is not None:
        wanted = wanted.where(finding.c.target_id == _target_id(kode))
    if open_only:
        wanted = wanted.where(still_open)
    return tuple(stored_finding(row, rules) for row in connection.execute(wanted))


def findings_where(
    connection: Connection,
    rules: Rules,
    wanted: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
    limit: int,
) -> tuple[StoredFinding, ...]:
    """The first *limit* findings that are *wanted*, in *order*."""
    rows = connection.execute(_findings().where(wanted).order_by(*order).limit(limit))
    return tuple(stored_finding(row, rules) for row in rows)


def details(connection: Connection, codes: Collection[str]) -> tuple[Mapping[str, Any], ...]:
    """The evidence of every finding by a rule of *codes*, open or not, each once."""
    rows = connection.execute(select(finding.c.detail).where(finding.c.code.in_(tuple(codes))).distinct())
    return tuple(codec.from_json(row.detail) for row in rows)


def incident_findings(connection: Connection, rules: Rules, number: int) -> tuple[StoredFinding, ...]:
    """The findings that were ever in the incident *number*, in the order of joining."""
    joined = incident_finding.c.finding_id == finding.c.id
    wanted = _findings().join(incident_finding, joined).where(incident_finding.c.incident == number)
    rows = connection.execute(wanted.order_by(incident_finding.c.position))
    return tuple(stored_finding(row, rules) for row in rows)


def facts_history(connection: Connection, kode: str, check: str, limit: int) -> tuple[StoredFacts, ...]:
    """The newest *limit* pieces of evidence, newest first."""
    of = and_(facts.c.target_id == _target_id(kode), facts.c.check_id == _check_id(check))
    rows = connection.execute(_facts().where(of).order_by(facts.c.id.desc()).limit(limit))
    return tuple(
        StoredFacts(at=codec.from_ms(row.at), digest=row.digest.hex(), facts=codec.unpack(row.body)) for row in rows
    )


def retired(connection: Connection) -> tuple[StoredTarget, ...]:
    """Targets that left the inventory, by kode."""
    rows = connection.execute(select(target).where(target.c.retired_at.is_not(None)).order_by(target.c.kode))
    return tuple(map(_stored_target, rows))


def target_changes(connection: Connection, kode: str) -> tuple[TargetChange, ...]:
    """What was declared differently of *kode* over time, oldest first."""
    of = target_change.c.target_id == _target_id(kode)
    rows = connection.execute(select(target_change).where(of).order_by(target_change.c.id))
    return tuple(
        TargetChange(at=codec.from_ms(row.at), kode=kode, field=row.field, before=row.before, after=row.after)
        for row in rows
    )


def counts(connection: Connection) -> Mapping[str, int]:
    """Table → rows."""
    return {
        table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
        for table in metadata.sorted_tables
    }


def _target_id(kode: str) -> ColumnElement[int]:
    return select(target.c.id).where(target.c.kode == kode).scalar_subquery()


def _check_id(slug: str) -> ColumnElement[int]:
    return select(check_kind.c.id).where(check_kind.c.slug == slug).scalar_subquery()


def _findings() -> Select[Any]:
    tables = finding.join(target).join(check_kind)
    return select(finding, target.c.kode, check_kind.c.slug).select_from(tables)


def _transitions() -> Select[Any]:
    return select(transition, target.c.kode).select_from(transition.join(target))


def _facts() -> Select[Any]:
    tables = facts.join(fact_body).join(target).join(check_kind)
    return select(facts, fact_body.c.body, target.c.kode, check_kind.c.slug).select_from(tables)


def _finding_of(row: Any, rules: Rules) -> Finding:
    """A rule that was retired from the code still has its findings in the record: a stand-in speaks for it."""
    severity = codec.SEVERITY_OF[row.severity]
    rule = rules.get(row.code) or Rule(row.code, severity, Audience.NOC)
    return Finding(rule, row.subject, severity, codec.from_json(row.detail))


def stored_finding(row: Any, rules: Rules) -> StoredFinding:
    """The finding in *row*, which has the kode of its target and the slug of its check as well."""
    return StoredFinding(
        id=row.id,
        kode=row.kode,
        check=row.slug,
        finding=_finding_of(row, rules),
        opened=codec.from_ms(row.opened_at),
        resolved=None if row.resolved_at is None else codec.from_ms(row.resolved_at),
    )


def _transition_of(row: Any) -> Transition:
    return Transition(row.kode, codec.from_ms(row.at), codec.STATE_OF[row.state], row.cause)


def _stored_target(row: Any) -> StoredTarget:
    left = None if row.retired_at is None else codec.from_ms(row.retired_at)
    return StoredTarget(target=target_of(row), first_seen=codec.from_ms(row.first_seen), retired=left)


def _sample_of(row: Any) -> StoredSample:
    measure = Measure(
        status=row.status,
        hops=row.hops,
        dns=row.dns,
        connect=row.connect,
        tls=row.tls,
        ttfb=row.ttfb,
        transfer=row.transfer,
        size=row.size,
    )
    phases = row.dns + row.connect + row.tls + row.ttfb + row.transfer
    return StoredSample(
        at=codec.EPOCH + timedelta(seconds=row.at),
        state=codec.STATE_OF[row.state],
        outcome=codec.OUTCOME_OF[row.outcome],
        duration=timedelta(milliseconds=row.rest, microseconds=phases),
        measure=measure,
    )
