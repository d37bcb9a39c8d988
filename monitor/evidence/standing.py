"""How far what a month says can be leaned on: since when there is a record, and what people took back of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from monitor import words
from monitor.evidence.data import ContentIncident, FindingRow, MonthData, RegulationRow, RegulationTable, Site
from monitor.incident import Verb
from monitor.model import Audience, Severity

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_MOST = 2
"""One part in so many of the time must have been seen for a verdict to stand without a word."""
PARTLY = "kurang dari separuh bulan yang sudah lewat teramati, jadi belum dapat dijadikan kesimpulan"


def began(month: MonthData) -> datetime:
    """
    UTC: where the measuring of *month* begins – with the month, or with the first look when that came within it.

    A site's figures add up to the time since its first look, however long it had stood in the inventory by then.
    """
    period = month.period
    listed = min((site.first_seen for site in month.sites if site.first_seen), default=_EVER)
    spans = [site.figures.known + site.figures.unobserved for site in month.sites if site.figures.known]
    looked = period.cut - max(spans) if spans else _EVER
    return max(period.since, listed, looked)


def is_partly_seen(site: Site, month: MonthData) -> bool:
    """Whether less than half of the month, as far as it has gone, is known of a site of which anything is."""
    known = site.figures.known
    return bool(known) and known * _MOST < month.period.cut - month.period.since


def reserve(month: MonthData) -> str:
    """`Capaian 3 situs: …`, a sentence on verdicts that rest on too little; or nothing."""
    judged = [site for site in month.sites if site.active and site.meets is not None]
    count = sum(is_partly_seen(site, month) for site in judged)
    return f"Capaian {words.number(count)} situs: {PARTLY}." if count else ""


def is_dismissed(finding: FindingRow, cut: datetime) -> bool:
    """Whether people took it for a false positive when it ended, or at the *cut*."""
    until = None
    for act in finding.acts:
        if act.verb == Verb.DISMISS:
            until = act.until
        elif act.verb == Verb.WITHDRAW:
            until = None
    return until is not None and until > (finding.resolved or cut)


def dismissed_incidents(month: MonthData) -> frozenset[int]:
    """Numbers of the content incidents of which every finding was taken for a false positive."""
    of: dict[int, list[bool]] = {item.number: [] for item in month.content}
    for finding in month.findings:
        for number in finding.incidents:
            if number in of:
                of[number].append(is_dismissed(finding, month.period.cut))
    return frozenset(number for number, found in of.items() if found and all(found))


def taken_back(incidents: Iterable[ContentIncident], month: MonthData) -> str:
    """`, 1 di antaranya ditandai positif palsu`, or nothing."""
    dismissed = dismissed_incidents(month)
    count = sum(item.number in dismissed for item in incidents)
    return f", {words.number(count)} di antaranya ditandai positif palsu" if count else ""


def dismissed_counts(month: MonthData) -> str:
    """A sentence on the findings that count above and were taken for false positives, by severity; or nothing."""
    dismissed = [item.severity for item in month.findings if is_dismissed(item, month.period.cut)]
    said = [
        f"{words.number(dismissed.count(severity))} {words.SEVERITIES[severity].lower()}"
        for severity in reversed(Severity)
        if severity in dismissed
    ]
    return f"Terhitung di atas, tetapi ditandai positif palsu: {', '.join(said)}." if said else ""


def critical_notes(month: MonthData) -> Mapping[str, str]:
    """Kode → what critical the CSIRT had to do with the site: a hijacked site answers as ever, and is AKTIF."""
    found: dict[str, dict[bool, list[str]]] = {}
    for item in month.findings:
        is_grave = item.severity is Severity.CRITICAL and item.audience == Audience.CSIRT
        if is_grave and not is_dismissed(item, month.period.cut):
            found.setdefault(item.kode, {}).setdefault(item.is_open, []).append(f"T-{item.number}")
    return {
        kode: "; ".join(f"{_CRITICAL[is_open]}: {' '.join(of[is_open])}" for is_open in _CRITICAL if is_open in of)
        for kode, of in found.items()
    }


_CRITICAL = {True: "TEMUAN KRITIS TERBUKA", False: "temuan kritis selesai bulan ini"}


def noted(table: RegulationTable, month: MonthData) -> Iterator[tuple[RegulationRow, str]]:
    """The rows of *table*, each with its note and what critical was found on its site; a mail box is no site."""
    critical = {} if table.key.startswith("email") else critical_notes(month)
    for row in table.rows:
        yield row, "; ".join(filter(None, (row.note, critical.get(row.kode, ""))))
