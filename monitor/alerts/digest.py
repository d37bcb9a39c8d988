"""Summaries: every morning for the NOC, every week for the owner of a site – pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from monitor import words
from monitor.alert_sections import Alerts
from monitor.alerts import headlines, machine, phrases
from monitor.alerts.defang import defanged, plain
from monitor.alerts.message import FindingLine, Message, SiteLine
from monitor.alerts.situation import Noted, Situation
from monitor.catalogue import describe, text
from monitor.incident import NoticeKind
from monitor.model import Audience, Severity, State, Target

AHEAD = timedelta(days=30)
"""How far ahead the morning digest looks for what ends."""
MAX_LINES = 10
"""Of a section: a digest is read in a minute."""
MAX_SITES = 20
SEAL = "Saksi catatan: simpan ringkasan ini"
_SLUG = 48

Sections = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ill:
    """A target that is not as it should be."""

    target: Target
    state: State
    since: datetime
    """UTC."""
    brief: str = ""
    """What is wrong, in a few words (`phrases.brief`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An incident in one line."""

    number: int
    gist: str
    audience: Audience
    severity: Severity
    opened: datetime
    """UTC."""
    resolved: datetime | None = None
    """UTC."""
    acknowledged_by: str = ""

    @classmethod
    def of(cls, situation: Situation) -> Case:
        """The line for *situation*."""
        incident = situation.incident
        taken = incident.acknowledged_by or ("petugas" if incident.acknowledged else "")
        return cls(
            number=incident.number,
            gist=headlines.gist(situation),
            audience=incident.audience,
            severity=incident.severity,
            opened=incident.opened,
            resolved=incident.resolved,
            acknowledged_by=taken,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What ends soon, or has ended."""

    what: str
    """`sertifikat` or `domain`."""
    target: Target
    at: datetime
    """UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetters:
    """Messages that a channel was given up on."""

    channel: str
    count: int
    last: datetime
    """UTC."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affairs:
    """How things are, for the morning digest."""

    since: datetime
    """UTC: the time of the digest before this one."""
    counts: Mapping[State, int]
    """Sites by state; domains are not counted."""
    ill: tuple[Ill, ...] = ()
    """Whatever is not up: sites and domains, down, degraded or unobserved."""
    cases: tuple[Case, ...] = ()
    """Incidents that are open, or were opened or resolved after `since`."""
    endings: tuple[Ending, ...] = ()
    """All that is known; those beyond `AHEAD` are left out here."""
    dead: tuple[DeadLetters, ...] = ()
    """Since `since`."""
    unobserved: timedelta = timedelta()
    """How long after `since` nobody could look, because the vantage was lost or the daemon was off."""
    seal: str = ""
    """How far the record is sealed, with the head that others are to hold; empty before the first seal."""


def noc_digest(affairs: Affairs, now: datetime, settings: Alerts) -> Message:
    """
    The morning's message: what is wrong now, what came and went, what ends soon; of a quiet day two lines.

    Whatever the day was like, the seal is told: whoever keeps this message is a witness of every day before it.
    """
    sections = tuple((heading, lines) for heading, lines in _noc_sections(affairs, now) if lines)
    witnessed = ((SEAL, (affairs.seal,)),) if affairs.seal else ()
    message = Message(
        key=f"digest-noc-{words.day(now)}",
        kind=NoticeKind.DIGEST,
        at=now,
        title=plain(_noc_title(affairs, now), headlines.TITLE),
        lead=_noc_lead(affairs, now, sections),
        audience=Audience.NOC,
        severity=_noc_severity(affairs),
        tlp=settings.tlp,
        facts=tuple(_noc_facts(affairs)) if sections else (),
        sections=(*sections, *witnessed),
        link=settings.board_url,
    )
    return replace(message, data={**machine.envelope(message), "digest": _noc_data(affairs, now)})


def _noc_title(affairs: Affairs, now: datetime) -> str:
    total = sum(affairs.counts.values())
    open_csirt = len(_open(affairs, Audience.CSIRT))
    said = [f"{words.number(affairs.counts[state])} {_state(state)}" for state in _ILL if affairs.counts.get(state)]
    if open_csirt:
        said.append(f"{words.number(open_csirt)} insiden keamanan terbuka")
    return f"Ringkasan {words.date(now)}: {', '.join(said) or f'semua {words.number(total)} situs aktif'}"


def _noc_lead(affairs: Affairs, now: datetime, sections: Sections) -> str:
    if not sections:
        return (
            f"Tidak ada gangguan sejak {words.since(affairs.since, now)}, tidak ada yang berakhir dalam"
            f" {AHEAD.days} hari, semua pesan terkirim."
        )
    grave = [case for case in _open(affairs) if case.severity is Severity.CRITICAL]
    return f"Yang terpenting: {_gist(grave[0])} (INS-{grave[0].number})." if grave else ""


def _noc_severity(affairs: Affairs) -> Severity:
    return max((case.severity for case in _open(affairs)), key=lambda each: each.rank, default=Severity.INFO)


def _noc_facts(affairs: Affairs) -> Iterator[tuple[str, str]]:
    counts = affairs.counts
    said = [f"{words.number(counts[state])} {_state(state)}" for state in words.STATES if counts.get(state)]
    yield "Situs", ", ".join(said) or words.DASH
    opened, closed = len(_opened(affairs)), len(_closed(affairs))
    still = len(_open(affairs))
    yield (
        "Insiden",
        f"{words.number(opened)} dibuka, {words.number(closed)} selesai, {words.number(still)} masih terbuka",
    )


def _noc_sections(affairs: Affairs, now: datetime) -> Iterator[tuple[str, tuple[str, ...]]]:
    for state in _ILL:
        ill = sorted((item for item in affairs.ill if item.state is state), key=lambda item: item.since)
        yield _counted(words.STATES[state], ill), _cut(_ill(item, now) for item in ill)
    csirt = _open(affairs, Audience.CSIRT)
    yield _counted("Insiden keamanan terbuka (CSIRT)", csirt), _cut(_open_case(case, now) for case in csirt)
    since = words.since(affairs.since, now)
    opened = _opened(affairs)
    yield _counted(f"Dibuka sejak {since}", opened), _cut(_opened_case(case, now) for case in opened)
    closed = [case for case in _closed(affairs) if case not in opened]
    yield _counted("Lama, selesai dalam kurun itu", closed), _cut(_opened_case(case, now) for case in closed)
    ends = sorted((item for item in affairs.endings if item.at - now <= AHEAD), key=lambda item: item.at)
    yield _counted(f"Berakhir dalam {AHEAD.days} hari", ends), _cut(_ending(item, now) for item in ends)
    yield "Pesan yang gagal terkirim", _cut(_letters(item, now) for item in affairs.dead)
    yield "Pemantauan", _observation(affairs)


def _counted(heading: str, items: Sequence[object]) -> str:
    return f"{heading} ({words.number(len(items))})"


def _cut(lines: Iterable[str]) -> tuple[str, ...]:
    said = tuple(lines)
    more = len(said) - MAX_LINES
    return (*said[:MAX_LINES], f"…dan {words.number(more)} lainnya") if more > 0 else said


def _state(state: State) -> str:
    return words.STATES[state].lower()


def _ill(item: Ill, now: datetime) -> str:
    why = f"{item.brief}, " if item.brief else ""
    called = phrases.called(item.target.kode, item.target)
    return f"{called}: {why}{words.duration(now - item.since)} (sejak {words.since(item.since, now)})"


def _open_case(case: Case, now: datetime) -> str:
    taken = f"diterima {case.acknowledged_by}" if case.acknowledged_by else "BELUM DITERIMA"
    severity = words.SEVERITIES[case.severity].lower()
    return f"INS-{case.number} ({severity}), {words.duration(now - case.opened)}, {taken}: {_gist(case)}"


def _opened_case(case: Case, now: datetime) -> str:
    if case.resolved is None:
        return f"INS-{case.number}, masih terbuka {words.duration(now - case.opened)}: {_gist(case)}"
    return f"INS-{case.number}, selesai setelah {words.duration(case.resolved - case.opened)}: {_gist(case)}"


def _gist(case: Case) -> str:
    """What is the CSIRT's is no link, not even among names that the NOC may follow."""
    return defanged(case.gist) if case.audience is Audience.CSIRT else case.gist


def _ending(item: Ending, now: datetime) -> str:
    left = words.days(words.days_left(item.at, now))
    return f"{left}: {item.what} {phrases.called(item.target.kode, item.target)}, {words.date(item.at)}"


def _letters(item: DeadLetters, now: datetime) -> str:
    why = f": {item.reason}" if item.reason else ""
    return plain(
        f"saluran {item.channel}: {words.number(item.count)} pesan, terakhir {words.since(item.last, now)}{why}"
    )


def _observation(affairs: Affairs) -> tuple[str, ...]:
    if not affairs.unobserved:
        return ()
    return (f"tidak teramati selama {words.duration(affairs.unobserved)}: titik pantau terputus atau pemantau mati",)


def _open(affairs: Affairs, audience: Audience | None = None) -> list[Case]:
    """What is open, worst first, then oldest."""
    cases = [case for case in affairs.cases if case.resolved is None and audience in {None, case.audience}]
    return sorted(cases, key=lambda case: (-case.severity.rank, case.opened))


def _opened(affairs: Affairs) -> list[Case]:
    return sorted((case for case in affairs.cases if case.opened > affairs.since), key=lambda case: case.opened)


def _closed(affairs: Affairs) -> list[Case]:
    return sorted(
        (case for case in affairs.cases if case.resolved is not None and case.resolved > affairs.since),
        key=lambda case: case.opened,
    )


def _noc_data(affairs: Affairs, now: datetime) -> dict[str, Any]:
    return {
        "since": words.iso(affairs.since),
        "states": {state.value: affairs.counts.get(state, 0) for state in State},
        "opened": len(_opened(affairs)),
        "resolved": len(_closed(affairs)),
        "open": len(_open(affairs)),
        "ending": sum(item.at - now <= AHEAD for item in affairs.endings),
        "dead_letters": sum(item.count for item in affairs.dead),
        "unobserved_seconds": int(affairs.unobserved.total_seconds()),
        "seal": affairs.seal,
    }


_ILL = (State.DOWN, State.DEGRADED, State.UNOBSERVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A site as its owner reads of it."""

    target: Target
    state: State
    since: datetime
    """UTC."""
    findings: tuple[Noted, ...] = ()
    """What is open."""
    improved: tuple[Noted, ...] = ()
    """What was resolved since the digest before this one."""
    availability: Fraction | None = None
    """Of the week, 0 to 1; None when nothing was observed."""
    grade: str = field(default="")
    """Of the site, `A` to `F`; empty when it has none."""


def owner_digest(owner: str, rows: Sequence[Row], now: datetime, settings: Alerts) -> Message:
    """The weekly letter to *owner*: each site, what is to be mended and how, what got better."""
    work = [(row, noted) for row in rows for noted in _worst_first(row.findings)]
    improved = [(row, noted) for row in rows for noted in row.improved]
    sections = tuple((heading, lines) for heading, lines in _owner_sections(rows, improved) if lines)
    message = Message(
        key=f"digest-owner-{slug(owner)}-{words.week(now)}",
        kind=NoticeKind.DIGEST,
        at=now,
        title=plain(_owner_title(owner, rows, len(work)), headlines.TITLE),
        lead=_owner_lead(rows, len(work), len(improved)),
        audience=Audience.OWNER,
        severity=max(
            (noted.finding.severity for _row, noted in work), key=lambda each: each.rank, default=Severity.INFO
        ),
        tlp=settings.tlp,
        sites=tuple(_site(row) for row in rows[:MAX_SITES]),
        sites_total=len(rows),
        sections=sections,
        link=settings.board_url,
    )
    return replace(message, data=_owner_data(message, owner, rows, work))


def _owner_title(owner: str, rows: Sequence[Row], work: int) -> str:
    bad = sum(row.state in {State.DOWN, State.DEGRADED} for row in rows)
    said = f"{words.number(bad)} situs turun atau terganggu, " if bad else ""
    todo = f"{words.number(work)} hal perlu diperbaiki" if work else "tidak ada yang perlu diperbaiki"
    head = f"Pekan ini: {said}{todo} – "
    return f"{head}{owner}"


def _owner_lead(rows: Sequence[Row], work: int, improved: int) -> str:
    sites = f"{words.number(len(rows))} situs dipantau"
    better = f"; {words.number(improved)} hal membaik sejak ringkasan sebelumnya, terima kasih" if improved else ""
    if not work:
        return f"{sites}, tidak ada temuan terbuka{better}."
    return f"{sites}; mulailah dari yang paling atas{better}."


def _owner_sections(
    rows: Sequence[Row], improved: Sequence[tuple[Row, Noted]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for row in rows[:MAX_SITES]:
        if row.findings or _figures(row):
            yield f"{phrases.called(row.target.kode, row.target)}{_figures(row)}", tuple(_todo(row))
    yield "Membaik sejak ringkasan sebelumnya", _cut(_improvement(row, noted) for row, noted in improved)


def _worst_first(findings: Iterable[Noted]) -> list[Noted]:
    return sorted(findings, key=lambda noted: (-noted.finding.severity.rank, noted.opened))


def _figures(row: Row) -> str:
    """`: ketersediaan 99,95%, nilai B`."""
    said = [
        f"ketersediaan {words.percent(row.availability)}" if row.availability is not None else "",
        f"nilai {row.grade}" if row.grade else "",
    ]
    shown = ", ".join(part for part in said if part)
    return f": {shown}" if shown else ""


def _todo(row: Row) -> Iterator[str]:
    findings = _worst_first(row.findings)
    yield from map(_mending, findings[:MAX_LINES])
    if len(findings) > MAX_LINES:
        yield f"…dan {words.number(len(findings) - MAX_LINES)} lainnya"
    if not findings:
        yield "tidak ada yang perlu diperbaiki"


def _mending(noted: Noted) -> str:
    entry = text(noted.finding.code)
    severity = words.SEVERITIES[noted.finding.severity].lower()
    return f"{entry.title} ({severity}): {describe(noted.finding)} Cara memperbaiki: {entry.fix}"


def _improvement(row: Row, noted: Noted) -> str:
    return f"{text(noted.finding.code).title} – {phrases.called(row.target.kode, row.target)}"


def _site(row: Row) -> SiteLine:
    return SiteLine(
        kode=row.target.kode, name=row.target.name, url=row.target.url, state=_state(row.state), since=row.since
    )


def _owner_data(message: Message, owner: str, rows: Sequence[Row], work: Sequence[tuple[Row, Noted]]) -> dict[str, Any]:
    findings = [machine.finding_line(_line(row, noted)) for row, noted in work[: machine.MAX_FINDINGS]]
    digest = {"owner": owner, "sites": len(rows), "open": len(work), "resolved": sum(len(row.improved) for row in rows)}
    return {**machine.envelope(message), "findings": findings, "findings_total": len(work), "digest": digest}


def _line(row: Row, noted: Noted) -> FindingLine:
    entry = text(noted.finding.code)
    return FindingLine(
        kode=row.target.kode,
        code=noted.finding.code,
        title=entry.title,
        severity=noted.finding.severity,
        line=describe(noted.finding),
        remedy=entry.fix,
        since=noted.opened,
    )


def slug(owner: str) -> str:
    """*owner* for a key: lower case ASCII and hyphens; two owners never have the same one."""
    plain_letters = normalize("NFKD", owner).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain_letters).strip("-")
    if name and len(name) <= _SLUG and name.replace("-", " ") == owner.lower():
        return name
    digest = sha256(owner.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{name[:_SLUG].strip('-') or 'pemilik'}-{digest}"
