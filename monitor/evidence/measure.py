"""From figures to the tables of availability: sites, jenis, days, outages, and the month before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from monitor import availability, catalogue, words
from monitor.evidence.data import Compared, Day, Direction, Figures, KindTotal, Outage, Response, Site
from monitor.evidence.record import Brief
from monitor.model import Kind, State
from monitor.store.stored import StoredTarget
from monitor.store.told import Told

MICROSECOND = timedelta(microseconds=1)
ZERO = timedelta(0)
NOTHING = availability.Figures()


def figures(of: availability.Figures) -> Figures:
    """*of* as a report keeps it: the outages are counted, and listed elsewhere."""
    outside = of.without_maintenance()
    return Figures(
        up=of.up,
        degraded=of.degraded,
        down=of.down,
        unobserved=of.unobserved,
        maintained=of.maintained,
        ratio=of.ratio,
        ratio_without_maintenance=of.ratio_without_maintenance,
        outages=len(of.outages),
        longest=of.longest or ZERO,
        mttr=_whole(of.mttr),
        mtbf=_whole(of.mtbf),
        unplanned=len(outside.outages),
        unplanned_down=outside.down,
        unplanned_mttr=_whole(outside.mttr),
        unplanned_mtbf=_whole(outside.mtbf),
    )


def _whole(span: timedelta | None) -> timedelta | None:
    """A mean in whole seconds, rounded down: so that it is written the same everywhere."""
    return None if span is None else timedelta(seconds=span // timedelta(seconds=1))


@dataclass(frozen=True, slots=True)
class Month:
    """What the record says of a month, from which its sites are told."""

    told: Told
    known: Mapping[str, availability.Figures]
    times: Mapping[str, availability.Response]
    brief: Brief
    cut: datetime
    lately: frozenset[str] = frozenset()
    """The kodes that were observed at the cut, of which no look is known any more."""


def site(stored: StoredTarget, month: Month) -> Site:
    """The month of one listed site."""
    target = stored.target
    looks = month.told.looked.get((target.kode, month.brief.vital))
    state, since = _state(target.kode, looks, month)
    time = month.times.get(target.kode)
    return Site(
        kode=target.kode,
        kind=target.kind,
        name=target.name,
        url=target.url,
        host=target.host,
        owner=target.owner,
        source=target.source,
        mail=target.mail,
        verification=target.verification,
        suggested_url=target.suggested_url,
        active=target.active,
        first_seen=stored.first_seen,
        retired=stored.retired,
        state=state,
        state_since=since,
        figures=figures(month.known.get(target.kode, NOTHING)),
        response=Response() if time is None else Response(median=time.median, p95=time.p95, count=time.count),
        target=month.brief.method.targets.get(target.kind),
        first_look=None if looks is None else looks[0],
        last_look=None if looks is None else looks[1],
    )


def _state(kode: str, looks: tuple[datetime, datetime] | None, month: Month) -> tuple[State, datetime | None]:
    """What the site was at the cut, and since when; unobserved when the last look is too long ago."""
    step = month.told.states.get(kode)
    if step is not None and looks is None and kode in month.lately:
        return step.state, step.at
    if step is None or looks is None:
        return State.UNOBSERVED, None
    if month.cut - looks[1] > month.brief.patience and step.state is not State.UNOBSERVED:
        return State.UNOBSERVED, looks[1]
    return step.state, step.at


def kinds(sites: Sequence[Site], known: Mapping[str, availability.Figures], brief: Brief) -> Iterator[KindTotal]:
    """Each jenis that has sites, in the order people read."""
    for kind in Kind:
        of = [site for site in sites if site.kind is kind and site.active]
        if of:
            yield KindTotal(
                kind=kind,
                sites=len(of),
                figures=total(of, known),
                target=brief.method.targets.get(kind),
                met=sum(site.meets is True for site in of),
                missed=sum(site.meets is False for site in of),
                unknown=sum(site.meets is None for site in of),
                response=_middle(site.response.median for site in of),
            )


def total(sites: Iterable[Site], known: Mapping[str, availability.Figures]) -> Figures:
    """*sites* together, weighted by the time each was known."""
    return figures(availability.together(known.get(site.kode, NOTHING) for site in sites))


def _middle(times: Iterable[timedelta | None]) -> timedelta | None:
    found = [time // MICROSECOND for time in times if time is not None]
    return int(median(found)) * MICROSECOND if found else None


def day(
    of: date,
    sites: Iterable[Site],
    known: Mapping[str, availability.Figures],
    times: Mapping[str, availability.Response],
    *,
    sealed: bool,
) -> Day:
    """One day over all watched sites."""
    watched = [site for site in sites if site.active]
    together = availability.together(known.get(site.kode, NOTHING) for site in watched)
    return Day(
        day=of,
        figures=figures(together),
        started=together.failures,
        response=_middle(times[site.kode].median for site in watched if site.kode in times),
        sealed=sealed,
    )


def outages(sites: Iterable[Site], known: Mapping[str, availability.Figures]) -> tuple[Outage, ...]:
    """Every outage of every site, by its start."""
    found = (
        Outage(
            kode=site.kode,
            name=site.name,
            start=item.start,
            end=item.end,
            duration=item.duration,
            cause=item.cause,
            cause_text=catalogue.text(item.cause).title if item.cause in catalogue.codes() else item.cause,
            maintained=item.maintained > ZERO,
            began_before=item.continued,
        )
        for site in sites
        for item in known.get(site.kode, NOTHING).outages
    )
    return tuple(sorted(found, key=lambda item: (item.start, item.kode)))


def compared(
    sites: Iterable[Site], before: Mapping[str, availability.Figures], gone: Iterable[Site]
) -> tuple[Compared, ...]:
    """Each watched site against the month before, and those that are no longer there."""
    return (
        *(_compared(site, before.get(site.kode, NOTHING)) for site in sites if site.active),
        *(_gone(site, before.get(site.kode, NOTHING)) for site in gone),
    )


def _compared(site: Site, before: availability.Figures) -> Compared:
    return Compared(
        kode=site.kode,
        name=site.name,
        before=before.ratio,
        now=site.figures.ratio,
        outages_before=len(before.outages),
        outages=site.figures.outages,
        direction=_direction(site, before),
    )


def _gone(site: Site, before: availability.Figures) -> Compared:
    return Compared(
        kode=site.kode,
        name=site.name,
        before=before.ratio,
        now=None,
        outages_before=len(before.outages),
        outages=0,
        direction=Direction.GONE,
    )


def _direction(site: Site, before: availability.Figures) -> Direction:
    now, then = site.figures.ratio, before.ratio
    if then is None:
        return Direction.UNKNOWN if now is None else Direction.NEW
    if now is None:
        return Direction.UNKNOWN
    # As people read them: what differs in no digit that is shown has stayed the same.
    shown, was = words.percent(now), words.percent(then)
    if shown == was:
        return Direction.SAME
    return Direction.BETTER if now > then else Direction.WORSE
