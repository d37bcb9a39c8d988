"""The report of an incident in four fields, ready to forward (Peraturan BSSN 1/2024 Pasal 15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from monitor import words
from monitor.alerts import evidence, phrases
from monitor.alerts.defang import plain
from monitor.alerts.message import Report
from monitor.alerts.situation import Noted, Situation
from monitor.catalogue import describe, text
from monitor.incident import Event, EventKind
from monitor.model import Criticality

_MAX_FINDINGS = 10
_MAX_EVENTS = 30

EVENTS = {
    EventKind.OPENED: "insiden dibuka",
    EventKind.GREW: "bertambah",
    EventKind.SHRANK: "berkurang",
    EventKind.WIDENED: "penyebab bersama diketahui",
    EventKind.WORSENED: "memburuk",
    EventKind.NOTIFIED: "diberitahukan",
    EventKind.REMINDED: "diingatkan kembali",
    EventKind.HELD: "pemberitahuan ditahan karena pemeliharaan",
    EventKind.FLAPPING: "naik-turun",
    EventKind.REOPENED: "kambuh",
    EventKind.ACKNOWLEDGED: "diterima",
    EventKind.NOTED: "dicatat",
    EventKind.ASSIGNED: "ditugaskan",
    EventKind.DISMISSED: "dinilai positif palsu",
    EventKind.WITHDRAWN: "penilaian dicabut",
    EventKind.RESOLVED: "selesai",
}
"""What happened, as a chronology tells it."""


def report(situation: Situation, contact: str) -> Report:
    """The four fields; description and chronology have a line each for what they tell."""
    return Report(
        contact=contact,
        description="\n".join(_description(situation)),
        chronology="\n".join(_chronology(situation)),
        impact=_impact(situation),
    )


def _description(situation: Situation) -> Iterator[str]:
    concerned = situation.concerned
    for noted in concerned[:_MAX_FINDINGS]:
        target = situation.targets.get(noted.kode)
        address = f", {target.url}" if target else ""
        yield f"{text(noted.finding.code).title} – {situation.called(noted.kode)}{address}. {describe(noted.finding)}"
        yield from (f"  {line}" for line in evidence.lines(noted.finding))
    if len(concerned) > _MAX_FINDINGS:
        yield f"…dan {words.number(len(concerned) - _MAX_FINDINGS)} temuan lain"


def _chronology(situation: Situation) -> Iterator[str]:
    """What was seen when and what was done, by time; the middle of a long one is left out."""
    seen = [(times[0].opened, _seen(situation, times)) for times in situation.recurring[:_MAX_FINDINGS]]
    done = [(event.at, _event(situation, event)) for event in situation.timeline]
    lines = [_dated(at, line) for at, line in sorted(seen + done, key=lambda item: item[0])]
    if len(lines) > _MAX_EVENTS:
        half = _MAX_EVENTS // 2
        lines = [*lines[:half], f"…{words.number(len(lines) - 2 * half)} kejadian lain…", *lines[-half:]]
    yield from lines


def _dated(at: datetime, line: str) -> str:
    return f"{words.table(at)} WIB – {line}"


def _seen(situation: Situation, times: Sequence[Noted]) -> str:
    """What went away and came back is one thing: first seen then, and so many times again."""
    noted, last = times[0], times[-1]
    said = f"pertama kali terlihat: {phrases.brief(noted.finding)} pada {situation.called(noted.kode)}"
    if noted is last:
        return said
    return f"{said}, berulang {words.number(len(times) - 1)} kali, terakhir {words.table(last.opened)} WIB"


def _event(situation: Situation, event: Event) -> str:
    by = f" oleh {event.actor}" if event.actor else ""
    said = f": {event.text}" if event.text else ""
    return plain(f"{EVENTS[event.kind]}{by}{said}")


def _impact(situation: Situation) -> str:
    worst = situation.worst
    kodes = situation.kodes
    named = ", ".join(situation.called(kode) for kode in kodes[:3])
    more = f", dan {words.number(len(kodes) - 3)} lainnya" if len(kodes) > 3 else ""  # noqa: PLR2004
    why = f" {text(worst.finding.code).why}" if worst else ""
    return f"Mengenai {words.number(len(kodes))} situs: {named}{more}.{why}{_critical(situation)}"


def _critical(situation: Situation) -> str:
    targets = [situation.targets[kode] for kode in situation.kodes if kode in situation.targets]
    high = sum(target.criticality is Criticality.HIGH for target in targets)
    return f" {words.number(high)} di antaranya berkritikalitas tinggi." if high else ""
