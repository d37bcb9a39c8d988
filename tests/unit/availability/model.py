"""Availability once more, second by second and without a thought for speed: what the real one is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from monitor.availability import Span, Step
from monitor.model import State

REACHABLE = (State.UP, State.DEGRADED)


@dataclass(frozen=True, kw_only=True)
class World:
    """What happened to one target; instants in whole seconds, in any order that clocks produce."""

    looks: tuple[int, ...]
    limit: Callable[[int], int]
    steps: tuple[Step, ...]
    absent: tuple[Span, ...]
    maintained: tuple[Span, ...]
    now: int


@dataclass
class Down:
    """An outage: the seconds it was known to last, and whether it ended."""

    seconds: list[int]
    cause: str
    ended: bool = False
    continued: bool = False


def within(spans: Iterable[Span], second: int) -> bool:
    return any(start <= second < end for start, end in spans)


def step_at(world: World, second: int) -> Step | None:
    """Play the steps as they were recorded: each rewrites everything from its instant on."""
    current = None
    for place, step in enumerate(world.steps):
        is_overwritten = any(later.at <= step.at for later in world.steps[place + 1 :])
        if step.at <= second and not is_overwritten and (current is None or step.at >= current.at):
            current = step
    return current


def state_at(world: World, second: int) -> State | None:
    """The state in *second*; None when it is part of no figure."""
    if not world.looks or second < min(world.looks) or second >= world.now or within(world.absent, second):
        return None
    if min(world.looks) >= world.now:
        return None
    last = max(look for look in world.looks if look <= second)
    following = min((look for look in world.looks if last < look < world.now), default=world.now)
    if following - last > world.limit(last):
        return State.UNOBSERVED
    step = step_at(world, second)
    return State.UNOBSERVED if step is None else step.state


def seconds(world: World, since: int, until: int) -> dict[tuple[State, bool], int]:
    found: dict[tuple[State, bool], int] = {}
    for second in range(since, until):
        state = state_at(world, second)
        if state is not None:
            key = (state, within(world.maintained, second))
            found[key] = found.get(key, 0) + 1
    return found


def ratio(spent: dict[tuple[State, bool], int], *, outside: bool) -> Fraction | None:
    counted = {key: count for key, count in spent.items() if not (outside and key[1])}
    up = sum(count for (state, _flag), count in counted.items() if state in REACHABLE)
    known = up + sum(count for (state, _flag), count in counted.items() if state is State.DOWN)
    return Fraction(up, known) if known else None


def was_down(world: World, since: int) -> bool:
    """Play the world up to *since*: what was last seen decides; who is absent is not seen, and not expected."""
    going = False
    for second in range(min(world.looks, default=since), since):
        step = step_at(world, second)
        if within(world.absent, second):
            going = False
        elif step is not None and step.state is not State.UNOBSERVED:
            going = step.state is State.DOWN
    return going


def outages(world: World, since: int, until: int) -> list[Down]:
    """Second by second: only being seen to answer, or not being watched any more, ends an outage."""
    found: list[Down] = []
    follows, current = was_down(world, since), None
    for second in range(since, min(until, world.now)):
        state = state_at(world, second)
        if state is None or state in REACHABLE:
            if current is not None:
                current.ended = True
            follows, current = False, None
        elif state is State.DOWN:
            if current is None:
                step = step_at(world, second)
                current = Down([], step.cause if step else "", continued=follows)
                found.append(current)
            current.seconds.append(second)
    return found
