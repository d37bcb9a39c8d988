"""What decides availability, read from rows: a `History` for each target, from rollups and the samples after them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from monitor.availability import History, Span, Step, gaps, limit_of
from monitor.incident import Scope, Window
from monitor.incidents.windows import concerns, occurrences
from monitor.model import Kind, Outcome, State
from monitor.store import cases, codec
from monitor.store.schema import (
    cadence,
    check_kind,
    fact_body,
    facts,
    finding,
    gap,
    incident_finding,
    rolled,
    sample,
    target,
    target_change,
    transition,
)

WEBSITE, ZONE, NAMES = "website", "zone", "names"
DEFAULT_CADENCES: Mapping[str, timedelta] = {WEBSITE: timedelta(seconds=60), ZONE: timedelta(minutes=5)}
"""Of the vital checks, for time before any was recorded."""

_SECOND = 1000
"""In the milliseconds that rows keep."""
_CHUNK = 500
"""Most parameters of one IN."""

HOUR = 3600
ANSWERED = sample.c.status > 0
SPENT = sample.c.dns + sample.c.connect + sample.c.tls + sample.c.ttfb + sample.c.transfer
"""What a visit took, over all hops, in µs."""
OBSERVED = sample.c.outcome == codec.OUTCOMES[Outcome.OBSERVED]


@dataclass(frozen=True, slots=True)
class Watched:
    """A target, and the check whose looks decide whether it is observed at all."""

    id: int
    kode: str
    kind: Kind
    check_id: int
    rolled: Rolled | None


@dataclass(frozen=True, slots=True)
class Rolled:
    """How far the rollups of a target have come."""

    until: int
    """The hour, counted from the epoch, that comes next."""
    begin: int
    """The first observation ever, as a second."""
    seen: int
    """The last one before `until`."""


class Ground:
    """What all targets have in common while a question is answered."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        """Read it through *connection*, as of *now*."""
        self.connection = connection
        self.now = (now - codec.EPOCH) // timedelta(seconds=1)
        self.checks: dict[str, int] = {
            row.slug: row.id for row in connection.execute(select(check_kind.c.slug, check_kind.c.id))
        }
        self._cadences: dict[int, list[tuple[int, int]]] = {}
        for row in connection.execute(select(cadence).order_by(cadence.c.check_id, cadence.c.at)):
            limit = limit_of(timedelta(seconds=row.seconds))
            self._cadences.setdefault(row.check_id, []).append((row.at, limit))
        self._times: dict[tuple[int, int, int], list[Span]] = {}
        self.windows = cases.windows(connection, ended_too=True)
        self.vital = [self.checks[slug] for slug in DEFAULT_CADENCES if slug in self.checks]
        self._slugs = {number: slug for slug, number in self.checks.items()}

    def times(self, window: Window, since: int, until: int) -> list[Span]:
        """When *window* was on within [*since*, *until*); reckoned once for all targets."""
        key = (window.number, since, until)
        if key not in self._times:
            low, high = (codec.EPOCH + timedelta(seconds=at) for at in (since, until))
            self._times[key] = [(_second(start), _second(end)) for start, end in occurrences(window, low, high)]
        return self._times[key]

    def limit(self, check_id: int) -> Callable[[int], int]:
        """How long an interval may be that begins at a second and was still observed, by the cadence of then."""
        known = self._cadences.get(check_id, [])
        if not known:
            usual = limit_of(DEFAULT_CADENCES[self._slugs[check_id]])
            return lambda _at: usual
        starts = [at for at, _limit in known]
        return lambda at: known[max(bisect_right(starts, at) - 1, 0)][1]

    def limits(self, check_id: int) -> tuple[int, int]:
        """The shortest and the longest that `limit` ever says."""
        known = [limit for _at, limit in self._cadences.get(check_id, [])] or [self.limit(check_id)(0)]
        return min(known), max(known)


def watched(ground: Ground, kode: str | None = None) -> list[Watched]:
    """The target *kode*, or all of them, by kode."""
    wanted = targets_and_progress().order_by(target.c.kode)
    return read_watched(ground, wanted if kode is None else wanted.where(target.c.kode == kode))


def targets_and_progress() -> Select[Any]:
    """What `read_watched` reads."""
    both = target.outerjoin(rolled, rolled.c.target_id == target.c.id)
    columns = (rolled.c.until_hour, rolled.c.begin_at, rolled.c.seen_at)
    return select(target.c.id, target.c.kode, target.c.kind, *columns).select_from(both)


def read_watched(ground: Ground, wanted: Select[Any]) -> list[Watched]:
    """The targets *wanted* that have a vital check."""
    found = []
    for row in ground.connection.execute(wanted):
        kind = Kind(row.kind)
        check_id = ground.checks.get(vital_of(kind))
        if check_id is not None:
            done = None if row.until_hour is None else Rolled(row.until_hour, row.begin_at, row.seen_at)
            found.append(Watched(row.id, row.kode, kind, check_id, done))
    return found


def vital_of(kind: Kind) -> str:
    """The check whose looks decide whether a target of *kind* is observed at all."""
    return ZONE if kind is Kind.DOMAIN else WEBSITE


def histories(
    ground: Ground, who: Sequence[Watched], since: int, until: int, *, raw: bool = False
) -> dict[str, History]:
    """
    Kode → what decides the availability of [*since*, *until*), in seconds since the epoch.

    With *raw* the gaps come from the samples alone, as if nothing had ever been rolled up.
    """
    ids = [each.id for each in who]
    steps = _steps(ground, ids, since, until)
    known = {} if raw else _known_gaps(ground, ids, since, until)
    absent = _absent(ground, ids)
    maintained = _maintained(ground, who, since, until)
    found = {}
    for each in who:
        done = None if raw else each.rolled
        begin = done.begin if done is not None else first_seen(ground, each)
        found[each.kode] = History(
            begin=begin,
            horizon=ground.now,
            steps=steps.get(each.id, ()),
            gaps=[*known.get(each.id, ()), *_fresh_gaps(ground, each, done, begin, (since, until))],
            absent=absent.get(each.id, ()),
            maintained=maintained.get(each.id, ()),
        )
    return found


def first_seen(ground: Ground, each: Watched) -> int | None:
    """The first observation of a target that its samples still show."""
    first: int | None = ground.connection.scalar(select(sample.c.at).where(*looks(each)).order_by(sample.c.at).limit(1))
    return first


def last_seen(ground: Ground, each: Watched, before: int) -> int | None:
    """Its last observation earlier than the second *before*."""
    last: int | None = ground.connection.scalar(
        select(sample.c.at).where(*looks(each), sample.c.at < before).order_by(sample.c.at.desc()).limit(1)
    )
    return last


def looks(each: Watched) -> tuple[ColumnElement[bool], ...]:
    """Which samples are observations of a target."""
    return sample.c.target_id == each.id, sample.c.check_id == each.check_id, OBSERVED


def _fresh_gaps(ground: Ground, each: Watched, done: Rolled | None, begin: int | None, within: Span) -> list[Span]:
    """The gaps that no rollup tells of: those that begin at *done*'s last observation or later."""
    since, until = within
    if begin is None or begin >= until or (done is not None and done.seen >= until):
        return []
    low = begin if done is None else done.seen
    if since > low:
        low = max(low, last_seen(ground, each, since) or low)
    return sample_gaps(ground, each, low, until)


def sample_gaps(ground: Ground, each: Watched, low: int, until: int) -> list[Span]:
    """The gaps between the observations from *low* (one of them) on that begin before *until*, by the samples."""
    high = sight(ground, each, until)
    found = select(sample.c.at).where(*looks(each), sample.c.at >= low, sample.c.at < high).order_by(sample.c.at)
    # The sample of *low* itself may have been pruned.
    seen = [low, *(at for (at,) in ground.connection.execute(found).all())]
    return [span for span in gaps(seen, ground.limit(each.check_id), high) if span[0] < until]


def sight(ground: Ground, each: Watched, until: int) -> int:
    """How far one has to look to know whether the last interval that begins before *until* is a gap."""
    return min(ground.now, until + ground.limits(each.check_id)[1] + 1)


def _known_gaps(ground: Ground, ids: Sequence[int], since: int, until: int) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for part in parts(ids):
        wanted = select(gap).where(among(gap.c.target_id, part), gap.c.start_at < until, gap.c.end_at > since)
        for row in ground.connection.execute(wanted.order_by(gap.c.target_id, gap.c.start_at)):
            found.setdefault(row.target_id, []).append((row.start_at, row.end_at))
    return found


def _steps(ground: Ground, ids: Sequence[int], since: int, until: int) -> dict[int, list[Step]]:
    """
    The steps of [*since*, *until*), and those from the last one before that saw the target.

    By ids, not by `at`: a step that was recorded later and is dated earlier takes the place of others.
    """
    found: dict[int, list[Step]] = {}
    for part in parts(ids):
        before = (
            select(transition.c.target_id, func.max(transition.c.id).label("id"))
            .where(
                among(transition.c.target_id, part),
                transition.c.at < since * _SECOND,
                transition.c.state != codec.STATES[State.UNOBSERVED],
            )
            .group_by(transition.c.target_id)
            .subquery()
        )
        wanted = (
            select(transition.c.target_id, transition.c.at, transition.c.state, transition.c.cause)
            .select_from(transition.outerjoin(before, before.c.target_id == transition.c.target_id))
            .where(
                among(transition.c.target_id, part),
                transition.c.id >= func.coalesce(before.c.id, 0),
                transition.c.at < until * _SECOND,
            )
        )
        for row in ground.connection.execute(wanted.order_by(transition.c.target_id, transition.c.id)):
            step = Step(row.at // _SECOND, codec.STATE_OF[row.state], row.cause)
            found.setdefault(row.target_id, []).append(step)
    return found


FOREVER = 2**40
"""A second that nobody will see."""


def _absent(ground: Ground, ids: Sequence[int]) -> dict[int, list[Span]]:
    """When a target stood in no inventory, or was inactive there, by the log of changes."""
    found = _lacking(ground, ids, "retired_at", present=None)
    for target_id, spans in _lacking(ground, ids, "active", present="ya").items():
        found.setdefault(target_id, []).extend(spans)
    return found


def _lacking(ground: Ground, ids: Sequence[int], field: str, *, present: str | None) -> dict[int, list[Span]]:
    """When *field* was declared anything but *present*, up to `FOREVER` when it still is."""
    found: dict[int, list[Span]] = {}
    for part in parts(ids):
        wanted = select(target_change.c.target_id, target_change.c.at, target_change.c.after).where(
            among(target_change.c.target_id, part), target_change.c.field == field
        )
        for row in ground.connection.execute(wanted.order_by(target_change.c.target_id, target_change.c.id)):
            spans, at = found.setdefault(row.target_id, []), row.at // _SECOND
            if spans and spans[-1][1] == FOREVER:
                spans[-1] = (spans[-1][0], at)
            if row.after != present:
                spans.append((at, FOREVER))
    return found


def _maintained(ground: Ground, who: Sequence[Watched], since: int, until: int) -> dict[int, list[Span]]:
    """Planned maintenance that touches [*since*, *until*), of those it concerned then."""
    found: dict[int, list[Span]] = {}
    addresses = _Addresses(ground, [each.id for each in who])
    for window in ground.windows:
        spans = ground.times(window, since, until)
        for each in who if spans else ():
            if window.scope is Scope.ADDRESS:
                held = [span for span in spans if _is_about(window, each, addresses.of(each.id, span))]
            else:
                held = spans if _is_about(window, each, ()) else []
            found.setdefault(each.id, []).extend(held)
    return found


def _is_about(window: Window, each: Watched, addresses: Iterable[str]) -> bool:
    return concerns(window, each.kode, each.kind, addresses)


def _second(at: datetime) -> int:
    return (at - codec.EPOCH) // timedelta(seconds=1)


class _Addresses:
    """Where targets were: by what their names led to, and by where faults were met. Read when first asked for."""

    def __init__(self, ground: Ground, ids: Sequence[int]) -> None:
        self._ground = ground
        self._ids = ids
        self._named: dict[int, list[tuple[int, tuple[str, ...]]]] = {}
        self._met: dict[int, list[tuple[int, str]]] = {}
        self._is_read = False

    def of(self, target_id: int, span: Span) -> set[str]:
        """Those of *target_id*: by the evidence in force when *span* began, and by what came within."""
        if not self._is_read:
            self._read()
            self._is_read = True
        named = self._named.get(target_id, [])
        first = max(bisect_right(named, span[0], key=_when) - 1, 0)
        found = {address for at, addresses in named[first : first + 1] for address in addresses}
        found |= {address for at, addresses in named[first:] if at < span[1] for address in addresses}
        return found | {address for at, address in self._met.get(target_id, []) if span[0] <= at < span[1]}

    def _read(self) -> None:
        connection, names = self._ground.connection, self._ground.checks.get(NAMES)
        for part in parts(self._ids):
            of = and_(among(facts.c.target_id, part), facts.c.check_id == names)
            evidence = select(facts.c.target_id, facts.c.at, fact_body.c.body).join_from(facts, fact_body).where(of)
            for row in connection.execute(evidence.order_by(facts.c.at)):
                addresses = tuple(map(str, codec.unpack(row.body).get("addresses") or ()))
                self._named.setdefault(row.target_id, []).append((row.at // _SECOND, addresses))
            for row in connection.execute(_faults(part)):
                self._met.setdefault(row.target_id, []).append((row.joined_at // _SECOND, row.address))


def _when(item: tuple[int, tuple[str, ...]]) -> int:
    return item[0]


def _faults(part: Sequence[int]) -> Any:
    """Where the findings of these targets were met that became part of an incident."""
    return (
        select(finding.c.target_id, incident_finding.c.joined_at, incident_finding.c.address)
        .select_from(incident_finding.join(finding))
        .where(among(finding.c.target_id, part), incident_finding.c.address != "")
    )


def parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    """*ids*, as many at a time as one statement takes."""
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def among(column: ColumnElement[int], part: Sequence[int]) -> ColumnElement[bool]:
    """Whether *column* is one of *part*."""
    return column == part[0] if len(part) == 1 else column.in_(part)
