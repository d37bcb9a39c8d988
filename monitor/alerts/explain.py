"""Who would be told of a finding, and why, in Indonesian lines: for `monitor alerts explain`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor import words
from monitor.alert_sections import Alerts
from monitor.alerts import phrases, routing
from monitor.alerts.routing import Reason, Subject
from monitor.catalogue import text
from monitor.incidents.worth import audience_of, is_incident
from monitor.model import Audience, Finding, Rule, Severity, Target


def explain(
    target: Target, rule: Rule, settings: Alerts, at: datetime, *, severity: Severity | None = None
) -> tuple[str, ...]:
    """What would happen if *rule* were found on *target* at *at*; *severity* when it is other than the rule's."""
    finding = Finding(rule, severity=severity or rule.severity)
    subject = Subject(
        audience=audience_of(finding),
        severity=finding.severity,
        kinds=frozenset({target.kind}),
        codes=frozenset({rule.code}),
    )
    return tuple(_lines(target, finding, subject, settings, at))


def _lines(target: Target, finding: Finding, subject: Subject, settings: Alerts, at: datetime) -> Iterator[str]:
    rule = finding.rule
    severity = words.SEVERITIES[finding.severity].lower()
    where = phrases.called(target.kode, target)
    whose = routing.WORDS[subject.audience]
    yield f"{rule.code} – {text(rule.code).title} – pada {where}: keparahan {severity}, ditangani {whose}"
    if not target.active:
        yield "sasaran ini tidak aktif: tidak diamati, sehingga tidak ada yang diberitahukan"
        return
    yield _opening(rule)
    if not is_incident(finding):
        yield from _digest(rule, settings)
        return
    yield from _routes(subject, settings, at)


def _opening(rule: Rule) -> str:
    if not rule.confirm:
        return "dibuka pada pengamatan pertama yang menemukannya"
    within = "dalam hitungan detik" if rule.quick else "pada giliran biasa"
    return f"dibuka setelah terlihat 3 kali berturut-turut, diamati ulang {within}"


def _digest(rule: Rule, settings: Alerts) -> Iterator[str]:
    kind = "owner" if rule.audience is Audience.OWNER else "noc"
    named = "ringkasan mingguan pemilik situs" if kind == "owner" else "ringkasan pagi NOC"
    channel = settings.digest.get(kind, kind)
    yield "tidak menjadi insiden, sehingga tidak ada pemberitahuan segera"
    if channel in settings.channels:
        yield f"masuk {named}: saluran {channel}, pukul {settings.digest_at.replace(':', '.')} WIB"
    else:
        yield f"tampil di papan pantau; {named} tidak dikirim karena saluran {channel} tidak ada dalam setelan"


def _routes(subject: Subject, settings: Alerts, at: datetime) -> Iterator[str]:
    yield f"menjadi insiden; rute pada {words.prose(at)}:"
    yield from (f"  {_route(reason)}" for reason in routing.explain(subject, settings, at))
    told = routing.channels_for(subject, settings, at)
    yield f"diberitahukan ke: {', '.join(told)}" if told else "tidak seorang pun diberi tahu"
    if not settings.channels:
        yield "tidak ada saluran dalam setelan ([alerts.channels])"


def _route(reason: Reason) -> str:
    verdict = f"ya, ke {', '.join(reason.channels)}" if reason.fits else "tidak"
    return f"{reason.route}: {verdict} – {reason.text}"
