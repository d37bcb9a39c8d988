"""What a check is: it looks (`observe`, the only I/O), then it judges (pure)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Generic, TypeVar

from monitor.checks.evidence import evidence
from monitor.content.baseline import Learning
from monitor.domains import Domains
from monitor.model import Exhibit, Finding, Measure, Rule, Target
from monitor.net import Network
from monitor.net.facts import Phase

F = TypeVar("F")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The numbers and lists a judge may consult; from settings, the same for every target."""

    domains: Domains
    """What counts as a government name."""
    slow: timedelta = timedelta(seconds=5)
    """A visit longer than this is `site.slow`."""
    expiring: tuple[int, ...] = (30, 14, 7)
    """Days before a certificate's end at which severity rises; the first opens `certificate.expiring`."""
    trusted: frozenset[str] = frozenset()
    """Hosts that pages may load from and send to, beside the public services that are shipped."""
    learning: Learning = field(default_factory=Learning)
    """How slowly it is learned what is usual for a page."""


@dataclass(frozen=True, slots=True)
class Context:
    """What `observe` may touch besides the target."""

    net: Network
    fresh: bool = False
    """True for a second look: nothing cached may answer, not even a name lookup."""
    memory: Mapping[str, Any] | None = None
    """What this check has learned of the target, as its `learn` gave it; None while it has learned nothing."""
    open: frozenset[tuple[str, str]] = frozenset()
    """What this check has found on the target and not yet seen mended, as (code, subject)."""


Verdict = Callable[[Target, F, Policy, datetime], Iterable[Finding]]
"""(target, facts, policy, now) → findings; pure: no I/O, no clock, no randomness."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judge(Generic[F]):
    """One question answered from the facts: which findings it can make, and when it can see at all."""

    rules: tuple[Rule, ...]
    """Every finding it can make: closed world, checked by a test."""
    verdict: Verdict[F]
    sees: Callable[[F], bool] = lambda _facts: True
    """False when these facts cannot answer the question: nothing is opened, and nothing is closed either."""
    codes: frozenset[str] = field(init=False)
    """Of `rules`."""

    def __post_init__(self) -> None:
        """Know the codes once: they are asked for on every run."""
        object.__setattr__(self, "codes", frozenset(rule.code for rule in self.rules))


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[F]):
    """One question asked of every target it applies to, again and again."""

    name: str
    """Slug used in settings, metrics, database and URLs."""
    every: timedelta
    timeout: timedelta
    applies: Callable[[Target], bool]
    observe: Callable[[Target, Context], Awaitable[F]]
    judges: tuple[Judge[F], ...]
    vital: bool = False
    """True for the check whose runs decide whether a target is observed at all."""
    measure: Callable[[F], Measure] = lambda _facts: Measure()
    """The sample row of these facts."""
    remember: Callable[[F], dict[str, Any]] = evidence
    """The facts as JSON-able evidence, without what differs on every visit (timings, nonces)."""
    keep: Callable[[F], F] = lambda facts: facts
    """What stays in memory after judging: the facts without their bulk (a page's body)."""
    ours: Callable[[F], str] = lambda _facts: ""
    """Non-empty when the facts show that the fault is on our side: the run is then BROKEN for that reason."""
    exhibits: Callable[[F, datetime], tuple[Exhibit, ...]] = lambda _facts, _at: ()
    """What of these facts proves a finding of the CSIRT's, as received; asked before `keep` drops the bulk."""
    learn: Callable[[F, Mapping[str, Any] | None, datetime], Mapping[str, Any] | None] = lambda _facts, _known, _at: (
        None
    )
    """
    (facts, memory so far, now) → what to remember from now on, or None to leave it as it is.

    Asked only after runs that observed the target while nothing of the CSIRT's is open or pending on it.
    """
    overlooked: Callable[[F], frozenset[tuple[str, str]]] = lambda _facts: frozenset()
    """
    What was open before the look and the facts say nothing of, as (code, subject), although its code is judged.

    For a question asked of several things of which one look sees some; what it names stays open.
    """
    failed: Callable[[F], Phase | None] = lambda _facts: None
    """The phase in which the target could not be reached: the vantage is then asked whether it is us."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every finding this check can make."""
        return tuple(rule for judge in self.judges for rule in judge.rules)


def judge(
    check: Check[F], target: Target, facts: F, policy: Policy, now: datetime
) -> tuple[tuple[Finding, ...], frozenset[str]]:
    """The findings of *check*'s judges on *facts*, each (code, subject) once, and the codes that were judged."""
    found: dict[tuple[str, str], Finding] = {}
    seeing = tuple(question for question in check.judges if question.sees(facts))
    for question in seeing:
        for finding in question.verdict(target, facts, policy, now):
            found.setdefault(finding.key, finding)
    return tuple(found.values()), _codes(seeing)


@lru_cache(maxsize=1024)
def _codes(judges: tuple[Judge[Any], ...]) -> frozenset[str]:
    """What these judge together; one shared set for each combination, for every result keeps it."""
    return frozenset().union(*(question.codes for question in judges))
