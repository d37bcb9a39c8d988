"""What the record says of a stretch of time, as it was at its end: one snapshot, for a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select

from monitor.incident import Event, Incident, Mark
from monitor.model import Audience, Outcome, Rule, Transition
from monitor.store import assets, cases, codec, exhibits, queries
from monitor.store.histories import HOUR, among, parts
from monitor.store.schema import (
    check_kind,
    exhibit,
    exhibit_body,
    fact_body,
    facts,
    finding,
    incident,
    incident_event,
    incident_finding,
    mark,
    rolled,
    rollup_hour,
    sample,
    target,
    target_change,
    transition,
)
from monitor.store.stored import StoredExhibit, StoredFacts, StoredFinding, StoredTarget, TargetChange

MOST = 1_000_000
"""Findings of a stretch of time; more than any month has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The record of [*since*, *until*), without what came later; severities and details are as last recorded."""

    targets: tuple[StoredTarget, ...]
    """Every one that was listed by then, as it was declared at the end."""
    moves: tuple[TargetChange, ...]
    """How addresses were declared anew, from the beginning of the record on."""
    states: Mapping[str, Transition]
    """kode → the transition in force at the end."""
    facts: Mapping[tuple[str, str], StoredFacts]
    """(kode, check) → the evidence in force at the end."""
    looked: Mapping[tuple[str, str], tuple[datetime, datetime]]
    """(kode, check) → the first and the last look of the stretch that saw something (UTC)."""
    looks: int
    """Observations of vital checks, as far as rolled up."""
    rolled_until: datetime | None
    """UTC: every target that was looked at is rolled up to then; None: none is."""
    findings: tuple[StoredFinding, ...]
    """Open at any time of it, by number; one that was resolved later is open."""
    marks: Mapping[int, tuple[Mark, ...]]
    """`StoredFinding.id` → what people did by the end, oldest first."""
    joined: Mapping[int, tuple[int, ...]]
    """`StoredFinding.id` → the incidents it was in by the end."""
    incidents: tuple[Incident, ...]
    """Of the CSIRT, open at any time of it, by number; resolved or acknowledged later counts for nothing."""
    timelines: Mapping[int, tuple[Event, ...]]
    """Number → what happened by the end."""
    exhibits: Mapping[int, tuple[StoredExhibit, ...]]
    """Number of an incident → what was kept by the end of its findings."""


def told(connection: Connection, rules: Mapping[str, Rule], since: datetime, until: datetime) -> Told:
    """Everything of `Told`."""
    low, high = codec.to_ms(since), codec.to_ms(until)
    found = _findings(connection, rules, low, high)
    ids = [item.id for item in found]
    held = _incidents(connection, low, high)
    numbers = [item.number for item in held]
    return Told(
        targets=_targets(connection, until),
        moves=_moves(connection, high),
        states=_states(connection, high),
        facts=_facts(connection, high),
        looked=_looked(connection, since, until),
        looks=_looks(connection, since, until),
        rolled_until=rolled_until(connection),
        findings=found,
        marks=_marks(connection, ids, high),
        joined=_joined(connection, ids, high),
        incidents=held,
        timelines=_timelines(connection, numbers, high),
        exhibits=_exhibits(connection, numbers, high),
    )


def _targets(connection: Connection, until: datetime) -> tuple[StoredTarget, ...]:
    """Whoever had left by then as well; what was listed later is not known yet."""
    return tuple(
        StoredTarget(target=sheet.target, first_seen=sheet.first_seen, retired=sheet.retired)
        for sheet in assets.sheets(connection, until)
    )


def _moves(connection: Connection, high: int) -> tuple[TargetChange, ...]:
    tables = target_change.join(target)
    wanted = select(target_change, target.c.kode).select_from(tables)
    of = (target_change.c.field.in_(("url", "active", "retired_at")), target_change.c.at < high)
    return tuple(
        TargetChange(at=codec.from_ms(row.at), kode=row.kode, field=row.field, before=row.before, after=row.after)
        for row in connection.execute(wanted.where(*of).order_by(target_change.c.id))
    )


def _states(connection: Connection, high: int) -> dict[str, Transition]:
    newest = select(func.max(transition.c.id)).where(transition.c.at < high).group_by(transition.c.target_id)
    wanted = select(transition, target.c.kode).select_from(transition.join(target)).where(transition.c.id.in_(newest))
    return {
        row.kode: Transition(row.kode, codec.from_ms(row.at), codec.STATE_OF[row.state], row.cause)
        for row in connection.execute(wanted)
    }


def _facts(connection: Connection, high: int) -> dict[tuple[str, str], StoredFacts]:
    newest = select(func.max(facts.c.id)).where(facts.c.at < high).group_by(facts.c.target_id, facts.c.check_id)
    tables = facts.join(fact_body).join(target).join(check_kind)
    wanted = select(facts, fact_body.c.body, target.c.kode, check_kind.c.slug).select_from(tables)
    return {
        (row.kode, row.slug): StoredFacts(
            at=codec.from_ms(row.at), digest=row.digest.hex(), facts=codec.unpack(row.body)
        )
        for row in connection.execute(wanted.where(facts.c.id.in_(newest)))
    }


def _looked(
    connection: Connection, since: datetime, until: datetime
) -> dict[tuple[str, str], tuple[datetime, datetime]]:
    of = (
        sample.c.target_id == target.c.id,
        sample.c.check_id == check_kind.c.id,
        sample.c.outcome == codec.OUTCOMES[Outcome.OBSERVED],
        sample.c.at >= -(-codec.to_ms(since) // 1000),
        sample.c.at < -(-codec.to_ms(until) // 1000),
    )
    # A seek to each end for every pair, instead of a walk through every sample.
    first = select(sample.c.at).where(*of).order_by(sample.c.at).limit(1).scalar_subquery()
    last = select(sample.c.at).where(*of).order_by(sample.c.at.desc()).limit(1).scalar_subquery()
    pairs = select(target.c.kode, check_kind.c.slug, first, last).select_from(
        target.join(check_kind, target.c.id.is_not(None))
    )
    return {
        (kode, slug): (codec.EPOCH + timedelta(seconds=began), codec.EPOCH + timedelta(seconds=ended))
        for kode, slug, began, ended in connection.execute(pairs)
        if began is not None
    }


def _looks(connection: Connection, since: datetime, until: datetime) -> int:
    first, last = codec.to_ms(since) // (HOUR * 1000), codec.to_ms(until) // (HOUR * 1000)
    wanted = select(func.sum(rollup_hour.c.looks)).where(rollup_hour.c.hour >= first, rollup_hour.c.hour < last)
    return int(connection.scalar(wanted) or 0)


def rolled_until(connection: Connection) -> datetime | None:
    """The least of those that are watched still: who has left is rolled up no further than that."""
    wanted = select(func.min(rolled.c.until_hour)).select_from(rolled.join(target, target.c.id == rolled.c.target_id))
    hour = connection.scalar(wanted.where(target.c.retired_at.is_(None), target.c.active.is_(True)))
    return None if hour is None else codec.EPOCH + timedelta(hours=hour)


def _findings(connection: Connection, rules: Mapping[str, Rule], low: int, high: int) -> tuple[StoredFinding, ...]:
    wanted = and_(finding.c.opened_at < high, or_(finding.c.resolved_at.is_(None), finding.c.resolved_at >= low))
    end = codec.from_ms(high)
    return tuple(
        replace(item, resolved=None) if item.resolved is not None and item.resolved >= end else item
        for item in queries.findings_where(connection, rules, wanted, [finding.c.id], MOST)
    )


def _marks(connection: Connection, ids: Sequence[int], high: int) -> dict[int, tuple[Mark, ...]]:
    found: dict[int, list[Mark]] = {}
    for part in parts(ids):
        for number, item in cases.marks_on(connection, and_(among(mark.c.finding_id, part), mark.c.at < high)):
            found.setdefault(number, []).append(item)
    return {number: tuple(items) for number, items in found.items()}


def _joined(connection: Connection, ids: Sequence[int], high: int) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for part in parts(ids):
        of = (among(incident_finding.c.finding_id, part), incident_finding.c.joined_at < high)
        wanted = select(incident_finding.c.finding_id, incident_finding.c.incident).where(*of)
        for row in connection.execute(wanted.order_by(incident_finding.c.incident)):
            found.setdefault(row.finding_id, []).append(row.incident)
    return {number: tuple(items) for number, items in found.items()}


def _incidents(connection: Connection, low: int, high: int) -> tuple[Incident, ...]:
    wanted = select(incident.c.number).where(
        incident.c.audience == Audience.CSIRT.value,
        incident.c.opened_at < high,
        or_(incident.c.resolved_at.is_(None), incident.c.resolved_at >= low),
    )
    end = codec.from_ms(high)
    return tuple(_as_of(item, end) for item in reversed(cases.chosen(connection, wanted)))


def _as_of(item: Incident, end: datetime) -> Incident:
    """*item* without what happened at *end* or later."""
    members = tuple(
        replace(member, left=None) if member.left is not None and member.left >= end else member
        for member in item.members
        if member.joined < end
    )
    is_known = item.acknowledged is not None and item.acknowledged < end
    return replace(
        item,
        members=members,
        resolved=item.resolved if item.resolved is not None and item.resolved < end else None,
        acknowledged=item.acknowledged if is_known else None,
        acknowledged_by=item.acknowledged_by if is_known else "",
    )


def _timelines(connection: Connection, numbers: Sequence[int], high: int) -> dict[int, tuple[Event, ...]]:
    found: dict[int, list[Event]] = {}
    for part in parts(numbers):
        of = and_(among(incident_event.c.incident, part), incident_event.c.at < high)
        for event in cases.events(connection, of):
            found.setdefault(event.number, []).append(event)
    return {number: tuple(items) for number, items in found.items()}


def _exhibits(connection: Connection, numbers: Sequence[int], high: int) -> dict[int, tuple[StoredExhibit, ...]]:
    found: dict[int, list[StoredExhibit]] = {}
    tables = (
        exhibit.join(exhibit_body)
        .join(target, target.c.id == exhibit.c.target_id)
        .join(check_kind, check_kind.c.id == exhibit.c.check_id)
        .join(incident_finding, incident_finding.c.finding_id == exhibit.c.finding_id)
    )
    columns = (exhibit, exhibit_body.c.size, target.c.kode, check_kind.c.slug, incident_finding.c.incident)
    for part in parts(numbers):
        of = (among(incident_finding.c.incident, part), exhibit.c.at < high)
        for row in connection.execute(select(*columns).select_from(tables).where(*of).order_by(exhibit.c.id)):
            found.setdefault(row.incident, []).append(exhibits.stored(row))
    return {number: tuple(items) for number, items in found.items()}
