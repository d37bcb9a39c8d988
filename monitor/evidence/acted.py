"""From findings, marks and incidents to the tables of what was found and what people did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from monitor import catalogue
from monitor.assets import AssetChange as RegisterChange
from monitor.assets import Candidate as Seen
from monitor.assets import Sighting, Source, candidates_of
from monitor.evidence.data import (
    Act,
    AssetChange,
    Candidate,
    ContentIncident,
    Exhibit,
    FindingRow,
    SeverityCount,
)
from monitor.incident import Event, Incident, Mark
from monitor.model import Severity
from monitor.store.stored import StoredExhibit, StoredFinding, StoredTarget
from monitor.store.told import Told


def findings(told: Told, since: datetime) -> Iterator[FindingRow]:
    """Every finding that was open at any time of the month, by number."""
    names = {stored.target.kode: stored.target.name for stored in told.targets}
    for item in told.findings:
        yield _finding(item, names.get(item.kode, item.kode), told, since)


def _finding(item: StoredFinding, name: str, told: Told, since: datetime) -> FindingRow:
    entry = catalogue.text(item.code)
    return FindingRow(
        number=item.id,
        kode=item.kode,
        site=name,
        check=item.check,
        code=item.code,
        title=entry.title,
        severity=item.severity,
        audience=item.finding.rule.audience.value,
        subject=item.subject,
        sentence=catalogue.describe(item.finding),
        fix=entry.fix,
        reference=entry.reference,
        opened=item.opened,
        resolved=item.resolved,
        is_new=item.opened >= since,
        acts=tuple(map(_act, told.marks.get(item.id, ()))),
        incidents=told.joined.get(item.id, ()),
    )


def _act(mark: Mark) -> Act:
    return Act(at=mark.at, verb=mark.verb.value, actor=mark.actor, text=mark.text, until=mark.until)


def severities(rows: Sequence[FindingRow]) -> tuple[SeverityCount, ...]:
    """Counts by severity, worst first."""
    return tuple(_count(severity, [row for row in rows if row.severity is severity]) for severity in reversed(Severity))


def _count(severity: Severity, rows: Sequence[FindingRow]) -> SeverityCount:
    return SeverityCount(
        severity=severity,
        carried=sum(not row.is_new for row in rows),
        opened=sum(row.is_new for row in rows),
        resolved=sum(not row.is_open for row in rows),
        open=sum(row.is_open for row in rows),
    )


def content(told: Told) -> Iterator[ContentIncident]:
    """Every incident of the CSIRT's, by number."""
    for item in told.incidents:
        codes = dict.fromkeys(member.key.code for member in item.members)
        yield ContentIncident(
            number=item.number,
            cause=" ".join(filter(None, (item.cause.kind.value, item.cause.value))),
            severity=item.severity,
            opened=item.opened,
            resolved=item.resolved,
            kodes=_kodes(item),
            titles=tuple(dict.fromkeys(catalogue.text(code).title for code in codes)),
            acknowledged=item.acknowledged,
            acknowledged_by=item.acknowledged_by,
            timeline=tuple(map(_event, told.timelines.get(item.number, ()))),
            exhibits=tuple(map(_exhibit, told.exhibits.get(item.number, ()))),
        )


def _kodes(item: Incident) -> tuple[str, ...]:
    return item.kodes


def _event(event: Event) -> Act:
    return Act(at=event.at, verb=event.kind.value, actor=event.actor, text=event.text)


def _exhibit(item: StoredExhibit) -> Exhibit:
    return Exhibit(
        number=item.id,
        kode=item.kode,
        label=item.label,
        url=item.url,
        at=item.at,
        media_type=item.media_type,
        size=item.size,
        digest=item.digest,
    )


def changes(of: Iterable[RegisterChange]) -> tuple[AssetChange, ...]:
    """The register's log."""
    return tuple(
        AssetChange(
            at=item.at,
            kode=item.kode,
            field=item.field,
            before=item.before or "",
            after=item.after or "",
            declared=item.source is Source.DECLARED,
            actor=item.actor,
        )
        for item in of
    )


def candidates(
    sightings: Iterable[Sighting], judged: Iterable[Seen], targets: Iterable[StoredTarget], cut: datetime
) -> tuple[Candidate, ...]:
    """Hosts that had come up by *cut* and were not listed then, with what was decided by then; by host."""
    decisions = {
        item.host: next((each.stand.value for each in reversed(item.judgements) if each.at < cut), "usulan")
        for item in judged
    }
    listed = [stored.target.host for stored in targets if stored.retired is None]
    known = candidates_of((item for item in sightings if item.first < cut), (), listed)
    return tuple(
        Candidate(
            host=item.host,
            seen_in="; ".join(sorted({f"{each.kode} ({each.way.value})" for each in item.sightings})),
            first=item.first,
            decision=decisions.get(item.host, "usulan"),
        )
        for item in sorted(known, key=lambda item: item.host)
    )
