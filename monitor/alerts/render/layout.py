"""
A message laid out, harmless, before any markup: every renderer sets the same page.

Here strangers' texts become one plain line each, links are broken (all of them in what is the CSIRT's; else those that
lead to hosts other than the sites told of), and mentions too. Only `Line.link` and `Page.link` may be followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor import words
from monitor.alerts.defang import defanged, plain, unmentioned
from monitor.alerts.message import FindingLine, Message, SiteLine
from monitor.domains import GOVERNMENT_SUFFIXES, host_of, registrable
from monitor.incident import NoticeKind
from monitor.model import Audience

LONG = 1500
"""Characters of a paragraph."""
_TITLE = 120
_LABEL = 200
_SHORT = 100
_TLP = 20
_MAX_URL = 500
_MAX_LINES = 60
"""Lines of a section or of a field of the report."""
_LINKED = 3
"""Sites up to which each is shown with its address; more are a list to be skimmed."""
_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a block."""

    text: str
    label: str = ""
    """Set in bold before the text."""
    link: str = ""
    """An address that may be followed, shown as it is after the text."""
    evidence: bool = False
    """What a stranger wrote, or where it leads; below the line before it."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under a heading."""

    heading: str
    lines: tuple[Line, ...]
    listed: bool = True
    """Whether the lines are items of a list; otherwise they are read on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A message as every renderer sets it."""

    title: str
    lead: str
    facts: tuple[Line, ...] = ()
    blocks: tuple[Block, ...] = ()
    link: str = ""
    foot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cleaner:
    """Makes texts harmless."""

    spared: frozenset[str]
    addresses: bool
    """Whether IP addresses are broken, too."""

    def __call__(self, text: str, limit: int = 500) -> str:
        return unmentioned(defanged(plain(text, limit), self.spared, addresses=self.addresses))


def layout(message: Message) -> Page:
    """*message* as a page."""
    clean = _Cleaner(_spared(message), addresses=message.audience is Audience.CSIRT)
    return Page(
        title=_title(message, clean),
        lead=clean(message.lead, LONG),
        facts=tuple(Line(label=plain(label, _LABEL), text=clean(value)) for label, value in message.facts),
        blocks=tuple(block for block in _blocks(message, clean) if block.lines),
        link=_followed(message.link),
        foot=tuple(_foot(message)),
    )


def _title(message: Message, clean: _Cleaner) -> str:
    """What may be passed on to whom stands before what is said, in the subject, too (FIRST, TLP 2.0)."""
    label = f"[{clean(message.tlp, _TLP)}] " if message.audience is Audience.CSIRT else ""
    return f"{label}{clean(message.title, _TITLE)}"


def _spared(message: Message) -> frozenset[str]:
    """Hosts whose links may be followed: the sites', where nobody is suspected."""
    if message.audience is Audience.CSIRT:
        return frozenset()
    if message.kind is NoticeKind.DIGEST:
        return GOVERNMENT_SUFFIXES  # what is the CSIRT's arrives broken already
    hosts = {host_of(site.url) for site in message.sites}
    return frozenset(hosts | {registrable(host) for host in hosts}) - {""}


def _blocks(message: Message, clean: _Cleaner) -> Iterator[Block]:
    sites = Block(_counted("Situs", message.sites_total), tuple(_sites(message, clean)))
    if message.kind is NoticeKind.DIGEST:
        yield sites
    for heading, lines in message.sections:
        yield Block(clean(heading, _LABEL), tuple(Line(text=clean(line, LONG)) for line in _some(lines)))
    yield Block(_found(message), tuple(_findings(message, clean)))
    if message.kind is not NoticeKind.DIGEST:
        yield sites
    if message.remedy:
        heading = "Langkah berikutnya" if message.kind is NoticeKind.RESOLVED else "Tindakan pertama"
        yield Block(heading, (Line(text=plain(message.remedy, LONG)),), listed=False)
    yield from _report(message, clean)


def _found(message: Message) -> str:
    return "Bukti" if _is_told(message) else _counted("Temuan", message.findings_total)


def _is_told(message: Message) -> bool:
    """Whether the lead says already what was found, and only the evidence is left to show."""
    return len(message.findings) == 1 and message.findings[0].line in message.lead


def _counted(heading: str, total: int) -> str:
    return f"{heading} ({words.number(total)})" if total > 1 else heading


def _findings(message: Message, clean: _Cleaner) -> Iterator[Line]:
    alone = _is_told(message)
    for finding in message.findings:
        if not alone:
            yield _finding(finding, message, clean)
        for line in finding.evidence:
            yield Line(text=clean(line), evidence=True)
    yield from _more(message.findings_total - len(message.findings))


def _finding(finding: FindingLine, message: Message, clean: _Cleaner) -> Line:
    said = f"{finding.title} ({words.SEVERITIES[finding.severity].lower()}, {words.since(finding.since, message.at)})"
    return Line(label=clean(said, _LABEL), text=clean(finding.line))


def _sites(message: Message, clean: _Cleaner) -> Iterator[Line]:
    for site in message.sites:
        yield _site(site, message, clean)
    yield from _more(message.sites_total - len(message.sites))


def _site(site: SiteLine, message: Message, clean: _Cleaner) -> Line:
    name = site.name if site.name == site.kode else f"{site.name} ({site.kode})"
    said = f"{site.state} sejak {words.since(site.since, message.at)}"
    if message.audience is Audience.CSIRT:
        url = f", {site.url}" if site.url.startswith(_WEB) else ""
        return Line(label=clean(name, _LABEL), text=clean(f"{said}{url}"))
    link = _followed(site.url) if message.sites_total <= _LINKED else ""
    return Line(label=clean(name, _LABEL), text=clean(said), link=link)


def _more(count: int) -> Iterator[Line]:
    if count > 0:
        yield Line(text=f"…dan {words.number(count)} lainnya")


def _report(message: Message, clean: _Cleaner) -> Iterator[Block]:
    """The four fields under one heading each; the contact is ours and stays as it is."""
    report = message.report
    if report is None:
        return
    yield Block("Laporan insiden – kontak pelapor", (Line(text=plain(report.contact)),), listed=False)
    yield Block("Laporan insiden – deskripsi", _paragraph(report.description, clean), listed=False)
    yield Block("Laporan insiden – kronologi", _paragraph(report.chronology, clean), listed=False)
    yield Block("Laporan insiden – dampak", _paragraph(report.impact, clean), listed=False)


def _paragraph(text: str, clean: _Cleaner) -> tuple[Line, ...]:
    lines = text[: _MAX_LINES * LONG].split("\n")
    return tuple(Line(text=clean(line, LONG), evidence=line.startswith("  ")) for line in _some(lines) if line.strip())


def _some(lines: list[str] | tuple[str, ...]) -> list[str]:
    more = len(lines) - _MAX_LINES
    return [*lines[:_MAX_LINES], f"…dan {words.number(more)} lainnya"] if more > 0 else list(lines)


def _followed(url: str) -> str:
    """*url* when it is one that may be followed, else nothing."""
    fits = url.startswith(_WEB) and url.isprintable() and len(url) <= _MAX_URL
    return url if fits and not any(char in url for char in " \"'<>\\") else ""


def _foot(message: Message) -> Iterator[str]:
    if message.incident is not None:
        yield f"INS-{message.incident}"
    yield plain(message.tlp, _SHORT)
    if message.kind is NoticeKind.TEST:
        yield "pesan uji"
    yield plain(message.key, _SHORT)
