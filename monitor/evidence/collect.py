"""A month, collected from the record: what it says is a function of the record, the settings and the cut alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor import availability, words
from monitor.availability import parse_month
from monitor.domains import Domains
from monitor.evidence import acted, lacking, measure, observed, regulation
from monitor.evidence.data import Coverage, Day, MonthData, Period, SealRange, Shortcoming, Site
from monitor.evidence.record import Brief, Record
from monitor.model import Kind
from monitor.seal import BadSeal
from monitor.store.stored import StoredTarget
from monitor.store.told import Told

_DAY, _MOMENT = timedelta(days=1), timedelta(seconds=1)


def period_of(key: str, now: datetime) -> Period:
    """
    The month *key* (`2026-10`), cut at its end, or at the minute of *now* when it is not over.

    Raises `ValueError` (Indonesian) for what is no month, and for one that has not begun.
    """
    since, until = parse_month(key)
    cut = min(until, now - timedelta(seconds=now.second, microseconds=now.microsecond))
    if cut <= since:
        raise ValueError(f"bulan {key} belum mulai")
    year, month = map(int, key.split("-"))
    return Period(year=year, month=month, since=since, until=until, cut=cut)


def before(period: Period) -> str:
    """The key of the month before."""
    return availability.month_name(period.since - _DAY)


@dataclass(frozen=True, slots=True)
class Edition:
    """Which telling of the month it is, and why there is another one."""

    number: int = 1
    reason: str = ""


def _as_it_is(told: Told) -> Told:
    return told


async def collect(
    record: Record,
    period: Period,
    brief: Brief,
    edition: Edition | None = None,
    remind: Callable[[Told], Told] = _as_it_is,
) -> MonthData:
    """
    The month of *period*. Raises what reading the record raises.

    *remind* adds to what the record tells what it knew once.
    """
    edition = edition or Edition()
    since, cut = period.since, period.cut
    told = remind(await record.told(since, cut))
    known = await record.availability(None, since, cut, now=cut)
    times = await record.response_times(None, since, cut)
    earlier = parse_month(before(period))
    previous = await record.availability(None, *earlier, now=cut)
    listed = [stored for stored in told.targets if _counts(stored, since)]
    domains = [stored for stored in listed if observed.is_domain(stored)]
    freed, _rest = await record.let_go()
    view = measure.Month(told, known, times, brief, cut, await _lately(record, cut, freed))
    sites = tuple(measure.site(stored, view) for stored in listed if stored.target.kind is not Kind.DOMAIN)
    first, is_observed = await record.first_day(), await record.is_observed(since, cut)
    seal, seal_gaps = await _seal(record, period, first)
    findings = tuple(acted.findings(told, since))
    mail = tuple(observed.mail(domains, told, findings))
    watched = [site for site in sites if site.active]
    total = measure.total(watched, known)
    gone = _gone(told, earlier, brief)
    return MonthData(
        county=brief.county,
        period=period,
        previous_key=before(period),
        tool=brief.tool,
        restated=edition.reason,
        edition=edition.number,
        method=brief.method,
        shortcomings=(
            *lacking.shortcomings(period, sites, total, told, first, observed=is_observed),
            *lacking.let_go(period, freed),
            *seal_gaps,
        ),
        coverage=Coverage(
            watched=len(watched),
            observed=sum(site.figures.known > measure.ZERO for site in watched),
            samples=told.looks,
        ),
        total=total,
        kinds=tuple(measure.kinds(sites, known, brief)),
        days=await _days(record, period, sites, seal),
        sites=sites,
        outages=measure.outages(sites, known),
        certificates=tuple(observed.certificates(sites, told, cut)),
        registrations=tuple(observed.registrations(domains, told, cut)),
        foreign=tuple(observed.foreign(sites, told, findings, _domains(listed))),
        mail=mail,
        severities=acted.severities(findings),
        findings=findings,
        content=tuple(acted.content(told)),
        asset_changes=acted.changes(await record.asset_changes(since, cut)),
        candidates=acted.candidates(await record.asset_sightings(), await record.asset_candidates(), told.targets, cut),
        compared=measure.compared(sites, previous, gone),
        regulation=regulation.tables(sites, mail, observed.mail_statuses(domains, told)),
        seal=seal,
    )


async def _lately(record: Record, cut: datetime, gone: datetime) -> frozenset[str]:
    """The kodes that were observed when *cut* came, where samples of then can no longer tell."""
    if gone < cut:
        return frozenset()
    known = await record.availability(None, cut - _MOMENT, cut, now=cut)
    return frozenset(kode for kode, figures in known.items() if figures.known)


def _counts(stored: StoredTarget, since: datetime) -> bool:
    """Whether it stood in the inventory at any time of the month."""
    return stored.retired is None or stored.retired >= since


def _domains(listed: Sequence[StoredTarget]) -> Domains:
    return Domains.of(stored.target for stored in listed if stored.target.kind is not Kind.DOMAIN)


def _gone(told: Told, earlier: tuple[datetime, datetime], brief: Brief) -> tuple[Site, ...]:
    """Sites that left the inventory in the month before."""
    view = measure.Month(told, {}, {}, brief, earlier[1])
    return tuple(
        measure.site(stored, view)
        for stored in told.targets
        if stored.retired is not None
        and earlier[0] <= stored.retired < earlier[1]
        and stored.target.kind is not Kind.DOMAIN
    )


async def _seal(record: Record, period: Period, began: date | None) -> tuple[SealRange, tuple[Shortcoming, ...]]:
    days = tuple(_whole_days(period))
    if not days:
        return SealRange(), ()
    try:
        sealed = await record.seals(days[0], days[-1])
    except BadSeal as error:
        return SealRange(missing=days), (lacking.unreadable(str(error)),)
    have = {item.day for item in sealed}
    missing = tuple(day for day in days if day not in have)
    found = SealRange(
        first=sealed[0].day if sealed else None,
        last=sealed[-1].day if sealed else None,
        days=len(sealed),
        missing=missing,
        head=sealed[-1].head if sealed else "",
        key_id=sealed[-1].key_id if sealed else "",
    )
    # A day before the record has nothing that could be sealed: that it is missing is said as a late start.
    owed = [day for day in missing if began is not None and day >= began]
    return found, tuple(lacking.unsealed(owed))


def _whole_days(period: Period) -> Iterator[date]:
    """The days of the month that were over at the cut."""
    day = period.since.astimezone(words.WIB).date()
    at = period.since + _DAY
    while at <= period.cut:
        yield day
        day, at = day + _DAY, at + _DAY


async def _days(record: Record, period: Period, sites: Sequence[Site], seal: SealRange) -> tuple[Day, ...]:
    found = []
    start, day = period.since, period.since.astimezone(words.WIB).date()
    while start < period.cut:
        end = min(start + _DAY, period.cut)
        known = await record.availability(None, start, end, now=period.cut)
        times = await record.response_times(None, start, end)
        is_sealed = end - start == _DAY and seal.days > 0 and day not in seal.missing
        found.append(measure.day(day, sites, known, times, sealed=is_sealed))
        start, day = start + _DAY, day + _DAY
    return tuple(found)
