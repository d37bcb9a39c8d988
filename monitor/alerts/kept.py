"""A message as JSON, and back: what was composed once is sent again word for word, also after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from monitor.alerts.message import FindingLine, Message, Report, SiteLine
from monitor.errors import MonitorError
from monitor.incident import NoticeKind
from monitor.model import Audience, Severity

FORM = 1
"""Of the JSON; raised when it changes in a way that `from_json` cannot bridge."""

T = TypeVar("T")


class NotReadable(MonitorError):
    """What was kept is no message: another release's, or damaged."""


def to_json(message: Message) -> dict[str, Any]:
    """*message* as values that `json` takes; `from_json` gives back an equal one."""
    return {
        "form": FORM,
        "key": message.key,
        "kind": message.kind.value,
        "at": _said(message.at),
        "title": message.title,
        "lead": message.lead,
        "audience": message.audience.value,
        "severity": message.severity.value,
        "tlp": message.tlp,
        "incident": message.incident,
        "facts": [list(fact) for fact in message.facts],
        "sites": list(map(_site, message.sites)),
        "sites_total": message.sites_total,
        "findings": list(map(_finding, message.findings)),
        "findings_total": message.findings_total,
        "sections": [[heading, list(lines)] for heading, lines in message.sections],
        "remedy": message.remedy,
        "report": None if message.report is None else _report(message.report),
        "link": message.link,
        "data": dict(message.data),
    }


def from_json(body: Mapping[str, Any]) -> Message:
    """The message that `to_json` made *body* of. Raises `NotReadable`."""
    if body.get("form") != FORM:
        raise NotReadable(f"form {body.get('form')!r}")
    try:
        return _message(body)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise NotReadable(f"{type(error).__name__}: {error}") from error


def _message(body: Mapping[str, Any]) -> Message:
    return Message(
        key=body["key"],
        kind=NoticeKind(body["kind"]),
        at=_instant(body["at"]),
        title=body["title"],
        lead=body["lead"],
        audience=Audience(body["audience"]),
        severity=Severity(body["severity"]),
        tlp=body["tlp"],
        incident=body["incident"],
        facts=_each(lambda fact: (fact[0], fact[1]), body["facts"]),
        sites=_each(lambda site: SiteLine(**{**site, "since": _instant(site["since"])}), body["sites"]),
        sites_total=body["sites_total"],
        findings=_each(_finding_of, body["findings"]),
        findings_total=body["findings_total"],
        sections=_each(lambda section: (section[0], tuple(section[1])), body["sections"]),
        remedy=body["remedy"],
        report=None if body["report"] is None else Report(**body["report"]),
        link=body["link"],
        data=dict(body["data"]),
    )


def _each(make: Callable[[Any], T], items: Iterable[Any]) -> tuple[T, ...]:
    return tuple(map(make, items))


def _site(site: SiteLine) -> dict[str, Any]:
    return {
        "kode": site.kode,
        "name": site.name,
        "url": site.url,
        "state": site.state,
        "since": _said(site.since),
    }


def _finding(finding: FindingLine) -> dict[str, Any]:
    return {
        "kode": finding.kode,
        "code": finding.code,
        "title": finding.title,
        "severity": finding.severity.value,
        "line": finding.line,
        "remedy": finding.remedy,
        "since": _said(finding.since),
        "evidence": list(finding.evidence),
    }


def _finding_of(value: Mapping[str, Any]) -> FindingLine:
    return FindingLine(
        **{
            **value,
            "severity": Severity(value["severity"]),
            "since": _instant(value["since"]),
            "evidence": tuple(value["evidence"]),
        }
    )


def _report(report: Report) -> dict[str, str]:
    return {
        "contact": report.contact,
        "description": report.description,
        "chronology": report.chronology,
        "impact": report.impact,
    }


def _said(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).isoformat()


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return instant
