"""One run of one check on one target: exceptions become outcomes, and our own faults stay ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Container
from datetime import datetime, timedelta
from typing import Any

import structlog

from monitor.checks.base import Check, Context, Policy, judge
from monitor.errors import NotApplicable, Unreachable
from monitor.findings import Key
from monitor.model import CheckResult, Finding, Outcome, Target
from monitor.net import Network
from monitor.net.facts import Phase

GRACE = timedelta(seconds=35)
"""Beyond a check's own timeout: a seat at a busy address is waited for on our time, not the target's."""
FRESH_ENOUGH = timedelta(seconds=5)
"""How old the vantage's last word may be when something is to be said of a target."""

log = structlog.get_logger(__name__)


class Runner:
    """Runs checks. `policy` may be replaced between runs (a reload of the inventory)."""

    def __init__(self, net: Network, policy: Policy, now: Callable[[], datetime]) -> None:
        """Look through *net*, judge by *policy*, tell the time by *now* (aware UTC)."""
        self.policy = policy
        self._net = net
        self._now = now

    async def run(
        self, check: Check[Any], target: Target, *, fresh: bool = False, known: Container[Key] = ()
    ) -> CheckResult[Any]:
        """
        The result of looking at *target* once; never raises but for cancellation.

        *fresh*: no cached look-ups. *known*: what is open already, so that the vantage is asked before anything new is
        said of the target, and not again for what was said before.
        """
        started, clock = self._now(), time.monotonic()
        outcome, facts, reason = await self._look(check, target, fresh=fresh)
        findings: tuple[Finding, ...] = ()
        judged: frozenset[str] = frozenset()
        if outcome is Outcome.OBSERVED:
            findings, judged = judge(check, target, facts, self.policy, self._now())
            reason = await self._vantage_lost(check, facts, findings, known)
            outcome = Outcome.BROKEN if reason else outcome
        observed = outcome is Outcome.OBSERVED
        return CheckResult(
            target=target,
            check=check.name,
            started=started,
            duration=timedelta(seconds=time.monotonic() - clock),
            outcome=outcome,
            facts=check.keep(facts) if observed else None,
            findings=findings if observed else (),
            judged=judged if observed else frozenset(),
            measure=check.measure(facts) if observed else None,
            reason=reason,
        )

    async def _look(self, check: Check[Any], target: Target, *, fresh: bool) -> tuple[Outcome, Any, str]:
        limit = check.timeout + GRACE
        try:
            async with asyncio.timeout(limit.total_seconds()):
                facts = await check.observe(target, Context(self._net, fresh))
        except NotApplicable as error:
            return Outcome.INAPPLICABLE, None, str(error)
        except Unreachable as error:
            return Outcome.UNREACHABLE, None, str(error)
        except TimeoutError:
            return Outcome.UNREACHABLE, None, f"tidak selesai dalam {limit.total_seconds():.0f} detik"
        except Exception as error:
            log.exception("check.broken", check=check.name, target=target.kode)
            return Outcome.BROKEN, None, f"galat pemantau: {type(error).__name__}"
        reason = check.ours(facts)
        return (Outcome.BROKEN if reason else Outcome.OBSERVED), facts, reason

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
