"""What people are told about an incident: from its state to a message, without any channel's markup – pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from monitor import words
from monitor.alert_sections import Alerts
from monitor.alerts import evidence, headlines, machine, phrases
from monitor.alerts.defang import plain
from monitor.alerts.message import FindingLine, Message, SiteLine
from monitor.alerts.report import report
from monitor.alerts.situation import Noted, Situation
from monitor.catalogue import describe, text
from monitor.domains import registrable
from monitor.incident import CauseKind, EventKind, NoticeKind
from monitor.model import Audience, State
from monitor.net.facts import Phase

__all__ = ["Noted", "Situation", "compose"]

MAX_SITES = 20
MAX_FINDINGS = 10
MAX_NEWS = 10
_VISIBLE = frozenset({"TURUN", "TERGANGGU"})
_TELLING = frozenset({CauseKind.CERTIFICATE, CauseKind.AUTHORITY, CauseKind.VANTAGE, CauseKind.DELIVERY})
"""Causes whose remedy is right whatever the finding; that of the others is for what does not answer."""
_OF_NAMES = frozenset({"names", "zone"})
"""Checks that know why a name has no address."""
_ORDER = {state: place for place, state in enumerate(words.STATES)}


def compose(situation: Situation, settings: Alerts) -> Message:
    """The message that tells *situation*; lists are cut to what people read, `data` is not."""
    sites = _sites(situation)
    findings, findings_total = _findings(situation)
    message = Message(
        key=situation.key,
        kind=situation.kind,
        at=situation.now,
        title=headlines.title(situation),
        lead=headlines.lead(situation),
        audience=situation.incident.audience,
        severity=situation.incident.severity,
        tlp=settings.tlp,
        incident=situation.incident.number,
        facts=tuple(_facts(situation)),
        sites=sites[:MAX_SITES],
        sites_total=len(sites),
        findings=findings,
        findings_total=findings_total,
        sections=_news(situation),
        remedy=_remedy(situation),
        report=report(situation, settings.contact) if _is_reported(situation) else None,
        link=f"{settings.board_url}/insiden/{situation.incident.number}" if settings.board_url else "",
    )
    return replace(message, data=_data(message, situation, sites))


def _is_reported(situation: Situation) -> bool:
    """What was none is not reported."""
    told = situation.incident.audience is Audience.CSIRT and bool(situation.findings)
    return told and (situation.kind is not NoticeKind.RESOLVED or situation.dismissed is None)


def _facts(situation: Situation) -> Iterator[tuple[str, str]]:
    incident = situation.incident
    yield "Sejak", words.prose(incident.opened)
    if situation.kind is NoticeKind.RESOLVED:
        yield "Sampai", words.prose(situation.ended)
    if situation.kind is not NoticeKind.OPENED or situation.alarm in _VISIBLE or incident.audience is Audience.CSIRT:
        yield "Lamanya", words.duration(situation.span)
    yield "Keparahan", words.SEVERITIES[incident.severity]
    yield from _about_sites(situation)
    yield from _certainty(situation)
    if said := _refused(situation):
        yield "Pesan yang gagal", said
    if cause := _probable(situation):
        yield "Dugaan penyebab", cause
    if incident.flaps:
        yield "Naik-turun", f"sudah kambuh {words.number(incident.flaps)} kali; dianggap selesai setelah tenang"
    yield from _handling(situation)


def _refused(situation: Situation) -> str:
    """Which message was given up, the last of how many, and why; empty for what is about no channel."""
    if situation.incident.cause.kind is not CauseKind.DELIVERY or situation.kind is NoticeKind.RESOLVED:
        return ""
    given_up = [event.text for event in situation.timeline if event.kind in {EventKind.OPENED, EventKind.GREW}]
    many = f"{words.number(len(given_up))} pesan; yang terakhir " if len(given_up) > 1 else ""
    return f"{many}{given_up[-1]}" if given_up else ""


def _probable(situation: Situation) -> str:
    """Why, where that is more than the finding itself says."""
    cause = situation.incident.cause
    if cause.kind in {CauseKind.VANTAGE, CauseKind.DELIVERY} or len(situation.kodes) > 1:
        return situation.cause_words.probable
    if situation.alarm not in _VISIBLE or situation.kind is NoticeKind.RESOLVED:
        return ""
    if _fails_by_name(situation.worst):
        return phrases.OWN_NAMES.format(domain=_domain(situation))
    return phrases.CAUSES[CauseKind.SITE].probable if cause.kind is CauseKind.SITE else ""


def _fails_by_name(noted: Noted | None) -> bool:
    """Whether a visitor got no further than asking for the address."""
    return noted is not None and noted.finding.detail.get("phase") == Phase.DNS.value


def _domain(situation: Situation) -> str:
    """The domain of the target that is worst off; its kode when nothing is known of it."""
    kode = situation.kodes[0]
    target = situation.targets.get(kode)
    return registrable(target.host) or kode if target else kode


def _about_sites(situation: Situation) -> Iterator[tuple[str, str]]:
    kodes = situation.kodes
    if len(kodes) == 1 and (target := situation.targets.get(kodes[0])):
        if target.owner and target.owner != target.name:
            yield "Pemilik", target.owner
    elif len(kodes) > 1 and situation.incident.audience is not Audience.CSIRT and (tally := _tally(situation)):
        yield situation.noun.capitalize(), tally


def _tally(situation: Situation) -> str:
    """`80 turun, 5 terganggu`."""
    counts = Counter(situation.states[kode][0] for kode in situation.kodes if kode in situation.states)
    return ", ".join(f"{words.number(counts[state])} {_lower(state)}" for state in words.STATES if counts[state])


def _certainty(situation: Situation) -> Iterator[tuple[str, str]]:
    worst = situation.worst
    if worst is not None and situation.kind is not NoticeKind.RESOLVED:
        yield (
            "Keyakinan",
            phrases.certainty(
                worst.finding.rule,
                looks=situation.looks,
                vantage_connected=situation.vantage_connected,
            ),
        )


def _handling(situation: Situation) -> Iterator[tuple[str, str]]:
    incident = situation.incident
    if incident.acknowledged is not None:
        by = incident.acknowledged_by or "petugas"
        yield "Diterima", f"{by}, {words.since(incident.acknowledged, situation.now)}"
    elif situation.kind is not NoticeKind.RESOLVED:
        yield "Diterima", "belum oleh siapa pun"
    if incident.assignee:
        yield "Ditugaskan kepada", incident.assignee
    if situation.kind is NoticeKind.RESOLVED and situation.ill:
        left = f"{words.number(len(situation.ill))} {situation.noun}"
        yield "Belum pulih", f"{left} masih turun atau terganggu karena hal lain"


def _lower(state: State) -> str:
    return words.STATES[state].lower()


def _sites(situation: Situation) -> tuple[SiteLine, ...]:
    """Every target concerned, the worst state first."""
    kodes = sorted(situation.kodes, key=lambda kode: (_ORDER[_state(situation, kode)], kode))
    return tuple(_site(situation, kode) for kode in kodes)


def _state(situation: Situation, kode: str) -> State:
    return situation.states[kode][0] if kode in situation.states else State.UNOBSERVED


def _site(situation: Situation, kode: str) -> SiteLine:
    target = situation.targets.get(kode)
    known = situation.states.get(kode)
    return SiteLine(
        kode=kode,
        name=target.name if target else kode,
        url=target.url if target else "",
        state=_lower(known[0]) if known else _lower(State.UNOBSERVED),
        since=known[1] if known else situation.incident.opened,
    )


def _findings(situation: Situation) -> tuple[tuple[FindingLine, ...], int]:
    """
    The first lines, and how many there are.

    Each finding of a single site; of several sites, each rule once with the number of sites.
    """
    concerned = situation.concerned
    if len(situation.kodes) <= 1:
        return tuple(_again(situation, noted) for noted in concerned[:MAX_FINDINGS]), len(concerned)
    sites: dict[str, dict[str, Noted]] = {}
    for noted in concerned:
        sites.setdefault(noted.finding.code, {}).setdefault(noted.kode, noted)
    shown = islice(sites.values(), MAX_FINDINGS)
    return tuple(_of_rule(tuple(each.values())) for each in shown), len(sites)


def _again(situation: Situation, noted: Noted) -> FindingLine:
    return replace(_finding(noted, ""), line=headlines.seen(situation, noted))


def _of_rule(each: tuple[Noted, ...]) -> FindingLine:
    line = _finding(each[0], f" – {words.number(len(each))} situs" if len(each) > 1 else f" – {each[0].kode}")
    return replace(line, kode="", since=min(noted.opened for noted in each)) if len(each) > 1 else line


def _finding(noted: Noted, suffix: str) -> FindingLine:
    entry = text(noted.finding.code)
    return FindingLine(
        kode=noted.kode,
        code=noted.finding.code,
        title=f"{entry.title}{suffix}",
        severity=noted.finding.severity,
        line=describe(noted.finding),
        remedy=entry.fix,
        since=noted.opened,
        evidence=evidence.lines(noted.finding),
    )


def _news(situation: Situation) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What an update has to say that was not said before."""
    if situation.kind is not NoticeKind.UPDATED or not situation.fresh:
        return ()
    fresh = situation.fresh
    lines = [plain(headlines.fresh_line(situation, noted)) for noted in fresh[:MAX_NEWS]]
    if len(fresh) > MAX_NEWS:
        lines.append(f"…dan {words.number(len(fresh) - MAX_NEWS)} lainnya")
    return (("Yang baru", tuple(lines)),)


def _remedy(situation: Situation) -> str:
    """The first thing to do: about what is shared, or else what the catalogue says of the worst."""
    if situation.kind is NoticeKind.RESOLVED:
        hijacked = situation.incident.audience is Audience.CSIRT and situation.dismissed is None
        return phrases.AFTERMATH if hijacked else ""
    fix = _fix(situation)
    shared = situation.cause_words.remedy if len(situation.kodes) != 1 else ""
    if situation.incident.audience is Audience.CSIRT:
        return f"{shared} {fix}".strip()
    return (shared if situation.alarm == "TURUN" or situation.incident.cause.kind in _TELLING else "") or fix


def _fix(situation: Situation) -> str:
    """What the catalogue says of the worst; of a site that nobody can find, what it says of what its names lack."""
    worst = situation.worst
    if worst is None:
        return ""
    if not _fails_by_name(worst):
        return text(worst.finding.code).fix
    grave = (noted for noted in situation.concerned if noted.check in _OF_NAMES and noted.finding.rule.state)
    beneath = next(grave, None)
    if beneath is not None:
        return text(beneath.finding.code).fix
    return phrases.CAUSES[CauseKind.DOMAIN].remedy.format(value=_domain(situation))


def _data(message: Message, situation: Situation, sites: tuple[SiteLine, ...]) -> dict[str, Any]:
    findings = situation.concerned
    return {
        **machine.envelope(message),
        "incident": machine.incident(situation.incident),
        "sites": [machine.site(line) for line in sites[: machine.MAX_SITES]],
        "findings": [_machine_finding(noted) for noted in findings[: machine.MAX_FINDINGS]],
        "findings_total": len(findings),
    }


def _machine_finding(noted: Noted) -> dict[str, Any]:
    finding = noted.finding
    return {
        "kode": noted.kode,
        "check": noted.check,
        "code": finding.code,
        "subject": machine.capped(finding.subject),
        "title": text(finding.code).title,
        "severity": finding.severity.value,
        "line": describe(finding),
        "opened": words.iso(noted.opened),
        "resolved": machine.instant(noted.resolved),
        "detail": machine.capped(finding.detail),
    }
