"""One run of one check on one target: exceptions become outcomes, and our own faults stay ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from monitor import catalogue
from monitor.checks.base import Check, Context, Policy, judge
from monitor.errors import NotApplicable, Unreachable
from monitor.findings import Key
from monitor.model import Audience, CheckResult, Exhibit, Finding, Measure, Outcome, Target
from monitor.net import Network
from monitor.net.facts import ExchangeFailed, Phase

GRACE = timedelta(seconds=35)
"""Beyond a check's own timeout: a seat at a busy address is waited for on our time, not the target's."""
FRESH_ENOUGH = timedelta(seconds=5)
"""How old the vantage's last word may be when something is to be said of a target."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The part of a result that looking and judging make."""

    outcome: Outcome
    reason: str = ""
    facts: Any = None
    findings: tuple[Finding, ...] = ()
    judged: frozenset[str] = frozenset()
    overlooked: frozenset[tuple[str, str]] = frozenset()
    measure: Measure | None = None
    evidence: Mapping[str, Any] | None = None
    exhibits: tuple[Exhibit, ...] = ()


def _open(check: Check[Any], known: Iterable[Key]) -> frozenset[tuple[str, str]]:
    """What of *known* is *check*'s, as (code, subject)."""
    return frozenset((code, subject) for name, code, subject in known if name == check.name)


class Runner:
    """Runs checks. `policy` may be replaced between runs (a reload of the inventory)."""

    def __init__(self, net: Network, policy: Policy, now: Callable[[], datetime]) -> None:
        """Look through *net*, judge by *policy*, tell the time by *now* (aware UTC)."""
        self.policy = policy
        self._net = net
        self._now = now

    async def run(
        self,
        check: Check[Any],
        target: Target,
        *,
        fresh: bool = False,
        known: Collection[Key] = (),
        memory: Mapping[str, Any] | None = None,
    ) -> CheckResult[Any]:
        """
        The result of looking at *target* once; never raises but for cancellation.

        *fresh*: no cached look-ups. *known*: what is open already, so that the vantage is asked before anything new is
        said of the target, and not again for what was said before, and so that the check can look there again.
        *memory*: what the check has learned of the target.
        """
        started, clock = self._now(), time.monotonic()
        seen = await self._seen(check, target, Context(self._net, fresh, memory, _open(check, known)), known)
        return CheckResult(
            target=target,
            check=check.name,
            started=started,
            duration=timedelta(seconds=time.monotonic() - clock),
            outcome=seen.outcome,
            facts=seen.facts,
            findings=seen.findings,
            judged=seen.judged,
            overlooked=seen.overlooked,
            measure=seen.measure,
            evidence=seen.evidence,
            reason=seen.reason,
            exhibits=seen.exhibits,
        )

    async def _seen(self, check: Check[Any], target: Target, ctx: Context, known: Container[Key]) -> _Seen:
        """What one look and its judges made of the target; whatever goes wrong on our side is an outcome, too."""
        limit = check.timeout + GRACE
        try:
            async with asyncio.timeout(limit.total_seconds()):
                facts = await check.observe(target, ctx)
                reason = check.ours(facts)
                seen = _Seen(Outcome.BROKEN, reason) if reason else self._judged(check, target, facts, known)
                reason = reason or await self._vantage_lost(check, facts, seen.findings, known)
        except NotApplicable as error:
            return _Seen(Outcome.INAPPLICABLE, str(error))
        except (Unreachable, TimeoutError) as error:
            return await self._unreachable(error, limit)
        except (asyncio.CancelledError, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic in a parser of hostile bytes is no `Exception`
            log.exception("check.broken", check=check.name, target=target.kode)
            return _Seen(Outcome.BROKEN, f"galat pemantau: {type(error).__name__}")
        return _Seen(Outcome.BROKEN, reason) if reason else seen

    async def _unreachable(self, error: Unreachable | TimeoutError, limit: timedelta) -> _Seen:
        """Whose fault it is that nothing was seen: ours while the vantage is lost."""
        phase = error.failure.phase if isinstance(error, ExchangeFailed) else Phase.TRANSFER
        lost = (await self._net.vantage.look(max_age=FRESH_ENOUGH)).lost(phase)
        if lost:
            return _Seen(Outcome.BROKEN, lost)
        return _Seen(Outcome.UNREACHABLE, _why(error, limit))

    def _judged(self, check: Check[Any], target: Target, facts: Any, known: Container[Key]) -> _Seen:
        now = self._now()
        findings, judged = judge(check, target, facts, self.policy, now)
        proving = any(
            finding.rule.audience is Audience.CSIRT and (check.name, *finding.key) not in known for finding in findings
        )
        exhibits = check.exhibits(facts, now) if proving else ()
        kept = check.keep(facts)
        return _Seen(
            Outcome.OBSERVED,
            facts=kept,
            findings=findings,
            judged=judged,
            overlooked=check.overlooked(facts),
            measure=check.measure(facts),
            evidence=check.remember(kept),
            exhibits=exhibits,
        )

    async def _vantage_lost(
        self, check: Check[Any], facts: Any, findings: tuple[Finding, ...], known: Container[Key]
    ) -> str:
        """Why what was seen says nothing about the target; empty when it does."""
        phase = check.failed(facts)
        if phase is None and all((check.name, *finding.key) in known for finding in findings):
            return ""
        # Something between us and the target (a captive portal, a filter) can answer in its place, too.
        view = await self._net.vantage.look(max_age=FRESH_ENOUGH)
        return view.lost(phase or Phase.TRANSFER)


def _why(error: Unreachable | TimeoutError, limit: timedelta) -> str:
    """Why nothing was seen, as people read it."""
    if isinstance(error, ExchangeFailed):
        return catalogue.failure_text(error.failure)
    return str(error) if isinstance(error, Unreachable) else f"tidak selesai dalam {limit.total_seconds():.0f} detik"
