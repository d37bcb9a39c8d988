"""How far an exchange has come: the running phase, what each took, and what was learnt."""

from __future__ import annotations

from time import monotonic_ns

from monitor.net.errors import Mishap
from monitor.net.facts import ExchangeFailed, Failure, Phase, Phases, TlsSession

MAX_DETAIL = 300
"""Characters of evidence: the library's words may quote what a hostile peer sent."""

_ORDER = tuple(Phase)


class Progress:
    """The stopwatch and notebook of one exchange; what a failure tells comes from here."""

    __slots__ = ("_since", "_spent", "address", "deadline", "phase", "tls")

    def __init__(self, deadline: float) -> None:
        """Everything is to end at loop time *deadline*, which only our own waiting may move."""
        self.deadline = deadline
        self.phase = Phase.DNS
        self.address: str | None = None
        self.tls: TlsSession | None = None
        self._spent = dict.fromkeys(_ORDER, 0)
        self._since: int | None = None

    def start(self, phase: Phase) -> None:
        """Time *phase* from now on; a phase may be resumed."""
        self.pause()
        self.phase = phase
        self._since = monotonic_ns()

    def pause(self) -> None:
        """Time nothing until the next `start`: what happens now is ours, or over."""
        if self._since is not None:
            self._spent[self.phase] += monotonic_ns() - self._since
            self._since = None

    def phases(self) -> Phases:
        """What each phase took until now, the running one included."""
        if self._since is not None:
            self.start(self.phase)
        return Phases(*(spent // 1000 for spent in self._spent.values()))

    def failed(self, mishap: Mishap) -> ExchangeFailed:
        """The exception that tells of *mishap* with everything known by now."""
        failure = Failure(self.phase, mishap.kind, mishap.detail[:MAX_DETAIL], self.address)
        return ExchangeFailed(failure, self.phases(), self.tls)
