"""What stands between a visitor and the page: one fault at most, read off the facts, the target left aside."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from monitor.checks.website.visit import Visit
from monitor.net.facts import FailureKind


class Fault(StrEnum):
    """Why a visitor did not get the page."""

    NAME = "name"
    """The target's own name leads nowhere."""
    TRANSPORT = "transport"
    """There was no answer, or no way to the next hop."""
    FORBIDDEN = "forbidden"
    """A name led to an address that no public site has."""
    LOOP = "loop"
    ERROR = "error"
    """The server said 5xx."""
    MISSING = "missing"
    """The server said 4xx."""


UNCERTAIN = frozenset({Fault.NAME, Fault.TRANSPORT, Fault.ERROR})
"""May be passing: opened only when seen several times in a row."""

_NAMELESS = frozenset({FailureKind.NAME_NOT_FOUND, FailureKind.NO_ADDRESS})
_CLIENT_ERROR = 400
_SERVER_ERROR = 500


def fault(visit: Visit) -> Fault | None:
    """The fault of *visit*; None when the visitor got the page."""
    if visit.failure is not None:
        return _failed(visit.failure.kind, is_first=len(visit.hops) == 1)
    if visit.loop:
        return Fault.LOOP
    status = visit.last.status or 0
    if status >= _SERVER_ERROR:
        return Fault.ERROR
    return Fault.MISSING if status >= _CLIENT_ERROR else None


def _failed(kind: FailureKind, *, is_first: bool) -> Fault:
    if kind is FailureKind.FORBIDDEN_ADDRESS:
        return Fault.FORBIDDEN
    return Fault.NAME if is_first and kind in _NAMELESS else Fault.TRANSPORT


def answers(*own: Fault) -> Callable[[Visit], bool]:
    """
    Whether a visit can say that *own* faults are there or gone.

    A fault that is not yet certain answers for itself alone: it must not close the fault that it follows (refused after
    503), or a site that never came back would show as recovered until the new one is confirmed.
    """

    def sees(visit: Visit) -> bool:
        seen = fault(visit)
        return seen in own or seen not in UNCERTAIN

    return sees


def came_to_answer(visit: Visit) -> bool:
    """Whether the visit ended on an answer that a working site may give, were it a refusal."""
    return fault(visit) in (None, Fault.MISSING)
