"""One run of one check on one target: exceptions become outcomes, and our own faults stay ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from monitor.checks.base import Check, Context, Policy, judge
from monitor.errors import NotApplicable, Unreachable
from monitor.model import CheckResult, Outcome, Target
from monitor.net import Network

GRACE = timedelta(seconds=35)
"""Beyond a check's own timeout: a seat at a busy address is waited for on our time, not the target's."""
FRESH_ENOUGH = timedelta(seconds=5)
"""How old the vantage's last word may be when a run fails."""

log = structlog.get_logger(__name__)


class Runner:
    """Runs checks. `policy` may be replaced between runs (a reload of the inventory)."""

    def __init__(self, net: Network, policy: Policy, now: Callable[[], datetime]) -> None:
        """Look through *net*, judge by *policy*, tell the time by *now* (aware UTC)."""
        self.policy = policy
        self._net = net
        self._now = now

    async def run(self, check: Check[Any], target: Target, *, fresh: bool = False) -> CheckResult[Any]:
        """The result of looking at *target* once; never raises but for cancellation. *fresh*: no cached look-ups."""
        started, clock = self._now(), time.monotonic()
        outcome, facts, reason = await self._look(check, target, fresh=fresh)
        duration = timedelta(seconds=time.monotonic() - clock)
        if outcome is not Outcome.OBSERVED:
            return CheckResult(
                target=target, check=check.name, started=started, duration=duration, outcome=outcome, reason=reason
            )
        findings, judged = judge(check, target, facts, self.policy, self._now())
        return CheckResult(
            target=target,
            check=check.name,
            started=started,
            duration=duration,
            outcome=outcome,
            facts=check.keep(facts),
            findings=findings,
            judged=judged,
            measure=check.measure(facts),
        )

    async def _look(self, check: Check[Any], target: Target, *, fresh: bool) -> tuple[Outcome, Any, str]:
        limit = check.timeout + GRACE
        try:
            async with asyncio.timeout(limit.total_seconds()):
                facts = await check.observe(target, Context(self._net, fresh))
                reason = check.ours(facts) or await self._vantage_lost(check, facts)
        except NotApplicable as error:
            return Outcome.INAPPLICABLE, None, str(error)
        except Unreachable as error:
            return Outcome.UNREACHABLE, None, str(error)
        except TimeoutError:
            return Outcome.UNREACHABLE, None, f"tidak selesai dalam {limit.total_seconds():.0f} detik"
        except Exception as error:
            log.exception("check.broken", check=check.name, target=target.kode)
            return Outcome.BROKEN, None, f"galat pemantau: {type(error).__name__}"
        return (Outcome.BROKEN if reason else Outcome.OBSERVED), facts, reason

    async def _vantage_lost(self, check: Check[Any], facts: Any) -> str:
        """Why a failure says nothing about the target; empty when it does."""
        phase = check.failed(facts)
        if phase is None:
            return ""
        return (await self._net.vantage.look(max_age=FRESH_ENOUGH)).lost(phase)
