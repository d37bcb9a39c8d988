"""The figures of a window: how long in which state, which outages, how soon mended and how rare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from monitor.availability.history import History, Piece, instant, pieces, was_down
from monitor.model import State

ZERO = timedelta(0)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """
    A target was down, from the first failing look on until it was seen to answer again.

    Time that nobody observed neither ends an outage nor makes it longer: nobody knows.
    """

    start: datetime
    """UTC; the beginning of the window when it began before."""
    end: datetime | None
    """UTC; when it was last known to be down. None: it had not ended when the window did."""
    duration: timedelta
    """How long it was known to be down within the window."""
    cause: str
    """The code of the rule that decided first."""
    continued: bool = False
    """Whether it began before the window."""
    maintained: timedelta = ZERO
    """The part of `duration` for which maintenance was planned."""

    @property
    def unplanned(self) -> timedelta:
        """The part of `duration` outside maintenance."""
        return self.duration - self.maintained


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """
    Availability in a window. Time before the first observation, and while a target was not to be watched, is no part.

    `up` … `unobserved` are everything; `maintained_…` are the parts of them for which maintenance was planned.
    """

    up: timedelta = ZERO
    degraded: timedelta = ZERO
    """It answered, but a visitor was warned, refused or kept waiting: reachable, so it counts as up."""
    down: timedelta = ZERO
    unobserved: timedelta = ZERO
    maintained_up: timedelta = ZERO
    maintained_degraded: timedelta = ZERO
    maintained_down: timedelta = ZERO
    maintained_unobserved: timedelta = ZERO
    outages: tuple[Outage, ...] = ()
    """By their start."""

    @property
    def reachable(self) -> timedelta:
        """Time known up, degraded or not."""
        return self.up + self.degraded

    @property
    def known(self) -> timedelta:
        """Time of which the state is known."""
        return self.reachable + self.down

    @property
    def watched(self) -> timedelta:
        """The whole time that is part of these figures."""
        return self.known + self.unobserved

    @property
    def maintained(self) -> timedelta:
        """The part of `watched` for which maintenance was planned."""
        return self.maintained_up + self.maintained_degraded + self.maintained_down + self.maintained_unobserved

    @property
    def ratio(self) -> Fraction | None:
        """Time known up ÷ time known, maintenance counted as any other time; None when nothing is known."""
        return _share(self.reachable, self.known)

    @property
    def ratio_without_maintenance(self) -> Fraction | None:
        """The same of the time outside maintenance."""
        reachable = self.reachable - self.maintained_up - self.maintained_degraded
        return _share(reachable, reachable + self.down - self.maintained_down)

    @property
    def unobserved_share(self) -> Fraction:
        """Time nobody observed ÷ the whole; 0 when there is no such time at all."""
        return _share(self.unobserved, self.watched) or Fraction(0)

    @property
    def failures(self) -> int:
        """How many outages began in the window."""
        return sum(not outage.continued for outage in self.outages)

    @property
    def longest(self) -> timedelta | None:
        """The longest an outage was known to last; None when there was none."""
        return max((outage.duration for outage in self.outages), default=None)

    @property
    def mttr(self) -> timedelta | None:
        """Mean time to repair: the mean duration of the outages that ended; None when none did."""
        ended = [outage.duration for outage in self.outages if outage.end is not None]
        return sum(ended, ZERO) / len(ended) if ended else None

    @property
    def mtbf(self) -> timedelta | None:
        """Mean time between failures: time known up ÷ outages that began; None when none did."""
        return self.reachable / self.failures if self.failures else None

    def without_maintenance(self) -> Figures:
        """The same figures of the time outside maintenance alone; outages that were all planned are gone."""
        return Figures(
            up=self.up - self.maintained_up,
            degraded=self.degraded - self.maintained_degraded,
            down=self.down - self.maintained_down,
            unobserved=self.unobserved - self.maintained_unobserved,
            outages=tuple(
                replace(outage, duration=outage.unplanned, maintained=ZERO)
                for outage in self.outages
                if outage.unplanned > ZERO
            ),
        )


def figures(history: History, since: int, until: int) -> Figures:
    """The figures of [*since*, *until*), in seconds since the epoch, of the target with this *history*."""
    found = list(pieces(history, since, until))
    spent = dict.fromkeys(((state, flag) for state in State for flag in (False, True)), 0)
    for piece in found:
        spent[piece.state, piece.is_maintained] += piece.end - piece.start
    return Figures(
        up=_both(spent, State.UP),
        degraded=_both(spent, State.DEGRADED),
        down=_both(spent, State.DOWN),
        unobserved=_both(spent, State.UNOBSERVED),
        maintained_up=spent[State.UP, True] * _SECOND,
        maintained_degraded=spent[State.DEGRADED, True] * _SECOND,
        maintained_down=spent[State.DOWN, True] * _SECOND,
        maintained_unobserved=spent[State.UNOBSERVED, True] * _SECOND,
        outages=tuple(_outages(history, found, since, min(until, history.horizon))),
    )


def together(each: Iterable[Figures]) -> Figures:
    """The figures of several targets as one: times and outages added, so that the ratios are weighted by time."""
    total = Figures()
    for item in each:
        total = Figures(
            up=total.up + item.up,
            degraded=total.degraded + item.degraded,
            down=total.down + item.down,
            unobserved=total.unobserved + item.unobserved,
            maintained_up=total.maintained_up + item.maintained_up,
            maintained_degraded=total.maintained_degraded + item.maintained_degraded,
            maintained_down=total.maintained_down + item.maintained_down,
            maintained_unobserved=total.maintained_unobserved + item.maintained_unobserved,
            outages=total.outages + item.outages,
        )
    return replace(total, outages=tuple(sorted(total.outages, key=lambda outage: outage.start)))


def _both(spent: dict[tuple[State, bool], int], state: State) -> timedelta:
    return (spent[state, False] + spent[state, True]) * _SECOND


def _share(part: timedelta, whole: timedelta) -> Fraction | None:
    return Fraction(part // _SECOND, whole // _SECOND) if whole else None


def _outages(history: History, found: Iterable[Piece], since: int, end: int) -> Iterator[Outage]:
    """The outages among the pieces *found* of a window from *since* up to *end*."""
    current: list[Piece] = []
    follows, before = was_down(history, since), since
    for piece in found:
        is_break = piece.start != before
        before = piece.end
        if is_break or piece.state in {State.UP, State.DEGRADED}:
            if current:
                yield _outage(current, follows=follows, has_ended=True)
            current, follows = [], False
        if piece.state is State.DOWN:
            current.append(piece)
    if current:
        yield _outage(current, follows=follows, has_ended=before != end)


def _outage(down: list[Piece], *, follows: bool, has_ended: bool) -> Outage:
    first, last = down[0], down[-1]
    return Outage(
        start=instant(first.start),
        end=instant(last.end) if has_ended else None,
        duration=sum(piece.end - piece.start for piece in down) * _SECOND,
        cause=first.cause,
        continued=follows,
        maintained=sum(piece.end - piece.start for piece in down if piece.is_maintained) * _SECOND,
    )
