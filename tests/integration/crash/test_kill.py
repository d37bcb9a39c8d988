"""
Killed at any moment, the daemon forgets no incident, tells everything, and tells nothing under two keys.

What must hold is in `killing`; 500 kills are part g of `python -m bench`.
"""

from __future__ import annotations

from pathlib import Path

from tests.integration.crash.killing import Plan, carry_out

PLAN = Plan(kills=60, changes=120, seed=20261124)


async def test_a_daemon_killed_at_any_moment_tells_everything_once(tmp_path: Path) -> None:
    outcome = await carry_out(PLAN, tmp_path)

    assert outcome.lives == PLAN.kills + 1
    assert outcome.tries > len(outcome.got) or len(outcome.got) > len(outcome.record.parcels)  # receivers were flaky
